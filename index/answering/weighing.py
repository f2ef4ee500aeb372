"""Which of all candidates of all passages it is, and what its confidence is made of. In: what a reader made of each candidate. Out: numbers. Pure.

A candidate counts by the trees' log-odds and by its passage: how well that fits the question, and whether it answers. Serving and training weigh with
the same code (``index.models.states_reader``, ``benchmarks/train_reader.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.answering.features import TokenScores
from index.domain.articles import Span
from index.ports.models import Readable

OF_SCORE, OF_ANSWERS = 0.3, 0.3
"""What a logit of the passage counts beside one of the candidate: with both, five more of a hundred answers are exact."""

PROMISING = 4.0
"""How far below the best sentence, in log-odds by the span head and the passage, one is still looked at closely. Of 650 questions' first choices none
stood in one that was 3 below; at 4 two of five sentences need not be parsed, which takes longer than all else that is done with them."""

SIGNALS = ("logit", "share", "score", "answers", "agreed")
"""What `Weighed.signals` gives."""


def promising(passages: Sequence[Readable], scores: Sequence[TokenScores], read: Sequence[tuple[float, float]]) -> list[tuple[int, Span]]:
    """The sentences in which the answer may stand by what the span head alone says: which passage each is of, and where in it, in order.

    scores: of each passage's text. read: the reranker's score of each passage, and the log-odds that this answers.
    """
    bounds = [
        (OF_SCORE * score + OF_ANSWERS * answers + _bound(of, sentence), number, sentence)
        for number, (passage, of, (score, answers)) in enumerate(zip(passages, scores, read, strict=True))
        for sentence in passage.sentences
    ]
    best = max((bound for bound, *_ in bounds), default=0.0)
    return [(number, sentence) for bound, number, sentence in bounds if bound > best - PROMISING]


def _bound(scores: TokenScores, sentence: Span) -> float:
    """No candidate of the sentence has a larger log-probability by the span head; minus infinity where none of its pieces was read."""
    if not len(scores.start):
        return float("-inf")
    own = (scores.offsets[:, 0] < sentence.end) & (sentence.start < scores.offsets[:, 1])
    return float(scores.start[own].max() + scores.end[own].max()) if own.any() else float("-inf")


@dataclass(frozen=True)
class Weighed:
    """n candidates."""

    logits: NDArray[np.float64]
    """Shape (n,): the trees' log-odds that it is exactly what was asked for."""
    head: NDArray[np.float64]
    """Shape (n,): the span head's log-probability, within the passage, that the answer starts and ends so."""
    passage: NDArray[np.intp]
    """Shape (n,)."""
    spans: NDArray[np.intp]
    """Shape (n, 2), offsets into the passage."""
    texts: Sequence[str]
    read: NDArray[np.float64]
    """Shape (n, 2): the reranker's score of its passage, and the log-odds that this answers."""

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """Shape (n,): what ranks them, larger first."""
        totals: NDArray[np.float64] = self.logits + self.read @ np.array([OF_SCORE, OF_ANSWERS])
        return totals

    @cached_property
    def _shares(self) -> NDArray[np.float64]:
        odds = np.exp(self.totals - self.totals.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares

    @cached_property
    def _first_by_head(self) -> int:
        return int(np.argmax(self.head + self.read[:, 1]))

    def signals(self, which: int) -> list[float]:
        """Of one candidate, by `SIGNALS`.

        share: of all the probability, what falls to those that say the same: that overlap it, or hold the same words. agreed: whether the span
        head alone would have chosen it too.
        """
        start, end = self.spans[which]
        said = self.texts[which].casefold()
        overlaps = (self.passage == self.passage[which]) & (self.spans[:, 0] < end) & (start < self.spans[:, 1])
        same = np.array([said in text or text in said for text in map(str.casefold, self.texts)])
        score, answers = self.read[which]
        share = float(self._shares[overlaps | same].sum())
        return [float(self.logits[which]), share, float(score), float(answers), float(which == self._first_by_head)]
