"""Articles, their revisions and sentences. Implements ``index.ports.articles.ArticleStore`` for SQLite and PostgreSQL.

Each public method is one short transaction. Rows become domain types here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Connection, Engine, Row, Select, bindparam, delete, func, insert, select

from index.domain.articles import Article, Kinship, Sentence
from index.domain.passages import Filters
from index.ports.articles import ArticleWrite, ChangedArticles, Changes, Facts, Known, SentenceBlock, StoredSentence
from index.ports.clock import Clock
from index.ports.models import Encoder, Vectors
from index.ports.search import NO_DATE, Rows, Scope
from index.store import embeddings, news
from index.store.batches import change, write_batch
from index.store.database import reading, writing
from index.store.groups import release
from index.store.integrity import find_faults
from index.store.locks import WriterLock
from index.store.outlets import set_paused
from index.store.scopes import outlets, resolve
from index.store.tables import articles, changes, revisions, sentences, sources

_BLOCK_ARTICLES = 200
"""Articles read at a time when all are: some thousands of sentences, a few megabytes of text."""

_CURRENT: Select[Any] = (
    select(
        articles.c.key,
        articles.c.id,
        articles.c.revision,
        revisions.c.text,
        articles.c.url,
        articles.c.title,
        sources.c.name.label("source"),
        articles.c.published_at,
        articles.c.language,
        articles.c.author,
        articles.c.published_from,
        articles.c.modified_at,
        articles.c.copy_group,
        articles.c.story_id,
        articles.c.source_id,
        revisions.c.first_sentence_id,
        revisions.c.sentence_count,
    )
    .join_from(articles, revisions, (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision))
    .outerjoin(sources, sources.c.id == articles.c.source_id)
)

_THESE: BindParameter[Any] = bindparam("these", expanding=True)
# What every question asks, put together once: SQLAlchemy spends longer on a statement than SQLite does.
_LAST_CHANGE = select(func.max(changes.c.seq))
_SENTENCES = select(sentences.c.id, sentences.c.article_key, sentences.c.revision, sentences.c.start, sentences.c.end).where(
    sentences.c.id.in_(_THESE)
)
_ARTICLES_OF_SENTENCES = _CURRENT.where(articles.c.key.in_(_THESE))
_REPORTS_OF_SEVERAL = select(articles.c.copy_group).where(articles.c.copy_group.in_(_THESE)).distinct()

_KNOWN: Select[Any] = select(
    *(articles.c.key, articles.c.id, articles.c.revision, articles.c.text_digest, articles.c.canonical_address),
    *(articles.c.url, articles.c.title, sources.c.name, articles.c.author),
    *(articles.c.published_at, articles.c.published_from, articles.c.modified_at, articles.c.language),
).outerjoin(sources, sources.c.id == articles.c.source_id)

_EARLIEST_FIRST = (articles.c.published_at.is_(None), articles.c.published_at, articles.c.key)
_MAX_COPIES = 50
"""Articles of one report that are looked at to name who carries it; nobody reads a longer list."""


class SqlArticleStore:
    """The database as the core sees it."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        """``folder``: where the writer's lock file lies. The tables are there already (``index.store.database.migrate``)."""
        self._engine = engine
        self._lock = WriterLock(folder, engine)
        self._clock = clock

    def writer(self, purpose: str, *, wait_s: float, on_wait: Callable[[str], None] | None = None) -> AbstractContextManager[None]:
        """The right to write, for the length of a ``with``."""
        return self._lock.hold(purpose, wait_s=wait_s, on_wait=on_wait)

    # Writing

    def find(self, *, id: str | None, address: str | None, text_digest: bytes) -> Known | None:  # noqa: A002 the field's own name
        """The stored article a draft is about: by its id if it has one, else by the canonical form of its address, else by its text."""
        if id is not None:
            which = articles.c.id == id
        elif address is not None:
            which = articles.c.canonical_address == address
        else:
            which = (articles.c.text_digest == text_digest) & articles.c.url.is_(None)
        with reading(self._engine, "looking up an article") as connection:
            row = connection.execute(_KNOWN.where(which).order_by(articles.c.key).limit(1)).first()
        return None if row is None else Known(row[0], row[1], row[2], bytes(row[3]), row[4], Facts(*row[5:]))

    def write(self, batch: Sequence[ArticleWrite], encoder: Encoder, new_vectors: Mapping[bytes, Vectors]) -> None:
        """Store articles, their sentences and newly computed vectors in one transaction."""
        now = int(self._clock.now().timestamp())
        with writing(self._engine, "storing articles") as connection:
            embeddings.save(connection, encoder, new_vectors)
            write_batch(connection, batch, now)

    def remove(self, article_id: str) -> bool:
        """Delete an article with all its revisions. False if there is none of that id."""
        with writing(self._engine, "removing an article") as connection:
            row = connection.execute(_CURRENT.where(articles.c.id == article_id)).first()
            if row is None:
                return False
            release(connection, row.key)
            connection.execute(delete(sentences).where(sentences.c.article_key == row.key))
            connection.execute(delete(articles).where(articles.c.key == row.key))  # revisions and wording go with it
            now = int(self._clock.now().timestamp())
            connection.execute(insert(changes).values(change(now, row.key, row.first_sentence_id, row.sentence_count)))
        return True

    def save_vectors(self, encoder: Encoder, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep newly computed vectors; known ones are passed over."""
        with writing(self._engine, "storing vectors") as connection:
            embeddings.save(connection, encoder, vectors)

    def pause_source(self, name: str, paused: bool) -> list[str]:
        """Leave an outlet out of every search, or take it in again. Returns its name as it is stored, or several that differ in case."""
        with writing(self._engine, "pausing an outlet") as connection:
            return set_paused(connection, name, paused)

    # Following

    def sequence(self) -> int:
        """Number of the last change; 0 for none yet."""
        with reading(self._engine, "asking for the last change") as connection:
            return int(connection.execute(_LAST_CHANGE).scalar() or 0)

    def changes(self, after: int) -> Changes:
        """All that happened after that number."""
        query = select(changes.c.seq, changes.c.article_key, changes.c.removed_first, changes.c.removed_count)
        with reading(self._engine, "reading changes") as connection:
            rows = connection.execute(query.where(changes.c.seq > after).order_by(changes.c.seq)).all()
        removed = tuple(range(row.removed_first, row.removed_first + row.removed_count) for row in rows if row.removed_count)
        return Changes(rows[-1].seq if rows else after, removed, tuple(dict.fromkeys(row.article_key for row in rows)))

    def changed(self, after: int, limit: int) -> ChangedArticles:
        """The next articles that came in, changed or went after that number, by at most ``limit`` changes."""
        with reading(self._engine, "reading what changed") as connection:
            return news.changed(connection, after, limit, lambda keys: _current(connection, keys))

    def current(self, article_keys: Sequence[int] | None = None) -> Iterator[SentenceBlock]:
        """The current sentences of these articles, or of all, article by article, in blocks of some thousands."""
        if article_keys is None:
            for block in self._blocks(_CURRENT):
                yield self._sentence_block(block)
            return
        for start in range(0, len(article_keys), _BLOCK_ARTICLES):
            some = article_keys[start : start + _BLOCK_ARTICLES]
            with reading(self._engine, "reading articles") as connection:
                rows = connection.execute(_CURRENT.where(articles.c.key.in_(some)).order_by(articles.c.key)).all()
            yield self._sentence_block(rows)

    def vectors(self, encoder: Encoder, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Vectors already computed, shape (dimension,), by digest."""
        with reading(self._engine, "reading vectors") as connection:
            return embeddings.load(connection, encoder, digests)

    # Asking

    def sentences(self, ids: Collection[int]) -> dict[int, StoredSentence]:
        """Those of the ids that are current, by id."""
        with reading(self._engine, "reading sentences") as connection:
            spans = connection.execute(_SENTENCES, {"these": list(ids)}).all()
            keys = {key for _, key, *_ in spans}
            found = {row.key: _article(row) for row in connection.execute(_ARTICLES_OF_SENTENCES, {"these": list(keys)}).all()}
        return {
            number: StoredSentence(Sentence(number, key, start, end), article)
            for number, key, revision, start, end in spans
            if (article := found.get(key)) is not None and article.revision == revision
        }

    def scope(self, filters: Filters) -> Scope:
        """Filters in the index's terms. Raises QuestionError for an outlet or article that does not exist, naming near ones."""
        with reading(self._engine, "reading outlets") as connection:
            return resolve(connection, filters)

    def sources(self) -> list[str]:
        """The outlets' names, as they are stored, in alphabetical order."""
        with reading(self._engine, "reading outlets") as connection:
            return outlets(connection)

    def articles(self) -> Iterator[Article]:
        """Every article in its current revision, in the order they first came in."""
        for block in self._blocks(_CURRENT):
            yield from map(_article, block)

    def article(self, article_id: str) -> Article | None:
        """The article of that id in its current revision; None if there is none."""
        with reading(self._engine, "reading an article") as connection:
            row = connection.execute(_CURRENT.where(articles.c.id == article_id)).first()
        return None if row is None else _article(row)

    def newest(self, limit: int) -> list[Article]:
        """The articles published last, newest first, undated ones after all others."""
        order = (articles.c.published_at.desc().nulls_last(), articles.c.key.desc())
        with reading(self._engine, "reading the newest articles") as connection:
            return [_article(row) for row in connection.execute(_CURRENT.order_by(*order).limit(limit))]

    def copies(self, reports: Collection[int]) -> dict[int, list[Article]]:
        """Those of the reports that several articles carry, with these articles, the earliest published first; some dozens of each at most."""
        found: dict[int, list[Article]] = {}
        if not reports:
            return found
        with reading(self._engine, "reading copies") as connection:
            for group in connection.execute(_REPORTS_OF_SEVERAL, {"these": list(reports)}).scalars().all():
                query = _CURRENT.where(articles.c.copy_group == group).order_by(*_EARLIEST_FIRST).limit(_MAX_COPIES)
                found[group] = [_article(row) for row in connection.execute(query)]
        return found

    def story(self, article_id: str) -> list[Article]:
        """The articles that tell of the same event, itself among them, the earliest published first; empty if there is no such article."""
        with reading(self._engine, "reading a story") as connection:
            row = connection.execute(_CURRENT.where(articles.c.id == article_id)).first()
            if row is None or row.story_id is None:
                return [] if row is None else [_article(row)]
            query = _CURRENT.where(articles.c.story_id == row.story_id).order_by(*_EARLIEST_FIRST)
            return [_article(row) for row in connection.execute(query)]

    def kinship(self, ids: Collection[str]) -> dict[str, Kinship]:
        """What these articles have in common with others, by id; what does not exist is not in it."""
        asked, found = list(ids), {}
        query = select(articles.c.id, articles.c.key, articles.c.copy_group, articles.c.story_id)
        with reading(self._engine, "reading what articles have in common") as connection:
            for start in range(0, len(asked), _BLOCK_ARTICLES):
                for row in connection.execute(query.where(articles.c.id.in_(asked[start : start + _BLOCK_ARTICLES]))):
                    found[row.id] = Kinship(row.copy_group or row.key, row.story_id)
        return found

    def text(self, article_id: str, revision: int | None = None) -> tuple[int, str] | None:
        """A revision of an article, or its current one: number and text. None if there is none."""
        number = articles.c.revision if revision is None else revision
        query = select(revisions.c.number, revisions.c.text).join_from(articles, revisions, revisions.c.article_key == articles.c.key)
        with reading(self._engine, "reading a revision") as connection:
            row = connection.execute(query.where(articles.c.id == article_id, revisions.c.number == number)).first()
        return None if row is None else (row.number, row.text)

    def integrity(self) -> list[str]:
        """What is wrong with the rows themselves, a sentence each; empty if nothing is."""
        with reading(self._engine, "verifying itself") as connection:
            return find_faults(connection)

    def _blocks(self, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        """Rows by rising article key, some hundreds in each transaction, so that no reader holds one state of the database for minutes."""
        last = -1
        while True:
            with reading(self._engine, "reading articles") as connection:
                rows = connection.execute(query.where(articles.c.key > last).order_by(articles.c.key).limit(_BLOCK_ARTICLES)).all()
            if not rows:
                return
            last = rows[-1].key
            yield rows

    def _sentence_block(self, owners: Sequence[Row[Any]]) -> SentenceBlock:
        """The sentences of articles that were just read. An article replaced since gives none: its change is still to come."""
        by_run = {owner.first_sentence_id: owner for owner in owners if owner.sentence_count}
        ids, keys, source_ids, published, texts, digests = [], [], [], [], [], []
        with reading(self._engine, "reading sentences") as connection:
            for first, owner in sorted(by_run.items()):
                query = select(sentences.c.id, sentences.c.start, sentences.c.end, sentences.c.digest).order_by(sentences.c.id)
                for row in connection.execute(query.where(sentences.c.id >= first, sentences.c.id < first + owner.sentence_count)):
                    ids.append(row.id)
                    keys.append(owner.key)
                    source_ids.append(owner.source_id or 0)
                    published.append(NO_DATE if owner.published_at is None else owner.published_at)
                    texts.append(owner.text[row.start : row.end])
                    digests.append(bytes(row.digest))
        columns = [np.asarray(column, dtype=np.int64) for column in (ids, keys, source_ids, published)]
        return SentenceBlock(Rows(*columns), tuple(texts), tuple(digests))


def _current(connection: Connection, keys: Collection[int]) -> dict[int, Article]:
    """These articles, without those of outlets that are paused."""
    query = _CURRENT.where(articles.c.key.in_(list(keys)), sources.c.paused.is_not(True))
    return {row.key: _article(row) for row in connection.execute(query)}


def _article(row: Row[Any]) -> Article:
    published, modified = (None if at is None else datetime.fromtimestamp(at, UTC) for at in (row.published_at, row.modified_at))
    facts = (row.key, row.id, row.revision, row.text, row.url, row.title, row.source, published, row.language)
    return Article(*facts, row.author, row.published_from, modified, row.copy_group, row.story_id)
