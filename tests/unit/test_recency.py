"""Whether a question asks about now or about the beginning, and what a report loses then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.recency import MOST_YEARS, STALENESS_PER_YEAR, asks_about_beginning, asks_about_now, lateness, staleness

NEWEST = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "question",
    [
        "which ferry sank this week?",
        "who recently left the cabinet?",
        "what was the latest offer?",
        "who is the mayor of Riga?",
        "which bridge has been closed?",
        "WHO IS THE MAYOR?",
    ],
)
def test_a_question_about_now_is_known_by_its_words_or_its_tense(question: str) -> None:
    """Words of the present, or the present tense with no year."""
    assert asks_about_now(question)


@pytest.mark.parametrize(
    "question",
    [
        "how many soldiers died?",
        "who was the mayor of Riga?",
        "who is said to have won the race in 2019?",
        "what did the minister say is true?",
        "ferry Riga",
        "сколько человек погибло?",
    ],
)
def test_a_question_about_then_is_not_bent_to_the_newest(question: str) -> None:
    """The past tense, a year, or no verb at all: relevance alone decides."""
    assert not asks_about_now(question)


def test_the_newest_report_loses_nothing_and_one_without_a_date_most() -> None:
    """Staleness grows by the year up to a bound, which is what an undated report gets."""
    assert staleness(NEWEST, NEWEST) == 0
    assert staleness(NEWEST - timedelta(days=365.25), NEWEST) == pytest.approx(STALENESS_PER_YEAR)
    assert staleness(NEWEST - timedelta(days=9000), NEWEST) == staleness(None, NEWEST) == STALENESS_PER_YEAR * MOST_YEARS


@given(st.datetimes(timezones=st.just(UTC)))
def test_staleness_is_bounded_and_never_a_gain(published: datetime) -> None:
    """Even a date after the newest found gives no bonus."""
    assert 0 <= staleness(published, NEWEST) <= STALENESS_PER_YEAR * MOST_YEARS


@pytest.mark.parametrize(
    "question", ["How many are said to have died initially?", "what were the first reports?", "who was first said to be guilty?"]
)
def test_a_question_about_the_beginning_is_not_one_about_now(question: str) -> None:
    """ "Initially" asks for the oldest report, even in the present tense."""
    assert asks_about_beginning(question)
    assert not asks_about_now(question)


def test_the_first_of_its_kind_is_not_the_first_report() -> None:
    """ "The first president" is a matter of relevance alone."""
    assert not asks_about_beginning("who was the first president to visit?")
    assert not asks_about_beginning("which tax did the city initially propose?")


def test_the_oldest_report_loses_nothing_where_the_beginning_is_asked_about() -> None:
    """The later the more, by place among those found; one without a date as much as the newest."""
    dates = [NEWEST, NEWEST - timedelta(days=900), NEWEST - timedelta(days=1), NEWEST]
    losses = [lateness(one, dates) for one in (dates[1], dates[2], dates[0], None)]
    most = STALENESS_PER_YEAR * MOST_YEARS
    assert losses == [0.0, most / 2, most, most]
    assert lateness(NEWEST, [NEWEST]) == 0.0
