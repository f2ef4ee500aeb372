"""What somebody subscribed to, where it is sent, and when. Frozen data on the standard library alone; ``bot.store.subscriptions`` keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

NOBODY = 0
"""The owner of what an anonymous admin of a group made: no person has this number, and nobody is told in private."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A chat, or one topic of a forum."""

    chat_id: int
    thread_id: int = 0
    """Telegram's number of the topic; 0 for a chat without topics, and for a forum's General."""


class Wanted(StrEnum):
    """What is subscribed to."""

    EVERYTHING = "everything"
    SOURCE = "source"
    """All that one outlet publishes."""
    TOPIC = "topic"
    """Whatever is about some words, by meaning."""
    QUESTION = "question"
    """The answer to a question: news when it changes."""


class Cadence(StrEnum):
    """How often something is sent."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is sent. Times of day are those of ``zone``, whatever its clocks do."""

    cadence: Cadence = Cadence.AT_ONCE
    at: time = time(8)
    """Of a daily or weekly digest."""
    weekday: int = 0
    """Of a weekly one; 0 is Monday, as in ``datetime.weekday``."""
    zone: str = "UTC"
    """A name of the tz database: ``Europe/Istanbul``."""
    quiet_from: time | None = None
    """From here on nothing is sent…"""
    quiet_to: time | None = None
    """…until here; what came meanwhile is sent then. Both or none; the stretch may go over midnight."""
    at_most: int | None = None
    """Posts a day; what is more goes into a digest at ``at``."""

    def __post_init__(self) -> None:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet hours have a beginning and an end, or neither")
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise ValueError("quiet hours that never end are a pause")
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a week has days 0 to 6, not {self.weekday}")
        if self.at_most is not None and self.at_most < 1:
            raise ValueError(f"at most {self.at_most} a day is a pause")


class State(StrEnum):
    """Whether a subscription is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By its people, until they resume it. What appears meanwhile is not sent later."""
    CUT_OFF = "cut_off"
    """The chat cannot be written to; it is resumed when that changes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is subscribed to: a subscription before it is kept."""

    wanted: Wanted
    words: str = ""
    """The topic or question as it was typed, or the outlet's name; empty for everything."""
    must: tuple[str, ...] = ()
    """Words that each stand in what is sent, upper and lower case alike."""
    must_not: tuple[str, ...] = ()
    """Words of which none does."""

    def __post_init__(self) -> None:
        if bool(self.words) == (self.wanted is Wanted.EVERYTHING):
            raise ValueError(f"a subscription to {self.wanted} has {'no words' if not self.words else 'words'}")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that is kept."""

    id: int
    place: Place
    owner_id: int
    """Who made it, and is told when it cannot be served; ``NOBODY`` if Telegram did not say."""
    wish: Wish
    schedule: Schedule
    language: str | None
    """Which its posts are written in; None for English."""
    state: State
    reason: str | None
    """Why it is cut off."""
    created_at: datetime
    last_digest_at: datetime
    """Up to where digests were sent; of a new one, when it was made."""
