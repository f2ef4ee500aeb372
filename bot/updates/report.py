"""What there is to tell a subscriber: a report that matched, or an answer that changed. Frozen data; ``matching`` and ``followed`` make it,
``bot.render.post`` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence, word for word."""

    text: str
    source: str | None
    published_at: datetime | None
    link: str | None
    """Opens the page at the sentence; None where the article has no address."""


@dataclass(frozen=True, slots=True)
class Report:
    """An article that a subscription wants, with what in it was wanted."""

    key: str
    """Which report it is, whoever carries it."""
    article_id: str
    title: str | None
    source: str | None
    published_at: datetime | None
    url: str | None
    quotes: tuple[Quoted, ...]
    """The one or two sentences that matched, in the order of the article."""
    also_in: tuple[str, ...] = ()
    """Other outlets that carry the same report."""
    story: int | None = None
    """Reports with the same number are of one event."""


@dataclass(frozen=True, slots=True)
class Value:
    """One side of the answer to a followed question."""

    text: str
    """As the quote has it."""
    value: float | None
    """Its number, if it is one."""
    who: tuple[str, ...]
    """Who says so; the outlets, where nobody else is named."""
    quote: Quoted


@dataclass(frozen=True, slots=True)
class Change:
    """The answer to a followed question is another one than it was."""

    question: str
    before: tuple[Value, ...]
    """Empty: there was none."""
    now: tuple[Value, ...]
    """Empty: what was said is said no more."""
