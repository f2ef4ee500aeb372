"""Text from outside made fit for a line, mark-up made from it, and messages put together."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.entities import formatted, utf16_length
from bot.local.html_mode import parse_html
from bot.render.html import MAX_RAW_BYTES, MAX_UNITS, Html, bold, escape, fits, is_web_address, link, messages, quote, shown, utf16_units
from bot.render.plain import pieces, plain
from bot.render.text import clip, tidy

WHOLE = st.text(st.characters(exclude_categories=["Cs"]))
"""Any text that UTF-8 can hold."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Harbour \n News\t", "Harbour News"),
        ("pay\u202enalp\u202c now", "pay nalp now"),
        ("left\u200eright\u200f", "left right"),
        ("zero\u200bwidth\ufeff", "zero width"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("‎\u200b \u2066\u2069", None),
        ("", None),
        (None, None),
        ("تقارير", "\u2068تقارير\u2069"),
        ("נמל News", "\u2068נמל News\u2069"),
        ("👩\u200d🚒 crew", "👩\u200d🚒 crew"),
    ],
)
def test_a_name_becomes_one_harmless_line(text: str | None, line: str | None) -> None:
    """Controls and overrides are gone, white space is single, right-to-left names are isolated, and nothing visible means None."""
    assert tidy(text, 60) == line


def test_a_long_name_is_clipped_at_a_word() -> None:
    """What was cut off is marked."""
    assert tidy("The Harbour and Shipping Gazette of Port Arlen", 24) == "The Harbour and Shipping…"


@pytest.mark.parametrize(
    ("text", "units", "head"),
    [
        ("seven passengers were hurt", 26, "seven passengers were hurt"),
        ("seven passengers were hurt", 25, "seven passengers were"),
        ("seven passengers were hurt", 21, "seven passengers were"),
        ("a verylongwordthatneverends", 12, "a verylongwo"),
        ("😀😀😀", 5, "😀😀"),
        ("xe\u0301e\u0301", 4, "xe\u0301"),
        ("x👍🏽👍🏽", 7, "x👍🏽"),
        ("👩\u200d🚒👩\u200d🚒", 8, "👩\u200d🚒"),
    ],
)
def test_clipping_keeps_words_and_characters_whole(text: str, units: int, head: str) -> None:
    """A clip ends with a word; a word that is too long ends with a character as people see it."""
    assert clip(text, units) == head


@given(WHOLE, st.integers(min_value=4, max_value=50))
def test_a_clip_is_a_beginning_within_the_limit(text: str, units: int) -> None:
    """Whatever the text, the clip is its beginning and short enough."""
    head = clip(text, units)
    assert text.startswith(head)
    assert utf16_length(head) <= units
    assert (head == text) == (utf16_length(text) <= units)


@given(st.text())
def test_any_text_survives_escaping(text: str) -> None:
    """Escaped and parsed by Telegram, a text is itself; only half surrogates, which cannot be sent, are replaced."""
    parsed, marked = parse_html(bold(escape(text)))
    assert parsed == "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    assert len(marked) == bool(text)


@given(st.text())
def test_our_counting_is_telegrams(text: str) -> None:
    """What we take for the shown text, and its length, is what Telegram makes of our mark-up."""
    markup = Html(f"{bold(escape(text))}{quote(escape(text), folded=True)}")
    assert shown(markup) == parse_html(markup)[0]
    assert utf16_units(shown(markup)) == utf16_length(parse_html(markup)[0])


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://example.org/a?b=1&c=2#:~:text=seven%20hurt", True),
        ("http://[2001:db8::1]/", True),
        ("https://例え.example/", True),
        ("ftp://example.org/", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://exa mple.org/", False),
        ("https://example.org/\u202egpj", False),
        ("http://[broken", False),
        ("https://example.org/" + "x" * 2000, False),
        ("example.org", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(address: str, good: bool) -> None:
    """Anything but a plain http or https address stays text."""
    assert is_web_address(address) is good
    assert (link(Html("x"), address) != "x") is good


def test_the_first_good_address_is_taken() -> None:
    """A link that is too long gives way to the plain address."""
    assert link(Html("x"), None, "https://example.org/" + "y" * 3000, 'https://example.org/"><b>') == (
        '<a href="https://example.org/&quot;&gt;&lt;b&gt;">x</a>'
    )


BLOCKS = st.lists(st.text(alphabet="ab <&😀\n", max_size=1500).map(lambda text: quote(escape(f"x{text}x"), folded=False)), max_size=8)


@given(BLOCKS)
def test_blocks_are_packed_whole_and_in_order(blocks: list[Html]) -> None:
    """Every message is within the limits, no block is broken, and no two neighbours would have fitted together."""
    packed = messages(blocks)
    assert all(fits(message) for message in packed)
    assert "\n\n".join(packed) == "\n\n".join(blocks)
    assert all(not fits(Html(f"{one}\n\n{blocks_of(two)[0]}")) for one, two in itertools.pairwise(packed))


def blocks_of(message: Html) -> list[str]:
    """The blocks of a message, told by their tags."""
    return [f"{block}</blockquote>" for block in message.split("</blockquote>")]


def test_long_addresses_count_too() -> None:
    """Links nobody sees can make a message too big for Telegram; then it is parted."""
    block = link(Html("x"), "https://example.org/" + "y" * 1900)
    packed = messages([block] * 20)
    assert len(packed) == 2
    assert all(len(message.encode()) <= MAX_RAW_BYTES for message in packed)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>Seven</b> &lt;hurt&gt; &amp; well", "Seven <hurt> & well"),
        ('<a href="https://example.org/?a=1&amp;b=2">News</a> · 1 May', "News (https://example.org/?a=1&b=2) · 1 May"),
        ("<b>broken <i>mark-up</b> <", "broken mark-up <"),
        ("<a>no address</a>", "no address"),
    ],
)
def test_plain_text_has_the_same_words(markup: str, words: str) -> None:
    """Without mark-up the words are the same, and each address stands behind its link; broken mark-up is no obstacle."""
    assert plain(Html(markup)) == words


def test_a_pile_of_accents_is_cut_all_the_same() -> None:
    """A character without end does not become a message for each accent."""
    assert [len(piece) for piece in pieces("a" + "\u0336" * 10_000)] == [4096, 4096, 1809]


@given(st.text(alphabet=st.sampled_from(" \nab😀é\u0301"), max_size=20), st.integers(min_value=1, max_value=3000))
def test_pieces_of_plain_text_fit_and_lose_no_word(text: str, times: int) -> None:
    """Any text is cut into pieces Telegram takes; only white space between them is lost."""
    found = pieces(text * times)
    assert all(0 < utf16_length(piece) <= MAX_UNITS for piece in found)
    assert "".join("".join(found).split()) == "".join((text * times).split())
    assert all(formatted(piece, None)[0] for piece in found)
