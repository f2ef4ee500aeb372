"""Does the coverage say it? In: the best passage's score. Out: how likely it answers, and where the line is drawn. Pure.

The scale of scores belongs to a model, so the numbers are data: ``calibration.json`` beside this file, one entry a model by fingerprint, fitted by
``benchmarks/calibrate.py`` on the development suites. A model without an entry gets a plain curve, and ``dateline check`` says so.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the best score, and the cut on its probability."""

    slope: float
    intercept: float
    cut: float
    """Answered from this confidence on."""
    fitted: bool
    """False for the plain curve of a model that was never calibrated."""

    def confidence(self, score: float) -> float:
        """How likely the first passage answers the question, 0..1."""
        z = self.slope * score + self.intercept
        return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))

    def covered(self, confidence: float) -> bool:
        """Whether that is enough to answer."""
        return confidence >= self.cut


PLAIN_LOGIT = Calibration(slope=1.0, intercept=0.0, cut=0.5, fitted=False)
"""Cross-encoders are trained with a logistic loss, so their raw score is a log-odds, if a badly centred one."""

PLAIN_COSINE = Calibration(slope=10.0, intercept=-5.0, cut=0.5, fitted=False)
"""An even chance at a cosine of a half: a guess, for an encoder nobody calibrated that has no reranker behind it."""


def for_reranker(fingerprint: str) -> Calibration:
    """The stored calibration of a reranker's score, or ``PLAIN_LOGIT``."""
    return _stored("rerankers", fingerprint, PLAIN_LOGIT)


def for_encoder(fingerprint: str) -> Calibration:
    """The stored calibration of an encoder's cosine, for answers that no reranker read, or ``PLAIN_COSINE``."""
    return _stored("encoders", fingerprint, PLAIN_COSINE)


def _stored(role: str, fingerprint: str, otherwise: Calibration) -> Calibration:
    entries = json.loads(resources.files("index.answering").joinpath("calibration.json").read_text(encoding="utf-8"))
    entry = entries[role].get(fingerprint)
    if entry is None:
        return otherwise
    return Calibration(slope=entry["slope"], intercept=entry["intercept"], cut=entry["cut"], fitted=True)
