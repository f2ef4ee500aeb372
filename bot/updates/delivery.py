"""Updates go out. In: the outbox. Out: messages in chats, and the outbox says what came of each.

A loop beside the answering of people, in the same process and through the same limiter, which lets answers go first. It claims no more than
Telegram takes at that moment, so that little is in hand when the process is killed: what was, counts as unknown at the next start, and is never
sent again. What a failure means is decided in ``verdicts``, an update is sent in ``posting``, and put down in ``settling``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from telegram.error import TelegramError

from bot.store.store import BotStore
from bot.telegram.limiter import Limiter
from bot.telegram.outcomes import Outcome
from bot.telegram.pace import Priority
from bot.updates.outgoing import Update
from bot.updates.posting import Bot, Posted, post
from bot.updates.reach import reasons_of
from bot.updates.settling import settle
from bot.updates.verdicts import Decision, Verdict, decide
from index import StorageError

_log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE = 32
"""On their way at once. At 25 a second, each may take more than a second."""
SLOW_S = 10.0
"""Who is on the way for longer is not counted among those any more: Telegram may take a minute over some, and the others go on meanwhile."""
MOST_AT_ONCE = 160
"""With the slow ones; fewer than there are connections to Telegram, so that answers find one."""
STOP_S = 5.0
"""How long a stop waits for what is on its way. Of what has not arrived by then nobody knows."""
FULL_S = 0.2
"""Until it is looked again whether one of too many has become a slow one."""
CLAIMED_TOGETHER = 5
"""A fifth of what goes in a second. More at once would go no faster, and all be in hand when the process is killed."""
POLL_S = 2.0
"""How often the outbox is looked at for what other replicas put there, and what has waited for its time."""
GATHER_S = 0.02
"""Between two looks: what becomes free meanwhile is claimed in one transaction."""
AFTER_TROUBLE_S = 2.0
"""Until the database is tried again."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """Whether something arrives in a chat that was lost; whoever wants to know may have gone meanwhile."""

    chat_id: int
    thread_id: int | None
    result: asyncio.Future[bool | None]

    def ends(self, arrived: bool | None) -> None:
        if not self.result.done():
            self.result.set_result(arrived)

    def fail(self, error: StorageError) -> None:
        if not self.result.done():
            self.result.set_exception(error)


class Delivery:
    """Belongs to one event loop. Several, in one process or many, may share an outbox."""

    def __init__(self, bot: Bot, limiter: Limiter, store: BotStore, *, sender: str, now: Callable[[], datetime]) -> None:
        """limiter: the bot's. sender: a name that no other process at work has, and that stays the same when this one is started again."""
        self._bot = bot
        self._limiter = limiter
        self._store = store
        self._sender = sender
        self._now = now
        # One thread of its own: when the database is slow, the threads in which people's questions look things up are not all waiting for it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dateline-outbox")
        self._under_way: dict[asyncio.Task[Posted], float] = {}
        self._trials: list[_Trial] = []
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._given_up = asyncio.Event()
        self._halted_until = 0.0

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Within the ``async with`` updates go out. At its end nothing more is claimed, and what is on its way arrives, or is given up after
        ``STOP_S``."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        with self._store.outbox.watched(wake):
            working = asyncio.create_task(self._work(), name="delivery")
            try:
                yield
            finally:
                self._stop.set()
                self._wake.set()
                await working
                for trial in self._trials:
                    trial.ends(False)
                if self._under_way:
                    await asyncio.wait(self._under_way, timeout=STOP_S)
                self._given_up.set()
                await asyncio.gather(*self._under_way)
                await asyncio.to_thread(self._thread.shutdown)

    async def _work(self) -> None:
        await self._until_noted("what was in hand at the last stop", self._count_orphans)
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait_s = await self._send_what_may_go()
            except StorageError as error:
                _log.error("the outbox cannot be read: %s", error)
                wait_s = AFTER_TROUBLE_S
            await _happens(self._wake, wait_s)
            await _happens(self._stop, GATHER_S)

    def _count_orphans(self) -> None:
        if orphans := self._store.outbox.orphaned(self._sender):
            _log.warning("%d updates were being sent when the program was stopped: whether they arrived is not known", orphans)

    async def _send_what_may_go(self) -> float:
        """Begin to send as many updates as Telegram takes now. Returns after how many seconds to look again. Raises StorageError."""
        halted_s = self._halted_until - asyncio.get_running_loop().time()
        if halted_s > 0:
            return halted_s
        places = self._places()
        if places <= 0:
            return FULL_S
        room, opens_in_s = self._limiter.room(Priority.BROADCAST)
        room = min(room, CLAIMED_TOGETHER, places)
        if room <= 0:
            return max(opens_in_s, GATHER_S)
        if self._trials:
            await self._try(self._trials.pop())
            return GATHER_S
        claimed = await self._blocking(lambda: self._store.outbox.claim(self._sender, room))
        for update in claimed:
            self._begin(update)
        return GATHER_S if len(claimed) == room else POLL_S

    async def try_one(self, chat_id: int, thread_id: int | None) -> bool | None:
        """Send the first update that waits because its chat, or that topic of it, is cut off. Returns whether it arrived, or a part of it; None if
        nothing waits there. Raises StorageError."""
        trial = _Trial(chat_id, thread_id, asyncio.get_running_loop().create_future())
        self._trials.append(trial)
        self._wake.set()
        return await trial.result

    async def _try(self, trial: _Trial) -> None:
        try:
            claimed, waiting = await self._blocking(
                lambda: self._store.outbox.claim_lost(self._sender, trial.chat_id, trial.thread_id, reasons_of(trial.thread_id))
            )
        except StorageError as error:
            trial.fail(error)
            return
        if not claimed:
            trial.ends(False if waiting else None)
            return
        before = claimed[0].progress.texts
        self._begin(claimed[0]).add_done_callback(
            lambda task: trial.ends(not task.cancelled() and task.result().progress.texts > before and not task.result().is_unsure)
        )

    def _begin(self, update: Update) -> asyncio.Task[Posted]:
        task = asyncio.create_task(self._deliver(update), name=f"update {update.id}")
        self._under_way[task] = asyncio.get_running_loop().time()
        task.add_done_callback(self._arrived)
        return task

    def _places(self) -> int:
        """How many more may be on their way."""
        slow_since = asyncio.get_running_loop().time() - SLOW_S
        quick = sum(since > slow_since for since in self._under_way.values())
        return min(AT_ONCE - quick, MOST_AT_ONCE - len(self._under_way))

    def _arrived(self, task: asyncio.Task[Posted]) -> None:
        """The next one in its chat may go."""
        del self._under_way[task]
        self._wake.set()

    async def _deliver(self, update: Update) -> Posted:
        posted = await self._post(update)
        decision = decide(posted.failure, update.attempts) if posted.failure is not None else None
        if decision is not None and decision.verdict is Verdict.HALT:
            _log.warning("nothing can be sent for %.0f s: %s", decision.wait_s, posted.error)
            self._halted_until = asyncio.get_running_loop().time() + decision.wait_s
        title = await self._title(update.place.chat_id, posted, decision)
        await self._until_noted(
            f"what became of update {update.id}", lambda: settle(self._store, update, posted, decision, self._now(), title)
        )
        return posted

    async def _post(self, update: Update) -> Posted:
        """As ``post``, unless it is given up."""
        sending = asyncio.create_task(post(self._bot, update, self._stop.is_set))
        giving_up = asyncio.create_task(self._given_up.wait())
        await asyncio.wait({sending, giving_up}, return_when=asyncio.FIRST_COMPLETED)
        giving_up.cancel()
        sending.cancel()  # nothing, if it is done
        try:
            return await sending
        except asyncio.CancelledError:
            return Posted(update.progress, error="Telegram had not answered when the program was stopped", is_unsure=True)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must neither leave the update in hand nor send anything twice
            _log.exception("update %d could not be sent", update.id)
            return Posted(update.progress, error=repr(error), is_unsure=True)

    async def _until_noted(self, what: str, note: Callable[[], None]) -> None:
        """Write to the database until that succeeds. At a stop it is given up: the next start finds the update in hand, and counts it as unknown."""
        while True:
            try:
                await self._blocking(note)
            except StorageError as error:
                _log.error("%s could not be noted: %s", what, error)
                if await _happens(self._stop, AFTER_TROUBLE_S):
                    return
            else:
                return

    async def _title(self, chat_id: int, posted: Posted, decision: Decision | None) -> str | None:
        """What the chat that is lost is called, if the bot may still see it."""
        if decision is None or decision.verdict is not Verdict.CUT_OFF or posted.failure is None:
            return None
        if posted.failure.outcome not in (Outcome.NO_RIGHTS, Outcome.TOPIC_CLOSED):
            return None
        try:
            return (await self._bot.get_chat(chat_id)).title
        except TelegramError as error:
            _log.info("the name of a chat that is lost could not be learnt: %s", error)
            return None

    async def _blocking(self, job: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, job)


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    """Wait for it, and say whether it came."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
