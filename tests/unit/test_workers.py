"""The pool that answers questions: who waits, who is turned away at once, and who when it has become late."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.errors import BusyError
from bot.workers import LATEST, TOO_LATE, Workers

LONGEST_S = 5.0


class Pool:
    """Workers whose clock is set by hand, and jobs that take as long on it as they are told to."""

    def __init__(self, running: int) -> None:
        self.now = 0.0
        self.workers = Workers(running=running, waiting=1000, longest_wait_s=LONGEST_S, clock=lambda: self.now)
        self.gate = threading.Event()
        self.begun = threading.Event()

    async def take(self, seconds: float) -> None:
        """Two jobs of so many seconds, one after the other, from beginning to end."""

        def job() -> None:
            self.now += seconds

        for _ in range(2):  # the slowest of the latest does not count
            await self.workers.run(job)

    async def fill(self, jobs: int) -> list[asyncio.Task[bool]]:
        """So many that wait for the gate, all taken and the first begun when this returns."""

        def job() -> bool:
            self.begun.set()
            return self.gate.wait(30)

        tasks = [asyncio.create_task(self.workers.run(job)) for _ in range(jobs)]
        await asyncio.sleep(0)
        assert await asyncio.to_thread(self.begun.wait, 30)
        return tasks

    async def open(self, tasks: list[asyncio.Task[bool]]) -> list[bool | BaseException]:
        """Let them end. Returns what came of each."""
        self.gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def pool(*, running: int = 1) -> AsyncIterator[Pool]:
    """One that is closed at the end."""
    made = Pool(running)
    try:
        yield made
    finally:
        made.gate.set()
        await made.workers.close()


async def test_nobody_is_turned_away_for_time_before_jobs_have_shown_how_long_they_take() -> None:
    """At the start nothing is known of how long jobs take, and the number in line alone counts."""
    async with pool() as it:
        waiting = await it.fill(100)
        assert it.workers.expected_wait_s == 0
        assert await it.open(waiting) == [True] * 100


async def test_a_line_that_is_short_in_time_may_be_long_in_number() -> None:
    """Two threads and jobs of a tenth of a second: a hundred in line are through in five seconds, and the next one is turned away at once."""
    async with pool(running=2) as it:
        await it.take(0.1)
        waiting = await it.fill(102)
        assert it.workers.expected_wait_s == pytest.approx(5.05)
        with pytest.raises(BusyError):
            await it.workers.run(it.gate.wait, 30)
        assert await it.open(waiting) == [True] * 102


async def test_slow_jobs_make_the_line_short() -> None:
    """Jobs of three seconds on one thread: one may wait behind the one at work, the second would wait six seconds and is turned away."""
    async with pool() as it:
        await it.take(3.0)
        waiting = await it.fill(2)
        with pytest.raises(BusyError):
            await it.workers.run(it.gate.wait, 30)
        assert await it.open(waiting) == [True] * 2
        await it.take(0.0)  # the line is empty: whoever comes now is taken


async def test_how_long_jobs_take_is_learnt_anew_when_it_changes() -> None:
    """Slow jobs are forgotten after some quick ones, and a job that fails took its time like any other."""
    async with pool() as it:
        await it.take(10.0)

        def fails() -> None:
            it.now += 1.0
            raise ZeroDivisionError

        for _ in range(LATEST):
            with pytest.raises(ZeroDivisionError):
                await it.workers.run(fails)
        await it.fill(1)
        assert it.workers.expected_wait_s == pytest.approx(1.0)


async def test_one_slow_job_among_quick_ones_turns_nobody_away() -> None:
    """The first question loads the models and takes many times as long as the next; how long the next take is what counts."""
    async with pool() as it:

        def loads() -> None:
            it.now += 30.0

        await it.workers.run(loads)
        await it.take(0.1)
        await it.fill(2)
        assert it.workers.expected_wait_s == pytest.approx(0.2)


async def test_a_job_whose_turn_comes_far_too_late_is_not_begun() -> None:
    """When jobs take longer than the ones before, whoever waited twice the longest wait is told so instead of being answered a minute later."""
    async with pool() as it:
        waiting = await it.fill(2)
        it.now += TOO_LATE * LONGEST_S + 0.1
        first, second = await it.open(waiting)
        assert first is True
        assert isinstance(second, BusyError)
        assert it.workers.taken == 0
