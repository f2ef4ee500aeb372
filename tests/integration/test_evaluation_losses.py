"""Where a miss was lost, each kind brought about in a real index with a deterministic encoder, and what is ranked in either layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.domain.answers import Status
from index.domain.articles import ArticleDraft
from index.evaluation.judge import Judged, ask
from index.evaluation.outcomes import Loss
from index.evaluation.suite import Layout, Question
from index.service import NewsIndex
from tests.integration.test_news_index import open_hashed

ASKED = "how many ferries sank near brindle harbour?"


class Prefers:
    """A reranker that scores a text by how often it says one word."""

    def __init__(self, word: str) -> None:
        self.fingerprint = self.name = f"prefers {word}"
        self._word = word

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Occurrences of the word, whatever the question."""
        return [float(text.casefold().count(self._word)) for text in texts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an index may be made."""
    return tmp_path / "data"


@contextmanager
def holding(folder: Path, drafts: Iterable[ArticleDraft], prefers: str | None = None) -> Iterator[NewsIndex]:
    with open_hashed(folder, reranker=Prefers(prefers) if prefers else None) as index:
        index.ingest(drafts)
        yield index


def near(count: int) -> list[ArticleDraft]:
    """Wrong articles, each different from the others, that share six words with the question."""
    return [ArticleDraft(f"How many ferries sank near brindle{i}{i}{i}? Nobody{i} says{i}.", id=f"wrong{i}") for i in range(count)]


def evidence(index: NewsIndex, *answers: str, article: str = "gold", question: str = ASKED) -> Judged:
    return ask(index, Question("q", question, {article: 1}, answers), Layout.SQUAD)


def test_first_and_answered_is_no_loss(folder: Path) -> None:
    """The evidence first, and not refused: rank 1, nothing lost."""
    with holding(folder, [*near(3), ArticleDraft("Two ferries sank near Brindle Harbour, how many say.", id="gold")]) as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.outcome.loss, judged.outcome.status) == (1, None, Status.ANSWERED)
    assert (judged.ranked[0], judged.relevant) == ("evidence", {"evidence": 1})
    assert (judged.outcome.short, judged.exact_match) == ("Two ferries", 0.0)


def test_what_no_search_finds_was_not_retrieved(folder: Path) -> None:
    """More sentences than are taken from each index are nearer, and the evidence shares no word with the question."""
    with holding(folder, [*near(130), ArticleDraft("Two boats went down.", id="gold")]) as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.outcome.loss) == (None, Loss.NOT_RETRIEVED)
    assert "evidence" not in judged.ranked


def test_what_is_found_too_low_was_lost_in_fusion(folder: Path) -> None:
    """The evidence is among the candidates, and more than the head holds are before it."""
    with holding(folder, [*near(60), ArticleDraft("Two ferries went down.", id="gold")]) as index:
        assert evidence(index, "two").outcome.loss is Loss.FUSION


def test_what_is_ranked_behind_was_lost_in_reranking(folder: Path) -> None:
    """The evidence is in the head and the reranker prefers others, by one place or by more than are shown."""
    gold = ArticleDraft("Two ferries sank near Brindle Harbour.", id="gold")
    with holding(folder, [*near(1), gold], prefers="many") as index:
        one = evidence(index, "two").outcome
    assert (one.rank, one.loss) == (2, Loss.RERANKING)
    with holding(folder, near(15), prefers="many") as index:
        all_of_them = evidence(index, "two").outcome
    assert (all_of_them.rank, all_of_them.loss) == (None, Loss.RERANKING)


def test_a_folded_copy_was_joined_away(folder: Path) -> None:
    """The gold article says word for word what an earlier one says, and only the earlier one is shown."""
    said = "Two ferries sank near Brindle Harbour."
    with holding(folder, [ArticleDraft(said, id="first"), ArticleDraft(said, id="gold")], prefers="two") as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.outcome.loss) == (None, Loss.JOINED_AWAY)


def test_what_an_article_has_too_much_of_was_joined_away(folder: Path) -> None:
    """Three passages of the gold article are shown, the evidence stands in a fourth, and other articles fill the rest."""
    said = [*(f"Ferries many many many near harbour{i}{i}." for i in range(3)), "Two ferries many many sank."]
    text = " ".join(f"{one} {' '.join(f'Filler{i}{j} word{i}{j} here{i}{j}.' for j in range(3))}" for i, one in enumerate(said))
    with holding(folder, [ArticleDraft(text, id="gold"), *near(15)], prefers="many") as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.outcome.loss) == (None, Loss.JOINED_AWAY)


def test_a_right_answer_held_back_was_refused(folder: Path) -> None:
    """The evidence comes first, and its score is below the cut."""
    with holding(folder, [ArticleDraft("Two boats and their crews went down off Brindle in a storm on Monday.", id="gold")]) as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.outcome.loss, judged.outcome.refused) == (1, Loss.REFUSED, True)


def test_a_question_without_words_is_not_asked(folder: Path) -> None:
    """It counts as a refusal with its reason; an unanswerable one has lost nothing by it."""
    with holding(folder, near(1)) as index:
        judged = evidence(index, "two", question="?!")
        nothing = ask(index, Question("q", "?!", {}), Layout.SQUAD)
    assert (judged.outcome.rank, judged.outcome.loss, judged.outcome.refused, judged.ranked) == (None, Loss.NOT_ASKED, True, ())
    assert "no words" in (judged.outcome.error or "")
    assert (nothing.outcome.loss, nothing.outcome.refused, nothing.relevant) == (None, True, {})


def test_an_unanswerable_question_has_no_right_passage(folder: Path) -> None:
    """Whatever is found for it is wrong, and nothing was lost."""
    with holding(folder, near(3)) as index:
        judged = ask(index, Question("q", ASKED, {}), Layout.SQUAD)
    assert (judged.outcome.answerable, judged.outcome.rank, judged.outcome.loss, judged.relevant) == (False, None, None, {})


def test_the_right_words_in_the_wrong_article_are_wrong(folder: Path) -> None:
    """Evidence lies in the gold article; the same words elsewhere are a miss before it."""
    elsewhere = ArticleDraft("Two ferries sank near Brindle Harbour, many say how.", id="elsewhere")
    with holding(folder, [elsewhere, ArticleDraft("Two ferries sank.", id="gold")], prefers="harbour") as index:
        judged = evidence(index, "two")
    assert (judged.outcome.rank, judged.ranked) == (2, ("passage 1", "evidence"))


def test_documents_stand_where_their_best_passage_does(folder: Path) -> None:
    """In BEIR's layout each document comes once, a question that is a document does not find itself, and no answer is asked for."""
    twice = "Ferries sank near Brindle Harbour. " + " ".join(f"Filler{i} word{i}." for i in range(4)) + " Many ferries sank there."
    drafts = [ArticleDraft(twice, id="a"), ArticleDraft("How ferries fared.", id="b"), ArticleDraft(ASKED.capitalize(), id="q")]
    with holding(folder, drafts, prefers="sank") as index:
        judged = ask(index, Question("q", ASKED, {"b": 2}), Layout.BEIR)
        itself = ask(index, Question("q", ASKED, {"q": 1}), Layout.BEIR)
    assert (judged.ranked, judged.relevant) == (("a", "b"), {"b": 2})
    assert judged.outcome.rank == 3  # the first two passages are a's
    assert "q" in itself.ranked
    assert itself.outcome.rank is not None
