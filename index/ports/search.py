"""The two indexes, by vectors and by words, with what they are told of a sentence. Adapters: ``index.search.vectors_faiss`` and ``.lexical``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain.passages import Hit
from index.ports.models import Vectors

Ids = NDArray[np.int64]
"""Shape (n,)."""

NO_DATE = np.iinfo(np.int64).min
"""Stands in ``Rows.published`` for an article with no date."""


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

    def terms(self, text: str) -> list[str]:
        """Every term of a text as this index counts it, in order, repeated ones too."""

    def said(self, article_key: int, wanted: Collection[str]) -> set[str]:
        """Those of the terms that stand in some sentence of this article; to ask is quicker than to take the article apart."""

    def weights(self, question: str) -> dict[str, float]:
        """The terms that a search for the question counts, and how much each says: BM25's ln(1 + (N - n + 0.5) / (n + 0.5)), above 0.

        n of the N sentences have the term; one that none has says most. In the order of the question.
        """

    def counts(self, words: Sequence[str]) -> list[int]:
        """How many sentences have each of these words, in any of its forms, in the order given."""

    def ids(self) -> Ids:
        """Every committed sentence id in it, ascending."""

    def __len__(self) -> int:
        """How many sentences are committed."""

    def release(self) -> None:
        """Drop what was not committed, and let go of what only writing needs."""

    def close(self) -> None:
        """Let go of files and locks; what was not committed is dropped."""
