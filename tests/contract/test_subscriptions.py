"""Subscriptions and what was found for them, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time

import numpy as np
import pytest
from sqlalchemy import Engine

from bot.store.database import CHATS
from bot.store.matches import Match
from bot.store.store import BotStore
from bot.updates.outgoing import Body, NewUpdate, Sending
from bot.updates.subscription import Cadence, Place, Schedule, State, Subscription, Wanted, Wish
from index.store.database import migrate
from tests.conftest import SetClock

CHANNEL, FORUM = Place(-1001), Place(-1002, 9)
TOPIC = Wish(Wanted.TOPIC, "al-Bab casualties", must=("al-Bab",), must_not=("football", "weather report"))
DAILY = Schedule(Cadence.DAILY, time(7, 30), zone="Europe/Istanbul", quiet_from=time(22), quiet_to=time(6), at_most=4)


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def topic(bot_store: BotStore, place: Place = CHANNEL, schedule: Schedule = Schedule()) -> Subscription:  # noqa: B008 - frozen
    return bot_store.subscriptions.add(place, 42, TOPIC, schedule)


def match(subscription: Subscription, report: str = "r1") -> Match:
    return Match(subscription.id, report, "article", 10, 40, 0.875, story=3)


def test_a_subscription_is_kept_as_it_was_made(bot_store: BotStore, clock: SetClock) -> None:
    """With every word and time; asked for by number, chat or owner."""
    made = bot_store.subscriptions.add(FORUM, 42, TOPIC, DAILY, "tr")
    assert made == Subscription(made.id, FORUM, 42, TOPIC, DAILY, "tr", State.ACTIVE, None, clock.now(), clock.now())
    assert bot_store.subscriptions.get(made.id) == made
    assert (
        bot_store.subscriptions.of_chat(FORUM.chat_id) == bot_store.subscriptions.of_owner(42) == bot_store.subscriptions.active() == [made]
    )
    assert bot_store.subscriptions.get(made.id + 1) is None


def test_the_same_wish_in_the_same_place_is_one_subscription(bot_store: BotStore) -> None:
    """Asked for twice it takes the new schedule; another topic of the forum is another place."""
    made, again = topic(bot_store), topic(bot_store, schedule=DAILY)
    assert (again.id, again.schedule) == (made.id, DAILY)
    assert topic(bot_store, FORUM).id != made.id


def test_a_removed_number_is_not_given_again(bot_store: BotStore) -> None:
    """The button of a subscription that is gone must not pause somebody else's."""
    made = topic(bot_store)
    assert bot_store.subscriptions.remove(made.id)
    assert not bot_store.subscriptions.remove(made.id)
    assert topic(bot_store).id > made.id


def test_what_follows_from_a_change_is_kept_as_a_whole_and_by_one_replica(bot_store: BotStore) -> None:
    """Matches, posts and answers come with the note of how far they go; whoever comes second keeps nothing."""
    made = topic(bot_store)
    posted = NewUpdate(CHANNEL, "r1", Body(("news",)), made.id)
    tell = bot_store.subscriptions.tell
    assert bot_store.subscriptions.told_of() is None
    assert tell(7, after=None)
    assert tell(9, after=7, found=[match(made), match(made, "r2")], updates=[posted], answered={made.id: "{}"})
    assert not tell(9, after=7, found=[match(made, "r3")], updates=[NewUpdate(CHANNEL, "r3", Body(("again",)), made.id)])
    assert not tell(9, after=None)
    assert bot_store.subscriptions.told_of() == 9
    assert bot_store.subscriptions.answered(made.id) == "{}"
    assert bot_store.outbox.counts() == {Sending.WAITING: 1}
    assert [one.match for one in bot_store.subscriptions.waiting(made.id)] == [match(made, "r2")]


def test_who_removed_or_paused_a_subscription_is_told_nothing_that_was_worked_out_before(bot_store: BotStore) -> None:
    """It may take a minute from reading what is subscribed to until it is told; what is cut off meanwhile waits, and the others are told."""
    places = {name: Place(number) for number, name in enumerate(("removed", "paused", "cut off", "there"), start=1)}
    made = {name: topic(bot_store, place) for name, place in places.items()}
    bot_store.subscriptions.tell(7, after=None)
    bot_store.subscriptions.remove(made["removed"].id)
    bot_store.subscriptions.pause(made["paused"].id)
    bot_store.subscriptions.cut_off(places["cut off"].chat_id, "kicked")
    updates = [NewUpdate(place, "r1", Body(("news",)), made[name].id) for name, place in places.items()]
    assert bot_store.subscriptions.tell(9, after=7, found=[match(one) for one in made.values()], updates=updates)
    bot_store.subscriptions.resume(made["paused"].id)
    bot_store.subscriptions.reconnect(places["cut off"].chat_id)
    assert [one.place for one in bot_store.outbox.claim("me", 9)] == [places["cut off"], places["there"]]
    assert bot_store.subscriptions.waiting(made["paused"].id) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda store, made: store.subscriptions.add(FORUM, 42, TOPIC, Schedule()),
        lambda store, made: store.subscriptions.add(CHANNEL, 42, TOPIC, DAILY),
        lambda store, made: store.subscriptions.reschedule(made.id, DAILY),
        lambda store, made: store.subscriptions.narrow(made.id, (), ("football",)),
        lambda store, made: store.subscriptions.pause(made.id),
        lambda store, made: store.subscriptions.remove(made.id),
        lambda store, made: store.subscriptions.cut_off(CHANNEL.chat_id, "kicked"),
        lambda store, made: store.subscriptions.forget_chat(CHANNEL.chat_id),
        lambda store, made: store.subscriptions.forget_owner(42),
        lambda store, made: store.move_chat(CHANNEL.chat_id, FORUM.chat_id),
    ],
)
def test_whoever_read_what_is_subscribed_to_sees_that_it_changed(
    bot_store: BotStore, bare_engine: Engine, clock: SetClock, change: Callable[[BotStore, Subscription], object]
) -> None:
    """Whatever changed, and in whichever replica; and as long as nothing did, that it did not."""
    made, elsewhere = topic(bot_store), BotStore(bare_engine, clock.now).subscriptions
    before, mark = elsewhere.active(), elsewhere.mark()
    bot_store.subscriptions.tell(7, after=None, found=[match(made)], answered={made.id: "{}"})
    bot_store.subscriptions.save_vectors("some encoder", {made.id: np.ones(2, dtype=np.float32)})
    assert elsewhere.mark() == mark
    change(bot_store, made)
    assert elsewhere.active() != before
    assert elsewhere.mark() != mark


@pytest.mark.parametrize("back", ["resume", "reconnect"])
def test_what_is_served_again_is_a_change(bot_store: BotStore, back: str) -> None:
    """After a pause, and when the chat can be written to again."""
    made = topic(bot_store)
    if back == "resume":
        bot_store.subscriptions.pause(made.id)
    else:
        bot_store.subscriptions.cut_off(CHANNEL.chat_id, "kicked")
    mark = bot_store.subscriptions.mark()
    getattr(bot_store.subscriptions, back)(made.id if back == "resume" else CHANNEL.chat_id)
    assert bot_store.subscriptions.mark() != mark


def test_a_digest_tells_what_waited_and_moves_its_time_on(bot_store: BotStore, clock: SetClock) -> None:
    """What was told is not told again; a digest with nothing in it is not sent."""
    made = topic(bot_store, schedule=DAILY)
    bot_store.subscriptions.tell(1, after=None, found=[match(made), match(made, "r2")])
    found = bot_store.subscriptions.waiting(made.id)
    clock.move(hours=20)
    digest = NewUpdate(CHANNEL, "digest 1", Body(("two things",)), made.id)
    bot_store.subscriptions.digest(made.id, digest, [one.id for one in found], clock.now())
    bot_store.subscriptions.digest(made.id, None, [], clock.now())
    assert bot_store.subscriptions.waiting(made.id) == []
    assert bot_store.outbox.counts() == {Sending.WAITING: 1}
    kept = bot_store.subscriptions.get(made.id)
    assert kept is not None
    assert kept.last_digest_at == clock.now()
    assert bot_store.subscriptions.told_since(made.id, clock.now()) == 1
    assert bot_store.subscriptions.told_since(made.id, datetime(2030, 1, 1, tzinfo=UTC)) == 0


def test_a_pause_drops_what_waits_and_a_resumption_begins_anew(bot_store: BotStore, clock: SetClock) -> None:
    """Others in the same chat do not wait behind it."""
    made, other = topic(bot_store), bot_store.subscriptions.add(CHANNEL, 42, Wish(Wanted.EVERYTHING), Schedule())
    posts = [NewUpdate(CHANNEL, key, Body((key,)), one.id) for key, one in (("a", made), ("b", other))]
    bot_store.outbox.put(posts)
    bot_store.subscriptions.pause(made.id)
    assert [one.key for one in bot_store.outbox.claim("me", 9)] == ["b"]
    assert [one.id for one in bot_store.subscriptions.active()] == [other.id]
    clock.move(days=2)
    bot_store.subscriptions.resume(made.id)
    resumed = bot_store.subscriptions.get(made.id)
    assert resumed is not None
    assert (resumed.state, resumed.last_digest_at) == (State.ACTIVE, clock.now())


def test_a_chat_that_is_cut_off_gets_what_waited_when_it_is_back(bot_store: BotStore) -> None:
    """Its owners are told once, and nothing is lost meanwhile."""
    made = topic(bot_store)
    bot_store.outbox.put([NewUpdate(CHANNEL, "a", Body(("a",)), made.id)])
    assert [one.reason for one in bot_store.subscriptions.cut_off(CHANNEL.chat_id, "kicked")] == ["kicked"]
    assert bot_store.subscriptions.cut_off(CHANNEL.chat_id, "kicked") == []
    assert bot_store.outbox.claim("me", 9) == []
    assert [one.state for one in bot_store.subscriptions.reconnect(CHANNEL.chat_id)] == [State.ACTIVE]
    assert [one.key for one in bot_store.outbox.claim("me", 9)] == ["a"]


def test_a_person_and_a_chat_can_be_forgotten(bot_store: BotStore) -> None:
    """With every subscription they made, wherever; with those of a chat, whoever made them; and with what was sent of them."""
    made, elsewhere = topic(bot_store), topic(bot_store, FORUM)
    bot_store.outbox.put([NewUpdate(CHANNEL, "a", Body(("a",)), made.id), NewUpdate(FORUM, "a", Body(("a",)), elsewhere.id)])
    assert bot_store.subscriptions.forget_chat(CHANNEL.chat_id) == 1
    assert bot_store.subscriptions.of_owner(42) == [elsewhere]
    assert bot_store.outbox.counts() == {Sending.WAITING: 1}
    assert bot_store.subscriptions.forget_owner(42) == 1
    assert bot_store.subscriptions.of_owner(42) == []
    assert bot_store.outbox.counts() == {}


def test_words_are_changed_and_the_rest_stays(bot_store: BotStore) -> None:
    """Those that must and those that must not be there."""
    made = topic(bot_store, schedule=DAILY)
    bot_store.subscriptions.narrow(made.id, ("soldiers",), ())
    assert bot_store.subscriptions.get(made.id) == replace(made, wish=replace(TOPIC, must=("soldiers",), must_not=()))


def test_many_are_told_nothing_at_once(bot_store: BotStore, clock: SetClock) -> None:
    """More than fit one statement; others keep their time."""
    made, other = topic(bot_store), topic(bot_store, FORUM)
    clock.move(hours=1)
    bot_store.subscriptions.nothing_to_tell([*range(made.id + 100, made.id + 1100), made.id], clock.now())
    assert bot_store.subscriptions.get(made.id) == replace(made, last_digest_at=clock.now())
    assert bot_store.subscriptions.get(other.id) == other


def test_vectors_are_kept_by_encoder(bot_store: BotStore) -> None:
    """Ten thousand topics are not encoded again at each start, and never compared with another encoder's vectors."""
    made, other = topic(bot_store), topic(bot_store, FORUM)
    vectors = np.eye(2, 8, dtype=np.float32)
    bot_store.subscriptions.save_vectors("minilm", {made.id: vectors[0], other.id: vectors[1]})
    ids, kept = bot_store.subscriptions.vectors("minilm")
    assert ids == [made.id, other.id]
    np.testing.assert_array_equal(kept, vectors)
    assert bot_store.subscriptions.vectors("bge")[0] == []
    bot_store.subscriptions.pause(other.id)
    assert bot_store.subscriptions.vectors("minilm")[0] == [made.id]


def test_a_report_that_waits_is_the_later_match_and_one_that_was_told_is_the_first(bot_store: BotStore) -> None:
    """A revision before the digest is what the digest shows; afterwards only a correction changes what is kept."""
    made = topic(bot_store)
    tell, kept = bot_store.subscriptions.tell, bot_store.subscriptions.kept
    tell(1, after=None, found=[match(made)])
    later = replace(match(made), start=20, revision=2)
    tell(2, after=1, found=[later])
    assert [(one.match, one.told_in, one.is_told) for one in kept(["r1"], [])] == [(later, None, False)]
    tell(3, after=2, found=[later], updates=[NewUpdate(CHANNEL, "r1", Body(("news",)), made.id)])
    tell(4, after=3, found=[match(made)])
    assert [(one.match, one.told_in) for one in kept([], ["article"])] == [(later, "r1")]
    corrected = replace(later, start=30, revision=3)
    tell(5, after=4, corrected=[corrected])
    assert [one.match for one in kept([], ["article"])] == [corrected]


def test_what_a_place_was_told_of_is_told_to_all_its_subscriptions(bot_store: BotStore) -> None:
    """None of them has it wait for a digest; a story's first post there is known by place."""
    first, second = topic(bot_store), bot_store.subscriptions.add(CHANNEL, 42, Wish(Wanted.EVERYTHING), Schedule())
    elsewhere = topic(bot_store, FORUM)
    posts = [NewUpdate(CHANNEL, key, Body((key,)), first.id) for key in ("r1", "r2")]
    found = [match(one, key) for one in (first, second, elsewhere) for key in ("r1", "r2")]
    bot_store.subscriptions.tell(1, after=None, found=found, updates=posts)
    assert bot_store.subscriptions.untold() == {elsewhere.id}
    assert bot_store.subscriptions.first_posts([3, 4]) == {(CHANNEL, 3): "r1"}


def test_an_answer_that_somebody_else_told_of_meanwhile_is_not_told_twice(bot_store: BotStore) -> None:
    """Neither by another replica nor by a digest; a question that was removed meanwhile is in nobody's way."""
    made, gone = topic(bot_store), topic(bot_store, FORUM)
    subscriptions = bot_store.subscriptions
    update = NewUpdate(CHANNEL, "q1.1", Body(("changed",)), made.id)
    assert subscriptions.tell(1, after=None, answered={made.id: "1"})
    assert not subscriptions.tell(2, after=1, updates=[update], answered={made.id: "2"}, seen={made.id: "0"})
    assert (subscriptions.told_of(), bot_store.outbox.counts()) == (1, {})
    assert not subscriptions.digest(made.id, update, [], made.created_at, answered=("0", "2"))
    assert bot_store.outbox.counts() == {}
    assert subscriptions.digest(made.id, update, [], made.created_at, answered=("1", "2"))
    subscriptions.remove(gone.id)
    assert subscriptions.tell(2, after=1, answered={made.id: "3", gone.id: "1"}, seen={made.id: "2"})
    assert subscriptions.all_answered() == {made.id: "3"}


def test_vectors_of_some_are_read_alone(bot_store: BotStore) -> None:
    """Those that are not at hand yet."""
    made, other = topic(bot_store), topic(bot_store, FORUM)
    bot_store.subscriptions.save_vectors("minilm", dict(zip((made.id, other.id), np.eye(2, 8, dtype=np.float32), strict=True)))
    assert bot_store.subscriptions.vectors("minilm", [other.id])[0] == [other.id]
    assert bot_store.subscriptions.vectors("minilm", range(other.id, other.id + 1000))[0] == [other.id]
