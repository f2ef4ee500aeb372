"""The bot's tables, brought up to date. In: where the database is. Out: an Engine that has them.

The coverage and the bot share one database, and so one way of opening it: engine, pragmas and transactions are those of ``index.store.database``, and
this module alone reaches for them. The tables have migrations and a version of their own, so that either room can change without the other.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from index.store.columns import KEY, new_metadata
from index.store.database import Schema, connect, migrate, reading, schema_version, sqlite_url, writing
from index.store.locks import WriterLock

__all__ = ["CHATS", "KEY", "new_metadata", "open_database", "reading", "writing"]

CHATS = Schema(Path(__file__).parent / "migrations", "0008", "bot_version", "chats")
"""``head`` is the newest step in ``migrations/versions``; a test compares them."""

_FILE = "dateline.db"
_OPEN_WAIT_S = 60.0
"""How long an opening waits for another process that is making or upgrading the tables."""


def open_database(data_dir: Path, database_url: str | None = None) -> Engine:
    """The database of the coverage in ``data_dir``, with the bot's tables in it. database_url: as for ``index.open_index``. Raises StorageError."""
    engine = connect(database_url or sqlite_url(data_dir.absolute() / _FILE))
    if schema_version(engine, CHATS) != CHATS.head:
        with WriterLock(data_dir, engine).hold("the making of the bot's tables", wait_s=_OPEN_WAIT_S):
            migrate(engine, CHATS)
    return engine
