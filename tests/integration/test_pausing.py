"""Outlets that are paused, rebuilds that are stopped, and addresses that are added: with real stores and a deterministic encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.domain.articles import ArticleDraft
from index.domain.passages import Filters
from index.errors import OutletNotFoundError, QuestionError, StoppedError
from index.service import NewsIndex
from tests.conftest import HashedWords
from tests.integration.test_news_index import open_hashed

HARBOUR = ArticleDraft("Seven passengers were hurt at the harbour.", id="h", source="Harbour News")
TIMES = ArticleDraft("Nine passengers were hurt at the harbour.", id="t", source="The Times")
NOBODY = ArticleDraft("Some passengers were hurt at the harbour.", id="n")
QUESTION = "how many passengers were hurt at the harbour"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[NewsIndex]:
    """Two outlets, and an article of none."""
    with open_hashed(tmp_path) as opened:
        opened.ingest([HARBOUR, TIMES, NOBODY])
        yield opened


def found(index: NewsIndex) -> set[str]:
    """The articles that the question finds."""
    return {passage.article_id for passage in index.answer(QUESTION).passages}


def test_a_paused_outlet_is_not_searched_until_it_is_resumed(index: NewsIndex) -> None:
    """Its articles are kept and not found; those of others, and of none, still are; asking for it alone says that it is paused."""
    index.follow(["https://harbour.example/feed", "https://times.example/feed"])
    assert index.pause_source("harbour NEWS") == ("Harbour News", 0)
    assert found(index) == {"t", "n"}
    assert index.stats().paused == ("Harbour News",)
    with pytest.raises(QuestionError, match="paused"):
        index.answer(QUESTION, Filters(sources=("Harbour News",)))
    index.ingest([ArticleDraft("Eight passengers were hurt at the harbour.", id="h2", source="Harbour News")])
    assert found(index) == {"t", "n"}
    index.resume_source("Harbour News")
    assert found(index) == {"h", "h2", "t", "n"}


def test_an_outlet_nobody_knows_cannot_be_paused(index: NewsIndex) -> None:
    """A misspelt name pauses nothing, and says so."""
    with pytest.raises(OutletNotFoundError, match="Harbor"):
        index.pause_source("Harbor News")
    assert index.stats().paused == ()


def test_a_rebuild_that_is_stopped_leaves_the_old_index(tmp_path: Path) -> None:
    """Wherever it is stopped, answers come from the generation that served before, no leftovers serve, and the next rebuild is whole."""
    encoder = HashedWords()
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft(f"Storm number{i} hit place{i}.", id=f"r{i}") for i in range(500)])
        before, encoded = index.stats().generation, len(encoder.encoded)
        for allowed in (0, 1, 3, 5, 7):
            asked = 0

            def stopped(allowed: int = allowed) -> bool:
                nonlocal asked
                asked += 1
                return asked > allowed

            with pytest.raises(StoppedError, match="serves on"):
                index.reindex(full=True, stopped=stopped)
            assert index.stats().generation == before
            assert index.answer("storm number7 place7").passages[0].article_id == "r7"
            assert not list((tmp_path / "index").glob("*.partial"))
        done = index.reindex(full=True)
        assert (done.sentences, done.encoded, len(encoder.encoded)) == (500, 0, encoded)
        assert done.generation != before
        assert index.answer("storm number7 place7").passages[0].article_id == "r7"
        assert index.check().sound
