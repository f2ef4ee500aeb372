"""The answer message: what stands where, and that any answer at all can be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local.entities import formatted, utf16_length
from bot.render.answer import render_answer
from bot.render.evidence import MAX_QUOTE_UNITS
from bot.render.html import MAX_RAW_BYTES, Html, shown
from index import Answer, Carrier, Citation, Passage, Remark, ShortAnswer, Span, Status, reply_to

FRIDAY = datetime(2021, 5, 14, 22, 0, tzinfo=UTC)
SENTENCE = "Seven passengers were hurt, the harbour office said."


def passage(text: str = SENTENCE, rank: int = 1) -> Passage:
    """A passage as the index gives it."""
    return Passage(
        rank,
        4.2,
        f"ferry-{rank}",
        "https://example.org/ferry",
        "Ferry aground",
        "Harbour News",
        FRIDAY,
        0,
        len(text),
        text,
        Span(0, len(text)),
    )


def citation(number: int = 1, quote: str = SENTENCE) -> Citation:
    """A citation of it."""
    link = f"https://example.org/ferry#:~:text={number}"
    return Citation(number, "ferry", "https://example.org/ferry", link, "Ferry aground", "Harbour News", FRIDAY, 0, len(quote), quote)


def covered(*citations: Citation, short: tuple[ShortAnswer, ...] = (), status: Status = Status.ANSWERED) -> Answer:
    """An answer with these citations."""
    return Answer("a", "how many?", status, (passage(),), citations or (citation(),), short, 0.9, FRIDAY, 10.0)


def not_covered(*nearest: Passage) -> Answer:
    """An answer that there is none."""
    return Answer("a", "who?", Status.NOT_COVERED, nearest, (), (), 0.05, FRIDAY, 10.0)


def test_who_else_carries_it_is_one_line_under_the_quote() -> None:
    """Copies are named, at most three, and counted; an outlet without a name is called by its site; markup in a name is text."""
    named = [Carrier(str(i), source, url) for i, (source, url) in enumerate([("<b>Courier", None), (None, "https://www.herald.example/1")])]
    [message] = render_answer(covered(replace(citation(), carried_by=tuple(named))))
    assert "</blockquote>\n<i>also in 2 outlets: &lt;b&gt;Courier, herald.example</i>\n\n" in message
    [message] = render_answer(covered(replace(citation(), carried_by=tuple(named[:1]))))
    assert "also in 1 outlet: &lt;b&gt;Courier</i>" in message
    many = tuple(Carrier(str(i), f"Outlet {i}", None) for i in range(9))
    [message] = render_answer(covered(replace(citation(), carried_by=many)))
    assert "also in 9 outlets: Outlet 0, Outlet 1, Outlet 2 and 6 more</i>" in message


def test_one_quote() -> None:
    """Number, linked outlet and date, the quote, and how fresh it is."""
    assert render_answer(covered()) == [
        '<b>1.</b> <a href="https://example.org/ferry#:~:text=1">Harbour News</a> · 14 May 2021\n'
        f"<blockquote>{SENTENCE}</blockquote>\n\n<i>As of 14 May 2021.</i>"
    ]


def test_short_answers_stand_first() -> None:
    """What was cut from the quotes is bold, with who says so, or else the outlet, and the numbers of its quotes."""
    short = (ShortAnswer("seven", (1, 2), 7, None, "the harbour office"), ShortAnswer("at least five", (2,)))
    [message] = render_answer(covered(citation(1), citation(2), short=short))
    assert message.startswith("<b>seven</b> — the harbour office [1, 2]\n<b>at least five</b> — Harbour News [2]\n\n<b>1.</b>")


def test_differing_reports_are_called_so() -> None:
    """A conflict is said before anything else."""
    assert render_answer(covered(status=Status.CONFLICT))[0].startswith("<b>Reports differ.</b>\n\n<b>1.</b>")


def test_three_quotes_are_open_and_the_rest_folded() -> None:
    """A phone's screen shows the best; five are shown in all."""
    [message] = render_answer(covered(*(citation(number) for number in range(1, 8))))
    assert message.count("<blockquote>") == 3
    assert message.count("<blockquote expandable>") == 2
    assert "<b>6.</b>" not in message


def test_a_long_quote_is_folded_and_a_very_long_one_cut_in_brackets() -> None:
    """A long quote takes no more than three lines until it is tapped; what is left out is marked as ours."""
    [message] = render_answer(covered(citation(quote="word " * 100)))
    assert "<blockquote expandable>word" in message
    assert "[…]" not in message
    [message] = render_answer(covered(citation(quote="word " * 400)))
    quote = message.partition("<blockquote expandable>")[2].partition("</blockquote>")[0]
    assert quote.endswith("word […]")
    assert ("word " * 400).startswith(quote.removesuffix(" […]"))
    assert utf16_length(quote) <= MAX_QUOTE_UNITS + 4


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"link": None, "url": None}, "<b>1.</b> Harbour News · 14 May 2021\n"),
        ({"link": None}, '<b>1.</b> <a href="https://example.org/ferry">Harbour News</a> · 14 May 2021\n'),
        ({"published_at": None, "link": None, "url": None}, "<b>1.</b> Harbour News · no date\n"),
        ({"source": None, "link": None, "url": None}, "<b>1.</b> Ferry aground · 14 May 2021\n"),
        ({"source": None, "title": None, "link": None}, '<b>1.</b> <a href="https://example.org/ferry">example.org</a> · 14 May 2021\n'),
        ({"source": " ", "title": "", "link": None, "url": None, "published_at": None}, "<b>1.</b> unnamed source · no date\n"),
        ({"source": "A<b>&C", "link": "javascript:alert(1)", "url": "ftp://x/"}, "<b>1.</b> A&lt;b&gt;&amp;C · 14 May 2021\n"),
        ({"source": "\u202eswen", "link": None, "url": None}, "<b>1.</b> swen · 14 May 2021\n"),
        ({"source": "أخبار", "link": None, "url": None}, "<b>1.</b> \u2068أخبار\u2069 · 14 May 2021\n"),
    ],
)
def test_what_an_article_lacks_is_passed_over_well(changes: dict[str, object], line: str) -> None:
    """No outlet, title, address or date still makes a line that reads well, and nothing in them is mark-up or turns the line around."""
    [message] = render_answer(covered(replace(citation(), **changes)))  # type: ignore[arg-type]  # each case names real fields
    assert message.startswith(line)


def test_undated_evidence_claims_no_freshness() -> None:
    """With no date there is no "as of"."""
    assert "As of" not in render_answer(replace(covered(), newest_evidence=None))[0]


def test_not_covered_shows_the_nearest_folded() -> None:
    """One line says so; the nearest passage is folded under its source, and nothing claims to be evidence."""
    assert render_answer(not_covered(passage(), passage(rank=2))) == [
        "The coverage I have does not say.\n\nThe nearest I have:\n"
        f'<a href="https://example.org/ferry">Harbour News</a> · 14 May 2021\n<blockquote expandable>{SENTENCE}</blockquote>'
    ]


def test_not_covered_with_nothing_near() -> None:
    """Only the line, or that nothing is loaded."""
    assert render_answer(not_covered()) == ["The coverage I have does not say."]
    assert render_answer(not_covered(), coverage_is_empty=True) == ["No coverage is loaded yet, so I have nothing to answer from."]


AWKWARD = st.one_of(
    st.text(),
    st.text(alphabet="<>&\"'/ab \n"),
    st.text(alphabet="\u202e\u2066\u2069\u200f\u05d0\u0627 a"),
    st.text(alphabet="e\u0301\u0336\u0489"),
    st.text(alphabet="😀👩\u200d🚒🏽 "),
    st.sampled_from(
        [
            "<b>bold</b>" * 500,
            "&amp;" * 3000,
            "x" * 100_000,
            "😀" * 50_000,
            "שלום " * 5_000,
            "a\u0301" * 20_000,
            "\n" * 5_000,
            "/start @all",
        ]
    ),
).filter(bool)
"""Mark-up, right-to-left marks, piled accents, joined emoji, and 100 kB of any of it."""
ADDRESS = st.one_of(st.none(), AWKWARD, st.text(max_size=3000).map(lambda tail: f"https://example.org/{tail}"))
NAME = st.one_of(st.none(), AWKWARD)
MOMENT = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))

CARRIERS = st.lists(st.builds(Carrier, st.just("id"), NAME, ADDRESS), max_size=6).map(tuple)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer the types allow."""
    quotes = draw(st.lists(AWKWARD, max_size=7))
    citations = tuple(
        Citation(number, "id", draw(ADDRESS), draw(ADDRESS), draw(NAME), draw(NAME), draw(MOMENT), 0, len(quote), quote, 1, draw(CARRIERS))
        for number, quote in enumerate(quotes, start=1)
    )
    nearest = tuple(
        Passage(rank, 0.0, "id", draw(ADDRESS), draw(NAME), draw(NAME), draw(MOMENT), 0, len(text), text, Span(0, len(text)))
        for rank, text in enumerate(draw(st.lists(AWKWARD, max_size=2)), start=1)
    )
    numbers = st.sampled_from(range(1, len(citations) + 1)) if citations else st.nothing()
    one = st.builds(ShortAnswer, AWKWARD, st.lists(numbers, min_size=1, max_size=9).map(tuple), attribution=NAME)
    short = draw(st.lists(one, max_size=5)) if citations else []
    status = draw(st.sampled_from([Status.ANSWERED, Status.CONFLICT])) if citations else Status.NOT_COVERED
    return Answer("a", "?", status, nearest, citations, tuple(short), 0.5, draw(MOMENT), 1.0)


@settings(max_examples=400)
@given(answers())
def test_any_answer_can_be_sent(answer: Answer) -> None:
    """Whatever is in the articles, the answer is one or two messages that Telegram parses, takes, and shows with all their quotes."""
    rendered = render_answer(answer)
    assert 1 <= len(rendered) <= 2
    for message in rendered:
        text, entities = formatted(message, "HTML")
        assert 0 < utf16_length(text) <= 4096
        assert len(message.encode()) <= MAX_RAW_BYTES
        assert len(entities) <= 100
        assert len([entity for entity in entities if "blockquote" in str(entity["type"])]) <= message.count("<blockquote")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=900))
def test_quotes_are_verbatim(quote: str) -> None:
    """A quote of ordinary length stands in the message character for character."""
    [message] = render_answer(covered(citation(quote=quote)))
    inside = message.partition("<blockquote")[2].partition(">")[2].partition("</blockquote>")[0]
    assert shown(Html(inside)) == quote


@pytest.mark.parametrize("remark", Remark)
def test_what_was_no_question_is_replied_to_and_that_is_all(remark: Remark) -> None:
    """The reply is the whole message: no line about the coverage, nothing nearest."""
    answer = Answer("q", "?", Status.NOT_COVERED, (), (), (), 0.0, None, 1.0, remark=remark)
    assert [shown(message) for message in render_answer(answer)] == [reply_to(remark)]


def test_without_coverage_a_greeting_is_still_a_greeting() -> None:
    """An empty index is named to whoever asked something, in whatever language, and not to whoever said hello."""
    hello = Answer("q", "hi", Status.NOT_COVERED, (), (), (), 0.0, None, 1.0, remark=Remark.GREETING)
    assert [shown(one) for one in render_answer(hello, coverage_is_empty=True)] == [reply_to(Remark.GREETING)]
    foreign = replace(hello, remark=Remark.UNREADABLE_LANGUAGE)
    assert "No coverage is loaded yet" in render_answer(foreign, coverage_is_empty=True)[0]


def test_what_cannot_be_read_is_said_with_the_nearest_there_is() -> None:
    """A question in a language the models cannot read gets the reason, and what was found by its words folded under it."""
    refused = replace(not_covered(passage()), remark=Remark.UNREADABLE_LANGUAGE, missing="soldados")
    [message] = render_answer(refused)
    assert shown(message).startswith(reply_to(Remark.UNREADABLE_LANGUAGE))
    assert "nearest" in message
    assert "soldados" not in message


def test_a_refusal_names_what_nothing_speaks_of() -> None:
    """The missing words stand in the one line that refuses, escaped."""
    [message] = render_answer(replace(not_covered(passage()), missing="<b>Russian</b> pilots"))
    assert "does not say: nothing on “<b>Russian</b> pilots”." in shown(message)
    assert "&lt;b&gt;Russian" in message
