"""Judging in rounds: which texts are glanced at, which get their scores worked out, and when it is over. The judge is scripted."""

from __future__ import annotations

from collections.abc import Sequence

from index.ports.models import Glance
from index.search.retrieve import DECIDED_BY, FIRST_ROUND, NEAR, NEXT_ROUND, judge_in_rounds


class Scripted:
    """Texts are their scores, written out; an estimate is half a logit too high."""

    def __init__(self) -> None:
        self.glanced: list[str] = []
        self.finished: list[str] = []

    def judge(self, fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        """As `Examiner.judge`, of one question."""
        self.glanced += fresh
        self.finished += [str(one.begun) for one in near]
        return [Glance(float(text) + 0.5, text) for text in fresh], [float(str(one.begun)) for one in near]


def texts(*scores: float) -> list[str]:
    return [str(score) for score in scores]


def test_only_what_is_near_the_best_is_worked_out() -> None:
    """The rest keep their estimates, in their places."""
    scripted = Scripted()
    some = texts(5.0 - NEAR - 2, 5.0, 5.0 - NEAR - 1, 4.0)
    assert judge_in_rounds(scripted.judge, some) == [5.5 - NEAR - 2, 5.0, 5.5 - NEAR - 1, 4.0]
    assert sorted(scripted.finished) == texts(4.0, 5.0)


def test_the_best_of_the_last_round_is_worked_out_too() -> None:
    """Also where nothing is left to begin beside it."""
    scripted = Scripted()
    some = texts(*[0.0] * FIRST_ROUND, *[1.0] * NEXT_ROUND)
    assert judge_in_rounds(scripted.judge, some) == [float(text) for text in some]
    assert scripted.glanced == scripted.finished == some


def test_a_round_far_below_the_best_ends_it() -> None:
    """What comes after is not even glanced at."""
    scripted = Scripted()
    low = 9.0 - DECIDED_BY - 1
    some = texts(9.0, *[low] * (FIRST_ROUND - 1 + NEXT_ROUND))
    assert judge_in_rounds(scripted.judge, some) == [9.0, *[low + 0.5] * (FIRST_ROUND - 1)]
    assert scripted.glanced == some[:FIRST_ROUND]


def test_of_nothing_there_is_nothing() -> None:
    """A search may find sentences that are gone by the time they are looked up."""
    assert judge_in_rounds(Scripted().judge, []) == []
