"""What filters ask of sentences, as columns of numbers.

In: `ports.Rows` and `ports.Scope`. Out: which sentence ids lie within a scope. Pure numpy; the vector index holds one beside its vectors and
saves it with them. It never changes: adding and removing give a new one, so a search keeps the one it began with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.ports.search import NO_DATE, Ids, Rows, Scope

COLUMNS = 4
"""Sentence id, article key, source id, publication: 32 bytes a sentence."""


class _Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of all sentences, sorted by sentence id, no id twice."""

    table: NDArray[np.int64]
    """Shape (4, n): sentence ids, article keys, source ids, published. One array, so that it is one file."""

    def __post_init__(self) -> None:
        if self.table.dtype != np.int64 or self.table.ndim != 2 or len(self.table) != COLUMNS:
            raise ValueError(f"columns are int64 of shape (4, n), not {self.table.dtype} of shape {self.table.shape}")
        if self.ids.size and (self.ids[0] < 0 or np.any(self.ids[1:] <= self.ids[:-1])):
            raise ValueError("columns are sorted by sentence id, none negative and none twice")

    @classmethod
    def of(cls, rows: Rows) -> Columns:
        """Sort rows that came in any order. Raises ValueError for columns of different lengths, and for an id that is negative or there twice."""
        parts = (rows.sentence_ids, rows.article_keys, rows.source_ids, rows.published)
        if len({len(part) for part in parts}) > 1:
            raise ValueError(f"rows have columns of different lengths: {[len(part) for part in parts]}")
        table = np.stack([np.asarray(part, dtype=np.int64) for part in parts])
        table = table[:, np.argsort(table[0], kind="stable")]
        ids = table[0]
        if ids.size and ids[0] < 0:
            raise ValueError(f"sentence id {ids[0]} is negative")
        twice = ids[1:][ids[1:] == ids[:-1]]
        if twice.size:
            raise ValueError(f"sentence id {twice[0]} is there twice")
        return cls(table)

    @classmethod
    def join(cls, parts: list[Columns]) -> Columns:
        """All of them as one. Raises ValueError for an id that is in two of them."""
        return cls.of(Rows(*np.concatenate([np.empty((COLUMNS, 0), dtype=np.int64), *(part.table for part in parts)], axis=1)))

    @property
    def ids(self) -> Ids:
        """Ascending."""
        ids: Ids = self.table[0]
        return ids

    def write(self, file: _Writable) -> None:
        """As one ``.npy`` array, with nothing pickled."""
        np.save(file, self.table, allow_pickle=False)

    @classmethod
    def read(cls, path: Path) -> Columns:
        """What ``write`` wrote. Raises ValueError, EOFError or OSError when it is something else."""
        table = np.load(path, allow_pickle=False)
        if not isinstance(table, np.ndarray):
            raise ValueError(f"{path} is an archive of arrays, not one array")
        return cls(table)

    def __len__(self) -> int:
        return int(self.table.shape[1])

    def known(self, sentence_ids: Ids) -> Ids:
        """Those of them that are here, ascending, each once."""
        asked = np.unique(sentence_ids)
        if not len(self):
            return asked[:0]
        places = np.searchsorted(self.ids, asked)
        known: Ids = asked[self.ids[np.minimum(places, len(self) - 1)] == asked]
        return known

    def including(self, more: Columns) -> Columns:
        """With these put in; none of them may be here."""
        return Columns(np.insert(self.table, np.searchsorted(self.ids, more.ids), more.table, axis=1))

    def without(self, known_ids: Ids) -> Columns:
        """What is left when these are taken out; every one must be here."""
        return Columns(np.delete(self.table, np.searchsorted(self.ids, known_ids), axis=1))

    def within(self, scope: Scope) -> Ids:
        """The ids of the sentences that a scope lets through, ascending."""
        _, articles, sources, published = self.table
        kept = np.ones(len(self), dtype=np.bool_)
        if scope.since is not None or scope.until is not None:
            kept &= published != NO_DATE
        if scope.since is not None:
            kept &= published >= scope.since
        if scope.until is not None:
            kept &= published <= scope.until
        if scope.source_ids is not None:
            kept &= np.isin(sources, list(scope.source_ids))
        if scope.article_keys is not None:
            kept &= np.isin(articles, list(scope.article_keys))
        return self.ids[kept]
