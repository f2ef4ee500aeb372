"""Work for the processor, off the event loop. In: a function. Out: its result, or TooManyRequestsError at once when too much is waiting already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from bot.errors import TooManyRequestsError

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """A bounded pool of threads: at most ``running`` jobs at work and ``waiting`` more in line.

    ``run`` belongs to one event loop and never blocks it.
    """

    def __init__(self, *, running: int, waiting: int) -> None:
        self._places = BoundedSemaphore(running + waiting)
        self._threads = ThreadPoolExecutor(max_workers=running, thread_name_prefix="dateline-worker")

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``job`` returns or raises. Raises TooManyRequestsError at once if every place in line is taken.

        A job that began is carried to its end even if nobody waits for it any more; only then is its place free again.
        """
        if not self._places.acquire(blocking=False):
            raise TooManyRequestsError("I am answering as many questions as I can.", remedy="Please try again in a moment.")
        try:
            future = self._threads.submit(job, *args, **kwargs)
        except RuntimeError:  # closed
            self._places.release()
            raise
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Take no more jobs, and wait for those at work and in line."""
        await asyncio.to_thread(self._threads.shutdown)
