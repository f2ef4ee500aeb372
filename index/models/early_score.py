"""What the reranker's first layers tell of its score: a linear model of their states. In: a text that was begun. Out: the score it will about get.

It decides which texts go on through the other layers (``index.search.retrieve.judge_in_rounds``). Fitted by ``benchmarks/early_score.py`` to the
reranker's own scores; how far it is off stands in docs/decisions/0005-retrieval.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.onnx_reranker import Begun


class EarlyScore:
    """Safe for several threads."""

    def __init__(self, file: Path) -> None:
        """file: a .npy of the weights of ``signals`` and, last, the intercept."""
        weights = np.load(file, allow_pickle=False)
        self._weights, self._intercept = weights[:-1], float(weights[-1])

    def of(self, begun: Begun) -> float:
        """In logits, as the reranker's."""
        return float(signals(begun) @ self._weights) + self._intercept


def signals(begun: Begun) -> NDArray[np.float32]:
    """Shape (4 * 384,): the state of the first piece, the means over text and question with the marks at their ends, the maximum over the text."""
    states = begun.states[0]
    begins = int(begun.pieces[0]) if len(begun.pieces) else len(states) - 1  # of no text only the mark at its end is there
    question, text = states[:begins], states[begins:]
    return np.concatenate([states[0], text.mean(axis=0), question.mean(axis=0), text.max(axis=0)])
