"""What is done with an update whose sending failed, for everything that Telegram can say."""

from __future__ import annotations

import pytest

from bot.telegram.outcomes import Failure, Outcome
from bot.updates.verdicts import LONGEST_PAUSE_S, MOST_ATTEMPTS, Verdict, decide

EXPECTED = {
    Outcome.TOO_MANY: Verdict.LATER,
    Outcome.NOT_SENT: Verdict.HALT,
    Outcome.SERVER_ERROR: Verdict.LATER,
    Outcome.UNKNOWN: Verdict.LATER,
    Outcome.BLOCKED: Verdict.CUT_OFF,
    Outcome.KICKED: Verdict.CUT_OFF,
    Outcome.CHAT_GONE: Verdict.CUT_OFF,
    Outcome.MIGRATED: Verdict.MOVED,
    Outcome.TOPIC_CLOSED: Verdict.CUT_OFF,
    Outcome.NO_RIGHTS: Verdict.CUT_OFF,
    Outcome.MESSAGE_GONE: Verdict.DROPPED,
    Outcome.NOT_MODIFIED: Verdict.DROPPED,
    Outcome.CANNOT_PARSE: Verdict.DROPPED,
    Outcome.TOO_LONG: Verdict.DROPPED,
    Outcome.QUERY_TOO_OLD: Verdict.DROPPED,
    Outcome.UNAUTHORISED: Verdict.HALT,
    Outcome.CONFLICT: Verdict.DROPPED,
    Outcome.REFUSED: Verdict.DROPPED,
}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_failure_has_its_verdict(outcome: Outcome) -> None:
    """None is forgotten, and what can still arrive is never dropped at the first failure."""
    assert decide(Failure(outcome, wait_s=7.0, new_chat_id=-1), 0).verdict is EXPECTED[outcome]


def test_a_wait_is_as_long_as_telegram_says() -> None:
    """However often it was said before."""
    assert [decide(Failure(Outcome.TOO_MANY, wait_s=7.0), attempts).wait_s for attempts in (0, 1_000)] == [7.0, 7.0]


def test_what_telegram_fails_over_is_tried_ever_more_rarely_and_given_up_at_last() -> None:
    """One update that Telegram cannot take holds up its chat for hours, not for ever."""
    waits = [decide(Failure(Outcome.SERVER_ERROR), attempts).wait_s for attempts in range(MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE_S
    assert decide(Failure(Outcome.SERVER_ERROR), MOST_ATTEMPTS).verdict is Verdict.DROPPED


def test_what_has_to_do_with_nobodys_chat_is_tried_for_ever() -> None:
    """An outage of days drops nothing."""
    assert decide(Failure(Outcome.NOT_SENT), 10_000).verdict is Verdict.HALT
    assert decide(Failure(Outcome.UNAUTHORISED), 10_000).verdict is Verdict.HALT
