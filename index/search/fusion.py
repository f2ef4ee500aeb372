"""Several rankings into one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from index.domain.passages import Hit

RANK_CONSTANT = 20
"""The k of reciprocal rank fusion. Its paper (Cormack, Clarke and Büttcher, SIGIR 2009) has 60; with less, what one ranking has at its very head
comes before what both have in their middle (docs/decisions/0005-retrieval.md)."""


def fuse(rankings: Sequence[Sequence[Hit]], weights: Sequence[float] | None = None, constant: int = RANK_CONSTANT) -> list[Hit]:
    """Reciprocal rank fusion: the score of a sentence is the sum over rankings of weight / (constant + its rank there), ranks from 1.

    Best first, equal ones by sentence id. ``Hit.score`` is the fused score, above 0.
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.sentence_id] = scores.get(hit.sentence_id, 0.0) + weight / (constant + rank)
    return [Hit(sentence_id, score) for sentence_id, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
