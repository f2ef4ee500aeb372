"""What the people of a chat can choose. Pure data; ``bot.store.chats`` keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Length(StrEnum):
    """How much of an answer is shown."""

    SHORT = "short"
    """The short answer and the first quote."""
    FULL = "full"
    """The short answer, the quotes and their sources."""


class Asking(StrEnum):
    """Who may ask in a group."""

    EVERYONE = "everyone"
    ADMINS = "admins"
    """The group's own."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What was chosen in one chat; what nobody chose is as it is here."""

    language: str | None = None
    """A code of ``bot.language.CODES``; None for the language of whoever writes."""
    length: Length = Length.FULL
    asking: Asking = Asking.EVERYONE
