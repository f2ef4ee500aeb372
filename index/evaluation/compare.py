"""Two evaluations of one test set, question by question. Pure.

Compared twice: by where the first right passage stands, whether or not the answer was refused; and by whether refusing or answering was right. So a
change of the cut does not look like a change of the ranking, or the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import SuiteError
from index.evaluation.measures import interval
from index.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """A question that fares otherwise than before."""

    id: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed by one view."""

    won: tuple[Change, ...]
    lost: tuple[Change, ...]
    unchanged: int
    mean: float
    """Of the new scores less the old, in -1..1; above 0 is better."""
    low: float
    """The 95% interval of that mean over questions; one that holds 0 shows no difference."""
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, and what could not be compared."""

    ranking: Difference | None
    """Reciprocal ranks of the first right passage; over answerable questions. None if there are none."""
    refusal: Difference
    """1 for an unanswerable question that was refused or an answerable one that was not, else 0."""
    only_before: tuple[str, ...]
    """Questions, by id, that only the earlier evaluation asked, or that read otherwise there."""
    only_after: tuple[str, ...]


def compare(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> Comparison:
    """By question id. Raises SuiteError if no question is in both."""
    both = [id_ for id_, one in after.items() if id_ in before and _same(before[id_], one)]
    if not both:
        raise SuiteError("The two evaluations have no question in common.", remedy="Compare logs of the same test set.")
    pairs = [(before[id_], after[id_]) for id_ in both]
    ranked = [(old, new) for old, new in pairs if new.answerable]
    known = set(both)
    return Comparison(
        ranking=_difference(ranked, [new.reciprocal_rank - old.reciprocal_rank for old, new in ranked], _rank) if ranked else None,
        refusal=_difference(pairs, [_right_to_refuse(new) - _right_to_refuse(old) for old, new in pairs], _status),
        only_before=tuple(id_ for id_ in before if id_ not in known),
        only_after=tuple(id_ for id_ in after if id_ not in known),
    )


def _same(one: Outcome, other: Outcome) -> bool:
    return (one.question, one.answerable) == (other.question, other.answerable)


def _difference(pairs: Sequence[tuple[Outcome, Outcome]], gains: Sequence[float], shown: Callable[[Outcome], str]) -> Difference:
    changes = [(gain, Change(new.id, new.question, shown(old), shown(new))) for gain, (old, new) in zip(gains, pairs, strict=True) if gain]
    values = np.array(gains)
    low, high = interval(len(values), lambda drawn: float(values[drawn].mean()))
    return Difference(
        won=tuple(change for gain, change in changes if gain > 0),
        lost=tuple(change for gain, change in changes if gain < 0),
        unchanged=len(pairs) - len(changes),
        mean=float(values.mean()),
        low=low,
        high=high,
    )


def _right_to_refuse(outcome: Outcome) -> float:
    return float(outcome.refused != outcome.answerable)


def _rank(outcome: Outcome) -> str:
    return str(outcome.rank) if outcome.rank else str(outcome.loss or "not found")


def _status(outcome: Outcome) -> str:
    return "refused" if outcome.refused else "answered"
