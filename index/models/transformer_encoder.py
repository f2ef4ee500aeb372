"""Any sentence-transformers model, run by sentence-transformers itself: the source of exports, and what serves if an export is not faithful."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.ports.models import Progress, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BLOCK = 512
"""Texts handed over at a time, so that progress shows; within a block the library sorts by length."""


class TransformerEncoder(LoadedModel):
    """Texts to unit vectors with sentence-transformers and torch. Implements ``index.ports.models.Encoder``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str) -> None:
        """Raises EncodingError if the folder holds no model that sentence-transformers can load."""
        super().__init__(fingerprint=fingerprint, name=name)
        self.model = load_transformer(folder)
        prompts = self.model.prompts
        self.question_prefix = str(prompts.get("query") or "")
        self.text_prefix = str(prompts.get("document") or "")

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), rows of length 1."""
        blocks = [np.empty((0, self.dimension), dtype=np.float32)]
        for start in range(0, len(texts), _BLOCK):
            block = [self.text_prefix + text for text in texts[start : start + _BLOCK]]
            blocks.append(self._encode(block))
            if progress:
                progress(len(block))
        return np.concatenate(blocks)

    def encode_question(self, question: str) -> Vectors:
        """float32, shape (1, dimension)."""
        return self._encode([self.question_prefix + question])

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary has it whole."""
        tokenizer = self.model.tokenizer
        pieces = tokenizer.tokenize(word)
        return len(pieces) == 1 and pieces[0] != tokenizer.unk_token

    def _encode(self, texts: list[str]) -> Vectors:
        try:
            vectors = self.model.encode(texts, prompt="", normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        except (RuntimeError, ValueError) as error:
            raise EncodingError(f"The encoder {self._name} failed: {error}") from error
        return np.asarray(vectors, dtype=np.float32)


def load_transformer(folder: Path) -> SentenceTransformer:
    """The model in ``folder`` on the CPU, quietly. Raises EncodingError."""
    # torch and transformers take five seconds to import: never at the top of a module that a normal start loads
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the library types only part of itself
    try:
        return SentenceTransformer(str(folder), device="cpu")
    except Exception as error:  # four libraries read the files, each with errors of its own
        raise EncodingError(
            f"{folder} is no model that sentence-transformers can load: {error}", remedy="Install the model again, or correct the setting."
        ) from error
