"""The answer message: what stands where, and that any answer at all can be sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat_settings import Length
from bot.language import CODES, language
from bot.local.entities import formatted, utf16_length
from bot.render.answer import more_passages, render_answer, render_who_says
from bot.render.evidence import MAX_QUOTE_UNITS
from bot.render.html import MAX_RAW_BYTES, Html, shown
from index import Answer, Carrier, Citation, Filters, Passage, Remark, ShortAnswer, Span, StatedTime, Status, reply_to
from tests.flows.stub_index import NO_STATS

FRIDAY = datetime(2021, 5, 14, 22, 0, tzinfo=UTC)
SENTENCE = "Seven passengers were hurt, the harbour office said."


EN = language("en")
LOADED = replace(NO_STATS, articles=1234, sources=3, oldest_published=FRIDAY, newest_published=FRIDAY)


def render(answer: Answer, **how: Any) -> list[Html]:
    """The answer in English."""
    return render_answer(answer, EN, **how)


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
    [message] = render(covered(replace(citation(), carried_by=tuple(named))))
    assert "</blockquote>\n<i>also in 2 outlets: &lt;b&gt;Courier, herald.example</i>\n\n" in message
    [message] = render(covered(replace(citation(), carried_by=tuple(named[:1]))))
    assert "also in 1 outlet: &lt;b&gt;Courier</i>" in message
    many = tuple(Carrier(str(i), f"Outlet {i}", None) for i in range(9))
    [message] = render(covered(replace(citation(), carried_by=many)))
    assert "also in 9 outlets: Outlet 0, Outlet 1, Outlet 2 and 6 more</i>" in message


def test_one_quote() -> None:
    """Number, linked outlet and date, the quote, and how fresh it is."""
    assert render(covered()) == [
        '<b>1.</b> <a href="https://example.org/ferry#:~:text=1">Harbour News</a> · 14 May 2021\n'
        f"<blockquote>{SENTENCE}</blockquote>\n\n<i>As of 14 May 2021.</i>"
    ]


def test_short_answers_stand_first() -> None:
    """What was cut from the quotes is bold, with who says so, or else the outlet, and the numbers of its quotes."""
    short = (ShortAnswer("seven", (1, 2), 7, None, "the harbour office"), ShortAnswer("at least five", (2,)))
    [message] = render(covered(citation(1), citation(2), short=short))
    assert message.startswith("<b>seven</b> — the harbour office [1, 2]\n<b>at least five</b> — Harbour News [2]\n\n<b>1.</b>")


def test_differing_reports_are_called_so() -> None:
    """A conflict is said before anything else."""
    assert render(covered(status=Status.CONFLICT))[0].startswith("<b>Reports differ.</b>\n\n<b>1.</b>")


def test_the_best_quote_is_open_and_two_more_are_folded() -> None:
    """What fits a phone's screen; the others are among the further passages."""
    [message] = render(covered(*(citation(number) for number in range(1, 8))))
    assert message.count("<blockquote>") == 1
    assert message.count("<blockquote expandable>") == 2
    assert "<b>4.</b>" not in message


def test_whoever_wants_it_short_gets_one_quote() -> None:
    """The short answers and the quote that the first rests on, wherever it ranks."""
    short = (ShortAnswer("seven", (2,)),)
    [message] = render(covered(citation(1), citation(2), citation(3), short=short), length=Length.SHORT)
    assert message.startswith("<b>seven</b> — Harbour News [2]\n\n<b>2.</b>")
    assert message.count("<blockquote") == 1


def test_the_answering_words_are_bold_in_the_quote() -> None:
    """Marks are offsets into the article; the quote around them stays as it is, and marks elsewhere are passed over."""
    quote = "<Seven> & more were hurt."
    moved = replace(citation(1, quote), start=100, end=100 + len(quote))
    marks = (Span(100, 107), Span(3, 9))
    [message] = render(covered(moved, citation(2), short=(ShortAnswer("Seven", (1, 2), marks=marks),)))
    assert "<blockquote><b>&lt;Seven&gt;</b> &amp; more were hurt.</blockquote>" in message
    assert "<blockquote expandable>Sev<b>en pas</b>sengers" in message


def test_what_days_a_quote_means_stands_beside_it() -> None:
    """Under the quote, never in it: the article's words, and the day or days."""
    quote = "It sank on Friday, and in March another had."
    times = (
        StatedTime(Span(8, 17), date(2021, 5, 14), date(2021, 5, 14)),
        StatedTime(Span(23, 31), date(2021, 3, 1), date(2021, 3, 31)),
    )
    [message] = render(covered(replace(citation(quote=quote), times=times)))
    assert f">{quote}</blockquote>\n<i>“on Friday”: 14 May 2021; “in March”: 1 Mar 2021 – 31 Mar 2021</i>" in message


def test_each_side_of_a_conflict_says_who_how_many_and_when() -> None:
    """Values with their sources, reports and newest dates; what a source said before is named."""
    short = (
        ShortAnswer("five", (1, 3), attribution="the army", reports=4, newest=FRIDAY, superseded="three"),
        ShortAnswer("seven", (4,), newest=FRIDAY),
    )
    [message] = render(covered(*(citation(number) for number in range(1, 6)), short=short, status=Status.CONFLICT))
    assert message.startswith(
        "<b>Reports differ.</b>\n"
        "first three, now <b>five</b> — the army · 4 reports, 14 May 2021 [1, 3]\n"
        "<b>seven</b> — Harbour News · 1 report, 14 May 2021 [4]\n\n<b>1.</b>"
    )
    assert "<blockquote>" not in message
    assert [number for number in range(1, 6) if f"<b>{number}.</b>" in message] == [1, 2, 3, 4]


def test_yes_or_no_stands_before_the_clause_that_says_so() -> None:
    """The word is put before the article's words in the reader's language, in a chat and inline alike."""
    said = covered(citation(), short=(ShortAnswer("he {did} not resign", (1,), affirms=False),))
    assert render(said)[0].startswith("<b>No: he {did} not resign</b> — Harbour News [1]")


def test_what_was_searched_is_shown_back() -> None:
    """What the question's words limited the search to, whether it is covered or not."""
    searched = Filters(since=FRIDAY, sources=("Harbour <News>",))
    assert render(replace(covered(), searched=searched))[0].endswith(
        "<i>As of 14 May 2021.\nSearched: since 14 May 2021, Harbour &lt;News&gt;.</i>"
    )
    assert "<i>Searched: since 14 May 2021, Harbour" in render(replace(not_covered(passage()), searched=searched))[0]


def test_words_that_were_added_are_shown() -> None:
    """The question as it was understood stands first, and one that nobody typed is repeated."""
    assert render(covered(), understood="when did <it> sink?")[0].startswith("<i>Understood as: when did &lt;it&gt; sink?</i>\n\n<b>1.</b>")
    assert render(replace(covered(), read_as="how many hurt?"))[0].startswith("<i>Understood as: how many hurt?</i>")
    assert render(covered(), asked="when?")[0].startswith("<b>when?</b>\n\n<b>1.</b>")


def test_who_says_it() -> None:
    """Those who are named in the quotes, and where they stand."""
    short = (ShortAnswer("seven", (2,), attribution="the harbour office"),)
    [message] = render_who_says(covered(citation(1), citation(2), short=short), EN)
    assert message.startswith("<b>It is said by:</b>\n<b>seven</b> — the harbour office [2]\n\n<b>1.</b>")
    assert render_who_says(covered(), EN)[0].startswith("<b>It is said here:</b>\n\n<b>1.</b>")


def test_a_model_s_summary_is_called_one() -> None:
    """What a language model wrote stands apart, and is escaped."""
    [message] = render(replace(covered(), summary="Seven <were> hurt [1]."))
    assert "<i>In short, by a language model, from the quotes:</i>\nSeven &lt;were&gt; hurt [1].\n\n<b>1.</b>" in message


def test_more_passages_are_those_not_seen_yet() -> None:
    """A passage that holds a shown quote is left out; where nothing is covered, the nearest is seen already."""
    other = replace(passage("The cause is not known.", 2), article_id="other")
    answer = replace(covered(), passages=(replace(passage(), article_id="ferry"), other))
    assert more_passages(answer) == [other]
    assert more_passages(not_covered(passage(), other)) == [other]


NARROW, SCREEN = 40, 28
"""Characters in a line and lines on a narrow phone."""


def lines_on_a_phone(message: Html) -> int:
    """How many lines it takes before anything is unfolded; a folded quote shows three."""
    lines = 0
    for part in re.split(r"(<blockquote expandable>.*?</blockquote>)", message, flags=re.DOTALL):
        taken = sum(max(1, -(-len(line) // NARROW)) for line in shown(Html(part)).strip("\n").split("\n"))
        lines += min(taken, 3) if part.startswith("<blockquote expandable>") else taken
    return lines


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CONFLICT])
def test_an_answer_of_ordinary_size_fills_one_screen(status: Status) -> None:
    """Three short answers and as many quotes as are ever shown, each as long as may stand open."""
    quotes = [citation(number, "word " * 60) for number in range(1, 6)]
    short = tuple(ShortAnswer("thirty-seven passengers", (number,), attribution="the harbour office") for number in range(1, 4))
    [message] = render(covered(*quotes, short=short, status=status))
    assert lines_on_a_phone(message) <= SCREEN


def test_a_long_quote_is_folded_and_a_very_long_one_cut_in_brackets() -> None:
    """A long quote takes no more than three lines until it is tapped; what is left out is marked as ours."""
    [message] = render(covered(citation(quote="word " * 100)))
    assert "<blockquote expandable>word" in message
    assert "[…]" not in message
    [message] = render(covered(citation(quote="word " * 400)))
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
    [message] = render(covered(replace(citation(), **changes)))  # type: ignore[arg-type]  # each case names real fields
    assert message.startswith(line)


def test_as_of_is_the_newest_that_is_shown() -> None:
    """A quote that is left to the buttons makes nothing fresher than it looks."""
    quotes = [replace(citation(number), published_at=FRIDAY.replace(year=2017 + number)) for number in (2, 1, 3, 4)]
    quotes = [replace(quote, number=number) for number, quote in enumerate(quotes, start=1)]
    assert "As of 14 May 2020." in render(covered(*quotes))[0]


def test_undated_evidence_claims_no_freshness() -> None:
    """With no date there is no "as of"."""
    assert "As of" not in render(covered(replace(citation(), published_at=None)))[0]


def test_not_covered_shows_the_nearest_folded() -> None:
    """One line says so; the nearest passage is folded under its source, and nothing claims to be evidence."""
    assert render(not_covered(passage(), passage(rank=2))) == [
        "The coverage I have does not say.\n\nThe nearest I have:\n"
        f'<a href="https://example.org/ferry">Harbour News</a> · 14 May 2021\n<blockquote expandable>{SENTENCE}</blockquote>'
    ]
    assert render(not_covered(passage()), stats=LOADED)[0].endswith("\n\n<i>My coverage: 1,234 articles from 3 sources, 14 May 2021.</i>")


def test_not_covered_with_nothing_near() -> None:
    """Only the line, or that nothing is loaded."""
    assert render(not_covered()) == ["The coverage I have does not say."]
    assert render(not_covered(), stats=NO_STATS) == ["No coverage is loaded yet, so I have nothing to answer from."]


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


SPAN = st.tuples(st.integers(0, 1500), st.integers(1, 200)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
TIMES = st.lists(st.builds(StatedTime, SPAN, st.dates(), st.dates()), max_size=4).map(tuple)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer the types allow."""
    quotes = draw(st.lists(AWKWARD, max_size=7))
    citations = tuple(
        Citation(
            number,
            "id",
            *(draw(ADDRESS), draw(ADDRESS), draw(NAME), draw(NAME), draw(MOMENT), 0, len(quote), quote),
            times=draw(TIMES),
            carried_by=draw(CARRIERS),
        )
        for number, quote in enumerate(quotes, start=1)
    )
    nearest = tuple(
        Passage(rank, 0.0, "id", draw(ADDRESS), draw(NAME), draw(NAME), draw(MOMENT), 0, len(text), text, Span(0, len(text)))
        for rank, text in enumerate(draw(st.lists(AWKWARD, max_size=2)), start=1)
    )
    numbers = st.sampled_from(range(1, len(citations) + 1)) if citations else st.nothing()
    cited = st.lists(numbers, min_size=1, max_size=9).map(tuple)
    said = {"attribution": NAME, "superseded": NAME, "newest": MOMENT, "reports": st.integers(1, 10**9)}
    one = cited.flatmap(
        lambda some: st.builds(
            ShortAnswer, AWKWARD, st.just(some), marks=st.lists(SPAN, min_size=len(some), max_size=len(some)).map(tuple), **said
        )
    )
    short = draw(st.lists(one, max_size=5)) if citations else []
    status = draw(st.sampled_from([Status.ANSWERED, Status.CONFLICT])) if citations else Status.NOT_COVERED
    searched = draw(st.none() | st.builds(Filters, MOMENT, MOMENT, st.lists(AWKWARD, max_size=5).map(tuple)))
    summary = draw(NAME)
    return Answer(
        "a", "?", status, nearest, citations, tuple(short), 0.5, draw(MOMENT), 1.0, draw(NAME), searched=searched, summary=summary
    )


@settings(max_examples=400)
@given(answers(), NAME, st.sampled_from(CODES), st.sampled_from(Length))
def test_any_answer_can_be_sent(answer: Answer, question: str | None, code: str, length: Length) -> None:
    """Whatever is in articles and questions, the answer is one or two messages that Telegram parses, takes, and shows with all their quotes."""
    rendered = render_answer(answer, language(code), length=length, stats=LOADED, understood=question, asked=question)
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
    [message] = render(covered(citation(quote=quote)))
    inside = message.partition("<blockquote")[2].partition(">")[2].partition("</blockquote>")[0]
    assert shown(Html(inside)) == quote


@pytest.mark.parametrize("remark", Remark)
def test_what_was_no_question_is_replied_to_and_that_is_all(remark: Remark) -> None:
    """The reply is the whole message: no line about the coverage, nothing nearest."""
    answer = Answer("q", "?", Status.NOT_COVERED, (), (), (), 0.0, None, 1.0, remark=remark)
    assert [shown(message) for message in render(answer)] == [reply_to(remark)]


def test_without_coverage_a_greeting_is_still_a_greeting() -> None:
    """An empty index is named to whoever asked something, in whatever language, and not to whoever said hello."""
    hello = Answer("q", "hi", Status.NOT_COVERED, (), (), (), 0.0, None, 1.0, remark=Remark.GREETING)
    assert [shown(one) for one in render(hello, stats=NO_STATS)] == [reply_to(Remark.GREETING)]
    foreign = replace(hello, remark=Remark.UNREADABLE_LANGUAGE)
    assert "No coverage is loaded yet" in render(foreign, stats=NO_STATS)[0]


def test_what_cannot_be_read_is_said_with_the_nearest_there_is() -> None:
    """A question in a language the models cannot read gets the reason, and what was found by its words folded under it."""
    refused = replace(not_covered(passage()), remark=Remark.UNREADABLE_LANGUAGE, missing="soldados")
    [message] = render(refused)
    assert shown(message).startswith(reply_to(Remark.UNREADABLE_LANGUAGE))
    assert "nearest" in message
    assert "soldados" not in message


def test_a_refusal_names_what_nothing_speaks_of() -> None:
    """The missing words stand in the one line that refuses, escaped."""
    [message] = render(replace(not_covered(passage()), missing="<b>Russian</b> pilots"))
    assert "does not say: nothing on “<b>Russian</b> pilots”." in shown(message)
    assert "&lt;b&gt;Russian" in message
