"""The HTML parse mode of the in-process Bot API, and what becomes of a text before it is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.entities import MAX_ENTITIES, formatted, utf16_length
from bot.local.html_mode import EntityError, Marked, parse_html


@pytest.mark.parametrize(
    ("html", "plain", "kinds"),
    [
        ("no mark-up at all", "no mark-up at all", []),
        ("<b>seven</b> hurt", "seven hurt", [("bold", 0, 5)]),
        ("<STRONG>seven</strong > hurt", "seven hurt", [("bold", 0, 5)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 2)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 2)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", 0, 1), ("strikethrough", 1, 2), ("strikethrough", 2, 3)]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", [("spoiler", 0, 1), ("spoiler", 1, 2)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ("<pre>x</pre>", "x", [("pre", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5368">👍</tg-emoji>', "👍", [("custom_emoji", 0, 1)]),
        ('<tg-time unix="86400" format="D">a day</tg-time>', "a day", [("date_time", 0, 5)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 2)]),
        ("<b>anything closes</>", "anything closes", [("bold", 0, 15)]),
        ("<b></b>empty", "empty", []),
        ("&lt;b&gt; &amp;amp; &quot;&#39;&#x27;", "<b> &amp; \"''", []),
        ("&lt without end &#65", "< without end A", []),
        ("&nbsp; &hearts; & &; &#0; &#1114111; &#00000000065;", "&nbsp; &hearts; & &; &#0; &#1114111; &#00000000065;", []),
        ('<b title="x &gt; y" hidden data=1.5-a>c</b>', "c", [("bold", 0, 1)]),
    ],
)
def test_what_is_documented_is_parsed(html: str, plain: str, kinds: list[tuple[str, int, int]]) -> None:
    """Every documented tag and reference gives the text and entities that Telegram gives."""
    text, marked = parse_html(html)
    assert text == plain
    assert [(each.type, each.start, each.end) for each in marked] == kinds


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b/>x</b>", 'Unsupported start tag "b/" at byte offset 0'),
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=http://x>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="86400" format="Q">y</tg-time>', "Invalid date format used"),
        ("&#xD800;", "invalid Unicode characters"),
    ],
)
def test_what_telegram_refuses_is_refused_in_its_words(html: str, said: str) -> None:
    """A text that Telegram cannot parse is refused here, with the same words and byte offset."""
    with pytest.raises(EntityError) as caught:
        parse_html(html)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "https://example.org/?a=1&b=2"),
        ("<a href='tg://user?id=7'>x</a>", "tg://user?id=7"),
        ("<a>https://example.org/</a>", "https://example.org/"),
        ('<a href="javascript:alert(1)">x</a>', None),
        ('<a href="file:///etc/passwd">x</a>', None),
        ('<a href="http://[broken">x</a>', None),
        ('<a href="no spaces">x</a>', None),
    ],
)
def test_only_web_addresses_become_links(html: str, url: str | None) -> None:
    """A link to anything else loses its link and keeps its text, as at Telegram."""
    _, marked = parse_html(html)
    assert [each.extra["url"] for each in marked] == ([] if url is None else [url])


def test_the_language_of_code_is_kept() -> None:
    """A pre around a code with a language is one block in that language."""
    assert parse_html('<pre><code class="language-sql">x</code></pre>')[1] == [Marked("pre", 0, 1, {"language": "sql"})]


@given(st.text())
def test_text_without_mark_up_comes_out_as_it_went_in(text: str) -> None:
    """Nothing but < and & is read as mark-up."""
    text = "".join(character for character in text if character not in "<&" and not "\ud800" <= character <= "\udfff")
    assert parse_html(text) == (text, [])


@given(st.text(alphabet="<>/&;=\"' abipre#x27\n\u00e9😀"))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Whatever comes in, the parser ends, with a text or with Telegram's refusal."""
    try:
        plain, marked = parse_html(text)
    except EntityError:
        return
    assert all(0 <= each.start < each.end <= len(plain) for each in marked)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  \n padded \n ", "padded"),
        ("tab\there\x1b", "tab here"),
        ("carriage\r\nreturn", "carriage\nreturn"),
        ("\u202eoverride\u2028", "override"),
        (" \n\t", ""),
        ("\u200b\u2800\u3000", ""),
        ("\u2066isolated\u2069", "\u2066isolated\u2069"),
    ],
)
def test_a_text_is_cleaned_as_telegram_cleans_it(text: str, stored: str) -> None:
    """Controls, overrides and outer white space are gone; a text with nothing to see is empty."""
    assert formatted(text, None) == (stored, [])


def test_entities_count_in_utf16_and_follow_the_cleaning() -> None:
    """Offsets are UTF-16 units of the cleaned text."""
    text, entities = formatted(" 😀\r <b>b\rc😀 </b> ", "HTML")
    assert text == "😀 bc😀"
    assert entities == [{"type": "bold", "offset": 3, "length": 4}]
    assert utf16_length(text) == 7


def test_what_may_not_be_nested_is_dropped() -> None:
    """A quote in a quote and mark-up in code lose the inner one; bold in a quote stays."""
    _, entities = formatted("<blockquote>a<blockquote>b</blockquote><b>c</b></blockquote><code>d<i>e</i></code>", "HTML")
    assert [entity["type"] for entity in entities] == ["blockquote", "bold", "code"]


def test_no_more_than_a_hundred_entities_are_kept() -> None:
    """Telegram shows the hundred and first without its mark-up."""
    _, entities = formatted("<b>x</b> " * 150, "HTML")
    assert len(entities) == MAX_ENTITIES


def test_another_parse_mode_is_not_guessed_at() -> None:
    """Markdown would be shown with its stars; here it is refused."""
    with pytest.raises(EntityError, match="Markdown"):
        formatted("*x*", "MarkdownV2")
