"""Short answers: what may be one, what rules find, and that none stands where its article does not say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.answering.asked_for import Kind
from index.answering.candidates import MAX_CANDIDATES, candidates
from index.answering.evidence import Evidence
from index.answering.short import short_answer, with_short
from index.build import DEFAULT_PARSER
from index.domain.answers import Answer, Citation, ShortAnswer, Status
from index.domain.articles import Span
from index.models.choose import load_parser
from index.ports.grammar import Parse, Parsed, Parser
from index.ports.models import Readable, Reading

DAY = datetime(2024, 5, 3, tzinfo=UTC)
TEXT = (
    "The ferry Estrid sank off Bergen at 6:15 a.m. on Friday. The mayor apologised to the families for a rescue that came two hours late. "
    "At least 12 people drowned, said Ingrid Moe of the coast guard."
)
FIRST, SECOND, THIRD = Span(0, 56), Span(57, 132), Span(133, 196)


class Stated:
    """A reader that gives what it was told to, for what is done with it."""

    fingerprint = name = "stated"
    cut = 0.5

    def __init__(self, *readings: Reading) -> None:
        self.readings = list(readings)

    def read(self, question: Parsed, passages: Sequence[Readable], parse: Parse) -> list[Reading]:
        """The readings it was made with."""
        return self.readings


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    """The default one."""
    return load_parser(DEFAULT_PARSER, Path(tmp_path_factory.mktemp("models")))


def evidence(parser: Parser, *spans: Span, citation: int = 1) -> list[Evidence]:
    return [
        Evidence(citation, "a1", span, TEXT[span.start : span.end], parser.parse, DAY, "Courier", 0.9, 3.0, Span(0, len(TEXT)), TEXT)
        for span in spans
    ]


def ask(parser: Parser, question: str, kind: Kind, given: Sequence[Evidence], *readings: Reading) -> tuple[ShortAnswer, ...]:
    """What is shown."""
    found = short_answer(parser.parse([question])[0], kind, given, Stated(*readings), parser.parse)
    return (found.answer,) if found is not None and found.is_sure else ()


def answered(*spans: Span) -> Answer:
    citations = tuple(
        Citation(number, "a1", None, None, None, "Courier", DAY, one.start, one.end, TEXT[one.start : one.end])
        for number, one in enumerate(spans, start=1)
    )
    return Answer("q", "who?", Status.ANSWERED, (), citations, (), 0.9, DAY, 1.0)


def test_the_sentences_are_where_they_are_said_to_be() -> None:
    """The offsets of this file are right."""
    assert [TEXT[span.end - 1] for span in (FIRST, SECOND, THIRD)] == [".", ".", "."]


@pytest.mark.parametrize("wanted", ["Ingrid Moe", "At least 12 people", "12", "At least 12", "the coast guard"])
def test_names_and_figures_are_candidates(parser: Parser, wanted: str) -> None:
    """A name, a number alone, with its noun and with what makes it vague are each allowed as an answer."""
    sentence = parser.parse([TEXT[THIRD.start : THIRD.end]])[0]
    assert wanted in {sentence.text[one.start : one.end] for one in candidates(sentence)}


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "a " * 900, "(" * 300, "\u202e\u0000x"])
def test_any_sentence_has_few_candidates(parser: Parser, text: str) -> None:
    """Empty, hostile and endless sentences give a bounded number, each a part of the text."""
    parsed = parser.parse([text])[0]
    found = candidates(parsed)
    assert len(found) <= MAX_CANDIDATES
    assert all(0 <= one.start < one.end <= len(text) for one in found)


def test_a_clock_time_is_found_by_rule(parser: Parser) -> None:
    """Where a time of day was asked for, the clock time of the best sentence is the answer, whatever the reader thinks."""
    (short,) = ask(parser, "What time did the ferry sink?", Kind.TIME, evidence(parser, SECOND, FIRST))
    assert short.text == "6:15 a.m."
    assert TEXT[short.marks[0].start : short.marks[0].end] == short.text


def test_a_reason_is_the_clause_on_the_verb_that_was_asked_about(parser: Parser) -> None:
    """Why: the clause that hangs on the question's own verb."""
    (short,) = ask(parser, "Why did the mayor apologise to the families?", Kind.REASON, evidence(parser, SECOND))
    assert short.text == "for a rescue that came two hours late"


def test_below_the_cut_nothing_is_shown(parser: Parser) -> None:
    """A doubtful reading is no short answer, but the best guess there is."""
    given = evidence(parser, FIRST, SECOND, THIRD)
    doubtful = Reading(0, Span(4, 16), 0.49)
    assert ask(parser, "What sank?", Kind.OTHER, given, doubtful) == ()
    found = short_answer(parser.parse(["What sank?"])[0], Kind.OTHER, given, Stated(doubtful), parser.parse)
    assert found is not None
    assert found.answer.text == "ferry Estrid"
    (short,) = ask(parser, "What sank?", Kind.OTHER, given, replace(doubtful, confidence=0.5))
    assert short.text == "ferry Estrid"


def test_what_was_in_another_year_is_not_shown(parser: Parser) -> None:
    """However sure the reader is; a sentence that names no year, or the one asked for, is believed."""
    said = "Ann Berg died in January 2023, and her brother has owned the ferry since."
    given = [Evidence(1, "a1", Span(0, len(said)), said, parser.parse, DAY, "Courier", 0.9, 3.0, Span(0, len(said)), said)]
    name = Reading(0, Span(0, 8), 0.9)
    assert ask(parser, "Who was it in January 2024?", Kind.OTHER, given, name) == ()
    for question in ("Who was it in January 2023?", "Who was it in January?"):
        (short,) = ask(parser, question, Kind.OTHER, given, name)
        assert short.text == "Ann Berg"


@pytest.mark.parametrize("kind", [Kind.YES_NO, Kind.TIME])
def test_where_nothing_fits_nothing_is_shown(parser: Parser, kind: Kind) -> None:
    """Yes or no is said by the quotes alone, and a sentence without a clock time gives no time."""
    assert ask(parser, "Is it so?", kind, evidence(parser, THIRD), Reading(0, Span(133, 140), 0.99)) == ()


def test_how_many_is_answered_by_a_number_alone(parser: Parser) -> None:
    """Whatever else the reader believes more; where it read no number nothing is shown."""
    given = evidence(parser, THIRD)
    name, number = Reading(0, Span(166, 176), 0.9), Reading(0, Span(142, 151), 0.6)
    (short,) = ask(parser, "How many people drowned?", Kind.NUMBER, given, name, number)
    assert short.text == "12 people"
    assert short_answer(parser.parse(["How many people drowned?"])[0], Kind.NUMBER, given, Stated(name), parser.parse) is None


def test_whoever_does_what_was_asked_about_is_shown(parser: Parser) -> None:
    """A doubtful reading is believed where it is a person's name and the subject of the question's own verb; not of another one."""
    given = evidence(parser, THIRD)
    doubtful = Reading(0, Span(166, 176), 0.2)
    (short,) = ask(parser, "Who said that people drowned?", Kind.PERSON, given, doubtful)
    assert short.text == "Ingrid Moe"
    assert ask(parser, "Who drowned?", Kind.PERSON, given, doubtful) == ()


def test_whoever_does_it_comes_before_a_surer_reading_of_the_same_passage(parser: Parser) -> None:
    """Grammar knows who apologised from whom it was said to; another passage's doer does not come in between."""
    given = evidence(parser, THIRD)
    surer, doubtful = Reading(0, Span(133, 140), 0.9), Reading(0, Span(166, 176), 0.1)
    (short,) = ask(parser, "Who said that people drowned?", Kind.PERSON, given, surer, doubtful)
    assert short.text == "Ingrid Moe"
    (short,) = ask(parser, "Who drowned?", Kind.PERSON, given, surer, doubtful)
    assert short.text != "Ingrid Moe"


def test_the_same_words_elsewhere_add_their_citation(parser: Parser) -> None:
    """Who else says so is cited too, each with its own mark; the one it was cut from comes first."""
    given = evidence(parser, SECOND, citation=2) + evidence(parser, FIRST, citation=1)
    given[1] = replace(given[1], text=given[1].text.replace("Bergen", "mayor "))
    (short,) = ask(parser, "Who apologised?", Kind.PERSON, given, Reading(0, Span(61, 66), 0.9))
    assert (short.text, short.citations) == ("mayor", (2, 1))


def test_the_sentence_that_answers_is_quoted(parser: Parser) -> None:
    """A quote that does not hold the short answer is widened until it does."""
    given = evidence(parser, FIRST, THIRD)
    short = ask(parser, "Who said so?", Kind.PERSON, given, Reading(0, Span(166, 176), 0.9))
    answer = with_short(answered(FIRST), short, given, {"a1": TEXT})
    assert answer.citations[0].quote == TEXT[FIRST.start : THIRD.end]
    assert answer.short[0].text in answer.citations[0].quote


def test_a_short_answer_that_nobody_wrote_is_an_error(parser: Parser) -> None:
    """Words that do not stand at the mark are never shown."""
    given = evidence(parser, FIRST)
    forged = ShortAnswer("the captain", (1,), marks=(Span(4, 16),), confidence=0.9)
    with pytest.raises(ValueError, match="does not stand"):
        with_short(answered(FIRST), [forged], given, {"a1": TEXT})
