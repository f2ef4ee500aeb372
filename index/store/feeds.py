"""Feeds and what was done about their entries. Implements ``index.ports.feeds.FeedStore`` for SQLite and PostgreSQL.

Each public method is one short transaction, so it needs no lock of its own: what it changes are a feed's own rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from index.domain.feeds import Feed, FeedState
from index.ports.clock import Clock
from index.ports.feeds import EntryMemory, FeedReading
from index.store.database import reading, writing
from index.store.tables import feed_entries, feeds, former_addresses

MEMORY = timedelta(days=60)
"""An entry that has not been in its feed for so long is forgotten; should it come back, its page is fetched once more, and nothing else happens."""

_MAX_HEADER_CHARS = 1_000
"""Longer validators are nobody's; without them a feed is only read more often."""


class SqlFeedStore:
    """The database as the readers of feeds see it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """The tables are there already (``index.store.database.migrate``)."""
        self._engine = engine
        self._clock = clock

    def all(self) -> list[Feed]:
        """All of them, in the order they were added."""
        with reading(self._engine, "reading the feeds") as connection:
            return [_feed(row) for row in connection.execute(select(feeds).order_by(feeds.c.key))]

    def find(self, url: str) -> Feed | None:
        """The feed at this address, or that was there before it moved."""
        with reading(self._engine, "looking up a feed") as connection:
            return _find(connection, url)

    def add(self, url: str, *, title: str | None = None, source: str | None = None) -> tuple[Feed, bool]:
        """The feed at this address, due at once if it is new; and whether it is new."""
        now = self._clock.now()
        with writing(self._engine, "adding a feed") as connection:
            known = _find(connection, url)
            if known is not None:
                return known, False
            row = {
                "url": url,
                "title": title,
                "source": source,
                "added_at": int(now.timestamp()),
                "paused": False,
                "last_new": 0,
                "total_new": 0,
            }
            inserted = connection.execute(insert(feeds).values(row | _columns(FeedState(next_poll_at=now)))).inserted_primary_key
            assert inserted is not None
            return _by_key(connection, int(inserted[0])), True

    def remove(self, key: int) -> bool:
        """Forget it and what was done about its entries; articles are kept. False if it is not there."""
        with writing(self._engine, "removing a feed") as connection:
            return connection.execute(delete(feeds).where(feeds.c.key == key)).rowcount > 0  # what hangs on it goes with it

    def set_paused(self, key: int, paused: bool) -> Feed | None:
        """Stop reading it, or go on: then it is due at once, and no longer taken for gone. None if it is not there."""
        values: dict[str, Any] = {"paused": paused}
        if not paused:
            values |= {"gone": False, "failures": 0, "next_poll_at": int(self._clock.now().timestamp())}
        with writing(self._engine, "pausing a feed") as connection:
            changed = connection.execute(update(feeds).where(feeds.c.key == key).values(values)).rowcount
            return _by_key(connection, key) if changed else None

    def known(self, key: int, identities: Sequence[bytes]) -> dict[bytes, EntryMemory]:
        """What was done about these entries; those never seen are left out."""
        columns = (feed_entries.c.identity, feed_entries.c.digest, feed_entries.c.attempts)
        query = select(*columns).where(feed_entries.c.feed_key == key, feed_entries.c.identity.in_(identities))
        with reading(self._engine, "looking up a feed's entries") as connection:
            return {bytes(row.identity): EntryMemory(bytes(row.digest), row.attempts) for row in connection.execute(query)}

    def record(self, key: int, reading: FeedReading) -> Feed | None:
        """Keep what came of a reading: the last step of it. None if the feed is not there any more; then nothing is kept."""
        now = int(self._clock.now().timestamp())
        with writing(self._engine, "keeping what came of a feed") as connection:
            row = connection.execute(select(feeds).where(feeds.c.key == key).with_for_update()).first()
            if row is None:
                return None
            if reading.moved_to is not None and reading.moved_to != row.url:
                key = _move(connection, _feed(row), reading.moved_to)
            values = _columns(reading.state)
            if reading.title is not None:
                values["title"] = reading.title
            if reading.entries is not None:
                values |= {"last_new": reading.new, "total_new": feeds.c.total_new + reading.new}
                _remember(connection, key, reading.entries, now)
            connection.execute(update(feeds).where(feeds.c.key == key).values(values))
            return _by_key(connection, key)


def _find(connection: Connection, url: str) -> Feed | None:
    row = connection.execute(select(feeds).where(feeds.c.url == url)).first()
    if row is None:
        formerly = select(former_addresses.c.feed_key).where(former_addresses.c.url == url)
        row = connection.execute(select(feeds).where(feeds.c.key.in_(formerly))).first()
    return None if row is None else _feed(row)


def _by_key(connection: Connection, key: int) -> Feed:
    return _feed(connection.execute(select(feeds).where(feeds.c.key == key)).one())


def _move(connection: Connection, feed: Feed, url: str) -> int:
    """Note the new address. Returns the key of the feed that is there now: this one, or the one that was there before it."""
    # An address somebody else had before is this feed's from now on; one that this feed itself comes back to is former no more.
    connection.execute(delete(former_addresses).where(former_addresses.c.url == url))
    other = connection.execute(select(feeds).where(feeds.c.url == url)).first()
    if other is None:
        connection.execute(update(feeds).where(feeds.c.key == feed.key).values(url=url))
        connection.execute(insert(former_addresses).values(url=feed.url, feed_key=feed.key))
        return feed.key
    connection.execute(update(former_addresses).where(former_addresses.c.feed_key == feed.key).values(feed_key=other.key))
    there = select(feed_entries.c.identity).where(feed_entries.c.feed_key == other.key)
    mine = feed_entries.c.feed_key == feed.key
    connection.execute(delete(feed_entries).where(mine, feed_entries.c.identity.in_(there.scalar_subquery())))
    connection.execute(update(feed_entries).where(mine).values(feed_key=other.key))
    connection.execute(update(feeds).where(feeds.c.key == other.key).values(total_new=feeds.c.total_new + feed.total_new))
    connection.execute(delete(feeds).where(feeds.c.key == feed.key))
    connection.execute(insert(former_addresses).values(url=feed.url, feed_key=other.key))
    return int(other.key)


def _remember(connection: Connection, key: int, entries: Mapping[bytes, EntryMemory], now: int) -> None:
    mine = feed_entries.c.feed_key == key
    forgotten = feed_entries.c.seen_at < now - int(MEMORY.total_seconds())
    connection.execute(delete(feed_entries).where(mine, feed_entries.c.identity.in_(list(entries)) | forgotten))
    rows = [
        {"feed_key": key, "identity": identity, "digest": memory.digest, "attempts": memory.attempts, "seen_at": now}
        for identity, memory in entries.items()
    ]
    if rows:
        connection.execute(insert(feed_entries), rows)


def _columns(state: FeedState) -> dict[str, Any]:
    return {
        "next_poll_at": math.ceil(state.next_poll_at.timestamp()),  # not sooner than was decided
        "failures": state.failures,
        "etag": _header(state.etag),
        "last_modified": _header(state.last_modified),
        "body_digest": state.body_digest,
        "asked_interval_s": None if state.asked_interval_s is None else int(state.asked_interval_s),
        "last_success_at": None if state.last_success_at is None else int(state.last_success_at.timestamp()),
        "last_status": state.last_status,
        "last_error": state.last_error,
        "gone": state.gone,
    }


def _header(value: str | None) -> str | None:
    return value if value is not None and len(value) <= _MAX_HEADER_CHARS and value.isprintable() else None


def _feed(row: Row[Any]) -> Feed:
    state = FeedState(
        next_poll_at=datetime.fromtimestamp(row.next_poll_at, UTC),
        failures=row.failures,
        etag=row.etag,
        last_modified=row.last_modified,
        body_digest=None if row.body_digest is None else bytes(row.body_digest),
        asked_interval_s=row.asked_interval_s,
        last_success_at=None if row.last_success_at is None else datetime.fromtimestamp(row.last_success_at, UTC),
        last_status=row.last_status,
        last_error=row.last_error,
        gone=row.gone,
    )
    added_at = datetime.fromtimestamp(row.added_at, UTC)
    return Feed(row.key, row.url, row.title, row.source, added_at, row.paused, row.last_new, row.total_new, state)
