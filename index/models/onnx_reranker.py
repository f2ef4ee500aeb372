"""The cross-encoder that serves: an ONNX file beside its ``tokenizer.json``, or the two that it was cut into, run without torch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.models.reranker_parts import MODEL_FILE, RerankerParts
from index.models.runtime import OnnxModel, load_tokenizer, open_session

_MAX_TOKENS = 384
"""Question and passage together. Three long sentences are about 200; attention costs the square, so an odd monster is cut."""

_BATCH_TOKENS = 1
"""Every text goes through alone: nothing is padded, all threads are busy to the end, a tenth quicker for the few sentences of one question, and what
else is asked for does not change the last digits, as it would in a batch: the weights are quantised."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first layers made of a question and a text, of whose word pieces there are n."""

    offsets: NDArray[np.int32]
    """Shape (n, 2): where each piece stands in the text."""
    pieces: NDArray[np.intp]
    """Shape (n,): which rows of ``states`` are theirs."""
    states: NDArray[np.float32]
    """Shape (1, pieces of question and text, 384)."""


class OnnxReranker(LoadedModel):
    """How well a text answers a question. Implements ``index.ports.models.Reranker``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str, threads: int, parts: RerankerParts | None = None) -> None:
        """parts: files that serve in the folder's place, and show their states (``export_parts``). Raises EncodingError if one cannot be loaded."""
        super().__init__(fingerprint=fingerprint, name=name)
        tokenizer = load_tokenizer(folder / "tokenizer.json", _MAX_TOKENS)
        self._model = OnnxModel(parts.first if parts else folder / MODEL_FILE, tokenizer, 1 if parts else threads, _BATCH_TOKENS)
        self._rest = open_session(parts.rest) if parts else None
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="reranker") if parts else None

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Raw logits in the order of ``texts``."""
        if self._pool:
            return list(self._pool.map(lambda text: self.finish(self.begin(question, text)), texts))
        scores = [0.0] * len(texts)
        for positions, rows in self._model.run([(question, text) for text in texts]):
            for position, row in zip(positions, rows, strict=True):
                scores[position] = float(row.reshape(-1)[0])
        return scores

    def begin(self, question: str, text: str) -> Begun:
        """One text through the first layers. Raises EncodingError."""
        encoding, (states,) = self._model.run_one((question, text))
        pieces = np.flatnonzero((np.asarray(encoding.type_ids) == 1) & (np.asarray(encoding.special_tokens_mask) == 0))
        return Begun(np.asarray(encoding.offsets, np.int32).reshape(-1, 2)[pieces], pieces, states)

    def finish(self, begun: Begun) -> float:
        """The score of a text that was begun. Raises EncodingError.

        Raises ValueError if the reranker was loaded in one part.
        """
        if self._rest is None:
            raise ValueError("this reranker was loaded in one part: nothing can be begun")
        try:
            (score,) = self._rest.run(None, {self._rest.get_inputs()[0].name: begun.states})
        except Exception as error:  # onnxruntime raises classes of its own making
            raise EncodingError(f"The model failed on a text of {begun.states.shape[1]} pieces: {error}") from error
        return float(np.asarray(score).reshape(-1)[0])
