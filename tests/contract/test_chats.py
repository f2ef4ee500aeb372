"""What chats chose, kept on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from bot.chat_settings import Asking, ChatSettings, Length
from bot.store.database import CHATS
from bot.store.store import BotStore
from index.store.database import migrate
from tests.conftest import SetClock

SUPERGROUP = -1_002_147_483_648_123
"""Beyond 32 bits, as Telegram's numbers are."""


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def test_what_was_chosen_is_kept_and_can_be_changed_and_forgotten(bot_store: BotStore) -> None:
    """A chat where nothing was chosen has the defaults; the last choice holds; forgetting leads back."""
    chosen = ChatSettings("tr", Length.SHORT, Asking.ADMINS)
    assert bot_store.chats.settings(SUPERGROUP) == ChatSettings()
    bot_store.chats.choose(SUPERGROUP, ChatSettings("de"))
    bot_store.chats.choose(SUPERGROUP, chosen)
    assert bot_store.chats.settings(SUPERGROUP) == chosen
    assert bot_store.chats.settings(1) == ChatSettings()
    bot_store.chats.forget(SUPERGROUP)
    assert bot_store.chats.settings(SUPERGROUP) == ChatSettings()
