"""The sample coverage, asked for its figures through the whole index with the default models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import NewsIndex, open_index
from index.domain.answers import Answer, Status
from index.domain.articles import ArticleDraft

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "article.txt"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[NewsIndex]:
    """An index of the sample article alone."""
    with open_index(tmp_path_factory.mktemp("sample"), models_dir=models_dir) as opened:
        published = datetime(2017, 2, 10, tzinfo=UTC)
        opened.ingest([ArticleDraft(SAMPLE.read_text(encoding="utf-8"), source="Sample coverage", published_at=published)])
        yield opened


def stands(answer: Answer, index: NewsIndex) -> bool:
    """Whether each short answer is what stands at its mark, inside the quote it cites."""
    texts = {article.id: article.text for article in index.articles()}
    quotes = {one.number: one for one in answer.citations}
    for short in answer.short:
        quote, mark = quotes[short.citations[0]], short.marks[0]
        if texts[quote.article_id][mark.start : mark.end] != short.text or not quote.start <= mark.start < mark.end <= quote.end:
            return False
    return True


def test_both_figures_of_the_dead_are_shown_with_who_says_them(index: NewsIndex) -> None:
    """Three by most reports, five by EuroNews: a conflict, the better supported first."""
    answer = index.answer("how many soldiers died?")
    assert answer.status is Status.CONFLICT
    assert [short.value for short in answer.short] == [3.0, 5.0]
    assert (answer.short[0].attribution or "").startswith("Most reports")
    assert answer.short[1].attribution == "EuroNews"
    assert stands(answer, index)


def test_a_range_is_shown_as_it_is_written(index: NewsIndex) -> None:
    """Ten or eleven wounded stays ten or eleven."""
    answer = index.answer("how many were wounded?")
    assert (answer.status, [short.text for short in answer.short]) == (Status.ANSWERED, ["10 or 11"])
    assert stands(answer, index)


@pytest.mark.parametrize(
    ("question", "missing"), [("how many Russian soldiers died?", "Russian soldiers"), ("how many civilians died?", "civilians")]
)
def test_figures_of_others_do_not_answer(index: NewsIndex, question: str, missing: str) -> None:
    """Turkish soldiers are not Russian ones, nor civilians: it is not covered, and said of whom there is nothing."""
    answer = index.answer(question)
    assert (answer.status, answer.short) == (Status.NOT_COVERED, ())
    assert missing in (answer.missing or "")
    assert "three Turkish troops" in " ".join(passage.text for passage in answer.passages)
