"""Databases of earlier versions, brought up to date where they stand, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from index.store import database
from index.store.articles import SqlArticleStore
from tests.conftest import SetClock


def at_step(engine: Engine, step: str) -> None:
    """Bring an empty database to an earlier step."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with database.writing(engine, "making old tables") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step)


def test_a_database_of_the_first_version_keeps_its_articles_and_finds_them(bare_engine: Engine, tmp_path: Path) -> None:
    """Articles survive the upgrade with text and sentences, are found by the canonical form of the address they had, and wait to be grouped."""
    at_step(bare_engine, "0001")
    with bare_engine.begin() as connection:
        for key, url in ((1, "'http://www.news.example/bus/?utm_source=x'"), (2, "NULL")):
            connection.execute(
                text(
                    "INSERT INTO articles (key, id, url, revision, text_digest, first_seen_at, changed_at)"
                    f" VALUES ({key}, 'a{key}', {url}, 1, :digest, 0, 0)"
                ),
                {"digest": b"0" * 16},
            )
            connection.execute(text(f"INSERT INTO revisions VALUES ({key}, 1, 'Two died', 0, {key}, 1)"))
            connection.execute(text(f"INSERT INTO sentences VALUES ({key}, {key}, 1, 0, 8, :digest)"), {"digest": b"1" * 16})
    database.migrate(bare_engine)
    store = SqlArticleStore(bare_engine, tmp_path, SetClock())
    assert [(article.id, article.text) for article in store.articles()] == [("a1", "Two died"), ("a2", "Two died")]
    found = store.find(id=None, address="https://news.example/bus", text_digest=b"")
    assert found is not None
    assert (found.id, found.facts.url) == ("a1", "http://www.news.example/bus/?utm_source=x")
    assert store.integrity() == []
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM articles WHERE grouped_at IS NULL")).scalar() == 2
