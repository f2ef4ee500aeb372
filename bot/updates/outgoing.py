"""An update on its way to a chat: what is sent, and what became of it. Frozen data; ``bot.store.outbox`` keeps it, ``delivery`` sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.updates.subscription import Place


class Sending(StrEnum):
    """What became of an update."""

    WAITING = "waiting"
    """To be sent when its time has come."""
    SENDING = "sending"
    """Somebody is sending it at this moment, or was when they were killed."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """It may have arrived: the answer was lost, or whoever sent it was killed. It is never sent again."""
    DROPPED = "dropped"
    """It can never arrive; ``error`` says why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sending of an update has got."""

    texts: int = 0
    """How many of its texts are in the chat already. They are never sent again."""
    message_id: int | None = None
    """The message of the first one; None as long as there is none."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent."""

    texts: tuple[str, ...]
    """HTML messages, in order. The first one counts: its number is what later updates reply to or edit."""
    replies_to: str | None = None
    """The key of an earlier update in the same place that this one goes on from."""
    edits: str | None = None
    """The key of an earlier update in the same place whose message says this now; where it cannot be edited any more, this is a reply to it."""


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update that is to be put into the outbox."""

    place: Place
    key: str
    """What it is about: a place is told once. At most 120 characters."""
    body: Body
    subscription_id: int | None = None
    not_before: datetime | None = None
    """None for at once."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update that somebody has taken in hand to send."""

    id: int
    place: Place
    key: str
    body: Body
    subscription_id: int | None
    attempts: int
    """How often it was tried before, and refused for a while."""
    earlier_message_id: int | None
    """The message of the update that it replies to or edits; None if that was never sent."""
    progress: Progress = Progress()
