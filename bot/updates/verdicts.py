"""What is to be done with an update whose sending failed. In: what the failure means, and how often it was tried. Out: a verdict. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.telegram.outcomes import Consequence, Failure, Outcome

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
"""After Telegram's own failures, which the limiter has tried to get over before; twice as long each time."""
MOST_ATTEMPTS = 50
"""Of an update that Telegram fails over: four hours of trying. What comes after it in its chat waits meanwhile."""
UNREACHABLE_S = 5.0
"""Until Telegram is tried again when it could not be reached."""
UNAUTHORISED_S = 60.0
"""Likewise when it does not know the token: somebody has to do something about that, and must find everything still there."""


class Verdict(StrEnum):
    """What becomes of an update."""

    LATER = "later"
    """Its chat is left alone for a while."""
    HALT = "halt"
    """Nothing can be sent to anybody for a while."""
    CUT_OFF = "cut_off"
    """Its chat or topic cannot be written to until it is heard of again."""
    MOVED = "moved"
    """Its chat has another number."""
    DROPPED = "dropped"
    """It can never arrive."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and how long to wait where it is to wait."""

    verdict: Verdict
    wait_s: float = 0.0


def decide(failure: Failure, attempts: int) -> Decision:
    """failure: of a call that may be made again. attempts: how often it was tried before."""
    outcome, pause_s = failure.outcome, min(FIRST_PAUSE_S * 2 ** min(attempts, MOST_ATTEMPTS), LONGEST_PAUSE_S)
    if outcome is Outcome.TOO_MANY:
        return Decision(Verdict.LATER, failure.wait_s)
    if outcome is Outcome.NOT_SENT:
        return Decision(Verdict.HALT, UNREACHABLE_S)
    if outcome is Outcome.UNAUTHORISED:
        return Decision(Verdict.HALT, UNAUTHORISED_S)
    if outcome in (Outcome.SERVER_ERROR, Outcome.UNKNOWN) and attempts < MOST_ATTEMPTS:
        return Decision(Verdict.LATER, pause_s)
    if failure.consequence is Consequence.PAUSE:
        return Decision(Verdict.CUT_OFF)
    if failure.consequence is Consequence.MOVE:
        return Decision(Verdict.MOVED)
    return Decision(Verdict.DROPPED)
