"""The timetable: what is done again and again. In: jobs. Out: each done in its turn, one run of it at a time, whatever went wrong the last time.

A job is a blocking function; it runs in a thread of the background. What it raises is logged and kept for ``/status``, and it runs again at its time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.updates.background import Background

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again."""

    name: str
    every_s: float
    """Between the end of one run and the beginning of the next."""
    do: Callable[[], object]
    """Blocks; asks ``Background.stopping`` now and then if it takes long."""
    then: str | None = None
    """The job that is woken after each run: what this one did is for that one to go on with."""


@dataclass(slots=True)
class JobState:
    """How a job goes."""

    runs: int = 0
    last_end: datetime | None = None
    last_error: str | None = None
    """Of the last run, if it failed."""
    at_work: bool = False


class Timetable:
    """All jobs. Belongs to one event loop."""

    def __init__(self, jobs: Sequence[Job], background: Background, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._background = background
        self._now = now
        self._wake = {job.name: asyncio.Event() for job in jobs}
        self._stop = False
        self._tasks: list[asyncio.Task[None]] = []
        self.states = {job.name: JobState() for job in jobs}
        """By name."""

    def start(self) -> None:
        """Begin, each job with a first run at once."""
        self._tasks = [asyncio.create_task(self._repeat(job), name=f"job {job.name}") for job in self._jobs]

    def wake(self, name: str) -> None:
        """Do this job now rather than at its time; once more, if it is just being done. A name that is not in the table is passed over."""
        if name in self._wake:
            self._wake[name].set()

    async def stop(self) -> None:
        """Begin no more runs, and wait for those that are going on. The background must be told to stop before, or that may take long."""
        self._stop = True
        for event in self._wake.values():
            event.set()
        await asyncio.gather(*self._tasks)

    async def _repeat(self, job: Job) -> None:
        wake, state = self._wake[job.name], self.states[job.name]
        while not self._stop:
            wake.clear()
            state.at_work = True
            try:
                await self._background.run(job.do)
                state.last_error = None
            except Exception as error:  # noqa: BLE001 - a job loop: one failure must not be the last run
                if not self._stop:
                    state.last_error = str(error)
                    _log.error("the job %s failed", job.name, exc_info=error)
            state.at_work = False
            state.runs += 1
            if job.then is not None:
                self.wake(job.then)
            state.last_end = self._now()
            try:
                async with asyncio.timeout(job.every_s):
                    await wake.wait()
            except TimeoutError:
                continue
