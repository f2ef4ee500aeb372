"""What the core needs from outside itself, as protocols. Adapters implement them; only ``index.build`` picks adapters.

Each says its shapes, its order, its errors, and what threads may do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Hit, Span

Vectors = NDArray[np.float32]
"""Shape (n, dimension), each row of length 1."""
Ids = NDArray[np.int64]
"""Shape (n,)."""

NO_DATE = np.iinfo(np.int64).min
"""Stands in ``Rows.published`` for an article with no date."""

Progress = Callable[[int], None]
"""Called with how many more items are done."""


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What an index is told of n sentences besides their vectors or texts; four arrays of shape (n,)."""

    sentence_ids: Ids
    article_keys: Ids
    source_ids: Ids
    """The database's number for the outlet; 0 for none."""
    published: Ids
    """Seconds since 1970 UTC, or ``NO_DATE``."""

    def __len__(self) -> int:
        return len(self.sentence_ids)

    def __getitem__(self, which: slice | NDArray[np.bool_] | Ids) -> Rows:
        return Rows(self.sentence_ids[which], self.article_keys[which], self.source_ids[which], self.published[which])


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters in the index's own terms. None means no limit; an empty set matches nothing."""

    since: int | None = None
    """Seconds since 1970 UTC, inclusive. Undated sentences never match a limit in time."""
    until: int | None = None
    """Inclusive."""
    source_ids: frozenset[int] | None = None
    article_keys: frozenset[int] | None = None


class Encoder(Protocol):
    """Texts to unit vectors. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights, tokenizer, pooling and prefixes: equal fingerprints give equal vectors (cosine at least 0.9999)."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), in the order given; texts beyond the model's length are cut. Raises EncodingError."""

    def encode_question(self, question: str) -> Vectors:
        """The same for one question, with the model's prefix for questions if it has one; shape (1, dimension). Raises EncodingError."""


class Reranker(Protocol):
    """How well a text answers a question. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights; calibrations are kept under it."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's raw scores in the order of ``texts``; larger is better, the scale is the model's own. Raises EncodingError."""


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over unit vectors. Safe for many searching threads beside one that writes.

    Raises StorageError and its children only.
    """

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Take in sentences. Raises ValueError for an id that is there already or twice in ``rows``, VectorShapeError for another dimension."""

    def remove(self, sentence_ids: Ids) -> int:
        """Forget these; ids that are not there are passed over. Returns how many were there."""

    def search(self, question: Vectors, k: int, scope: Scope | None = None) -> list[Hit]:
        """The k most similar sentences within the scope, best first, equal ones by id; fewer if there are fewer.

        question: shape (1, dimension). ``Hit.score`` is the cosine, in [-1, 1].
        """

    def ids(self) -> Ids:
        """Every sentence id in it, ascending."""

    def __len__(self) -> int: ...


class LexicalIndex(Protocol):
    """BM25 over the same sentences. Safe for many searching threads beside one that writes. Raises StorageError and its children only.

    What was added or removed is found from the next ``commit`` on, and survives a crash from then on.
    """

    def add(self, rows: Rows, texts: Sequence[str]) -> None:
        """Take in sentences; one whose id is there already is replaced, so that a repeated call changes nothing."""

    def remove(self, sentence_ids: Ids) -> None:
        """Forget these; ids that are not there are passed over."""

    def commit(self) -> None:
        """Make all of it lasting and visible to searches, here and in other processes."""

    def search(self, question: str, k: int, scope: Scope | None = None) -> list[Hit]:
        """The k best sentences within the scope that share a word with the question, best first, equal ones by id.

        Any text is a question: what a query language would read as an operator is a plain character here. ``Hit.score`` is BM25's, above 0.
        """

    def ids(self) -> Ids:
        """Every committed sentence id in it, ascending."""

    def __len__(self) -> int:
        """How many sentences are committed."""

    def close(self) -> None:
        """Let go of files and locks; what was not committed is dropped."""


class Splitter(Protocol):
    """Text to sentences. Pure."""

    def __call__(self, text: str, language: str | None = None) -> list[Span]:
        """Spans in order, not overlapping, each without white space at either end; together they hold every character but white space."""

