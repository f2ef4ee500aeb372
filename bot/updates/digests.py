"""The digest job. In: what was found or changed and not told, and schedules. Out: digests in the outbox, one for each subscription that is due.

Also what was too much for a day and what came in the quiet hours. A digest, what it told, and up to when it did are written in one transaction: a
kill before it leaves everything to be told a minute later, and two replicas at work make one digest, because both give it the same key. Blocking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.language import language
from bot.render.digest import digest
from bot.store.subscriptions import Found, Match, Subscriptions
from bot.updates.background import Background
from bot.updates.followed import change, told
from bot.updates.followed_json import from_json, to_json
from bot.updates.jobs import Job
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.report import Change, Report
from bot.updates.schedule import is_due
from bot.updates.subscription import Subscription
from index import NewsError

_log = logging.getLogger(__name__)

DIGESTS = "digests"
"""The name of the job."""
DIGESTS_EVERY = timedelta(minutes=1)


class Reports(Protocol):
    """The part of ``bot.updates.matching`` that digests need."""

    def reports(self, found: Sequence[Match]) -> list[Report]:
        """What was kept of matches, as it stands now; without what was withdrawn."""


def digest_job(store: Subscriptions, matching: Reports, background: Background, now: Callable[[], datetime]) -> Job:
    """For the timetable."""
    return Job(DIGESTS, DIGESTS_EVERY.total_seconds(), lambda: send_digests(store, matching, now(), stopped=lambda: background.stopping))


def send_digests(store: Subscriptions, matching: Reports, now: datetime, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Put every digest that is due into the outbox. Returns how many subscriptions had one. One that fails keeps no other from being sent."""
    untold, answered, count, nothing = store.untold(), store.all_answered(), 0, []
    for one in store.active():
        if stopped():
            break
        if not is_due(one.schedule, one.last_digest_at, now):
            continue
        news = _news(one, answered.get(one.id))
        if one.id not in untold and news is None:
            nothing.append(one.id)
            continue
        try:
            _send(one, store, matching, news, now)
            count += 1
        except NewsError:
            _log.exception("the digest of subscription %d waits", one.id)
    store.nothing_to_tell(nothing, now)
    return count


def by_story(found: Sequence[Found], reports: Sequence[Report]) -> list[list[Report]]:
    """Stories that more reports are about first, then those that matched better; in each, the report that matched best first. Pure."""
    scores = {one.match.report: one.match.score for one in found}
    stories: dict[int | str, list[Report]] = {}
    for report in sorted(reports, key=lambda one: -scores.get(one.key, 0.0)):
        stories.setdefault(report.key if report.story is None else report.story, []).append(report)
    return sorted(stories.values(), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class _News:
    """Another answer than the one that was told."""

    change: Change
    kept: str
    """What is kept of the question…"""
    told: str
    """…and what is to be kept once the change is told."""


def _news(one: Subscription, kept: str | None) -> _News | None:
    """What there is to tell of a question; None of anything else, and where nothing changed."""
    followed = from_json(kept) if kept is not None else None
    news = change(followed, one.wish.words) if followed is not None else None
    return None if kept is None or followed is None or news is None else _News(news, kept, to_json(told(followed)))


def _send(one: Subscription, store: Subscriptions, matching: Reports, news: _News | None, now: datetime) -> None:
    found = store.waiting(one.id)
    stories = by_story(found, matching.reports([each.match for each in found]))
    changes = [news.change] if news is not None else []
    update = None
    if stories or changes:
        # The same for whoever makes this digest at the same time; another one for the next.
        key = f"digest-{one.id}-{int(one.last_digest_at.timestamp())}"
        update = NewUpdate(one.place, key, Body(digest(stories, changes, language(one.language))), one.id)
    store.digest(one.id, update, [each.id for each in found], now, answered=(news.kept, news.told) if news is not None else None)
