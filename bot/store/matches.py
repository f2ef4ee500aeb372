"""What was found for subscriptions, in the database. In: a connection, matches. Out: what waits, and what was told and where.

Each function runs within a transaction of its caller's, which is ``bot.store.subscriptions``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import matches, outbox, subscriptions
from bot.updates.subscription import Place


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that a subscription wants."""

    subscription_id: int
    report: str
    """Which report it is, whoever carries it: a subscription gets each once. At most 80 characters."""
    article_id: str
    start: int
    end: int
    """What of the article matched, as offsets into it."""
    score: float
    """How well, 0..1."""
    story: int | None = None
    revision: int = 1
    """The article's, that the offsets are of."""


@dataclass(frozen=True, slots=True)
class Found:
    """A match that is kept, and has not been told."""

    id: int
    match: Match
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A match that is kept, told or not."""

    match: Match
    told_in: str | None
    """The key of the update it was told in; None while it waits, and where that update was forgotten since."""
    is_told: bool


def keep(connection: Connection, found: Sequence[Match], now: int) -> None:
    """Keep matches. A report that a subscription has found already stays one match, and while it waits the later match counts."""
    if not found:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [
        {
            "subscription_id": one.subscription_id,
            "report": one.report,
            "article_id": one.article_id,
            "revision": one.revision,
            "story": one.story,
            "start": one.start,
            "end": one.end,
            "score": round(one.score * 1000),
            "matched_at": now,
        }
        for one in found
    ]
    new = dialect.insert(matches)
    changed = {name: new.excluded[name] for name in ("article_id", "revision", "start", "end", "score")}
    connection.execute(
        new.on_conflict_do_update(index_elements=["subscription_id", "report"], set_=changed, where=matches.c.outbox_id.is_(None)), rows
    )


def correct(connection: Connection, told: Sequence[Match]) -> None:
    """What of a report a subscription was told is another part of its article by now."""
    for one in told:
        this = (matches.c.subscription_id == one.subscription_id, matches.c.report == one.report)
        connection.execute(update(matches).where(*this).values(revision=one.revision, start=one.start, end=one.end))


def link(connection: Connection, found: Sequence[Match]) -> None:
    """Whatever of this a place was told of says so. A post about one report has that report for its key, whichever subscription it came by."""
    reports = sorted({one.report for one in found})
    told = (
        select(outbox.c.id)
        .join_from(outbox, subscriptions, (subscriptions.c.chat_id == outbox.c.chat_id) & (subscriptions.c.thread_id == outbox.c.thread_id))
        .where(subscriptions.c.id == matches.c.subscription_id, outbox.c.update_key == matches.c.report)
        .limit(1)
        .correlate(matches)
        .scalar_subquery()
    )
    connection.execute(update(matches).values(outbox_id=told).where(matches.c.report.in_(reports), matches.c.outbox_id.is_(None)))


def note_told(connection: Connection, of: Sequence[int], outbox_id: int) -> None:
    """These matches were told in that update."""
    connection.execute(update(matches).where(matches.c.id.in_(of)).values(outbox_id=outbox_id))


def waiting(connection: Connection, subscription_id: int) -> list[Found]:
    """What was found and not told, oldest first."""
    untold = (matches.c.subscription_id == subscription_id, matches.c.outbox_id.is_(None))
    rows = connection.execute(select(matches).where(*untold).order_by(matches.c.matched_at, matches.c.id))
    return [Found(row.id, _match(row), datetime.fromtimestamp(row.matched_at, UTC)) for row in rows]


def untold(connection: Connection) -> set[int]:
    """The subscriptions for which something was found and not told."""
    return set(connection.execute(select(matches.c.subscription_id).where(matches.c.outbox_id.is_(None)).distinct()).scalars())


def drop_untold(connection: Connection, subscription_id: int) -> None:
    """Forget what was found for a subscription and not told."""
    connection.execute(delete(matches).where(matches.c.subscription_id == subscription_id, matches.c.outbox_id.is_(None)))


def kept_of(connection: Connection, reports: Collection[str], article_ids: Collection[str]) -> list[Kept]:
    """What is kept with these reports or articles, oldest first."""
    query = select(matches, outbox.c.update_key).outerjoin(outbox, outbox.c.id == matches.c.outbox_id).order_by(matches.c.id)
    wanted = or_(matches.c.report.in_(list(reports)), matches.c.article_id.in_(list(article_ids)))
    return [Kept(_match(row), row.update_key, row.outbox_id is not None) for row in connection.execute(query.where(wanted))]


def first_posts(connection: Connection, stories: Collection[int]) -> dict[tuple[Place, int], str]:
    """The key of the first post of a story, by place and story."""
    query = (
        select(outbox.c.chat_id, outbox.c.thread_id, matches.c.story, outbox.c.update_key)
        .join_from(matches, outbox, outbox.c.id == matches.c.outbox_id)
        .where(matches.c.story.in_(list(stories)), outbox.c.update_key == matches.c.report)
        .order_by(outbox.c.id.desc())
    )
    return {(Place(row.chat_id, row.thread_id), row.story): row.update_key for row in connection.execute(query)}


def _match(row: Row[Any]) -> Match:
    return Match(row.subscription_id, row.report, row.article_id, row.start, row.end, row.score / 1000, row.story, row.revision)
