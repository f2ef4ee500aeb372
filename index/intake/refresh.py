"""The feeds that are followed: adding them, and reading those that are due. In: addresses and the clock. Out: articles taken in, and reports.

Hosts are asked side by side, the feeds of one host one after the other. Articles are stored as each feed is done, and only then what came of it, so a
kill at any point costs another reading: what went in is known, and changes nothing twice.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from urllib.parse import urlsplit

import structlog

from index.domain.articles import ArticleDraft
from index.domain.feeds import AddedFeed, Feed, FeedReport, Polled, RefreshReport
from index.domain.ingest import IngestReport, Refusal
from index.errors import FeedNotFoundError, NewsError, SourceError
from index.intake.discovery import find_feed, typed_address
from index.intake.feed_process import FeedReader
from index.intake.opml import read_opml, write_opml
from index.intake.polling import is_due
from index.intake.reading import FeedAsker, Reading, Stopped
from index.intake.web import is_feed, read_fetched_page
from index.ports.clock import Clock
from index.ports.feeds import FeedStore
from index.ports.locks import Lock
from index.ports.web import ContentKind, Fetcher

HOSTS_AT_ONCE = 4
"""Threads that ask; what they wait for is other people's servers."""

log = structlog.get_logger(__name__)

Ingest = Callable[[Iterable[ArticleDraft | Refusal]], IngestReport]
Progress = Callable[[FeedReport], None]


class Following:
    """What can be done with feeds. Safe for several threads; a refresh is done by one at a time, whoever and wherever it is."""

    def __init__(
        self,
        store: FeedStore,
        lock: Lock,
        open_fetcher: Callable[[], Fetcher],
        clock: Clock,
        *,
        interval: timedelta,
        rng: random.Random | None = None,
        open_reader: Callable[[], AbstractContextManager[FeedReader]] = FeedReader,
    ) -> None:
        """lock: held by whoever refreshes. open_fetcher: called when the world is first asked. interval: between two readings, as it is set.

        open_reader: what reads feeds, for the length of a ``with``; its process is started once for each refresh.
        """
        self._store = store
        self._lock = lock
        self._open_fetcher = open_fetcher
        self._clock = clock
        self._interval_s = interval.total_seconds()
        self._open_reader = open_reader
        self._rng = rng or random.Random()  # noqa: S311 it spreads waits, and keeps no secret

    @cached_property
    def _fetcher(self) -> Fetcher:
        return self._open_fetcher()

    # Which feeds

    def feeds(self) -> list[Feed]:
        """All of them, in the order they were added."""
        return self._store.all()

    def add(self, address: str, *, source: str | None = None) -> AddedFeed:
        """Follow the feed at an address, or the likeliest of the site there. source: the outlet's name for its articles.

        Its articles come in with the next refresh. Raises SourceError when the address cannot be fetched or no feed is found from it.
        """
        url = typed_address(address)
        known = self._store.find(url)
        if known is not None:
            return AddedFeed(known, is_new=False)
        with self._open_reader() as reader:
            found = find_feed(url, self._fetcher, reader.read)
        feed, is_new = self._store.add(found.url, title=found.feed.title, source=source)
        return AddedFeed(feed, is_new, found.others)

    def follow(self, addresses: Iterable[str]) -> int:
        """Follow feeds at these addresses, unseen; the first refresh will tell whether they are any. Returns how many are new."""
        return sum(self._store.add(typed_address(address))[1] for address in addresses)

    def remove(self, address: str) -> Feed:
        """Follow it no more; its articles are kept. Raises FeedNotFoundError."""
        feed = self._find(address)
        self._store.remove(feed.key)
        return feed

    def pause(self, address: str) -> Feed:
        """Leave it alone until it is resumed. Raises FeedNotFoundError."""
        return self._set_paused(address, True)

    def resume(self, address: str) -> Feed:
        """Go on with a feed that was paused or that was gone; it is due at once. Raises FeedNotFoundError."""
        return self._set_paused(address, False)

    def set_source_paused(self, name: str, paused: bool) -> int:
        """Pause, or resume, every feed that goes by the name of this outlet. Returns how many there are."""
        feeds = [feed for feed in self.feeds() if (feed.source or feed.title or "").casefold() == name.casefold()]
        for feed in feeds:
            self._store.set_paused(feed.key, paused)
        return len(feeds)

    def article_at(self, address: str) -> ArticleDraft | None:
        """The article on the page at an address; None if there is a feed. Raises SourceError when it cannot be fetched or is neither."""
        url = typed_address(address)
        if self._store.find(url) is not None:
            return None
        fetched = self._fetcher.get(url, accept=ContentKind.EITHER)
        return None if is_feed(fetched) else read_fetched_page(fetched, origin=url)

    def import_opml(self, data: bytes) -> tuple[int, int]:
        """Follow the feeds of a list that another program wrote. Returns how many are new, and how many it has. Raises ArticleRefusedError."""
        listed = read_opml(data)
        new = sum(self._store.add(typed_address(outline.url), title=outline.title)[1] for outline in listed)
        return new, len(listed)

    def export_opml(self) -> bytes:
        """The list of feeds, for another program."""
        return write_opml(self.feeds(), self._clock.now())

    # Reading them

    def refresh(
        self, ingest: Ingest, progress: Progress | None = None, *, only_due: bool = True, stopped: Stopped = lambda: False
    ) -> RefreshReport:
        """Read the feeds that are due, and take in what is new. only_due: off, all that are neither paused nor gone.

        progress: told of each feed as it is done. stopped: asked now and then whether to come to an early end; what was done by then is kept.
        A feed's failure is in the report. Raises WriterBusyError while another refreshes, StorageError, EncodingError.
        """
        started = time.monotonic()
        reports: list[FeedReport] = []
        with self._lock("a refresh of the feeds", wait_s=0.0):
            now = self._clock.now()
            feeds = [feed for feed in self.feeds() if (is_due(feed, now) if only_due else not (feed.paused or feed.state.gone))]
            with self._open_reader() as reader, closing(self._readings(feeds, reader, stopped)) as readings:
                for reading in readings:
                    report = self._take_in(reading, ingest)
                    reports.append(report)
                    if progress:
                        progress(report)
        return RefreshReport(tuple(reports), time.monotonic() - started)

    def _take_in(self, reading: Reading, ingest: Ingest) -> FeedReport:
        """Store a reading's articles, then what came of it."""
        articles = ingest(reading.items) if reading.items else IngestReport()
        feed = self._store.record(reading.feed.key, replace(reading.keep, new=articles.new))
        outcome = reading.outcome if feed is not None else Polled.REMOVED
        note = reading.note
        if feed is not None and feed.key != reading.feed.key:
            note = f"{note}, which is followed already: the two are one now"
        title = feed.title if feed is not None else reading.feed.title
        return FeedReport(reading.feed.url, title, outcome, articles, reading.waiting, note)

    def _readings(self, feeds: Sequence[Feed], reader: FeedReader, stopped: Stopped) -> Generator[Reading]:
        """What came of each, as it is done. Closed early, it waits for those that are being asked."""
        halted = threading.Event()
        asker = FeedAsker(
            self._fetcher, reader.read, self._clock, self._rng, interval_s=self._interval_s, stopped=lambda: halted.is_set() or stopped()
        )
        hosts = _by_host(feeds)
        asked: dict[Future[Reading], deque[Feed]] = {}
        with ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="feeds") as pool:
            try:
                while asked or (hosts and not stopped()):
                    while hosts and len(asked) < HOSTS_AT_ONCE and not stopped():
                        host = hosts.popleft()
                        feed = host.popleft()
                        asked[pool.submit(self._ask, asker, feed)] = host
                    for done in wait(asked, return_when=FIRST_COMPLETED).done:
                        host = asked.pop(done)
                        if host:
                            hosts.append(host)
                        yield done.result()
            finally:
                halted.set()

    def _ask(self, asker: FeedAsker, feed: Feed) -> Reading:
        try:
            return asker.ask(feed, partial(self._store.known, feed.key))
        except NewsError:
            raise  # the database: everybody's trouble
        except Exception:  # a job loop: what one feed brings to light must not keep all others from being read, now and every time after
            reference = uuid.uuid4().hex[:8]
            log.exception("reading a feed failed", feed=feed.key, reference=reference)
            return asker.failed(feed, SourceError(f"something went wrong on our side; the log has it under {reference}"))

    def _set_paused(self, address: str, paused: bool) -> Feed:
        feed = self._find(address)
        return self._store.set_paused(feed.key, paused) or feed

    def _find(self, address: str) -> Feed:
        feed = self._store.find(typed_address(address)) or self._store.find(address.strip())
        if feed is None:
            raise FeedNotFoundError(f"No feed is followed at {address.strip()}.", remedy="`dateline feeds` lists them.")
        return feed


def _by_host(feeds: Iterable[Feed]) -> deque[deque[Feed]]:
    hosts: dict[str | None, deque[Feed]] = {}
    for feed in feeds:
        hosts.setdefault(urlsplit(feed.url).hostname, deque()).append(feed)
    return deque(hosts.values())
