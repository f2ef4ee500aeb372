"""Questions that leave unnamed what they ask about, read by the real parser: which do, and how the coverage names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import NewsIndex, open_index
from index.answering.in_full import in_full, may_be_unnamed, unnamed_in
from index.build import DEFAULT_PARSER
from index.domain.answers import Status
from index.domain.articles import ArticleDraft
from index.models.choose import load_parser
from index.ports.grammar import Parser

ALBANIA = (
    "Heavy rain fell on the coast for a third day. Albanian Prime Minister Edi Rama visited the flooded town of Shkodra on Monday. "
    "The rockslide that closed the road happened around noon on Sunday, the police said. Schools stay closed until further notice."
)


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    """The default one."""
    return load_parser(DEFAULT_PARSER, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[NewsIndex]:
    """Coverage of one article."""
    with open_index(tmp_path_factory.mktemp("in-full"), models_dir=models_dir) as opened:
        opened.ingest([ArticleDraft(text=ALBANIA, title="Floods on the coast")])
        yield opened


def named(question: str, sentence: str, parser: Parser) -> str | None:
    """The question in full; None if it leaves nothing unnamed, or the sentence says no more."""
    unnamed = unnamed_in(parser.parse([question])[0])
    if unnamed is None or not unnamed.may_be_in(sentence):
        return None
    return in_full(question, unnamed, parser.parse([sentence]))


@pytest.mark.parametrize(
    ("question", "sentence", "full"),
    [
        ("who is the prime minister?", "Albanian Prime Minister Edi Rama spoke.", "who is the Albanian Prime Minister?"),
        ("Who is the Prime Minister?", "Albanian Prime Minister Edi Rama spoke.", "Who is the Albanian Prime Minister?"),
        ("where was the strike?", "Russia’s airstrike hit a house.", "where was Russia’s airstrike?"),
        ("when did the strike happen?", "The airstrike came at dawn.", "when did the airstrike happen?"),
        ("who leads the town?", "Troops took the town of al-Bab.", "who leads the town of al-Bab?"),
        ("how many died in the strike?", "The airstrike came at dawn.", "how many died in the airstrike?"),
    ],
)
def test_what_is_unnamed_gets_its_name(question: str, sentence: str, full: str, parser: Parser) -> None:
    """Names and nouns before it, a longer word that ends in it, and what it is of, as the sentence has them."""
    assert may_be_unnamed(question)
    assert named(question, sentence, parser) == full


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("who is the prime minister of Greece?", "Albanian Prime Minister Edi Rama spoke."),
        ("who is the Greek prime minister?", "Albanian Prime Minister Edi Rama spoke."),
        ("what did Putin say of the strike?", "Russia’s airstrike hit a house."),
        ("who is the man who shot the deer?", "The Albanian man shot a deer."),
        ("who is the foreign minister?", "Albanian Prime Minister Edi Rama spoke."),
        ("when was the strike?", "The deadly strike came at dawn."),
        ("who is the man?", "An Albanian woman spoke."),
        ("who spoke?", "Albanian Prime Minister Edi Rama spoke."),
    ],
)
def test_what_says_which_one_it_means_is_left_alone(question: str, sentence: str, parser: Parser) -> None:
    """So is what the sentence does not speak of, or says no more of than a mere adjective."""
    assert named(question, sentence, parser) is None


def test_an_unsure_answer_is_looked_for_by_the_name_and_says_so(index: NewsIndex) -> None:
    """Each is refused, or hardly believed, as it stands; what it was taken for is shown."""
    minister = index.answer("who is the prime minister?")
    assert (minister.status, minister.read_as) == (Status.ANSWERED, "who is the Albanian Prime Minister?")
    assert "Edi Rama" in minister.citations[0].quote
    slide = index.answer("when was the slide?")
    assert (slide.status, slide.read_as) == (Status.ANSWERED, "when was the rockslide?")


def test_what_is_not_there_is_refused_as_it_was_asked(index: NewsIndex) -> None:
    """No name makes an answer of what has none."""
    for question in ("who is the president?", "when was the election?", "who is the mayor?"):
        answer = index.answer(question)
        assert (answer.status, answer.read_as) == (Status.NOT_COVERED, None)
