"""From which score on something is what a subscriber wants. In: the models' fingerprints. Out: thresholds.

Scales of scores belong to models, so the numbers are data: ``thresholds.json`` beside this file, an entry a model by fingerprint, fitted by
``benchmarks/wishes.py`` on the development suites, whose entries say on what. A model without an entry gets a guess.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Of one kind of wish."""

    cosine: float
    """A sentence is looked at from this cosine on."""
    words: float
    """What it counts, beside the cosine, that the sentence has all words of the wish around it, instead of none; the share of them counts."""
    promise: float
    """The reranker reads it if cosine and words come to so much…"""
    score: float
    """…and it is wanted from this score of the reranker's on…"""
    cosine_alone: float
    """…or, where there is no reranker, from this cosine on."""


_GUESSED_COSINES = {"topic": (0.35, 0.5), "question": (0.35, 0.5)}
_GUESSED_SCORES = {"topic": 0.0, "question": 0.0}
"""An even chance, for a cross-encoder that was trained with a logistic loss."""


def thresholds(kind: str, reranker: str, encoder: str) -> Thresholds:
    """For ``topic`` or ``question``, with models of these fingerprints."""
    kept: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]] = json.loads(
        resources.files("bot.updates").joinpath("thresholds.json").read_text("utf-8")
    )
    cosine, alone = _GUESSED_COSINES[kind]
    by_encoder = kept["encoders"].get(encoder, {}).get(kind, {})
    by_reranker = kept["rerankers"].get(reranker, {}).get(kind, {})
    least = by_encoder.get("cosine", cosine)
    return Thresholds(
        cosine=least,
        words=by_encoder.get("words", 0.0),
        promise=by_encoder.get("promise", least),
        score=by_reranker.get("score", _GUESSED_SCORES[kind]),
        cosine_alone=by_encoder.get("cosine_alone", alone),
    )
