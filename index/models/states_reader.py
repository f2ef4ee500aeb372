"""The built-in reader: a span head on the reranker's own states, and boosted trees over its candidates. Implements ``index.ports.Reader``.

In: a question and passages, parsed. Out: readings with a calibrated confidence. The trained parts lie in ``reader/`` beside this file, as data:
``head.onnx`` (states to logits), ``trees.onnx`` (features to a score) and ``reader.json`` (what they were trained on, how their scores become a
confidence). How they were made: ``benchmarks/train_reader.py`` and docs/decisions/0011-short-answers.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.answering.asked_for import Kind, asked_for
from index.answering.candidates import candidates
from index.answering.features import TokenScores, features
from index.domain import Span
from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.models.reranker_states import RerankerStates, export_states, session_of
from index.ports import Parsed, Readable, Reading

FOLDER = Path(str(resources.files("index.models"))) / "reader"
HEAD_FILE, TREES_FILE, FACTS_FILE = "head.onnx", "trees.onnx", "reader.json"

LOWEST = -8.0
"""The log-odds of a candidate that cannot be it: what the best one is compared with where there is no other."""

AT_ONCE = 2
"""Passages that go through the model side by side: as many as are read of an answer."""

KEPT = 3
"""Readings given for each passage: the best, and what comes next to it."""


class StatesReader(LoadedModel):
    """Reads passages with what the reranker's layers make of them. Loaded at its first use. Safe for several threads."""

    def __init__(self, reranker: Path, models_dir: Path, *, fingerprint: str, name: str) -> None:
        """reranker: the folder whose states the head was trained on. models_dir: where the model that gives them is exported to, once.

        Raises EncodingError if it was another reranker, or the export fails.
        """
        super().__init__(fingerprint=fingerprint, name=name)
        self._reranker = reranker
        self._facts: dict[str, Any] = json.loads((FOLDER / FACTS_FILE).read_text("utf-8"))
        if self._facts["reranker"] != fingerprint:
            raise EncodingError(
                f"The built-in reader was trained on another version of {name}.",
                remedy="Install the version in constraints.txt, or set DATELINE_INDEX__READER to another reader or to nothing.",
            )
        self._exported = export_states(reranker, self._facts["layers"], models_dir / f"{fingerprint}-states.onnx")
        self._parts: Parts | None = None
        self._turn = Lock()
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="reader")

    @property
    def cut(self) -> float:
        """From where on eight of ten were exact, on questions it was not trained on."""
        return float(self._facts["cut"])

    def read(self, question: Parsed, passages: Sequence[Readable]) -> list[Reading]:
        """The best readings of all passages, best first. Raises EncodingError."""
        parts = self._loaded()
        kind = asked_for(question.text, question)
        found: list[tuple[float, int, Span, float]] = []
        scored = self._pool.map(lambda passage: parts.token_scores(question.text, passage.text), passages)
        for number, (passage, (scores, whole)) in enumerate(zip(passages, scored, strict=True)):
            if not len(scores.start):
                continue
            for at, sentence in passage.sentences:
                spans = candidates(sentence)
                rows = features(question, kind, sentence, at, spans, scores, whole)
                for one, logit in zip(spans, parts.tree_scores(rows), strict=True):
                    found.append((float(logit), number, Span(at + one.start, at + one.end), whole))
        return self._readings(kind, found, passages)

    def _readings(self, kind: Kind, found: list[tuple[float, int, Span, float]], passages: Sequence[Readable]) -> list[Reading]:
        """Those most likely, with how likely: the trees' score weighed against all others that say something else."""
        found.sort(key=lambda one: -one[0])
        readings: list[Reading] = []
        kept = [0] * len(passages)
        for logit, number, span, whole in found:
            overlapping = any(one.passage == number and one.span.start < span.end and span.start < one.span.end for one in readings)
            if overlapping or kept[number] == KEPT:
                continue
            kept[number] += 1
            rivals = [one[0] for one in found if one[1] != number or one[2].end <= span.start or span.end <= one[2].start]
            nested = [
                one[0] for one in found if one[1] == number and one[2] != span and one[2].start < span.end and span.start < one[2].end
            ]
            margin = logit - max([LOWEST, *rivals])
            readings.append(Reading(number, span, self._confidence(kind, [logit, margin, logit - max([LOWEST, *nested]), whole])))
        return sorted(readings, key=lambda one: -one.confidence)

    def _confidence(self, kind: Kind, signals: Sequence[float]) -> float:
        fit = self._facts["confidence"]
        z = fit["intercept"] + fit["kinds"].get(str(kind), 0.0)
        z += sum(weight * signal for weight, signal in zip(fit["weights"], signals, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))

    def _loaded(self) -> Parts:
        with self._turn:
            if self._parts is None:
                self._parts = Parts(self._reranker, self._exported)
            return self._parts


class Parts:
    """The three sessions, also for the training, which needs the first two before there are trees."""

    def __init__(self, reranker: Path, exported: Path, *, trees: bool = True) -> None:
        """reranker: its folder. exported: with its states (``export_states``). trees: off, ``tree_scores`` cannot be asked."""
        self._states = RerankerStates(reranker, exported)
        self._head = session_of((FOLDER / HEAD_FILE).read_bytes())
        self._trees = session_of((FOLDER / TREES_FILE).read_bytes()) if trees else None

    def token_scores(self, question: str, text: str) -> tuple[TokenScores, float]:
        """What the head makes of the text's word pieces, and the reranker's score of the whole."""
        states = self._states.run(question, text)
        logits = np.asarray(self._head.run(None, {"states": states.values})[0], np.float32)[0][states.text_pieces]
        start, end = (column - _log_sum(column) for column in (logits[:, 0], logits[:, 1]))
        return TokenScores(states.offsets, start, end, 1.0 / (1.0 + np.exp(-logits[:, 2]))), states.score

    def tree_scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """A log-odds for each row."""
        if not len(rows) or self._trees is None:
            return np.zeros(len(rows), np.float32)
        return np.asarray(self._trees.run(None, {"features": rows})[0], np.float32).reshape(-1)


def _log_sum(values: NDArray[np.float32]) -> float:
    """log(sum(exp(values))), or 0 where there is none."""
    if not len(values):
        return 0.0
    top = float(values.max())
    return top + math.log(float(np.exp(values - top).sum()))
