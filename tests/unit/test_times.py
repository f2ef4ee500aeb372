"""Relative times in articles, worked out against the day of publication."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.times import times_in

FRIDAY = date(2017, 2, 10)


def read(text: str, published: date | None = FRIDAY) -> list[tuple[str, str, str]]:
    return [(text[one.span.start : one.span.end], str(one.first), str(one.last)) for one in times_in(text, published)]


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("The strike was at 8:40 on Thursday.", "Thursday", "2017-02-09", "2017-02-09"),
        ("It was signed on Friday.", "Friday", "2017-02-10", "2017-02-10"),
        ("Talks will resume on Monday night.", "Monday night", "2017-02-13", "2017-02-13"),
        ("They met last Friday.", "last Friday", "2017-02-03", "2017-02-03"),
        ("They meet next Tuesday.", "next Tuesday", "2017-02-14", "2017-02-14"),
        ("It ran from Monday to Wednesday.", "Monday to Wednesday", "2017-02-06", "2017-02-08"),
        ("He left yesterday evening.", "yesterday evening", "2017-02-09", "2017-02-09"),
        ("He comes the day after tomorrow.", "the day after tomorrow", "2017-02-12", "2017-02-12"),
        ("Prices rose last month.", "last month", "2017-01-01", "2017-01-31"),
        ("Prices rose earlier this week.", "earlier this week", "2017-02-06", "2017-02-10"),
        ("Two died over the weekend.", "over the weekend", "2017-02-04", "2017-02-05"),
        ("He resigned three days ago.", "three days ago", "2017-02-07", "2017-02-07"),
        ("He resigned two weeks ago.", "two weeks ago", "2017-01-24", "2017-01-30"),
        ("In the last 10 days it has struck targets.", "In the last 10 days", "2017-01-31", "2017-02-10"),
        ("It was shot down on 24 November.", "24 November", "2016-11-24", "2016-11-24"),
        ("The vote is due on March 15.", "March 15", "2017-03-15", "2017-03-15"),
        ("The poll was taken Feb. 2 to 5.", "Feb. 2 to 5", "2017-02-02", "2017-02-05"),
        ("He died on the 9th.", "the 9th", "2017-02-09", "2017-02-09"),
        ("It began in March and went on.", "March", "2016-03-01", "2016-03-31"),
        ("It will begin in March.", "March", "2017-03-01", "2017-03-31"),
        ("It was sold in late January.", "late January", "2017-01-21", "2017-01-31"),
    ],
)
def test_a_relative_time_means_the_days_its_sentence_says(text: str, words: str, first: str, last: str) -> None:
    """Counted from the day of publication, ahead or back as the sentence speaks."""
    assert read(text) == [(words, first, last)]


def test_earlier_is_counted_from_the_time_stated_before() -> None:
    """And from nothing where there is none; a date with its year is a base, and not shown."""
    assert read("On 9 January 2017 he left; two days earlier he had met her.") == [("two days earlier", "2017-01-07", "2017-01-07")]
    assert read("He had met her two days earlier.") == []
    assert read("On 9 January 2017 he left, and she two days after.") == [("two days after", "2017-01-11", "2017-01-11")]
    assert read("The tremor of 9 January 2017 came two days after Taiwan was struck.") == []  # counted from what follows
    assert read("He fell on Monday and died the next day.")[1] == ("the next day", "2017-02-07", "2017-02-07")


@pytest.mark.parametrize(
    "text",
    [
        "The vote was on 9 February 2016.",
        "In March 2015 it began.",
        "Mrs May may march in the sun.",
        "USA TODAY said so.",
        "Several days ago he left.",
        "It is on the 9th floor.",
        "Thursday-Friday-like things.",
        "",
    ],
)
def test_what_names_its_year_or_no_day_is_left_alone(text: str) -> None:
    """A wrong date is worse than none."""
    assert read(text) == []


def test_an_undated_article_has_no_relative_times() -> None:
    """Nothing to count from."""
    assert read("He died on Thursday.", None) == []


def test_only_what_stands_in_the_stretch_is_told() -> None:
    """Offsets are into the whole text; what comes before is read for its sake."""
    text = "He fell on Monday. He died the next day."
    (only,) = times_in(text, FRIDAY, start=19, end=len(text))
    assert (text[only.span.start : only.span.end], only.first) == ("the next day", date(2017, 2, 7))


@given(st.text(alphabet="onthe 1239 lastMondymrchFebuary ago,.", max_size=80), st.dates())
def test_any_text_and_any_day_are_read_without_trouble(text: str, published: date) -> None:
    """Even on the first and the last day of the calendar; what is found is in order and runs forward."""
    found = times_in(text, published)
    assert all(one.first <= one.last for one in found)
    assert all(one.span.end <= two.span.start for one, two in pairwise(found))


@pytest.mark.parametrize("edge", [date.min, date.max])
def test_the_edges_of_the_calendar_hold(edge: date) -> None:
    """A page that claims to be from the year 1 or 9999 costs no answer."""
    read("Last Monday, next year, 3 weeks ago, in the last 10 years, on the 9th, Feb. 29, in March, next month, the last two months.", edge)
