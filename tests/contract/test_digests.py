"""The digest job on both databases: what is due is told once, late rather than never, whoever is killed and however many replicas work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

import pytest
from sqlalchemy import Engine

from bot.store.database import CHATS
from bot.store.store import BotStore
from bot.store.subscriptions import Match
from bot.updates.digests import by_story, send_digests
from bot.updates.followed import Followed, Held
from bot.updates.followed_json import to_json
from bot.updates.outgoing import Sending, Update
from bot.updates.report import Quoted, Report, Value
from bot.updates.subscription import Cadence, Place, Schedule, Subscription, Wanted, Wish
from index import StorageError
from index.store.database import migrate
from tests.conftest import SetClock

CHANNEL = Place(-1001)
DAILY = Schedule(Cadence.DAILY, time(8), zone="Europe/Berlin", quiet_from=time(22), quiet_to=time(7))
TOPIC = Wish(Wanted.TOPIC, "ferries")


class Kept:
    """What ``Matching.reports`` does, without a coverage: a report for each match, but for those that were withdrawn."""

    def __init__(self) -> None:
        self.withdrawn: set[str] = set()
        self.broken = False

    def reports(self, found: Sequence[Match]) -> list[Report]:
        """In the order of the matches."""
        if self.broken:
            raise StorageError("The database is away.")
        return [_report(one) for one in found if one.report not in self.withdrawn]


def _report(of: Match) -> Report:
    quote = Quoted(f"What {of.report} says.", "Harbour News", None, None)
    return Report(of.report, of.article_id, of.report, "Harbour News", None, None, (quote,), (), of.story)


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


@pytest.fixture
def kept() -> Kept:
    return Kept()


def subscribed(bot_store: BotStore, schedule: Schedule = DAILY, language: str | None = None) -> Subscription:
    return bot_store.subscriptions.add(CHANNEL, 42, TOPIC, schedule, language)


def finds(bot_store: BotStore, one: Subscription, *reports: str, story: int | None = None) -> None:
    last = bot_store.subscriptions.told_of()
    found = [Match(one.id, report, report, 0, 5, 0.5, story) for report in reports]
    assert bot_store.subscriptions.tell((last or 0) + 1, after=last, found=found)


def in_outbox(bot_store: BotStore) -> list[Update]:
    """What there is to send, taken and sent one by one."""
    updates: list[Update] = []
    while claimed := bot_store.outbox.claim("test", 9):
        for one in claimed:
            bot_store.outbox.sent(one.id, 1)
        updates += claimed
    return updates


def test_a_digest_is_sent_at_its_time_and_once(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """Not before; with all that was found; and what comes after it waits for the next."""
    one = subscribed(bot_store)
    finds(bot_store, one, "r1", "r2")
    clock.move(hours=18, minutes=59)  # 7:59 in Berlin
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    clock.move(minutes=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    finds(bot_store, one, "r3")
    clock.move(minutes=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    [digest] = in_outbox(bot_store)
    assert digest.body.texts[0].startswith("<b>Digest: 2 reports</b>")
    clock.move(days=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    [digest] = in_outbox(bot_store)
    assert "r3" in digest.body.texts[0]
    assert "r1" not in digest.body.texts[0]


def test_what_was_missed_is_sent_once_late(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """After three days without power there is one digest, when the program is back."""
    one = subscribed(bot_store)
    finds(bot_store, one, "r1")
    clock.move(days=3)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    assert len(in_outbox(bot_store)) == 1


def test_in_the_quiet_hours_nothing_is_sent_and_at_their_end_everything_is(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """Also of a subscription that is sent at once by day."""
    one = subscribed(bot_store, Schedule(quiet_from=time(11), quiet_to=time(14)))
    finds(bot_store, one, "r1")
    clock.move(hours=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    clock.move(hours=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1


def test_a_digest_with_nothing_in_it_is_not_sent(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """Neither where nothing was found nor where all of it was withdrawn; what is found later waits for its time."""
    one, other = subscribed(bot_store), bot_store.subscriptions.add(Place(7), 7, TOPIC, DAILY)
    finds(bot_store, one, "r1")
    kept.withdrawn.add("r1")
    clock.move(days=1)
    send_digests(bot_store.subscriptions, kept, clock.now())
    finds(bot_store, other, "r2")
    clock.move(hours=2)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    assert in_outbox(bot_store) == []
    assert bot_store.subscriptions.untold() == {one.id, other.id}


def test_two_replicas_make_one_digest(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """The second finds more than the first: that is told the next time, and nothing twice."""
    one = subscribed(bot_store)
    finds(bot_store, one, "r1")
    clock.move(days=1)

    class Slow(Kept):
        """The other replica makes the digest while this one looks at what was kept."""

        def reports(self, found: Sequence[Match]) -> list[Report]:
            assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
            return super().reports(found)

    send_digests(bot_store.subscriptions, Slow(), clock.now())
    assert len(in_outbox(bot_store)) == 1
    assert bot_store.subscriptions.untold() == set()


def test_a_digest_that_breaks_off_is_sent_the_next_time(
    bot_store: BotStore, kept: Kept, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two of its statements: nothing of it is there, and a minute later all of it is, once."""
    one = subscribed(bot_store)
    finds(bot_store, one, "r1", "r2")
    clock.move(days=1)

    def broken(*_: object) -> list[int]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.subscriptions.put", broken)
        with pytest.raises(KeyboardInterrupt):
            send_digests(bot_store.subscriptions, kept, clock.now())
    assert bot_store.outbox.counts() == {}
    assert bot_store.subscriptions.get(one.id) == one
    clock.move(minutes=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    assert len(in_outbox(bot_store)) == 1


def test_one_that_fails_keeps_no_other_from_being_sent(bot_store: BotStore, clock: SetClock) -> None:
    """It waits, and the rest is sent."""
    one, other = subscribed(bot_store), bot_store.subscriptions.add(Place(7), 7, TOPIC, DAILY)
    finds(bot_store, one, "r1")
    finds(bot_store, other, "r2")

    class Half(Kept):
        """Knows nothing of the first one's report."""

        def reports(self, found: Sequence[Match]) -> list[Report]:
            self.broken = found[0].report == "r1"
            return super().reports(found)

    clock.move(days=1)
    assert send_digests(bot_store.subscriptions, Half(), clock.now()) == 1
    assert [one.place for one in in_outbox(bot_store)] == [Place(7)]
    assert send_digests(bot_store.subscriptions, Kept(), clock.now()) == 1


def test_what_is_paused_or_gone_meanwhile_is_not_told(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """The press of a button and the digest at the same moment; and what was found before a pause is never told."""
    one = subscribed(bot_store)
    finds(bot_store, one, "r1")
    clock.move(days=1)

    class Pausing(Kept):
        """Somebody pauses it while the digest is made."""

        def reports(self, found: Sequence[Match]) -> list[Report]:
            bot_store.subscriptions.pause(one.id)
            return super().reports(found)

    send_digests(bot_store.subscriptions, Pausing(), clock.now())
    bot_store.subscriptions.resume(one.id)
    clock.move(days=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    assert bot_store.outbox.counts().get(Sending.WAITING) is None


def test_stories_with_more_reports_come_first(bot_store: BotStore) -> None:
    """Then those that match better; a report without a story is one of its own."""
    one = subscribed(bot_store)
    last = None
    matches = [
        Match(one.id, name, name, 0, 5, score, story)
        for name, score, story in (("a", 0.9, None), ("b", 0.5, 3), ("c", 0.7, 3), ("d", 0.95, None))
    ]
    bot_store.subscriptions.tell(1, after=last, found=matches)
    stories = by_story(bot_store.subscriptions.waiting(one.id), [_report(each) for each in matches])
    assert [[report.key for report in story] for story in stories] == [["c", "b"], ["d"], ["a"]]


def test_a_digest_is_in_its_chats_language(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """That of whoever made the subscription."""
    finds(bot_store, subscribed(bot_store, language="de"), "r1")
    clock.move(days=1)
    send_digests(bot_store.subscriptions, kept, clock.now())
    assert "1 Bericht" in in_outbox(bot_store)[0].body.texts[0]


def test_a_changed_answer_is_told_in_the_digest_once(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """Of a question that is followed daily: at its time, and what was told is noted with it."""
    one = bot_store.subscriptions.add(CHANNEL, 42, Wish(Wanted.QUESTION, "how many died?"), DAILY)
    quote = Quoted("Five died.", "Harbour News", None, None)
    five = Held(Value("five", 5.0, (), quote), "a1", 0, 10, 1, None)
    changed = to_json(Followed((), (five,)))
    assert bot_store.subscriptions.tell(1, after=None, answered={one.id: changed})
    clock.move(hours=18)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    clock.move(hours=2)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    [digest] = in_outbox(bot_store)
    assert digest.body.texts[0].startswith("<b>Digest: 1 changed answer</b>\n\n<b>how many died?</b>\nanswered now: <b>five</b>")
    clock.move(days=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    assert in_outbox(bot_store) == []


def test_a_clock_change_moves_no_digest(bot_store: BotStore, kept: Kept, clock: SetClock) -> None:
    """Eight in the morning in Berlin, before and after the night of 26 March 2017."""
    clock.moment = clock.moment.replace(month=3, day=25, hour=7, minute=30)
    one = subscribed(bot_store)
    finds(bot_store, one, "r1")
    clock.move(hours=22, minutes=29)  # 5:59 in UTC, 7:59 in Berlin
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 0
    clock.move(minutes=1)
    assert send_digests(bot_store.subscriptions, kept, clock.now()) == 1
    assert clock.now() - one.created_at == timedelta(hours=22, minutes=30)
