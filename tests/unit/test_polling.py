"""When a feed is read again: never too soon, later and later while it fails, and never once it is gone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from index.domain.feeds import Feed, FeedState
from index.intake.polling import (
    MAX_ASKED_S,
    MAX_BACK_OFF_S,
    MAX_RETRY_AFTER_S,
    STRETCH,
    after_failure,
    after_gone,
    after_not_modified,
    after_success,
    is_due,
)

NOW = datetime(2017, 2, 10, 12, 0, tzinfo=UTC)
QUARTER_S = 900.0
HOUR_S = 3600.0
NEW = FeedState(next_poll_at=NOW)

seeds = st.integers(0, 2**32).map(random.Random)


def success(state: FeedState, rng: random.Random, asked_s: float | None = None, interval_s: float = QUARTER_S) -> FeedState:
    return after_success(
        state, NOW, rng, interval_s=interval_s, etag='"1"', last_modified="Thu", body_digest=b"d" * 16, asked_interval_s=asked_s
    )


def failure(state: FeedState, rng: random.Random, retry_after_s: float | None = None, interval_s: float = QUARTER_S) -> FeedState:
    return after_failure(
        state, NOW, rng, interval_s=interval_s, error="the site is in trouble (503)", status=503, retry_after_s=retry_after_s
    )


def wait_s(state: FeedState) -> float:
    return (state.next_poll_at - NOW).total_seconds()


def feed(state: FeedState, paused: bool = False) -> Feed:
    return Feed(1, "https://a.example/feed", None, None, NOW, paused, 0, 0, state)


@given(seeds, st.floats(60, 10 * 24 * HOUR_S), st.none() | st.floats(0, 1e9))
def test_a_success_waits_as_long_as_is_set_or_asked(rng: random.Random, interval_s: float, asked_s: float | None) -> None:
    """The wait is the longer of what is set and what the feed asks, the latter within reason, and never shorter."""
    expected = max(interval_s, min(asked_s or 0, MAX_ASKED_S))
    assert expected - 1e-3 <= wait_s(success(NEW, rng, asked_s, interval_s)) <= expected * (1 + STRETCH) + 1e-3


def test_waits_differ() -> None:
    """Feeds that were read together are not all read together the next time."""
    rng = random.Random(1)
    assert len({success(NEW, rng).next_poll_at for _ in range(20)}) == 20


def test_not_modified_keeps_what_is_known() -> None:
    """After a 304 the validators, the digest and what the feed asks for are still there, and failures are forgotten."""
    rng = random.Random(1)
    state = after_not_modified(failure(success(NEW, rng, HOUR_S), rng), NOW, rng, interval_s=QUARTER_S)
    assert (state.etag, state.last_modified, state.body_digest, state.asked_interval_s) == ('"1"', "Thu", b"d" * 16, HOUR_S)
    assert (state.failures, state.last_error, state.last_status, state.last_success_at) == (0, None, 304, NOW)
    assert HOUR_S <= wait_s(state) <= HOUR_S * (1 + STRETCH)


@given(seeds, st.integers(1, 60))
def test_failures_wait_longer_and_longer_up_to_a_ceiling(rng: random.Random, times: int) -> None:
    """The first failure costs a turn, each further one doubles the wait, and none waits longer than the ceiling."""
    state = NEW
    for _ in range(times):
        state = failure(state, rng)
    expected = min(QUARTER_S * 2 ** (times - 1), MAX_BACK_OFF_S)
    assert expected - 1e-3 <= wait_s(state) <= expected * (1 + STRETCH) + 1e-3
    assert (state.failures, state.last_error, state.last_status) == (times, "the site is in trouble (503)", 503)
    assert success(state, rng).failures == 0
    assert success(state, rng).last_error is None


def test_a_failure_keeps_the_last_success_and_the_validators() -> None:
    """When the feed comes back, it is asked whether it changed since it was last read."""
    rng = random.Random(1)
    state = failure(success(NEW, rng), rng)
    assert (state.etag, state.last_success_at, state.gone) == ('"1"', NOW, False)


@given(seeds, st.floats(allow_nan=False, min_value=0))
def test_retry_after_is_obeyed_within_reason(rng: random.Random, retry_after_s: float) -> None:
    """A site is left alone at least as long as it asks, unless it asks for more than a week."""
    waited = wait_s(failure(NEW, rng, retry_after_s))
    assert waited >= min(retry_after_s, MAX_RETRY_AFTER_S) - 1e-3
    assert waited >= QUARTER_S
    assert waited <= max(QUARTER_S, min(retry_after_s, MAX_RETRY_AFTER_S)) * (1 + STRETCH) + 1e-3


def test_who_is_due() -> None:
    """A feed is due from its time on, but not paused and not gone; a time that no decision could have set does not hold it up."""
    rng = random.Random(1)
    assert is_due(feed(NEW), NOW)
    assert not is_due(feed(NEW, paused=True), NOW)
    assert not is_due(feed(after_gone(NEW, NOW, error="gone (410)", status=410)), NOW)
    assert not is_due(feed(success(NEW, rng)), NOW)
    assert is_due(feed(success(NEW, rng)), NOW + timedelta(seconds=QUARTER_S * (1 + STRETCH)))
    assert not is_due(feed(failure(NEW, rng, 1e12)), NOW)
    assert is_due(feed(FeedState(next_poll_at=NOW + timedelta(days=300))), NOW), "set while the clock was wrong"


def test_gone_is_kept_with_its_reason() -> None:
    """What is gone says why, and keeps when it was last read."""
    state = after_gone(success(NEW, random.Random(1)), NOW, error="there is nothing at this address any more (410)", status=410)
    assert state.gone
    assert (state.last_status, state.last_error, state.last_success_at) == (410, "there is nothing at this address any more (410)", NOW)
