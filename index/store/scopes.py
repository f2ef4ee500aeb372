"""From what a person limits a search to (names, dates) to what an index compares (numbers)."""

from __future__ import annotations

import difflib

from sqlalchemy import Connection, select

from index.domain.passages import Filters
from index.errors import QuestionError
from index.ports.search import Scope
from index.store.outlets import without_paused
from index.store.tables import articles, sources

_SHOWN = 5


def resolve(connection: Connection, filters: Filters) -> Scope:
    """The scope of ``filters``, without outlets that are paused.

    Raises QuestionError for an outlet or article that does not exist, naming near ones, and where every outlet asked for is paused.
    """
    chosen = frozenset(_source_ids(connection, filters.sources)) if filters.sources else None
    searched = without_paused(connection, chosen)
    if chosen and not searched:
        raise QuestionError(
            "{names} is paused, and not searched.",
            remedy="An admin can go on with it: /sources resume.",
            values={"names": ", ".join(filters.sources)},
        )
    return Scope(
        since=None if filters.since is None else int(filters.since.timestamp()),
        until=None if filters.until is None else int(filters.until.timestamp()),
        source_ids=searched,
        article_keys=frozenset(_article_keys(connection, filters.articles)) if filters.articles else None,
    )


def outlets(connection: Connection) -> list[str]:
    """The names of all outlets, in alphabetical order."""
    return list(connection.execute(select(sources.c.name).order_by(sources.c.name)).scalars())


def _source_ids(connection: Connection, names: tuple[str, ...]) -> list[int]:
    known: dict[str, list[tuple[int, str]]] = {}
    for number, name in connection.execute(select(sources.c.id, sources.c.name).order_by(sources.c.name)):
        known.setdefault(name.casefold(), []).append((number, name))
    chosen = []
    for name in names:
        if name.casefold() not in known:
            near = difflib.get_close_matches(name.casefold(), known, n=_SHOWN, cutoff=0.5) or list(known)[:_SHOWN]
            shown = ", ".join(known[key][0][1] for key in near)
            values = {"name": repr(name), "names": shown}
            raise QuestionError("The coverage has no source named {name}.", remedy="There is: {names}." if shown else None, values=values)
        chosen += [number for number, _ in known[name.casefold()]]
    return chosen


def _article_keys(connection: Connection, ids: tuple[str, ...]) -> list[int]:
    found = {row.id: int(row.key) for row in connection.execute(select(articles.c.id, articles.c.key).where(articles.c.id.in_(ids)))}
    missing = [given for given in ids if given not in found]
    if missing:
        raise QuestionError("The coverage has no article with the id {id}.", values={"id": repr(missing[0])})
    return list(found.values())
