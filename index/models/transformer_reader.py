"""Any extractive question-answering model that transformers loads, for a setting that names one. Implements ``index.ports.models.Reader``.

In: a question and passages, parsed. Out: readings. What it may answer is what the grammar marks off, as with the built-in reader, so that half a
name is never shown. Brings torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.answering.candidates import candidates
from index.domain.articles import Span
from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.ports.grammar import Parse, Parsed
from index.ports.models import Readable, Reading

CUT = 0.5
"""Of a model nobody calibrated: more likely than all else together."""

MAX_TOKENS = 384


class TransformerReader(LoadedModel):
    """Reads passages with a model of its own. Safe for several threads."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str) -> None:
        """Raises EncodingError if the folder holds no such model."""
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        super().__init__(fingerprint=fingerprint, name=name)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(str(folder), use_fast=True)
            self._model = AutoModelForQuestionAnswering.from_pretrained(str(folder)).eval()
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise EncodingError(f"{folder} is no question-answering model that transformers can load: {error}") from error
        if not self._tokenizer.is_fast:
            raise EncodingError(
                f"The tokenizer in {folder} does not tell where its pieces stand.", remedy="Take a model with a fast tokenizer."
            )
        self._turn = Lock()

    @property
    def cut(self) -> float:
        """The same for every model: none of them was calibrated."""
        return CUT

    def read(self, question: Parsed, passages: Sequence[Readable], parse: Parse) -> list[Reading]:
        """The best reading of each passage, best first. Raises EncodingError."""
        readings = []
        for number, passage in enumerate(passages):
            offsets, start, end = self._log_probabilities(question.text, passage.text)
            if not len(offsets):
                continue
            best: tuple[float, Span] | None = None
            parsed = parse([passage.text[one.start : one.end] for one in passage.sentences])
            for at, sentence in zip((one.start for one in passage.sentences), parsed, strict=True):
                for one in candidates(sentence):
                    first = min(int(np.searchsorted(offsets[:, 1], at + one.start, side="right")), len(offsets) - 1)
                    last = max(int(np.searchsorted(offsets[:, 0], at + one.end, side="left")) - 1, 0)
                    score = float(start[first] + end[last])
                    if best is None or score > best[0]:
                        best = (score, Span(at + one.start, at + one.end))
            if best is not None:
                readings.append(Reading(number, best[1], math.exp(min(0.0, best[0]))))
        return sorted(readings, key=lambda one: -one.confidence)

    def _log_probabilities(self, question: str, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Where the text's pieces stand, and for each how likely the answer starts and ends there; "no answer" has its share."""
        import torch

        try:
            with self._turn, torch.no_grad():
                encoded = self._tokenizer(
                    question, text, truncation="only_second", max_length=MAX_TOKENS, return_offsets_mapping=True, return_tensors="pt"
                )
                places = encoded.pop("offset_mapping")[0].numpy()
                belongs = np.asarray([sequence == 1 for sequence in encoded.sequence_ids(0)])
                given = self._model(**encoded)
        except (RuntimeError, ValueError, IndexError) as error:
            raise EncodingError(f"The reader {self.name} failed: {error}") from error
        start, end = (torch.log_softmax(logits[0].double(), 0).numpy() for logits in (given.start_logits, given.end_logits))
        return places[belongs], start[belongs], end[belongs]
