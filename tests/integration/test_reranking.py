"""How a search uses the cross-encoder: how much it reads, what it is shown, and what age does to the order. The cross-encoder is scripted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.domain.articles import ArticleDraft
from index.search.retrieve import DECIDED_BY, FIRST_ROUND, NEXT_ROUND, RERANKED
from tests.integration.test_news_index import open_hashed


class Scripted:
    """A reranker that scores by the words of a text, and remembers what it was shown. Implements ``index.ports.models.Reranker``."""

    fingerprint = "scripted"
    name = "scripted"

    def __init__(self, **scores: float) -> None:
        self._scores = scores
        self.shown: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The score of the first known word in each text, else 0."""
        self.shown += texts
        return [next((score for word, score in self._scores.items() if word in text), 0.0) for text in texts]


def drafts(*texts: str, years: Sequence[int] = ()) -> list[ArticleDraft]:
    dates: Sequence[datetime | None] = [datetime(year, 3, 1, tzinfo=UTC) for year in years] or [None] * len(texts)
    return [
        ArticleDraft(text, url=f"https://a.example/{i}", title=f"Headline {i}", published_at=date)
        for i, (text, date) in enumerate(zip(texts, dates, strict=True))
    ]


def many(count: int) -> list[str]:
    """Reports that a question for a ferry finds all, each with words of its own so that none is a copy."""
    return [f"A ferry {' '.join(f'w{i}x{n}' for n in range(8))}." for i in range(count)]


def test_reading_goes_on_while_nothing_is_decided(tmp_path: Path) -> None:
    """Where all score alike, as many sentences are read as are allowed, each once alone."""
    reranker = Scripted()
    with open_hashed(tmp_path, reranker=reranker) as index:
        index.ingest(drafts(*many(RERANKED + 5)))
        traced = index.trace("ferry")
    assert len(traced.stages.head) == RERANKED
    assert sum(text.startswith("A ferry") for text in reranker.shown) == RERANKED


def test_reading_stops_once_a_round_is_far_behind(tmp_path: Path) -> None:
    """A sentence far above all others ends the reading after the first round, and is the answer."""
    with open_hashed(tmp_path) as index:
        index.ingest(drafts(*many(RERANKED + 5)))
        fused = index.trace("ferry").stages.head
        first = next(iter(index.trace("ferry").answer.passages)).text
    reranker = Scripted(**{first.split()[2].rstrip("."): DECIDED_BY + 1})
    with open_hashed(tmp_path, reranker=reranker) as index:
        traced = index.trace("ferry")
    assert FIRST_ROUND + NEXT_ROUND < RERANKED < len(fused)
    assert len(traced.stages.head) == FIRST_ROUND
    assert traced.answer.passages[0].text == first


def test_a_passage_is_read_whole_under_its_headline(tmp_path: Path) -> None:
    """What the second reading is shown begins with the headline; what is quoted does not."""
    reranker = Scripted()
    with open_hashed(tmp_path, reranker=reranker) as index:
        index.ingest(drafts("A ferry sank."))
        answer = index.answer("ferry")
    assert reranker.shown == ["A ferry sank.", "Headline 0. A ferry sank."]
    assert answer.passages[0].text == "A ferry sank."


@pytest.mark.parametrize(("question", "newest_first"), [("which ferry sank this week?", True), ("which ferry sank?", False)])
def test_newer_reports_come_first_only_where_now_is_asked_for(tmp_path: Path, question: str, newest_first: bool) -> None:
    """An older report that answers a little better is overtaken if the question is about now; its score stays what it is."""
    reranker = Scripted(Albatross=5.0, Buzzard=4.5)
    with open_hashed(tmp_path, reranker=reranker) as index:
        index.ingest(drafts("The ferry Albatross sank off the coast.", "The ferry Buzzard sank in the harbour.", years=(2019, 2024)))
        passages = index.answer(question).passages
    assert [passage.score for passage in passages] == ([4.5, 5.0] if newest_first else [5.0, 4.5])
