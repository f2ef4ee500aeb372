"""Updates that have come and are not handled yet. In: updates from polling or a webhook, some of them twice. Out: each once, also across a restart.

An update is written down before Telegram is told that it has come, and struck off when it has been handled; so a process that dies loses none. Before
the first message about it goes out it is marked as being answered, so that the next process does not answer it a second time. Two processes at one
webhook share the table, and whoever marks first answers. What is not worth keeping, such as a group's talk that is not for the bot, is never written.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.error import TelegramError

from bot.store.updates import Updates, digest_of
from index import StorageError

_log = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Ids and digests kept in memory, for when the database fails. Some hours at one update a second."""


@dataclass(slots=True)
class _Handling:
    update_id: int
    is_marked: bool = False


_handling: ContextVar[_Handling | None] = ContextVar("handling", default=None)
"""The update that is being handled; tasks that a handler starts inherit it."""


class AnsweredElsewhereError(TelegramError):
    """Another process answers this update, or one did before this one started. A TelegramError, so that it is logged and nobody is told."""


def read_update(written: str | bytes, bot: Bot) -> Update | None:
    """The update that stands in this JSON; None for what is none. One that cannot be read now cannot be read the next time either."""
    try:
        return Update.de_json(json.loads(written), bot)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning("an update could not be read: %s", type(error).__name__)  # not what it says: that is somebody's message
        return None


class Inbox(asyncio.Queue[object]):
    """The queue between Telegram and the handlers. Belongs to one event loop."""

    def __init__(
        self,
        updates: Updates,
        bot_id: int,
        *,
        watch: Callable[[bool], None] = lambda _is_new: None,
        keeps: Callable[[Update], bool] = lambda _update: True,
    ) -> None:
        """watch: is told of every update, and whether it was new. keeps: whether an update may be written down; another is lost with the process."""
        super().__init__()
        self._updates = updates
        self._bot_id = bot_id
        self._watch = watch
        self._keeps = keeps
        self._recent: OrderedDict[int, str] = OrderedDict()
        self._expected: dict[int, bool] = {}
        self._unwritten: list[tuple[int, str, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def expect(self, updates: Iterable[Update]) -> None:
        """Write down several that will be put in one after the other: all at once, for each for itself takes as long."""
        expected = [update for update in updates if update.update_id not in self._expected]
        for update, is_new in zip(expected, await asyncio.gather(*map(self._is_new, expected)), strict=True):
            self._expected[update.update_id] = is_new or self._expected.get(update.update_id, False)

    async def put(self, item: object) -> None:
        """Queue what has not come before. When this returns, the update may be confirmed to Telegram."""
        if isinstance(item, Update):
            is_new = self._expected.pop(item.update_id, None)
            if is_new is None:
                is_new = await self._is_new(item)
            self._watch(is_new)
            if not is_new:
                _log.info("update %d has come before", item.update_id)
                return
        await super().put(item)

    async def take_up(self, bot: Bot) -> int:
        """Queue what an earlier process received and did not answer. Returns how many."""
        rows = await asyncio.to_thread(self._updates.take_up, self._bot_id)
        updates = [update for row in rows if (update := read_update(row, bot)) is not None]
        for update in updates:
            self._remember(update.update_id, update.to_json())
            await super().put(update)
        return len(updates)

    @asynccontextmanager
    async def handling(self, update: object) -> AsyncIterator[None]:
        """Inside, the update is handled; it is struck off at the end, unless the process is being torn down."""
        if not isinstance(update, Update) or not self._keeps(update):
            yield
            return
        token = _handling.set(_Handling(update.update_id))
        try:
            yield
        except asyncio.CancelledError:
            raise
        except BaseException:
            await self._finish(update.update_id)
            raise
        else:
            await self._finish(update.update_id)
        finally:
            _handling.reset(token)

    async def before_message(self) -> None:
        """Mark the update that is being handled as being answered; nothing outside of one. Raises AnsweredElsewhereError."""
        handled = _handling.get()
        if handled is None or handled.is_marked:
            return
        try:
            may_answer = await asyncio.to_thread(self._updates.claim, self._bot_id, handled.update_id)
        except StorageError as error:
            _log.warning("answering without a note of it: %s", error)
            may_answer = True
        if not may_answer:
            raise AnsweredElsewhereError(f"update {handled.update_id} is answered elsewhere")
        handled.is_marked = True

    async def _is_new(self, update: Update) -> bool:
        content = update.to_json()
        if self._recent.get(update.update_id) == digest_of(content):
            return False
        self._remember(update.update_id, content)
        if not self._keeps(update):
            return True
        try:
            return await self._write_down(update.update_id, content)
        except StorageError as error:
            _log.warning("an update could not be written down: %s", error)
            return True

    async def _write_down(self, update_id: int, content: str) -> bool:
        """Whether it is new. Whatever comes while the disk is busy is written together afterwards. Raises StorageError."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._unwritten.append((update_id, content, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="updates")
        return await written

    async def _write_all(self) -> None:
        while self._unwritten:
            batch, self._unwritten = self._unwritten, []
            came = [(update_id, content) for update_id, content, _ in batch]
            found: list[bool] | BaseException
            try:
                found = await asyncio.to_thread(self._updates.receive_all, self._bot_id, came)
            except Exception as error:  # noqa: BLE001 - whoever waits for it is told, whatever it was
                found = error
            for place, (_, _, written) in enumerate(batch):
                if written.done():  # whoever waited was cancelled
                    continue
                if isinstance(found, list):
                    written.set_result(found[place])
                else:
                    written.set_exception(found)

    async def _finish(self, update_id: int) -> None:
        try:
            await asyncio.to_thread(self._updates.finish, self._bot_id, update_id)
        except StorageError as error:
            _log.warning("an update could not be struck off: %s", error)

    def _remember(self, update_id: int, content: str) -> None:
        self._recent[update_id] = digest_of(content)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
