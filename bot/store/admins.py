"""Where admins are obeyed, and what they were asked and have not answered yet. SQL on both stands here only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from bot.store.database import reading, writing
from bot.store.tables import admin_groups, confirmations

ANSWER_WITHIN = timedelta(minutes=5)
"""A button that deletes something must not lie about in a chat for ever."""


@dataclass(frozen=True, slots=True)
class AdminGroup:
    """A group in which admins are obeyed."""

    chat_id: int
    title: str
    marked_by: int


class AdminGroups:
    """Groups that an admin marked. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def all(self) -> list[AdminGroup]:
        """In the order they were marked."""
        with reading(self._engine, "reading the admins' groups") as connection:
            rows = connection.execute(select(admin_groups).order_by(admin_groups.c.marked_at, admin_groups.c.chat_id)).all()
        return [AdminGroup(row.chat_id, row.title, row.marked_by) for row in rows]

    def has(self, chat_id: int) -> bool:
        """Whether this group is marked."""
        with reading(self._engine, "looking up an admins' group") as connection:
            return connection.execute(select(admin_groups.c.chat_id).where(admin_groups.c.chat_id == chat_id)).first() is not None

    def mark(self, group: AdminGroup) -> None:
        """From now on admins are obeyed there."""
        row = {"chat_id": group.chat_id, "title": group.title, "marked_by": group.marked_by, "marked_at": int(self._now().timestamp())}
        with writing(self._engine, "marking an admins' group") as connection:
            connection.execute(delete(admin_groups).where(admin_groups.c.chat_id == group.chat_id))
            connection.execute(insert(admin_groups).values(row))

    def unmark(self, chat_id: int) -> bool:
        """Not any more. False if it was not marked."""
        with writing(self._engine, "unmarking an admins' group") as connection:
            return connection.execute(delete(admin_groups).where(admin_groups.c.chat_id == chat_id)).rowcount > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that waits for its admin's yes."""

    user_id: int
    chat_id: int
    act: str
    argument: str


class Confirmations:
    """Questions back to an admin, each answered once. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def ask(self, asked: Asked) -> str:
        """A token that stands for the act: 22 characters that nobody can guess."""
        token = secrets.token_urlsafe(16)
        row = {"user_id": asked.user_id, "chat_id": asked.chat_id, "act": asked.act, "argument": asked.argument}
        expires_at = int((self._now() + ANSWER_WITHIN).timestamp())
        with writing(self._engine, "keeping a question to an admin") as connection:
            connection.execute(insert(confirmations).values(row | {"token": token, "expires_at": expires_at}))
        return token

    def take(self, token: str, *, user_id: int, chat_id: int) -> Asked | None:
        """The act, which is answered with this; None if it was answered before, is too old, or was asked of somebody else or elsewhere."""
        which = (
            (confirmations.c.token == token)
            & (confirmations.c.user_id == user_id)
            & (confirmations.c.chat_id == chat_id)
            & (confirmations.c.expires_at > int(self._now().timestamp()))
        )
        with writing(self._engine, "taking an admin's answer") as connection:
            row = connection.execute(select(confirmations).where(which)).first()
            if row is None or not connection.execute(delete(confirmations).where(which)).rowcount:
                return None
        return Asked(row.user_id, row.chat_id, row.act, row.argument)

    def expire(self) -> int:
        """Forget what is too old. Returns how many went."""
        with writing(self._engine, "forgetting old questions to admins") as connection:
            return connection.execute(delete(confirmations).where(confirmations.c.expires_at <= int(self._now().timestamp()))).rowcount
