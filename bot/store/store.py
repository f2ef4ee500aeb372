"""All that the bot remembers, opened once. In: an engine with the bot's tables, and the time. Out: one attribute for each thing that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from bot.store.admins import AdminGroups, Confirmations
from bot.store.answers import Answers
from bot.store.audit import Audit
from bot.store.changing import changing
from bot.store.chats import Chats
from bot.store.feedback import FeedbackStore
from bot.store.greeted import Greeted
from bot.store.intake import Inbox, SourceChannels, WatchedFiles
from bot.store.looks import Looks
from bot.store.moving import move_rows
from bot.store.outbox import Outbox
from bot.store.subscriptions import Subscriptions
from bot.store.unsure import UnsureUpdates
from bot.store.updates import Updates
from bot.store.usage import Usage


class BotStore:
    """Everything in it is blocking and short: call it off the event loop. Safe for several threads."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        """engine: from ``bot.store.database.open_database``. now: the present moment, in UTC."""
        self._engine = engine
        self.chats = Chats(engine, now)
        self.outbox = Outbox(engine, now)
        self.subscriptions = Subscriptions(engine, now, self.outbox.filled)
        self.looks = Looks(engine, now)
        self.unsure = UnsureUpdates(engine, now, self.outbox.filled)
        self.updates = Updates(engine, now)
        self.greeted = Greeted(engine, now)
        self.answers = Answers(engine, now)
        self.feedback = FeedbackStore(engine, now)
        self.admin_groups = AdminGroups(engine, now)
        self.confirmations = Confirmations(engine, now)
        self.audit = Audit(engine, now)
        self.channels = SourceChannels(engine, now)
        self.inbox = Inbox(engine)
        self.files = WatchedFiles(engine)
        self.usage = Usage(engine, now)

    def move_chat(self, old: int, new: int) -> int:
        """A group became a supergroup: what is kept of the one is kept of the other from now on, all in one transaction. Returns how many rows moved.

        Telegram tells of it several times and in any order; the second time nothing is left to do. Raises StorageError.
        """
        with changing(self._engine, "moving a group's rows to its supergroup") as connection:
            return move_rows(connection, old, new)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
