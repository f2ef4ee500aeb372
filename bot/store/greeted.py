"""Which groups the bot has introduced itself to. In: a chat's number. Out: whether it is the first time.

Blocking and short: call it off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, insert, select

from bot.store.database import writing
from bot.store.tables import greeted


class Greeted:
    """Groups by number. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def first_time(self, chat_id: int) -> bool:
        """Note that it does so now. False if it did before."""
        with writing(self._engine, "noting that a group was greeted") as connection:
            if connection.execute(select(greeted.c.chat_id).where(greeted.c.chat_id == chat_id)).first() is not None:
                return False
            connection.execute(insert(greeted).values(chat_id=chat_id, at=int(self._now().timestamp())))
            return True
