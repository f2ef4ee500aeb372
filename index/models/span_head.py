"""The neural half of the built-in reader: layers that go on from the reranker's states, trained to read for the answer itself.

In: a question and a text under its headline. Out: the reranker's score of it, how likely it answers at all, and for each word piece of the text how
likely the answer starts, ends and goes on there. The reranker's pass is made anyway, for the score, when a passage is read whole; what was read last
is remembered, so that whoever asks for the answer after whoever asked for the score pays for neither again.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.answering.features import TokenScores
from index.errors import EncodingError
from index.models.onnx_reranker import OnnxReranker
from index.models.runtime import open_session, side_by_side
from index.search.passages import headed

REMEMBERED = 32
"""Texts: those of a few questions asked at once. Each is some kilobytes."""


@dataclass(frozen=True, slots=True)
class HeadReading:
    """What a text under its headline gave."""

    score: float
    """The reranker's."""
    answers: float
    """Log-odds that it answers."""
    offsets: NDArray[np.int32]
    """Shape (n, 2): where each word piece stands, the headline's among them."""
    logits: NDArray[np.float32]
    """Shape (n, 3): the answer starts, ends, goes on there."""

    def of_text(self, begins: int) -> TokenScores:
        """As if the text began at this offset, the end of its headline."""
        own = self.offsets[:, 0] >= begins
        start, end, inside = self.logits[own].T
        return TokenScores(self.offsets[own] - begins, _log_shares(start), _log_shares(end), 1.0 / (1.0 + np.exp(-inside)))


class SpanHead:
    """Safe for several threads."""

    def __init__(self, reranker: OnnxReranker, head: Path, threads: int) -> None:
        """reranker: loaded in parts. threads: texts that are read side by side. Raises EncodingError if ``head`` cannot be loaded."""
        self._reranker = reranker
        self._session = open_session(head)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="reader")
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def read(self, question: str, texts: Sequence[tuple[str | None, str]]) -> list[HeadReading]:
        """Texts with their headlines, in order. Raises EncodingError."""
        return side_by_side(self._pool, partial(self._remembered, question), [headed(*one) for one in texts])

    def _read(self, question: str, text: str) -> HeadReading:
        begun = self._reranker.begin(question, text)
        score = self._reranker.finish(begun)
        try:
            logits, answers = self._session.run(None, {"states": begun.states})
        except Exception as error:  # onnxruntime raises classes of its own making
            raise EncodingError(f"The reader failed on a text of {len(text)} characters: {error}") from error
        return HeadReading(score, float(answers.reshape(-1)[0]), begun.offsets, np.asarray(logits, np.float32)[0][begun.pieces])


def _log_shares(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-probabilities over all of them."""
    if not len(logits):
        return logits
    moved: NDArray[np.float32] = logits - logits.max()
    shares: NDArray[np.float32] = moved - np.log(np.exp(moved).sum())
    return shares
