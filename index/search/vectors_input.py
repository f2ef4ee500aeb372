"""What may go into a vector index, or be asked of it.

In: rows and vectors from outside. Out: the same as FAISS needs them, or an error with the number that is wrong; FAISS alone would take them
or fail without a word. Pure numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from index.errors import VectorShapeError
from index.ports.models import Vectors
from index.ports.search import Ids, Rows
from index.search.vectors_files import REMEDY

Blocks = Callable[[], Iterator[tuple[Rows, Vectors]]]
"""Called, it hands out all rows with their vectors, block by block; called again, the same in the same order."""

UNIT_TOLERANCE = 1e-3
"""How far a vector's length may be from 1: those kept in 16 bits come back a little off."""


def checked(vectors: Vectors, dimension: int, rows: Rows | None = None) -> Vectors:
    """32-bit and in one piece; not copied if they are already.

    Raises VectorShapeError for another dimension, ValueError for another shape, for a length that is not 1, and for another number than rows.
    """
    if vectors.ndim != 2:
        raise ValueError(f"vectors have shape (n, {dimension}), not {vectors.shape}")
    if vectors.shape[1] != dimension:
        raise VectorShapeError(f"These vectors have {vectors.shape[1]} dimensions and the index has {dimension}.", remedy=REMEDY)
    if rows is not None and len(rows) != len(vectors):
        raise ValueError(f"{len(rows)} rows came with {len(vectors)} vectors")
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    wrong = np.flatnonzero(~(np.abs(lengths - 1.0) <= UNIT_TOLERANCE))
    if wrong.size:
        raise ValueError(f"vector {wrong[0]} has length {lengths[wrong[0]]:.4f}, not 1")
    return vectors


def pick(dimension: int, blocks: Blocks, places: Ids, count: int) -> tuple[Ids, Vectors]:
    """The ids and vectors at these places, ascending, of the whole sequence. Raises ValueError when that is not ``count`` long."""
    ids, vectors = [np.empty(0, dtype=np.int64)], [np.empty((0, dimension), dtype=np.float32)]
    seen = 0
    for rows, block in blocks():
        within = places[(places >= seen) & (places < seen + len(rows))] - seen
        vectors.append(checked(block, dimension, rows)[within])
        ids.append(rows.sentence_ids[within])
        seen += len(rows)
    if seen != count:
        raise ValueError(f"{count} vectors were announced and {seen} came")
    return np.concatenate(ids), np.concatenate(vectors)
