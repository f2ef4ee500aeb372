"""Counts of what is stored, for ``stats``; and a copy of the database, for ``backup``."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from index.errors import StorageError
from index.store.database import database_bytes, reading
from index.store.outlets import paused_names
from index.store.tables import articles, changes, revisions, sources

_UNNAMED = "(no source given)"


@dataclass(frozen=True, slots=True)
class Measures:
    """What the database alone can tell."""

    articles: int
    revisions: int
    sentences: int
    oldest_published: datetime | None
    newest_published: datetime | None
    last_change: datetime | None
    database: str
    database_bytes: int | None
    by_source: tuple[tuple[str, int], ...]
    paused: tuple[str, ...]


def measure(engine: Engine) -> Measures:
    """All counts as of one moment."""
    current = (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision)
    with reading(engine, "counting") as connection:
        totals = connection.execute(select(func.count(), func.min(articles.c.published_at), func.max(articles.c.published_at))).one()
        sentence_count = connection.execute(
            select(func.sum(revisions.c.sentence_count)).select_from(articles).join(revisions, current)
        ).scalar()
        by_source = connection.execute(
            select(func.coalesce(sources.c.name, _UNNAMED), func.count().label("n"))
            .select_from(articles)
            .outerjoin(sources, sources.c.id == articles.c.source_id)
            .group_by(sources.c.name)
            .order_by(func.count().desc(), sources.c.name)
        ).all()
        revision_count = connection.execute(select(func.count()).select_from(revisions)).scalar() or 0
        paused = paused_names(connection)
        last_change = connection.execute(select(func.max(changes.c.at))).scalar()
    return Measures(
        articles=totals[0],
        revisions=revision_count,
        sentences=int(sentence_count or 0),
        oldest_published=_moment(totals[1]),
        newest_published=_moment(totals[2]),
        last_change=_moment(last_change),
        database=engine.dialect.name,
        database_bytes=database_bytes(engine),
        by_source=tuple((row[0], row[1]) for row in by_source),
        paused=paused,
    )


def copy_sqlite(engine: Engine, file: Path) -> None:
    """A copy of an SQLite database as of one moment, written aside and renamed. Raises StorageError, also for another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise StorageError("`dateline backup` copies SQLite databases.", remedy="For PostgreSQL, use pg_dump and pg_restore.")
    if not file.parent.is_dir():
        raise StorageError(f"There is no folder {file.parent}.")
    aside = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        with sqlite3.connect(engine.url.database) as origin, sqlite3.connect(aside) as copy:
            origin.backup(copy)
        origin.close()
        copy.close()
        aside.replace(file)
    except (sqlite3.Error, OSError) as error:
        aside.unlink(missing_ok=True)
        raise StorageError(f"The backup to {file} failed: {error}") from error


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
