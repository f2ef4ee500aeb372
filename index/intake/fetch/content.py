"""Whether what came is what was asked for. In: a Content-Type header and a body. Out: the type and charset, or a refusal. Pure."""

from __future__ import annotations

import re

from index.errors import ArticleRefusedError
from index.ports.web import ContentKind

ACCEPT = {
    ContentKind.PAGE: "text/html, application/xhtml+xml;q=0.9",
    ContentKind.FEED: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
    ContentKind.EITHER: "text/html, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1",
    ContentKind.ROBOTS: "text/plain, */*;q=0.1",
}
"""For the request's Accept header."""

_PAGE = re.compile(r"text/html|application/xhtml\+xml")
_FEED = re.compile(r"text/html|application/xhtml\+xml|\w+/(?:[\w.-]+\+)?(?:xml|json)")
_UNSAID = re.compile(r"|application/octet-stream|binary/octet-stream|(?:application|unknown)/unknown|\*/\*")
"""What servers send that do not know (https://mimesniff.spec.whatwg.org, section 5.1)."""
_PLAIN = "text/plain"
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_MAX_AGE = re.compile(r"""(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})""", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

_WANTED = {ContentKind.PAGE: "a web page", ContentKind.FEED: "a feed", ContentKind.EITHER: "a web page or a feed"}


def content_type(header: str | None) -> tuple[str, str | None]:
    """The type, lower case without parameters, empty for none; and the charset, lower case, if it names one."""
    kind = (header or "").partition(";")[0].strip().lower()
    charset = _CHARSET.search(header or "")
    return kind, charset[1].lower() if charset else None


def max_age_s(header: str | None) -> float | None:
    """Seconds that a copy is good for, of a Cache-Control header (RFC 9111, section 5.2.2.1); None if it does not say."""
    found = _MAX_AGE.search(header or "")
    return float(found[1]) if found else None


def require_type(accept: ContentKind, kind: str) -> None:
    """Before the body is read: raises ArticleRefusedError for a type that cannot be what was asked for."""
    if accept is ContentKind.ROBOTS or _unsaid(accept, kind):
        return
    if not (_PAGE if accept is ContentKind.PAGE else _FEED).fullmatch(kind):
        raise ArticleRefusedError(f"it is {kind[:80]}, not {_WANTED[accept]}")


def require_content(accept: ContentKind, kind: str, body: bytes) -> None:
    """When it is there: raises ArticleRefusedError if its server did not say what it is and it does not begin like what was asked for."""
    if accept is ContentKind.ROBOTS or not _unsaid(accept, kind):
        return
    start = body[:1000]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    start = start.replace(b"\0", b"").lstrip()
    if not start.startswith((b"<",) if accept is ContentKind.PAGE else (b"<", b"{")):
        raise ArticleRefusedError(f"the site does not say what it is, and it does not begin like {_WANTED[accept]}")


def _unsaid(accept: ContentKind, kind: str) -> bool:
    return _UNSAID.fullmatch(kind) is not None or (kind == _PLAIN and accept is not ContentKind.PAGE)
