"""Whether a question asks about now, and what an old report then loses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.recency import MOST_YEARS, STALENESS_PER_YEAR, asks_about_now, staleness

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
