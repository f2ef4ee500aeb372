"""What a short answer may be cut from. A sentence of a cited passage, with what is known of it. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from index.domain import Span
from index.ports import Parsed


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that a citation quotes, or can be made to quote. ``text`` equals the article's text at ``span``."""

    citation: int
    """The number of the citation that it belongs to."""
    article_id: str
    span: Span
    """Where it stands, as offsets into the article."""
    text: str
    parsed: Parsed
    """Its grammar, with offsets into ``text``."""
    published_at: datetime | None
    source: str | None
    relevance: float
    """How likely its passage answers the question, 0..1."""
    score: float | None = None
    """The reranker's score of the sentence alone; None for a neighbour that no search found."""
    report: int | None = None
    """Evidence with the same number is of one report, whoever carries it; None where every article is a report of its own."""
