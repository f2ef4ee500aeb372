"""The digest job. In: what was found and not told, and schedules. Out: digests in the outbox, one for each subscription that is due.

Also what was too much for a day and what came in the quiet hours. A digest, what it told, and up to when it did are written in one transaction: a
kill before it leaves everything to be told a minute later, and two replicas at work make one digest, because both give it the same key. Blocking.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.language import language
from bot.render.digest import digest
from bot.store.subscriptions import Found, Match, Subscriptions
from bot.updates.background import Background
from bot.updates.jobs import Job
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.report import Report
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
    untold, told, nothing = store.untold(), 0, []
    for one in store.active():
        if stopped():
            break
        if not is_due(one.schedule, one.last_digest_at, now):
            continue
        if one.id not in untold:
            nothing.append(one.id)
            continue
        try:
            _send(one, store, matching, now)
            told += 1
        except NewsError:
            _log.exception("the digest of subscription %d waits", one.id)
    store.nothing_to_tell(nothing, now)
    return told


def by_story(found: Sequence[Found], reports: Sequence[Report]) -> list[list[Report]]:
    """Stories that more reports are about first, then those that matched better; in each, the report that matched best first. Pure."""
    scores = {one.match.report: one.match.score for one in found}
    stories: dict[int | str, list[Report]] = {}
    for report in sorted(reports, key=lambda one: -scores.get(one.key, 0.0)):
        stories.setdefault(report.key if report.story is None else report.story, []).append(report)
    return sorted(stories.values(), key=len, reverse=True)


def _send(one: Subscription, store: Subscriptions, matching: Reports, now: datetime) -> None:
    found = store.waiting(one.id)
    stories = by_story(found, matching.reports([each.match for each in found]))
    update = None
    if stories:
        # The same for whoever makes this digest at the same time; another one for the next.
        key = f"digest-{one.id}-{int(one.last_digest_at.timestamp())}"
        update = NewUpdate(one.place, key, Body(digest(stories, (), language(one.language))), one.id)
    store.digest(one.id, update, [each.id for each in found], now)
