"""Opening the database: one engine, its pragmas, its schema brought up to date.

In: an address. Out: an Engine whose tables are this program's. A normal start does not import Alembic: it compares one row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, create_engine, event, inspect, make_url, select, table, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from index.errors import SchemaVersionError, StorageError

HEAD = "0005"
"""The newest step in ``migrations/versions``; a test compares them."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A set of tables with migrations of its own. Several may live in one database."""

    folder: Path
    """Holds Alembic's ``env.py`` and ``versions``."""
    head: str
    """The newest step in it."""
    version_table: str
    """Where the database keeps which step it is at."""
    a_table: str
    """A table of the first step: where it stands without the version table, somebody else made it."""


COVERAGE = Schema(Path(__file__).parent / "migrations", HEAD, "alembic_version", "articles")

_BUSY_TIMEOUT_MS = 30_000
"""How long a statement waits for SQLite's lock. Our writers queue at their own lock, so only a checkpoint or backup is ever waited for."""


def sqlite_url(file: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite+pysqlite:///{file}"


def connect(url: str) -> Engine:
    """An engine for ``sqlite…`` or ``postgresql…`` addresses; nothing is opened yet. Raises StorageError for another or a malformed address."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("The database address is malformed.", remedy="It looks like postgresql://user:password@host/name.") from error
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        try:
            return create_engine(parsed, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StorageError("PostgreSQL needs the driver psycopg.", remedy="pip install 'dateline[postgres]'") from error
    if parsed.get_backend_name() != "sqlite":
        raise StorageError(f"The database {parsed.get_backend_name()} is not supported.", remedy="Use SQLite or PostgreSQL.")
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the database's errors into StorageError: the one place where they cross into ours."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"The database failed while {what}: {error.orig}", remedy="Run `dateline check`.") from error
    except SQLAlchemyError as error:
        raise StorageError(f"The database failed while {what}: {error}") from error


def schema_version(engine: Engine, schema: Schema = COVERAGE) -> str | None:
    """The step this database is at; None where the tables are not there. Raises SchemaVersionError if they are somebody else's."""
    with reading(engine, "reading its version") as connection:
        tables = set(inspect(connection).get_table_names())
        if schema.version_table in tables:
            return connection.execute(select(column("version_num")).select_from(table(schema.version_table))).scalar()
    if schema.a_table in tables:
        raise SchemaVersionError("This database has tables that Dateline did not make.", remedy="Give Dateline a database of its own.")
    return None


def migrate(engine: Engine, schema: Schema = COVERAGE) -> None:
    """Bring the tables to ``schema.head``. The caller holds the writer's lock. Raises SchemaVersionError for a database newer than this program."""
    from alembic import command  # 0.2 s to import, and needed only when something changes
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.folder))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    at = schema_version(engine, schema)
    if at is not None and at not in known:
        raise SchemaVersionError(f"This database is at version {at}, newer than this program's {schema.head}.", remedy="Upgrade Dateline.")
    with writing(engine, "bringing its tables up to date") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # The driver would begin transactions only before writes; with its own handling off, ours (_begin_sqlite) covers reads too, so that
    # everything read in one `with engine.connect()` belongs to one state of the database.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -32768")  # 32 MB a connection
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get('synced', True) else 'NORMAL'}")
    # A transaction that will write says so at its start: one that finds out later may fail at once instead of waiting for its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine, what: str, *, synced: bool = True) -> Iterator[Connection]:
    """A transaction that changes something: committed as a whole at the end of the ``with``, or not at all. Raises StorageError.

    synced: whether it is on the disk when it ends, and survives a power cut; it survives the end of the process in any case. On SQLite not to wait
    for the disk takes a hundredth of the time. PostgreSQL always waits.
    """
    with translated(what), engine.execution_options(writes=True, synced=synced).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine, what: str) -> Iterator[Connection]:
    """A connection that sees one state of the database throughout. Raises StorageError."""
    with translated(what), engine.connect() as connection:
        yield connection


def database_bytes(engine: Engine) -> int | None:
    """Size on disk, where the database can tell."""
    with reading(engine, "measuring its size") as connection:
        if engine.dialect.name == "sqlite":
            size: Any = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")).scalar()
        else:
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar()
    return int(size) if size is not None else None
