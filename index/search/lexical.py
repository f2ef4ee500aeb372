"""The lexical index: BM25 over sentences, in tantivy.

In: sentence ids with what filters need, and texts; a question. Out: hits. Implements `ports.LexicalIndex`; made by `index.build` alone. tantivy
stays in this file (and its tokenizer in `analysis`). It must never keep a text, be asked through tantivy's query language, or hold the
writer's lock between a commit and the next write. Why tantivy: docs/decisions/0002-lexical-index.md.

The score (Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009) is the sum over the question's terms of

    ln(1 + (N - n + 0.5) / (n + 0.5)) · (k1 + 1) · tf / (tf + k1 · (1 - b + b · length / mean length))

with N sentences, n of them with the term, and the term tf times in this one. tantivy fixes k1 = 1.2 and b = 0.75; `COPIES` makes that k1 = 0.6
(the factor stays 2.2). Lengths above 20 words are rounded down, by at most an eighth. N, n and the mean length count a removed sentence until
tantivy merges the file it lies in.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from tantivy import Document, FieldType, Index, IndexWriter, Occur, Order, Query, Schema, SchemaBuilder, Searcher

from index.domain.passages import Hit
from index.errors import IndexDamagedError, StorageError, WriterBusyError
from index.ports.search import NO_DATE, Ids, Rows, Scope
from index.search.analysis import ANALYZER, analyzer, prepared, question_terms, terms
from index.search.checksums import META, REMEDY, verify
from index.search.ties import Scored, best

WRITER_HEAP_BYTES = 50_000_000
"""What the writer gathers before it writes a file. From 15 to 100 MB a build takes about as long; 100 MB cost 30 MB more of memory. It is
freed at the commit."""

MAX_QUESTION_TERMS = 64
"""The rarest are kept. A search takes longer with each term, and no question a person types has as many; a pasted article has."""

COPIES = 2
"""Each text goes in twice, which doubles every tf and every length and so makes tantivy's fixed k1 of 1.2 a 0.6 of our own.

A word said twice in one sentence means little more than a word said once: nDCG@10 rises by up to 0.016 (the decision note has the table).
"""

_IDS_AT_ONCE = 65_536

_Stamp = tuple[int, int, int]
"""Inode, date and size of the list of what is committed: tantivy renames a new one into its place at each commit."""

_FOREIGN = (ValueError, RuntimeError, OSError)
"""What tantivy raises; everything that goes wrong inside it is a ValueError."""


@dataclass(frozen=True, slots=True)
class _View:
    """One commit, as a search sees it from beginning to end."""

    index: Index
    stamp: _Stamp | None
    searcher: Searcher


class TantivyLexicalIndex:
    """`ports.LexicalIndex` in a folder. Any number of processes may have it open; one of them at a time writes.

    The writer, with its lock and its memory, exists from the first add or remove to the commit. ``with`` closes it.
    """

    def __init__(self, folder: Path, index: Index, *, writable: bool) -> None:
        """For `create` and `open`, which say what can go wrong."""
        self._folder = folder
        self._schema = index.schema
        self._writable = writable
        self._writer: IndexWriter | None = None
        self._writing = threading.RLock()
        self._reloading = threading.Lock()
        index.register_tokenizer(ANALYZER, analyzer())
        index.config_reader("manual")  # otherwise tantivy starts a thread that looks for commits twice a second
        self._view: _View | None = self._newest(index)

    @classmethod
    def create(cls, folder: Path) -> TantivyLexicalIndex:
        """A new, empty one, open for writing; missing folders are made. Raises StorageError if there is one already or the disk refuses."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if Index.exists(str(folder)):
                raise StorageError(f"There is a lexical index in {folder} already.")
            return cls(folder, Index(_schema(), str(folder), reuse=False), writable=True)
        except _FOREIGN as error:
            raise StorageError(f"No lexical index can be made in {folder}: {error}") from error

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> TantivyLexicalIndex:
        """The one that is there, as of its last commit. Takes no lock, even if writable.

        Raises IndexDamagedError if a file is missing or is not what was written, or if another version of `analysis` cut its terms.
        """
        verify(folder)
        with _damage_named(folder):
            index = Index.open(str(folder))
            if index.schema != _schema():
                raise IndexDamagedError(f"The lexical index in {folder} was built by another version of this program.", remedy=REMEDY)
            return cls(folder, index, writable=writable)

    # Writing

    def add(self, rows: Rows, texts: Sequence[str]) -> None:
        """As the port says; of an id that is twice in ``rows`` the last one stays.

        Raises ValueError for a negative id or unequal lengths, WriterBusyError if another process is writing, StorageError if the disk
        refuses; then everything since the last commit is dropped.
        """
        if len(rows) != len(texts):
            raise ValueError(f"there are {len(rows)} rows and {len(texts)} texts")
        if not len(rows):
            return
        if rows.sentence_ids.min() < 0:
            raise ValueError(f"sentence id {rows.sentence_ids.min()} is negative")
        ids, keys, sources, published = (
            column.tolist() for column in (rows.sentence_ids, rows.article_keys, rows.source_ids, rows.published)
        )
        last = {sentence_id: place for place, sentence_id in enumerate(ids)}
        with self._open_writer() as writer:
            writer.delete_documents_by_query(Query.term_set_query(self._schema, "sentence_id", ids))
            for sentence_id, place in last.items():
                writer.add_document(_document(sentence_id, keys[place], sources[place], published[place], texts[place]))

    def remove(self, sentence_ids: Ids) -> None:
        """As the port says. Raises WriterBusyError and StorageError as `add` does."""
        if len(sentence_ids):
            with self._open_writer() as writer:
                writer.delete_documents_by_query(Query.term_set_query(self._schema, "sentence_id", sentence_ids.tolist()))

    def commit(self) -> None:
        """As the port says; then, when files that are due to be merged have been, the writer and its lock are let go of. Raises StorageError."""
        with self._writing:
            if self._writer is not None:
                with self._open_writer() as writer:
                    writer.commit()
                    writer.wait_merging_threads()
                self._writer = None

    def release(self) -> None:
        """Drop what was not committed, and let go of the writer and its lock. Raises StorageError."""
        with self._writing:
            if self._writer is not None:
                with self._open_writer() as writer:
                    writer.rollback()
                    writer.wait_merging_threads()
                self._writer = None

    @contextmanager
    def _open_writer(self) -> Iterator[IndexWriter]:
        """The writer, made if there is none, for this thread alone; it is given up if tantivy fails."""
        if not self._writable:
            raise StorageError(f"The lexical index in {self._folder} was opened for reading.")
        with self._writing:
            if self._writer is None:
                self._writer = self._new_writer(self._seen().index)
            try:
                yield self._writer
            except _FOREIGN as error:
                writer, self._writer = self._writer, None
                with suppress(*_FOREIGN):  # frees the lock whether it works or not; what failed is told below
                    writer.wait_merging_threads()
                raise StorageError(f"The lexical index in {self._folder} could not be written: {error}") from error

    def _new_writer(self, index: Index) -> IndexWriter:
        try:
            # One thread: the encoder needs the rest, and the same sentences then make the same files.
            return index.writer(WRITER_HEAP_BYTES, num_threads=1)
        except _FOREIGN as error:
            if "LockBusy" in str(error):
                raise WriterBusyError(f"Another process is writing to the lexical index in {self._folder}.") from error
            raise StorageError(f"The lexical index in {self._folder} could not be written: {error}") from error

    # Reading

    def search(self, question: str, k: int, scope: Scope | None = None) -> list[Hit]:
        """As the port says. A search sees one commit from its beginning to its end. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            searcher = self._current()
            limit = min(k, searcher.num_docs)
            asked = _rarest(searcher, question_terms(question))
            if limit <= 0 or not asked or _lets_nothing_through(scope):
                return []
            words = Query.boolean_query(
                [(Occur.Should, Query.term_query(self._schema, "text", term, index_option="freq")) for term in asked]
            )
            query = self._within(scope, words)

            def top(limit: int, up_to: int | None) -> list[Scored]:
                within = query if up_to is None else _narrowed(query, [self._between("sentence_id", 0, up_to)])
                found = searcher.search(within, limit, count=False).hits  # to count would mean to look at every match
                ids: list[Any] = searcher.fast_field_values("sentence_id", [address for _, address in found])
                return [(sentence_id, score) for sentence_id, (score, _) in zip(ids, found, strict=True)]

            return [Hit(sentence_id, score) for sentence_id, score in best(top, limit)]

    def terms(self, text: str) -> list[str]:
        """As the port says."""
        return terms(text)

    def said(self, article_key: int, wanted: Collection[str]) -> set[str]:
        """As the port says. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            searcher = self._current()
            own = Query.term_query(self._schema, "article_key", article_key)

            def stands(term: str) -> bool:
                both = [(Occur.Must, own), (Occur.Must, Query.term_query(self._schema, "text", term, index_option="freq"))]
                return bool(searcher.search(Query.boolean_query(both), 1, count=False).hits)

            return {term for term in wanted if stands(term)}

    def weights(self, question: str) -> dict[str, float]:
        """As the port says. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            searcher = self._current()
            counts = {term: searcher.doc_freq("text", term) for term in _rarest(searcher, question_terms(question))}
            # A count may be above N: it knows of removed sentences until their file is merged.
            return {term: math.log(1 + (max(0, searcher.num_docs - count) + 0.5) / (count + 0.5)) for term, count in counts.items()}

    def counts(self, words: Sequence[str]) -> list[int]:
        """As the port says; a removed sentence counts until its file is merged. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            searcher = self._current()
            return [min((searcher.doc_freq("text", term) for term in terms(word)), default=0) for word in words]

    def ids(self) -> Ids:
        """Every committed sentence id, ascending; about a second for a million. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            searcher = self._current()
            pages: list[Ids] = []
            first = 0
            while True:
                later = self._between("sentence_id", first, None)
                hits = searcher.search(later, _IDS_AT_ONCE, count=False, order_by_field="sentence_id", order=Order.Asc).hits
                pages.append(np.fromiter((sentence_id for sentence_id, _ in hits), dtype=np.int64, count=len(hits)))
                if len(hits) < _IDS_AT_ONCE:
                    return np.concatenate(pages)
                first = hits[-1][0] + 1

    def __len__(self) -> int:
        """How many sentences are committed. Raises IndexDamagedError."""
        with _damage_named(self._folder):
            return self._current().num_docs

    def _within(self, scope: Scope | None, query: Query) -> Query:
        limits = []
        if scope and (scope.since is not None or scope.until is not None):
            limits.append(self._between("published", scope.since, scope.until))
        if scope and scope.source_ids is not None:
            limits.append(Query.term_set_query(self._schema, "source_id", list(scope.source_ids)))
        if scope and scope.article_keys is not None:
            limits.append(Query.term_set_query(self._schema, "article_key", list(scope.article_keys)))
        return _narrowed(query, limits)

    def _between(self, field: str, low: int | None, high: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Integer, low, high)

    def _current(self) -> Searcher:
        """The searcher of the newest commit, whichever process made it. Costs one look at the date of a file.

        Where the whole index has been deleted, the commit seen last still answers: a reindex clears the old folder while others search it.
        """
        view, stamp = self._seen(), self._stamp()
        if stamp in (None, view.stamp):
            return view.searcher
        with self._reloading:
            view = self._seen()
            if stamp != view.stamp:
                self._view = view = self._newest(view.index)
            return view.searcher

    def _newest(self, index: Index) -> _View:
        stamp = self._stamp()  # before the reload: a commit in between is then merely loaded twice
        index.reload()
        return _View(index, stamp, index.searcher())

    def _seen(self) -> _View:
        """The commit seen last. Raises StorageError after `close`."""
        view = self._view
        if view is None:
            raise StorageError(f"The lexical index in {self._folder} is closed.")
        return view

    def _stamp(self) -> _Stamp | None:
        try:
            stat = (self._folder / META).stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    # Life

    def close(self) -> None:
        """As the port says; a second call does nothing. Other calls then raise StorageError."""
        self.release()
        with self._reloading:
            self._view = None

    def __enter__(self) -> TantivyLexicalIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _schema() -> Schema:
    builder = SchemaBuilder()
    for field in ("sentence_id", "article_key", "source_id", "published"):
        builder.add_integer_field(field, indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")  # no positions: nobody asks for phrases
    return builder.build()


def _document(sentence_id: int, article_key: int, source_id: int, published: int, text: str) -> Document:
    document = Document()
    document.add_integer("sentence_id", sentence_id)
    document.add_integer("article_key", article_key)
    document.add_integer("source_id", source_id)
    if published != NO_DATE:  # a sentence without the field lies in no range of it
        document.add_integer("published", published)
    words = prepared(text)
    for _ in range(COPIES):
        document.add_text("text", words)
    return document


def _rarest(searcher: Searcher, terms: list[str]) -> list[str]:
    """All of them if they are few, else the rarest that are in the index at all, equally rare ones by spelling."""
    if len(terms) <= MAX_QUESTION_TERMS:
        return terms
    known = [(count, term) for term in terms if (count := searcher.doc_freq("text", term))]
    return [term for _, term in sorted(known)[:MAX_QUESTION_TERMS]]


def _lets_nothing_through(scope: Scope | None) -> bool:
    if scope is None:
        return False
    backwards = scope.since is not None and scope.until is not None and scope.since > scope.until
    return backwards or scope.source_ids == frozenset() or scope.article_keys == frozenset()


def _narrowed(query: Query, limits: list[Query]) -> Query:
    """Only what satisfies all limits too, which add nothing to the score."""
    if not limits:
        return query
    return Query.boolean_query([(Occur.Must, query), *((Occur.Must, Query.const_score_query(limit, 0.0)) for limit in limits)])


@contextmanager
def _damage_named(folder: Path) -> Iterator[None]:
    """What tantivy says while it reads means that its files are not in order."""
    try:
        yield
    except _FOREIGN as error:
        raise IndexDamagedError(f"The lexical index in {folder} cannot be read: {error}", remedy=REMEDY) from error
