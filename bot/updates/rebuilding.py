"""A rebuild of the index in the background: one at a time, watched from the chat, and stopped when somebody says so.

In: the coverage, and whom to tell. Out: what came of it. Answers come from the old generation until the new one is whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.errors import UsageError
from bot.updates.background import Background
from index import NewsError, ReindexReport, StoppedError

TELL_EVERY_S = 3.0
"""Between two edits of the message that shows the progress: Telegram bears about one message a second in a chat, and people ask there too."""
WAIT_S = 30.0
"""For another writer."""


class Rebuildable(Protocol):
    """The part of ``index.NewsIndex`` that is needed."""

    def reindex(
        self, *, full: bool = ..., progress: Callable[[int], None] | None = ..., stopped: Callable[[], bool] = ..., wait_s: float = ...
    ) -> ReindexReport:
        """Bring the indexes up to date, or build them anew."""


@dataclass(slots=True)
class Rebuild:
    """One that goes on, or has ended."""

    full: bool
    total: int
    """Sentences to be looked at: each twice."""
    done: int = 0
    is_cancelled: bool = False
    report: ReindexReport | None = None
    """Set when it ended well."""
    error: str | None = None
    """Set when it did not."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def share(self) -> float:
        """How far it is, 0..1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


Tell = Callable[[Rebuild], Awaitable[None]]


class Rebuilding:
    """Begins rebuilds. Belongs to one event loop; ``Rebuild.done`` is counted in the thread at work."""

    def __init__(self, index: Rebuildable, background: Background, *, tell_every_s: float = TELL_EVERY_S) -> None:
        self._index = index
        self._background = background
        self._tell_every_s = tell_every_s
        self._tasks: set[asyncio.Task[None]] = set()
        self.current: Rebuild | None = None
        """The one that goes on."""

    def begin(self, *, full: bool, sentences: int, tell: Tell) -> Rebuild:
        """Begin one. tell: called every few seconds when there is news, and once at the end. Raises UsageError while another goes on."""
        if self.current is not None:
            raise UsageError(
                "The index is being rebuilt already.", remedy="/status shows how far it is; the button under its message stops it."
            )
        rebuild = self.current = Rebuild(full, 2 * sentences)
        for task in (
            asyncio.create_task(self._work(rebuild), name="rebuild"),
            asyncio.create_task(self._watch(rebuild, tell), name="watch"),
        ):
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return rebuild

    def cancel(self) -> bool:
        """Have it stopped at its next step. False if none goes on."""
        if self.current is None:
            return False
        self.current.is_cancelled = True
        return True

    async def finished(self) -> None:
        """Wait for the one that goes on, and for what is said of it."""
        await asyncio.gather(*self._tasks)

    async def _work(self, rebuild: Rebuild) -> None:
        def progress(more: int) -> None:
            rebuild.done += more

        try:
            rebuild.report = await self._background.run(
                self._index.reindex,
                full=rebuild.full,
                progress=progress,
                stopped=lambda: rebuild.is_cancelled or self._background.stopping,
                wait_s=WAIT_S,
            )
        except StoppedError as error:
            rebuild.is_cancelled = True
            rebuild.error = error.message
        except NewsError as error:
            rebuild.error = str(error)
        finally:
            rebuild.error = rebuild.error or (None if rebuild.report else "something went wrong on our side; the log has it")
            self.current = None
            rebuild.ended.set()

    async def _watch(self, rebuild: Rebuild, tell: Tell) -> None:
        told = 0
        while not rebuild.ended.is_set():
            try:
                async with asyncio.timeout(self._tell_every_s):
                    await rebuild.ended.wait()
            except TimeoutError:
                if rebuild.done != told:
                    told = rebuild.done
                    await tell(rebuild)
        await tell(rebuild)
