"""Which updates Telegram is asked for, by what the handlers take."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    PollHandler,
    TypeHandler,
    filters,
)

from bot.telegram.wanted import wanted_updates

KIND = filters.UpdateType


async def handle(_update: Update, _context: Any) -> None:
    """What it does is of no interest here."""


def only(given: filters.BaseFilter) -> list[str]:
    return wanted_updates([MessageHandler(given, handle)])


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (KIND.MESSAGE, ["message"]),
        (KIND.MESSAGE & filters.TEXT, ["message"]),
        (filters.TEXT & (KIND.EDITED_MESSAGE | KIND.CHANNEL_POST), ["channel_post", "edited_message"]),
        (KIND.MESSAGE & ~filters.TEXT & filters.ChatType.PRIVATE, ["message"]),
        (filters.TEXT, ["channel_post", "edited_channel_post", "edited_message", "message"]),
        (~KIND.MESSAGE & ~KIND.CHANNEL_POSTS, ["edited_message"]),
        (KIND.MESSAGE & KIND.CHANNEL_POST, []),
        (filters.TEXT | KIND.MESSAGE, ["channel_post", "edited_channel_post", "edited_message", "message"]),
    ],
    ids=str,
)
def test_a_filter_says_which_kinds_it_may_take(given: filters.BaseFilter, kinds: list[str]) -> None:
    """What a filter surely refuses is not asked for; what it may take is."""
    assert only(given) == kinds


def test_each_class_of_handler_takes_its_own_kind() -> None:
    """Buttons, inline queries and the bot's own membership; a handler that goes along with everything adds nothing."""
    handlers: list[BaseHandler[Any, Any, Any]] = [
        CommandHandler("ask", handle, KIND.MESSAGE),
        CallbackQueryHandler(handle),
        InlineQueryHandler(handle),
        ChatMemberHandler(handle, ChatMemberHandler.MY_CHAT_MEMBER),
        TypeHandler(Update, handle),
    ]
    assert wanted_updates(handlers) == ["callback_query", "inline_query", "message", "my_chat_member"]
    assert wanted_updates([]) == []


def test_a_class_that_is_not_known_is_named() -> None:
    """Whoever adds a handler of a new class hears what to do, instead of never hearing from Telegram."""
    with pytest.raises(TypeError, match=r"wanted\.py which updates PollHandler takes"):
        wanted_updates([PollHandler(handle)])
