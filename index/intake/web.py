"""An address on the web to article drafts. In: the address and a fetcher. Out: drafts, and a Refusal with the reason for whatever is none.

What is there may be a page or a feed; its content tells, because neither its address nor its label can be relied on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.domain.articles import ArticleDraft
from index.domain.ingest import Refusal
from index.errors import SourceError
from index.intake.files import NO_DEFAULTS, Defaults, with_defaults
from index.intake.page import read_page
from index.ports.web import ContentKind, Fetched, Fetcher

_SNIFFED_BYTES = 2_000
_FEED_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)
_HTML_ROOT = re.compile(rb"<!doctype\s+html|<(html|head|body)[\s>]", re.IGNORECASE)
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")


def read_address(url: str, fetcher: Fetcher, defaults: Defaults = NO_DEFAULTS) -> Iterator[ArticleDraft | Refusal]:
    """The article on the page at the address, or what the feed there holds. A refusal's origin is the address as it was given."""
    try:
        fetched = fetcher.get(url, accept=ContentKind.EITHER)
        if is_feed(fetched):
            from index.intake.reading import read_once  # late, because it reads the pages of a feed by way of this module

            yield from read_once(fetched, fetcher, defaults)
        else:
            yield read_fetched_page(fetched, defaults, origin=url)
    except SourceError as error:
        yield Refusal(url, error.message)


def read_fetched_page(fetched: Fetched, defaults: Defaults = NO_DEFAULTS, *, origin: str = "") -> ArticleDraft:
    """The article on a page that was fetched. origin: for reports; where it was found if empty. Raises ArticleRefusedError if there is none."""
    draft = read_page(fetched.body, now=fetched.fetched_at, url=fetched.url, charset=fetched.charset)
    return with_defaults(replace(draft, origin=origin or fetched.url), defaults)


def is_feed(fetched: Fetched) -> bool:
    """Whether the content begins like RSS, Atom or JSON Feed and not like HTML."""
    start = fetched.body[:_SNIFFED_BYTES].replace(b"\0", b"")  # UTF-16 has one in every ASCII letter
    root, html = _FEED_ROOT.search(start), _HTML_ROOT.search(start)
    if root is not None:
        return html is None or root.start() < html.start()
    return html is None and _JSON.match(start) is not None
