"""The vector index on FAISS; the only file that imports it.

In: unit vectors under sentence ids, with the columns that filters ask about. Out: `ports.VectorIndex`, plus building, saving and loading.
What bites in FAISS stays in here: it is not safe for readers beside a writer, pads with -1, keeps both when an id is added twice, and says
nothing of use when shapes differ. It never touches the database, and opening never writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import faiss
import numpy as np

from index.domain.passages import Hit
from index.errors import IndexDamagedError, StorageError
from index.ports.models import Vectors
from index.ports.search import Ids, Rows, Scope
from index.search import vectors_plan as plan
from index.search.columns import Columns
from index.search.locks import SharedLock
from index.search.vectors_files import REMEDY, SavedVectors, check_sizes, sync_folder, verify_files, write_file
from index.search.vectors_input import Blocks, checked, pick
from index.search.vectors_plan import DEFAULT_TUNING, Built, Codec, Kind, Truth, Tuning

__all__ = ["Blocks", "FaissVectorIndex", "SavedVectors"]

_SEED = 20170209
"""Any number would do; a fixed one makes the same input give the same index."""
_BEYOND = 8
"""Asked for beyond k, to see whether the k-th has equals; as long as it has, eight times as many are asked for."""
_BITMAP_IDS = 1 << 27
"""A scope is one bit for each id below its largest, 16 MB at this one; with larger ids a hash set, slower to make and to ask."""
_QUANTIZERS = {Codec.FP16: faiss.ScalarQuantizer.QT_fp16, Codec.SQ8: faiss.ScalarQuantizer.QT_8bit}

_SCOPES = 8
"""Scopes remembered: one, mostly, where an outlet is paused; those of today and this week. A bit a sentence each."""

_Index = Any
"""A FAISS index with ids of its own: IndexIDMap over IndexScalarQuantizer, or IndexIVFScalarQuantizer."""
_untyped: Any = faiss
"""For what FAISS's Python module has and its type stubs lack."""


class FaissVectorIndex:
    """`ports.VectorIndex`, in memory. Many threads may search while one adds, removes or saves; those that write wait for each other.

    Made by ``build``, ``from_arrays`` or ``load``.
    """

    def __init__(self, index: _Index, columns: Columns, built: Built, tuning: Tuning) -> None:
        self._index = index
        self._columns = columns
        self._built = built
        self._tuning = tuning
        self._access = SharedLock()
        self._writing = Lock()
        self._scopes: dict[Scope, tuple[Columns, tuple[int, faiss.IDSelector]]] = {}
        self._looking_up = Lock()

    @classmethod
    def build(cls, dimension: int, count: int, blocks: Blocks, *, tuning: Tuning = DEFAULT_TUNING) -> FaissVectorIndex:
        """An index of the kind that suits ``count`` vectors; the same input gives the same index.

        ``blocks`` is called twice, and once more if one byte for a number turns out too coarse for the recall goal; so the vectors need not
        all be in memory. Uses every core. Raises ValueError when there are not ``count`` vectors or an id comes twice, else as ``add`` does.
        """
        kind = plan.kind_for(count, tuning)
        lists = plan.list_count(kind, count)
        generator = np.random.default_rng(_SEED)
        with _threads(len(os.sched_getaffinity(0))), _foreign_errors("build an index"):
            needed = plan.training_rows(kind, lists)
            ids, vectors = pick(dimension, blocks, plan.sample(count, needed + tuning.questions, generator), count)
            asked = plan.sample(len(ids), tuning.questions, generator)
            others = np.delete(vectors, asked, axis=0)  # lists trained on the very questions flatter them, by 0.003 of recall
            training = others if len(others) >= needed else vectors
            for codec in plan.codecs(kind):
                index = _trained(kind, codec, lists, dimension, training)
                columns, truth = _fill(index, dimension, blocks, ids[asked], vectors[asked])

                def recall_with(nprobe: int, index: _Index = index, truth: Truth = truth) -> float:
                    return truth.recall(_nearest(index, truth.questions, plan.NEIGHBOURS + 1, nprobe, None)[1])

                nprobe, recall = plan.smallest_nprobe(lists, tuning.recall_goal, recall_with)
                if recall >= tuning.recall_goal:
                    break
        return cls(index, columns, Built(kind, codec, count, nprobe, round(recall, 4)), tuning)

    @classmethod
    def from_arrays(cls, dimension: int, rows: Rows, vectors: Vectors, *, tuning: Tuning = DEFAULT_TUNING) -> FaissVectorIndex:
        """``build`` from what is in memory already. Raises as ``build`` does."""
        return cls.build(dimension, len(rows), lambda: iter([(rows, vectors)]), tuning=tuning)

    def search(self, question: Vectors, k: int, scope: Scope | None = None) -> list[Hit]:
        """The k most similar sentences within the scope, best first, equal ones by id; fewer only if there are fewer.

        question: shape (1, dimension), length 1. ``Hit.score`` is the cosine in [-1, 1], as the stored bytes give it (`plan.Codec` says how
        near). Raises VectorShapeError for another dimension, ValueError for what is no unit vector and for k below 1.
        """
        if k < 1:
            raise ValueError(f"k is at least 1, not {k}")
        if len(question) != 1:
            raise ValueError(f"one question at a time, not {len(question)}")
        vector = checked(question, self.dimension)
        with self._access.shared(), _threads(1), _foreign_errors("search"):
            if scope is None or scope == Scope():
                return self._best(vector, k, len(self), self.nprobe, None)
            allowed, selector = self._within(scope)
            nprobe = plan.nprobe_within(self.nprobe, self._lists, len(self), allowed, self._tuning)
            return self._best(vector, k, allowed, nprobe, selector)

    def _within(self, scope: Scope) -> tuple[int, faiss.IDSelector]:
        """How many sentences a scope lets through, and which; worked out once until something is added or removed."""
        with self._looking_up:
            columns, found = self._scopes.get(scope, (None, None))
        if found is None or columns is not self._columns:
            ids = self._columns.within(scope)
            found = (len(ids), _selector(ids))
            with self._looking_up:
                self._scopes[scope] = (self._columns, found)
                while len(self._scopes) > _SCOPES:
                    self._scopes.pop(next(iter(self._scopes)))
        return found

    def _best(self, vector: Vectors, k: int, available: int, nprobe: int, selector: faiss.IDSelector | None) -> list[Hit]:
        """``available`` is how many sentences the selector lets through."""
        k = min(k, available)
        if not k:
            return []
        asked = min(k + _BEYOND, available)
        while True:
            scores, ids = (row[0] for row in _nearest(self._index, vector, asked, nprobe, selector))
            scores, ids = scores[ids >= 0], ids[ids >= 0]
            if len(ids) < k and nprobe < self._lists:
                nprobe = self._lists
            elif len(ids) < asked or asked == available or scores[-1] < scores[k - 1]:
                break
            else:
                asked = min(asked * _BEYOND, available)
        best = np.lexsort((ids, -scores))[:k]
        return list(map(Hit, ids[best].tolist(), np.clip(scores[best], -1.0, 1.0).tolist()))

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Take in sentences; searches see all of them or none. One call with many is far cheaper than many calls with one.

        Raises VectorShapeError for another dimension; ValueError naming an id that is known already, there twice or negative, and for vectors
        that are not of length 1 within 0.001 or not as many as rows. After an error nothing has changed.
        """
        vectors = checked(vectors, self.dimension, rows)
        added = Columns.of(rows)
        with self._writing:
            known = self._columns.known(added.ids)
            if known.size:
                raise ValueError(f"sentence id {known[0]} is in the index already")
            if not len(added):
                return
            with _threads(1), _foreign_errors("add"):
                columns = self._columns.including(added)
                lists = _nearest_lists(self._index, vectors)
                with self._access.alone():
                    _insert(self._index, rows.sentence_ids, vectors, lists)
                    self._columns = columns

    def remove(self, sentence_ids: Ids) -> int:
        """Forget these; ids that are not there are passed over. Returns how many were there.

        A call costs the same however many are to go, 20 ms in a million; searches wait for 3 ms of it.
        """
        with self._writing:
            known = self._columns.known(np.asarray(sentence_ids, dtype=np.int64))
            if known.size:
                columns = self._columns.without(known)
                with _threads(1), _foreign_errors("remove"), self._access.alone():
                    self._index.remove_ids(faiss.IDSelectorBatch(known))
                    self._columns = columns
            return int(known.size)

    def save(self, folder: Path, stem: str) -> SavedVectors:
        """Write ``{stem}.faiss`` and ``{stem}.npy``; searching goes on meanwhile. Each file appears whole or not at all.

        Both replace what had their names, one after the other: a stem that is in use should not be used again. Raises StorageError.
        """
        vectors_file, columns_file = f"{stem}.faiss", f"{stem}.npy"
        with self._writing, _foreign_errors("save"):
            index, columns = self._index, self._columns
            vectors_bytes, vectors_sha256 = write_file(
                folder / vectors_file, lambda file: faiss.write_index(index, _untyped.PyCallbackIOWriter(file.write))
            )
            columns_bytes, columns_sha256 = write_file(folder / columns_file, columns.write)
            count = len(columns)
        sync_folder(folder)
        return SavedVectors(
            kind=self.kind.value,
            codec=self._built.codec.value,
            dimension=self.dimension,
            count=count,
            trained_on=self._built.trained_on,
            nprobe=self.nprobe,
            recall_at_10=self.recall_at_10,
            vectors_file=vectors_file,
            vectors_bytes=vectors_bytes,
            vectors_sha256=vectors_sha256,
            columns_file=columns_file,
            columns_bytes=columns_bytes,
            columns_sha256=columns_sha256,
        )

    @classmethod
    def load(cls, folder: Path, saved: SavedVectors, *, tuning: Tuning = DEFAULT_TUNING) -> FaissVectorIndex:
        """What ``save`` wrote. Raises IndexDamagedError when a file is missing, cut short, or not what ``saved`` says.

        Does not compare digests: ``verify`` does.
        """
        check_sizes(folder, saved)
        path = folder / saved.vectors_file
        try:
            index: _Index = faiss.read_index(str(path))
            columns = Columns.read(folder / saved.columns_file)
        except (RuntimeError, MemoryError, ValueError, OSError, EOFError) as error:
            raise IndexDamagedError(f"{path} and its columns could not be read: {error}", remedy=REMEDY) from error
        loaded = cls(index, columns, saved.built, tuning)
        found = (_described(index), int(index.d), int(index.ntotal), len(columns))
        expected = ((loaded.kind, saved.built.codec), saved.dimension, saved.count, saved.count)
        if found != expected:
            raise IndexDamagedError(f"{path} holds {found} and should hold {expected} (kind, dimension, vectors, rows).", remedy=REMEDY)
        return loaded

    @staticmethod
    def verify(folder: Path, saved: SavedVectors) -> None:
        """Read every byte of the files. Raises IndexDamagedError when one is missing or is not what was written."""
        verify_files(folder, saved)

    def ids(self) -> Ids:
        """Every sentence id in it, ascending."""
        return self._columns.ids.copy()

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    @property
    def kind(self) -> Kind:
        """How it is searched."""
        return self._built.kind

    @property
    def nprobe(self) -> int:
        """How many lists a search without a scope looks into; 1 for a flat index."""
        return self._built.nprobe

    @property
    def recall_at_10(self) -> float:
        """Against exact search on a sample of its own vectors, measured when it was built, 0..1."""
        return self._built.recall_at_10

    @property
    def needs_rebuild(self) -> bool:
        """Whether it has grown or shrunk so far that another kind, or new lists, would serve better."""
        return plan.outgrown(self._built, len(self), self._tuning)

    @property
    def size_bytes(self) -> int:
        """Memory for vectors, lists and columns; the allocator's slack is not in it."""
        flat = self.kind is Kind.FLAT
        code = int(self._index.sa_code_size() if flat else self._index.code_size)
        centres = 0 if flat else 4 * self.dimension * self._lists
        return len(self) * (8 + code) + centres + self._columns.table.nbytes

    @property
    def _lists(self) -> int:
        return int(self._index.nlist) if self.kind is Kind.IVF else 1


def _trained(kind: Kind, codec: Codec, lists: int, dimension: int, sample: Vectors) -> _Index:
    """An empty index, ready to take vectors."""
    quantizer = _QUANTIZERS[codec]
    if kind is Kind.FLAT:
        return faiss.IndexIDMap(faiss.IndexScalarQuantizer(dimension, quantizer, faiss.METRIC_INNER_PRODUCT))
    centres = faiss.IndexFlatIP(dimension)
    of_differences = False  # to the centres: their range says nothing about a vector far from all of them, which then is stored wrong
    index: _Index = faiss.IndexIVFScalarQuantizer(centres, dimension, lists, quantizer, faiss.METRIC_INNER_PRODUCT, of_differences)
    index.sq.rangestat, index.sq.rangestat_arg = faiss.ScalarQuantizer.RS_minmax, plan.RANGE_MARGIN
    index.train(sample)
    return index


def _described(index: _Index) -> tuple[Kind, Codec] | str:
    """Kind and codec of what FAISS read, or its class if it is none of ours."""
    flat = isinstance(index, faiss.IndexIDMap)
    codes = faiss.downcast_index(index.index) if flat else index
    if index.metric_type == faiss.METRIC_INNER_PRODUCT and isinstance(
        codes, faiss.IndexScalarQuantizer if flat else faiss.IndexIVFScalarQuantizer
    ):
        for codec, quantizer in _QUANTIZERS.items():
            if codes.sq.qtype == quantizer:
                return (Kind.FLAT if flat else Kind.IVF), codec
    return type(codes).__name__


def _fill(index: _Index, dimension: int, blocks: Blocks, question_ids: Ids, questions: Vectors) -> tuple[Columns, Truth]:
    """Put all vectors in, and see on the way what exact search finds for the questions."""
    parts = []
    nearest = faiss.ResultHeap(len(questions), plan.TRUTH_DEPTH, keep_max=True)
    for rows, block in blocks():
        vectors = checked(block, dimension, rows)
        parts.append(Columns.of(rows))
        _insert(index, rows.sentence_ids, vectors, None)
        if not len(vectors):
            continue
        similarities, places = faiss.knn(questions, vectors, min(plan.TRUTH_DEPTH, len(vectors)), faiss.METRIC_INNER_PRODUCT)
        nearest.add_result(similarities, rows.sentence_ids[places])
    nearest.finalize()
    return Columns.join(parts), Truth(question_ids, questions, nearest.I, nearest.D)


def _nearest_lists(index: _Index, vectors: Vectors) -> Ids | None:
    """Which list each vector belongs in: the slow part of adding, and safe beside searches. None for a flat index."""
    return index.quantizer.assign(vectors, 1).ravel() if isinstance(index, faiss.IndexIVF) else None


def _insert(index: _Index, ids: Ids, vectors: Vectors, lists: Ids | None) -> None:
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    if lists is None:
        index.add_with_ids(vectors, ids)
    else:
        index.add_core(len(ids), faiss.swig_ptr(vectors), faiss.swig_ptr(ids), faiss.swig_ptr(lists))


def _nearest(index: _Index, questions: Vectors, k: int, nprobe: int, selector: faiss.IDSelector | None) -> tuple[Vectors, Ids]:
    """Similarities and ids, each of shape (questions, k), best first; -1 for none."""
    parameters = _untyped.SearchParametersIVF(nprobe=nprobe) if isinstance(index, faiss.IndexIVF) else faiss.SearchParameters()
    if selector is not None:
        parameters.sel = selector
    similarities, ids = index.search(questions, k, params=parameters)
    return similarities, ids


def _selector(ids: Ids) -> faiss.IDSelector:
    """Lets exactly these ids through; they ascend."""
    if not ids.size or ids[-1] >= _BITMAP_IDS:
        return faiss.IDSelectorBatch(ids)
    chosen = np.zeros(ids[-1] + 1, dtype=np.bool_)
    chosen[ids] = True
    selector: faiss.IDSelector = _untyped.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
    return selector


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """OpenMP threads for what this thread asks of FAISS; the setting belongs to the calling thread alone.

    A search takes one: with two, and anything else busy on the machine, it waits for its second thread ten times as long as it works.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(number)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


@contextmanager
def _foreign_errors(doing: str) -> Iterator[None]:
    """FAISS raises RuntimeError for all it finds wrong."""
    try:
        yield
    except RuntimeError as error:
        raise StorageError(f"FAISS could not {doing}: {error}", remedy=REMEDY) from error
