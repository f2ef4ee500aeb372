"""Which articles of a time speak of a place. In: its names, a scope. Out: a narrower scope. Called where a question names a day and a place.

Reports name the city once, often far from the sentence that answers: neither ranking knows that a figure three sentences on is of that city, and
among a week's news from everywhere it is one of many alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.answering.figures.places import speaks_of
from index.ports.articles import ArticleStore
from index.ports.search import LexicalIndex, Scope

LOOKED_AT = 400
"""Sentences that name a place, at most: more than a city has in days, and looked up in some ten milliseconds."""


def among_those_that_speak_of(places: Sequence[str], scope: Scope, *, lexical: LexicalIndex, store: ArticleStore) -> Scope | None:
    """The scope without articles that do not name each of the places; None if no article is left, or no place is given."""
    if not places:
        return None
    rarest = min(places, key=lambda place: max(lexical.counts(place.split()), default=0))
    found = store.sentences([hit.sentence_id for hit in lexical.search(rarest, LOOKED_AT, scope)])
    articles = {one.article.key: one.article for one in found.values()}
    keys = frozenset(key for key, one in articles.items() if speaks_of(places, f"{one.title or ''}\n{one.text}"))
    return replace(scope, article_keys=keys) if keys else None
