"""Updates on their way, on both databases: once for each place, in order, to one sender alone, and never again when nobody knows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.store.database import CHATS
from bot.store.outbox import ORPHANED_AFTER, Outbox
from bot.store.store import BotStore
from bot.updates.outgoing import Body, NewUpdate, Progress, Sending, Update
from bot.updates.subscription import Place, Schedule, Subscription, Wanted, Wish
from index.store.database import migrate
from tests.conftest import SetClock

HERE, THERE = Place(-1001, 0), Place(-1002, 7)


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


@pytest.fixture
def outbox(bot_store: BotStore) -> Outbox:
    return bot_store.outbox


def subscribed(store: BotStore, place: Place, words: str) -> Subscription:
    return store.subscriptions.add(place, 5, Wish(Wanted.TOPIC, words), Schedule())


def post(key: str, place: Place = HERE, **more: object) -> NewUpdate:
    return NewUpdate(place, key, Body((f"<b>{key}</b>",)), **more)  # type: ignore[arg-type]  # fields by name


def keys(updates: list[Update]) -> list[str]:
    return [one.key for one in updates]


def test_a_place_is_told_of_a_thing_once(outbox: Outbox) -> None:
    """A second update under the same key is passed over; a topic of the same chat is another place."""
    assert outbox.put([post("a"), post("a", THERE)]) == 2
    assert outbox.put([post("a"), post("a", Place(HERE.chat_id, 3)), post("b")]) == 2
    assert outbox.put([]) == 0


def test_a_chat_gets_its_updates_in_order_one_at_a_time(outbox: Outbox) -> None:
    """The second waits until the first is done with, whatever came of it, and other chats do not wait for either."""
    outbox.put([post("a"), post("b"), post("c", THERE)])
    first = outbox.claim("me", 10)
    assert keys(first) == ["a", "c"]
    assert first[0].body == Body(("<b>a</b>",))
    assert outbox.claim("me", 10) == []
    outbox.unknown(first[0].id, "timed out")
    assert keys(outbox.claim("me", 10)) == ["b"]


def test_what_is_put_back_keeps_its_place_in_line(outbox: Outbox, clock: SetClock) -> None:
    """A chat that Telegram wants left alone gets nothing before its wait is over, and then what came first."""
    outbox.put([post("a"), post("b"), post("c", THERE)])
    first, other = outbox.claim("me", 10)
    outbox.later(first.id, clock.now() + timedelta(seconds=30), chat_id=HERE.chat_id)
    outbox.put_back(other.id)
    assert keys(outbox.claim("me", 10)) == ["c"]
    clock.move(seconds=29)
    assert outbox.claim("me", 10) == []
    clock.move(seconds=1)
    (again,) = outbox.claim("me", 10)
    assert (again.key, again.attempts) == ("a", 1)


def test_an_update_waits_for_its_time_and_those_behind_it_with_it(outbox: Outbox, clock: SetClock) -> None:
    """Quiet hours end in the order in which things happened."""
    outbox.put([post("a", not_before=clock.now() + timedelta(hours=1)), post("b")])
    assert outbox.claim("me", 10) == []
    clock.move(hours=1)
    assert keys(outbox.claim("me", 10)) == ["a"]


def test_quiet_hours_of_one_subscription_keep_up_no_other_in_the_chat(outbox: Outbox, bot_store: BotStore, clock: SetClock) -> None:
    """What belongs to the same one stays in order behind it."""
    quiet, loud = (subscribed(bot_store, HERE, words).id for words in ("quiet", "loud"))
    morning = clock.now() + timedelta(hours=8)
    outbox.put([post(key, subscription_id=quiet, not_before=morning) for key in ("q1", "q2")])
    outbox.put([post("l1", subscription_id=loud)])
    (now,) = outbox.claim("me", 10)
    assert now.key == "l1"
    outbox.sent(now.id, 1)
    clock.move(hours=8)
    assert keys(outbox.claim("me", 10)) == ["q1"]


def test_a_topic_that_is_cut_off_keeps_up_no_other(outbox: Outbox, bot_store: BotStore) -> None:
    """What waits for the one topic is passed over, and first in line when it is back."""
    one, other = Place(-1001, 3), Place(-1001, 4)
    lost, kept = subscribed(bot_store, one, "lost"), subscribed(bot_store, other, "kept")
    outbox.put([post("a", one, subscription_id=lost.id), post("b", other, subscription_id=kept.id)])
    assert [cut.id for cut in bot_store.subscriptions.cut_off(-1001, "topic_closed", thread_id=3)] == [lost.id]
    (now,) = outbox.claim("me", 10)
    assert now.key == "b"
    assert bot_store.subscriptions.reconnect(-1001, reasons=["kicked"]) == []
    assert [back.id for back in bot_store.subscriptions.reconnect(-1001, thread_id=3, reasons=["topic_closed"])] == [lost.id]
    assert outbox.claim("me", 10) == []
    outbox.sent(now.id, 1)
    assert keys(outbox.claim("me", 10)) == ["a"]


def test_how_far_an_update_got_is_kept(outbox: Outbox, clock: SetClock) -> None:
    """Whoever goes on with it, after a wait or after a stop, knows which texts are there."""
    outbox.put([post("a")])
    (first,) = outbox.claim("me", 1)
    assert first.progress == Progress()
    outbox.later(first.id, clock.now(), progress=Progress(1, 501))
    (second,) = outbox.claim("another", 1)
    assert second.progress == Progress(1, 501)
    outbox.put_back(second.id, Progress(2, 501))
    assert outbox.claim("me", 1)[0].progress == Progress(2, 501)


def test_who_watches_hears_what_came_in_and_nothing_after(outbox: Outbox, bot_store: BotStore) -> None:
    """By whichever way it came; what was there before is no news."""
    heard: list[int] = []
    with outbox.watched(lambda: heard.append(1)):
        outbox.put([post("a")])
        outbox.put([post("a")])
        assert bot_store.subscriptions.tell(1, after=None, updates=[post("b")])
        assert len(heard) == 2
    outbox.put([post("c")])
    assert len(heard) == 2


def test_an_update_knows_the_message_it_goes_on_from(outbox: Outbox) -> None:
    """A follow-up replies to the first post; where that was never sent it stands alone."""
    outbox.put([post("a"), NewUpdate(HERE, "a2", Body(("more",), replies_to="a")), NewUpdate(HERE, "x2", Body(("new",), edits="x"))])
    (first,) = outbox.claim("me", 10)
    outbox.sent(first.id, 501)
    (second,) = outbox.claim("me", 10)
    assert second.earlier_message_id == 501
    outbox.sent(second.id, 502)
    (third,) = outbox.claim("me", 10)
    assert (third.body.edits, third.earlier_message_id) == ("x", None)


def test_what_a_killed_sender_had_in_hand_is_unknown_and_not_sent_again(outbox: Outbox, clock: SetClock) -> None:
    """At once where the sender itself starts again, after a while where it was another."""
    outbox.put([post("a"), post("b", THERE)])
    (mine,) = outbox.claim("me", 1)
    (others,) = outbox.claim("another", 1)
    assert outbox.orphaned("me") == 1
    assert outbox.counts() == {Sending.UNKNOWN: 1, Sending.SENDING: 1}
    clock.move(seconds=ORPHANED_AFTER.total_seconds() + 1)
    assert outbox.orphaned("me") == 1
    assert outbox.counts() == {Sending.UNKNOWN: 2}
    assert {mine.key, others.key} == {"a", "b"}
    assert outbox.claim("me", 10) == []


def test_what_is_done_with_is_forgotten_after_a_while_and_nothing_else(outbox: Outbox, clock: SetClock) -> None:
    """The outbox does not grow for ever; what waits stays."""
    outbox.put([post("a"), post("b"), post("c", THERE)])
    first, other = outbox.claim("me", 10)
    outbox.sent(first.id, 1)
    outbox.dropped(other.id, "the chat is gone")
    clock.move(days=40)
    assert outbox.forget(clock.now() - timedelta(days=30)) == 2
    assert outbox.counts() == {Sending.WAITING: 1}


def test_what_has_waited_too_long_for_a_chat_that_is_not_back_is_forgotten(outbox: Outbox, bot_store: BotStore, clock: SetClock) -> None:
    """Nobody wants last spring's news when the chat comes back; what waits for its time stays."""
    lost = subscribed(bot_store, HERE, "lost")
    outbox.put([post("a", subscription_id=lost.id), post("b", THERE, not_before=clock.now() + timedelta(days=400))])
    bot_store.subscriptions.cut_off(HERE.chat_id, "kicked")
    clock.move(days=91)
    assert outbox.forget(clock.now() - timedelta(days=90)) == 1
    assert outbox.counts() == {Sending.WAITING: 1}


def test_many_senders_at_once_never_take_the_same_update(outbox: Outbox) -> None:
    """Fifty chats with three updates each, eight senders: each update is claimed once, and each chat's in order."""
    outbox.put([post(f"{turn}", Place(-chat)) for turn in range(3) for chat in range(1, 51)])

    def work(sender: int) -> list[tuple[int, str]]:
        done = []
        for _ in range(200):
            claimed = outbox.claim(f"sender {sender}", 4)
            for one in claimed:
                done.append((one.place.chat_id, one.key))
                outbox.sent(one.id, one.id)
            if not claimed and not outbox.counts().get(Sending.WAITING):
                break
        return done

    with ThreadPoolExecutor(8) as pool:
        done = [one for part in pool.map(work, range(8)) for one in part]
    assert max(Counter(done).values()) == 1
    assert len(done) == 150
    assert outbox.counts() == {Sending.SENT: 150}
