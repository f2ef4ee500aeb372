"""Which candidate is chosen, and what its confidence counts."""

from __future__ import annotations

import numpy as np
import pytest

from index.answering.weighing import SIGNALS, Weighed


def weighed(logits: list[float], passage: list[int], texts: list[str], read: list[tuple[float, float]]) -> Weighed:
    """Candidates that stand one after the other, each preferred by the head as by the trees; ``read``: by passage."""
    count = len(logits)
    spans = np.array([(10 * number, 10 * number + 5) for number in range(count)])
    return Weighed(np.array(logits), np.array(logits), np.array(passage), spans, texts, np.array(read)[passage])


def test_a_candidate_counts_by_its_passage() -> None:
    """The likelier words in a passage that does not answer lose to others in one that does."""
    one = weighed([1.0, 0.0], [0, 1], ["Lars Holm", "Ingrid Moe"], [(-8.0, -4.0), (6.0, 3.0)])
    assert int(np.argmax(one.totals)) == 1


def test_who_says_the_same_shares_the_probability() -> None:
    """Two passages that say it are surer than two that say different things."""
    passages = [(3.0, 1.0), (3.0, 1.0)]
    alike = weighed([1.0, 1.0], [0, 1], ["Ingrid Moe", "Harbour master Ingrid Moe"], passages)
    apart = weighed([1.0, 1.0], [0, 1], ["Ingrid Moe", "Lars Holm"], passages)
    share = SIGNALS.index("share")
    assert alike.signals(0)[share] == pytest.approx(1.0)
    assert apart.signals(0)[share] == pytest.approx(0.5)


def test_it_is_told_whether_the_head_agrees() -> None:
    """Trees and head that choose differently are less sure."""
    one = weighed([2.0, 0.0], [0, 0], ["Ingrid Moe", "Saturday"], [(3.0, 1.0)])
    agreed = SIGNALS.index("agreed")
    assert (one.signals(0)[agreed], one.signals(1)[agreed]) == (1.0, 0.0)
