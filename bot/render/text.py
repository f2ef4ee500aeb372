"""Text from outside, made fit for a line of ours. In: titles, outlets and quotes as they were ingested. Out: the same, tidy or shorter. Pure."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile("[\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]|[\x00-\x1f\x7f-\x9f]")
"""Controls, and what turns or hides the text around it: bidirectional marks, embeddings, overrides and isolates, tags, zero-width space."""
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_JOINERS = ("\u200c", "\u200d")
CUT = "…"
MAX_CHARACTER = 40
"""Code points that a character as people see it may have: a family of emoji has eleven. More is not spared when a text is cut."""


def tidy(text: str | None, max_units: int) -> str | None:
    """A name or title for use inside a line: one line, nothing unseen in it, clipped, and isolated if it runs from right to left.

    None if nothing visible is left.
    """
    if text is None:
        return None
    line = " ".join(_UNSEEN.sub(" ", text).split())
    if not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return None
    head = clip(line, max_units)
    line = line if head == line else head + CUT
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"{_ISOLATE}{line}{_END_OF_ISOLATE}"
    return line


def clip(text: str, max_units: int) -> str:
    """The text, or its longest beginning of at most ``max_units`` UTF-16 units that ends with a word.

    A single word that long is cut between two characters as people see them.
    """
    if len(text.encode("utf-16-le", "surrogatepass")) <= 2 * max_units:
        return text
    units, end = 0, 0
    while units + (width := 1 + (text[end] > "\uffff")) <= max_units:
        units += width
        end += 1
    word_end = end if text[end].isspace() else max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    if word_end > end // 2:
        return text[:word_end].rstrip()
    character_end = next((at for at in range(end, max(end - MAX_CHARACTER, 0), -1) if not _continues(text, at)), end)
    return text[:character_end]


def _continues(text: str, at: int) -> bool:
    """Whether the character at this place belongs to the one before it: an accent, a variation, or a joined emoji."""
    here, before = text[at], text[at - 1]
    return bool(
        unicodedata.category(here).startswith("M") or here in _JOINERS or before in _JOINERS or "\U0001f3fb" <= here <= "\U0001f3ff"
    )
