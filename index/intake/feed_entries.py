"""What a feed says, and what its entries ask of us. In: nothing of the world; the readers of feeds make these. Out: values, and decisions on them.

Pure. Who an entry is and whether it changed is decided here; reading feeds is ``feeds`` and ``json_feed``, acting on them is ``refresh``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from index.domain.articles import ArticleDraft
from index.intake.dates import AmbiguousDateError, Chosen, Region, Stated, choose, in_address, read_date, region_of

FULL_TEXT_CHARS = 1_000
"""From here on the text in a feed is the article's, not a summary of it: of 131 news pages measured here nine in ten articles are longer, and of the
128 summaries that these pages give of themselves one in twenty has over 502 characters."""

MAX_ENTRIES = 500
"""Of one feed, the newest. The longest feeds of news sites have some hundreds."""

_TRUNCATED = re.compile(
    r"(?:\.\.\.|…|\[…\]|(?:read|show|see)\s+(?:more|on)|(?:continue|keep)\s+reading|(?:read|view)\s+(?:the\s+)?(?:full|whole|rest)\b[^.\n]{0,40})"
    r"[\s\]\)>»→.:]*$",
    re.IGNORECASE,
)
"""How a text ends that goes on elsewhere."""

_SIGNATURE = re.compile(r"\n+The post [^\n]{0,300} appeared first on [^\n]{0,200}\.?\s*$")
"""What WordPress puts under every entry."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed, as text: no markup is left in it, and its addresses are whole."""

    id: str | None = None
    """As the feed gives it: an Atom id, an RSS guid, a JSON Feed id."""
    url: str | None = None
    """http or https, or None."""
    title: str | None = None
    text: str = ""
    """The longest text that the feed gives of it; empty for none."""
    published_at: datetime | None = None
    """As the reader of feeds takes it: good for an order, and for telling whether an entry changed. ``draft_of`` decides what is believed."""
    modified_at: datetime | None = None
    """When it differs from ``published_at``; likewise."""
    author: str | None = None
    """Several are separated by ``; ``."""
    source: str | None = None
    """The outlet it was taken from, where the feed collects from several."""
    language: str | None = None
    published_as: str | None = None
    """The date of publication as the feed writes it; None if ``published_at`` is all there is."""
    modified_as: str | None = None
    """Likewise."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed that was read."""

    kind: str
    """For people: ``RSS 2.0``, ``Atom 1.0``, ``JSON Feed 1.1``."""
    title: str | None = None
    language: str | None = None
    interval_s: float | None = None
    """How long it asks to be left between two readings."""
    is_finished: bool = False
    """It says of itself that nothing more will come."""
    entries: tuple[FeedEntry, ...] = ()
    """In the order of the feed."""


def has_full_text(entry: FeedEntry) -> bool:
    """Whether the feed itself gives the article, so that its page need not be fetched."""
    return len(entry.text) >= FULL_TEXT_CHARS and _TRUNCATED.search(entry.text[-80:]) is None


def without_signature(text: str) -> str:
    """The text without the line that names the feed it comes from."""
    return _SIGNATURE.sub("", text)


def identified(entries: Iterable[FeedEntry]) -> dict[bytes, FeedEntry]:
    """The newest ``MAX_ENTRIES`` entries by who they are, 16 bytes each, newest first; undated ones last, in the feed's order.

    An entry is its id, else its address, else its title. Where a feed gives one id to several addresses, each address is an entry of its own;
    where the very same entry comes twice, the newer counts.
    """
    dated = sorted(entries, key=lambda entry: -_moment(entry))
    found: dict[bytes, FeedEntry] = {}
    for entry in dated:
        who = entry.id or entry.url or entry.title
        if who is None:
            who = entry.text[:200]
        key = _digest("entry", who)
        if key in found and entry.url not in (None, found[key].url):
            key = _digest("entry", who, entry.url)
        if key not in found and len(found) < MAX_ENTRIES:
            found[key] = entry
    return found


def entry_digest(entry: FeedEntry) -> bytes:
    """16 bytes that stand for what an entry says: when they are the same, nothing has to be read again."""
    dates = (str(moment) if moment else None for moment in (entry.published_at, entry.modified_at))
    return _digest(entry.title, entry.url, entry.text, *dates)


def draft_of(entry: FeedEntry, feed: ParsedFeed, feed_url: str, *, source: str | None, now: datetime) -> ArticleDraft:
    """The article as the feed gives it. source: the outlet's name, if whoever added the feed gave one. Dates that cannot be become notices.

    A date of figures alone is read as the feed's language and country write them; where they do not decide, the day in the entry's address does.

    An entry without an address gets an id of its own: the same for the same entry, wherever on its host the feed may move.
    """
    region = region_of(entry.language or feed.language, urlsplit(feed_url).hostname)
    address = in_address(entry.url) if entry.url else None
    published = _chosen(entry.published_as, entry.published_at, address, region, "publication date", now)
    modified = _chosen(entry.modified_as, entry.modified_at, None, region, "modification date", now)
    made_id = None
    if entry.url is None:
        who = entry.id or "\n".join((entry.title or "", entry.text[:200] if entry.title is None else ""))
        made_id = f"feed-{_digest(urlsplit(feed_url).hostname, who).hex()[:16]}"
    return ArticleDraft(
        text=entry.text,
        url=entry.url,
        title=entry.title,
        source=source or entry.source or feed.title,
        published_at=published.moment,
        language=entry.language or feed.language,
        id=made_id,
        origin=origin_of(entry, feed_url),
        modified_at=modified.moment,
        published_from=published.where,
        author=entry.author,
        notices=published.notices + modified.notices,
    )


def _chosen(written: str | None, taken: datetime | None, address: Stated | None, region: Region, what: str, now: datetime) -> Chosen:
    """The date to go by. taken: what the reader of feeds made of it, which counts only where nothing else can read what is written."""
    candidates = []
    if written is not None and _is_a_date(written, region):
        candidates.append(Stated(written, "feed"))
    elif taken is not None:
        candidates.append(Stated(taken.isoformat(), "feed"))
    if candidates and address is not None:
        candidates.append(address)
    return choose(candidates, now=now, region=region, what=what)


def _is_a_date(written: str, region: Region) -> bool:
    try:
        return read_date(written, region) is not None
    except AmbiguousDateError:
        return True  # to be settled, or to be told


def origin_of(entry: FeedEntry, feed_url: str) -> str:
    """Where an entry was read, for reports."""
    return entry.url or f"{feed_url} ({entry.id or entry.title or 'an entry without a name'})"


def moments(*given: datetime | None) -> Iterator[datetime]:
    """Those that are there."""
    return (moment for moment in given if moment is not None)


def _moment(entry: FeedEntry) -> float:
    return max((moment.timestamp() for moment in moments(entry.published_at, entry.modified_at)), default=float("-inf"))


def _digest(*parts: str | None) -> bytes:
    joined = "\x1f".join("" if part is None else f"={part}" for part in parts)
    return hashlib.blake2b(joined.encode(errors="surrogatepass"), digest_size=16).digest()
