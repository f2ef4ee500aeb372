"""Which of Telegram's updates have come, and what became of them. In: ids, and what they said. Out: whether one is new, and which are unfinished.

What an update says is kept only until it has been handled. That one came is on the disk before Telegram is told; what became of it may be lost by a
power cut, and then it is answered a second time at worst. Blocking and short: call it off the event loop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.database import reading, writing
from bot.store.tables import updates

KEPT = timedelta(hours=25)
"""Telegram offers an update for 24 hours (https://core.telegram.org/bots/api#getting-updates); after that none can come again."""
TRIES = 2
"""How often an update is taken up again: one that kills the process must not do so for ever."""
CLEARED_EVERY = 1000
"""Updates between two clearings of old ones."""


class Updates:
    """Updates by bot and id. Safe for several threads and processes. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._received = 0

    def receive(self, bot_id: int, update_id: int, content: str) -> bool:
        """Write an update down. content: its JSON. Returns False if it has come before, saying the same; under the same id alone it is another."""
        return self.receive_all(bot_id, [(update_id, content)])[0]

    def receive_all(self, bot_id: int, came: Sequence[tuple[int, str]]) -> list[bool]:
        """Several in one transaction, ids and JSON; as many answers, as ``receive`` gives them."""
        before, self._received = self._received, self._received + len(came)
        if before // CLEARED_EVERY != self._received // CLEARED_EVERY or not before:
            self._clear()
        with writing(self._engine, "noting updates") as connection:
            return [self._receive(connection, bot_id, update_id, content) for update_id, content in came]

    def claim(self, bot_id: int, update_id: int) -> bool:
        """Say that the update is being answered. False if somebody said so before; True if it was never written down."""
        with writing(self._engine, "noting that an update is answered", synced=False) as connection:
            row = connection.execute(select(updates.c.answering).where(_is(bot_id, update_id)).with_for_update()).one_or_none()
            if row is None:
                return True
            if row.answering:
                return False
            connection.execute(update(updates).where(_is(bot_id, update_id)).values(answering=True))
        return True

    def finish(self, bot_id: int, update_id: int) -> None:
        """The update has been handled: only its id is kept."""
        with writing(self._engine, "noting that an update was handled", synced=False) as connection:
            connection.execute(update(updates).where(_is(bot_id, update_id)).values(content=None))

    def take_up(self, bot_id: int) -> list[str]:
        """What the updates say that nobody began to answer, oldest first. One that somebody did is closed: nobody knows how far that got."""
        self._clear()
        unfinished = and_(updates.c.bot_id == bot_id, updates.c.content.is_not(None))
        open_ = and_(unfinished, ~updates.c.answering, updates.c.tries < TRIES)
        with writing(self._engine, "taking up unfinished updates") as connection:
            rows = connection.execute(select(updates.c.content).where(open_).order_by(updates.c.id)).scalars().all()
            connection.execute(update(updates).where(and_(unfinished, ~open_)).values(content=None))
            connection.execute(update(updates).where(open_).values(tries=updates.c.tries + 1))
        return [str(row) for row in rows]

    def count(self, bot_id: int) -> int:
        """How many are unfinished."""
        with reading(self._engine, "counting unfinished updates") as connection:
            found = connection.execute(select(updates.c.id).where(updates.c.bot_id == bot_id, updates.c.content.is_not(None)))
            return len(found.all())

    def _receive(self, connection: Connection, bot_id: int, update_id: int, content: str) -> bool:
        state = {"digest": digest_of(content), "received_at": self._seconds(), "content": content, "answering": False, "tries": 0}
        try:
            with connection.begin_nested():
                connection.execute(insert(updates).values(bot_id=bot_id, id=update_id, **state))
        except IntegrityError:
            other = and_(_is(bot_id, update_id), updates.c.digest != state["digest"])
            return bool(connection.execute(update(updates).where(other).values(state)).rowcount)
        return True

    def _clear(self) -> None:
        with writing(self._engine, "forgetting old updates") as connection:
            connection.execute(delete(updates).where(updates.c.received_at < self._seconds() - int(KEPT.total_seconds())))

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def digest_of(content: str) -> str:
    """Of what an update says: 32 hexadecimal digits."""
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _is(bot_id: int, update_id: int) -> ColumnElement[bool]:
    return and_(updates.c.bot_id == bot_id, updates.c.id == update_id)
