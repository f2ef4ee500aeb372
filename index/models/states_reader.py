"""The built-in reader: a span head on the reranker's own states, and boosted trees over what the grammar allows as an answer.

Implements ``index.ports.models.Reader`` and, because the head also says whether a passage answers at all, ``index.ports.models.Examiner``.
In: a question and passages. Out: readings with a calibrated confidence. The trained parts lie in ``reader/`` beside this file, as data:
``head.onnx`` (states to logits), ``trees.onnx`` (features to a score), ``early.npy`` (the first layers' states to a score) and ``reader.json`` (what
they were trained on, how their scores become a confidence). How they were made: ``benchmarks/train_reader.py``, ``benchmarks/early_score.py`` and
docs/decisions/0011-short-answers.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.answering.features import NAMES
from index.answering.weighing import Weighed
from index.domain.articles import Span
from index.models.considered import considered
from index.models.early_score import EarlyScore
from index.models.loaded import LoadedModel
from index.models.onnx_reranker import Begun, OnnxReranker
from index.models.runtime import open_session, side_by_side
from index.models.span_head import SpanHead
from index.ports.grammar import Parse, Parsed
from index.ports.models import Examined, Glance, Readable, Reading

FOLDER = Path(str(resources.files("index.models"))) / "reader"
HEAD_FILE, TREES_FILE, EARLY_FILE, FACTS_FILE = "head.onnx", "trees.onnx", "early.npy", "reader.json"

AT_ONCE = 2
"""Passages that go through the model side by side."""

BOTH = NAMES.index("both")

KEPT = 3
"""Readings given for each passage: the best, and what comes next to it."""


def facts() -> dict[str, Any]:
    """What is known of the trained parts: ``reader.json``."""
    found: dict[str, Any] = json.loads((FOLDER / FACTS_FILE).read_text("utf-8"))
    return found


class StatesReader(LoadedModel):
    """Reads passages with what the reranker's layers make of them. Loaded at its first use. Safe for several threads."""

    def __init__(self, reranker: OnnxReranker, *, name: str) -> None:
        """reranker: the one that it was trained on, loaded in parts."""
        self._facts = facts()
        super().__init__(fingerprint=self._facts["fingerprint"], name=name)
        self._reranker = reranker
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="judging")
        self._parts: Parts | None = None
        self._turn = Lock()

    @property
    def cut(self) -> float:
        """From where on eight of ten were exact, on questions it was not trained on."""
        return float(self._facts["cut"])

    def judge(self, question: str, fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        """As the port says."""
        going_on = [self._pool.submit(self._finished, one) for one in near]
        begun = side_by_side(self._pool, partial(self._glanced, question), fresh)
        return begun, [one.result() for one in going_on]

    def _glanced(self, question: str, text: str) -> Glance:
        begun = self._reranker.begin(question, text)
        return Glance(self._loaded().early.of(begun), begun)

    def _finished(self, glance: Glance) -> float:
        assert isinstance(glance.begun, Begun)
        return self._reranker.finish(glance.begun)

    def examine(self, question: str, texts: Sequence[tuple[str | None, str]]) -> list[Examined]:
        """Of each text under its headline the reranker's score, and the log-odds that it answers. Raises EncodingError."""
        return [Examined(one.score, one.answers) for one in self._loaded().head.read(question, texts)]

    def read(self, question: Parsed, passages: Sequence[Readable], parse: Parse) -> list[Reading]:
        """The best readings of all passages, best first. Raises EncodingError."""
        parts = self._loaded()
        found = considered(parts.head, question, passages, parse)
        if found is None:
            return []
        logits, head = parts.tree_scores(found.rows).astype(np.float64), found.rows[:, BOTH].astype(np.float64)
        return self._readings(Weighed(logits, head, found.passage, found.spans, found.texts, found.read))

    def _readings(self, weighed: Weighed) -> list[Reading]:
        """The likeliest of each passage that do not overlap, each with its confidence."""
        readings: list[Reading] = []
        for which in np.argsort(-weighed.totals, kind="stable"):
            number, span = int(weighed.passage[which]), Span(*map(int, weighed.spans[which]))
            of_passage = [one.span for one in readings if one.passage == number]
            if len(of_passage) < KEPT and all(one.end <= span.start or span.end <= one.start for one in of_passage):
                readings.append(Reading(number, span, self._confidence(weighed.signals(int(which)))))
        return sorted(readings, key=lambda one: -one.confidence)

    def _confidence(self, signals: Sequence[float]) -> float:
        fit = self._facts["confidence"]
        z = fit["intercept"] + sum(weight * signal for weight, signal in zip(fit["weights"], signals, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))

    def _loaded(self) -> Parts:
        with self._turn:
            if self._parts is None:
                self._parts = Parts(self._reranker)
            return self._parts


class Parts:
    """What was trained, also for the training, which needs the head before there are trees."""

    def __init__(self, reranker: OnnxReranker, *, trees: bool = True) -> None:
        """reranker: loaded in parts. trees: off, ``tree_scores`` cannot be asked."""
        self.head = SpanHead(reranker, FOLDER / HEAD_FILE, AT_ONCE)
        self.early = EarlyScore(FOLDER / EARLY_FILE)
        self._trees = open_session(FOLDER / TREES_FILE) if trees else None

    def tree_scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """A log-odds for each row."""
        if not len(rows) or self._trees is None:
            return np.zeros(len(rows), np.float32)
        return np.asarray(self._trees.run(None, {"features": rows})[0], np.float32).reshape(-1)
