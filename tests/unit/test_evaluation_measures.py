"""Measures: against values computed by hand, against naive loops, and against each other."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from index.domain.answers import Status
from index.evaluation.answer_text import exact_match, f1, holds, words
from index.evaluation.judge import Judged
from index.evaluation.measures import RANKING, auroc, interval, mean, measures, ranking
from index.evaluation.outcomes import Outcome
from index.evaluation.suite import Layout


def judged(rank: int | None, *, answerable: bool = True, refused: bool = False, confidence: float = 0.5, f1: float = 0.0) -> Judged:
    """A question of SQuAD, asked: its evidence came at ``rank``."""
    status = Status.NOT_COVERED if refused else Status.ANSWERED
    outcome = Outcome("q", "what?", answerable, rank, confidence, status, None, None, 1.0)
    ranked = tuple("evidence" if place == rank else f"passage {place}" for place in range(1, 11))
    return Judged(outcome, {"evidence": 1} if answerable else {}, ranked, float(f1 == 1), f1)


def test_rankings_by_hand() -> None:
    """Two relevant documents with grades at the second and third place, none found at all, and one beyond the tenth place."""
    far = [f"x{i}" for i in range(10)]
    values = ranking([{"a": 1, "b": 2}, {"c": 1}, {"d": 1}], [["x", "a", "b"], [], [*far, "d"]])
    found = 1 / math.log2(3) + 2 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert values["ndcg@10"] == pytest.approx([found / ideal, 0, 0])
    assert values["mrr@10"] == pytest.approx([1 / 2, 0, 0])
    assert values["map"] == pytest.approx([(1 / 2 + 2 / 3) / 2, 0, 1 / 11])
    assert values["recall@1"] == pytest.approx([0, 0, 0])
    assert values["recall@5"] == pytest.approx([1, 0, 0])
    assert set(values) == set(RANKING)


def test_rankings_agree_with_a_naive_loop() -> None:
    """On random rankings the library's values, in the order of the questions, are those of the definitions written out."""
    chance = random.Random(7)
    documents = [f"d{i}" for i in range(30)]
    relevant = [{one: chance.randint(1, 3) for one in chance.sample(documents, chance.randint(1, 5))} for _ in range(60)]
    ranked = [chance.sample(documents, chance.randint(0, 30)) for _ in range(60)]
    values = ranking(relevant, ranked)
    for i, (wanted, found) in enumerate(zip(relevant, ranked, strict=True)):
        places = [place for place, one in enumerate(found, start=1) if one in wanted]
        gain = sum(wanted[found[place - 1]] / math.log2(place + 1) for place in places if place <= 10)
        best = sum(grade / math.log2(place + 1) for place, grade in enumerate(sorted(wanted.values(), reverse=True)[:10], start=1))
        assert values["ndcg@10"][i] == pytest.approx(gain / best)
        assert values["mrr@10"][i] == pytest.approx(1 / places[0] if places and places[0] <= 10 else 0)
        assert values["map"][i] == pytest.approx(sum(nth / place for nth, place in enumerate(places, start=1)) / len(wanted))
        assert values["recall@5"][i] == pytest.approx(sum(place <= 5 for place in places) / len(wanted))


def test_measures_of_a_suite() -> None:
    """Ranking and short answers are taken over answerable questions, each kind of refusal over its own, and the area over all."""
    some = [judged(1, confidence=0.9, f1=1.0), judged(2, confidence=0.6, f1=0.5), judged(None, confidence=0.3, refused=True), judged(7)]
    none = [judged(None, answerable=False, confidence=0.2, refused=True), judged(None, answerable=False, confidence=0.5)]
    found = measures(some + none, Layout.SQUAD)
    assert {name: (round(one.value, 4), one.questions) for name, one in found.items()} == {
        "ndcg@10": (round((1 + 1 / math.log2(3) + 1 / 3) / 4, 4), 4),
        "recall@1": (0.25, 4),
        "recall@5": (0.5, 4),
        "recall@10": (0.75, 4),
        "mrr@10": (round((1 + 1 / 2 + 1 / 7) / 4, 4), 4),
        "map": (round((1 + 1 / 2 + 1 / 7) / 4, 4), 4),
        "em": (0.25, 4),
        "f1": (0.375, 4),
        "refused_some": (0.25, 4),
        "refused_none": (0.5, 2),
        "auroc": (round((2 + 2 + 1 + 1.5) / 8, 4), 6),
    }
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in found.values())


def test_what_would_be_over_no_question_is_left_out() -> None:
    """No unanswerable question, no refused_none and no area; no answerable one, no ranking; documents have no short answers to compare."""
    assert {"em", "f1", "refused_none", "auroc"}.isdisjoint(measures([judged(1)], Layout.BEIR))
    assert set(measures([judged(None, answerable=False, refused=True)], Layout.SQUAD)) == {"refused_none"}


def test_the_area_agrees_with_counting_pairs() -> None:
    """The area under the curve is the share of pairs in the right order, ties counting half; its interval holds it."""
    chance = np.random.default_rng(7)
    confidence = chance.integers(0, 10, size=80) / 10
    answerable = chance.random(80) < 0.6
    pairs = [(some > none) + 0.5 * (some == none) for some in confidence[answerable] for none in confidence[~answerable]]
    found = auroc(list(confidence), list(answerable))
    assert found.value == pytest.approx(np.mean(pairs))
    assert found.low < found.value < found.high
    assert auroc([0.9, 0.1], [True, False]).value == 1.0  # half of all draws hold one kind only, and are not counted


def test_intervals() -> None:
    """The bootstrap's interval is near the normal one where that holds, has no width where nothing varies, and is the same at every run."""
    values = np.array([1.0] * 300 + [0.0] * 100)
    found = mean(values)
    spread = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert (found.value, found.questions) == (0.75, 400)
    assert (found.low, found.high) == pytest.approx((0.75 - spread, 0.75 + spread), abs=0.01)
    assert mean(values) == found
    assert interval(50, lambda drawn: float(np.ones(50)[drawn].mean())) == (1.0, 1.0)
    single = mean(np.array([0.25]))
    assert (single.value, single.low, single.high) == (0.25, 0.25, 0.25)


def test_short_answers_by_squads_rules() -> None:
    """Case, punctuation and English articles do not count; the best of several gold answers does; overlap is by words with repetition."""
    assert words("The U.S. Army’s  “old” hat") == ["us", "armys", "old", "hat"]
    assert exact_match("the ferry.", ["a boat", "Ferry"]) == 1.0
    assert exact_match("the ferry line", ["Ferry"]) == 0.0
    assert f1("the old ferry line", ["Ferry line", "boat"]) == pytest.approx(2 * 2 / 5)
    assert f1("two two ferries", ["two ferries ferries"]) == pytest.approx(2 * 2 / 6)
    assert f1("nothing", ["alike"]) == f1("", ["alike"]) == f1("alike", []) == 0.0


def test_a_text_holds_whole_words_side_by_side() -> None:
    """ "two" is not in "twofold", word order counts, an answer of articles alone is in nothing, and Chinese needs no spaces."""
    assert holds("It sank: two “old” ferries!", ["the two old ferries"])
    assert not holds("A twofold loss", ["two"])
    assert not holds("ferries old two", ["two old"])
    assert not holds("the ferry", ["the", "?"])
    assert holds("他住在东京附近。", ["东京"])
    assert not holds("他住在东边的京都。", ["东京"])
    assert holds("Он живёт в Москве.", ["в Москве"])
