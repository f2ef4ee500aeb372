"""A group becomes a supergroup: every row about it moves, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, String, Table, UniqueConstraint, insert, select

from bot.chat_settings import ChatSettings, Length
from bot.store import moving
from bot.store.database import CHATS
from bot.store.moving import holds_chat, move_rows
from bot.store.store import BotStore
from bot.store.tables import metadata
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place, Schedule, Wanted, Wish
from index.store.database import migrate
from tests.conftest import SetClock

OLD, NEW, OTHER = -55, -1_002_147_483_648_123, -77


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def test_settings_and_greeting_move_and_others_stay(bot_store: BotStore) -> None:
    """The old number has nothing left, the new one has it all, another group is untouched, and the second note of the move does nothing."""
    bot_store.chats.choose(OLD, ChatSettings("de", Length.SHORT))
    bot_store.chats.choose(OTHER, ChatSettings("tr"))
    assert bot_store.greeted.first_time(OLD)
    assert bot_store.move_chat(OLD, NEW) == 2
    assert bot_store.move_chat(OLD, NEW) == 0
    assert bot_store.chats.settings(NEW) == ChatSettings("de", Length.SHORT)
    assert bot_store.chats.settings(OLD) == ChatSettings()
    assert bot_store.chats.settings(OTHER) == ChatSettings("tr")
    assert not bot_store.greeted.first_time(NEW)
    assert bot_store.greeted.first_time(OLD)


def test_what_was_chosen_in_the_supergroup_stays(bot_store: BotStore) -> None:
    """It was chosen later."""
    bot_store.chats.choose(OLD, ChatSettings("de"))
    bot_store.chats.choose(NEW, ChatSettings("es"))
    assert bot_store.move_chat(OLD, NEW) == 0
    assert (bot_store.chats.settings(NEW), bot_store.chats.settings(OLD)) == (ChatSettings("es"), ChatSettings())


def test_subscriptions_and_what_is_on_its_way_move(bot_store: BotStore) -> None:
    """With their topics. What both chats were told of stands once, and messages of the old group are replied to no more."""
    wish = Wish(Wanted.TOPIC, "ferries")
    made = bot_store.subscriptions.add(Place(OLD, 4), 42, wish, Schedule())
    told, other = (NewUpdate(Place(chat_id, 4), "r1", Body(("news",)), made.id) for chat_id in (OLD, NEW))
    bot_store.outbox.put([told, other, NewUpdate(Place(OLD, 4), "r2", Body(("more",), replies_to="r1"), made.id)])
    first = bot_store.outbox.claim("me", 1)[0]
    bot_store.outbox.sent(first.id, 77)
    bot_store.move_chat(OLD, NEW)
    assert [one.place for one in bot_store.subscriptions.of_chat(NEW)] == [Place(NEW, 4)]
    assert bot_store.subscriptions.of_chat(OLD) == []
    waiting = []
    while claimed := bot_store.outbox.claim("me", 9):
        waiting += claimed
        for one in claimed:
            bot_store.outbox.sent(one.id, None)
    assert sorted((one.place, one.key, one.earlier_message_id) for one in waiting) == [
        (Place(NEW, 4), "r1", None),
        (Place(NEW, 4), "r2", None),
    ]


def test_no_table_keeps_a_chats_number_unseen() -> None:
    """A column whose name speaks of a chat is one that moves; there are some."""
    found = [column for table in metadata.tables.values() for column in table.columns if holds_chat(column)]
    assert len(found) >= 2
    assert all(holds_chat(column) for table in metadata.tables.values() for column in table.columns if "chat" in str(column.name))


def test_rules_of_any_table_are_kept_and_what_points_at_messages_goes(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of several columns, unique rules and numbers of messages, on tables like those that other rooms keep."""
    tables = MetaData()
    follows = Table(
        "follows",
        tables,
        Column("id", Integer, primary_key=True),
        Column("chat_id", BigInteger, nullable=False),
        Column("topic", String(8), nullable=False),
        Column("question_message_id", BigInteger),
        UniqueConstraint("chat_id", "topic"),
    )
    shown = Table(
        "shown",
        tables,
        Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
        Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    )
    monkeypatch.setattr(moving, "metadata", tables)
    with bare_engine.begin() as connection:
        tables.create_all(connection)
        rows: list[dict[str, Any]] = [
            {"id": 1, "chat_id": OLD, "topic": "ferry", "question_message_id": 4},
            {"id": 2, "chat_id": OLD, "topic": "harbour", "question_message_id": 5},
            {"id": 3, "chat_id": NEW, "topic": "ferry", "question_message_id": 6},
            {"id": 4, "chat_id": OTHER, "topic": "ferry", "question_message_id": 7},
        ]
        connection.execute(insert(follows), rows)
        connection.execute(insert(shown), [{"chat_id": OLD, "message_id": 4}, {"chat_id": NEW, "message_id": 4}])
        assert move_rows(connection, OLD, NEW) == 1
        assert connection.execute(select(follows).order_by(follows.c.id)).all() == [
            (2, NEW, "harbour", None),
            (3, NEW, "ferry", 6),
            (4, OTHER, "ferry", 7),
        ]
        assert connection.execute(select(shown)).all() == [(NEW, 4)]
