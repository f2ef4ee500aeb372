"""The cross-encoder that serves: an ONNX file beside its ``tokenizer.json``, run without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.models.loaded import LoadedModel
from index.models.runtime import OnnxModel, load_tokenizer

MODEL_FILE = "model.onnx"
_MAX_TOKENS = 384
"""Question and passage together. Three long sentences are about 200; attention costs the square, so an odd monster is cut."""

_BATCH_TOKENS = 192
"""Small, so that the few sentences of one question spread over all threads: a tenth to a fifth quicker than the encoder's 768."""


class OnnxReranker(LoadedModel):
    """How well a text answers a question. Implements ``index.ports.Reranker``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str, threads: int) -> None:
        """Raises EncodingError if the files cannot be loaded."""
        super().__init__(fingerprint=fingerprint, name=name)
        self._model = OnnxModel(folder / MODEL_FILE, load_tokenizer(folder / "tokenizer.json", _MAX_TOKENS), threads, _BATCH_TOKENS)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Raw logits in the order of ``texts``."""
        scores = [0.0] * len(texts)
        for positions, rows in self._model.run([(question, text) for text in texts]):
            for position, row in zip(positions, rows, strict=True):
                scores[position] = float(row.reshape(-1)[0])
        return scores
