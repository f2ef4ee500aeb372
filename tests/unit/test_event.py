"""Whether an article tells of the place and day that a question names."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.answering.event import HEAD, Event, Told, told
from index.answering.places import speaks_of
from index.domain.articles import Span

FRIDAY = date(2015, 5, 8)


def published(day: int, month: int = 5, year: int = 2015) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("Two people were shot on Friday.", published(9), Told.THEN),
        ("Two people were shot late Thursday.", published(9), Told.THEN),
        ("Two people were shot over the weekend.", published(11), Told.THEN),
        ("Two people were shot on May 8, 2015.", published(3, 2, 2017), Told.THEN),
        ("Two people were shot on Tuesday.", published(9), Told.ELSEWHEN),
        ("Two people were shot on Friday.", published(16), Told.ELSEWHEN),
        ("Two people were shot.", published(9), Told.OPEN),
        ("Two people were shot.", published(20), Told.ELSEWHEN),
        ("Two people were shot.", published(1), Told.ELSEWHEN),
        ("Two people were shot.\nPosted: Monday, May 11, 2015 6:55 PM", published(11), Told.OPEN),
        ("Two people were shot.", None, Told.OPEN),
        ("Two people were shot on May 30, 2015.", None, Told.ELSEWHEN),
    ],
)
def test_an_article_says_when_it_happened_or_leaves_it_open(text: str, at: datetime | None, expected: Told) -> None:
    """By the days it names, told from its own; when the page was made is none of them. Without any it may be of a day just before it."""
    assert told(FRIDAY, text, at) is expected


def test_the_passage_counts_as_well_as_the_head() -> None:
    """What stands far down is read where it is the passage; the year is enough where the article is of another."""
    far = "On Tuesday the council met. " + "It talked. " * (HEAD // 8)
    text = f"{far}The shooting of May 8, 2015 was spoken of."
    assert told(FRIDAY, text, published(20)) is Told.ELSEWHEN
    assert told(FRIDAY, text, published(20), Span(len(far), len(text))) is Told.THEN
    old = "It was the worst shooting of 2015."
    assert told(FRIDAY, old, published(4, 7, 2017), Span(0, len(old))) is Told.OPEN


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("Saint Louis", "ST. LOUIS (KMOX) - Two people were shot.", True),
        ("St. Louis", "Two people were shot in Saint Louis.", True),
        ("Washington", "D.C. police said so.", True),
        ("United States", "They told us so.", False),
        ("United States", "The US said so.", True),
        ("Hot Springs National Park", "Two people were shot in Hot Springs.", True),
        ("Houston", "Two people were shot in Houstonville.", False),
    ],
)
def test_a_place_goes_by_several_names(place: str, text: str, expected: bool) -> None:
    """Short forms and other names are the same place; words that begin alike are not."""
    assert speaks_of([place], text) is expected


def test_an_event_is_a_place_and_a_day() -> None:
    """Both have to fit, as far as they are known; the place that nobody names is known."""
    text = "HOUSTON - Two people were shot on Friday."
    assert Event(("Houston",), FRIDAY).may_be_told_in(None, text, published(9))
    assert not Event(("Dallas",), FRIDAY).may_be_told_in(None, text, published(9))
    assert Event(("Dallas",), FRIDAY).may_be_told_in("Shots in Dallas", text, published(9))
    assert not Event(("Houston",), date(2015, 5, 5)).may_be_told_in(None, text, published(9))
    assert Event((), None).may_be_told_in(None, text, None)
    assert Event(("Houston", "Dallas"), None).unsaid([text]) == "Dallas"
    assert Event(("Houston",), None).unsaid([text]) is None
