"""What a search is limited to, and what it finds: hits, and passages with who else carries them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from index.domain.articles import Span

MAX_PASSAGE_SENTENCES = 3
"""A passage is at most this many sentences (DESIGN.md, section 2)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found, with the score of whatever found it. Larger is better; scales differ by finder."""

    sentence_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Filters:
    """What the asker limits the search to. Undated articles are left out as soon as a date is asked for."""

    since: datetime | None = None
    """Published at this moment or later."""
    until: datetime | None = None
    """Published at this moment or earlier."""
    sources: tuple[str, ...] = ()
    """Any of these outlets, by name, upper and lower case alike; empty means all."""
    articles: tuple[str, ...] = ()
    """Any of these article ids; empty means all."""

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Another outlet that carries the same report, with the words that are quoted."""

    article_id: str
    source: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three neighbouring sentences of one article, as evidence. ``text`` equals the article's text at ``[start:end]``."""

    rank: int
    """1 for the best."""
    score: float
    """The reranker's score, or the cosine where there is no reranker. Comparable between answers of one model only."""
    article_id: str
    url: str | None
    title: str | None
    source: str | None
    published_at: datetime | None
    start: int
    end: int
    text: str
    focus: Span
    """The part of it that is worth quoting, as offsets into the article: one to all of its sentences."""
    revision: int = 1
    """The revision of the article that it was taken from, which was the current one."""
    report: int | None = None
    """``Article.report``: passages with the same number are one source, whoever carries them."""
    carried_by: tuple[Carrier, ...] = ()
    """Other outlets whose article carries the focus word for word, one article each."""
    story: int | None = None
    """``Article.story``: passages with the same number tell of one event."""

    def __post_init__(self) -> None:
        if not self.start <= self.focus.start < self.focus.end <= self.end:
            raise ValueError(f"the focus {self.focus} lies outside the passage [{self.start}:{self.end}]")
