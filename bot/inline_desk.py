"""Answers for inline mode, in time. In: who typed what so far. Out: an answer, a quicker and less sure one, or none; never later than promised.

Telegram sends a query with nearly every letter. Only the last one of each person is searched for, once they paused; what was searched for is kept
for a while, and whatever comes too late is ready for the next query. Belongs to one event loop; the searching is done by ``bot.workers``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from cachetools import LRUCache, TTLCache

from bot.errors import TooManyRequestsError
from bot.workers import Workers
from index import Answer

PAUSE_S = 0.25
"""Somebody who types has 0.1 to 0.2 s between two letters; who pauses this long wants to see something."""
WITHIN_S = 0.9
"""From the query's coming to our answer to it, of the one second that was promised; the rest is for the way to Telegram."""
KEPT = 256
"""Answers; some tens of kilobytes each at most."""
KEPT_S = 300.0
"""An answer about "now" is not older than this."""
PEOPLE = 10_000
"""Whose last query is remembered; it matters for a quarter of a second."""


class Asked(Protocol):
    """The part of ``index.NewsIndex`` that inline mode needs. Safe for several threads."""

    def answer(self, question: str, *, rerank: bool = True) -> Answer:
        """What the coverage says; off, quicker and less sure. Raises QuestionError."""

    def version(self) -> str:
        """Which coverage answers come from now."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to show by the time it has to be shown."""

    answer: Answer | None
    """None if there was not time enough for any."""
    is_final: bool
    """Whether asking again would bring the same."""


class InlineDesk:
    """One for the whole bot."""

    def __init__(self, index: Asked, workers: Workers, *, pause_s: float = PAUSE_S, within_s: float = WITHIN_S) -> None:
        """pause_s: how long nothing may be typed before it is searched for. within_s: what ``find`` takes at most, the pause included."""
        self._index = index
        self._workers = workers
        self._pause_s = pause_s
        self._within_s = within_s
        self._last: LRUCache[int, int] = LRUCache(PEOPLE)
        self._ready: TTLCache[tuple[str, str], Answer] = TTLCache(KEPT, KEPT_S)
        self._at_work: dict[tuple[str, str], asyncio.Task[Answer]] = {}

    async def find(self, user_id: int, question: str, *, order: int) -> Found | None:
        """An answer to what this person typed; None if they typed on meanwhile, and then nothing was searched for.

        order: rises with what the same person typed later; queries are handled side by side, and may come here in another order.
        Raises QuestionError for what cannot be searched for, TooManyRequestsError if there is no place in line.
        """
        end = asyncio.get_running_loop().time() + self._within_s
        self._last[user_id] = max(order, self._last.get(user_id, order))
        key = (" ".join(question.casefold().split()), await asyncio.to_thread(self._index.version))
        if self._last.get(user_id, order) > order:
            return None
        if key not in self._ready and key not in self._at_work:
            await asyncio.sleep(self._pause_s)
            if self._last.get(user_id, order) > order:
                return None
        if (ready := self._ready.get(key)) is not None:
            return Found(ready, is_final=True)
        return await self._search(key, question, end)

    async def _search(self, key: tuple[str, str], question: str, end: float) -> Found:
        # One after the other: with many askers at once all the quick ones come before the first whole one, and everybody has something.
        try:
            async with asyncio.timeout_at(end):
                quick = await self._workers.run(partial(self._index.answer, question, rerank=False))
        except TimeoutError:  # if it was still in line, it has left its place to others
            return Found(None, is_final=False)
        if (ready := self._ready.get(key)) is not None:  # somebody else's search came to its end meanwhile
            return Found(ready, is_final=True)
        full = self._at_work.get(key) or self._begin(key, question)
        await asyncio.wait({full}, timeout=max(0.0, end - asyncio.get_running_loop().time()))
        if full.done() and not isinstance(full.exception(), TooManyRequestsError):
            return Found(full.result(), is_final=True)
        return Found(quick, is_final=False)

    def _begin(self, key: tuple[str, str], question: str) -> asyncio.Task[Answer]:
        """The whole search. It goes on when nobody waits for it any more: its answer is ready when the same is asked again."""
        task = asyncio.create_task(self._workers.run(self._index.answer, question))
        self._at_work[key] = task

        def done(ended: asyncio.Task[Answer]) -> None:
            del self._at_work[key]
            if _seen(ended):
                self._ready[key] = ended.result()

        task.add_done_callback(done)
        return task


def _seen(task: asyncio.Task[Answer]) -> bool:
    """Whether it came to a result. An error is told to whoever waits for it, and is of no interest to anybody else."""
    return not task.cancelled() and task.exception() is None
