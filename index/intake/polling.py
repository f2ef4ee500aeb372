"""When to read a feed again. In: how it went so far, what came now, the time. Out: the state to keep. Pure: chance is given in as ``rng``.

Never sooner than the interval that is set, nor than the feed asks; later and later while it fails; not before the time that its site names
(RFC 9110, section 10.2.3); never again once it is gone. All waits are stretched by chance, so that feeds added together are not always read together.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from index.domain.feeds import Feed, FeedState

STRETCH = 0.1
"""Waits are up to so much longer than computed."""
MAX_ASKED_S = 6 * 3600.0
"""The longest interval that a feed may ask for: many state a day or a year who publish hourly."""
MAX_BACK_OFF_S = 24 * 3600.0
"""A feed that is down for a week is found the day it comes back."""
MAX_RETRY_AFTER_S = 7 * 24 * 3600.0
"""The longest that a site may send us away for; more is a slip of somebody's."""


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether it is to be read now. A time beyond every wait there can be was set by a clock that went wrong, and does not count."""
    if feed.paused or feed.state.gone:
        return False
    beyond = timedelta(seconds=MAX_RETRY_AFTER_S * (1 + STRETCH))
    return not now < feed.state.next_poll_at <= now + beyond


def after_success(
    state: FeedState,
    now: datetime,
    rng: random.Random,
    *,
    interval_s: float,
    etag: str | None,
    last_modified: str | None,
    body_digest: bytes | None,
    asked_interval_s: float | None = None,
) -> FeedState:
    """The feed was read. interval_s: as it is set. etag, last_modified, body_digest: None if some of this copy is still to be done."""
    state = FeedState(
        next_poll_at=now,
        etag=etag,
        last_modified=last_modified,
        body_digest=body_digest,
        asked_interval_s=asked_interval_s,
        last_success_at=now,
        last_status=200,
    )
    return replace(state, next_poll_at=_later(now, _interval_s(state, interval_s), rng))


def after_not_modified(state: FeedState, now: datetime, rng: random.Random, *, interval_s: float, status: int = 304) -> FeedState:
    """The copy we have is the newest. What was known stays known. status: 304, or 200 if the site gave the same again."""
    return replace(
        state,
        next_poll_at=_later(now, _interval_s(state, interval_s), rng),
        failures=0,
        last_success_at=now,
        last_status=status,
        last_error=None,
    )


def after_failure(
    state: FeedState,
    now: datetime,
    rng: random.Random,
    *,
    interval_s: float,
    error: str,
    status: int | None = None,
    retry_after_s: float | None = None,
) -> FeedState:
    """It could not be read. error: a sentence for people. The first failure costs no more than a turn; each further one doubles the wait."""
    interval_s = _interval_s(state, interval_s)
    doublings = min(state.failures, 20)  # a power of more is no wait but an overflow
    wait_s = min(interval_s * 2**doublings, max(MAX_BACK_OFF_S, interval_s))
    asked_s = min(max(retry_after_s or 0.0, 0.0), MAX_RETRY_AFTER_S)
    return replace(
        state,
        next_poll_at=_later(now, max(wait_s, asked_s), rng),
        failures=state.failures + 1,
        last_status=status,
        last_error=error,
    )


def after_gone(state: FeedState, now: datetime, *, error: str, status: int | None = None) -> FeedState:
    """It is gone for good. error: a sentence for people."""
    return replace(state, next_poll_at=now, gone=True, last_status=status, last_error=error)


def _interval_s(state: FeedState, interval_s: float) -> float:
    return max(interval_s, min(state.asked_interval_s or 0.0, MAX_ASKED_S))


def _later(now: datetime, wait_s: float, rng: random.Random) -> datetime:
    return now + timedelta(seconds=wait_s * rng.uniform(1.0, 1.0 + STRETCH))
