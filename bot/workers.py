"""Work for the processor, off the event loop. In: a function. Out: its result, or BusyError at once when too much is waiting already."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from bot.errors import BusyError

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_WAIT_S = 5.0
"""Who would wait longer is told to come back, at once: a minute later nobody looks at the answer any more."""
TOO_LATE = 2
"""A job whose turn comes after so many times the longest wait is not begun: jobs before it took longer than those it was expected by."""
LATEST = 16
"""Jobs by which it is known how long one takes: the mean of all but the slowest, which may have been the first of all and have loaded the models."""


class Workers:
    """A bounded pool of threads: at most ``running`` jobs at work and ``waiting`` more in line; nobody waits much longer than ``longest_wait_s``.

    ``run`` belongs to one event loop and never blocks it. Jobs are not batched: docs/decisions/0016-sending.md has the figures.
    """

    def __init__(
        self, *, running: int, waiting: int, longest_wait_s: float = LONGEST_WAIT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """clock: seconds; read in the workers' threads too."""
        self._running = running
        self._longest_wait_s = longest_wait_s
        self._clock = clock
        self._places = BoundedSemaphore(running + waiting)
        self._threads = ThreadPoolExecutor(max_workers=running, thread_name_prefix="dateline-worker")
        self._taken = 0
        self._latest_s: deque[float] = deque(maxlen=LATEST)
        self._watch: Callable[[object, float], None] = lambda _result, _seconds: None

    @property
    def taken(self) -> int:
        """Jobs at work and in line."""
        return self._taken

    @property
    def expected_wait_s(self) -> float:
        """How long a job that comes now will wait for its turn, by how long the latest ones took; nothing before the second has ended."""
        if len(self._latest_s) < 2:
            return 0.0
        job_s = (sum(self._latest_s) - max(self._latest_s)) / (len(self._latest_s) - 1)
        return max(0, self._taken - self._running + 1) * job_s / self._running

    def watch(self, watch: Callable[[object, float], None]) -> None:
        """From now on tell ``watch`` what each job returned or raised, BusyError included, and the seconds from its arrival to its end."""
        self._watch = watch

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``job`` returns or raises. Raises BusyError: at once if every place in line is taken or the wait would be long, later if it became so.

        A job that began is carried to its end even if nobody waits for it any more; only then is its place free again.
        """
        started = self._clock()
        try:
            result = await self._run(job, *args, **kwargs)
        except Exception as error:
            self._watch(error, self._clock() - started)
            raise
        self._watch(result, self._clock() - started)
        return result

    async def close(self) -> None:
        """Take no more jobs, and wait for those at work and in line."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.expected_wait_s > self._longest_wait_s or not self._places.acquire(blocking=False):
            raise _busy()
        came, took = self._clock(), list[float]()

        def in_turn() -> T:
            begins = self._clock()
            if begins - came > TOO_LATE * self._longest_wait_s:
                raise _busy()
            try:
                return job(*args, **kwargs)
            finally:
                took.append(self._clock() - begins)

        try:
            future = self._threads.submit(in_turn)
        except RuntimeError:  # closed
            self._places.release()
            raise
        self._taken += 1
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: self._places.release())
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._ended, *took) if not loop.is_closed() else None)
        return await asyncio.wrap_future(future)  # the last to be told: the job is counted out before whoever waits for it goes on

    def _ended(self, *took_s: float) -> None:
        """A job has left. took_s: how long it was at work, if it began."""
        self._taken -= 1
        self._latest_s.extend(took_s)


def _busy() -> BusyError:
    return BusyError("I am answering as many questions as I can.", remedy="Please try again in a moment.")
