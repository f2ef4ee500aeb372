"""Long work beside the answering of questions. In: a function. Out: its result, off the event loop and after everything that somebody waits for.

Its threads are few, and of low priority where the system has such a thing: a question that comes while they work goes first.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.errors import TooManyRequestsError

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 6
"""The feeds, the posts, the folders, a rebuild, and two things that admins ask for. They mostly wait: for the web, or for their turn to write."""
WAITING = 20
NICENESS = 15
"""Of 19; see benchmarks/reindex_load.py."""


class Background:
    """A few patient threads. ``run`` belongs to one event loop and never blocks it; ``stopping`` is for the work itself, and for any thread."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(THREADS + WAITING)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dateline-background", initializer=_step_back)
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether the program is about to end; long work asks now and then, and comes to an early end."""
        return self._stopping.is_set()

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``job`` returns or raises. Raises TooManyRequestsError at once when too much is waiting already."""
        if self.stopping or not self._places.acquire(blocking=False):
            raise TooManyRequestsError("There is too much to do already.", remedy="Please try again in a moment.")
        future = self._threads.submit(job, *args, **kwargs)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def halt(self) -> None:
        """Tell the work to come to its end, and take no more."""
        self._stopping.set()

    async def close(self) -> None:
        """Likewise, and wait for it."""
        self.halt()
        await asyncio.to_thread(self._threads.shutdown)


def _step_back() -> None:
    """Lower the priority of this thread. Linux counts it by thread; elsewhere it would be the whole program's."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
