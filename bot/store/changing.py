"""Whether what is subscribed to is still what somebody read. In: a connection. Out: a mark, which is another one after each change.

The mark is a number drawn by chance and not a count: a database that was put back to an earlier state has its mark of then, and a count would come
to the same number again by other changes. It is written in the transaction that changes the rows, so every replica sees both or neither.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import writing
from bot.store.tables import progress

_MARK = "subscriptions"
"""The row of ``progress`` that holds it."""
_BITS = 62
"""Of a number that fits a column of 64 bits with its sign; that two of them are equal does not happen."""


@contextmanager
def changing(engine: Engine, what: str) -> Iterator[Connection]:
    """As ``writing``, for whatever changes what is subscribed to, where, when, or in which state. Raises StorageError.

    The mark comes first, so that those who change it on PostgreSQL wait for each other there, and not in a ring.
    """
    with writing(engine, what) as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        new = dialect.insert(progress).values(name=_MARK, value=secrets.randbits(_BITS))
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))
        yield connection


def mark(connection: Connection) -> int | None:
    """The mark as it is; None if nothing was ever subscribed to."""
    value: int | None = connection.execute(select(progress.c.value).where(progress.c.name == _MARK)).scalar()
    return value


def hold_mark(connection: Connection) -> None:
    """Until the caller's transaction ends nobody else changes what is subscribed to: who removes something then sees all that was told of it.

    On SQLite whoever writes is alone in any case.
    """
    connection.execute(select(progress.c.value).where(progress.c.name == _MARK).with_for_update(read=True))
