"""Short answers end to end, with the models that serve: from a small coverage to words that stand in a quote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import Answer, ArticleDraft, NewsIndex
from index.build import open_index

ARTICLES = (
    "The ferry Estrid sank off Bergen at 6:15 a.m. on Friday with 40 people on board. The captain, Lars Holm, was the last to leave the ship. "
    "Harbour master Ingrid Moe apologized to the families on Saturday because the rescue boats had come two hours late.",
    "The city council of Turku voted to close the old harbour. Its new budget gives 3 million euros to schools.",
)


@pytest.fixture(scope="module")
def coverage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    """Two short articles, with the default models."""
    with open_index(Path(tmp_path_factory.mktemp("coverage")), threads=1) as index:
        drafts = [ArticleDraft(text=text, title=None, published_at=datetime(2024, 5, 3 + n, tzinfo=UTC)) for n, text in enumerate(ARTICLES)]
        index.ingest(drafts)
        yield index


def shown(answer: Answer) -> list[str]:
    """The short answers' words, each checked against the quote it cites."""
    quotes = {one.number: one for one in answer.citations}
    texts = {one.article_id: one for one in answer.citations}
    for short in answer.short:
        for number, mark in zip(short.citations, short.marks, strict=True):
            quote = quotes[number]
            assert quote.start <= mark.start < mark.end <= quote.end
            assert quote.quote[mark.start - quote.start : mark.end - quote.start].casefold() == short.text.casefold()
    assert texts or not answer.short
    return [one.text for one in answer.short]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who apologized to the families?", "Ingrid Moe"),
        ("What time did the ferry sink?", "6:15 a.m."),
        ("Why did the harbour master apologize?", "because the rescue boats had come two hours late"),
    ],
)
def test_a_question_is_answered_in_a_few_words(coverage: NewsIndex, question: str, said: str) -> None:
    """What is asked for stands above the quotes, cut from one of them."""
    answer = coverage.answer(question)
    assert any(said in text for text in shown(answer)), (answer.status, answer.short)


def test_without_the_reranker_there_are_only_quotes(coverage: NewsIndex) -> None:
    """The quick answer has no short ones: nothing has made sure that its passages answer."""
    assert coverage.answer("Who apologized to the families?", rerank=False).short == ()


def test_what_is_not_covered_has_no_short_answer(coverage: NewsIndex) -> None:
    """A reader's confidence is no relevance: no quotes, no short answers."""
    answer = coverage.answer("Who won the chess championship in Delhi?")
    assert answer.citations == () or all(text in answer.citations[0].quote for text in shown(answer))


def test_a_reader_can_be_done_without(tmp_path: Path) -> None:
    """With no reader set, answers are quotes, as before."""
    with open_index(tmp_path, reader=None, threads=1) as index:
        index.ingest([ArticleDraft(text=ARTICLES[0])])
        answer = index.answer("What time did the ferry sink?")
    assert answer.citations
    assert answer.short == ()
