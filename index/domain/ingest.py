"""What became of the articles that were brought in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one article that was brought in."""

    NEW = "new"
    CHANGED = "changed"
    """Known by its id or address, with another text or other facts; what was changed is a new revision."""
    UNCHANGED = "unchanged"
    """Known, and nothing about it differs."""
    DUPLICATE = "duplicate"
    """The same article stood earlier in this very run."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that did not go in."""

    origin: str
    """File and line, or the address."""
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an article that did go in, that somebody should know."""

    origin: str
    what: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that one ingest brought in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    sentences: int = 0
    """Sentences of new and changed articles."""
    encoded: int = 0
    """Of these, how many had to be encoded; the rest were known."""
    elapsed_s: float = 0.0
    refused: tuple[Refusal, ...] = field(default=())
    notices: tuple[Notice, ...] = field(default=())

    @property
    def taken(self) -> int:
        """Articles that are in the coverage now because of, or confirmed by, this run."""
        return self.new + self.changed + self.unchanged + self.duplicate
