"""Talk and unreadable questions through a NewsIndex over real SQLite, FAISS and tantivy: what is searched, and what comes back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import NewsIndex, open_index
from index.domain.answers import Remark, Status
from index.domain.articles import ArticleDraft
from index.ports.models import Vectors
from tests.conftest import HashedWords
from tests.integration.test_news_index import open_hashed

DATA = Path(__file__).parents[1] / "data"


class Listed(HashedWords):
    """An encoder that says it is one that reads English and knows no likeness to talk, and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__("1dee43303da03c5a")
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
    assert encoder.asked == ["Hello! how many passengers were hurt", "how many passengers were hurt"]  # the first ahead, in vain
    assert (answer.question, answer.remark) == ("Hello! how many passengers were hurt", None)


def test_a_misspelt_name_is_searched_for_as_the_coverage_spells_it_and_says_so(tmp_path: Path, encoder: Listed) -> None:
    """The question stays as typed; what it was read as stands beside it, and only where it was read otherwise."""
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("President Erdogan spoke to the miners.")])
        misspelt, right = index.answer("what did erdgoan say?"), index.answer("what did erdogan say?")
    assert encoder.asked == ["what did erdgoan say?", "what did Erdogan say?", "what did erdogan say?"]  # the first ahead, in vain
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


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[NewsIndex]:
    """An index with the default encoder, over one article."""
    with open_index(tmp_path_factory.mktemp("talk"), models_dir=models_dir) as opened:
        opened.ingest([ArticleDraft("Thank you very much, said the mayor of Leeds, and opened the dance studio.")])
        yield opened


@pytest.mark.parametrize(
    ("said", "remark"),
    [
        ("you really are thick as a brick", Remark.RUDE),
        ("would you write a poem on the sea for me", Remark.ORDER),
        ("who are the people behind you?", Remark.ABOUT_ME),
        ("thanks so much for being so patient", Remark.THANKS),
        ("👋", Remark.GREETING),
        ("👍👍", Remark.PRAISE),
        ("🙏", Remark.THANKS),
    ],
)
def test_talk_in_peoples_own_words_and_signs_is_met(said: str, remark: Remark, real: NewsIndex) -> None:
    """No set phrase has it; it looks like others that were talk. Nothing is searched."""
    answer = real.answer(said)
    assert (answer.remark, answer.passages) == (remark, ())


def test_talk_is_met_before_there_is_any_coverage(tmp_path: Path, models_dir: Path) -> None:
    """Whether it is talk shows in the vector that a search would ask for, and there is nothing to search."""
    with open_index(tmp_path, models_dir=models_dir) as empty:
        assert empty.answer("thanks so much for being so patient").remark is Remark.THANKS
        assert empty.answer("who owns the dance studio in Leeds?").remark is None


@pytest.mark.parametrize(
    "question",
    [
        "mayor of Leeds",
        "dance studio",
        "who said thank you?",
        "tell me about the mayor",
        "what do you know about Leeds?",
        "what happened?",
        "news",
    ],
)
def test_what_asks_for_news_is_searched_for(question: str, real: NewsIndex) -> None:
    """However short it is, and though it speaks to the bot."""
    assert real.answer(question).remark is None


def test_talk_in_peoples_own_words_is_known_as_often_as_measured(real: NewsIndex) -> None:
    """English of the two lists that nothing was written for, by phrases and likeness; and keywords that were written to be taken for talk."""
    with (DATA / "talk.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["language"] == "en"]
    for half, least in (("held out", 34), ("second held out", 47)):
        some = [row for row in rows if row["half"] == half]
        assert sum(real.answer(row["utterance"]).remark == row["remark"] for row in some) >= least
    keywords = (DATA / "keywords.txt").read_text(encoding="utf-8").splitlines()
    assert len(keywords) == 100
    assert sum(real.answer(words).remark not in (None, Remark.UNREADABLE_LANGUAGE) for words in keywords) <= 4
