"""An answer that takes its time: after two seconds a short message says that it is coming, and becomes the answer. In: the question's message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Message
from telegram.error import TelegramError

from bot.language import Language
from bot.render.html import escape
from bot.telegram.sender import reply

_log = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""After this long people wonder whether they were heard."""


class Waiting:
    """The short message, if there is one."""

    def __init__(self, message: Message, words: Language) -> None:
        self._message = message
        self._words = words
        self._message_ids: list[int] = []
        self._done = asyncio.Event()
        self._task = asyncio.create_task(self._say_so())

    async def over(self) -> list[int]:
        """The waiting is over: the messages to write the answer into, none if it was short. They are the caller's from now on."""
        self._done.set()
        await self._task
        message_ids, self._message_ids = self._message_ids, []
        return message_ids

    async def take_back(self) -> None:
        """There is no answer: the short message goes away again."""
        for message_id in await self.over():
            with contextlib.suppress(TelegramError):  # then it stays; what went wrong is said below it
                await self._message.get_bot().delete_message(self._message.chat_id, message_id)

    async def _say_so(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._done.wait()
                return
        except TimeoutError:
            text = self._words.gettext("One moment, I am still looking…")
        try:
            self._message_ids = await reply(self._message, [escape(text)], passing=True)
        except TelegramError as error:
            _log.debug("could not say that an answer takes its time: %s", error)


@asynccontextmanager
async def patiently(message: Message, words: Language) -> AsyncIterator[Waiting]:
    """Inside, the answer is made; whoever sends it asks ``over`` first. Whatever ends it otherwise takes the short message back."""
    waiting = Waiting(message, words)
    try:
        yield waiting
    finally:
        await waiting.take_back()
