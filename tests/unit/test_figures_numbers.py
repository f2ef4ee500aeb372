"""Numbers in digits and in words, ranges, and which of them can both be true."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.figures.numbers import LANGUAGES, quantities
from index.answering.figures.quantity import Qualifier, Quantity, agree


def _read(text: str, language: str = "en") -> list[tuple[str, float, float]]:
    return [(text[one.start : one.end], one.low, one.high) for one in quantities(text, language)]


@pytest.mark.parametrize(
    ("text", "words", "low", "high"),
    [
        ("three boats", "three", 3, 3),
        ("3 boats", "3", 3, 3),
        ("a dozen boats", "a dozen", 12, 12),
        ("two dozen boats", "two dozen", 24, 24),
        ("10 or 11 boats", "10 or 11", 10, 11),
        ("between 20 and 30 boats", "between 20 and 30", 20, 30),
        ("30-40 boats", "30-40", 30, 40),
        ("5 million boats", "5 million", 5_000_000, 5_000_000),
        ("2.5 million boats", "2.5 million", 2_500_000, 2_500_000),
        ("half a million boats", "half a million", 500_000, 500_000),
        ("1,200 boats", "1,200", 1200, 1200),
        ("one hundred and five boats", "one hundred and five", 105, 105),
        ("a hundred and five boats", "a hundred and five", 105, 105),
        ("twenty-five boats", "twenty-five", 25, 25),
        ("several dozen boats", "several dozen", 36, 132),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, words: str, low: float, high: float) -> None:
    """Digits, words, dozens and ranges are each one quantity, with the words that belong to it."""
    assert _read(text) == [(words, low, high)]


@pytest.mark.parametrize(
    ("text", "language", "words", "value"),
    [
        ("trente et un bateaux", "fr", "trente et un", 31),
        ("1 200 bateaux", "fr", "1 200", 1200),
        ("2,5 millions", "fr", "2,5 millions", 2_500_000),
        ("einundzwanzig Boote", "de-DE", "einundzwanzig", 21),
        ("1.200 Boote", "de", "1.200", 1200),
        ("veintiuno", "es", "veintiuno", 21),
        ("dos mil barcos", "es", "dos mil", 2000),
    ],
)
def test_number_words_of_other_languages_are_read(text: str, language: str, words: str, value: float) -> None:
    """Each language the number library reads has its number words, and its separators, read."""
    assert _read(text, language) == [(words, value, value)]


@pytest.mark.parametrize("text", ["", "no numbers here", "a boat", "At the O'Hara house", "1.2.3"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    """Articles, names and version numbers are no quantities."""
    assert _read(text) == []


def test_neighbouring_numbers_stay_apart() -> None:
    """Three numbers in a row are three, and are not added."""
    assert [low for _, low, _ in _read("three, four, five")] == [3, 4, 5]


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_gives_quantities_that_stand_in_it(text: str, language: str) -> None:
    """Whatever the text: in order, not overlapping, not empty, and low is never above high."""
    end = 0
    for one in quantities(text, language):
        assert end <= one.start < one.end <= len(text)
        assert one.low <= one.high
        end = one.end


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((12, math.inf), (13, 13), True),
        ((45, 55), (52, 52), True),
        ((10, 11), (11, 11), True),
        ((1200, 1200), (1187, 1187), True),
        ((3, 3), (5, 5), False),
        ((20, 20), (19, 19), False),
        ((12, math.inf), (11, 11), False),
        ((1200, 1200), (1500, 1500), False),
    ],
)
def test_what_can_both_be_true(one: tuple[float, float], other: tuple[float, float], both: bool) -> None:
    """Bounds and roundings are no contradiction; counted numbers that differ are."""
    assert agree(one, other) is both
    assert agree(other, one) is both


def test_words_beside_a_number_bound_it() -> None:
    """ "At least" leaves the top open, "up to" the bottom, and "about" a tenth either way."""
    ten = Quantity(0, 2, 10, 10)
    assert ten.bounded(frozenset([Qualifier.AT_LEAST])) == (10, math.inf)
    assert ten.bounded(frozenset([Qualifier.UP_TO])) == (0, 10)
    assert ten.bounded(frozenset([Qualifier.ABOUT])) == pytest.approx((9, 11))
    assert ten.bounded(frozenset([Qualifier.ANOTHER])) == (10, 10)
