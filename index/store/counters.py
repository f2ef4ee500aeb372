"""Numbers that are never used twice. The writer's lock makes taking them safe."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from index.store.tables import counters


def take(connection: Connection, name: str, count: int) -> int:
    """The first of ``count`` numbers that were never taken under this name; the first ever is 1."""
    first = connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar()
    if first is None:
        connection.execute(insert(counters).values(name=name, value=1 + count))
        return 1
    connection.execute(update(counters).where(counters.c.name == name).values(value=first + count))
    return int(first)
