"""Outcomes to measures, each with a 95% interval over questions. Pure.

Rankings are scored by ir-measures, which runs trec_eval's code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.evaluation.judge import Judged
from index.evaluation.suite import Layout

Floats = NDArray[np.float64]
Draw = NDArray[np.intp]

RANKING = {"ndcg@10": "nDCG@10", "recall@1": "R@1", "recall@5": "R@5", "recall@10": "R@10", "mrr@10": "RR@10", "map": "AP"}
"""Our names for measures, and those of ir-measures. For SQuAD, where there is one thing to find, recall@k is the share of questions that have
evidence among the first k passages. The mean average precision is over what was found: at most ``judge.PASSAGES`` passages."""

RESAMPLES = 1000
SEED = 7
PERCENT = 95


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean or an area, and what it was taken over. In 0..1, but for the mean of differences."""

    value: float
    low: float
    """The interval that would hold 95 in a hundred of such values, were the questions drawn anew from the same source."""
    high: float
    questions: int


def measures(judged: Sequence[Judged], layout: Layout) -> dict[str, Measure]:
    """Every measure that these questions allow, by name; what would be taken over no question at all is left out."""
    answerable = [one for one in judged if one.outcome.answerable]
    unanswerable = [one for one in judged if not one.outcome.answerable]
    values = ranking([one.relevant for one in answerable], [one.ranked for one in answerable])
    if layout is Layout.SQUAD:
        values["em"] = np.array([one.exact_match for one in answerable])
        values["f1"] = np.array([one.f1 for one in answerable])
    values["refused_some"] = np.array([float(one.outcome.refused) for one in answerable])
    values["refused_none"] = np.array([float(one.outcome.refused) for one in unanswerable])
    found = {name: mean(of) for name, of in values.items() if len(of)}
    if answerable and unanswerable:
        found["auroc"] = auroc([one.outcome.confidence for one in judged], [one.outcome.answerable for one in judged])
    return found


def ranking(relevant: Sequence[Mapping[str, int]], ranked: Sequence[Sequence[str]]) -> dict[str, Floats]:
    """The measures of ``RANKING`` for each question, in their order.

    relevant: what there is to find, with grades from 1, at least one for each question. ranked: what was found, best first, without repetition.
    """
    import ir_measures  # a tenth of a second, and only measuring needs it

    names = {ir_measures.parse_measure(theirs): ours for ours, theirs in RANKING.items()}
    qrels = {str(i): dict(of) for i, of in enumerate(relevant)}
    run = {str(i): {item: -float(place) for place, item in enumerate(of)} for i, of in enumerate(ranked)}
    values = {ours: np.zeros(len(relevant)) for ours in RANKING}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        values[names[metric.measure]][int(metric.query_id)] = metric.value
    return values


def mean(values: Floats) -> Measure:
    """Their mean; at least one value."""
    low, high = interval(len(values), lambda drawn: float(values[drawn].mean()))
    return Measure(float(values.mean()), low, high, len(values))


def auroc(confidence: Sequence[float], answerable: Sequence[bool]) -> Measure:
    """How likely an answerable question has a greater confidence than an unanswerable one, ties counting half; there is at least one of each.

    It is the area under the ROC curve (Hanley and McNeil, Radiology 143, 1982).
    """
    _, level = np.unique(np.array(confidence), return_inverse=True)
    truth = np.array(answerable)

    def area(drawn: Draw) -> float:
        some = np.bincount(level[drawn], weights=truth[drawn], minlength=level.max() + 1)
        none = np.bincount(level[drawn], weights=~truth[drawn], minlength=level.max() + 1)
        pairs = some.sum() * none.sum()
        below = np.cumsum(none) - none
        return float(some @ (below + none / 2) / pairs) if pairs else float("nan")

    low, high = interval(len(truth), area)
    return Measure(area(np.arange(len(truth))), low, high, len(truth))


def interval(count: int, statistic: Callable[[Draw], float]) -> tuple[float, float]:
    """The percentile bootstrap (Efron, 1979) over ``count`` questions, the same at every run.

    statistic: of the questions at these positions, some drawn more than once; NaN where it is not defined, and then not counted.
    """
    chance = np.random.default_rng(SEED)
    found = [statistic(chance.integers(count, size=count)) for _ in range(RESAMPLES)]
    tail = (100 - PERCENT) / 2
    low, high = np.nanpercentile(found, [tail, 100 - tail])
    return float(low), float(high)
