"""Quotations in a sentence. In: its text. Out: what stands between quotation marks, with offsets. Pure.

Two apostrophes are a mark too, as wire services print them.

A quotation may begin in one sentence and end in another: the caller says whether one was open, and each says whether it was closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.domain.articles import Span

_PAIRS = {"“": "”", "«": "»", "„": "“", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is quoted, from the first character after the opening mark up to the closing one."""

    start: int
    end: int
    closed: bool
    """Whether the closing mark stands in this text."""

    def covers(self, span: Span) -> bool:
        """Whether the span lies in it."""
        return self.start <= span.start and span.end <= self.end


def quotations(text: str, *, opened: bool = False) -> list[Quotation]:
    """In the order of the text; empty ones are left out. opened: whether the text begins within a quotation."""
    found: list[Quotation] = []
    start, closing = (0, '”"»') if opened else (None, "")
    for place, sign in enumerate(text):
        if start is not None and sign in closing:
            if (closing == "’" and text[place + 1 : place + 2].isalpha()) or (closing == "'" and not text.startswith("''", place)):
                continue  # an apostrophe
            if place > start:
                found.append(Quotation(start, place, closed=True))
            start = None
        elif start is None and sign == '"':
            start, closing = place + 1, '"'
        elif start is None and text.startswith("''", place):
            start, closing = place + 2, "'"
        elif start is None and sign in _PAIRS and not (sign == "‘" and text[place - 1 : place].isalnum()):
            start, closing = place + 1, _PAIRS[sign]
        elif start is not None and opened and not text[:place].strip() and sign in '“"«':
            start = place + 1  # each paragraph of a long quotation opens anew
    if start is not None and text[start:].strip():
        found.append(Quotation(start, len(text), closed=False))
    return found
