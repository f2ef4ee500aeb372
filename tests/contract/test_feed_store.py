"""What ``index.ports.feeds.FeedStore`` promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from index.domain.feeds import Feed, FeedState
from index.ports.feeds import EntryMemory, FeedReading
from index.store.feeds import MEMORY, SqlFeedStore
from index.store.tables import feed_entries, former_addresses
from tests.conftest import SetClock

COURIER, GAZETTE, MOVED = "https://courier.example/feed", "https://gazette.example/atom", "https://courier.example/new"
ONE, TWO, THREE = (bytes([i]) * 16 for i in (1, 2, 3))


@pytest.fixture
def feeds(engine: Engine, clock: SetClock) -> SqlFeedStore:
    """An empty store of feeds, once on each database."""
    return SqlFeedStore(engine, clock)


def add(feeds: SqlFeedStore, url: str = COURIER) -> Feed:
    feed, is_new = feeds.add(url)
    assert is_new
    return feed


def counts(engine: Engine) -> tuple[int, int]:
    """Entries remembered, and former addresses."""
    with engine.connect() as connection:
        tables = (feed_entries, former_addresses)
        entries, addresses = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
        return entries, addresses


def test_a_new_feed_is_due_at_once(feeds: SqlFeedStore, clock: SetClock) -> None:
    """It comes back as it was added, with nothing read yet, in the order of adding."""
    feeds.add(GAZETTE, title="The Gazette", source="Gazette")
    add(feeds)
    gazette, courier = feeds.all()
    assert (gazette.url, gazette.title, gazette.source, gazette.paused, gazette.total_new) == (GAZETTE, "The Gazette", "Gazette", False, 0)
    assert (gazette.added_at, gazette.state) == (clock.now(), FeedState(next_poll_at=clock.now()))
    assert courier.url == COURIER


def test_adding_twice_is_adding_once(feeds: SqlFeedStore) -> None:
    """What is there is left as it is, and returned."""
    first = add(feeds)
    again, is_new = feeds.add(COURIER, title="Another name", source="Other")
    assert (again, is_new) == (first, False)
    assert feeds.all() == [first]


def test_what_came_of_a_reading_is_kept(feeds: SqlFeedStore, clock: SetClock) -> None:
    """Every part of the state comes back, new articles are counted, and a title that was not read does not erase the known one."""
    feed = add(feeds)
    state = FeedState(
        next_poll_at=clock.now() + timedelta(hours=1),
        failures=2,
        etag='W/"é1"',
        last_modified="Thu, 09 Feb 2017 10:00:00 GMT",
        body_digest=ONE,
        asked_interval_s=3600.0,
        last_success_at=clock.now(),
        last_status=200,
        last_error="the site is in trouble (503)",
        gone=True,
    )
    feeds.record(feed.key, FeedReading(state, title="The Courier", entries={ONE: EntryMemory(TWO)}, new=3))
    feeds.record(feed.key, FeedReading(state, entries={}, new=2))
    after = feeds.record(feed.key, FeedReading(state))
    assert after is not None
    assert (after.state, after.title, after.last_new, after.total_new) == (state, "The Courier", 2, 5)
    assert feeds.all() == [after]


def test_a_feed_is_never_read_sooner_than_decided(feeds: SqlFeedStore, clock: SetClock) -> None:
    """A time between two seconds is kept as the later one."""
    feed = add(feeds)
    decided = clock.now() + timedelta(seconds=900.25)
    after = feeds.record(feed.key, FeedReading(FeedState(next_poll_at=decided)))
    assert after is not None
    assert decided <= after.state.next_poll_at < decided + timedelta(seconds=1)


@pytest.mark.parametrize("header", ["x" * 10_000, "a\nb", "a\0b"])
def test_a_validator_that_nobody_could_send_back_is_dropped(feeds: SqlFeedStore, clock: SetClock, header: str) -> None:
    """A site's odd header costs its own comfort, not the reading."""
    feed = add(feeds)
    after = feeds.record(feed.key, FeedReading(FeedState(next_poll_at=clock.now(), etag=header, last_modified=header)))
    assert after is not None
    assert (after.state.etag, after.state.last_modified) == (None, None)


def test_entries_are_remembered_by_feed(feeds: SqlFeedStore, clock: SetClock) -> None:
    """What was done about an entry comes back for its own feed alone, and a later reading replaces it."""
    courier, gazette = add(feeds), add(feeds, GAZETTE)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(courier.key, FeedReading(state, entries={ONE: EntryMemory(ONE), TWO: EntryMemory(TWO, 2)}))
    feeds.record(gazette.key, FeedReading(state, entries={ONE: EntryMemory(THREE)}))
    feeds.record(courier.key, FeedReading(state, entries={TWO: EntryMemory(THREE)}))
    assert feeds.known(courier.key, [ONE, TWO, THREE]) == {ONE: EntryMemory(ONE), TWO: EntryMemory(THREE)}
    assert feeds.known(gazette.key, [ONE, TWO]) == {ONE: EntryMemory(THREE)}
    assert feeds.known(gazette.key, []) == {}


def test_entries_that_left_the_feed_are_forgotten_in_time(feeds: SqlFeedStore, clock: SetClock) -> None:
    """An entry is remembered for some weeks after it was last in the feed, so that nothing grows for ever; a 304 forgets nothing."""
    feed = add(feeds)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(feed.key, FeedReading(state, entries={ONE: EntryMemory(ONE), TWO: EntryMemory(TWO)}))
    clock.move(days=MEMORY.days)
    feeds.record(feed.key, FeedReading(state, entries={TWO: EntryMemory(TWO)}))
    assert feeds.known(feed.key, [ONE, TWO]).keys() == {ONE, TWO}
    clock.move(days=1)
    feeds.record(feed.key, FeedReading(state))
    assert feeds.known(feed.key, [ONE, TWO]).keys() == {ONE, TWO}
    feeds.record(feed.key, FeedReading(state, entries={TWO: EntryMemory(TWO)}))
    assert feeds.known(feed.key, [ONE, TWO]).keys() == {TWO}


def test_pausing_and_going_on(feeds: SqlFeedStore, clock: SetClock) -> None:
    """A paused feed stays paused through a reading that was under way; resumed, it is due at once, and no longer taken for gone."""
    feed = add(feeds)
    paused = feeds.set_paused(feed.key, True)
    assert paused is not None
    assert paused.paused
    gone = FeedState(next_poll_at=clock.now() + timedelta(days=1), failures=4, gone=True)
    after = feeds.record(feed.key, FeedReading(gone))
    assert after is not None
    assert after.paused
    resumed = feeds.set_paused(feed.key, False)
    assert resumed is not None
    assert (resumed.paused, resumed.state.gone, resumed.state.failures, resumed.state.next_poll_at) == (False, False, 0, clock.now())
    assert feeds.set_paused(feed.key + 1, True) is None


def test_what_is_removed_leaves_nothing(feeds: SqlFeedStore, engine: Engine, clock: SetClock) -> None:
    """A removed feed is gone with its entries and former addresses, and a reading that ends later brings nothing back."""
    feed = add(feeds)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(feed.key, FeedReading(state, MOVED, entries={ONE: EntryMemory(ONE)}))
    assert counts(engine) == (1, 1)
    assert feeds.remove(feed.key)
    assert not feeds.remove(feed.key)
    assert feeds.record(feed.key, FeedReading(state, entries={ONE: EntryMemory(ONE)})) is None
    assert counts(engine) == (0, 0)
    assert (feeds.all(), feeds.find(COURIER)) == ([], None)


def test_a_feed_that_moved_is_found_by_every_address_it_had(feeds: SqlFeedStore, clock: SetClock) -> None:
    """It is one feed with one memory, whichever of its addresses is named, also when it moves on and back again."""
    feed = add(feeds)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(feed.key, FeedReading(state, MOVED, entries={ONE: EntryMemory(ONE)}))
    feeds.record(feed.key, FeedReading(state, f"{MOVED}/2"))
    for url in (COURIER, MOVED, f"{MOVED}/2"):
        found = feeds.find(url)
        assert found is not None
        assert (found.key, found.url) == (feed.key, f"{MOVED}/2")
        assert feeds.add(url) == (found, False)
    back = feeds.record(feed.key, FeedReading(state, COURIER))
    assert back is not None
    assert (back.key, back.url) == (feed.key, COURIER)
    assert feeds.find(f"{MOVED}/2") == back
    assert feeds.known(feed.key, [ONE]) == {ONE: EntryMemory(ONE)}


def test_a_feed_that_moves_to_another_becomes_that_one(feeds: SqlFeedStore, engine: Engine, clock: SetClock) -> None:
    """The two are one from then on: addresses, memory and counts of both, and paused if the one that stays was."""
    courier, gazette = add(feeds), add(feeds, GAZETTE)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(courier.key, FeedReading(state, MOVED, entries={ONE: EntryMemory(ONE), TWO: EntryMemory(TWO)}, new=2))
    feeds.record(gazette.key, FeedReading(state, entries={TWO: EntryMemory(THREE)}, new=3))
    feeds.set_paused(gazette.key, True)
    later = FeedState(next_poll_at=clock.now() + timedelta(hours=1))
    after = feeds.record(courier.key, FeedReading(later, GAZETTE, "Gazette and Courier", {THREE: EntryMemory(THREE)}, new=1))
    assert after is not None
    assert (after.key, after.url, after.title, after.paused, after.total_new, after.state) == (
        gazette.key,
        GAZETTE,
        "Gazette and Courier",
        True,
        6,
        later,
    )
    assert feeds.all() == [after]
    assert feeds.find(COURIER) == feeds.find(MOVED) == after
    assert feeds.known(gazette.key, [ONE, TWO, THREE]) == {ONE: EntryMemory(ONE), TWO: EntryMemory(THREE), THREE: EntryMemory(THREE)}
    assert counts(engine) == (3, 2)


def test_an_address_that_another_feed_had_before_is_that_of_who_is_there_now(feeds: SqlFeedStore, clock: SetClock) -> None:
    """A feed that moves to an address which another one left takes that address over."""
    courier, gazette = add(feeds), add(feeds, GAZETTE)
    state = FeedState(next_poll_at=clock.now())
    feeds.record(courier.key, FeedReading(state, MOVED))
    feeds.record(gazette.key, FeedReading(state, COURIER))
    found, moved = feeds.find(COURIER), feeds.find(MOVED)
    assert found is not None
    assert moved is not None
    assert (found.key, moved.key) == (gazette.key, courier.key)
