"""What each failure means, in the words of Telegram and of the network."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.outcomes import CONSEQUENCES, Consequence, Failure, Outcome, judge


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """The error as the library's HTTP client raises it."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Outcome.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), Outcome.BLOCKED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Outcome.BLOCKED),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Outcome.KICKED),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), Outcome.KICKED),
        (Forbidden("Forbidden: the group chat was deleted"), Outcome.CHAT_GONE),
        (BadRequest("Bad Request: chat not found"), Outcome.CHAT_GONE),
        (BadRequest("Bad Request: TOPIC_CLOSED"), Outcome.TOPIC_CLOSED),
        (BadRequest("Bad Request: message thread not found"), Outcome.TOPIC_CLOSED),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Outcome.NO_RIGHTS),
        (BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"), Outcome.NO_RIGHTS),
        (BadRequest("Bad Request: message to edit not found"), Outcome.MESSAGE_GONE),
        (BadRequest("Bad Request: message can't be edited"), Outcome.MESSAGE_GONE),
        (BadRequest("Bad Request: message is not modified: specified new message content"), Outcome.NOT_MODIFIED),
        (BadRequest("Bad Request: can't parse entities: unsupported start tag"), Outcome.CANNOT_PARSE),
        (BadRequest("Bad Request: message is too long"), Outcome.TOO_LONG),
        (BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"), Outcome.QUERY_TOO_OLD),
        (BadRequest("Bad Request: something new"), Outcome.REFUSED),
        (InvalidToken("Unauthorized"), Outcome.UNAUTHORISED),
        (Conflict("Conflict: terminated by other getUpdates request"), Outcome.CONFLICT),
        (NetworkError("Internal Server Error"), Outcome.SERVER_ERROR),
        (NetworkError("Internal Server Error: INTERDC_2_CALL_ERROR"), Outcome.SERVER_ERROR),
        (NetworkError("Internal Server Error: restart"), Outcome.UNKNOWN),
        (NetworkError("Internal Server Error: request aborted"), Outcome.UNKNOWN),
        (NetworkError("Internal Server Error: sent message was immediately deleted and can't be returned"), Outcome.UNKNOWN),
        (NetworkError("Internal Server Error: RANDOM_ID_DUPLICATE"), Outcome.UNKNOWN),
        (NetworkError("Internal Server Error (500). Parsing the server response b'<html>' failed"), Outcome.UNKNOWN),
        (NetworkError("Bad Gateway"), Outcome.UNKNOWN),
        (caused(NetworkError("httpx.ConnectError: "), httpx.ConnectError("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.ConnectTimeout("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.PoolTimeout("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.ReadTimeout("")), Outcome.UNKNOWN),
        (caused(NetworkError("httpx.ReadError: "), httpx.ReadError("")), Outcome.UNKNOWN),
        (caused(NetworkError("httpx.RemoteProtocolError: "), httpx.RemoteProtocolError("")), Outcome.UNKNOWN),
        (TelegramError("Invalid server response"), Outcome.UNKNOWN),
    ],
    ids=str,
)
def test_what_a_failure_means(error: TelegramError, outcome: Outcome) -> None:
    """Each refusal and each broken connection is what it is; whatever is not known to have been left undone may have been done."""
    assert judge(error) == Failure(outcome)


def test_numbers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long to wait and where the group went come with the failure, with the library counting as bot.app has it count."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert judge(RetryAfter(timedelta(seconds=17))) == Failure(Outcome.TOO_MANY, wait_s=17.0)
    assert judge(ChatMigrated(-100)) == Failure(Outcome.MIGRATED, new_chat_id=-100)


def test_every_outcome_has_its_consequence() -> None:
    """None is left to whoever happens to meet it, and each consequence is used."""
    assert set(CONSEQUENCES) == set(Outcome)
    assert set(CONSEQUENCES.values()) == set(Consequence)
