"""The article's text on a page, by trafilatura, read twice. In: the page's tree. Out: its text, a paragraph a line. Pure; takes 20 to 60 ms.

The strict reading knows best where an article begins and ends, but drops the words of links from sentences and now and then a paragraph; the
ordinary one keeps every word, and newsletters and lists of links besides. So the strict one says from where to where, and the ordinary one what
stands there. docs/decisions/0008-page-extraction.md has the figures.
"""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

SHARED = 0.8
"""A line is in the other reading when so many of its three-word runs are: a link's words may be missing from it."""
KEPT = 0.9
"""The least share of the strict reading's words that the ordinary one's lines must have; else the two cut lines too differently to compare."""
LONGER = 1.5
"""Much more than the strict reading is not the same article any more (measured: lists of other articles between two parts)."""
TITLE_LINES = 3
"""The headline stands in one of the first lines, if it was taken for text."""
TITLE_SHARE = 0.6
"""A line is the headline when one begins with the other and they are this alike in length."""

_WORD = re.compile(r"\w+")


def read_body(tree: HtmlElement, title: str | None) -> str:
    """The text; empty if there is none. The tree is left as it is."""
    strict, ordinary = _lines(tree, strict=True), _lines(tree, strict=False)
    return "\n".join(_without_title(_between(strict, ordinary), title))


def _lines(tree: HtmlElement, *, strict: bool) -> list[str]:
    from trafilatura import bare_extraction  # half a second to import, and only pages need it
    from trafilatura.settings import Document

    page = bare_extraction(tree, favor_precision=strict, include_comments=False, include_tables=True)
    text = page.text if isinstance(page, Document) else None
    return [line for line in (text or "").split("\n") if _WORD.search(line)]


def _between(strict: list[str], ordinary: list[str]) -> list[str]:
    """The ordinary reading's lines from the first to the last that the strict one has too; the strict one's where these do not fit it."""
    words = _words(strict)
    runs = set(_runs(words))
    shared = [number for number, line in enumerate(ordinary) if _is_in(line, runs)]
    if not shared:
        return strict or ordinary
    chosen = ordinary[shared[0] : shared[-1] + 1]
    chosen_words = _words(chosen)
    kept = (Counter(words) & Counter(chosen_words)).total()
    return chosen if kept >= KEPT * len(words) and len(chosen_words) <= LONGER * len(words) else strict


def _is_in(line: str, runs: set[tuple[str, ...]]) -> bool:
    own = _runs(_words([line]))
    return sum(run in runs for run in own) >= SHARED * len(own)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    """Every three words that follow each other; fewer words are one run."""
    return list(zip(words, words[1:], words[2:], strict=False)) or [tuple(words)]


def _words(lines: list[str]) -> list[str]:
    return [word for line in lines for word in _WORD.findall(line.casefold())]


def _without_title(lines: list[str], title: str | None) -> list[str]:
    heading = " ".join(_words([title])) if title else ""
    return [line for number, line in enumerate(lines) if number >= TITLE_LINES or not _is_title(" ".join(_words([line])), heading)]


def _is_title(line: str, heading: str) -> bool:
    if not heading or not (line.startswith(heading) or heading.startswith(line)):
        return False
    return min(len(line), len(heading)) >= TITLE_SHARE * max(len(line), len(heading))
