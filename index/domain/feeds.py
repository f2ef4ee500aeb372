"""Feeds that are followed, and what came of adding and of reading them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from index.domain.ingest import IngestReport


@dataclass(frozen=True, slots=True)
class FeedState:
    """When a feed is read next, and how it went. ``index.intake.polling`` makes one from another."""

    next_poll_at: datetime
    failures: int = 0
    """In a row, up to now."""
    etag: str | None = None
    last_modified: str | None = None
    """Of the copy that was read last, to ask whether there is another; None also while something of that copy is still to be done."""
    body_digest: bytes | None = None
    """16 bytes that stand for that copy, for sites that never say "not modified"; None likewise."""
    asked_interval_s: float | None = None
    """How long the feed itself asks to be left between two readings."""
    last_success_at: datetime | None = None
    last_status: int | None = None
    """The last HTTP status; None when there was none."""
    last_error: str | None = None
    """Why the last reading failed; None if it did not."""
    gone: bool = False
    """The site says that it is gone for good, or the feed that it is finished. It is not read any more."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is followed."""

    key: int
    """The database's number for it; never shown."""
    url: str
    """Where it is now; it may have been added under another address."""
    title: str | None
    """As the feed gives it; None until it was read."""
    source: str | None
    """The outlet's name for its articles, if whoever added it gave one."""
    added_at: datetime
    paused: bool
    last_new: int
    """New articles by the last reading that was not answered "not modified"."""
    total_new: int
    """New articles since it was added."""
    state: FeedState


class Polled(StrEnum):
    """What came of reading one feed."""

    READ = "read"
    NOT_MODIFIED = "not modified"
    FAILED = "failed"
    """It is tried again, later and later."""
    GONE = "gone"
    """It is not tried again."""
    REMOVED = "removed"
    """Somebody removed it meanwhile; the articles are kept."""


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What came of reading one feed."""

    url: str
    """Where it was asked for."""
    title: str | None
    outcome: Polled
    articles: IngestReport = field(default_factory=IngestReport)
    waiting: int = 0
    """Entries whose pages could not be had yet; they are tried again."""
    note: str | None = None
    """Why it failed, or where it moved to."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What came of reading the feeds that were due."""

    feeds: tuple[FeedReport, ...]
    elapsed_s: float

    @property
    def new(self) -> int:
        """New articles."""
        return sum(feed.articles.new for feed in self.feeds)

    @property
    def changed(self) -> int:
        """Articles with a new revision or new facts."""
        return sum(feed.articles.changed for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """What came of adding a feed."""

    feed: Feed
    is_new: bool
    """False if it was followed already."""
    others: tuple[str, ...] = ()
    """More feeds that the same site offers, by address."""
