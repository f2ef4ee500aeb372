"""What the coverage is made of: articles, on their way in and stored, and their sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article on its way in: not stored yet, so it has no key and may have no id."""

    text: str
    url: str | None = None
    title: str | None = None
    source: str | None = None
    """The outlet's name, as it is to be shown."""
    published_at: datetime | None = None
    language: str | None = None
    """A BCP 47 code when it is known."""
    id: str | None = None
    """The caller's own id, kept as the article's id."""
    origin: str = ""
    """Where it was read, for reports: ``articles.jsonl:17``."""
    modified_at: datetime | None = None
    """When the outlet says it last changed the text; None when it does not say, or says what cannot be."""
    published_from: str | None = None
    """What ``published_at`` was read from, in words for reports: ``JSON-LD``, ``meta``, ``time element``, ``feed``, ``address``, ``text``."""
    author: str | None = None
    """Who wrote it, as the byline has it; several names are separated by ``; ``."""
    canonical_url: str | None = None
    """The address the page itself says is its own, when it says one; ``url`` stays the one it was found at."""
    notices: tuple[str, ...] = ()
    """What was stated about it and not believed, a sentence each, for the report."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article in its current revision."""

    key: int
    """The database's number for it; never shown."""
    id: str
    """The id that answers, links and commands use."""
    revision: int
    """1 for the first text, one more for each changed text."""
    text: str
    url: str | None
    title: str | None
    source: str | None
    published_at: datetime | None
    language: str | None
    author: str | None = None
    published_from: str | None = None
    modified_at: datetime | None = None
    copy_group: int | None = None
    """Articles with the same number carry one report; None for an article that nobody else carries."""
    story: int | None = None
    """Articles with the same number tell of one event. None for an undated one, and until that is decided."""

    @property
    def report(self) -> int:
        """What is counted when sources are: equal for all that carry one report, different for any two others."""
        return self.copy_group or self.key


@dataclass(frozen=True, slots=True)
class Kinship:
    """What an article has in common with others, by numbers that are never used for anything else."""

    report: int
    """``Article.report``: equal for all that carry one report. Another one once that article or the first that carried it is changed or removed."""
    story: int | None
    """``Article.story``: equal for all that tell of one event. An article that has one keeps it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, ``text[start:end]``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span runs forward and is not empty, not [{self.start}:{self.end}]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a stored article. It *is* ``article.text[start:end]``; there is no second copy."""

    id: int
    article_key: int
    start: int
    end: int
