"""Which reports tell of one event. In: the terms and days of articles. Out: a story's number for each. Pure.

An article is compared with those that came in before it and were published within three days of it, by its words: the cosine of tf-idf weights. It
joins the story that it resembles most on average, if it resembles it enough; else it begins one, whose number is its key. How rare a word is, is
counted over the last articles before its *block*, a stretch of keys with fixed ends. So a story is decided by articles with lower keys alone, and
never by how many of them came in at once. The encoder's vectors were measured for this and are left out: they find two shootings of one week alike
because both are shootings, and it is the names that differ (docs/decisions/0010-copies-and-stories.md).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.intake.copies import words

DAY_S = 86_400
WINDOW_DAYS = 3
"""Reports of an event are compared within so many days (UTC) of each other; a story lasts as long as new ones keep coming."""
ALIKE = 0.10
"""The mean resemblance to a story's reports from which an article is one of them (chosen on ECB+, BASIL and long-tail incidents)."""
RARITY_POWER = 1.5
"""Rare words count for more than in plain tf-idf: names tell events apart, where what happened is much the same."""
BACKGROUND = 2_000
"""So many articles tell well enough which words are rare."""
MAX_AROUND = 20_000
"""An article is compared with no more than the last so many: some tens of megabytes of terms."""
_MAX_BLOCK = 256
_BLOCKS_EACH_DOUBLING = 8
"""As long as there are few articles, what is rare changes fast; so the first blocks are short."""
_MAX_WORDS = 400
"""What an article is about stands at its beginning."""
_TERM_BITS = 18
_TERMS = 1 << _TERM_BITS
_HASH = np.uint32(_TERMS - 1)
_NO_LENGTH = 1e-9
"""Two texts without a word that counts are alike to nothing."""
_COMMON = 0.2
"""A word in so large a share of the articles tells none apart."""
_FEW = 20

Terms = NDArray[np.uint32]
"""A word's hash in the lower 18 bits, how often it occurs in those above; shape (n,)."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word counts for, by its hash; 0 for those that tell nothing apart; shape (2 ** 18,) each."""

    of_its_own: NDArray[np.float64]
    """The words of the article that is placed…"""
    of_others: NDArray[np.float64]
    """…and those that it does not have."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An article to compare with or to place."""

    key: int
    day: int
    """When it was published, in days since 1970 UTC."""
    terms: Terms
    story: int | None
    """None for one that has none yet."""


@dataclass(frozen=True, slots=True)
class Near:
    """What one article is compared with, by rising key: shape (n,) each."""

    stories: NDArray[np.int64]
    alike: NDArray[np.float64]


def terms_of(title: str | None, text: str) -> Terms:
    """What an article is about: the words of its title and its beginning, each with its count."""
    beginning = words(f"{title or ''} {text[: 12 * _MAX_WORDS]}")[:_MAX_WORDS]
    counts = Counter(zlib.crc32(word.encode(errors="surrogatepass")) % _TERMS for word in beginning)
    numbers = np.fromiter(counts, dtype=np.uint32, count=len(counts))
    often = np.fromiter(counts.values(), dtype=np.uint32, count=len(counts))
    return numbers | (np.minimum(often, 1023) << np.uint32(_TERM_BITS))


def block_start(key: int) -> int:
    """The first key of the block that a key (1 or more) is in: blocks of one at first, of 256 from the 2,048th on."""
    size = min(_MAX_BLOCK, max(1, (1 << key.bit_length() - 1) // _BLOCKS_EACH_DOUBLING))
    return key - key % size


def rarity_in(background: Sequence[Terms]) -> Rarity:
    """How much each word counts for among these articles and one more."""
    count = len(background)
    occurs = np.bincount(np.concatenate(background) & _HASH if background else [], minlength=_TERMS)
    possible = np.arange(count + 2)
    weights = np.log((count + 2) / np.maximum(possible, 1)) ** RARITY_POWER
    weights[possible > _COMMON * max(count + 1, _FEW)] = 0.0
    return Rarity(weights[occurs + 1], weights[occurs])


def compare(articles: Sequence[Dated], around: Sequence[Dated], rarity: Rarity) -> dict[int, Near]:
    """What each of ``articles`` is to be compared with, by key. around: articles by rising key that have a story, all with lower keys than these."""
    alike = _alike(articles, around, rarity)
    days, stories = _days(around), np.array([one.story for one in around], dtype=np.int64)
    near = {}
    for row, one in enumerate(articles):
        within = np.flatnonzero(np.abs(days - one.day) <= WINDOW_DAYS)[-MAX_AROUND:]
        near[one.key] = Near(stories[within], alike[row, within])
    return near


def place(articles: Sequence[Dated], near: Mapping[int, Near], rarity: Rarity) -> dict[int, int]:
    """A story for each of ``articles``, by key: that of others, or its own key. articles: by rising key. near: as ``compare`` finds it."""
    articles = sorted(articles, key=lambda one: one.key)
    alike, days = _alike(articles, articles, rarity), _days(articles)
    stories = np.zeros(len(articles), dtype=np.int64)
    for row, one in enumerate(articles):
        others = np.flatnonzero(np.abs(days[:row] - one.day) <= WINDOW_DAYS)
        before = near[one.key]
        numbers = np.concatenate((before.stories, stories[others]))[-MAX_AROUND:]
        stories[row] = _nearest(np.concatenate((before.alike, alike[row, others]))[-MAX_AROUND:], numbers) or one.key
    return {one.key: int(story) for one, story in zip(articles, stories, strict=True)}


def _nearest(alike: NDArray[np.float64], stories: NDArray[np.int64]) -> int | None:
    """The story whose reports are most alike on average, if they are alike enough; of equal ones that with the lower number."""
    if not len(stories):
        return None
    numbers, which = np.unique(stories, return_inverse=True)
    means = np.bincount(which, weights=alike) / np.bincount(which)
    best = int(np.argmax(means))
    return int(numbers[best]) if means[best] >= ALIKE else None


def _alike(articles: Sequence[Dated], others: Sequence[Dated], rarity: Rarity) -> NDArray[np.float64]:
    """How alike each of the articles is to each of the others: cosines, shape (articles, others). A pair's does not depend on the rest.

    An article's own words are counted with it among the background. So of another's words those that both have are less rare than the rest.
    """
    counts, of_others = _counts(articles), _counts(others)
    own, rest = rarity.of_its_own**2, rarity.of_others**2
    common = (_scaled(counts, own) @ of_others.T).toarray()
    lengths = counts.power(2) @ own
    shared = counts.sign() @ _scaled(of_others.power(2), own - rest).T
    lengths_of_others = np.maximum(of_others.power(2) @ rest + shared.toarray(), 0.0)
    product = np.sqrt(lengths[:, None] * lengths_of_others)
    cosines: NDArray[np.float64] = np.divide(common, product, out=np.zeros_like(product), where=product > _NO_LENGTH)
    return cosines


def _counts(articles: Sequence[Dated]) -> sparse.csr_array:
    """How often each word occurs, damped; shape (articles, 2 ** 18)."""
    numbers = np.concatenate([one.terms for one in articles]) if articles else np.empty(0, dtype=np.uint32)
    starts = np.concatenate(([0], np.cumsum([len(one.terms) for one in articles]))).astype(np.int32)
    often = 1 + np.log((numbers >> np.uint32(_TERM_BITS)).astype(np.float64))
    return sparse.csr_array((often, (numbers & _HASH).astype(np.int32), starts), shape=(len(articles), _TERMS))


def _scaled(counts: sparse.csr_array, weights: NDArray[np.float64]) -> sparse.csr_array:
    return sparse.csr_array((counts.data * weights[counts.indices], counts.indices, counts.indptr), shape=counts.shape)


def _days(articles: Sequence[Dated]) -> NDArray[np.int64]:
    return np.array([one.day for one in articles], dtype=np.int64)
