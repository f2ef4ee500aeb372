"""The command table: what people can type. It feeds /help, the menu in Telegram, the handler table and the tests. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who may use a command."""

    EVERYONE = "everyone"
    """Whoever can write to the bot."""
    ADMINS = "admins"
    """The people listed in DATELINE_ACCESS__ADMINS."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something to type after a slash."""

    name: str
    """Without the slash; 1 to 32 small letters, digits and underscores (https://core.telegram.org/bots/api#botcommand)."""
    help: str
    """One line, for /help and the menu."""
    audience: Audience = Audience.EVERYONE


START = Command("start", "what this is, and what coverage is loaded")
HELP = Command("help", "what you can type")
ASK = Command("ask", "a question about the coverage: /ask how many were hurt?")
LATEST = Command("latest", "the newest articles, on a topic if you name one: /latest elections")
SOURCES = Command("sources", "whose articles I have, and how many")
PRIVACY = Command("privacy", "what I keep of what you write")
FORGET = Command("forget", "delete what I keep of this chat")
FEEDBACK = Command("feedback", "answers that people called wrong", Audience.ADMINS)

COMMANDS = (START, HELP, ASK, LATEST, SOURCES, PRIVACY, FORGET, FEEDBACK)
"""In the order in which they are listed."""


def for_audience(audience: Audience, commands: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """What somebody may use: admins everything, everyone else what is for everyone."""
    return tuple(command for command in commands if audience is Audience.ADMINS or command.audience is audience)
