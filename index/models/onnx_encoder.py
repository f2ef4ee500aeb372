"""The encoder that serves: weights exported once to ONNX (``index.models.export``), run without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.models.runtime import OnnxModel, load_tokenizer
from index.ports.models import Progress, Vectors

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
FACTS_FILE = "export.json"
"""Dimension, greatest length, prefixes, and how near the export is to its original."""


REMEMBERED = 32
"""Questions: one is looked at for what it is like before it is searched for, and searched for in one scope after the other."""


class OnnxEncoder(LoadedModel):
    """Texts to unit vectors with an exported model. Implements ``index.ports.models.Encoder``."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str, threads: int) -> None:
        """``folder``: as ``index.models.export`` leaves it. Raises EncodingError."""
        try:
            facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
            self._dimension = int(facts["dimension"])
            max_tokens = int(facts["max_tokens"])
            self._question_prefix = str(facts["question_prefix"])
            self._text_prefix = str(facts["text_prefix"])
        except (OSError, ValueError, KeyError) as error:
            raise EncodingError(
                f"The exported model in {folder} is incomplete.", remedy="Delete the folder and run `dateline prepare`."
            ) from error
        super().__init__(fingerprint=fingerprint, name=name)
        self._model = OnnxModel(folder / MODEL_FILE, load_tokenizer(folder / TOKENIZER_FILE, max_tokens), threads)
        self._of_question = lru_cache(maxsize=REMEMBERED)(self._encode_question)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), rows of length 1."""
        return self._encode([self._text_prefix + text for text in texts], progress)

    def encode_question(self, question: str) -> Vectors:
        """float32, shape (1, dimension), read only."""
        return self._of_question(question)

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary has it whole."""
        return self._model.is_word(word)

    def _encode_question(self, question: str) -> Vectors:
        vectors = self._encode([self._question_prefix + question], None)
        vectors.flags.writeable = False
        return vectors

    def _encode(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for positions, rows in self._model.run(texts, progress):
            vectors[positions] = rows
        return vectors
