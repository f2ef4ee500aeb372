"""What is sent of what was found, and what waits. In: hits, what was kept before. Out: matches to keep and posts for the outbox. Pure.

A place is told of a report once, whichever of its subscriptions wants it. A report of a story that was told there replies to the story's first post.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.store.subscriptions import Match
from bot.updates.matching import Hit
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.reports import quoted_span, report_key
from bot.updates.schedule import when
from bot.updates.subscription import Place, Subscription


@dataclass(slots=True)
class Posts:
    """What follows from changes for those who want articles."""

    found: list[Match] = field(default_factory=list)
    updates: list[NewUpdate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Before:
    """What was kept before, of the reports in hand."""

    kept: Mapping[tuple[int, str], tuple[str, bool]]
    """By subscription and article, and by subscription and report: under which report it is kept, and whether it was told."""
    first_posts: Mapping[tuple[Place, int], str]
    """The key of a story's first post, by place and story."""
    sent_today: Callable[[Subscription], int]
    """How many posts a subscription had today where it is."""


def posts(hits: Sequence[Hit], before: Before, render: Callable[[Hit, Subscription, str], tuple[str, ...]], now: datetime) -> Posts:
    """Matches and posts, the earliest published first. render: a hit as it is shown to a subscription, under a key."""
    made = Posts()
    first, sent = dict(before.first_posts), dict[int, int]()
    placed: set[tuple[Place, str]] = set()
    matched: set[tuple[int, str]] = set()
    for hit in sorted(hits, key=lambda one: _publication(one, now)):
        article = hit.page.article
        for to in hit.subscriptions:
            known = before.kept.get((to.id, article.id)) or before.kept.get((to.id, report_key(article)))
            key = known[0] if known else report_key(article)
            # A subscription begins with what comes after it was made.
            if (to.id, key) in matched or (known and known[1]) or (known is None and hit.page.at < to.created_at):
                continue
            matched.add((to.id, key))
            made.found.append(match(hit, to, key))
            if (to.place, key) in placed or known:
                continue  # told there already, or it waits for a digest and is only worded anew
            if when(to.schedule, now, before.sent_today(to) + sent.get(to.id, 0)).in_digest:
                continue
            replies_to = first.get((to.place, article.story)) if article.story is not None else None
            made.updates.append(NewUpdate(to.place, key, Body(render(hit, to, key), replies_to=replies_to), to.id))
            placed.add((to.place, key))
            sent[to.id] = sent.get(to.id, 0) + 1
            if article.story is not None:
                first.setdefault((to.place, article.story), key)
    return made


def match(hit: Hit, to: Subscription, key: str) -> Match:
    """A hit, to be kept for a subscription."""
    article, span = hit.page.article, quoted_span(hit.page, hit.choice)
    return Match(to.id, key, article.id, span.start, span.end, hit.choice.score, article.story, article.revision)


def _publication(hit: Hit, now: datetime) -> tuple[datetime, int]:
    article = hit.page.article
    return (article.published_at or now, article.key)
