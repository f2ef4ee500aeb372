"""What waits for the disk on SQLite and what does not, on one connection after the other."""

from __future__ import annotations

from pathlib import Path

from index.store.database import connect, sqlite_url, writing

NORMAL, FULL = 1, 2
"""As PRAGMA synchronous says it."""


def test_only_what_may_be_lost_by_a_power_cut_is_not_waited_for(tmp_path: Path) -> None:
    """A transaction is on the disk when it ends, unless it says that it need not be; the next one on the same connection is again."""
    engine = connect(sqlite_url(tmp_path / "some.db"))
    found = []
    for synced in (True, False, True):
        with writing(engine, "trying", synced=synced) as connection:
            found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
    engine.dispose()
    assert found == [FULL, NORMAL, FULL]
