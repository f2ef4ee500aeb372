"""Does the coverage say it? In: the reranker's best score. Out: how likely the first passage answers, and where the line is drawn. Pure.

The scale of scores belongs to a model, so the numbers are data: ``calibration.json`` beside this file, one entry a reranker by fingerprint, fitted by
``benchmarks/calibrate.py`` on the development suites. A reranker without an entry gets the plain logistic curve, and ``dateline check`` says so.
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


PLAIN = Calibration(slope=1.0, intercept=0.0, cut=0.5, fitted=False)
"""Cross-encoders are trained with a logistic loss, so their raw score is a log-odds, if a badly centred one."""


def calibration_for(fingerprint: str) -> Calibration:
    """The stored calibration of a reranker, or ``PLAIN``."""
    entries = json.loads(resources.files("index.answering").joinpath("calibration.json").read_text(encoding="utf-8"))
    entry = entries["rerankers"].get(fingerprint)
    if entry is None:
        return PLAIN
    return Calibration(slope=entry["slope"], intercept=entry["intercept"], cut=entry["cut"], fitted=True)
