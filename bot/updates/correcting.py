"""Posts whose article was changed since. In: articles that changed, what was told of them. Out: edits of those posts. Blocking.

Only a change of what was quoted is told. What became of the rest of the article is not, nor is anything of one that went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.store.matches import Kept
from bot.store.subscriptions import Match
from bot.updates.announcing import match
from bot.updates.choosing import Page, closest
from bot.updates.matching import Hit
from bot.updates.newspaper import Newspaper
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place, Subscription
from index import QuoteState


@dataclass(slots=True)
class Corrections:
    """What follows from changes for those who were told before."""

    matches: list[Match] = field(default_factory=list)
    """As they stand now."""
    updates: list[NewUpdate] = field(default_factory=list)


def corrections(
    pages: Iterable[Page],
    kept: Sequence[Kept],
    hits: Sequence[Hit],
    served: Mapping[int, Subscription],
    index: Newspaper,
    render: Callable[[Hit, Subscription, str], tuple[str, ...]],
) -> Corrections:
    """hits: of these pages; what is quoted now is the one that a subscription wants, else the sentence that is most like the old one."""
    made = Corrections()
    wanted = {(to.id, hit.page.article.id): hit for hit in hits for to in hit.subscriptions}
    placed: set[tuple[Place, str]] = set()
    for page in pages:
        for one in kept:
            to = served.get(one.match.subscription_id)
            if to is None or one.told_in is None or one.match.article_id != page.article.id or not page.sentences:
                continue
            quote = _changed(index, one.match, page)
            if quote is None:
                continue
            hit = wanted.get((to.id, page.article.id)) or Hit(to.wish, (to,), page, closest(quote, page))
            made.matches.append(match(hit, to, one.match.report))
            if (to.place, one.told_in) in placed:
                continue
            placed.add((to.place, one.told_in))
            body = _body(render(hit, to, one.match.report), one)
            made.updates.append(NewUpdate(to.place, f"{one.match.report}.{page.article.revision}", body, to.id))
    return made


def _changed(index: Newspaper, told: Match, page: Page) -> str | None:
    """What was quoted, if the article says it no more."""
    if told.revision >= page.article.revision:
        return None
    quote = index.said(told.article_id, told.start, told.end, revision=told.revision)
    if not quote:
        return None
    state = index.quote_state(told.article_id, told.start, told.end, quote).state
    return quote if state is QuoteState.CHANGED else None


def _body(texts: tuple[str, ...], one: Kept) -> Body:
    """A post of its own is edited; to a digest, which holds other things too, it is a reply."""
    if one.told_in == one.match.report:
        return Body(texts, edits=one.told_in)
    return Body(texts, replies_to=one.told_in)
