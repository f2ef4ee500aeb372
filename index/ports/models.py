"""What models make of texts: vectors, scores, short answers, sentences. Adapters: ``index.models``. What a parser makes of them is in ``grammar``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain.articles import Span
from index.ports.grammar import Parse, Parsed

Vectors = NDArray[np.float32]
"""float32, shape (n, dimension) unless said otherwise, each row of length 1."""

Progress = Callable[[int], None]
"""Called with how many more items are done."""


class Encoder(Protocol):
    """Texts to unit vectors. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights, tokenizer, pooling and prefixes: equal fingerprints give equal vectors (cosine at least 0.9999)."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), in the order given; texts beyond the model's length are cut. Raises EncodingError."""

    def encode_question(self, question: str) -> Vectors:
        """The same for one question, with the model's prefix for questions if it has one; shape (1, dimension). Raises EncodingError."""

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has this word whole, upper and lower case alike: then people write it so."""


class Reranker(Protocol):
    """How well a text answers a question. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights; calibrations are kept under it."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's raw scores in the order of ``texts``; larger is better, the scale is the model's own. Raises EncodingError."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A text that was read whole under its headline."""

    score: float
    """The reranker's, as ``Reranker.score`` gives it."""
    answers: float
    """Log-odds that the text says what was asked for, and is not just about it."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A text that was begun to be read by itself."""

    estimate: float
    """What its score will about be, as ``Reranker.score`` gives it."""
    begun: object
    """What whoever began it goes on from."""


class Examiner(Protocol):
    """A reader that says of a text whether it answers, in the same pass that scores it. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights; calibrations are kept under it."""

    def judge(self, question: str, fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        """A glance at each of the fresh texts, and the scores of those that were glanced at before, side by side. Raises EncodingError."""

    def examine(self, question: str, texts: Sequence[tuple[str | None, str]]) -> list[Examined]:
        """Texts with their headlines, in order. Raises EncodingError."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage to be read, and those of its sentences that an answer may be cut from."""

    text: str
    sentences: tuple[Span, ...]
    """Offsets into ``text``."""
    headline: str | None = None
    """Of its article: it may say what "it" and "the strike" are. Nothing is cut from it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a passage that may be the answer to a question."""

    passage: int
    """Which of those that were read."""
    span: Span
    """Where it stands, as offsets into that passage's text: inside one of its sentences."""
    confidence: float
    """How likely it is exactly what was asked for, 0..1."""


class Reader(Protocol):
    """Short answers from passages, always verbatim parts of them. Safe for several threads.

    Its confidence is no score of relevance: it presumes that the passages answer, so whoever asks has made sure of that.
    """

    @property
    def fingerprint(self) -> str:
        """Identifies the weights."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    @property
    def cut(self) -> float:
        """A reading is worth showing from this confidence on, 0..1."""

    def read(self, question: Parsed, passages: Sequence[Readable], parse: Parse) -> list[Reading]:
        """What may answer, best first, at most a few of each passage; empty where nothing can. Raises EncodingError.

        parse: asked for the grammar of the sentences that it needs, which takes longer than all else.
        """


class Writer(Protocol):
    """Sentences made from quotes. Safe for several threads. What it writes is checked before anybody sees it."""

    def write(self, question: str, quotes: Mapping[int, str]) -> str:
        """An answer that cites the quotes by their numbers, "[1]"; may be anything. Takes seconds. Raises WritingError."""

    def close(self) -> None:
        """Let go of connections."""
