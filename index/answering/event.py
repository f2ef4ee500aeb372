"""Where and when it happened, as a question says, and whether an article tells of it. In: question, article. Out: `Event`, `Told`. Pure; English.

News of one place is like news of another: without this, a question about one shooting is answered by the victims of the next. News says when it
happened in its first lines: of 1,169 reports of shootings (../shared/data/longtail_shootings, published within three days) 993 name the day or
the one beside it in their first 700 characters, 24 name other days only, and the rest none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from index.answering.days import Days
from index.answering.event_day import days_named
from index.answering.places import speaks_of
from index.answering.times import times_in
from index.domain.articles import Span
from index.domain.passages import Passage

HEAD = 700
"""Characters of an article in which it says when it happened."""

BESIDE = timedelta(days=1)
"""Friday night is Saturday for some, and a day in UTC is not everybody's."""

FEW = timedelta(days=3)
"""So long may days be that are named together for one: "over the weekend"."""

REPORTED_AT_ONCE = timedelta(days=3)
"""An article published within this time need not say when."""

_POSTED = re.compile(r"\b(?:posted|updated|published|modified)\b[^\n]{0,60}", re.IGNORECASE)
"""When the page was made, not when it happened."""


class Told(Enum):
    """What an article says of when it happened."""

    THEN = "then"
    """It names the day asked about, or the one beside it."""
    OPEN = "open"
    """It names no day, and may be of that one by its date."""
    ELSEWHEN = "elsewhen"
    """It names other days only, or was published before that day or long after it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Where and when, as far as the question says."""

    places: tuple[str, ...]
    """Empty if it names none."""
    day: date | None

    def may_be_told_in(self, title: str | None, text: str, published_at: datetime | None, *passages: Span) -> bool:
        """Whether an article speaks of the places, and not of other days only, by its head and by these stretches of it."""
        if not speaks_of(self.places, f"{title or ''}\n{text}"):
            return False
        return self.day is None or told(self.day, text, published_at, *passages) is not Told.ELSEWHEN

    def unsaid(self, articles: Iterable[str]) -> str | None:
        """The first of its places that none of these texts names; None if they name all."""
        texts = list(articles)
        return next((place for place in self.places if not any(speaks_of([place], text) for text in texts)), None)

    def may_be_told_by(self, passage: Passage, text: str) -> bool:
        """Whether the article that a passage is from does; text: of the article."""
        return self.may_be_told_in(passage.title, text, passage.published_at, Span(passage.start, passage.end))


def told(day: date, text: str, published_at: datetime | None, *passages: Span) -> Told:
    """Whether the article tells of what happened that day, by its head and by these stretches of it."""
    published = published_at.date() if published_at is not None else None
    named = [days for one in (Span(0, min(HEAD, len(text))), *passages) for days in days_told(text, published, one)]
    if any(is_beside(day, one) for one in named):
        return Told.THEN
    if published is None:
        return Told.ELSEWHEN if named else Told.OPEN
    late = published - day
    if late > REPORTED_AT_ONCE and published.year != day.year and any(str(day.year) in text[one.start : one.end] for one in passages):
        return Told.OPEN  # "in 1995"
    return Told.OPEN if not named and -BESIDE <= late <= REPORTED_AT_ONCE else Told.ELSEWHEN


def is_beside(day: date, named: Days) -> bool:
    """Whether it is one of the days named, or next to them."""
    return named[0] - BESIDE <= day <= named[1] + BESIDE


def days_told(text: str, published: date | None, stretch: Span) -> Iterator[Days]:
    """The days that are named in a stretch of the text, and a few together: first and last of each."""
    made = [one.span() for one in _POSTED.finditer(text, stretch.start, stretch.end)]
    for time in times_in(text, published, start=stretch.start, end=stretch.end):
        if time.last - time.first <= FEW and not any(start <= time.span.start < end for start, end in made):
            yield time.first, time.last
    for one in days_named(_POSTED.sub(" ", text[stretch.start : stretch.end])):
        yield one, one
