"""Link to a passage of a web page: its address with a text fragment, ``https://…#:~:text=…``, that opens the page there.

In: an article's address and text, and where the passage stands in it. Out: an address, or None. Called where citations are made. Pure:
nothing is fetched, so the page may since have changed; a browser that does not find the passage shows the page from its top.

Source: https://wicg.github.io/scroll-to-text-fragment/ (``prefix-,start,end,-suffix``; each term within one block of the page, compared
without case, at word boundaries; the first match wins).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

WHOLE_CHARS = 60
"""A passage up to this length is named whole; a longer one by its first and last words, which survive small differences between text and page."""
BARE_CHARS = 20
"""A shorter passage is never named without the words around it: the page has menus and captions that the text has not."""
TERM_WORDS = (5, 8, 12)
"""Words at either end of a long passage, fewest first, until the passage is the first match in the text."""
CONTEXT_WORDS = (0, 3, 8)
"""Words before and after, where the passage's own words do not single it out."""
CONTEXT_REACH_CHARS = 300
"""How far around the passage such words are looked for."""
MAX_FRAGMENT_CHARS = 2_000
"""A longer one is left away; browsers and Telegram take addresses of about this length."""

# A chunk between punctuation marks is the nearest thing to a word where words are written without spaces.
_WORD = re.compile(r"[^\s，、；：。！？]+[，、；：。！？]*|[，、；：。！？]+")
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f\x7f]")


class _Directive(NamedTuple):
    """The four terms, as they stand in the text but for white space, which a page collapses. Empty ones are left out."""

    prefix: str
    first: str
    last: str
    suffix: str

    def encoded(self) -> str:
        prefix, first, last, suffix = map(_encode, self)
        return ",".join(term for term in (prefix and f"{prefix}-", first, last, suffix and f"-{suffix}") if term)

    def matches(self) -> re.Pattern[str]:
        """Finds in a text what a browser would find first; its group ``passage`` is what is shown."""
        passage = _pattern(self.first) + (rf"(?s:.*?){_pattern(self.last)}" if self.last else "")
        before = rf"{_pattern(self.prefix)}\s*" if self.prefix else ""
        after = rf"\s*{_pattern(self.suffix)}" if self.suffix else ""
        return re.compile(rf"{before}(?P<passage>{passage}){after}", re.IGNORECASE)


def link_to(url: str | None, text: str, start: int, end: int) -> str | None:
    """``url`` with a fragment that opens the page at ``text[start:end]``, beside any fragment it has; None unless it is an http(s) address.

    An empty passage, or one of white space, gives the address alone.
    """
    if url is None or not _is_web_address(url):
        return None
    address = url.partition(":~:")[0].removesuffix("#")
    passage = text[start:end]
    if not passage.strip():
        return address
    start += len(passage) - len(passage.lstrip())
    fragment = _choose(text, start, start + len(passage.strip())).encoded()
    if len(fragment) > MAX_FRAGMENT_CHARS:
        return address
    return f"{address}{'' if '#' in address else '#'}:~:text={fragment}"


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 host that is none
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not _NOT_IN_URL.search(url)


def _choose(text: str, start: int, end: int) -> _Directive:
    """The shortest directive whose first match in the text is the passage, or the most exact one there is."""
    for directive in _directives(text, start, end):
        match = directive.matches().search(text)
        if match and match.span("passage") == (start, end):
            break
    return directive


def _directives(text: str, start: int, end: int) -> Iterator[_Directive]:
    """Ways to name the passage, shortest first; at least one."""
    lines = _lines(text[start:end])
    whole = len(lines) == 1 and end - start <= WHOLE_CHARS
    before = _lines(_from_word(text[max(0, start - CONTEXT_REACH_CHARS) : start], cut=start > CONTEXT_REACH_CHARS))[-1:]
    after = _lines(_to_word(text[end : end + CONTEXT_REACH_CHARS], cut=end + CONTEXT_REACH_CHARS < len(text)))[:1]
    for context in CONTEXT_WORDS:
        if context == 0 and end - start < BARE_CHARS and (before or after):
            continue
        prefix = _last_words(before[0], context) if before and context else ""
        suffix = _first_words(after[0], context) if after and context else ""
        for words in TERM_WORDS:
            first, last = _first_words(lines[0], words), _last_words(lines[-1], words)
            if whole or (len(lines) == 1 and len(first) + len(last) >= len(_collapse(lines[0]))):
                yield _Directive(prefix, _collapse(lines[0]), "", suffix)
                break
            yield _Directive(prefix, first, last, suffix)
    if len(lines) == 1:
        yield _Directive(prefix, _collapse(lines[0]), "", suffix)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _from_word(text: str, *, cut: bool) -> str:
    """The text without the piece of a word it may have been cut in."""
    return re.sub(r"^\S+", "", text) if cut else text


def _to_word(text: str, *, cut: bool) -> str:
    return text[: len(text) - len(re.split(r"\s", text)[-1])] if cut else text


def _first_words(line: str, count: int) -> str:
    words = list(_WORD.finditer(line))[:count]
    return _collapse(line[words[0].start() : words[-1].end()])


def _last_words(line: str, count: int) -> str:
    words = list(_WORD.finditer(line))[-count:]
    return _collapse(line[words[0].start() : words[-1].end()])


def _collapse(term: str) -> str:
    return " ".join(term.split())


def _pattern(term: str) -> str:
    """The term with any white space between its words, and no letter touching it."""
    pattern = r"\s+".join(map(re.escape, term.split()))
    return (r"\b" if term[0].isalnum() else "") + pattern + (r"\b" if term[-1].isalnum() else "")


def _encode(term: str) -> str:
    """Percent-encoded, the hyphen too: it and the comma and the ampersand are the syntax's own (section 3.3.2)."""
    return quote(term, safe="", errors="replace").replace("-", "%2D")
