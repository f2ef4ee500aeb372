"""What became of a quote, and who else carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.quotes import find_again
from index.domain.answers import QuoteState
from index.domain.articles import Article, Span
from index.domain.passages import Carrier, Passage
from index.search.carriers import with_carriers

QUOTE = "Three people died."
TEXT = f"A bus left the road. {QUOTE} The road is closed."


def test_a_quote_in_its_place_is_current() -> None:
    """Nothing changed, or only what follows it."""
    assert find_again(QUOTE, 21, TEXT) == (QuoteState.CURRENT, Span(21, 39))
    assert find_again(QUOTE, 21, f"{TEXT} More later.") == (QuoteState.CURRENT, Span(21, 39))


def test_a_quote_elsewhere_has_moved() -> None:
    """It is found wherever it went, in other white space too, and of several places the nearest is named."""
    assert find_again(QUOTE, 21, f"Update. {TEXT}") == (QuoteState.MOVED, Span(29, 47))
    assert find_again(QUOTE, 21, "Three\n people\u00a0died.") == (QuoteState.MOVED, Span(0, 19))
    assert find_again("no", 50, "no no " * 20) == (QuoteState.MOVED, Span(51, 53))


@pytest.mark.parametrize("text", [TEXT.replace("Three", "Four"), TEXT.replace(QUOTE, ""), "", TEXT.lower()])
def test_a_quote_that_is_not_there_was_changed(text: str) -> None:
    """One figure, one letter, or the whole of it."""
    assert find_again(QUOTE, 21, text) == (QuoteState.CHANGED, None)


def test_a_quote_is_never_a_pattern() -> None:
    """Its characters are plain characters, and white space alone is no quote."""
    assert find_again("(a+)+$ .*", 0, "x (a+)+$ .*") == (QuoteState.MOVED, Span(2, 11))
    with pytest.raises(ValueError, match="has words"):
        find_again(" \n", 0, TEXT)


@given(st.text(max_size=30), st.text(min_size=1, max_size=20).filter(str.strip), st.text(max_size=30), st.integers(0, 90))
def test_what_is_there_is_found(before: str, quote: str, after: str, start: int) -> None:
    """Whatever the text: a quote it holds is found, and what is found says the same words."""
    state, span = find_again(quote, start, before + quote + after)
    assert state in (QuoteState.CURRENT, QuoteState.MOVED)
    assert span is not None
    assert (before + quote + after)[span.start : span.end].split() == quote.split()


PASSAGE = Passage(
    *(1, 5.0, "a1", "https://courier.example/1", None, "The Courier", datetime(2017, 2, 9, tzinfo=UTC), 0, 39, TEXT[:39], Span(21, 39)),
    revision=2,
    report=7,
)


def copy(key: int, source: str | None, text: str = TEXT, url: str | None = None) -> Article:
    """A copy of the article that the passage is from."""
    return Article(key, f"a{key}", 1, text, url, None, source, None, None, copy_group=7)


def carriers(*copies: Article) -> tuple[Carrier, ...]:
    """Who carries the passage."""
    (passage,) = with_carriers([PASSAGE], {7: copies})
    assert replace(passage, carried_by=()) == PASSAGE
    return passage.carried_by


def test_each_other_outlet_with_the_quoted_words_is_named_once() -> None:
    """The earliest article of each outlet, never the passage's own outlet, whatever the case of its name; a site stands for a name."""
    found = carriers(
        copy(1, "The Courier"),
        copy(2, "Herald"),
        copy(3, "THE COURIER"),
        copy(4, "herald"),
        copy(5, None, url="https://www.gazette.example/x"),
        copy(6, None, url="https://[broken"),
    )
    assert found == (
        Carrier("a2", "Herald", None),
        Carrier("a5", None, "https://www.gazette.example/x"),
        Carrier("a6", None, "https://[broken"),
    )


def test_a_copy_that_says_something_else_there_is_not_named() -> None:
    """A cut copy without the sentence, and an older one with another figure, do not carry the quote; other line breaks do."""
    cut, older, broken = (
        copy(2, "Herald", "A bus left the road."),
        copy(3, "Gazette", TEXT.replace("Three", "Two")),
        copy(4, "Post", TEXT.replace(" ", "\n")),
    )
    assert [one.source for one in carriers(cut, older, broken)] == ["Post"]


def test_a_report_that_nobody_else_carries_has_no_carriers() -> None:
    """No group, no names."""
    assert with_carriers([PASSAGE], {}) == (PASSAGE,)
    assert with_carriers([replace(PASSAGE, report=None)], {}) == (replace(PASSAGE, report=None),)
