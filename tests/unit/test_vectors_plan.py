"""How a vector index is to be built, decided from numbers alone."""

from __future__ import annotations

import numpy as np
import pytest

from index.search.vectors_plan import (
    DEFAULT_TUNING,
    NEIGHBOURS,
    TRAINING_ROWS_PER_LIST,
    TRUTH_DEPTH,
    Kind,
    Truth,
    kind_for,
    list_count,
    nprobe_within,
    sample,
    smallest_nprobe,
)


def truth(similarities: list[float], *, own: int = 0) -> Truth:
    """One question, whose neighbours have the ids 0, 1, 2… and these similarities."""
    ids = np.full((1, TRUTH_DEPTH), -1, dtype=np.int64)
    ids[0, : len(similarities)] = np.arange(len(similarities))
    values = np.full((1, TRUTH_DEPTH), -np.inf, dtype=np.float32)
    values[0, : len(similarities)] = similarities
    return Truth(np.array([own]), np.zeros((1, 4), dtype=np.float32), ids, values)


def falling(count: int) -> list[float]:
    """The question itself, then neighbours each a little farther."""
    return [1.0 - place / 100 for place in range(count)]


def test_recall_counts_the_ten_nearest_others() -> None:
    """Finding itself is worth nothing; each of the ten that is missing costs a tenth."""
    exact = truth(falling(TRUTH_DEPTH))
    assert exact.recall(np.array([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])) == 1.0
    assert exact.recall(np.array([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])) == 1.0
    assert exact.recall(np.array([[0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12]])) == pytest.approx(0.8)
    assert exact.recall(np.array([[0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]])) == 0.0
    assert exact.recall(np.array([[0, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1]])) == pytest.approx(0.1)


def test_any_of_several_equals_counts() -> None:
    """When the tenth, eleventh and twelfth are equally near, whichever was found is right."""
    similarities = falling(TRUTH_DEPTH)
    similarities[11] = similarities[12] = similarities[10]
    exact = truth(similarities)
    assert exact.recall(np.array([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12]])) == 1.0
    assert exact.recall(np.array([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13]])) == pytest.approx(0.9)


def test_a_question_with_too_many_equals_is_left_out() -> None:
    """A slogan with more copies than exact search keeps says nothing about recall, and must not drive up the probes."""
    assert truth([1.0] * TRUTH_DEPTH).recall(np.array([[900 + place for place in range(NEIGHBOURS + 1)]])) == 1.0
    assert truth([1.0] * TRUTH_DEPTH, own=500).recall(np.array([[900 + place for place in range(NEIGHBOURS + 1)]])) == 1.0


def test_recall_where_there_are_few() -> None:
    """With three other sentences the three are all there is to find, and with none there is nothing to miss."""
    assert truth(falling(4)).recall(np.array([[0, 1, 2, 3] + [-1] * 7])) == 1.0
    assert truth(falling(4)).recall(np.array([[0, 1, 2] + [-1] * 8])) == pytest.approx(2 / 3)
    assert truth(falling(1)).recall(np.array([[0] + [-1] * 10])) == 1.0


@pytest.mark.parametrize("needed", [1, 2, 3, 17, 64, 99, 100])
def test_smallest_nprobe_is_the_smallest(needed: int) -> None:
    """The first number that reaches the goal is found, with a few trials."""
    tried: list[int] = []

    def recall_with(nprobe: int) -> float:
        tried.append(nprobe)
        return 0.99 if nprobe >= needed else 0.9

    assert smallest_nprobe(100, 0.98, recall_with) == (needed, 0.99)
    assert len(tried) <= 15


def test_smallest_nprobe_when_none_will_do() -> None:
    """Every list is searched, and the recall that falls short is reported as it is."""
    assert smallest_nprobe(100, 0.98, lambda _: 0.97) == (100, 0.97)


def test_kinds_and_lists_by_count() -> None:
    """Lists grow with the root of the count, and each has the rows it needs for training."""
    assert kind_for(DEFAULT_TUNING.flat_limit, DEFAULT_TUNING) is Kind.FLAT
    assert kind_for(DEFAULT_TUNING.flat_limit + 1, DEFAULT_TUNING) is Kind.IVF
    assert [list_count(Kind.IVF, count) for count in (1, 80, 10_000, 1_000_000)] == [1, 2, 200, 2000]
    assert all(list_count(Kind.IVF, count) * TRAINING_ROWS_PER_LIST <= max(count, TRAINING_ROWS_PER_LIST) for count in range(1, 20_000, 37))
    assert list_count(Kind.FLAT, 10**6) == 1


def test_probes_within_a_scope() -> None:
    """Few sentences are searched exactly; the fewer a wider scope leaves, the more lists are opened; all of them change nothing."""
    assert nprobe_within(16, 2000, 1_000_000, DEFAULT_TUNING.exact_scope, DEFAULT_TUNING) == 2000
    assert nprobe_within(16, 2000, 1_000_000, 250_000, DEFAULT_TUNING) == 64
    assert nprobe_within(16, 2000, 1_000_000, 1_000_000, DEFAULT_TUNING) == 16
    assert nprobe_within(100, 2000, 1_000_000, 30_000, DEFAULT_TUNING) == 2000


def test_samples_are_different_places_in_order() -> None:
    """A sample has no place twice, and is everything where there is no more."""
    generator = np.random.default_rng(0)
    some = sample(1000, 100, generator)
    assert len(some) == 100
    assert np.all(np.diff(some) > 0)
    assert sample(5, 100, generator).tolist() == [0, 1, 2, 3, 4]
    assert sample(0, 100, generator).tolist() == []
