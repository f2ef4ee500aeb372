"""What ``index.ports.articles.ArticleStore`` promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select, text

from index.domain.articles import ArticleDraft, Span
from index.domain.passages import Filters
from index.errors import QuestionError, SchemaVersionError, WriterBusyError
from index.intake.addresses import canonical
from index.intake.pipeline import derived_id, text_digest
from index.ports.articles import ArticleWrite
from index.ports.search import NO_DATE
from index.store import database
from index.store.articles import SqlArticleStore
from index.store.tables import articles, metadata, sentences
from tests.conftest import HashedWords, SetClock

FEBRUARY = datetime(2017, 2, 9, tzinfo=UTC)


def write(store: SqlArticleStore, encoder: HashedWords, draft: ArticleDraft) -> str:
    """Store a draft whose sentences end at each full stop, as the pipeline would."""
    digest = text_digest(draft.text)
    address = None if draft.url is None else canonical(draft.url)
    known = store.find(id=draft.id, address=address, text_digest=digest)
    spans, start = [], 0
    for piece in draft.text.split(". "):
        spans.append(Span(start, start + len(piece)))
        start += len(piece) + 2
    texts = [draft.text[span.start : span.end] for span in spans]
    digests = tuple(map(text_digest, texts))
    article_id = known.id if known else draft.id or derived_id(address, digest)
    same = known is not None and known.text_digest == digest
    item = ArticleWrite(draft, article_id, address, known, digest, None if same else tuple(spans), () if same else digests)
    store.write([item], encoder, dict(zip(digests, encoder.encode(texts), strict=True)))
    return article_id


def current_texts(store: SqlArticleStore) -> list[str]:
    return [one for block in store.current() for one in block.texts]


def test_an_article_comes_back_as_it_went_in(store: SqlArticleStore, encoder: HashedWords) -> None:
    """Text, facts and offsets survive storage unchanged, in any script."""
    draft = ArticleDraft("Раненых трое 🚑. 死者はいない", "https://a.example/1", "Bus", "The Courier", FEBRUARY, "ru", "bus-1")
    write(store, encoder, draft)
    (article,) = store.articles()
    assert (article.text, article.url, article.title, article.source) == (draft.text, draft.url, draft.title, draft.source)
    assert (article.published_at, article.language, article.id, article.revision) == (FEBRUARY, "ru", "bus-1", 1)
    (block,) = store.current()
    assert block.texts == ("Раненых трое 🚑", "死者はいない")
    found = store.sentences(block.rows.sentence_ids.tolist())
    assert [one.article.text[one.sentence.start : one.sentence.end] for one in found.values()] == list(block.texts)


def test_an_article_is_found_by_its_id(store: SqlArticleStore, encoder: HashedWords) -> None:
    """The current revision; None for an id that nothing has."""
    write(store, encoder, ArticleDraft("Three died", id="x"))
    write(store, encoder, ArticleDraft("Five died", id="x"))
    found = store.article("x")
    assert found is not None
    assert (found.text, found.revision) == ("Five died", 2)
    assert store.article("y") is None


def test_the_newest_articles_come_first_and_undated_ones_last(store: SqlArticleStore, encoder: HashedWords) -> None:
    """By date of publication, whenever they came in; of two of one moment the one that came in later."""
    for name, day in (("b", 2), ("undated", None), ("a", 1), ("c", 3), ("c2", 3)):
        published = None if day is None else FEBRUARY + timedelta(days=day)
        write(store, encoder, ArticleDraft(f"Report {name}", published_at=published, id=name))
    assert [one.id for one in store.newest(10)] == ["c2", "c", "b", "a", "undated"]
    assert [one.id for one in store.newest(2)] == ["c2", "c"]


def test_a_revision_replaces_what_is_current_and_keeps_the_old_text(store: SqlArticleStore, encoder: HashedWords, engine: Engine) -> None:
    """After a change of text only the new sentences are current; the change log names the old ones; ids are never used twice."""
    write(store, encoder, ArticleDraft("Three died. Two fled", id="x"))
    (before,) = store.current()
    at = store.sequence()
    write(store, encoder, ArticleDraft("Five died. Two fled", id="x"))
    assert current_texts(store) == ["Five died", "Two fled"]
    changes = store.changes(at)
    assert [list(run) for run in changes.removed] == [before.rows.sentence_ids.tolist()]
    assert changes.upto == store.sequence()
    (after,) = store.current(changes.article_keys)
    assert not set(after.rows.sentence_ids) & set(before.rows.sentence_ids)
    assert store.sentences(before.rows.sentence_ids.tolist()) == {}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT text FROM revisions ORDER BY number")).scalars().all() == [
            "Three died. Two fled",
            "Five died. Two fled",
        ]


def test_facts_can_change_without_a_revision(store: SqlArticleStore, encoder: HashedWords) -> None:
    """A delivery that only adds a date changes the date, keeps what it leaves out, and is told to the indexes."""
    write(store, encoder, ArticleDraft("Three died", id="x", source="The Courier"))
    at = store.sequence()
    write(store, encoder, ArticleDraft("Three died", id="x", published_at=FEBRUARY))
    (article,) = store.articles()
    assert (article.source, article.published_at, article.revision) == ("The Courier", FEBRUARY, 1)
    changes = store.changes(at)
    (block,) = store.current(changes.article_keys)
    assert [list(run) for run in changes.removed] == [block.rows.sentence_ids.tolist()]
    assert block.rows.published.tolist() == [int(FEBRUARY.timestamp())]


def test_an_article_is_found_by_id_then_address_then_text(store: SqlArticleStore, encoder: HashedWords) -> None:
    """A given id alone decides; without one the address does; without either, the text."""
    write(store, encoder, ArticleDraft("One", url="https://a.example/1", id="a"))
    write(store, encoder, ArticleDraft("Two"))
    assert store.find(id="b", address="https://a.example/1", text_digest=text_digest("One")) is None
    by_address = store.find(id=None, address="https://a.example/1", text_digest=text_digest("other"))
    assert by_address is not None
    assert by_address.id == "a"
    by_text = store.find(id=None, address=None, text_digest=text_digest("Two"))
    assert by_text is not None
    assert by_text.text_digest == text_digest("Two")
    assert store.find(id=None, address=None, text_digest=text_digest("One")) is None, "the text of an article with an address is not enough"


def test_removal_takes_everything_and_tells_the_indexes(store: SqlArticleStore, encoder: HashedWords, engine: Engine) -> None:
    """A removed article leaves no text, no sentence and no id behind, except in the log of changes."""
    write(store, encoder, ArticleDraft("Three died. Two fled", id="x"))
    write(store, encoder, ArticleDraft("Five died", id="x"))
    at = store.sequence()
    assert store.remove("x")
    assert not store.remove("x")
    assert list(store.articles()) == []
    assert [len(run) for run in store.changes(at).removed] == [1]
    with engine.connect() as connection:
        assert connection.execute(select(sentences)).all() == []
        assert connection.execute(text("SELECT count(*) FROM revisions")).scalar() == 0


def test_vectors_are_kept_by_text_and_encoder(store: SqlArticleStore, encoder: HashedWords) -> None:
    """A vector comes back nearly exact, only to the encoder that made it, and is stored once."""
    made = encoder.encode(["Three died"])[0]
    store.save_vectors(encoder, {text_digest("Three died"): made})
    store.save_vectors(encoder, {text_digest("Three died"): made})
    found = store.vectors(encoder, [text_digest("Three died"), text_digest("unknown")])
    assert list(found) == [text_digest("Three died")]
    assert float(found[text_digest("Three died")] @ made) > 0.99999
    assert np.linalg.norm(found[text_digest("Three died")]) == pytest.approx(1, abs=1e-6)
    assert store.vectors(HashedWords("another"), [text_digest("Three died")]) == {}


def test_many_vectors_take_several_queries(store: SqlArticleStore, encoder: HashedWords) -> None:
    """More digests than one query takes are all found."""
    texts = [f"sentence {i}" for i in range(1203)]
    store.save_vectors(encoder, dict(zip(map(text_digest, texts), encoder.encode(texts), strict=True)))
    assert len(store.vectors(encoder, list(map(text_digest, texts)))) == 1203


def test_filters_become_numbers_or_a_sentence(store: SqlArticleStore, encoder: HashedWords) -> None:
    """Outlets are found whatever their case; an unknown one is refused with the near ones."""
    write(store, encoder, ArticleDraft("One", id="a", source="EuroNews", published_at=FEBRUARY))
    write(store, encoder, ArticleDraft("Two", id="b"))
    scope = store.scope(Filters(since=FEBRUARY, sources=("euronews",), articles=("b",)))
    (first, second) = (block.rows[np.array([i])] for block in store.current() for i in range(2))
    assert scope.source_ids == frozenset({int(first.source_ids[0])})
    assert scope.article_keys == frozenset({int(second.article_keys[0])})
    assert scope.since == int(first.published[0])
    assert (int(second.source_ids[0]), int(second.published[0])) == (0, NO_DATE)
    with pytest.raises(QuestionError, match=r"no source named 'Euronws'.*EuroNews"):
        store.scope(Filters(sources=("Euronws",)))
    with pytest.raises(QuestionError, match="no article with the id 'c'"):
        store.scope(Filters(articles=("c",)))


def test_all_articles_come_in_blocks_and_in_order(store: SqlArticleStore, encoder: HashedWords) -> None:
    """More articles than one block holds come back whole, once each, in the order they came in."""
    for i in range(450):
        write(store, encoder, ArticleDraft(f"Number {i}", id=str(i)))
    assert [article.id for article in store.articles()] == [str(i) for i in range(450)]
    assert current_texts(store) == [f"Number {i}" for i in range(450)]


def test_a_failed_write_leaves_nothing(store: SqlArticleStore, encoder: HashedWords) -> None:
    """A batch is stored whole or not at all."""
    good = ArticleWrite(ArticleDraft("One"), "a", None, None, text_digest("One"), (Span(0, 3),), (text_digest("One"),))
    bad = ArticleWrite(ArticleDraft("Two"), "a", None, None, text_digest("Two"), (Span(0, 3),), (text_digest("Two"),))
    with pytest.raises(Exception, match="storing articles"):
        store.write([good, bad], encoder, {})
    assert list(store.articles()) == []
    assert store.sequence() == 0


def test_faults_in_the_rows_are_found(store: SqlArticleStore, encoder: HashedWords, engine: Engine) -> None:
    """Each kind of fault is named with its count; sound rows give none."""
    write(store, encoder, ArticleDraft("Three died. Two fled", id="x"))
    assert store.integrity() == []
    with engine.begin() as connection:
        connection.execute(text('UPDATE sentences SET "end" = 999 WHERE id = 2'))
        connection.execute(text('UPDATE sentences SET "end" = 13 WHERE id = 1'))
        connection.execute(insert(sentences).values(id=77, article_key=5, revision=1, start=0, end=1, digest=b"0" * 16))
        connection.execute(text("UPDATE revisions SET sentence_count = 3"))
        connection.execute(insert(articles).values(key=99, id="y", revision=1, text_digest=b"", first_seen_at=0, changed_at=0))
    assert store.integrity() == [
        "1 articles have no text.",
        "1 sentences belong to no text.",
        "1 sentences reach beyond their text.",
        "1 sentences overlap.",
        "1 texts lack some of their sentences.",
    ]


def test_the_tables_are_what_the_migrations_make(engine: Engine) -> None:
    """The migrations and ``tables.py`` describe one schema, and ``HEAD`` is the newest step."""
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    folder = Path(database.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == database.HEAD
    assert database.schema_version(engine) == database.HEAD


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    """Tables from the future are left alone, with the remedy."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaVersionError, match=r"newer than this program's.*Upgrade Dateline"):
        database.migrate(engine)


def test_a_second_writer_waits_or_is_told_who_writes(store: SqlArticleStore) -> None:
    """The holder is named at once and in the error; a waiting writer gets its turn when the first is done."""
    told: list[str] = []
    with store.writer("dateline ingest", wait_s=0), pytest.raises(WriterBusyError, match=r"dateline ingest \(process \d+, since"):  # noqa: SIM117
        with store.writer("a reindex", wait_s=0, on_wait=told.append):
            pytest.fail("two writers at once")
    assert len(told) == 1
    with store.writer("a reindex", wait_s=0):
        pass


def _hold_and_die(url: str, folder: Path, ready: multiprocessing.synchronize.Event) -> None:
    engine = database.connect(url)
    with SqlArticleStore(engine, folder, SetClock()).writer("a doomed ingest", wait_s=0):
        ready.set()
        multiprocessing.Event().wait()


def test_a_killed_writer_frees_the_lock(store: SqlArticleStore, engine: Engine, tmp_path: Path) -> None:
    """The lock belongs to the process: SIGKILL frees it, in the folder and in the database."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=_hold_and_die, args=(engine.url.render_as_string(hide_password=False), tmp_path, ready))
    process.start()
    assert ready.wait(30)
    with pytest.raises(WriterBusyError, match="a doomed ingest"), store.writer("a reindex", wait_s=0):
        pytest.fail("two writers at once")
    process.kill()
    process.join()
    with store.writer("a reindex", wait_s=10):
        pass


def test_times_before_1970_are_times(store: SqlArticleStore, encoder: HashedWords) -> None:
    """Archives reach back beyond the epoch."""
    old = datetime(1945, 5, 8, tzinfo=UTC)
    write(store, encoder, ArticleDraft("It is over", id="x", published_at=old))
    (article,) = store.articles()
    assert article.published_at == old
    assert store.scope(Filters(since=old + timedelta(days=1))).since == int(old.timestamp()) + 86400
