"""The command table: what people can type. It feeds /help, the menu in Telegram, the handler table and the tests. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who may use a command."""

    EVERYONE = "everyone"
    """Whoever can write to the bot."""
    GROUP_ADMINS = "group_admins"
    """The admins of the group it is typed in, as Telegram knows them."""
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
    """Who may use it in a private chat."""
    in_groups: Audience | None = None
    """Whose menu it stands in in a group, where it works without the bot's name behind it; None: in nobody's."""


START = Command("start", "what this is, and what coverage is loaded")
HELP = Command("help", "what you can type", in_groups=Audience.EVERYONE)
ASK = Command("ask", "a question about the coverage: /ask how many were hurt?", in_groups=Audience.EVERYONE)
LATEST = Command("latest", "the newest articles, on a topic if you name one: /latest elections", in_groups=Audience.EVERYONE)
SOURCES = Command("sources", "whose articles I have, and how many", in_groups=Audience.EVERYONE)
SUBSCRIBE = Command("subscribe", "updates on what interests you: /subscribe al-Bab casualties", in_groups=Audience.GROUP_ADMINS)
SUBSCRIPTIONS = Command("subscriptions", "what is subscribed to: pause, change, preview, delete", in_groups=Audience.GROUP_ADMINS)
TIMELINE = Command("timeline", "how an answer changed: /timeline how many were hurt?", in_groups=Audience.EVERYONE)
SETTINGS = Command("settings", "language, and how much is shown", in_groups=Audience.GROUP_ADMINS)
PRIVACY = Command("privacy", "what I keep of what you write", in_groups=Audience.EVERYONE)
FORGET = Command("forget", "delete what I keep of this chat", in_groups=Audience.GROUP_ADMINS)
FEEDBACK = Command("feedback", "answers that people called wrong", Audience.ADMINS)

ADD = Command("add", "take in a page, or follow a feed: /add ADDRESS…; files and posts: send or forward them", Audience.ADMINS)
FEEDS = Command("feeds", "the feeds, how they go; /feeds add, remove, pause or resume ADDRESS", Audience.ADMINS)
SOURCE = Command("source", "take in the posts of a channel: /source @CHANNEL; /source off @CHANNEL", Audience.ADMINS)
PAUSE = Command("pause", "leave an outlet out of answers, and its feeds alone: /pause OUTLET", Audience.ADMINS)
RESUME = Command("resume", "go on with an outlet: /resume OUTLET", Audience.ADMINS)
REMOVE = Command("remove", "delete an article for good: /remove ARTICLE, by its id or address", Audience.ADMINS)
REINDEX = Command("reindex", "bring the index up to date; /reindex full builds it anew", Audience.ADMINS)
STATUS = Command("status", "how the coverage and the program are", Audience.ADMINS)
STATS = Command("stats", "questions asked and answered", Audience.ADMINS)
ADMINS = Command("admins", "who the admins are, and where they are obeyed", Audience.ADMINS)
ADMIN_GROUP = Command("admingroup", "obey admins in this group; /admingroup off, no more", Audience.ADMINS)
LOG = Command("log", "what admins did, newest first", Audience.ADMINS)


COMMANDS: tuple[Command, ...] = (
    *(START, HELP, ASK, TIMELINE, SUBSCRIBE, SUBSCRIPTIONS, LATEST, SOURCES, SETTINGS, PRIVACY, FORGET),
    *(ADD, FEEDS, SOURCE, PAUSE, RESUME, REMOVE, REINDEX, STATUS, STATS, FEEDBACK, ADMINS, ADMIN_GROUP, LOG),
)
"""In the order in which they are listed."""


def for_audience(audience: Audience, commands: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """What somebody may use: admins everything, everyone else what is for everyone."""
    return tuple(command for command in commands if audience is Audience.ADMINS or command.audience is audience)


def in_groups(audience: Audience, commands: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """What stands in a group's menu: for its admins everything that does, for everyone else what is for everyone."""
    shown = (Audience.EVERYONE,) if audience is Audience.EVERYONE else (Audience.EVERYONE, Audience.GROUP_ADMINS)
    return tuple(command for command in commands if command.in_groups in shown)
