"""A matching that knows what a test tells it, in place of ``bot.updates.matching.Matching``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.updates.report import Quoted, Report, Value
from bot.updates.subscription import Wish
from tests.flows.stub_index import PUBLISHED, QUOTE, URL

FERRY = Report("ferry", "ferry", "Ferry aground", "Harbour News", PUBLISHED, URL, (Quoted(QUOTE, "Harbour News", PUBLISHED, URL),))
SEVEN = Value("Seven", 7.0, ("the harbour office",), FERRY.quotes[0])


class StubMatching:
    """Finds the ferry for every wish."""

    def __init__(self) -> None:
        self.reports_a_week = 1
        self.found: list[Report] = [FERRY]
        self.entries: list[tuple[datetime | None, tuple[Value, ...]]] = [(PUBLISHED, (SEVEN,))]
        self.asked: list[tuple[Wish, datetime]] = []

    def preview(self, wish: Wish, since: datetime, *, limit: int = 20) -> list[Report]:
        """What a test planned."""
        self.asked.append((wish, since))
        return self.found[:limit]

    def a_week(self, wish: Wish) -> int:
        """What a test planned, for any wish."""
        assert wish is not None
        return self.reports_a_week

    def timeline(self, question: str) -> Sequence[tuple[datetime | None, tuple[Value, ...]]]:
        """What a test planned; nothing for a question about trains."""
        return [] if "train" in question else self.entries
