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
