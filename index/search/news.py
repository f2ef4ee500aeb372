"""What is new, for those who wait for it: articles that changed, each sentence with its vector. In: the store, an encoder. Out: ``News``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from index.domain.articles import Article, Span
from index.domain.passages import Filters
from index.errors import WriterBusyError
from index.ports.articles import ArticleStore, ChangedArticles
from index.ports.models import Encoder, Vectors
from index.search.generations import Generation


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An article that came in or changed, as it is now."""

    article: Article
    at: datetime
    """When it last did."""
    is_new: bool
    """Whether it came in, rather than changed."""
    sentences: tuple[Span, ...]
    """Where each stands, in the order of the text."""
    added: tuple[bool, ...]
    """Of each, whether the article did not say it before."""
    vectors: Vectors
    """Of each."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to the coverage since somebody last looked."""

    upto: int
    """The last change it takes in: where to look on from."""
    items: tuple[NewsItem, ...]
    """In the order in which they changed."""
    removed: bool
    """Whether any article went."""


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence by meaning."""

    article: Article
    span: Span
    cosine: float


def news_since(store: ArticleStore, encoder: Encoder, after: int, limit: int, group: Callable[[], object]) -> News:
    """What changed after ``after``, by at most ``limit`` changes. group: decides whose copies articles are, for whoever holds the writer's lock.

    An article of which that is not decided is not told of yet, for it may be a copy of one that was: whoever writes is about to decide it, and if
    they were killed before, it is done here.
    """
    found = store.changed(after, limit)
    if found.undecided:
        with suppress(WriterBusyError), store.writer("the grouping of what came in", wait_s=0.0):
            group()
            found = store.changed(after, limit)
    return News(found.upto, _items(found, store, encoder), found.removed)


def near(vectors: Vectors, limit: int, filters: Filters, *, generation: Generation, store: ArticleStore) -> list[Near]:
    """At most ``limit`` sentences, the most similar first. vectors: of what is looked for, shape (1, dimension)."""
    hits = generation.vectors.search(vectors, limit, store.scope(filters))
    stored = store.sentences([hit.sentence_id for hit in hits])
    found = [(stored[hit.sentence_id], hit.score) for hit in hits if hit.sentence_id in stored]
    return [Near(one.article, Span(one.sentence.start, one.sentence.end), score) for one, score in found]


def _items(found: ChangedArticles, store: ArticleStore, encoder: Encoder) -> tuple[NewsItem, ...]:
    texts = {
        digest: one.article.text[sentence.start : sentence.end]
        for one in found.articles
        for sentence, digest in zip(one.sentences, one.digests, strict=True)
    }
    known = store.vectors(encoder, list(texts))
    if missing := [digest for digest in texts if digest not in known]:  # stored by a process with another encoder
        known |= dict(zip(missing, encoder.encode([texts[digest] for digest in missing]), strict=True))
    return tuple(
        NewsItem(
            one.article,
            one.at,
            one.is_new,
            tuple(Span(sentence.start, sentence.end) for sentence in one.sentences),
            tuple(digest not in one.earlier for digest in one.digests),
            _stacked([known[digest] for digest in one.digests], encoder.dimension),
        )
        for one in found.articles
    )


def _stacked(vectors: Sequence[Vectors], dimension: int) -> Vectors:
    return np.stack(vectors) if vectors else np.empty((0, dimension), dtype=np.float32)
