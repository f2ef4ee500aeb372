"""What buttons and commands open: context, further passages, headlines, sources, feedback. What stands where, and that any of it can be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.buttons import MAX_BUTTON_CHARS, What, data, read, to_ask, to_forget, under_answer, under_pages
from bot.language import CODES, Language, language
from bot.local.entities import formatted, utf16_length
from bot.local.methods import MAX_CALLBACK_DATA
from bot.render.coverage import MAX_SOURCES, render_article, render_latest, render_sources
from bot.render.excerpt import excerpt
from bot.render.feedback import render_feedback
from bot.render.html import Html, shown
from bot.render.pages import pages, render_context, render_passages
from bot.stored_answer import Feedback
from index import Article, Context, Remark, Span
from tests.flows.stub_index import LOADED, PUBLISHED, QUOTE, TEXT, URL, answered, citation, not_covered, passage
from tests.unit.test_render_answer import ADDRESS, AWKWARD, MOMENT, NAME

EN = language("en")
FERRY = Article(1, "ferry", 1, TEXT, URL, "Ferry aground", "Harbour News", PUBLISHED, "en")


def can_be_sent(messages: Iterable[Html]) -> None:
    """Telegram parses and takes each, and drops nothing that was marked."""
    for message in messages:
        text, entities = formatted(message, "HTML")
        assert 0 < utf16_length(text) <= 4096
        assert len(entities) <= 100


def test_a_quote_stands_bold_in_its_paragraph() -> None:
    """Number, source, headline, and the paragraph with the quote in it."""
    at = TEXT.index(QUOTE)
    [message] = render_context(citation(1, passage()), Context(FERRY, Span(0, len(TEXT)), Span(at, at + len(QUOTE))), EN)
    assert message == (
        '<b>1.</b> <a href="https://harbour.example.org/ferry#:~:text=Seven%20passengers">Harbour News</a> · 14 May 2021\n'
        "<b>Ferry aground</b>\n"
        f"<blockquote>{TEXT[:at]}<b>{QUOTE}</b>{TEXT[at + len(QUOTE) :]}</blockquote>"
    )


def test_an_excerpt_begins_near_the_marked_words() -> None:
    """Of a text that is too long the part with the mark is shown; what is left out is marked as ours."""
    text = "word " * 300 + "HERE " + "word " * 300
    markup = excerpt(text, [Span(1500, 1504)], 200)
    assert markup.startswith("[…] word ")
    assert "<b>HERE</b>" in markup
    assert markup.endswith("word […]")
    assert utf16_length(shown(markup)) <= 200 + 2 * len("[…] ")


@given(AWKWARD, st.lists(st.tuples(st.integers(0, 300), st.integers(1, 50)), max_size=5), st.integers(20, 500))
def test_an_excerpt_is_verbatim(text: str, marks: list[tuple[int, int]], max_units: int) -> None:
    """Between the signs of omission stands a stretch of the text, whatever is marked."""
    markup = excerpt(text, [Span(start, start + length) for start, length in marks], max_units)
    inside = shown(markup).removeprefix("[…] ").removesuffix(" […]")
    assert inside in "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    assert utf16_length(inside) <= max_units


def test_passages_are_counted_in_pages() -> None:
    """Two a page; a page beyond the last is the last."""
    some = [passage()] * 5
    assert (pages(some), pages([])) == (3, 0)
    [last] = render_passages(some, 9, EN)
    assert last.startswith("<b>More passages, page 3 of 3</b>")
    assert last.count("<blockquote") == 1


def test_many_sources_are_cut_with_a_count() -> None:
    """What is left out is counted, in the right number."""
    stats = replace(LOADED, by_source=tuple((f"Outlet {n}", 2) for n in range(MAX_SOURCES + 1)))
    assert render_sources(stats, EN)[0].endswith("Outlet 24 — 2 articles\nand 1 more source")


def test_a_headline_is_linked_or_leads_into_the_chat() -> None:
    """To the article's own address, or to the chat where it has none; without a headline its first words stand."""
    bare = replace(FERRY, url=None, title=None)
    [message] = render_latest([FERRY, bare], None, EN, article_link=lambda one: f"https://t.me/bot?start=a_{one.id}")
    assert f'<a href="{URL}">Ferry aground</a>\n' in message
    assert '<a href="https://t.me/bot?start=a_ferry">A ferry ran aground near Port Arlen' in message


def test_feedback_names_what_was_understood() -> None:
    """Question, what was made of it, what was answered or refused, when and from which coverage."""
    moment = datetime(2021, 5, 15, 8, 30, tzinfo=UTC)
    said = [Feedback("when?", "when did it <sink>?", not_covered("when?"), "g1.7", moment), Feedback("who?", "who?", None, "g1.6", moment)]
    [message] = render_feedback(said, EN)
    assert message.startswith(
        "<b>when?</b>\n<i>Understood as: when did it &lt;sink&gt;?</i>\n<blockquote expandable>not_covered · 0.10</blockquote>"
    )
    assert "15 May 2021, 08:30 · g1.7" in message
    assert "another version" in message


ARTICLES = st.builds(Article, st.just(1), AWKWARD, st.just(1), AWKWARD, ADDRESS, NAME, NAME, MOMENT, st.none())
LANGUAGES = st.sampled_from(CODES).map(language)


@settings(max_examples=150)
@given(ARTICLES, NAME, LANGUAGES, st.data())
def test_anything_that_is_opened_can_be_sent(article: Article, topic: str | None, spoken: Language, drawn: st.DataObject) -> None:
    """Any article, topic, outlet and question, in every language: headlines, articles, contexts, passages, sources and feedback."""
    can_be_sent(render_article(article, spoken) for _ in range(1))
    can_be_sent(render_latest([article] * 5, topic, spoken, article_link=lambda one: one.url))
    can_be_sent(render_latest([], topic, spoken, article_link=lambda one: None))
    length = len(article.text)
    start = drawn.draw(st.integers(0, length - 1))
    end = drawn.draw(st.integers(start + 1, length))
    quoted = replace(citation(1, passage()), quote=article.text[start:end], start=start, end=end, url=article.url, source=article.source)
    can_be_sent(render_context(quoted, Context(article, Span(0, length), Span(start, end)), spoken))
    can_be_sent(render_context(quoted, Context(article, Span(start, end), None), spoken))
    some = [replace(passage(), text=article.text, url=article.url, source=article.source)] * 3
    can_be_sent(render_passages(some, drawn.draw(st.integers(0, 3)), spoken))
    can_be_sent(render_sources(replace(LOADED, by_source=tuple((article.source or "", n) for n in range(1, 40))), spoken))
    asked = article.text
    can_be_sent(render_feedback([Feedback(asked, topic or "?", answered(asked), "g1.7", PUBLISHED)] * 10, spoken))


def test_buttons_fit_what_was_found() -> None:
    """Context where there are quotes, more where there is more, wrong where there is an answer; nothing under talk or nothing."""

    def labels(answer: object, *, has_more: bool = False) -> list[list[str]]:
        keyboard = under_answer(answer, EN, has_more=has_more)  # type: ignore[arg-type]  # an answer
        return [] if keyboard is None else [[button.text for button in row] for row in keyboard.inline_keyboard]

    assert labels(answered(), has_more=True) == [["Context", "More passages"], ["Wrong?"]]
    assert labels(not_covered("?", passage())) == [["Wrong?"]]
    assert labels(not_covered("?")) == []
    assert labels(replace(not_covered("?", passage()), remark=Remark.UNREADABLE_LANGUAGE)) == []


@pytest.mark.parametrize("what", What)
def test_callback_data_fits_and_comes_back(what: What) -> None:
    """Any id and page within Telegram's 64 bytes."""
    carried = data(what, "f" * 16, 9999)
    assert len(carried.encode()) <= MAX_CALLBACK_DATA
    assert read(carried) == ("f" * 16, 9999)
    assert read(data(what, "abc")) == ("abc", 0)


@given(st.none() | st.text())
def test_any_callback_data_is_read(carried: str | None) -> None:
    """Nobody's invention breaks it; what is malformed is the id of nothing."""
    answer_id, number = read(carried)
    assert number >= 0
    assert len(answer_id) <= 16


def test_pages_have_buttons_where_they_lead() -> None:
    """Forward on the first, backward on the last, both between, none where there is one page."""

    def labels(at: int, last: int) -> list[str]:
        keyboard = under_pages(What.MORE, "x", at=at, first=0, last=last)
        return [] if keyboard is None else [button.text for button in keyboard.inline_keyboard[0]]

    assert [labels(0, 0), labels(0, 2), labels(1, 2), labels(2, 2)] == [[], ["›"], ["‹", "›"], ["‹"]]


def test_offered_questions_are_cut_to_a_button() -> None:
    """One a row, with a yes and a no for what deletes."""
    keyboard = to_ask([("a", "why? " * 40), ("b", "who?")])
    assert keyboard is not None
    assert [len(row) for row in keyboard.inline_keyboard] == [1, 1]
    assert len(keyboard.inline_keyboard[0][0].text) == MAX_BUTTON_CHARS
    assert to_ask([]) is None
    assert [button.callback_data for button in to_forget(EN).inline_keyboard[0]] == ["forget:yes", "forget:no"]
