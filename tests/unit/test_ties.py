"""Equal scores in order of id, from a search that does not care."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from index.search.ties import MARGIN, TOLERANCE, Scored, Search, best


def searching(scores: dict[int, float], seed: int, calls: list[int | None]) -> Search:
    """A search over these scores whose ties fall as the seed wills, and which notes how it was called."""
    luck = random.Random(seed)
    order = {i: luck.random() for i in scores}

    def search(limit: int, up_to: int | None) -> list[Scored]:
        calls.append(up_to)
        within = [i for i in scores if up_to is None or i <= up_to]
        return [(i, scores[i]) for i in sorted(within, key=lambda i: (-scores[i], order[i]))[:limit]]

    return search


@given(
    scores=st.dictionaries(st.integers(0, 10**6), st.sampled_from([1.0, 1.5, 2.0, 9.25]), max_size=300),
    k=st.integers(1, 120),
    seed=st.integers(0, 99),
)
def test_the_best_are_those_of_a_full_sort(scores: dict[int, float], k: int, seed: int) -> None:
    """However the search breaks ties, and however long they are, the k best come out in the order of score and id."""
    calls: list[int | None] = []
    assert best(searching(scores, seed, calls), k) == sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:k]
    assert len(calls) <= 22


def test_one_search_is_enough_where_no_long_tie_reaches_the_last_place() -> None:
    """The usual case costs nothing more: the k-th place tied with fewer than the margin."""
    calls: list[int | None] = []
    scores = {i: 2.0 if i < 10 else 1.0 if i < 20 + MARGIN - 10 else 0.5 for i in range(500)}
    assert best(searching(scores, 1, calls), 20) == [(i, scores[i]) for i in range(20)]
    assert calls == [None]


def test_the_last_digits_of_a_float_are_no_difference() -> None:
    """Scores that differ only by the order in which they were summed count as equal, and are made equal."""
    scores = {7: 3.0, 5: 3.0 * (1 - TOLERANCE / 10), 6: 3.0 * (1 - 20 * TOLERANCE)}
    assert best(searching(scores, 1, []), 10) == [(5, 3.0), (7, 3.0), (6, scores[6])]


def test_nothing_found_is_nothing() -> None:
    """A search that finds nothing is asked once."""
    calls: list[int | None] = []
    assert best(searching({}, 1, calls), 10) == []
    assert calls == [None]
