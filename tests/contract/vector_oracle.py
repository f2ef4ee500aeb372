"""Brute force in numpy, and data to compare it on: what every vector index must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from index.domain.passages import Hit
from index.ports.models import Vectors
from index.ports.search import NO_DATE, Ids, Rows, Scope
from index.search.vectors_faiss import FaissVectorIndex
from index.search.vectors_plan import Kind, Tuning

DIMENSION = 64
CENTRES = np.random.default_rng(0).normal(size=(40, DIMENSION))
COUNT = 3000
FLAT = Tuning(flat_limit=10**9)
IVF = Tuning(flat_limit=0, recall_goal=0.96)
"""A lower goal than in earnest: one byte a number loses more of 64 dimensions than of 384."""
KINDS = pytest.mark.parametrize("tuning", [pytest.param(FLAT, id="flat"), pytest.param(IVF, id="ivf")])
COSINE_ERROR = {Kind.FLAT: 5e-4, Kind.IVF: 1.5e-2}
"""What storing a number in two bytes, or in one, may change in a cosine of so few dimensions."""
EVERYTHING = Scope(source_ids=frozenset(range(10)))
"""Lets every sentence of these tests through. A scope this small is searched exactly, so that nothing may be missed in an IVF index either."""


def clustered(count: int, seed: int) -> Vectors:
    """Unit vectors in forty heaps, as sentences about the same events are; the heaps are the same for every seed."""
    generator = np.random.default_rng(seed)
    return unit(CENTRES[generator.integers(len(CENTRES), size=count)] + 0.6 * generator.normal(size=(count, DIMENSION)))


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """The same directions, each of length 1."""
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def rows_for(ids: Ids, seed: int = 7) -> Rows:
    """Ten sentences an article, five outlets, a tenth of them undated."""
    generator = np.random.default_rng(seed)
    published = generator.integers(1_000, 2_000, size=len(ids))
    published[generator.random(len(ids)) < 0.1] = NO_DATE
    return Rows(ids, ids // 10, generator.integers(5, size=len(ids)), published)


@dataclass(repr=False)
class BruteForce:
    """The oracle: a plain list of what is in the index, and a scan of it."""

    vectors: dict[int, Vectors] = field(default_factory=dict)
    facts: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        for place, sentence_id in enumerate(rows.sentence_ids.tolist()):
            self.vectors[sentence_id] = vectors[place]
            self.facts[sentence_id] = (int(rows.article_keys[place]), int(rows.source_ids[place]), int(rows.published[place]))

    def remove(self, sentence_ids: Ids) -> int:
        gone = [sentence_id for sentence_id in set(sentence_ids.tolist()) if self.vectors.pop(sentence_id, None) is not None]
        return len(gone)

    def matches(self, sentence_id: int, scope: Scope) -> bool:
        article, source, published = self.facts[sentence_id]
        if (scope.since is not None or scope.until is not None) and published == NO_DATE:
            return False
        return (
            (scope.since is None or published >= scope.since)
            and (scope.until is None or published <= scope.until)
            and (scope.source_ids is None or source in scope.source_ids)
            and (scope.article_keys is None or article in scope.article_keys)
        )

    def similarities(self, question: Vectors, scope: Scope) -> dict[int, float]:
        """Every sentence within the scope with its true cosine."""
        within = [sentence_id for sentence_id in self.vectors if self.matches(sentence_id, scope)]
        if not within:
            return {}
        cosines = np.stack([self.vectors[sentence_id] for sentence_id in within]) @ question[0]
        return dict(zip(within, cosines.tolist(), strict=True))

    def assert_neighbours(self, index: FaissVectorIndex, question: Vectors, k: int, scope: Scope = EVERYTHING) -> None:
        """The index finds the k nearest within the scope with their similarities, up to what its storage of numbers may swap."""
        hits = index.search(question, k, scope)
        true = self.similarities(question, scope)
        error = COSINE_ERROR[index.kind]
        assert len(hits) == min(k, len(true))
        assert_ordered(hits)
        for hit in hits:
            assert hit.score == pytest.approx(true[hit.sentence_id], abs=error)
        found = {hit.sentence_id for hit in hits}
        worst = min((true[sentence_id] for sentence_id in found), default=1.0)
        missed = {sentence_id: cosine for sentence_id, cosine in true.items() if sentence_id not in found and cosine > worst + 2 * error}
        assert not missed


def assert_ordered(hits: list[Hit]) -> None:
    """Best first, equal ones by id, none twice, cosines in their range."""
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.sentence_id))
    assert len({hit.sentence_id for hit in hits}) == len(hits)
    assert all(-1.0 <= hit.score <= 1.0 for hit in hits)


@dataclass(repr=False)
class Coverage:
    """An index beside the oracle that holds the same."""

    index: FaissVectorIndex
    oracle: BruteForce
    rows: Rows
    vectors: Vectors


def coverage(tuning: Tuning, count: int = COUNT, seed: int = 1) -> Coverage:
    """``count`` sentences with the ids 3, 6, 9… in any order."""
    ids = np.random.default_rng(seed).permutation(np.arange(1, count + 1, dtype=np.int64) * 3)
    rows, vectors, oracle = rows_for(ids), clustered(count, seed), BruteForce()
    oracle.add(rows, vectors)
    return Coverage(FaissVectorIndex.from_arrays(DIMENSION, rows, vectors, tuning=tuning), oracle, rows, vectors)


QUESTIONS = clustered(40, seed=2)


def each(vectors: Vectors) -> Iterator[Vectors]:
    """One at a time, as ``search`` takes them."""
    return (vectors[place : place + 1] for place in range(len(vectors)))
