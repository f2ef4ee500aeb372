"""The bot as the library has it, but what it fetches is written down in one go. In: where Telegram is. Out: updates, each already known to the inbox.

The library's poller puts updates into the queue one after the other and waits for each. When each waited for the disk by itself, a hundred updates
that came at once were handled seconds later.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from telegram import Update
from telegram.ext import ExtBot

from bot.telegram.pace import Priority


class PollingBot(ExtBot[Priority]):
    """Give it to the Application; only polling asks it for updates."""

    def __init__(self, *, fetched: Callable[[Iterable[Update]], Awaitable[None]], **kwargs: Any) -> None:
        """fetched: awaited with updates before anybody sees them. kwargs: as of ExtBot."""
        super().__init__(**kwargs)
        self._fetched = fetched

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """As the library's."""
        updates = await super().get_updates(*args, **kwargs)
        await self._fetched(updates)
        return updates
