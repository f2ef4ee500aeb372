"""What articles have in common: groups of copies, stories, and what both are found by. Implements ``index.ports.GroupStore``.

Each public method is one short transaction. The group of an article is the key of the group's first article; a story has a number of its own, which
is never used twice, because whoever follows a story must not find another under its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Row, Select, bindparam, delete, func, insert, select, update

from index.ports import Clock, Grouped, Peer, Recent, Ungrouped
from index.store.counters import take
from index.store.database import reading, writing
from index.store.tables import articles, copy_marks, revisions, wordings

_LOOKUP = 500
"""Values in one query: well below every database's limit on parameters."""
_READ_CHARS = 200_000
"""What is compared of an article: all of it, unless it is a book."""
_NEXT_STORY = "next_story_id"

_text = func.substr(revisions.c.text, 1, _READ_CHARS).label("text")
_current = (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision)


class SqlGroupStore:
    """The database as the grouping pass sees it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def ungrouped(self, limit: int) -> list[Ungrouped]:
        """The next that are to be grouped, in the order they first came in."""
        query: Select[Any] = (
            select(
                *(articles.c.key, _text, articles.c.title, articles.c.published_at, articles.c.copy_group, articles.c.story_id),
                wordings.c.revision.is_distinct_from(articles.c.revision),
            )
            .join_from(articles, revisions, _current)
            .outerjoin(wordings, wordings.c.article_key == articles.c.key)
            .where(articles.c.grouped_at.is_(None))
            .order_by(articles.c.key)
            .limit(limit)
        )
        with reading(self._engine, "reading what is to be grouped") as connection:
            return [Ungrouped(*row) for row in connection.execute(query)]

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

    def count_recent(self, since: int, until: int) -> int:
        """How many ``recent`` would give, but for ``at_least``."""
        query = select(func.count()).where(articles.c.published_at.between(since, until), articles.c.story_id.is_not(None))
        with reading(self._engine, "counting recent articles") as connection:
            return int(connection.execute(query).scalar() or 0)

    def recent(self, since: int, until: int, *, at_least: int) -> list[Recent]:
        """The articles that have a story and were published between the two; and the last before them, if those are fewer than ``at_least``."""
        query = (
            select(articles.c.key, articles.c.published_at, articles.c.story_id, wordings.c.terms)
            .join_from(articles, wordings, wordings.c.article_key == articles.c.key)
            .where(articles.c.story_id.is_not(None))
        )
        earlier = query.where(articles.c.published_at < since).order_by(articles.c.published_at.desc(), articles.c.key)
        with reading(self._engine, "reading recent articles") as connection:
            rows = list(connection.execute(query.where(articles.c.published_at.between(since, until))))
            if len(rows) < at_least:
                rows += connection.execute(earlier.limit(at_least - len(rows)))
        return [Recent(*row) for row in rows]

    def dissolve(self, copy_groups: Collection[int]) -> None:
        """Take apart the groups that began with these articles: all others in them are to be grouped again."""
        if copy_groups:
            with writing(self._engine, "taking groups of copies apart") as connection:
                for group in copy_groups:
                    _dissolve(connection, group)

    def record(self, batch: Sequence[Grouped]) -> None:
        """Store decisions in one transaction. A copy's group becomes its first article's as well; a group that is left with one article ends."""
        now = int(self._clock.now().timestamp())
        with writing(self._engine, "storing groups and stories") as connection:
            before = _before(connection, [one.key for one in batch])
            batch = [one for one in batch if one.key in before]
            if not batch:
                return
            _keep_wordings(connection, batch, before)
            stories = _numbered(connection, [one.story for one in batch if one.story is not None and one.story < 0])
            rows = [
                {"of": one.key, "group": one.copy_group, "story": None if one.story is None else stories.get(one.story, one.story)}
                for one in batch
            ]
            changed = {"copy_group": bindparam("group"), "story_id": bindparam("story"), "grouped_at": now}
            connection.execute(update(articles).where(articles.c.key == bindparam("of")).values(changed), rows)
            firsts = {one.copy_group for one in batch if one.copy_group is not None}
            for some in _chunks(firsts):
                connection.execute(update(articles).where(articles.c.key.in_(some)).values(copy_group=articles.c.key))
            _end_single_groups(connection, {row.copy_group for row in before.values() if row.copy_group not in firsts})


def release(connection: Connection, key: int) -> None:
    """Have an article that is about to be removed leave its group, and leave no mark."""
    row = _before(connection, [key])[key]
    _remove_marks(connection, row)
    _dissolve(connection, key)
    connection.execute(update(articles).where(articles.c.key == key).values(copy_group=None))
    _end_single_groups(connection, {row.copy_group})


def _before(connection: Connection, keys: Collection[int]) -> dict[int, Row[Any]]:
    """What is stored of these articles, by key."""
    query: Select[Any] = select(
        articles.c.key, articles.c.revision, articles.c.copy_group, wordings.c.revision.label("worded"), wordings.c.marks, wordings.c.terms
    )
    query = query.outerjoin(wordings, wordings.c.article_key == articles.c.key)
    return {row.key: row for some in _chunks(keys) for row in connection.execute(query.where(articles.c.key.in_(some)))}


def _keep_wordings(connection: Connection, batch: Sequence[Grouped], before: Mapping[int, Row[Any]]) -> None:
    """What the articles are found by from now on, in the place of what it was."""
    rows, marks = [], []
    for one in batch:
        row = before[one.key]
        packed = np.array(one.marks, dtype="<i8").tobytes()
        if row.worded is not None:
            if (row.worded, bytes(row.marks), bytes(row.terms)) == (row.revision, packed, one.terms):
                continue
            _remove_marks(connection, row)
            connection.execute(delete(wordings).where(wordings.c.article_key == one.key))
        rows.append({"article_key": one.key, "revision": row.revision, "marks": packed, "terms": one.terms})
        marks += [{"mark": mark, "article_key": one.key} for mark in one.marks]
    if rows:
        connection.execute(insert(wordings), rows)
    if marks:
        connection.execute(insert(copy_marks), marks)


def _remove_marks(connection: Connection, row: Row[Any]) -> None:
    if row.marks is not None:
        for some in _chunks(np.frombuffer(row.marks, dtype="<i8").tolist()):
            connection.execute(delete(copy_marks).where(copy_marks.c.mark.in_(some), copy_marks.c.article_key == row.key))


def _numbered(connection: Connection, begun: Collection[int]) -> dict[int, int]:
    """A number for each story that begins, by what stood for it."""
    distinct = sorted(set(begun), reverse=True)  # minus the keys: those that came first have the lower numbers
    if not distinct:
        return {}
    first = take(connection, _NEXT_STORY, len(distinct))
    return {provisional: first + i for i, provisional in enumerate(distinct)}


def _dissolve(connection: Connection, group: int) -> None:
    others = (articles.c.copy_group == group) & (articles.c.key != group)
    connection.execute(update(articles).where(others).values(copy_group=None, grouped_at=None))


def _end_single_groups(connection: Connection, groups: Collection[int | None]) -> None:
    for group in groups:
        if group is not None:
            members = connection.execute(select(articles.c.key).where(articles.c.copy_group == group).limit(2)).scalars().all()
            if len(members) == 1:
                connection.execute(update(articles).where(articles.c.key == members[0]).values(copy_group=None))


def _chunks(values: Collection[int]) -> Iterator[list[int]]:
    ordered = list(values)
    for start in range(0, len(ordered), _LOOKUP):
        yield ordered[start : start + _LOOKUP]
