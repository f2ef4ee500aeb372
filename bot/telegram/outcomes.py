"""What a failure of a call to Telegram means. In: the library's exception. Out: an ``Outcome``, and for each outcome what is to be done about it.

Pure. Used for replies (``bot.telegram.limiter``, ``bot.telegram.sender``) and for whatever else sends. Telegram tells most refusals apart by words
alone; the words are those of the Bot API server's source (tdlib/telegram-bot-api, Client.cpp) and of tests against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError


class Outcome(StrEnum):
    """What came of a call that failed."""

    TOO_MANY = "too_many"
    """Refused until a wait is over."""
    NOT_SENT = "not_sent"
    """No connection: Telegram never saw it."""
    SERVER_ERROR = "server_error"
    """Telegram says that it failed, and did nothing."""
    UNKNOWN = "unknown"
    """It may have been done: the answer was late or lost on the way, or came from what stands before Telegram."""
    BLOCKED = "blocked"
    """The person blocked the bot, never started it, or is gone."""
    KICKED = "kicked"
    """The bot is not in the group or channel any more."""
    CHAT_GONE = "chat_gone"
    """There is no such chat."""
    MIGRATED = "migrated"
    """The group became a supergroup under another number."""
    TOPIC_CLOSED = "topic_closed"
    """The forum topic is closed or deleted."""
    NO_RIGHTS = "no_rights"
    """The bot may not write there, or not do that."""
    MESSAGE_GONE = "message_gone"
    """The message to edit, delete or reply to is gone, or too old to be changed."""
    NOT_MODIFIED = "not_modified"
    """The message says that already."""
    CANNOT_PARSE = "cannot_parse"
    """The mark-up is wrong."""
    TOO_LONG = "too_long"
    """The text does not fit into a message."""
    QUERY_TOO_OLD = "query_too_old"
    """The press of a button or the inline query cannot be answered any more."""
    UNAUTHORISED = "unauthorised"
    """Telegram does not know the token."""
    CONFLICT = "conflict"
    """Another process asks for this bot's updates."""
    REFUSED = "refused"
    """Anything else that Telegram said no to."""


class Consequence(StrEnum):
    """What is to be done about an outcome."""

    NOTHING = "nothing"
    """What was wanted is so already, or nobody is there to see it."""
    WAIT = "wait"
    """Send it again when the wait is over."""
    REPEAT = "repeat"
    """Send it again soon: it was not done."""
    ASK = "ask"
    """Never send it again unseen. What changes nothing when done twice may be repeated; of anything else the reader hears that it may be missing."""
    PAUSE = "pause"
    """Send nothing more to this chat, or topic, until it is heard of again."""
    MOVE = "move"
    """Send it to the new number, and keep that."""
    PLAIN = "plain"
    """Send the words without mark-up, in pieces that fit. A mistake of ours: to the log."""
    ANEW = "anew"
    """Send a new message in its place."""
    GIVE_UP = "give_up"
    """Nothing can be done in this chat; to the log."""


CONSEQUENCES: dict[Outcome, Consequence] = {
    Outcome.TOO_MANY: Consequence.WAIT,
    Outcome.NOT_SENT: Consequence.REPEAT,
    Outcome.SERVER_ERROR: Consequence.REPEAT,
    Outcome.UNKNOWN: Consequence.ASK,
    Outcome.BLOCKED: Consequence.PAUSE,
    Outcome.KICKED: Consequence.PAUSE,
    Outcome.CHAT_GONE: Consequence.PAUSE,
    Outcome.MIGRATED: Consequence.MOVE,
    Outcome.TOPIC_CLOSED: Consequence.PAUSE,
    Outcome.NO_RIGHTS: Consequence.PAUSE,
    Outcome.MESSAGE_GONE: Consequence.ANEW,
    Outcome.NOT_MODIFIED: Consequence.NOTHING,
    Outcome.CANNOT_PARSE: Consequence.PLAIN,
    Outcome.TOO_LONG: Consequence.PLAIN,
    Outcome.QUERY_TOO_OLD: Consequence.NOTHING,
    Outcome.UNAUTHORISED: Consequence.GIVE_UP,
    Outcome.CONFLICT: Consequence.GIVE_UP,
    Outcome.REFUSED: Consequence.GIVE_UP,
}
"""Every outcome's consequence. Follow (subscriptions) and reply alike."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An outcome, with the numbers that Telegram gave with it."""

    outcome: Outcome
    wait_s: float = 0.0
    """Of TOO_MANY: seconds."""
    new_chat_id: int | None = None
    """Of MIGRATED."""

    @property
    def consequence(self) -> Consequence:
        """What is to be done about it."""
        return CONSEQUENCES[self.outcome]


_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""What httpx raises before the first byte of a request is written."""

_SERVER_ERROR = re.compile(r"internal server error(:|$)")
"""How the Bot API server begins. A 500 without its words, "Internal Server Error (500)" to the library, is from what stands before it."""
_MAYBE_DONE = ("restart", "request aborted", "immediately deleted", "random_id_duplicate")
"""Said with a 500 of calls that were under way when the server went down; of a message that was sent, and somebody's bot deleted it at once; and of
one that Telegram has already got."""

_IN_WORDS: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    (Outcome.NOT_MODIFIED, ("message is not modified",)),
    (Outcome.QUERY_TOO_OLD, ("query is too old", "query_id_invalid")),
    (Outcome.CANNOT_PARSE, ("can't parse entities",)),
    (Outcome.TOO_LONG, ("message is too long", "message_too_long", "entities_too_long")),
    (Outcome.TOPIC_CLOSED, ("topic_closed", "topic_deleted", "message thread not found")),
    (
        Outcome.MESSAGE_GONE,
        (
            "message to edit not found",
            "message to delete not found",
            "message to be replied not found",
            "message can't be edited",
            "message can't be deleted",
            "message_id_invalid",
            "replied message not found",
        ),
    ),
    (
        Outcome.CHAT_GONE,
        ("chat not found", "peer_id_invalid", "group chat was deactivated", "user not found", "the group chat was deleted"),
    ),
    (Outcome.KICKED, ("bot was kicked", "bot is not a member", "channel_private", "chat_forbidden")),
    (
        Outcome.NO_RIGHTS,
        (
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_admin_required",
            "chat_send_",
            "can't send messages to the chat",
        ),
    ),
)
"""Parts of Telegram's sentences, in lower case."""


def judge(error: TelegramError) -> Failure:
    """What the failure means. What is not known here is REFUSED where Telegram said no, and UNKNOWN anywhere else."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Failure(Outcome.TOO_MANY, wait_s=wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, ChatMigrated):
        return Failure(Outcome.MIGRATED, new_chat_id=error.new_chat_id)
    if isinstance(error, InvalidToken):
        return Failure(Outcome.UNAUTHORISED)
    if isinstance(error, Conflict):
        return Failure(Outcome.CONFLICT)
    words = str(error).lower()
    if isinstance(error, Forbidden):
        return Failure(_said(words) or Outcome.BLOCKED)
    if isinstance(error, BadRequest):
        return Failure(_said(words) or Outcome.REFUSED)
    if isinstance(error.__cause__, _NEVER_SENT):
        return Failure(Outcome.NOT_SENT)
    if _SERVER_ERROR.match(words) and not any(part in words for part in _MAYBE_DONE):
        return Failure(Outcome.SERVER_ERROR)
    return Failure(Outcome.UNKNOWN)


def _said(words: str) -> Outcome | None:
    return next((outcome for outcome, parts in _IN_WORDS if any(part in words for part in parts)), None)
