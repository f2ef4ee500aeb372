"""A backup put in the place of the database. Whoever has the old one open must be stopped first: the command says so."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from index.errors import StorageError
from index.store.database import connect, schema_version, sqlite_url
from index.store.locks import WriterLock


def restore_sqlite(database: Path, backup: Path, *, index_folder: Path) -> None:
    """Replace ``database`` by ``backup``, which is checked first. The indexes, which follow the old database, go before it does.

    A kill in the middle leaves the old database or the new one, and indexes that are either whole or made anew. Raises StorageError.
    """
    if not backup.is_file():
        raise StorageError(f"There is no file {backup}.")
    database.parent.mkdir(parents=True, exist_ok=True)
    aside = database.with_name(f"{database.name}.{os.getpid()}.partial")
    try:
        shutil.copyfile(backup, aside)
        _require_dateline(aside, backup)
        engine = connect(sqlite_url(database))
        with WriterLock(database.parent, engine).hold("a restore", wait_s=0):
            if database.exists():
                _fold_log(database)
            engine.dispose()
            shutil.rmtree(index_folder, ignore_errors=True)
            aside.replace(database)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The restore from {backup} failed: {error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _require_dateline(copy: Path, backup: Path) -> None:
    engine = connect(sqlite_url(copy))
    try:
        version = schema_version(engine)
    except StorageError as error:
        raise StorageError(f"{backup} is no backup of Dateline's.") from error
    finally:
        engine.dispose()
        for leftover in (copy.with_name(f"{copy.name}-wal"), copy.with_name(f"{copy.name}-shm")):
            leftover.unlink(missing_ok=True)
    if version is None:
        raise StorageError(f"{backup} is no backup of Dateline's: it holds no articles table.")


def _fold_log(database: Path) -> None:
    """Fold the old database's write-ahead log into it, so that none is left to be mistaken for the new one's."""
    with sqlite3.connect(database) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    connection.close()
    if busy:
        raise StorageError("The database is in use.", remedy="Stop the bot and other commands first.")
    for leftover in (database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-shm")):
        leftover.unlink(missing_ok=True)
