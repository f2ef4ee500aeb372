"""An evaluation as a whole: counts, measures, losses, and how it compares. Out: one JSON object, or lines for a terminal (``index.cli.evaluate``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.evaluation.compare import Comparison
from index.evaluation.judge import Judged
from index.evaluation.measures import PERCENT, Measure, measures
from index.evaluation.outcomes import Loss
from index.evaluation.suite import Suite

VERSION = 1
"""Of the JSON object; raised when a field changes its meaning or goes away."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found."""

    layout: str
    encoder: str
    reranker: str | None
    articles: int
    sentences: int
    asked: int
    answerable: int
    skipped: int
    """Questions of which the set does not say what answers them; never asked."""
    not_asked: int
    """Of the asked ones, those that cannot be searched for; they count as refused, and as not found."""
    short_answers: int
    """Answers that have one; exact match and F1 are 0 for the others."""
    measures: Mapping[str, Measure]
    losses: Mapping[Loss, int]
    """Why answerable questions did not get a right first passage and an answer; every loss is in it."""
    comparison: Comparison | None = None


def summarise(
    suite: Suite, judged: Sequence[Judged], *, sentences: int, encoder: str, reranker: str | None, comparison: Comparison | None
) -> Report:
    """The report on these questions, at least one, of a suite."""
    outcomes = [one.outcome for one in judged]
    losses = Counter(outcome.loss for outcome in outcomes)
    return Report(
        layout=suite.layout,
        encoder=encoder,
        reranker=reranker,
        articles=suite.article_count,
        sentences=sentences,
        asked=len(outcomes),
        answerable=sum(outcome.answerable for outcome in outcomes),
        skipped=suite.skipped,
        not_asked=sum(outcome.error is not None for outcome in outcomes),
        short_answers=sum(outcome.short is not None for outcome in outcomes),
        measures=measures(judged, suite.layout),
        losses={loss: losses[loss] for loss in Loss},
        comparison=comparison,
    )


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values, with its version and what its intervals mean."""
    return {"version": VERSION, "interval_percent": PERCENT, **asdict(report)}
