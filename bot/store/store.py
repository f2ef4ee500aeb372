"""All that the bot remembers, opened once. In: an engine with the bot's tables, and the time. Out: one attribute for each thing that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from bot.store.chats import Chats


class BotStore:
    """Everything in it is blocking and short: call it off the event loop. Safe for several threads."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        """engine: from ``bot.store.database.open_database``. now: the present moment, in UTC."""
        self._engine = engine
        self.chats = Chats(engine, now)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
