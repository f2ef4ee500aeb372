"""Long work beside the answering of questions. In: a function. Out: its result, off the event loop, in threads that no question waits for.

Their priority is not lowered: a thread that is kept from the processor while it holds Python's interpreter lock keeps every other from it.
"""

from __future__ import annotations

import asyncio
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


class Background:
    """A few threads. ``run`` belongs to one event loop and never blocks it; ``stopping`` is for the work itself, and for any thread."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(THREADS + WAITING)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dateline-background")
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
