"""One writer at a time, across threads, processes and machines. A second one waits, and can say for whom.

In: the data folder, and the database's engine. Out: a lock. On SQLite the folder's lock file is enough: whoever writes the database shares
the folder. Replicas over PostgreSQL each have a folder of their own, so there an advisory lock in the database is taken besides.
The operating system and the database free both when their holder dies; nothing has to be cleaned up.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

from index.errors import WriterBusyError
from index.store.database import translated

_ADVISORY_KEYS = {"writer": 0x64617465_6C696E65, "refresh": 0x64617465_66656564}
"""The bytes of "dateline" and of "datefeed": PostgreSQL's advisory locks are told apart by a number of 64 bits."""

_POLL_S = 0.2


class WriterLock:
    """The right to change the database and the index files. Each call of ``hold`` is independent, from any thread."""

    def __init__(self, folder: Path, engine: Engine, name: str = "writer") -> None:
        """name: ``writer``, or ``refresh`` for the right to read the feeds, which has nothing to do with the other."""
        self._name = name
        self._folder = folder
        self._engine = engine

    @contextmanager
    def hold(self, purpose: str, *, wait_s: float, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
        """Hold the lock for the length of a ``with``.

        purpose: what a second writer is told, ``dateline ingest``. wait_s: how long to wait for another; 0 means not at all.
        on_wait: called once with a sentence naming the holder if there is one. Raises WriterBusyError with that sentence.
        """
        deadline = time.monotonic() + wait_s
        file_lock = FileLock(str(self._folder / f"{self._name}.lock"), thread_local=False)
        while True:
            try:
                file_lock.acquire(timeout=0)
                break
            except Timeout as error:
                holder = self._holder()
                if on_wait:
                    on_wait(holder)
                    on_wait = None
                if time.monotonic() >= deadline:
                    raise WriterBusyError(holder, remedy="Wait until it has finished, or end that process.") from error
                time.sleep(_POLL_S)
        try:
            note = {"process": os.getpid(), "purpose": purpose, "since": datetime.now(UTC).isoformat(timespec="seconds")}
            (self._folder / f"{self._name}.json").write_text(json.dumps(note), encoding="utf-8")
            with self._advisory(deadline, on_wait):
                yield
        finally:
            file_lock.release()

    def _holder(self) -> str:
        try:
            note = json.loads((self._folder / f"{self._name}.json").read_text(encoding="utf-8"))
            return f"Another process is writing here: {note['purpose']} (process {note['process']}, since {note['since']})."
        except (OSError, ValueError, KeyError):
            return "Another process is writing here."  # it has the lock and has not written its note yet

    @contextmanager
    def _advisory(self, deadline: float, on_wait: Callable[[str], None] | None) -> Iterator[None]:
        if self._engine.dialect.name != "postgresql":
            yield
            return
        with translated("taking the writer's lock"), self._engine.connect() as connection:
            key = {"key": _ADVISORY_KEYS[self._name]}
            while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar():
                connection.rollback()
                if on_wait:
                    on_wait("Another replica is writing.")
                    on_wait = None
                if time.monotonic() >= deadline:
                    raise WriterBusyError("Another replica is writing to this database.", remedy="Wait until it has finished.")
                time.sleep(_POLL_S)
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
                connection.commit()
