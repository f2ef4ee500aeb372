"""Show "typing…" while an answer is worked on. In: the chat. Out: nothing that anybody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.context import NewsContext

_log = logging.getLogger(__name__)

REPEAT_S = 4.5
"""Telegram shows an action for five seconds or less (https://core.telegram.org/bots/api#sendchataction)."""


@asynccontextmanager
async def working(message: Message, context: NewsContext) -> AsyncIterator[None]:
    """Inside, the chat shows that the bot is at work. It delays nothing, and its failure is nobody's trouble."""
    done = asyncio.Event()
    # The application waits for this task when it stops. It is never cancelled: a request cut off halfway would cost its connection.
    context.application.create_task(_show(message, done), name="typing")
    try:
        yield
    finally:
        done.set()


async def _show(message: Message, done: asyncio.Event) -> None:
    while not done.is_set():
        try:
            await message.reply_chat_action(ChatAction.TYPING)
        except TelegramError as error:
            _log.debug("could not show that an answer is worked on: %s", error)
            return
        try:
            async with asyncio.timeout(REPEAT_S):
                await done.wait()
        except TimeoutError:
            continue
