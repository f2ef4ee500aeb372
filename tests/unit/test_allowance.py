"""Who may ask once more."""

from __future__ import annotations

from bot.allowance import REMEMBERED, WINDOW_S, Allowance, Verdict

ANN, BEN, GROUP = 7, 8, -9


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_person_may_ask_so_often_and_is_told_once() -> None:
    """Up to the limit yes; then no with a word, then no without; a minute later yes again. Others are not concerned."""
    clock = Clock()
    allowance = Allowance(per_person=2, per_group=100, now=clock)
    asked = [allowance.ask(person=ANN, chat=ANN) for _ in range(4)]
    assert asked == [Verdict.YES, Verdict.YES, Verdict.TELL, Verdict.SILENT]
    assert allowance.ask(person=BEN, chat=BEN) is Verdict.YES
    clock.now = WINDOW_S
    assert allowance.ask(person=ANN, chat=ANN) is Verdict.YES


def test_a_group_has_a_limit_of_its_own() -> None:
    """Many people who each ask little are together too many for one group; elsewhere they may go on asking."""
    allowance = Allowance(per_person=5, per_group=3, now=Clock())
    assert [allowance.ask(person=person, chat=GROUP) for person in (1, 2, 3)] == [Verdict.YES] * 3
    assert allowance.ask(person=4, chat=GROUP) is Verdict.TELL
    assert allowance.ask(person=5, chat=GROUP) is Verdict.SILENT
    assert allowance.ask(person=4, chat=4) is Verdict.YES
    assert allowance.ask(person=None, chat=-10) is Verdict.YES


def test_what_was_refused_is_not_counted() -> None:
    """Somebody who keeps asking through a refusal may ask again as soon as the first question is a minute old."""
    clock = Clock()
    allowance = Allowance(per_person=1, per_group=9, now=clock)
    for second in range(60):
        clock.now = float(second)
        assert (allowance.ask(person=ANN, chat=ANN) is Verdict.YES) == (second == 0)
    clock.now = WINDOW_S
    assert allowance.ask(person=ANN, chat=ANN) is Verdict.YES


def test_who_has_not_asked_for_longest_is_forgotten() -> None:
    """Memory is bounded, however many people ask."""
    allowance = Allowance(per_person=1, per_group=9, now=Clock())
    for person in range(1, REMEMBERED + 100):
        assert allowance.ask(person=person, chat=person) is Verdict.YES
    assert len(allowance._askers) == REMEMBERED
    assert allowance.ask(person=1, chat=1) is Verdict.YES
    assert allowance.ask(person=REMEMBERED, chat=REMEMBERED) is Verdict.TELL
