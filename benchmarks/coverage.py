"""Coverage of any size, as an ingest would have left it, without encoding it all.

In: the development data, a size, a folder. Out: a data folder for `index.open_index`. Called by `benchmarks.questions`.

Texts: real news articles, shuffled; when they are used up (at some 310,000 sentences), copies of them with every number changed and three words
in ten taken from elsewhere, so that texts differ while dictionary and frequencies stay those of news. Vectors: the first ``encode`` different
sentences get their own; any other gets that of one of those (a copy, of the sentence it was made from), moved by four fifths of the difference
between two others that are neighbours, and of length 1 again. Random noise would not do: real sentences differ from their neighbours in some
directions much more than in others, and an IVF index lives on that (see `benchmarks.vectors`). They are stored under the encoder's
fingerprint, so that the program takes them for its own; which sentences are found means nothing, only what finding them costs.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import note, read_gz
from index import ArticleDraft, open_index
from index.build import DEFAULT_ENCODER, SystemClock
from index.domain.articles import Span
from index.intake.pipeline import text_digest
from index.models.choose import load_encoder
from index.ports.articles import ArticleWrite
from index.ports.models import Encoder, Vectors
from index.store.articles import SqlArticleStore
from index.store.database import connect, sqlite_url
from index.text.sentences import split

MADE_BY = 1
"""Raised when this module makes something else of the same input: folders made before are then made anew."""
SEED = 7
SETS = ("realtimeqa/docs_dev", "longtail_shootings/docs", "reuters21578_sample/docs")
OTHER_WORDS = 0.3
MOVE = 0.8
"""How far a vector is moved; with the neighbours below, as in `benchmarks.vectors.extended`."""
MOVES = 5_000
NEIGHBOURS = range(3, 30)
BATCH_SENTENCES = 10_000
"""In a transaction; ten times an ingest's, since nothing is encoded in between."""

_DATABASE = "dateline.db"
"""Where `index.open_index` looks for it in a data folder."""
_MADE = "made.json"
_DATE_FORMATS = ("%Y/%m/%d", "%Y-%m-%d", "%d-%b-%Y %H:%M:%S.%f")


@dataclass(frozen=True)
class Piece:
    """An article with its sentences."""

    draft: ArticleDraft
    spans: tuple[Span, ...]

    def sentences(self) -> list[str]:
        """Their texts, in order."""
        return [self.draft.text[span.start : span.end] for span in self.spans]


def make(folder: Path, models: Path, read: Callable[[], Sequence[Piece]], size: int, encode: int) -> None:
    """Coverage of ``size`` sentences in ``folder``, unless it is there already; ``read`` gives the real articles.

    A folder that a kill left half-made is made anew. The encodings are kept beside it and used again.
    """
    encoder = load_encoder(DEFAULT_ENCODER, models, threads=2)
    made = {"by": MADE_BY, "sentences": size, "encode": encode, "encoder": encoder.fingerprint}
    if (folder / _MADE).is_file() and json.loads((folder / _MADE).read_text(encoding="utf-8")) == made:
        note(f"{folder} is there already")
        return
    shutil.rmtree(folder, ignore_errors=True)
    articles = read()
    number_of = numbers(articles)
    vectors = Stand(encodings(folder.parent, encoder, list(number_of), min(encode, size)))
    with open_index(folder, models_dir=models, reranker=None) as index:  # makes the tables
        write(folder, encoder, limited(endless(articles), size), number_of, vectors)
        note("building the indexes, in several passes")
        index.reindex(full=True, progress=Counted(size, "looked up for the indexes"))
        found = index.stats().sentences
    assert found == size, f"{found} sentences, not {size}"
    (folder / _MADE).write_text(json.dumps(made), encoding="utf-8")
    note(f"made {folder}")


# Texts


def read_articles(data: Path) -> list[Piece]:
    """The real articles of all sets, shuffled."""
    pieces = []
    for name in SETS:
        for record in read_gz(data / f"{name}.jsonl.gz"):
            text = record["text"]
            spans = tuple(split(text))
            if spans:
                pieces.append(Piece(_draft(record, text), spans))
    random.Random(SEED).shuffle(pieces)
    note(f"read {len(pieces):,} articles of {sum(len(one.spans) for one in pieces):,} sentences")
    return pieces


def _draft(record: dict[str, Any], text: str) -> ArticleDraft:
    url = record.get("url")
    source = urlsplit(url).hostname if url else "Reuters"
    date = record.get("publish_date") or record.get("date") or ""
    return ArticleDraft(text, url, record.get("title"), source, _moment(date), "en", record["doc_id"])


def _moment(date: str) -> datetime | None:
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(date, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def numbers(articles: Sequence[Piece]) -> dict[str, int]:
    """Every different real sentence with its number, counted as they first come."""
    found: dict[str, int] = {}
    for one in articles:
        for sentence in one.sentences():
            found.setdefault(sentence, len(found))
    return found


def endless(articles: Sequence[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """The articles, then a copy of each, then another…; each beside the real one it is or was made from."""
    chance = random.Random(SEED)
    words = [word for one in articles for word in one.draft.text.split()]
    yield from ((one, one) for one in articles)
    copy = 1
    while True:
        copy += 1
        yield from ((varied(one, copy, words, chance), one) for one in articles)


def varied(real: Piece, copy: int, words: Sequence[str], chance: random.Random) -> Piece:
    """Other numbers, some other words; as many sentences, and what stands between them unchanged."""

    def other(word: str) -> str:
        if any(map(str.isdigit, word)):
            return re.sub(r"\d+", lambda number: str(chance.randrange(10 ** len(number[0]))), word)
        return words[int(chance.random() * len(words))] if chance.random() < OTHER_WORDS else word

    text, spans, at = "", [], 0
    for span in real.spans:
        text += real.draft.text[at : span.start]
        sentence = " ".join(map(other, real.draft.text[span.start : span.end].split()))
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence
        at = span.end
    url = f"{real.draft.url}#{copy}" if real.draft.url else None
    facts = (real.draft.title, real.draft.source, real.draft.published_at, real.draft.language)
    return Piece(ArticleDraft(text, url, *facts, id=f"{real.draft.id}-{copy}"), tuple(spans))


def limited(pieces: Iterator[tuple[Piece, Piece]], size: int) -> Iterator[tuple[Piece, Piece]]:
    """As many articles as hold ``size`` sentences; the last one is cut."""
    left = size
    for one, real in pieces:
        if len(one.spans) >= left:
            draft, spans = one.draft, one.spans[:left]
            facts = (draft.url, draft.title, draft.source, draft.published_at, draft.language, draft.id)
            yield Piece(ArticleDraft(draft.text[: spans[-1].end], *facts), spans), real
            return
        left -= len(one.spans)
        yield one, real


# Vectors


class Stand:
    """Vectors that stand for sentences: their own where they were encoded, else one from the neighbourhood of another's."""

    def __init__(self, own: Vectors) -> None:
        """own: the vectors of the sentences numbered 0, 1, 2…"""
        self._own = own
        self._chance = np.random.default_rng(SEED)
        some = self._chance.permutation(len(own))[:MOVES]
        known = min(NEIGHBOURS.stop, len(own))
        nearest = faiss.knn(own[some], own, known, faiss.METRIC_INNER_PRODUCT)[1]
        chosen = self._chance.integers(min(NEIGHBOURS.start, known - 1), known, size=len(some))
        self._moves = MOVE * (own[some] - own[nearest[np.arange(len(some)), chosen]])

    def for_sentences(self, numbers: NDArray[np.int64], real: NDArray[np.bool_]) -> Vectors:
        """Shape (n, dimension), length 1. numbers: of the sentences, or of those they were made from. real: whether it is the sentence itself."""
        vectors = self._own[numbers % len(self._own)]
        others = np.flatnonzero(~real | (numbers >= len(self._own)))
        vectors[others] += self._moves[self._chance.integers(len(self._moves), size=len(others))]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def encodings(folder: Path, encoder: Encoder, sentences: Sequence[str], count: int) -> Vectors:
    """The vectors of the first ``count`` sentences, or of all if there are no more; kept in a file, which is used as far as it goes."""
    digest = hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:8]
    file = folder / f"encodings-{encoder.fingerprint}-{digest}.npy"
    kept: Vectors = np.load(file) if file.is_file() else np.empty((0, encoder.dimension), dtype=np.float32)
    missing = sentences[len(kept) : count]
    if missing:
        note(f"encoding {len(missing):,} sentences")
        kept = np.concatenate([kept, encoder.encode(missing, Counted(len(missing), "encoded"))])
        np.save(file, kept)
    return kept[:count]


# The database


def write(folder: Path, encoder: Encoder, pieces: Iterator[tuple[Piece, Piece]], number_of: dict[str, int], vectors: Stand) -> None:
    """Store the articles as an ingest does, in transactions of some thousands of sentences."""
    engine = connect(sqlite_url(folder / _DATABASE))
    store = SqlArticleStore(engine, folder, SystemClock())
    stored = Counted(None, "stored")
    batch: list[ArticleWrite] = []
    new: dict[bytes, Vectors] = {}
    with store.writer("a benchmark", wait_s=0):
        for one, real in pieces:
            digests = tuple(map(text_digest, one.sentences()))
            of_real = np.array([number_of[sentence] for sentence in real.sentences()[: len(digests)]])
            rows = vectors.for_sentences(of_real, np.full(len(digests), one.draft.id == real.draft.id))
            for digest, row in zip(digests, rows, strict=True):
                new.setdefault(digest, row)
            assert one.draft.id is not None
            batch.append(ArticleWrite(one.draft, one.draft.id, None, None, text_digest(one.draft.text), one.spans, digests))
            if sum(len(item.digests) for item in batch) >= BATCH_SENTENCES:
                store.write(batch, encoder, new)
                stored(sum(len(item.digests) for item in batch))
                batch, new = [], {}
        store.write(batch, encoder, new)
    engine.dispose()


class Counted:
    """Progress every few seconds. Implements `index.ports.models.Progress`."""

    EVERY_S = 10.0

    def __init__(self, total: int | None, what: str) -> None:
        self._total = total
        self._what = what
        self._done = 0
        self._next = time.monotonic() + self.EVERY_S

    def __call__(self, more: int) -> None:
        """Count, and now and then tell."""
        self._done += more
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self.EVERY_S
            note(f"{self._done:,}{f' of {self._total:,}' if self._total else ''} {self._what}")
