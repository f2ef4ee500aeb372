"""What admins work with, put together once in ``bot.app``: who they are, the coverage as they may change it, and what runs by itself.

In: parts. Out: ``Administration``. It decides nothing; ``bot.access`` does.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from bot.updates.background import Background
from bot.updates.jobs import Timetable
from bot.updates.rebuilding import Rebuildable, Rebuilding
from index import AddedFeed, ArticleDraft, Feed, IngestReport, Refusal, Stats

MAX_ERRORS = 5
_MAX_CHARS = 200


class Newsroom(Rebuildable, Protocol):
    """The part of ``index.NewsIndex`` that admins change. Blocks, and some of it for minutes: call it through ``Administration.background``."""

    def stats(self) -> Stats:
        """Counts, sizes, models and freshness."""

    def ingest(self, items: Iterable[ArticleDraft | Refusal], *, purpose: str = ..., wait_s: float = ...) -> IngestReport:
        """Take in articles."""

    def add_address(self, address: str, *, wait_s: float = ...) -> AddedFeed | IngestReport:
        """Follow the feed there, or take in the article on the page there."""

    def remove(self, article_id: str, *, wait_s: float = ...) -> None:
        """Delete an article for good. Raises ArticleNotFoundError."""

    def feeds(self) -> list[Feed]:
        """In the order they were added."""

    def add_feed(self, address: str) -> AddedFeed:
        """Follow the feed there, or the likeliest of the site."""

    def remove_feed(self, address: str) -> Feed:
        """Follow it no more. Raises FeedNotFoundError."""

    def pause_feed(self, address: str) -> Feed:
        """Leave it alone. Raises FeedNotFoundError."""

    def resume_feed(self, address: str) -> Feed:
        """Go on with it. Raises FeedNotFoundError."""

    def import_feeds(self, opml: bytes) -> tuple[int, int]:
        """How many are new, and how many the list has."""

    def pause_source(self, name: str) -> tuple[str, int]:
        """Leave an outlet out of answers. Its name, and how many feeds it has. Raises OutletNotFoundError."""

    def resume_source(self, name: str) -> tuple[str, int]:
        """Go on with it. Likewise."""


class LastErrors(logging.Handler):
    """The last errors that were logged, for ``/status``: when, by what, and the first line of what it says."""

    def __init__(self, redact: Callable[[str], str] = lambda text: text) -> None:
        """redact: takes secrets out of a text."""
        super().__init__(logging.ERROR)
        self._redact = redact
        self.kept: deque[tuple[datetime, str]] = deque(maxlen=MAX_ERRORS)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        # structlog hands its events over as a dictionary.
        said = str(record.msg.get("event", "")) if isinstance(record.msg, dict) else record.getMessage()
        cause = f": {record.exc_info[1]}" if record.exc_info and record.exc_info[1] else ""
        line = self._redact(f"{record.name}: {said}{cause}").partition("\n")[0]
        self.kept.append((datetime.fromtimestamp(record.created, UTC), line[:_MAX_CHARS]))


@dataclass(frozen=True, slots=True)
class Administration:
    """See the module."""

    admins: frozenset[int]
    """Telegram's numbers for them."""
    newsroom: Newsroom
    background: Background
    timetable: Timetable
    rebuilding: Rebuilding
    now: Callable[[], datetime]
    errors: LastErrors = field(default_factory=LastErrors)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Within the ``async with`` the timetable runs; at its end what goes on comes to an early end, and is waited for."""
        logging.getLogger().addHandler(self.errors)
        self.timetable.start()
        try:
            yield
        finally:
            self.background.halt()
            await self.timetable.stop()
            await self.rebuilding.finished()
            await self.background.close()
            logging.getLogger().removeHandler(self.errors)
