"""Does the coverage say it? In: the signals of a search. Out: how likely the first passage answers, and where the line is drawn. Pure.

The scale of scores belongs to a model, so the numbers are data: ``calibration.json`` beside this file, one entry a model by fingerprint, fitted by
``benchmarks/calibrate.py`` on the development suites. A model without an entry gets a plain curve, and ``dateline check`` says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from index.search.signals import Signals


class OperatingPoint(StrEnum):
    """How sure the bot must be before it answers. What each costs is measured in docs/decisions/0006-refusal.md."""

    PRECISE = "precise"
    """Rather silent than wrong."""
    BALANCED = "balanced"
    EAGER = "eager"
    """Rather a doubtful passage than none."""

    @property
    def easier(self) -> OperatingPoint:
        """One step towards answering; the same where there is none."""
        return OperatingPoint.BALANCED if self is OperatingPoint.PRECISE else OperatingPoint.EAGER


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of a search's signals, and the cut on its probability."""

    weights: Mapping[str, float]
    """By the names of `Signals`; those that are not here count nothing."""
    intercept: float
    slope: float
    """Of a curve over a passage's score alone, for the passages after the first, of which no more is known…"""
    offset: float
    """…and where that curve crosses."""
    cuts: Mapping[OperatingPoint, float]
    """Answered from this confidence on."""
    fitted: bool
    """False for the plain curve of a model that was never calibrated."""

    def confidence(self, signals: Signals) -> float:
        """How likely the first passage answers the question, 0..1."""
        return _logistic(self.intercept + sum(weight * float(getattr(signals, name)) for name, weight in self.weights.items()))

    def relevance(self, score: float) -> float:
        """How likely a passage with that score answers, as far as the score alone tells; 0..1, to compare passages of one answer by."""
        return _logistic(self.slope * score + self.offset)

    def covered(self, confidence: float, point: OperatingPoint) -> bool:
        """Whether that is enough to answer."""
        return confidence >= self.cuts[point]


_PLAIN_CUTS = {OperatingPoint.PRECISE: 0.7, OperatingPoint.BALANCED: 0.5, OperatingPoint.EAGER: 0.3}

PLAIN_LOGIT = Calibration({"score": 1.0}, 0.0, 1.0, 0.0, _PLAIN_CUTS, fitted=False)
"""Cross-encoders are trained with a logistic loss, so their raw score is a log-odds, if a badly centred one."""

PLAIN_COSINE = Calibration({"score": 10.0}, -5.0, 10.0, -5.0, _PLAIN_CUTS, fitted=False)
"""An even chance at a cosine of a half: a guess, for an encoder nobody calibrated that has no reranker behind it."""


def for_reranker(fingerprint: str) -> Calibration:
    """The stored calibration of a reranker's signals, or ``PLAIN_LOGIT``."""
    return _stored("rerankers", fingerprint, PLAIN_LOGIT)


def for_reader(fingerprint: str) -> Calibration:
    """The stored calibration of the signals where a reader examined the best passages too, or ``PLAIN_LOGIT``."""
    return _stored("readers", fingerprint, PLAIN_LOGIT)


def for_encoder(fingerprint: str) -> Calibration:
    """The stored calibration of an encoder's signals, for answers that no reranker read, or ``PLAIN_COSINE``."""
    return _stored("encoders", fingerprint, PLAIN_COSINE)


def _stored(role: str, fingerprint: str, otherwise: Calibration) -> Calibration:
    entries: dict[str, dict[str, Any]] = json.loads(resources.files("index.answering").joinpath("calibration.json").read_text("utf-8"))
    entry = entries[role].get(fingerprint)
    if entry is None:
        return otherwise
    cuts = {OperatingPoint(name): float(cut) for name, cut in entry["cuts"].items()}
    return Calibration(entry["weights"], entry["intercept"], entry["slope"], entry["offset"], cuts, fitted=True)


def _logistic(z: float) -> float:
    """1 / (1 + e^-z), for any z."""
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))
