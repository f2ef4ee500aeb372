"""What is loaded and what could be asked of it, kept at hand. In: the coverage. Out: counts, and questions to offer, without waiting for a search.

Counting takes milliseconds and is done once a change of the coverage. The questions take seconds and are made in the background. Until they are there
there are none; while newer ones are made the older ones are offered, which the coverage nearly always still answers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Answer, NewsError, Stats

if TYPE_CHECKING:
    from bot.context import Coverage

_log = logging.getLogger(__name__)

OFFERED_AT_ONCE = 3
FRESH_S = 24 * 3600.0
"""Offered questions are made anew after a day: their buttons rest on stored answers, which are not kept for ever."""


@dataclass(frozen=True, slots=True)
class _Made:
    version: str
    answers: tuple[Answer, ...]
    at: float


class Overview:
    """Safe for several threads. Everything in it is blocking: call it off the event loop."""

    def __init__(self, coverage: Coverage, keep: Callable[[Answer, str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        """keep: stores the answer to a question that will be offered, with the version of the coverage."""
        self._coverage = coverage
        self._keep = keep
        self._clock = clock
        self._stats: tuple[str, Stats] | None = None
        self._made: _Made | None = None
        self._making = threading.Lock()
        self._closed = threading.Event()

    def stats(self) -> Stats:
        """Counts and dates of what is loaded. Raises as ``Coverage.stats`` does."""
        version, known = self._coverage.version(), self._stats
        if known is None or known[0] != version:
            known = self._stats = (version, self._coverage.stats())
        return known[1]

    def offers(self) -> list[tuple[str, str]]:
        """Stored answers' ids and their questions; none as long as none were made."""
        return [(answer.id, answer.question) for answer in self._made.answers] if self._made else []

    def is_stale(self) -> bool:
        """Whether the offers are to be made, or made anew."""
        made = self._made
        return made is None or made.version != self._coverage.version() or self._clock() - made.at > FRESH_S

    def make_offers(self) -> None:
        """Make them if they are stale and nobody else is making them. Takes seconds. Raises as ``Coverage.openers`` does."""
        if not self._making.acquire(blocking=False):
            return
        try:
            if not self.is_stale():
                return
            version = self._coverage.version()
            answers = self._coverage.openers(OFFERED_AT_ONCE, stopped=self._closed.is_set)
            if self._closed.is_set():
                return
            for answer in answers:
                self._keep(answer, version)
            self._made = _Made(version, tuple(answers), self._clock())
        finally:
            self._making.release()

    def close(self) -> None:
        """Give up what is being made."""
        self._closed.set()


async def make_offers(overview: Overview) -> None:
    """Make the questions to offer, off the event loop. Nobody waits for it, and without them there are only no buttons."""
    try:
        await asyncio.to_thread(overview.make_offers)
    except NewsError as error:
        _log.warning("no questions could be made to offer: %s", error)


@asynccontextmanager
async def offering(overview: Overview) -> AsyncIterator[None]:
    """Inside, questions to offer are being made from the start; leaving gives up what is not done."""
    making = asyncio.create_task(make_offers(overview))
    try:
        yield
    finally:
        overview.close()
        await making
