"""Who else carries what a passage quotes. In: passages, and the articles of their groups of copies. Out: the same passages with those named. Pure.

A copy may be cut short or edited, so an outlet is named only if its article holds the quoted words, whatever the white space between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from index.domain.articles import Article
from index.domain.passages import Carrier, Passage


def with_carriers(passages: Sequence[Passage], copies: Mapping[int, Sequence[Article]]) -> tuple[Passage, ...]:
    """The passages with ``carried_by`` filled in. copies: the articles of each report, the earliest first, by ``Article.report``."""
    if not copies:  # as mostly
        return tuple(passages)
    return tuple(replace(one, carried_by=_carriers(one, copies.get(one.report or 0, ()))) for one in passages)


def _carriers(passage: Passage, copies: Sequence[Article]) -> tuple[Carrier, ...]:
    quoted = _plain(passage.text[passage.focus.start - passage.start : passage.focus.end - passage.start])
    named = {_outlet(passage.article_id, passage.source, passage.url)}
    carriers = []
    for article in copies:
        outlet = _outlet(article.id, article.source, article.url)
        if outlet not in named and quoted in _plain(article.text):
            named.add(outlet)
            carriers.append(Carrier(article.id, article.source, article.url))
    return tuple(carriers)


def _outlet(article_id: str, source: str | None, url: str | None) -> str:
    """What tells outlets apart: the name, or else the site; an article with neither is one of its own."""
    try:
        site = urlsplit(url or "").hostname
    except ValueError:
        site = None
    return (source or site or article_id).casefold()


def _plain(text: str) -> str:
    return " ".join(text.split())
