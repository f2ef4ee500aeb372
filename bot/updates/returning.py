"""Chats that were lost and can be written to again, although nobody said so. In: what is cut off. Out: it goes on, and its owner knows.

Telegram tells a bot of what is done to it, and not of what a group allows all its members, nor of anything that happened while updates were lost. So
each chat is asked about now and then, less and less often, one a minute at most; and the first update that waits there goes before all else, for
only what arrives proves that it can. Telegram's own word (``bot.handlers.groups``) stays what counts at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from telegram import ChatFullInfo
from telegram.error import TelegramError

from bot.store.looks import Lost
from bot.store.store import BotStore
from bot.telegram.outcomes import Outcome, judge
from bot.telegram.pace import Priority
from bot.telegram.standing import allows_posts
from bot.updates.posting import Bot
from bot.updates.reach import LOST_CHAT, LOST_TOPIC, regained

_log = logging.getLogger(__name__)

EVERY_S = 60.0
"""From one look to the next: sixty chats an hour, two questions to Telegram each, and at most one post."""

_NOTHING_SAID = (Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.SERVER_ERROR, Outcome.TOO_MANY, Outcome.UNAUTHORISED)
"""What says nothing about a chat."""


class Returning:
    """Belongs to one event loop. Several, in one process or many, may share a store: each place is looked at by one of them."""

    def __init__(
        self,
        bot: Bot,
        store: BotStore,
        try_one: Callable[[int, int | None], Awaitable[bool | None]],
        now: Callable[[], datetime],
    ) -> None:
        """try_one: as ``Delivery.try_one``."""
        self._bot = bot
        self._store = store
        self._try_one = try_one
        self._now = now

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Within the ``async with`` chats are looked at."""
        working = asyncio.create_task(self._work(), name="returning")
        try:
            yield
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                lost = await asyncio.to_thread(self._store.looks.next, LOST_CHAT, LOST_TOPIC)
                if lost is not None:
                    await self._look(lost)
            except Exception:  # noqa: BLE001 - a job loop: one failure must not be the last look
                _log.exception("whether a chat can be written to again could not be learnt")

    async def _look(self, lost: Lost) -> None:
        try:
            chat = await self._bot.get_chat(lost.chat_id, rate_limit_args=Priority.BROADCAST)
            # Of a topic nothing can be asked: whether it is open, a post finds out.
            if lost.thread_id is None and not await self._is_allowed(chat):
                return
        except TelegramError as error:
            await self._could_not_ask(lost, error)
            return
        arrived = await self._try_one(lost.chat_id, lost.thread_id)
        if arrived or (arrived is None and lost.thread_id is None):
            await asyncio.to_thread(regained, self._store, lost.chat_id, thread_id=lost.thread_id, found_out=(self._now(), chat.title))

    async def _is_allowed(self, chat: ChatFullInfo) -> bool:
        """Raises TelegramError."""
        return allows_posts(chat, await self._bot.get_chat_member(chat.id, self._bot.id, rate_limit_args=Priority.BROADCAST))

    async def _could_not_ask(self, lost: Lost, error: TelegramError) -> None:
        failure = judge(error)
        _log.info("chat %d cannot be written to yet: %s", lost.chat_id, error)
        if failure.new_chat_id is not None:
            await asyncio.to_thread(self._store.move_chat, lost.chat_id, failure.new_chat_id)
        elif failure.outcome in _NOTHING_SAID:
            await asyncio.to_thread(self._store.looks.undo, lost)
