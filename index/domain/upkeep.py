"""What a check found, what a rebuild did, and how much there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """What a finding of ``check`` means."""

    REPAIRED = "repaired"
    """It was wrong and has been put right."""
    NOTICE = "notice"
    """Nothing is wrong, but somebody should know."""
    BROKEN = "broken"
    """It is wrong; the remedy says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant that does not hold."""

    severity: Severity
    what: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every invariant that was verified, and what was found."""

    checked: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """True when nothing is broken now."""
        return all(finding.severity is not Severity.BROKEN for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a rebuild did."""

    generation: str
    sentences: int
    encoded: int
    """How many had no stored vector and were encoded now."""
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts, sizes, models and freshness."""

    articles: int
    revisions: int
    sentences: int
    sources: int
    oldest_published: datetime | None
    newest_published: datetime | None
    last_change: datetime | None
    database: str
    """Kind of database, never its address."""
    database_bytes: int | None
    index_bytes: int
    generation: str | None
    vector_kind: str | None
    """``flat`` or ``ivf``."""
    vector_recall_at_10: float | None
    """Against exact search on a sample of its own vectors, measured when it was built."""
    encoder: str
    reranker: str | None
    by_source: tuple[tuple[str, int], ...]
    """Outlets with their articles, most first."""
    paused: tuple[str, ...] = ()
    """Outlets that are not searched for the time being."""
