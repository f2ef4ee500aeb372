"""Which articles of a time tell of an event. In: the event, a scope. Out: a narrower scope. Called where a question names a day and a place.

Reports name the city once, often far from the sentence that answers: neither ranking knows that a figure three sentences on is of that city, and
among a week's news from everywhere it is one of many alike.
"""

from __future__ import annotations

from dataclasses import replace

from index.answering.event import Event
from index.ports.articles import ArticleStore
from index.ports.search import LexicalIndex, Scope

LOOKED_AT = 400
"""Sentences that name a place, at most: more than a city has in days, and looked up in some ten milliseconds."""


def among_those_that_may_tell_of(event: Event, scope: Scope, *, lexical: LexicalIndex, store: ArticleStore) -> Scope | None:
    """The scope without articles that do not name each of the places, and without those that tell of other days only, if any are left; None if
    no article is left, or the event has no place.
    """
    if not event.places:
        return None
    rarest = min(event.places, key=lambda place: max(lexical.counts(place.split()), default=0))
    found = store.sentences([hit.sentence_id for hit in lexical.search(rarest, LOOKED_AT, scope)])
    articles = {one.article.key: one.article for one in found.values()}
    somewhen = replace(event, day=None)
    there = frozenset(key for key, one in articles.items() if somewhen.may_be_told_in(one.title, one.text, one.published_at))
    then = frozenset(key for key in there if event.may_be_told_in(articles[key].title, articles[key].text, articles[key].published_at))
    return replace(scope, article_keys=then or there) if there else None
