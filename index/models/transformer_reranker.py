"""Any cross-encoder that sentence-transformers loads, for a setting that names a folder or hub id without an ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.errors import EncodingError
from index.models.loaded import LoadedModel


class TransformerReranker(LoadedModel):
    """How well a text answers a question, by sentence-transformers and torch. Implements ``index.ports.models.Reranker``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str) -> None:
        """Raises EncodingError if the folder holds no cross-encoder."""
        from sentence_transformers import CrossEncoder  # brings torch
        from torch.nn import Identity

        super().__init__(fingerprint=fingerprint, name=name)
        try:
            self._model = CrossEncoder(str(folder), device="cpu", num_labels=1)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise EncodingError(f"{folder} is no cross-encoder that sentence-transformers can load: {error}") from error
        self._raw = Identity()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Raw scores, before any activation, in the order of ``texts``."""
        if not texts:
            return []
        try:
            scores = self._model.predict([(question, text) for text in texts], activation_fn=self._raw, show_progress_bar=False)
        except (RuntimeError, ValueError) as error:
            raise EncodingError(f"The reranker {self._name} failed: {error}") from error
        return [float(score) for score in scores]
