"""The cross-encoder that serves: an ONNX file beside its ``tokenizer.json``, run without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.loaded import LoadedModel
from index.models.runtime import OnnxModel, load_tokenizer

MODEL_FILE = "model.onnx"
_MAX_TOKENS = 384
"""Question and passage together. Three long sentences are about 200; attention costs the square, so an odd monster is cut."""

_BATCH_TOKENS = 1
"""Every text goes through alone: nothing is padded, all threads are busy to the end, a tenth quicker for the few sentences of one question, and what
else is asked for does not change the last digits, as it would in a batch: the weights are quantised."""


@dataclass(frozen=True, slots=True)
class States:
    """What the model made of one text, of whose word pieces there are n."""

    score: float
    """As ``OnnxReranker.score`` gives it."""
    offsets: NDArray[np.int32]
    """Shape (n, 2): where each piece stands in the text."""
    pieces: NDArray[np.intp]
    """Shape (n,): which rows of ``values`` are theirs."""
    values: NDArray[np.float32]
    """Shape (1, pieces of question and text, 384)."""


class OnnxReranker(LoadedModel):
    """How well a text answers a question. Implements ``index.ports.models.Reranker``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str, threads: int, served: Path | None = None) -> None:
        """served: a file that gives states too (``export_states``), in the place of the folder's. Raises EncodingError if it cannot be loaded."""
        super().__init__(fingerprint=fingerprint, name=name)
        tokenizer = load_tokenizer(folder / "tokenizer.json", _MAX_TOKENS)
        self._model = OnnxModel(served or folder / MODEL_FILE, tokenizer, threads, _BATCH_TOKENS)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Raw logits in the order of ``texts``."""
        scores = [0.0] * len(texts)
        for positions, rows in self._model.run([(question, text) for text in texts]):
            for position, row in zip(positions, rows, strict=True):
                scores[position] = float(row.reshape(-1)[0])
        return scores

    def states(self, question: str, text: str) -> States:
        """One text's. Raises EncodingError.

        Raises ValueError if the file that is served gives no states.
        """
        encoding, outputs = self._model.run_one((question, text))
        if len(outputs) != 2:
            raise ValueError("this reranker was loaded without states")
        score, values = outputs
        pieces = np.flatnonzero((np.asarray(encoding.type_ids) == 1) & (np.asarray(encoding.special_tokens_mask) == 0))
        return States(float(score.reshape(-1)[0]), np.asarray(encoding.offsets, np.int32).reshape(-1, 2)[pieces], pieces, values)
