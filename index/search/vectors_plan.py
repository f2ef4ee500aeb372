"""How a vector index is to be built: which kind for how many sentences, and how far a search must look to be good enough.

In: counts, and what exact search and the index under test found. Out: plain numbers. Pure: no FAISS, no disk. Every figure here was
measured; docs/decisions/0003-vector-index.md has the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from index.ports.models import Vectors
from index.ports.search import Ids

NEIGHBOURS = 10
"""Recall is judged at this many."""
TRUTH_DEPTH = 32
"""Neighbours kept by exact search: enough to see whether many are equally near the tenth."""
EQUAL = 1e-6
"""Cosines nearer than this are equal: rounding in 384 products of 32-bit floats is below it."""
LISTS_PER_ROOT = 2
"""Lists for n vectors: 2*sqrt(n). At 124,000 real sentences 1, 2 and 4 cost the same per search at equal recall; at 1,000,000 training for 4
takes at least four times as long. (FAISS's guidelines say 4 to 16, for data that clusters better than sentences do.)"""
TRAINING_ROWS_PER_LIST = 40
"""FAISS asks for 39 (``ClusteringParameters.min_points_per_centroid``); 64 and 256 changed neither recall nor speed."""
GROWTH = 4
"""An IVF index is worth retraining when it holds this many times what its lists were made for: by then they are twice as long as they should be."""


RANGE_MARGIN = 0.1
"""Share of each dimension's range that one byte a number covers beyond it on either side. Without it sentences on a topic that came after
training were off by up to 0.009, with it by 0.002; recall with all lists open fell by 0.0002."""


class Kind(StrEnum):
    """How vectors are searched."""

    FLAT = "flat"
    """Every vector is compared."""
    IVF = "ivf"
    """Vectors lie in lists around centres; only the lists nearest to the question are compared (Sivic and Zisserman 2003)."""


class Codec(StrEnum):
    """How a vector's numbers are stored."""

    FP16 = "fp16"
    """Two bytes each; a cosine is off by less than 0.0005."""
    SQ8 = "sq8"
    """One byte each, over the range its dimension had in the training sample and a margin; a cosine is off by less than 0.003."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tests may want otherwise."""

    flat_limit: int = 50_000
    """Most vectors for which every one is compared: 1 ms, or 2.4 on a busy machine, and 40 MB."""
    recall_goal: float = 0.98
    """What recall@10 must reach, the question itself not counted among its neighbours."""
    exact_scope: int = 20_000
    """In a scope of this many sentences or fewer, every one is compared: at most 3 ms of 124,000."""
    questions: int = 500
    """Vectors of its own that it is judged by: the mean is then known to about 0.003."""


DEFAULT_TUNING = Tuning()


@dataclass(frozen=True, slots=True)
class Built:
    """What was decided and found when an index was built."""

    kind: Kind
    codec: Codec
    trained_on: int
    """How many vectors there were."""
    nprobe: int
    """How many lists a search without a scope looks into; a flat index is one list."""
    recall_at_10: float
    """Against exact search, on a sample of its own vectors, 0..1."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What exact search finds for a sample of the index's own vectors."""

    question_ids: Ids
    questions: Vectors
    ids: NDArray[np.int64]
    """Shape (questions, at most TRUTH_DEPTH), best first, the question itself among them; -1 where there are fewer vectors."""
    similarities: NDArray[np.float32]
    """The same shape."""

    def recall(self, found: NDArray[np.int64]) -> float:
        """Share of each question's ten nearest others that were found, the mean over questions; 1 when there is nothing to find.

        found: shape (questions, NEIGHBOURS + 1), best first, -1 for none. Any sentence as near as the tenth counts as found, since which of
        several equals is meant nobody can say; where so many are equal that the truth does not hold them all, the question is left out.
        """
        shares = []
        for own, ids, similarities, got in zip(self.question_ids, self.ids, self.similarities, found, strict=True):
            others = (ids != own) & (ids >= 0)
            near = similarities[others]
            expected = min(NEIGHBOURS, len(near))
            if not expected or (len(near) >= TRUTH_DEPTH - 1 and near[-1] > near[expected - 1] - EQUAL):
                continue
            wanted = ids[others][near > near[expected - 1] - EQUAL]
            shares.append(len(np.intersect1d(got[got != own][:NEIGHBOURS], wanted)) / expected)
        return float(np.mean(shares)) if shares else 1.0


def kind_for(count: int, tuning: Tuning) -> Kind:
    """The kind to build for this many vectors."""
    return Kind.FLAT if count <= tuning.flat_limit else Kind.IVF


def outgrown(built: Built, count: int, tuning: Tuning) -> bool:
    """Whether an index that holds ``count`` vectors now would better be built anew."""
    if built.kind is Kind.FLAT:
        return count > tuning.flat_limit
    return count > GROWTH * built.trained_on or count <= tuning.flat_limit // 2


def codecs(kind: Kind) -> tuple[Codec, ...]:
    """What to store numbers in, the smallest first; the next is for when recall falls short with it."""
    return (Codec.FP16,) if kind is Kind.FLAT else (Codec.SQ8, Codec.FP16)


def list_count(kind: Kind, count: int) -> int:
    """Lists for ``count`` vectors, at least 1; never so many that there are too few vectors to train them."""
    if kind is Kind.FLAT:
        return 1
    return max(1, min(round(LISTS_PER_ROOT * sqrt(count)), count // TRAINING_ROWS_PER_LIST))


def training_rows(kind: Kind, lists: int) -> int:
    """How many vectors to find that many centres from."""
    return lists * TRAINING_ROWS_PER_LIST if kind is Kind.IVF else 0


def sample(count: int, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """``size`` different places of ``count``, or all of them if there are no more; ascending."""
    return np.sort(generator.choice(count, min(size, count), replace=False))


def smallest_nprobe(lists: int, goal: float, recall_with: Callable[[int], float]) -> tuple[int, float]:
    """The fewest lists to look into for which ``recall_with`` reaches the goal, with its recall; all of them if none does.

    Doubles, then halves the gap: recall grows with the number of lists but for noise.
    """
    low, high = 0, 1
    recall = recall_with(high)
    while recall < goal and high < lists:
        low, high = high, min(2 * high, lists)
        recall = recall_with(high)
    if recall < goal:
        return lists, recall
    while high - low > 1:
        middle = (low + high) // 2
        tried = recall_with(middle)
        if tried >= goal:
            high, recall = middle, tried
        else:
            low = middle
    return high, recall


def nprobe_within(nprobe: int, lists: int, count: int, allowed: int, tuning: Tuning) -> int:
    """How many lists to look into when only ``allowed`` of ``count`` vectors may be found.

    All of them for few vectors: that is exact search among those. Else so many that about as many vectors are compared as without a scope,
    which kept filtered recall at the goal for scopes by outlet, by article and at random, where the unscoped number fell to 0.85.
    """
    if allowed <= tuning.exact_scope:
        return lists
    return min(lists, ceil(nprobe * count / allowed))
