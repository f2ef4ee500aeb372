"""A stretch of an article with some of its words marked. In: the text, where the words stand, how much room there is. Out: HTML. Pure.

What is left out at either end is marked as ours. Nothing else is added: between the marks of omission stands what the article says, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.render.html import Html, bold, escape, utf16_units
from bot.render.text import clip
from index import Span

OMITTED = "[…]"
"""Stands where a quote goes on in the article; the brackets say that it is ours."""
_BEFORE_SHARE = 3
"""Of a text that is too long, one part in so many is what stands before the first marked word."""


def excerpt(text: str, marks: Iterable[Span], max_units: int) -> Html:
    """The text with the marked words bold; if it is too long, the part around the first of them. Marks beyond the text are passed over."""
    spans = _apart([span for span in marks if span.end <= len(text)])
    start = _start(text, spans, max_units)
    head = clip(text[start:], max_units)
    end = start + len(head)
    pieces = [escape(f"{OMITTED} ")] if start else []
    at = start
    for span in spans:
        if span.start < at or span.end > end:
            continue
        pieces += [escape(text[at : span.start]), bold(escape(text[span.start : span.end]))]
        at = span.end
    pieces.append(escape(text[at:end]))
    if end < len(text):
        pieces.append(escape(f" {OMITTED}"))
    return Html("".join(pieces))


def _apart(spans: list[Span]) -> list[Span]:
    """In order, those that overlap or touch joined."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _start(text: str, spans: list[Span], max_units: int) -> int:
    """Where to begin so that the first marked words are seen: 0 unless they would be cut off."""
    if not spans or utf16_units(text[: spans[0].end]) <= max_units:
        return 0
    wanted = max(0, spans[0].start - max_units // _BEFORE_SHARE)
    space = text.find(" ", wanted, spans[0].start)
    return space + 1 if space >= 0 else spans[0].start
