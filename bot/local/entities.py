"""What Telegram makes of a message's text before it is stored. In: text and parse mode. Out: clean text, and entities as the Bot API writes them.

It drops control characters, trims, and drops the mark-up that may not be nested. Offsets in entities are UTF-16 code units, as everywhere in the Bot
API. Pure.
"""

from __future__ import annotations

import re
from itertools import accumulate

from bot.local.html_mode import EntityError, Marked, parse_html
from bot.local.state import JSON

MAX_ENTITIES = 100
"""Telegram keeps the first hundred and drops the rest without a word."""

_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
"""Removed by Telegram wherever it stands: line and paragraph separators, bidirectional embeddings and overrides, vertical lines."""
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_INVISIBLE = re.compile(
    "[\\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\u00a0\U000e0020-\U000e007f]*"  # one character of these is no text
)
_EDGE = " \n"
_QUOTES = ("blockquote", "expandable_blockquote")
_MONOSPACE = ("code", "pre")


def formatted(text: str, parse_mode: str | None) -> tuple[str, list[JSON]]:
    """The text as it will be shown, and its entities. An empty text means there was nothing to show. Raises EntityError."""
    if parse_mode is None:
        return _trimmed(*_cleaned(text, []))
    if parse_mode.lower() == "html":
        plain, marked = parse_html(text)
        return _trimmed(*_cleaned(plain, _nested_as_allowed(marked)))
    raise EntityError(f"parse mode {parse_mode} is not used here; add it to bot/local/entities.py")


def utf16_length(text: str) -> int:
    """How long Telegram counts the text to be."""
    return len(text) + sum(character > "\uffff" for character in text)


def _nested_as_allowed(marked: list[Marked]) -> list[Marked]:
    """Quotes hold no quotes, monospace holds nothing and stands in nothing but a quote; what breaks this is dropped, the outer one stays."""
    kept: list[Marked] = []
    for inner in marked:  # outer before inner
        around = [outer for outer in kept if outer.start <= inner.start and inner.end <= outer.end]
        in_quote = any(outer.type in _QUOTES for outer in around)
        in_monospace = any(outer.type in _MONOSPACE for outer in around)
        if not in_monospace and not (inner.type in _QUOTES and in_quote):
            kept.append(inner)
    return kept


def _cleaned(text: str, marked: list[Marked]) -> tuple[str, list[Marked]]:
    text = _BLANKED.sub(" ", text)
    moved = [0, *accumulate(0 if _DROPPED.match(character) else 1 for character in text)]
    return _DROPPED.sub("", text), [Marked(each.type, moved[each.start], moved[each.end], each.extra) for each in marked]


def _trimmed(text: str, marked: list[Marked]) -> tuple[str, list[JSON]]:
    """Without white space at either end; at the start only up to where something is marked."""
    if _INVISIBLE.fullmatch(text):
        return "", []
    end = len(text.rstrip(_EDGE))
    start = min([len(text) - len(text.lstrip(_EDGE)), *(each.start for each in marked if each.start < end)])
    units = [0, *accumulate(utf16_length(character) for character in text)]
    entities: list[JSON] = []
    for each in marked[:MAX_ENTITIES]:
        length = units[min(each.end, end)] - units[min(each.start, end)]
        if length > 0:
            entities.append({"type": each.type, "offset": units[each.start] - units[start], "length": length, **each.extra})
    return text[start:end], entities
