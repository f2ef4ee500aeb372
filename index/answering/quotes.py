"""Does an article still say what was quoted from it? In: the quote, where it stood, and the article's text now. Out: where it stands now. Pure."""

from __future__ import annotations

import re

from index.domain.answers import QuoteState
from index.domain.articles import Span


def find_again(quote: str, start: int, text: str) -> tuple[QuoteState, Span | None]:
    """Whether ``text`` holds the quote word for word, whatever the white space, and where: of several places the one nearest to ``start``.

    Raises ValueError for a quote without words.
    """
    pieces = quote.split()
    if not pieces:
        raise ValueError("a quote has words")
    if text.startswith(quote, start):
        return QuoteState.CURRENT, Span(start, start + len(quote))
    found = re.finditer(r"\s+".join(map(re.escape, pieces)), text)
    nearest = min(found, key=lambda match: abs(match.start() - start), default=None)
    return (QuoteState.CHANGED, None) if nearest is None else (QuoteState.MOVED, Span(*nearest.span()))
