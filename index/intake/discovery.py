"""From a site's address to its feeds. In: an address as somebody typed it. Out: feeds that are really there, the likeliest first.

The address itself may be a feed; else its page names feeds; else the usual places are tried, few and one after the other. Never guesses on a host
other than the one that was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from index.errors import ArticleRefusedError, SourceError, SourceUnavailableError
from index.intake.feed_entries import ParsedFeed
from index.intake.markup import one_line
from index.intake.page.decoding import decode_page
from index.intake.page.limits import why_too_much
from index.intake.web import is_feed
from index.ports.web import ContentKind, Fetched, Fetcher

USUAL_PLACES = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
"""Under the address's own folder, the commonest first: WordPress, many newsrooms' own, Ghost and Jekyll, Hugo."""
MAX_NAMED = 5
"""Of the feeds that a page names, so many are looked at before the address is given up."""

_TYPES = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json|json|xml)|text/(?:xml|rss)")
_PLAINLY_FEEDS = re.compile(r"application/(?:(?:rss|atom)\+xml|feed\+json)")
_COMMENTS = re.compile(r"comment|kommentar|commentaire", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<(?:html|head|body)[\s>]", re.IGNORECASE)
_SNIFFED_BYTES = 5_000
_BARE_HOST = re.compile(r"[\w.-]+\.[A-Za-z]{2,}(?::\d+)?(?:[/?].*)?")


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that a page names."""

    url: str
    title: str | None


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that is there."""

    url: str
    feed: ParsedFeed
    others: tuple[str, ...]
    """More feeds that the page names; not looked at."""


def typed_address(text: str) -> str:
    """The address that was meant: without blanks, a fragment, or the ``feed:`` that some sites put before it, and with https:// if nothing is there.

    Anything else is left as it is; whether it can be fetched is for the fetcher to say.
    """
    url = text.strip()
    if url.lower().startswith("feed:"):
        rest = url[len("feed:") :]
        url = rest if rest.lower().startswith(("http://", "https://")) else f"https://{rest.lstrip('/')}"
    elif _BARE_HOST.fullmatch(url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # such as an IPv6 address with one bracket
    return urlunsplit((parts.scheme, parts.netloc.lower() if "@" not in parts.netloc else parts.netloc, parts.path or "/", parts.query, ""))


def named_feeds(body: bytes, url: str, charset: str | None = None) -> list[NamedFeed]:
    """The feeds that a page at ``url`` names in its head (https://blog.whatwg.org/feed-autodiscovery), those of comments last. Pure."""
    from lxml import etree, html  # 0.1 s to import, and only this needs it

    text = decode_page(body, charset)
    if why_too_much(text) is not None:
        return []
    try:
        page = html.document_fromstring(text.encode(errors="replace"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.ParserError:
        return []  # nothing in it
    bases = [base.strip() for base in page.xpath("//base/@href")]
    root = _joined(url, bases[0]) or url if bases else url
    found: dict[str, NamedFeed] = {}
    plainly = {}
    for link in page.iter("link", "a"):
        relations = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        address = _joined(root, (link.get("href") or "").strip())
        if address and ("alternate" in relations or "feed" in relations) and (_TYPES.fullmatch(kind) or (not kind and "feed" in relations)):
            found.setdefault(address, NamedFeed(address, one_line(link.get("title") or "") or None))
            plainly[address] = _PLAINLY_FEEDS.fullmatch(kind) is not None
    return sorted(
        found.values(), key=lambda one: (not plainly[one.url], _COMMENTS.search(f"{one.title} {urlsplit(one.url).path}") is not None)
    )


def find_feed(address: str, fetcher: Fetcher, read: Callable[[Fetched], ParsedFeed]) -> FoundFeed:
    """The likeliest feed of the site. address: as ``typed_address`` gives it. read: raises ArticleRefusedError for what is no feed.

    Raises SourceError when the address cannot be fetched, ArticleRefusedError when no feed is found from it.
    """
    try:
        fetched = fetcher.get(address, accept=ContentKind.FEED)
    except ArticleRefusedError as error:
        raise ArticleRefusedError(f"{address} cannot be read: {error.message}") from error
    except SourceUnavailableError as error:
        raise SourceUnavailableError(
            f"{address} cannot be read now: {error.message}", status=error.status, retry_after_s=error.retry_after_s
        ) from error
    if is_feed(fetched) or not _PAGE.search(fetched.body[:_SNIFFED_BYTES]):
        return FoundFeed(fetched.permanent_url or address, read(fetched), ())
    named = named_feeds(fetched.body, fetched.url, fetched.charset)
    places = [one.url for one in named[:MAX_NAMED]] or _usual_places(fetched.url)
    for place in places:
        try:
            # A feed that the page names is put up to be read; where we only guess, the site's robots rules are asked first.
            tried = fetcher.get(place, accept=ContentKind.FEED if named else ContentKind.EITHER)
            if is_feed(tried):
                return FoundFeed(tried.permanent_url or place, read(tried), tuple(one.url for one in named if one.url != place))
        except SourceUnavailableError:
            if not named:
                break  # a site in trouble is not asked on
        except SourceError:
            continue  # nothing there, or no feed
    where = "the feeds that it names cannot be read" if named else "it names no feed, and there is none in the usual places"
    raise ArticleRefusedError(f"{address} is a web page, and {where}.", remedy="Give the address of the feed itself.")


def _usual_places(url: str) -> list[str]:
    folder = urljoin(url, ".")
    root = urljoin(url, "/")
    places = [urljoin(folder, place) for place in USUAL_PLACES]
    return places if folder == root else [*places[:2], *(urljoin(root, place) for place in USUAL_PLACES)]


def _joined(base: str, address: str) -> str | None:
    try:
        joined = urljoin(base, address) if address else ""
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None
