"""The one way out to the web. Adapter: ``index.intake.fetch.client``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ContentKind(StrEnum):
    """What a fetch expects to find; anything else is refused by its content type."""

    PAGE = "page"
    """A web page. The site's robots rules are asked first."""
    FEED = "feed"
    """A feed. Robots rules are not asked: a feed is put up to be polled. HTML is let through too, because many feeds come labelled so."""
    EITHER = "either"
    """An address that somebody typed, which may be either; the content tells. The robots rules are asked first, as for a page."""
    ROBOTS = "robots"
    """A robots.txt, of any content type, cut at the length that crawlers must read."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave."""

    url: str
    """Where it was found in the end, after all redirects."""
    permanent_url: str | None
    """Where the address has moved for good: as far as unbroken 301 and 308 redirects led. None if it has not moved."""
    status: int
    """200, or 304 when it is the one that the caller has; then ``body`` is empty."""
    body: bytes
    """Decompressed."""
    content_type: str
    """Lower case, without parameters, such as ``text/html``; empty when the site did not say."""
    charset: str | None
    """As the Content-Type header states it, lower case; nobody has checked it."""
    etag: str | None
    last_modified: str | None
    """As the site spells it: to be sent back the next time."""
    retry_after_s: float | None
    """How long the site asks to be left alone, if it says."""
    fetched_at: datetime
    max_age_s: float | None = None
    """How long the site says that this copy is good for (Cache-Control: max-age)."""


class Fetcher(Protocol):
    """The one way out to the web. Safe for several threads; waits its turn at each site, so a call may take long when many ask at once."""

    def get(self, url: str, *, accept: ContentKind, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What is at the address. etag, last_modified: of the copy that the caller has; with either, the answer may be a 304.

        Raises SourceUnavailableError where a retry may help (429, 5xx, time limit, no connection); SourceGoneError for 404 and 410;
        AddressRefusedError for an address, or a redirect to one, that is not http(s), not public or not well formed; ArticleRefusedError for
        anything else: another kind of content, too long, forbidden by the site.
        """
