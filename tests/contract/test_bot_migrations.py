"""The bot's tables beside the coverage's in one database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from bot.store import tables
from bot.store.database import CHATS, open_database
from index.errors import SchemaVersionError
from index.store.database import COVERAGE, migrate, schema_version


def test_the_tables_are_what_the_migrations_make(bare_engine: Engine) -> None:
    """The migrations and ``tables.py`` describe one schema, and ``head`` is the newest step."""
    migrate(bare_engine, CHATS)
    with bare_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": CHATS.version_table})
        assert compare_metadata(context, tables.metadata) == []
    assert ScriptDirectory(str(CHATS.folder)).get_current_head() == CHATS.head
    assert schema_version(bare_engine, CHATS) == CHATS.head


def test_coverage_and_chats_live_in_one_database_each_with_a_version_of_its_own(engine: Engine) -> None:
    """Either may come first, and upgrading one leaves the other's version alone."""
    assert schema_version(engine, CHATS) is None
    migrate(engine, CHATS)
    assert (schema_version(engine), schema_version(engine, CHATS)) == (COVERAGE.head, CHATS.head)


def test_a_database_of_a_newer_bot_is_refused(tmp_path: Path) -> None:
    """Tables from the future are left alone, with the remedy."""
    engine = open_database(tmp_path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE bot_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaVersionError, match=r"newer than this program's.*Upgrade Dateline"):
        open_database(tmp_path)
