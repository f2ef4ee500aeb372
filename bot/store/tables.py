"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

chats = Table(
    "chats",
    metadata,
    # Telegram's number: 52 bits at most, negative for groups and channels (https://core.telegram.org/bots/api#chat).
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # What its people chose; empty where they chose nothing.
    Column("language", String(8)),
    Column("length", String(8)),
    Column("asking", String(8)),
    Column("changed_at", BigInteger, nullable=False),
)

_Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only in a column declared INTEGER PRIMARY KEY."""

admin_groups = Table(
    "admin_groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("marked_by", BigInteger, nullable=False),
    Column("marked_at", BigInteger, nullable=False),
)
"""Groups in which admins are obeyed, besides their private chats."""

audit = Table(
    "audit",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    # Empty where Telegram names nobody: a post in a channel.
    Column("user_id", BigInteger),
    Column("name", Text, nullable=False),
    Column("chat_id", BigInteger),
    Column("act", String(40), nullable=False),
    Column("argument", Text, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "outcome", "id"),
)
"""Who did what where with an admin's command, or tried to."""

confirmations = Table(
    "confirmations",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("act", String(40), nullable=False),
    Column("argument", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
"""Acts that were asked about, and are done when the same admin says yes in the same chat in time."""

source_channels = Table(
    "source_channels",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("username", String(64)),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
)
"""Channels whose posts are taken in."""

inbox = Table(
    "inbox",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    # Goes up with each edit, so that one that comes while the post is taken in is not lost.
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger),
)
"""Posts that Telegram has delivered, and will not deliver again, until they stand in the coverage."""

watched_files = Table(
    "watched_files",
    metadata,
    Column("path", Text, primary_key=True),
    # Its size and when it was changed, as it was taken in.
    Column("stamp", String(60), nullable=False),
)
"""What was taken in of the folders that are watched, so that a restart reads only what changed meanwhile."""

usage = Table(
    "usage",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("what", String(16), nullable=False),
    Column("elapsed_ms", Integer),
    Index(None, "at"),
)
"""One row for each question: when, what came of it, how long it took. Not who asked, nor what."""
