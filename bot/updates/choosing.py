"""Which sentences of an article a subscriber is shown. In: a wish, an article by its sentences, how near each is. Out: one or two of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.updates.subscription import Wanted, Wish
from index import Article, Span

NEIGHBOUR = 0.1
"""The sentence beside the best one is shown with it if its cosine is at most this far below: it has to matter itself."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Page:
    """An article by its sentences."""

    article: Article
    sentences: tuple[Span, ...]
    added: tuple[bool, ...]
    """Of each, whether it is news that the article says it."""
    at: datetime
    """When it came in or last changed."""

    def text(self, first: int, last: int) -> str:
        """From one sentence to another."""
        return self.article.text[self.sentences[first].start : self.sentences[last].end]

    def in_context(self, place: int) -> str:
        """A sentence with those beside it, under the headline: what "it" and "the strike" are is often said there alone."""
        around = self.text(max(place - 1, 0), min(place + 1, len(self.sentences) - 1))
        title = (self.article.title or "").rstrip(". ")
        return f"{title}. {around}" if title else around


@dataclass(frozen=True, slots=True)
class Choice:
    """Sentences of a page, by their places."""

    best: int
    first: int
    last: int
    score: float
    """How well it fits, 0..1."""


def chosen(wish: Wish, page: Page, cosines: NDArray[np.float32], least: float) -> Choice | None:
    """The nearest sentence that is new and may be sent, with its neighbour if that is near too. cosines: shape (n,), of each sentence."""
    for best in sorted(_from(page, cosines, least), key=lambda place: -float(cosines[place])):
        beside = [place for place in (best - 1, best + 1) if 0 <= place < len(cosines) and cosines[place] >= cosines[best] - NEIGHBOUR]
        for other in sorted(beside, key=lambda place: -float(cosines[place])):
            if may_be_sent(wish, page, min(best, other), max(best, other)):
                return Choice(best, min(best, other), max(best, other), _share(cosines[best]))
        if may_be_sent(wish, page, best, best):
            return Choice(best, best, best, _share(cosines[best]))
    return None


def opening(wish: Wish, page: Page) -> Choice | None:
    """The first sentence that may be sent, of an article that is wanted as such: by who published it, or because everything is."""
    if wish.wanted is Wanted.SOURCE and (page.article.source or "").casefold() != wish.words.casefold():
        return None
    place = next((place for place in range(len(page.sentences)) if may_be_sent(wish, page, place, place)), None)
    return None if place is None else Choice(place, place, place, 1.0)


def closest(quote: str, page: Page) -> Choice:
    """The sentence with most words of a quote that is not there any more. The page has sentences."""
    words = frozenset(_WORD.findall(quote.casefold()))

    def common(place: int) -> float:
        said = frozenset(_WORD.findall(page.text(place, place).casefold()))
        return len(words & said) / max(1, len(words | said))

    best = max(range(len(page.sentences)), key=common)
    return Choice(best, best, best, common(best))


def share_said(asked: Collection[str], said: Collection[str]) -> float:
    """How many of the words of a wish a text has, 0..1; 0 of a wish without any."""
    return sum(word in said for word in asked) / max(1, len(asked))


def may_be_sent(wish: Wish, page: Page, first: int, last: int) -> bool:
    """Whether the headline and these sentences have each of the words that they must, and none that they must not."""
    sent = f"{page.article.title or ''}\n{page.text(first, last)}".casefold()
    return all(has(sent) for has in _finders(wish.must)) and not any(has(sent) for has in _finders(wish.must_not))


def _from(page: Page, cosines: NDArray[np.float32], least: float) -> Iterable[int]:
    return (place for place, added in enumerate(page.added) if added and cosines[place] >= least)


def _share(cosine: np.float32) -> float:
    return min(1.0, max(0.0, float(cosine)))


@lru_cache(maxsize=20_000)
def _finders(words: Sequence[str]) -> tuple[Callable[[str], object], ...]:
    return tuple(re.compile(rf"(?<!\w){re.escape(word.casefold())}(?!\w)").search for word in words)
