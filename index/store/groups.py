"""What articles have in common: groups of copies, stories, and what both are found by. Implements ``index.ports.groups.GroupStore``.

Each public method is one short transaction. The group of an article is the key of the group's first article; a story has a number of its own, which
is never used twice, because whoever follows a story must not find another under its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Row, Select, bindparam, delete, func, insert, select, update

from index.ports.clock import Clock
from index.ports.groups import Around, Grouped, Peer, Ungrouped
from index.store.database import reading, writing
from index.store.tables import articles, copy_marks, revisions, wordings

_LOOKUP = 500
"""Values in one query: well below every database's limit on parameters."""
_READ_CHARS = 200_000
"""What is compared of an article: all of it, unless it is a book."""

_text = func.substr(revisions.c.text, 1, _READ_CHARS).label("text")
_current = (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision)


class SqlGroupStore:
    """The database as the grouping pass sees it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def ungrouped(self, limit: int) -> list[Ungrouped]:
        """The next that are to be grouped, by rising key."""
        query: Select[Any] = (
            select(
                *(articles.c.key, _text, articles.c.title, articles.c.published_at, articles.c.copy_group, articles.c.story_id),
                *(wordings.c.revision.is_distinct_from(articles.c.revision), wordings.c.marks, wordings.c.terms),
            )
            .join_from(articles, revisions, _current)
            .outerjoin(wordings, wordings.c.article_key == articles.c.key)
            .where(articles.c.grouped_at.is_(None))
            .order_by(articles.c.key)
            .limit(limit)
        )
        with reading(self._engine, "reading what is to be grouped") as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            key, content, title, published, group, story, reworded, marks, terms = row
            found.append(
                Ungrouped(key, content, title, published, group, story, reworded, None if marks is None else _unpacked(marks), terms)
            )
        return found

    def holders(self, marks: Collection[int]) -> dict[int, list[int]]:
        """The articles that left each of these marks, by mark; what nobody left is not in it."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        with reading(self._engine, "looking for copies") as connection:
            for some in _chunks(marks):
                for mark, key in connection.execute(select(copy_marks).where(copy_marks.c.mark.in_(some))):
                    found[mark].append(key)
        return dict(found)

    def peers(self, keys: Collection[int]) -> dict[int, Peer]:
        """These articles in their current revisions, by key; what is gone is not in it."""
        query = select(articles.c.key, _text, articles.c.copy_group).join_from(articles, revisions, _current)
        with reading(self._engine, "reading possible copies") as connection:
            rows = [row for some in _chunks(keys) for row in connection.execute(query.where(articles.c.key.in_(some)))]
        return {row.key: Peer(*row) for row in rows}

    def background(self, below: int, limit: int) -> list[bytes]:
        """The terms of the last so many articles with lower keys."""
        query = select(wordings.c.terms).where(wordings.c.article_key < below).order_by(wordings.c.article_key.desc()).limit(limit)
        with reading(self._engine, "reading common words") as connection:
            return list(connection.execute(query).scalars())

    def count_around(self, first_day: int, last_day: int, below: int) -> int:
        """How many ``around`` would give without a limit."""
        query = select(func.count()).where(wordings.c.day.between(first_day, last_day), wordings.c.article_key < below)
        with reading(self._engine, "counting articles of some days") as connection:
            return int(connection.execute(query).scalar() or 0)

    def around(self, first_day: int, last_day: int, below: int, limit: int) -> list[Around]:
        """The articles of these days with lower keys that have a story: the last so many, by rising key. Days: as when they were first grouped."""
        query = (
            select(wordings.c.article_key, wordings.c.day, articles.c.story_id, wordings.c.terms)
            .join_from(wordings, articles, wordings.c.article_key == articles.c.key)
            .where(wordings.c.day.between(first_day, last_day), wordings.c.article_key < below)
            .order_by(wordings.c.article_key.desc())
            .limit(limit)
        )
        with reading(self._engine, "reading articles of some days") as connection:
            return [Around(*row) for row in connection.execute(query)][::-1]

    def record(self, batch: Sequence[Grouped], *, changed: Collection[int] = (), disturbed: Collection[int] = ()) -> None:
        """Store decisions in one transaction. Who begins a group is in it as long as others are.

        changed: articles of the batch on which others may depend, so that those outside the batch which are in their group wait again.
        disturbed: others that wait again.
        """
        now = int(self._clock.now().timestamp())
        with writing(self._engine, "storing groups and stories") as connection:
            before = _before(connection, [one.key for one in batch])
            batch = [one for one in batch if one.key in before]
            if not batch:
                return
            _keep_wordings(connection, batch, before)
            _have_wait(connection, disturbed)
            _dissolve(connection, changed)
            rows = [{"of": one.key, "group": one.copy_group, "story": one.story} for one in batch]
            values = {"copy_group": bindparam("group"), "story_id": bindparam("story"), "grouped_at": now}
            connection.execute(update(articles).where(articles.c.key == bindparam("of")).values(values), rows)
            _settle_firsts(connection, {*before, *(one.copy_group for one in batch), *(row.copy_group for row in before.values())})


def release(connection: Connection, key: int) -> None:
    """Have an article that is about to be removed leave its group and its marks. Those that may have depended on it wait to be grouped again."""
    row = _before(connection, [key])[key]
    for some in _chunks(_unpacked(row.marks or b"")):
        above = select(copy_marks.c.article_key).where(copy_marks.c.mark.in_(some), copy_marks.c.article_key > key)
        _have_wait(connection, connection.execute(above.distinct()).scalars().all())
    _remove_marks(connection, row)
    _dissolve(connection, [key])
    connection.execute(update(articles).where(articles.c.key == key).values(copy_group=None))
    _settle_firsts(connection, {row.copy_group})


def _before(connection: Connection, keys: Collection[int]) -> dict[int, Row[Any]]:
    """What is stored of these articles, by key."""
    query: Select[Any] = select(
        articles.c.key, articles.c.revision, articles.c.copy_group, wordings.c.revision.label("worded"), wordings.c.marks, wordings.c.terms
    )
    query = query.outerjoin(wordings, wordings.c.article_key == articles.c.key)
    return {row.key: row for some in _chunks(keys) for row in connection.execute(query.where(articles.c.key.in_(some)))}


def _keep_wordings(connection: Connection, batch: Sequence[Grouped], before: Mapping[int, Row[Any]]) -> None:
    """What the articles are found by from now on. Marks follow the text; terms and day stay as they were first."""
    rows, marks = [], []
    for one in batch:
        row = before[one.key]
        packed = np.array(one.marks, dtype="<i8").tobytes()
        if row.worded is None:
            rows.append({"article_key": one.key, "revision": row.revision, "marks": packed, "terms": one.terms, "day": one.day})
        elif (row.worded, bytes(row.marks)) != (row.revision, packed):
            _remove_marks(connection, row)
            values = {"revision": row.revision, "marks": packed}
            connection.execute(update(wordings).where(wordings.c.article_key == one.key).values(values))
        else:
            continue
        marks += [{"mark": mark, "article_key": one.key} for mark in one.marks]
    if rows:
        connection.execute(insert(wordings), rows)
    if marks:
        connection.execute(insert(copy_marks), marks)


def _remove_marks(connection: Connection, row: Row[Any]) -> None:
    for some in _chunks(_unpacked(row.marks or b"")):
        connection.execute(delete(copy_marks).where(copy_marks.c.mark.in_(some), copy_marks.c.article_key == row.key))


def _have_wait(connection: Connection, keys: Collection[int]) -> None:
    for some in _chunks(keys):
        connection.execute(update(articles).where(articles.c.key.in_(some)).values(grouped_at=None))


def _dissolve(connection: Connection, groups: Collection[int]) -> None:
    """All but the first of these groups are in none for now, and wait."""
    for some in _chunks(groups):
        others = articles.c.copy_group.in_(some) & (articles.c.copy_group != articles.c.key)
        connection.execute(update(articles).where(others).values(copy_group=None, grouped_at=None))


def _settle_firsts(connection: Connection, keys: Collection[int | None]) -> None:
    """Of these articles, those that others are copies of are in their own group; those that had only themselves left in it are in none."""
    for some in _chunks({key for key in keys if key is not None}):
        members = select(articles.c.copy_group).where(articles.c.copy_group.in_(some), articles.c.copy_group != articles.c.key)
        firsts = set(connection.execute(members.distinct()).scalars())
        if firsts:
            connection.execute(update(articles).where(articles.c.key.in_(firsts)).values(copy_group=articles.c.key))
        alone = articles.c.key.in_(set(some) - firsts) & (articles.c.copy_group == articles.c.key)
        connection.execute(update(articles).where(alone).values(copy_group=None))


def _unpacked(marks: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(marks, dtype="<i8").tolist())


def _chunks(values: Collection[int]) -> Iterator[list[int]]:
    ordered = list(values)
    for start in range(0, len(ordered), _LOOKUP):
        yield ordered[start : start + _LOOKUP]
