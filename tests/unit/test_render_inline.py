"""Inline results: what each shows and sends, and that any answer at all can be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import CODES, language
from bot.local.entities import formatted, utf16_length
from bot.render.html import MAX_UNITS, shown
from bot.render.inline import MAX_RESULTS, MAX_TITLE_UNITS, inline_results
from index import Answer, Passage, Remark, ShortAnswer, Status
from tests.flows.stub_index import QUESTION, QUOTE, URL, answered, citation, not_covered, passage

ENGLISH = language("en")


def test_the_answer_comes_first_then_each_quote() -> None:
    """The first result sends the short answer with its quotes, the others one quote each; every one says what was asked and links its source."""
    first, second = passage(), passage("The cause is not known.", rank=2)
    whole, one, two = inline_results(answered(QUESTION, first, second, short=(ShortAnswer("seven", (1,)),)), ENGLISH)
    assert (whole.id, one.id, two.id) == ("1", "2", "3")
    assert whole.title == "seven"
    assert whole.description == "Harbour News · 14 May 2021"
    assert "<b>seven</b>" in whole.message
    assert QUOTE in whole.message
    assert "The cause is not known." in whole.message
    assert "As of 14 May 2021." in whole.message
    assert one.title == QUOTE
    assert QUOTE in one.message
    assert "The cause" not in one.message
    assert two.title == "The cause is not known."
    assert all(f"<i>{QUESTION}</i>" in result.message for result in (whole, one, two))
    assert all(result.url is not None and result.url.startswith(URL) for result in (whole, one, two))


def test_one_quote_is_one_result() -> None:
    """An answer that is no more than its quote is not offered twice."""
    assert len(inline_results(answered(), ENGLISH)) == 1


def test_reports_that_differ_are_called_so_before_anything_is_sent() -> None:
    """Both in the line to choose by and in the message."""
    short = (ShortAnswer("seven", (1,)), ShortAnswer("five", (2,)))
    answer = replace(answered(QUESTION, passage(), passage("The cause is not known.", rank=2), short=short), status=Status.CONFLICT)
    whole = inline_results(answer, ENGLISH)[0]
    assert whole.title == "Reports differ. seven / five"
    assert "<b>Reports differ.</b>\n<b>seven</b>\n<b>five</b>" in whole.message


def test_what_is_not_covered_is_never_sent_as_an_answer() -> None:
    """Each of the nearest passages says in its line and in its message that it is no answer."""
    results = inline_results(not_covered("who paid?", passage(), passage("The cause is not known.", rank=2)), ENGLISH)
    assert len(results) == 2
    for result in results:
        assert result.description.startswith("No answer, only the nearest:")
        assert "The coverage I have does not say." in result.message


@pytest.mark.parametrize("answer", [not_covered("hm?"), replace(not_covered("hello"), remark=Remark.GREETING)])
def test_nothing_to_show_is_no_result(answer: Answer) -> None:
    """Neither talk nor an empty coverage gives anything to choose."""
    assert inline_results(answer, ENGLISH) == []


def test_there_are_at_most_five() -> None:
    """However much is cited."""
    assert len(inline_results(answered(QUESTION, *[passage(rank=rank) for rank in range(1, 9)]), ENGLISH)) == MAX_RESULTS
    assert len(inline_results(not_covered("x", *[passage(rank=rank) for rank in range(1, 9)]), ENGLISH)) == MAX_RESULTS


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://harbour.example.org/", "https://harbour.example.org/\u202egpj", None])
def test_no_address_that_is_none_is_linked(url: str | None) -> None:
    """An address that is no web address is left out."""
    [result] = inline_results(not_covered("x", passage(url=url)), ENGLISH)
    assert result.url is None


ZALGO = "h̸̡̪̯ͨ͊̽̅̾e͚̠̜ͣ ̙̹̼̓c̵̛o̶m̷͖̔e̴͎͊s̸̩̈́ "
HOSTILE = [
    "<b>&amp;</i>",
    "\u202eevil\u2066",
    "שלום עולם",
    "مرحبا",
    ZALGO,
    "👨‍👩‍👧‍👦",
    "\ud800",
    "a" * 100_000,
    "😀" * 50_000,
    " ",
    "\x00",
    "{question} %s",
]
text = st.one_of(st.text(max_size=400), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))


@settings(max_examples=150, deadline=None)
@given(
    quotes=st.lists(text.filter(bool), min_size=1, max_size=7),
    question=text,
    title=text,
    source=st.one_of(st.none(), text),
    short=text,
    covered=st.booleans(),
    code=st.sampled_from(CODES),
)
def test_any_answer_can_be_sent(
    quotes: list[str], question: str, title: str, source: str | None, short: str, covered: bool, code: str
) -> None:
    """Whatever the texts are, each result has a line to show, an id of its own, and a message that Telegram parses and takes."""
    passages = [_passage(rank, quote, title, source) for rank, quote in enumerate(quotes, start=1)]
    citations = tuple(citation(one.rank, one) for one in passages)
    answer = Answer(
        "a",
        question,
        Status.ANSWERED if covered else Status.NOT_COVERED,
        tuple(passages),
        citations if covered else (),
        (ShortAnswer(short, (1,)),) if covered else (),
        0.5,
        datetime(2021, 5, 14, tzinfo=UTC),
        1.0,
    )
    results = inline_results(answer, language(code))
    assert 1 <= len(results) <= MAX_RESULTS
    assert len({result.id for result in results}) == len(results)
    for result in results:
        assert result.title.strip()
        assert utf16_length(result.title) <= MAX_TITLE_UNITS + 25
        seen, _ = formatted(result.message, "HTML")
        assert 1 <= utf16_length(seen) <= MAX_UNITS
        assert "{question}" not in shown(result.message) or "{question}" in f"{question}{title}{source}{short}{quotes}"
        result.message.encode()


def _passage(rank: int, quote: str, title: str, source: str | None) -> Passage:
    whole = passage()
    return replace(
        whole,
        rank=rank,
        title=title,
        source=source,
        start=0,
        end=len(quote),
        text=quote,
        focus=replace(whole.focus, start=0, end=len(quote)),
    )
