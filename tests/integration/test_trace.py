"""``NewsIndex.trace``: the answer people get, and what each step of the search had in hand on the way to it."""

from __future__ import annotations

from pathlib import Path

from index.domain.articles import ArticleDraft
from tests.integration.test_news_index import open_hashed

FERRY = "A ferry ran aground near Brindle. Nobody on the ferry was hurt."


def test_a_trace_is_the_answer_with_its_stages(tmp_path: Path) -> None:
    """Same passages as ``answer``; every stage in order, each a part of what the one before handed on; all its sentences at hand."""
    with open_hashed(tmp_path / "data") as index:
        index.ingest([ArticleDraft(FERRY, id="ferry"), *(ArticleDraft(f"Ferry line{i} opened at pier{i}.", id=f"f{i}") for i in range(60))])
        traced = index.trace("was anybody on the ferry hurt?", limit=3)
        plain = index.answer("was anybody on the ferry hurt?", limit=3)
    stages = traced.stages
    assert traced.answer.passages == plain.passages
    said = {i: one.article.text[one.sentence.start : one.sentence.end] for i, one in traced.sentences.items() if one.article.id == "ferry"}
    assert sorted(said.values()) == ["A ferry ran aground near Brindle.", "Nobody on the ferry was hurt."]
    hurt = next(i for i, text in said.items() if "hurt" in text)
    assert hurt in stages.dense
    assert stages.head[0] == stages.lexical[0] == hurt
    assert set(stages.head) <= {*stages.dense, *stages.lexical}
    assert {*stages.head} <= {one for window in stages.windows for one in window} <= set(traced.sentences)
    assert set(stages.passages) <= set(stages.windows)
    assert [len(stages.passages), len(stages.passages[0])] == [3, 2]
    for passage, ids in zip(traced.answer.passages, stages.passages, strict=True):
        first, last = traced.sentences[ids[0]], traced.sentences[ids[-1]]
        assert (passage.article_id, passage.start, passage.end) == (first.article.id, first.sentence.start, last.sentence.end)


def test_no_coverage_has_empty_stages(tmp_path: Path) -> None:
    """Where nothing was ingested, nothing was found, and the trace says so without failing."""
    with open_hashed(tmp_path / "data") as index:
        traced = index.trace("was anybody hurt?")
    assert (traced.stages.dense, traced.stages.head, traced.stages.passages, dict(traced.sentences)) == ((), (), (), {})
