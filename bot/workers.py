"""Work for the processor, off the event loop. In: a function. Out: its result, or BusyError at once when too much is waiting already."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from bot.errors import BusyError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """A bounded pool of threads: at most ``running`` jobs at work and ``waiting`` more in line.

    ``run`` belongs to one event loop and never blocks it. Jobs are not batched: docs/decisions/0016-sending.md has the figures.
    """

    def __init__(self, *, running: int, waiting: int) -> None:
        self._places = BoundedSemaphore(running + waiting)
        self._threads = ThreadPoolExecutor(max_workers=running, thread_name_prefix="dateline-worker")
        self._taken = 0
        self._watch: Callable[[object, float], None] = lambda _result, _seconds: None

    @property
    def taken(self) -> int:
        """Jobs at work and in line."""
        return self._taken

    def watch(self, watch: Callable[[object, float], None]) -> None:
        """From now on tell ``watch`` what each job returned or raised, BusyError included, and the seconds from its arrival to its end."""
        self._watch = watch

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``job`` returns or raises. Raises BusyError at once if every place in line is taken.

        A job that began is carried to its end even if nobody waits for it any more; only then is its place free again.
        """
        started = time.monotonic()
        try:
            result = await self._run(job, *args, **kwargs)
        except Exception as error:
            self._watch(error, time.monotonic() - started)
            raise
        self._watch(result, time.monotonic() - started)
        return result

    async def close(self) -> None:
        """Take no more jobs, and wait for those at work and in line."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if not self._places.acquire(blocking=False):
            raise BusyError("I am answering as many questions as I can.", remedy="Please try again in a moment.")
        try:
            future = self._threads.submit(job, *args, **kwargs)
        except RuntimeError:  # closed
            self._places.release()
            raise
        self._taken += 1
        waited_for = asyncio.wrap_future(future)
        future.add_done_callback(lambda _: self._places.release())
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._one_less) if not loop.is_closed() else None)
        return await waited_for

    def _one_less(self) -> None:
        self._taken -= 1
