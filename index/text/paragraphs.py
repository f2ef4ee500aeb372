"""Find the stretches of a text that no sentence crosses.

In: any text. Out: where each paragraph, headline or list item starts and ends. Called by ``sentences``. Pure: the text is never changed, so
offsets stay the caller's. Must never take more than linear time.

A blank line always ends a paragraph. A single line break ends one too, because news text in JSON Lines has a paragraph, a headline or a list
item on each line, unless the text shows that it was hard-wrapped: lines of 40 to 100 characters, each so full that the next line's first word
would not have fitted, and sentences that run on in lower case on the next line. Scripts without lower case are never taken for wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from index.domain.articles import Span

MIN_WRAP_CHARS = 40
"""Shorter lines are headlines, lists or verse: nobody wraps running text this narrow."""
MAX_WRAP_CHARS = 100
"""Longer lines are whole paragraphs: RFC 2822 asks for 78, and editors wrap at 72 to 100."""
WRAP_SLACK_CHARS = 3
"""Hands wrap a little early."""
MAX_INDENT_CHARS = 16
"""Deeper is not looked."""

_BREAK = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # what str.splitlines() breaks at
_LINE = re.compile(rf"[^\s{_BREAK}](?:[^{_BREAK}]*[^\s{_BREAK}])?")
_LINE_BREAK = re.compile(rf"\r\n|[{_BREAK}]")
_FIRST_WORD = re.compile(r"\S+")
_FIRST_LETTER = re.compile(r"[^\w\s]{0,3}([^\W\d_])")
_ITEM_MARK = re.compile(r"[-–—*+•◦▪●‣⁃·]\s|[(\[]?\w{1,3}[.)]\s")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def paragraphs(text: str) -> Iterator[Span]:
    """Paragraphs in order, none empty, without white space at either end; together they hold every character but white space."""
    blocks = list(_blocks(text))
    wrapped = _looks_wrapped(text, blocks)
    for block in blocks:
        width = _wrap_width(block) if wrapped else None
        start = block[0].start
        for line, following in pairwise(block):
            if width is None or not _goes_on(text, line, following, width):
                yield Span(start, line.end)
                start = following.start
        yield Span(start, block[-1].end)


def around(text: str, start: int, end: int) -> Span:
    """The paragraph or paragraphs that ``text[start:end]`` stands in; where it fills them, those before and after as well."""
    every = list(paragraphs(text))
    touched = [place for place, one in enumerate(every) if one.start < end and start < one.end]
    if not touched:
        return Span(start, end)
    first, last = touched[0], touched[-1]
    if start <= every[first].start and every[last].end <= end:
        first, last = max(first - 1, 0), min(last + 1, len(every) - 1)
    return Span(min(start, every[first].start), max(end, every[last].end))


def _blocks(text: str) -> Iterator[list[Span]]:
    """Lines that hold something, grouped by the blank lines between them."""
    block: list[Span] = []
    for match in _LINE.finditer(text):
        if block and len(_LINE_BREAK.findall(text, block[-1].end, match.start())) > 1:
            yield block
            block = []
        block.append(Span(*match.span()))
    if block:
        yield block


def _wrap_width(block: list[Span]) -> int | None:
    """The column this block may have been wrapped at, or None where it cannot have been."""
    width = max(line.end - line.start for line in block)
    return width if len(block) > 1 and MIN_WRAP_CHARS <= width <= MAX_WRAP_CHARS else None


def _looks_wrapped(text: str, blocks: list[list[Span]]) -> bool:
    """Whether, of the lines that stop in mid-sentence, those that are full and run on in lower case are no fewer than those with room left."""
    runs_on = has_room = 0
    for block in blocks:
        width = _wrap_width(block)
        if width is None:
            continue
        for line, following in pairwise(block):
            if _starts_anew(text, line, following) or _SENTENCE_END.search(text, max(line.start, line.end - 5), line.end):
                continue
            if not _is_full(text, line, following, width):
                has_room += 1
            elif _runs_on(text, following):
                runs_on += 1
    return 0 < runs_on >= has_room


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether, in wrapped text, the next line belongs to the same paragraph."""
    return not _starts_anew(text, line, following) and (_runs_on(text, following) or _is_full(text, line, following, width))


def _starts_anew(text: str, line: Span, following: Span) -> bool:
    """Whether the next line is a list item, or is indented deeper than this one as the first line of a paragraph is."""
    return _ITEM_MARK.match(text, following.start, following.end) is not None or _indent(text, following) > _indent(text, line)


def _indent(text: str, line: Span) -> int:
    before = text[max(0, line.start - MAX_INDENT_CHARS) : line.start]
    return len(before) - len(before.rstrip(" \t"))


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the next line's first word would hardly have fitted on this line."""
    word = _FIRST_WORD.match(text, following.start, following.end)
    assert word is not None  # a line starts with a character that is not white space
    return line.end - line.start + 1 + len(word[0]) > width - WRAP_SLACK_CHARS


def _runs_on(text: str, line: Span) -> bool:
    """Whether the line begins in lower case, so that a sentence is under way."""
    letter = _FIRST_LETTER.match(text, line.start, line.end)
    return letter is not None and letter[1].islower()
