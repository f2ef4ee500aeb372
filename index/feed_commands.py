"""The part of ``NewsIndex`` that is about feeds and the outlets they come from. In: addresses and names. Out: feeds, and reports on them.

``index.intake.refresh`` does it; here it is put together with the taking in of articles, and with what the store knows of outlets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import partial

from index.domain.articles import ArticleDraft
from index.domain.feeds import AddedFeed, Feed, FeedReport, RefreshReport
from index.domain.ingest import IngestReport, Refusal
from index.errors import OutletNotFoundError
from index.intake.pipeline import Seen
from index.intake.refresh import Following
from index.ports.articles import ArticleStore

WRITER_WAIT_S = 600.0
"""How long a second writer waits by default: longer than an ordinary ingest, shorter than a person's patience with a hung one."""


class FeedCommands(ABC):
    """The feeds of a coverage. As safe for threads as ``NewsIndex``."""

    def __init__(self, following: Following, store: ArticleStore) -> None:
        self._following = following
        self._store = store

    @abstractmethod
    def ingest(
        self,
        items: Iterable[ArticleDraft | Refusal],
        *,
        seen: Seen | None = None,
        purpose: str = "an ingest",
        wait_s: float = WRITER_WAIT_S,
        on_wait: Callable[[str], None] | None = None,
    ) -> IngestReport:
        """Take in articles, as ``NewsIndex`` does."""

    def feeds(self) -> list[Feed]:
        """The feeds that are followed, in the order they were added."""
        return self._following.feeds()

    def add_feed(self, address: str, *, source: str | None = None) -> AddedFeed:
        """Follow the feed at an address, or the likeliest of the site there; ``refresh`` brings its articles in.

        source: the outlet's name for its articles; None for what they say themselves. Raises SourceError when there is no feed, or none now.
        """
        return self._following.add(address, source=source)

    def follow(self, addresses: Iterable[str]) -> int:
        """Follow feeds at these addresses without looking at them first. Returns how many are new."""
        return self._following.follow(addresses)

    def remove_feed(self, address: str) -> Feed:
        """Follow a feed no more; its articles are kept. Returns what it was. Raises FeedNotFoundError."""
        return self._following.remove(address)

    def pause_feed(self, address: str) -> Feed:
        """Leave a feed alone until it is resumed. Raises FeedNotFoundError."""
        return self._following.pause(address)

    def resume_feed(self, address: str) -> Feed:
        """Go on with a feed that was paused, or that was gone. Raises FeedNotFoundError."""
        return self._following.resume(address)

    def pause_source(self, name: str) -> tuple[str, int]:
        """Leave an outlet alone until it is resumed: its articles are not searched, and the feeds that go by its name are not read.

        What comes in of it otherwise is kept for then. Returns its name as it is stored, and how many feeds it has. Raises OutletNotFoundError.
        """
        return self._set_source_paused(name, True)

    def resume_source(self, name: str) -> tuple[str, int]:
        """Go on with an outlet and all feeds of its name. As for ``pause_source``."""
        return self._set_source_paused(name, False)

    def add_address(self, address: str, *, wait_s: float = WRITER_WAIT_S) -> AddedFeed | IngestReport:
        """Follow the feed at an address, whose articles come in with the next ``refresh``; or take in the article on the page there.

        Raises SourceError if it cannot be fetched or is neither.
        """
        draft = self._following.article_at(address)
        if draft is None:
            return self.add_feed(address)
        return self.ingest([draft], purpose="the adding of a page", wait_s=wait_s)

    def import_feeds(self, opml: bytes) -> tuple[int, int]:
        """Follow the feeds of an OPML list. Returns how many are new, and how many it has. Raises ArticleRefusedError if it is none."""
        return self._following.import_opml(opml)

    def export_feeds(self) -> bytes:
        """The feeds as an OPML list."""
        return self._following.export_opml()

    def refresh(
        self,
        progress: Callable[[FeedReport], None] | None = None,
        *,
        only_due: bool = True,
        stopped: Callable[[], bool] = lambda: False,
        wait_s: float = WRITER_WAIT_S,
    ) -> RefreshReport:
        """Read the feeds that are due and take in what is new, feed by feed. only_due: off, all but those that are paused or gone.

        progress: told of each feed as it is done. stopped: asked now and then whether to come to an early end. wait_s: how long to wait for another
        writer each time. What a feed does wrong is in the report. Raises WriterBusyError, at once if another refresh is going on.
        """
        take_in = partial(self.ingest, purpose="a refresh of the feeds", wait_s=wait_s)
        return self._following.refresh(take_in, progress, only_due=only_due, stopped=stopped)

    def _set_source_paused(self, name: str, paused: bool) -> tuple[str, int]:
        stored = self._store.pause_source(name, paused)
        feeds = self._following.set_source_paused(name, paused)
        if not stored and not feeds:
            raise OutletNotFoundError(f"The coverage has no source named {name!r}.", remedy="/sources lists them.")
        return (stored[0] if stored else name), feeds
