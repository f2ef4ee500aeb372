"""What the words of a question limit the search to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.asked_filters import filters_in, may_be_widened, narrowed
from index.domain.passages import Filters

SUNDAY = datetime(2017, 2, 12, 10, tzinfo=UTC)
OUTLETS = ("EuroNews", "BBC", "The Guardian", "Turkey Post")


def begin(month: int, day: int, year: int = 2017) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def end(month: int, day: int, year: int = 2017) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)


def asked(question: str) -> tuple[str, Filters | None]:
    return filters_in(question, now=SUNDAY, sources=lambda: OUTLETS)


@pytest.mark.parametrize(
    ("question", "bare", "filters"),
    [
        ("How many died, according to EuroNews?", "How many died?", Filters(sources=("EuroNews",))),
        ("According to the BBC, how many died?", "How many died?", Filters(sources=("BBC",))),
        ("what does bbc say about the strike?", "what is said about the strike?", Filters(sources=("BBC",))),
        ("What did the guardian report on the fire?", "What is said on the fire?", Filters(sources=("The Guardian",))),
        ("How many died since Monday?", "How many died?", Filters(since=begin(2, 6))),
        ("How many died since last Sunday?", "How many died?", Filters(since=begin(2, 5))),
        ("What was hit in the last 10 days?", "What was hit?", Filters(since=begin(2, 2))),
        ("How many died as of 9 February?", "How many died?", Filters(until=end(2, 9))),
        ("How many died as of Feb. 9th, 2016?", "How many died?", Filters(until=end(2, 9, 2016))),
        ("How many died before 2017-02-09?", "How many died before 2017-02-09?", Filters(until=end(2, 8))),
        ("Who spoke after February 8th?", "Who spoke?", Filters(since=begin(2, 8))),
        ("What happened yesterday?", "What happened?", Filters(since=begin(2, 11))),
        ("What was said in March?", "What was said in March?", Filters(since=begin(3, 1, 2016), until=end(5, 1, 2016))),
        ("What happened in March 2016?", "What happened in March 2016?", Filters(since=begin(3, 1, 2016), until=end(5, 1, 2016))),
        ("Who won in the last 3 days as of 1 January 2017?", "Who won?", Filters(until=end(1, 1))),
        ("Who met between 3 and 5 February since Friday?", "Who met between 3 and 5 February?", Filters(since=begin(2, 10))),
        ("Who met between 3 February and 5 February?", "Who met?", Filters(since=begin(2, 3), until=end(3, 8))),
        ("who died since Monday according to EuroNews", "who died", Filters(since=begin(2, 6), sources=("EuroNews",))),
    ],
)
def test_words_that_limit_the_coverage_become_filters(question: str, bare: str, filters: Filters) -> None:
    """They are taken out of the question, which stays a question."""
    assert asked(question) == (bare, filters)


@pytest.mark.parametrize(
    "question",
    [
        "Who has been mayor since 2014?",
        "Who was president before 2010?",
        "Who won the battle in 1940?",
        "Who did Turkey say had died?",
        "How many died, according to officials?",
        "Who was shot in November 2012?",
        "Who met in June/July?",
        "Will it open in March?",
        "What may happen in May?",
        "How many died as of 31 February?",
        "Since Monday?",
        "Has the march been held since?",
        "What does the BBCs report say?",
        "Is the BBC biased?",
    ],
)
def test_what_does_not_surely_limit_it_is_left_in_the_question(question: str) -> None:
    """A wrong filter hides the answer."""
    assert asked(question) == (question, None)


def test_a_time_may_be_widened_and_a_name_and_as_of_may_not() -> None:
    """Whoever asks what was known by a day is not answered with what came later, unless nothing is as old; nor with another outlet's word."""
    for question, found, may in (
        ("How many died since Monday?", True, True),
        ("How many died as of 9 February?", True, False),
        ("How many died as of 9 February?", False, True),
        ("How many died since Monday, according to the BBC?", False, False),
    ):
        filters = asked(question)[1]
        assert filters is not None
        assert may_be_widened(question, filters, found=found) is may


def test_limits_given_beside_the_question_hold_as_well() -> None:
    """Of two times the narrower; the outlet that was given, not the one in the words."""
    given_ = Filters(since=begin(2, 8), until=end(2, 10), sources=("BBC",), articles=("a1",))
    words = Filters(since=begin(2, 6), until=end(2, 9), sources=("EuroNews",))
    assert narrowed(given_, words) == Filters(begin(2, 8), end(2, 9), ("BBC",), ("a1",))


@given(st.text(alphabet="since of the 0123 asbetwnMondyFruchBC,.?-", max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_any_question_at_any_time_is_read_without_trouble(question: str, now: datetime) -> None:
    """Never an exception, and never an empty question from one that was not."""
    bare, filters = filters_in(question, now=now, sources=lambda: OUTLETS)
    assert filters is not None or bare == question
    assert filters is None or bare
