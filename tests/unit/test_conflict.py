"""Claims that can be true together, and claims that cannot."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from index.answering.conflict import Claim, disputed, same_name, to_sides
from index.answering.evidence import Evidence
from index.domain.articles import Span
from index.ports.grammar import Parsed


def claim(
    text: str,
    value: float | None = None,
    *,
    article: str = "a",
    source: str = "Harbour News",
    day: int = 1,
    weight: float = 1.0,
    bounds: tuple[float, float] | None = None,
    fit: float = 1.0,
    report: int | None = None,
) -> Claim:
    sentence = f"{text}."
    published = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(days=day - 1)
    evidence = Evidence(
        1,
        article,
        Span(0, len(sentence)),
        sentence,
        lambda texts: [Parsed(text, (), (), ()) for text in texts],
        published,
        source,
        weight,
        None,
        Span(0, len(sentence)),
        sentence,
        report=report,
    )
    exact = (value, value) if value is not None else None
    return Claim(text, Span(0, len(text)), evidence, weight, fit=fit, value=value, bounds=bounds or exact)


def test_two_figures_of_two_outlets_are_two_sides() -> None:
    """Three here and five there is a conflict; the better supported comes first, and nothing is averaged."""
    sides = to_sides(
        [claim("three", 3), claim("five", 5, article="b", source="Bay Post"), claim("five", 5, article="c", source="Quay Times")]
    )
    assert [(side.lead.text, side.reports) for side in sides] == [("five", 2), ("three", 1)]
    assert disputed(sides)


def test_bounded_figures_join_the_side_they_agree_with() -> None:
    """ "At least 12" stands with 13, and the exact figure leads."""
    sides = to_sides([claim("at least 12", bounds=(12, math.inf)), claim("13", 13, article="b", source="Bay Post", weight=0.9)])
    assert [[one.text for one in side.claims] for side in sides] == [["13", "at least 12"]]
    assert not disputed(sides)


def test_a_toll_that_grew_is_told_by_its_highest_bound() -> None:
    """ "At least four" of the first day is true, and says less than "at least 55" of the second; what counts for little says nothing."""
    grew = [claim("at least four", bounds=(4, math.inf)), claim("at least 55", article="b", day=2, weight=0.6, bounds=(55, math.inf))]
    (side,) = to_sides(grew)
    assert [one.text for one in side.claims] == ["at least 55", "at least four"]
    assert side.reports == 2
    (side,) = to_sides([*grew, claim("at least 900", article="c", weight=0.2, bounds=(900, math.inf))])
    assert side.lead.text == "at least 55"


def test_copies_of_one_report_count_once() -> None:
    """A wire report that ten outlets print is one report."""
    copies = [claim("five", 5, article=f"wire{number}", source=f"Outlet {number}", report=7) for number in range(10)]
    (side,) = to_sides(copies)
    assert side.reports == 1
    assert side.weight == 1.0


def test_what_the_same_source_says_of_something_else_supersedes_nothing() -> None:
    """Two of the three are no new toll, and what "authorities" say next year is another event's."""
    part = to_sides([claim("three", 3), claim("two", 2, article="b", day=2, fit=0.35, weight=0.35)])
    assert [(side.lead.text, side.superseded) for side in part] == [("three", None), ("two", None)]
    late = to_sides([claim("three", 3), claim("two", 2, article="b", day=300)])
    assert {side.lead.text for side in late} == {"three", "two"}


def test_what_the_same_source_said_before_is_superseded() -> None:
    """First three, now five is an update, and what was said before stays to be seen."""
    (side,) = to_sides([claim("three", 3), claim("five", 5, article="b", day=2)])
    assert side.lead.text == "five"
    assert side.superseded is not None
    assert side.superseded.text == "three"


def test_the_same_source_on_the_same_day_contradicts_itself() -> None:
    """Without an order in time nothing supersedes: both are shown."""
    assert disputed(to_sides([claim("three", 3), claim("five", 5, article="b")]))


def test_newer_comes_first_where_support_is_equal() -> None:
    """Of two lone reports the newer leads."""
    sides = to_sides([claim("three", 3, source="Bay Post"), claim("five", 5, article="b", day=3)])
    assert [side.lead.text for side in sides] == ["five", "three"]


def test_a_figure_that_hardly_fits_contradicts_nothing() -> None:
    """A part, or another event's figure, may be shown but makes no conflict."""
    assert not disputed(to_sides([claim("five", 5), claim("two of them", 2, article="b", source="Bay Post", weight=0.6, fit=0.35)]))


def test_no_claims_have_no_sides() -> None:
    """Nothing in, nothing out."""
    assert to_sides([]) == []
    assert not disputed([])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Putin", "President Vladimir Putin", True),
        ("Łódź", "łódź", True),
        ("José Silva", "Jose Silva", True),
        ("Tampa", "Glendale", False),
        ("9 February", "10 February", False),
        ("!", "!", True),
    ],
)
def test_names_are_the_same_when_the_words_of_one_are_the_others(one: str, other: str, same: bool) -> None:
    """Titles, accents and first names make no other person."""
    assert same_name(one, other) is same
