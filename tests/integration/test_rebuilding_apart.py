"""A rebuild in a process of its own, with the default models: what it did, that it can be stopped, and what it says when it cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.updates.rebuilding_apart import RebuildingApart
from index import ArticleDraft, NewsIndex, ReindexReport, StoppedError, StorageError, open_index


@pytest.fixture
def index(environment: dict[str, str], models_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[NewsIndex]:
    """A coverage that the other process finds by its environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    root = str(Path(__file__).resolve().parents[2])
    monkeypatch.setenv("PYTHONPATH", root + os.pathsep + os.environ.get("PYTHONPATH", ""))
    monkeypatch.chdir(tmp_path)
    with open_index(tmp_path / "data", models_dir=models_dir, reranker=None) as opened:
        opened.ingest([ArticleDraft(f"Seven passengers were hurt in town number {i}.", id=f"a{i}") for i in range(30)])
        yield opened


def test_it_is_rebuilt_and_this_process_follows(index: NewsIndex) -> None:
    """Progress comes, nothing is encoded again, and the next answer here is from the new generation."""
    before = index.stats().generation
    told: list[int] = []
    report = RebuildingApart(index).reindex(full=True, progress=told.append)
    assert isinstance(report, ReindexReport)
    assert (report.sentences, report.encoded, sum(told)) == (30, 0, 60)
    assert before != report.generation == index.stats().generation
    assert index.answer("who was hurt in town number 7?", rerank=False).passages


def test_it_can_be_stopped_and_says_what_is_in_the_way(index: NewsIndex) -> None:
    """Told to stop, it stops, and the old generation serves; while somebody else writes, it says who."""
    before = index.stats().generation
    with pytest.raises(StoppedError):
        RebuildingApart(index).reindex(full=True, stopped=lambda: True)
    with index._store.writer("a test", wait_s=0), pytest.raises(StorageError, match="a test"):
        RebuildingApart(index).reindex(full=True, wait_s=0.0)
    assert index.stats().generation == before
    assert RebuildingApart(index).reindex(full=False).generation == before
