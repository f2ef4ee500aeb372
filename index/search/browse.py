"""Articles about a topic, for whoever wants to look rather than ask. In: a few words, a generation. Out: articles, newest first."""

from __future__ import annotations

from collections import defaultdict

from index.domain.articles import Article
from index.ports.articles import ArticleStore
from index.search.generations import Generation
from index.search.signals import share_said

LOOKED_AT = 400
"""Sentences asked of the lexical index: enough for a few dozen articles, looked up in some ten milliseconds."""
LEAST_SHARE = 0.5
"""Of a topic's words, rare ones counting more, that an article has to have."""


def about(topic: str, limit: int, *, generation: Generation, store: ArticleStore) -> list[Article]:
    """At most ``limit`` articles that have as much of the topic's words as any has, newest first, undated ones last; none if nobody has half."""
    weights, terms = generation.lexical.weights(topic), generation.lexical.terms
    found = store.sentences([hit.sentence_id for hit in generation.lexical.search(topic, LOOKED_AT)])
    articles: dict[int, Article] = {}
    said: defaultdict[int, set[str]] = defaultdict(set)
    for one in found.values():
        article = articles.setdefault(one.article.key, one.article)
        said[article.key].update(terms(article.text[one.sentence.start : one.sentence.end]))
    shares = {key: share_said(weights, said[key] | set(terms(article.title or ""))) for key, article in articles.items()}
    enough = max([LEAST_SHARE, *shares.values()]) - 1e-9
    return sorted((articles[key] for key, share in shares.items() if share >= enough), key=_newness)[:limit]


def _newness(article: Article) -> tuple[float, int]:
    return (-article.published_at.timestamp() if article.published_at else float("inf"), -article.key)
