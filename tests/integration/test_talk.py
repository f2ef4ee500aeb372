"""Talk and unreadable questions through a NewsIndex over real SQLite, FAISS and tantivy: what is searched, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.domain.answers import Remark, Status
from index.domain.articles import ArticleDraft
from index.ports.models import Vectors
from tests.conftest import HashedWords
from tests.integration.test_news_index import open_hashed


class Listed(HashedWords):
    """An encoder that says it is the default one, which reads English, and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__("a0bcc0c748d5ff1c")
        self.asked: list[str] = []

    def encode_question(self, question: str) -> Vectors:
        self.asked.append(question)
        return super().encode_question(question)


@pytest.fixture
def encoder() -> Listed:
    """It."""
    return Listed()


def test_talk_is_replied_to_without_a_search(tmp_path: Path, encoder: Listed) -> None:
    """Thanks get a remark and nothing else, though the coverage has the very words."""
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("Thank you very much, said the mayor.")])
        answer = index.answer(" Thank you very much! ", answer_id="q7")
    assert (answer.id, answer.question, answer.remark, answer.status) == ("q7", " Thank you very much! ", Remark.THANKS, Status.NOT_COVERED)
    assert (answer.passages, answer.citations, answer.confidence) == ((), (), 0.0)
    assert encoder.asked == []


def test_a_greeting_is_left_out_of_the_search_and_kept_in_the_answer(tmp_path: Path, encoder: Listed) -> None:
    """The question is looked for without its greeting, and shown as it was typed."""
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("Seven passengers were hurt on the ferry.")])
        answer = index.answer("Hello! how many passengers were hurt")
    assert encoder.asked == ["how many passengers were hurt"]
    assert (answer.question, answer.remark) == ("Hello! how many passengers were hurt", None)


def test_a_misspelt_name_is_searched_for_as_the_coverage_spells_it_and_says_so(tmp_path: Path, encoder: Listed) -> None:
    """The question stays as typed; what it was read as stands beside it, and only where it was read otherwise."""
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("President Erdogan spoke to the miners.")])
        misspelt, right = index.answer("what did erdgoan say?"), index.answer("what did erdogan say?")
    assert encoder.asked == ["what did Erdogan say?", "what did erdogan say?"]
    assert (misspelt.question, misspelt.read_as) == ("what did erdgoan say?", "what did Erdogan say?")
    assert right.read_as is None


def test_a_language_that_is_not_read_is_said_on_a_refusal(tmp_path: Path, encoder: Listed) -> None:
    """A Russian question that finds nothing is remarked on; an English one that finds nothing is not; words found in any language are quoted."""
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("Seven passengers were hurt. Der Hafen bleibt geschlossen.")])
        assert index.answer("сколько людей пострадало?").remark is Remark.UNREADABLE_LANGUAGE
        assert index.answer("who owns the moon?").remark is None
        found = index.answer("der hafen bleibt geschlossen")
    assert (found.status, found.remark) == (Status.ANSWERED, None)
