"""When lost chats are looked at again, on both databases: less and less often, each by one replica, and none that is not lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.store.database import CHATS
from bot.store.looks import FIRST_S, LONGEST_S, Lost
from bot.store.store import BotStore
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place, Schedule, Subscription, Wanted, Wish
from index.store.database import migrate
from tests.conftest import SetClock

CHAT, TOPIC = ("no_rights", "kicked", "blocked"), ("topic_closed",)


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def lose(store: BotStore, chat_id: int, reason: str = "no_rights", topic: int = 0) -> Subscription:
    made = store.subscriptions.add(Place(chat_id, topic), 5, Wish(Wanted.EVERYTHING), Schedule())
    store.subscriptions.cut_off(chat_id, reason, thread_id=topic or None)
    return made


def due(store: BotStore) -> list[Lost]:
    """All that is to be looked at now, each once."""
    found = []
    while (one := store.looks.next(CHAT, TOPIC)) is not None:
        found.append(one)
    return found


def test_a_lost_chat_is_looked_at_less_and_less_often(bot_store: BotStore, clock: SetClock) -> None:
    """After ten minutes, then after twice as long each time, at last once a day; who is lost for the first time goes first."""
    lose(bot_store, -1)
    assert due(bot_store) == []
    for looks, gap in enumerate([*(FIRST_S * 2**times for times in range(8)), LONGEST_S, LONGEST_S]):
        clock.move(seconds=gap - 1)
        assert due(bot_store) == []
        clock.move(seconds=1)
        assert due(bot_store) == [Lost(-1, None, looks)]
    clock.move(days=1)
    lose(bot_store, -2)
    assert [one.chat_id for one in due(bot_store)] == [-1]
    clock.move(days=1)
    assert [one.chat_id for one in due(bot_store)] == [-2, -1]


def test_a_chat_and_each_topic_that_is_lost_alone_are_looked_at_by_themselves(bot_store: BotStore, clock: SetClock) -> None:
    """Several subscriptions in one chat are one look. A private chat is not looked at."""
    for reason, topic in (("no_rights", 0), ("topic_closed", 7), ("topic_closed", 8)):
        lose(bot_store, -1, reason, topic)
    bot_store.subscriptions.add(Place(-1), 6, Wish(Wanted.SOURCE, "EuroNews"), Schedule())
    bot_store.subscriptions.cut_off(-1, "no_rights")
    lose(bot_store, 9, "blocked")
    assert due(bot_store) == []
    clock.move(seconds=FIRST_S)
    assert sorted((one.chat_id, one.thread_id or 0) for one in due(bot_store)) == [(-1, 0), (-1, 7), (-1, 8)]
    assert due(bot_store) == []


def test_what_came_back_is_not_looked_at_and_begins_anew_when_it_is_lost_again(bot_store: BotStore, clock: SetClock) -> None:
    """However it came back; nor is what was paused or removed meanwhile."""
    lost = [lose(bot_store, chat_id) for chat_id in (-1, -2, -3)]
    assert due(bot_store) == []
    clock.move(seconds=FIRST_S)
    assert len(due(bot_store)) == 3
    bot_store.subscriptions.reconnect(-1)
    bot_store.subscriptions.pause(lost[1].id)
    bot_store.subscriptions.remove(lost[2].id)
    clock.move(days=2)
    assert due(bot_store) == []
    bot_store.subscriptions.cut_off(-1, "kicked")
    assert due(bot_store) == []
    clock.move(seconds=FIRST_S)
    assert due(bot_store) == [Lost(-1, None, 0)]


def test_a_look_that_could_not_be_taken_counts_for_nothing(bot_store: BotStore, clock: SetClock) -> None:
    """It has its turn again at once."""
    lose(bot_store, -1)
    assert due(bot_store) == []
    clock.move(seconds=FIRST_S)
    lost = bot_store.looks.next(CHAT, TOPIC)
    assert lost is not None
    bot_store.looks.undo(lost)
    assert due(bot_store) == [lost]


def test_the_first_update_that_waits_for_a_lost_chat_is_tried_alone(bot_store: BotStore, clock: SetClock) -> None:
    """Not while something is in hand there, within the chat's wait, or before its time; nor what waits for a closed topic or is served."""
    closed = lose(bot_store, -1, "topic_closed", 8)
    lost, served = lose(bot_store, -1), bot_store.subscriptions.add(Place(-1, 7), 5, Wish(Wanted.EVERYTHING), Schedule())
    outbox = bot_store.outbox
    assert outbox.claim_lost("me", -1, None, CHAT) == ([], 0)
    assert outbox.put([NewUpdate(Place(-1, 8), "of a topic", Body(("news",)), closed.id)])
    bodies = [
        NewUpdate(Place(-1), "a", Body(("a",)), lost.id, not_before=clock.now() + timedelta(hours=1)),
        NewUpdate(Place(-1), "b", Body(("b",)), lost.id, not_before=clock.now() + timedelta(hours=1)),
        NewUpdate(Place(-1, 7), "c", Body(("c",)), served.id),
    ]
    outbox.put(bodies)
    assert outbox.claim_lost("me", -1, None, CHAT) == ([], 2)
    assert [one.key for one in outbox.claim("me", 5)] == ["c"]
    clock.move(hours=1)
    assert outbox.claim_lost("me", -1, None, CHAT) == ([], 2)
    outbox.sent(4, 1)
    assert outbox.claim_lost("me", -1, 7, TOPIC) == ([], 0)
    assert outbox.claim_lost("me", -1, 8, CHAT) == ([], 0)
    (first,), waiting = outbox.claim_lost("me", -1, None, CHAT)
    assert (first.key, waiting) == ("a", 2)
    outbox.later(first.id, clock.now() + timedelta(seconds=30), chat_id=-1)
    assert outbox.claim_lost("me", -1, None, CHAT) == ([], 2)
    clock.move(seconds=31)
    assert [one.key for one in outbox.claim_lost("me", -1, None, CHAT)[0]] == ["a"]
