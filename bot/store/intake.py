"""What comes in by itself: channels that are sources, their posts on the way in, files of watched folders. SQL on them stands here only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select, update

from bot.store.database import reading, writing
from bot.store.tables import inbox, source_channels, watched_files


@dataclass(frozen=True, slots=True)
class SourceChannel:
    """A channel whose posts are taken in."""

    chat_id: int
    title: str
    username: str | None
    """Without the @; None for a private channel."""
    added_by: int


class SourceChannels:
    """Channels that an admin marked. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def all(self) -> list[SourceChannel]:
        """In the order they were added."""
        with reading(self._engine, "reading the channels") as connection:
            rows = connection.execute(select(source_channels).order_by(source_channels.c.added_at, source_channels.c.chat_id)).all()
        return [SourceChannel(row.chat_id, row.title, row.username, row.added_by) for row in rows]

    def has(self, chat_id: int) -> bool:
        """Whether this channel is a source."""
        with reading(self._engine, "looking up a channel") as connection:
            return connection.execute(select(source_channels.c.chat_id).where(source_channels.c.chat_id == chat_id)).first() is not None

    def add(self, channel: SourceChannel) -> bool:
        """Take in its posts from now on; what is known of it is renewed. False if it was a source already."""
        known = {"title": channel.title, "username": channel.username}
        row = known | {"chat_id": channel.chat_id, "added_by": channel.added_by, "added_at": int(self._now().timestamp())}
        with writing(self._engine, "adding a channel") as connection:
            if connection.execute(update(source_channels).where(source_channels.c.chat_id == channel.chat_id).values(known)).rowcount:
                return False
            connection.execute(insert(source_channels).values(row))
        return True

    def remove(self, chat_id: int) -> bool:
        """Take in no more of it; its articles are kept. False if it was none."""
        with writing(self._engine, "removing a channel") as connection:
            return connection.execute(delete(source_channels).where(source_channels.c.chat_id == chat_id)).rowcount > 0


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post as Telegram delivered it."""

    chat_id: int
    message_id: int
    text: str
    url: str
    source: str
    published_at: datetime
    modified_at: datetime | None = None
    version: int = 0
    """Given by the inbox."""


class Inbox:
    """Posts until they stand in the coverage. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, post: WaitingPost) -> None:
        """Keep a post; an edit of one that still waits takes its place."""
        which = (inbox.c.chat_id == post.chat_id) & (inbox.c.message_id == post.message_id)
        values = {
            "text": post.text,
            "url": post.url,
            "source": post.source,
            "published_at": int(post.published_at.timestamp()),
            "modified_at": None if post.modified_at is None else int(post.modified_at.timestamp()),
        }
        with writing(self._engine, "keeping a post") as connection:
            if not connection.execute(update(inbox).where(which).values(values | {"version": inbox.c.version + 1})).rowcount:
                connection.execute(insert(inbox).values(values | {"chat_id": post.chat_id, "message_id": post.message_id, "version": 1}))

    def waiting(self, limit: int) -> list[WaitingPost]:
        """The oldest posts first."""
        query = select(inbox).order_by(inbox.c.published_at, inbox.c.chat_id, inbox.c.message_id).limit(limit)
        with reading(self._engine, "reading the posts that wait") as connection:
            rows = connection.execute(query).all()
        return [
            WaitingPost(
                row.chat_id,
                row.message_id,
                row.text,
                row.url,
                row.source,
                datetime.fromtimestamp(row.published_at, UTC),
                None if row.modified_at is None else datetime.fromtimestamp(row.modified_at, UTC),
                row.version,
            )
            for row in rows
        ]

    def done(self, posts: Iterable[WaitingPost]) -> None:
        """These stand in the coverage. One that was edited meanwhile goes on waiting."""
        with writing(self._engine, "clearing the inbox") as connection:
            for post in posts:
                connection.execute(
                    delete(inbox).where(
                        inbox.c.chat_id == post.chat_id, inbox.c.message_id == post.message_id, inbox.c.version == post.version
                    )
                )


class WatchedFiles:
    """What was taken in of each file. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stamps(self) -> dict[str, str]:
        """By path: what the file was like."""
        with reading(self._engine, "reading the files that are known") as connection:
            return {row.path: row.stamp for row in connection.execute(select(watched_files))}

    def taken_in(self, stamps: Mapping[str, str]) -> None:
        """These files stand in the coverage as they are."""
        with writing(self._engine, "noting files") as connection:
            for path, stamp in stamps.items():
                if not connection.execute(update(watched_files).where(watched_files.c.path == path).values(stamp=stamp)).rowcount:
                    connection.execute(insert(watched_files).values(path=path, stamp=stamp))
