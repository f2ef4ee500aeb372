"""Outlets that are paused: their articles are kept, and not searched. In: a name as a person types it. Out: what is paused."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from index.store.tables import sources

_PAUSED = select(sources.c.id).where(sources.c.paused)


def set_paused(connection: Connection, name: str, paused: bool) -> list[str]:
    """Pause every outlet of that name, upper and lower case alike, or go on with it. Returns their names as they are stored; empty if none has it."""
    found = [
        (row.id, row.name) for row in connection.execute(select(sources.c.id, sources.c.name)) if row.name.casefold() == name.casefold()
    ]
    for number, _ in found:
        connection.execute(update(sources).where(sources.c.id == number).values(paused=paused))
    return [stored for _, stored in found]


def paused_names(connection: Connection) -> tuple[str, ...]:
    """In alphabetical order."""
    return tuple(connection.execute(select(sources.c.name).where(sources.c.paused).order_by(sources.c.name)).scalars())


def without_paused(connection: Connection, chosen: frozenset[int] | None) -> frozenset[int] | None:
    """The outlets to search in, by number, 0 for articles that name none. chosen: what the asker limits it to. None: no limit at all."""
    paused = frozenset(connection.execute(_PAUSED).scalars())
    if not paused:
        return chosen
    everyone = chosen if chosen is not None else frozenset((0, *connection.execute(select(sources.c.id)).scalars()))
    return everyone - paused
