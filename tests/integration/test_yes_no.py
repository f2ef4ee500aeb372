"""Yes or no, read by the real parser: what a sentence says of what was asked, and what an answer shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import NewsIndex, open_index
from index.answering.proposition import proposition
from index.answering.verdict import verdict
from index.build import DEFAULT_PARSER
from index.domain.answers import Status
from index.domain.articles import ArticleDraft
from index.models.choose import load_parser
from index.ports.grammar import Parser

STRIKE = (
    "Russian President Vladimir Putin apologized to Turkey for the strike on Thursday. "
    "He expressed condolences over the deaths of three Turkish soldiers. Ankara denied that it had asked for an apology."
)


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    """The default one."""
    return load_parser(DEFAULT_PARSER, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[NewsIndex]:
    """Three articles, of which one denies what another says of a border."""
    with open_index(tmp_path_factory.mktemp("said"), models_dir=models_dir) as opened:
        day = datetime(2017, 2, 10, tzinfo=UTC)
        texts = [
            STRIKE,
            "Turkey closed the border with Syria on Monday, and trucks waited in a long line.",
            "The governor says Turkey did not close the border with Syria, whatever rumours there were this week.",
        ]
        opened.ingest([ArticleDraft(text, source=f"Outlet {number}", published_at=day) for number, text in enumerate(texts)])
        yield opened


def said(parser: Parser, question: str, sentence: str) -> tuple[bool | None, str]:
    """What the sentence says of it, and in which words."""
    asked = proposition(question, parser.parse)
    found = verdict(asked, parser.parse([sentence])[0], "") if asked is not None else None
    return (None, "") if found is None else (found.so, sentence[found.clause.start : found.clause.end])


@pytest.mark.parametrize(
    ("question", "sentence", "clause"),
    [
        ("Did the minister resign?", "The minister resigned on Monday, officials said.", "The minister resigned on Monday"),
        ("Was anyone killed?", "Three soldiers were killed in the strike.", "Three soldiers were killed in the strike"),
        ("Is Castro dead?", "Fidel Castro died on Friday.", "Fidel Castro died on Friday"),
        ("Was the suspect arrested?", "Police arrested the suspect near the border.", "Police arrested the suspect near the border"),
        ("Will Merkel attend the summit?", "Angela Merkel will attend the summit.", "Angela Merkel will attend the summit"),
        (
            "Did the company raise prices?",
            "The company, which raised prices in May, reported a loss.",
            "The company, which raised prices in May, reported a loss",
        ),
    ],
)
def test_what_is_said_outright_is_so(parser: Parser, question: str, sentence: str, clause: str) -> None:
    """The clause that says so is found, active or passive, without whoever reports it."""
    assert said(parser, question, sentence) == (True, clause)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did the minister resign?", "The minister did not resign."),
        ("Did the minister resign?", "The minister refused to resign."),
        ("Did Russia shoot down the plane?", "Russia denied that it shot down the plane."),
        ("Was anyone hurt?", "No one was hurt in the crash."),
        ("Is the bridge open?", "The bridge is no longer open."),
        ("Is the suspect in custody?", "The suspect is not yet in custody."),
    ],
)
def test_what_is_denied_or_did_not_happen_is_not_so(parser: Parser, question: str, sentence: str) -> None:
    """Negation, denial, refusal, nobody."""
    assert said(parser, question, sentence)[0] is False


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did the minister resign?", "The minister may resign."),
        ("Did the minister resign?", "If the minister resigned, elections would follow."),
        ("Did the minister resign?", "Officials believe the minister resigned."),
        ("Did the minister resign?", "The mayor resigned, and the minister stayed."),
        ("Has Turkey closed the border?", "Turkey threatened to close the border."),
        ("Has Turkey closed the border?", "Turkey reportedly closed the border."),
        ("Has Turkey closed the border?", "Turkey closed the embassy."),
        ("Was anyone killed?", "It is not known whether anyone was killed."),
        ("Did Iran attack the ship?", "The claim that Iran attacked the ship is false."),
        ("Did Iran attack the ship?", "Did Iran attack the ship?"),
        ("Did Merkel attend the summit?", "Angela Merkel will attend the summit."),
        ("Did Trump meet Putin?", "Trump met Merkel, and Putin met Xi."),
        ("Did Russian soldiers die?", "Three Turkish soldiers died."),
        ("Is Putin dead?", "Vladimir Putin offered condolences over the dead soldiers."),
        ("Do veterans suffer from stress?", "He meant veterans who suffer from stress."),
    ],
)
def test_what_is_not_said_outright_is_neither(parser: Parser, question: str, sentence: str) -> None:
    """What is possible, planned, rumoured, asked, or of somebody else says nothing."""
    assert said(parser, question, sentence) == (None, "")


def test_questions_that_ask_more_than_that_have_no_proposition(parser: Parser) -> None:
    """Which of two, how much, about all, or about a pronoun: none of it is answered by yes or no."""
    for question in ("Is it red or blue?", "Did all passengers survive?", "Did he resign?", "Was it more than ten?", "Who resigned?"):
        assert proposition(question, parser.parse) is None


def test_yes_is_shown_as_the_clause_that_says_so(index: NewsIndex) -> None:
    """The short answer is the article's clause, inside the quote it cites, and says beside it that it affirms."""
    answer = index.answer("Did Putin apologize for the strike?")
    (short,) = answer.short
    assert (short.affirms, short.text) == (True, "Russian President Vladimir Putin apologized to Turkey for the strike on Thursday")
    quote = next(one for one in answer.citations if one.number == short.citations[0])
    assert short.text in quote.quote
    assert STRIKE[short.marks[0].start : short.marks[0].end] == short.text


def test_condolences_do_not_answer_whether_somebody_is_dead(index: NewsIndex) -> None:
    """Where it is told of others alone what befell them, it is not covered."""
    answer = index.answer("Is Putin dead?")
    assert (answer.status, answer.short, answer.citations) == (Status.NOT_COVERED, (), ())


def test_yes_of_one_report_and_no_of_another_is_a_conflict(index: NewsIndex) -> None:
    """Both clauses are shown."""
    answer = index.answer("Did Turkey close the border with Syria?")
    assert answer.status is Status.CONFLICT
    assert {short.affirms for short in answer.short} == {True, False}
