"""In what order updates are handled: side by side, but one after the other within a chat. In: updates as they arrive. Out: each is handled once.

A button's press or an edit waits for the question before it in the same chat; inline queries belong to no chat and wait for nothing, because only
the last of them matters.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram.inbox import Inbox

AT_ONCE = 100_000
"""No limit: one chat's updates that wait for each other must not use up the places of all. What is worked on at once, ``bot.workers`` limits."""


class InOrder(BaseUpdateProcessor):
    """Give it to the Application together with the inbox its updates come through."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(AT_ONCE)
        self._inbox = inbox
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await ``coroutine`` when it is the update's turn, and note that it was handled."""
        async with self._turn(update), self._inbox.handling(update):
            await coroutine

    @contextlib.asynccontextmanager
    async def _turn(self, update: object) -> AsyncIterator[None]:
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            yield
            return
        lock, users = self._turns.get(chat.id, (asyncio.Lock(), 0))
        self._turns[chat.id] = (lock, users + 1)
        try:
            async with lock:  # first come, first served
                yield
        finally:
            lock, users = self._turns.pop(chat.id)
            if users > 1:
                self._turns[chat.id] = (lock, users - 1)
