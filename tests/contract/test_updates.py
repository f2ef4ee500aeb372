"""Which updates have come, kept on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from bot.store.database import CHATS
from bot.store.store import BotStore
from bot.store.updates import CLEARED_EVERY, TRIES, Updates
from index.store.database import migrate
from tests.conftest import SetClock

BOT = 123456789


@pytest.fixture
def updates(bare_engine: Engine, clock: SetClock) -> Updates:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now).updates


def test_an_update_is_new_once(updates: Updates) -> None:
    """The same id of the same bot has come before, even after it was handled; another bot's is another update."""
    assert updates.receive(BOT, 5, "{}")
    assert not updates.receive(BOT, 5, "{}")
    updates.finish(BOT, 5)
    assert not updates.receive(BOT, 5, "{}")
    assert updates.receive(BOT + 1, 5, "{}")


def test_the_same_id_with_other_words_is_another_update(updates: Updates) -> None:
    """Telegram begins to count anew after a quiet week, and a test server at each start: such an update is no repetition, and is answered."""
    updates.receive(BOT, 5, '{"update_id": 5, "poll": 1}')
    assert updates.claim(BOT, 5)
    updates.finish(BOT, 5)
    assert updates.receive(BOT, 5, '{"update_id": 5, "poll": 2}')
    assert not updates.receive(BOT, 5, '{"update_id": 5, "poll": 2}')
    assert updates.claim(BOT, 5)
    assert updates.count(BOT) == 1


def test_what_nobody_began_to_answer_is_taken_up_and_nothing_else(updates: Updates) -> None:
    """In order; what was answered, handled or is another bot's is left alone."""
    for update_id in (9, 4, 6, 7):
        updates.receive(BOT, update_id, f'{{"update_id": {update_id}}}')
    updates.receive(BOT + 1, 8, "{}")
    updates.finish(BOT, 6)
    assert updates.claim(BOT, 7)
    assert updates.take_up(BOT) == ['{"update_id": 4}', '{"update_id": 9}']
    assert updates.count(BOT) == 2


def test_an_update_is_claimed_once(updates: Updates) -> None:
    """Whoever says first that it answers, answers; one that could not be written down may be answered, too."""
    updates.receive(BOT, 5, "{}")
    assert updates.claim(BOT, 5)
    assert not updates.claim(BOT, 5)
    assert updates.claim(BOT, 6)


def test_what_kills_the_process_is_not_taken_up_for_ever(updates: Updates) -> None:
    """After some tries it is given up."""
    updates.receive(BOT, 5, "{}")
    assert [len(updates.take_up(BOT)) for _ in range(TRIES + 2)] == [1] * TRIES + [0, 0]
    assert updates.count(BOT) == 0


def test_old_ones_are_forgotten(updates: Updates, clock: SetClock) -> None:
    """After a day Telegram offers none of them again, and the table does not grow."""
    updates.receive(BOT, 1, "{}")
    clock.move(hours=26)
    for update_id in range(2, 2 + CLEARED_EVERY):
        updates.receive(BOT, update_id, "{}")
    assert updates.receive(BOT, 1, "{}")
