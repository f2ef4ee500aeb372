"""Which reports tell of one event. In: the terms and times of articles. Out: a story's number for each. Pure.

An article is compared with those published within three days of it, by its words: the cosine of tf-idf weights, where a word's rarity is counted over
the articles at hand. It joins the story that it resembles most on average, if it resembles it enough; else it begins one. The encoder's vectors
were measured for this and are left out: they find two shootings of one week alike because both are shootings, and it is the names that differ
(docs/decisions/0010-copies-and-stories.md).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.intake.copies import words

WINDOW_S = 3 * 86_400
"""Reports of an event are compared within this time of each other; a story lasts as long as new ones keep coming."""
ALIKE = 0.10
"""The mean resemblance to a story's reports from which an article is one of them (chosen on ECB+, BASIL and long-tail incidents)."""
RARITY_POWER = 1.5
"""Rare words count for more than in plain tf-idf: names tell events apart, where what happened is much the same."""
BACKGROUND = 2_000
"""So many articles tell well enough which words are rare."""
_MAX_WORDS = 400
"""What an article is about stands at its beginning."""
_TERM_BITS = 18
_TERMS = 1 << _TERM_BITS
_COMMON = 0.2
"""A word in so large a share of the articles tells none apart."""
_FEW = 20
_NONE = 0

Terms = NDArray[np.uint32]
"""A word's hash in the lower 18 bits, how often it occurs in those above; shape (n,)."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An article to compare with or to place."""

    key: int
    published: int
    """Seconds since 1970 UTC."""
    terms: Terms
    story: int | None
    """None for one that has none yet."""


def terms_of(title: str | None, text: str) -> Terms:
    """What an article is about: the words of its title and its beginning, each with its count."""
    beginning = words(f"{title or ''} {text[: 12 * _MAX_WORDS]}")[:_MAX_WORDS]
    counts = Counter(zlib.crc32(word.encode(errors="surrogatepass")) % _TERMS for word in beginning)
    numbers = np.fromiter(counts, dtype=np.uint32, count=len(counts))
    often = np.fromiter(counts.values(), dtype=np.uint32, count=len(counts))
    return numbers | (np.minimum(often, 1023) << np.uint32(_TERM_BITS))


def place(articles: Sequence[Dated], around: Sequence[Dated]) -> dict[int, int]:
    """A story for each of ``articles``, by key: the number of one that there is, or minus the key of the article that begins a new one.

    around: others that have a story, at least all that were published within ``WINDOW_S`` of any of the articles. An article that has a story already
    keeps it as long as it resembles it, or resembles no other.
    """
    if not articles:
        return {}
    articles = sorted(articles, key=lambda one: (one.published, one.key))
    everyone = [*around, *articles]
    weights = _weigh([one.terms for one in everyone])
    first = len(around)
    alike = (weights[first:] @ weights.T).toarray()
    published = np.array([one.published for one in everyone], dtype=np.int64)
    stories = np.array([one.story or _NONE for one in around] + [_NONE] * len(articles), dtype=np.int64)
    placed = {}
    for row, one in enumerate(articles):
        near = (np.abs(published - one.published) <= WINDOW_S) & (stories != _NONE)
        found = _nearest(alike[row, near], stories[near], one.story)
        stories[first + row] = placed[one.key] = found or one.story or -one.key
    return placed


def _nearest(alike: NDArray[np.float32], stories: NDArray[np.int64], own: int | None) -> int | None:
    """The story whose reports are most alike on average, if they are alike enough; the article's own, if it is one of those."""
    if not len(stories):
        return None
    numbers, which = np.unique(stories, return_inverse=True)
    means = np.bincount(which, weights=alike) / np.bincount(which)
    if own is not None and own in numbers and means[np.searchsorted(numbers, own)] >= ALIKE:
        return own
    best = int(np.argmax(means))
    return int(numbers[best]) if means[best] >= ALIKE else None


def _weigh(terms: Sequence[Terms]) -> sparse.csr_array:
    """Unit rows of tf-idf weights, one for each article."""
    numbers = np.concatenate(terms) if terms else np.empty(0, dtype=np.uint32)
    columns = (numbers & np.uint32(_TERMS - 1)).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum([len(one) for one in terms])))
    occurs = np.bincount(columns, minlength=_TERMS)
    rarity = (np.log((len(terms) + 1) / np.maximum(occurs, 1)) ** RARITY_POWER).astype(np.float32)
    rarity[occurs > _COMMON * max(len(terms), _FEW)] = 0.0
    weights = (1 + np.log((numbers >> np.uint32(_TERM_BITS)).astype(np.float32))) * rarity[columns]
    matrix = sparse.csr_array((weights, columns, starts), shape=(len(terms), _TERMS))
    matrix.eliminate_zeros()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(matrix.indptr))
    return matrix
