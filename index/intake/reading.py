"""One reading of one feed. In: the feed, and what was done about its entries. Out: articles to take in, and what to keep once they are in.

Asks the world through the fetcher, and changes nothing: whoever calls stores first the articles and then the rest, so that a kill in between costs
another reading and nothing else.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from index.domain.articles import ArticleDraft
from index.domain.feeds import Feed, Polled
from index.domain.ingest import Refusal
from index.errors import ArticleRefusedError, NewsError, SourceError, SourceGoneError, SourceUnavailableError
from index.intake.feed_entries import FeedEntry, ParsedFeed, draft_of, entry_digest, has_full_text, identified, origin_of
from index.intake.feed_process import FeedReader
from index.intake.files import Defaults, with_defaults
from index.intake.polling import after_failure, after_gone, after_not_modified, after_success
from index.intake.web import read_fetched_page
from index.ports.clock import Clock
from index.ports.feeds import EntryMemory, FeedReading
from index.ports.web import ContentKind, Fetched, Fetcher

MAX_PAGES = 100
"""Fetched for one feed at one reading; what is left over has its turn at the next. With a second's rest between two, that is two minutes."""
MAX_ATTEMPTS = 5
"""So many readings of the feed a page may be out of reach; then its entry is refused."""
MAX_FAILURES = 2
"""So many pages of one host in a row may be out of reach; then the host is left alone until the next reading."""

Known = Callable[[Sequence[bytes]], Mapping[bytes, EntryMemory]]
Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a feed."""

    feed: Feed
    outcome: Polled
    keep: FeedReading
    """To be recorded once ``items`` are stored."""
    items: tuple[ArticleDraft | Refusal, ...] = ()
    waiting: int = 0
    """Entries that are left for the next reading."""
    note: str | None = None


@dataclass(slots=True)
class _Gathered:
    """What the entries of one document ask for."""

    items: list[ArticleDraft | Refusal] = field(default_factory=list)
    memory: dict[bytes, EntryMemory] = field(default_factory=dict)
    waiting: int = 0


class FeedAsker:
    """Reads feeds. Safe for several threads, each with a feed of its own."""

    def __init__(
        self,
        fetcher: Fetcher,
        read: Callable[[Fetched], ParsedFeed],
        clock: Clock,
        rng: random.Random,
        *,
        interval_s: float,
        stopped: Stopped,
    ) -> None:
        """read: raises ArticleRefusedError for what is no feed. interval_s: between two readings, as it is set. stopped: whether to end early."""
        self._fetcher = fetcher
        self._read = read
        self._clock = clock
        self._rng = rng
        self._interval_s = interval_s
        self._stopped = stopped

    def ask(self, feed: Feed, known: Known) -> Reading:
        """Read a feed and the pages it points to. known: what was done about its entries. Every error of the feed's is in the result."""
        state = feed.state
        try:
            fetched = self._fetcher.get(feed.url, accept=ContentKind.FEED, etag=state.etag, last_modified=state.last_modified)
            moved_to = fetched.permanent_url
            # Many sites never say 304, and give the same bytes again.
            if fetched.status == 304 or _digest(fetched.body) == state.body_digest:
                kept = FeedReading(
                    after_not_modified(state, self._now(), self._rng, interval_s=self._interval_s, status=fetched.status), moved_to
                )
                return Reading(feed, Polled.NOT_MODIFIED, kept, note=_moved(moved_to))
            parsed = self._read(fetched)
        except SourceError as error:
            return self.failed(feed, error)
        return self._take(feed, fetched, parsed, known)

    def failed(self, feed: Feed, error: NewsError) -> Reading:
        """What comes of a feed that could not be read: another try, unless it is gone for good."""
        status = error.status if isinstance(error, SourceUnavailableError | SourceGoneError) else None
        if isinstance(error, SourceGoneError) and status == 410:
            gone = after_gone(feed.state, self._now(), error=error.message, status=status)
            return Reading(feed, Polled.GONE, FeedReading(gone), note=error.message)
        failed = after_failure(
            feed.state,
            self._now(),
            self._rng,
            interval_s=self._interval_s,
            error=error.message,
            status=status,
            retry_after_s=error.retry_after_s if isinstance(error, SourceUnavailableError) else None,
        )
        return Reading(feed, Polled.FAILED, FeedReading(failed), note=error.message)

    def _take(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed, known: Known) -> Reading:
        entries = identified(parsed.entries)
        gathered = gather(
            entries, parsed, fetched, known(list(entries)), self._fetcher, now=self._now(), source=feed.source, stopped=self._stopped
        )
        asked_s = [wait_s for wait_s in (parsed.interval_s, fetched.max_age_s) if wait_s]
        # As long as something of this copy is still to be done, "not modified" would be the wrong answer.
        done = not gathered.waiting
        state = after_success(
            feed.state,
            self._now(),
            self._rng,
            interval_s=self._interval_s,
            etag=fetched.etag if done else None,
            last_modified=fetched.last_modified if done else None,
            body_digest=_digest(fetched.body) if done else None,
            asked_interval_s=max(asked_s, default=None),
        )
        outcome, note = Polled.READ, _moved(fetched.permanent_url)
        if parsed.is_finished and done:
            outcome, note = Polled.GONE, "the feed says that it is finished"
            state = after_gone(state, self._now(), error=note, status=fetched.status)
        keep = FeedReading(state, fetched.permanent_url, parsed.title, gathered.memory)
        return Reading(feed, outcome, keep, tuple(gathered.items), gathered.waiting, note)

    def _now(self) -> datetime:
        return self._clock.now()


def read_once(fetched: Fetched, fetcher: Fetcher, defaults: Defaults) -> Iterator[ArticleDraft | Refusal]:
    """What a feed holds now, without following it. Raises ArticleRefusedError if it is none, or an empty one."""
    with FeedReader() as reader:
        parsed = reader.read(fetched)
    entries = identified(parsed.entries)
    if not entries:
        raise ArticleRefusedError("this is a feed with nothing in it")
    failures: Counter[str] = Counter()
    for identity, entry in entries.items():
        one = {identity: entry}
        gathered = gather(
            one, parsed, fetched, {}, fetcher, now=fetched.fetched_at, source=defaults.source, failures=failures, only_time=True
        )
        for item in gathered.items:
            yield item if isinstance(item, Refusal) else with_defaults(item, defaults)


def gather(
    entries: Mapping[bytes, FeedEntry],
    parsed: ParsedFeed,
    fetched: Fetched,
    known: Mapping[bytes, EntryMemory],
    fetcher: Fetcher,
    *,
    now: datetime,
    source: str | None = None,
    stopped: Stopped = lambda: False,
    failures: Counter[str] | None = None,
    only_time: bool = False,
) -> _Gathered:
    """The articles of those entries that are new or have changed, from the feed where it gives the whole text, else from their pages.

    source: the outlet's name if somebody gave one. failures: pages in a row that could not be had, by host, from before. only_time: there is no
    next reading, so what cannot be had now is refused.
    """
    done = _Gathered()
    failures = Counter() if failures is None else failures
    pages = 0
    for identity, entry in entries.items():
        digest = entry_digest(entry)
        before = known.get(identity)
        if before is not None and before.digest == digest and before.attempts == 0:
            done.memory[identity] = before
            continue
        if entry.url is None or has_full_text(entry):
            done.items.append(_from_feed(entry, parsed, fetched.url, source, now))
            done.memory[identity] = EntryMemory(digest)
            continue
        host = urlsplit(entry.url).hostname or ""
        if pages >= MAX_PAGES or failures[host] >= MAX_FAILURES or stopped():
            if only_time:
                done.items.append(Refusal(entry.url, "its site could not be reached for the articles before it"))
            else:
                done.waiting += 1
            continue
        pages += 1
        try:
            page = read_fetched_page(fetcher.get(entry.url, accept=ContentKind.PAGE), origin=entry.url)
            done.items.append(_with_facts(page, draft_of(entry, parsed, fetched.url, source=source, now=now), source))
            failures[host] = 0
        except SourceUnavailableError as error:
            failures[host] += MAX_FAILURES if error.retry_after_s else 1
            attempts = 1 + (before.attempts if before is not None and before.digest == digest else 0)
            if attempts < MAX_ATTEMPTS and not only_time:
                done.waiting += 1
                done.memory[identity] = EntryMemory(digest, attempts)
                continue
            times = f" (asked {attempts} times)" if attempts > 1 else ""
            done.items.append(Refusal(entry.url, f"{error.message}{times}"))
        except SourceError as error:
            done.items.append(Refusal(entry.url, error.message))
        done.memory[identity] = EntryMemory(digest)
    return done


def _from_feed(entry: FeedEntry, parsed: ParsedFeed, feed_url: str, source: str | None, now: datetime) -> ArticleDraft | Refusal:
    if not entry.text:
        return Refusal(origin_of(entry, feed_url), "the entry has neither a text nor the address of a page")
    return draft_of(entry, parsed, feed_url, source=source, now=now)


def _with_facts(page: ArticleDraft, entry: ArticleDraft, source: str | None) -> ArticleDraft:
    """The page's text, with what the feed says about it. A feed's titles come without the site's name, and its dates with a time and a zone."""
    outlet = page.source if page.source and ("." not in page.source or " " in page.source) else None  # else it is only the host
    # A day that only the address of the entry tells is no news to the page, which may know the hour.
    stated = entry.published_at is not None and (entry.published_from or "").startswith("feed")
    dated = entry if stated or page.published_at is None else page
    return replace(
        page,
        title=entry.title or page.title,
        source=source or outlet or entry.source or page.source,
        published_at=dated.published_at,
        published_from=dated.published_from,
        modified_at=page.modified_at or entry.modified_at,
        author=page.author or entry.author,
        notices=entry.notices if dated is entry else entry.notices + page.notices,
        language=page.language or entry.language,
    )


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def _moved(url: str | None) -> str | None:
    return f"it has moved to {url}" if url else None
