"""Everything the in-process Bot API remembers: who there is, which chats, what was said. Holds, and decides nothing; not for several threads."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JSON = dict[str, Any]
"""A Bot API object as it goes over the wire; what its fields hold, ``bot_api.json`` says."""

ChatType = Literal["private", "group", "supergroup", "channel"]


@dataclass(slots=True)
class Chat:
    """A chat and its messages by id."""

    id: int
    type: ChatType
    name: JSON
    """``first_name`` or ``title`` and the like, as the Bot API shows them."""
    members: dict[int, str] = field(default_factory=dict)
    """User id to status: creator, administrator, member, left, kicked."""
    messages: dict[int, JSON] = field(default_factory=dict)
    last_message_id: int = 0
    blocks_bot: bool = False
    """The person blocked the bot, or the group threw it out."""
    bot_may_post: bool = True
    """What the bot may do as an admin of the channel, or as a member of the group."""
    topics: dict[int, JSON] = field(default_factory=dict)
    """In a forum: the note that opened each topic, by the topic's number; without the one that every forum has."""
    closed_topics: set[int] = field(default_factory=set)
    upgraded_to: int | None = None
    """The supergroup that took this group's place."""

    def shown(self) -> JSON:
        """The Bot API's Chat object."""
        return {"id": self.id, "type": self.type, **self.name}


@dataclass(slots=True)
class Webhook:
    """Where updates are sent; an empty url means that they are asked for."""

    url: str = ""
    secret_token: str | None = None
    allowed_updates: list[str] = field(default_factory=list)


class State:
    """The world as one bot sees it.

    clock: the present moment, aware; the dates of messages come from it.
    """

    def __init__(self, bot: JSON, clock: Callable[[], datetime]) -> None:
        self.bot = bot
        self.users: dict[int, JSON] = {}
        self.chats: dict[int, Chat] = {}
        self.pending: list[JSON] = []
        """Updates that were not confirmed yet, oldest first."""
        self.webhook = Webhook()
        self.profile: dict[str, JSON] = {}
        """Commands, name and descriptions by what they were set for."""
        self.open_callbacks: set[str] = set()
        """Ids of button presses that were not answered yet."""
        self.inline_queries: dict[str, JSON | None] = {}
        """What each inline query was answered with; None while it waits."""
        self.flashed: list[str] = []
        """What was shown for a moment when a button was pressed."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """By file id: the path under which it can be fetched, and its bytes."""
        self._clock = clock
        self._update_ids = itertools.count(1)
        self._user_ids = itertools.count(1001)

    def now(self) -> int:
        """Seconds since 1970 UTC."""
        return int(self._clock().timestamp())

    def new_user_id(self) -> int:
        """An id that no user has."""
        return next(self._user_ids)

    def new_update(self, kind: str, content: JSON) -> JSON:
        """An update with the next id."""
        return {"update_id": next(self._update_ids), kind: content}

    def new_message(self, chat: Chat, sender: JSON | None, content: JSON) -> JSON:
        """Put a message into the chat; ids run within the chat. sender: None for a post of a channel."""
        chat.last_message_id += 1
        who = {} if sender is None else {"from": sender}
        message: JSON = {"message_id": chat.last_message_id, "date": self.now(), "chat": chat.shown(), **who, **content}
        chat.messages[chat.last_message_id] = message
        return message
