"""A feed's bytes to what it says: RSS, Atom and JSON Feed, of any version, well-formed or not. In: what was fetched. Out: a ParsedFeed or a refusal.

Pure, but slow and greedy on a feed made to be so: run it through ``feed_process``. feedparser is given bytes only; given a string it would open
files. Markup becomes text here, addresses become whole, and dates are those that the feed states.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urlsplit

from index.errors import ArticleRefusedError
from index.intake.dates import MAX_CHARS, Region, read_date, region_of
from index.intake.feed_entries import FeedEntry, ParsedFeed, without_signature
from index.intake.json_feed import read_json_feed
from index.intake.markup import has_markup, one_line, plain_text
from index.intake.xml_guard import refuse_entities
from index.text.clean import clean

MAX_TITLE_CHARS = 500
MAX_NAME_CHARS = 200
MAX_URL_CHARS = 4_000

_BLANK_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s+(?=[<{])")
_DECLARED = re.compile(rb"""\A<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x4c\x6f\xa7\x94")
"""How UTF-16 and EBCDIC begin (https://www.w3.org/TR/xml/#sec-guessing); feedparser knows them by that."""
_LATIN = frozenset(("ascii", "us-ascii", "latin1", "latin-1", "iso-8859-1", "iso8859-1", "windows-1252", "cp1252", "utf-8", "utf8"))
"""What people declare who do not know. What is valid UTF-8 beyond ASCII is UTF-8 all the same: no text in one of the others looks so by chance."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_PERIODS_S = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
"""https://web.resource.org/rss/1.0/modules/syndication/"""


def read_feed(body: bytes, url: str, charset: str | None = None) -> ParsedFeed:
    """The feed. url: where it was found, for addresses that are relative. charset: as the site stated it, if it did.

    Raises ArticleRefusedError, saying why it is none. A feed with nothing in it is a feed.
    """
    body = _BLANK_START.sub(b"", body)
    if not body.strip():
        raise ArticleRefusedError("it is empty")
    if body.removeprefix(b"\xef\xbb\xbf").startswith((b"{", b"[")):
        return read_json_feed(body, url)
    return _read_xml(body, url, charset)


def _read_xml(body: bytes, url: str, charset: str | None) -> ParsedFeed:
    import feedparser  # 0.1 s to import, and a program that reads no feed does without
    from feedparser.encodings import convert_to_utf8

    found: dict[str, Any] = {}
    try:
        body, said = _settled(body, charset)
        # With no charset, feedparser goes by the document, and by UTF-8 if that says nothing.
        data = convert_to_utf8({"content-type": f"application/xml; charset={said}" if said else "application/xml"}, body, found)
    except (ValueError, LookupError) as error:
        raise ArticleRefusedError("its encoding is not known") from error
    if not found.get("encoding"):
        raise ArticleRefusedError("its encoding is not known")
    refuse_entities(data)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Markup is turned into text below, so it need not be made harmless here, nor its addresses whole.
        read = feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        # What feedparser is known to raise on broken documents, out of its own depths.
        raise ArticleRefusedError("it is too broken to be read as a feed") from error
    if not read.version and not read.entries:
        what = "it is a web page, not a feed" if _is_page(data) else "it is neither RSS nor Atom nor JSON Feed"
        raise ArticleRefusedError(what)
    trusted_types = read.version.startswith("atom")
    language = _language(read.feed.get("language"))
    region = region_of(language, urlsplit(url).hostname)
    entries = (_entry(one, trusted_types, region) for one in read.entries)
    return ParsedFeed(
        kind=feedparser.api.SUPPORTED_VERSIONS[read.version] if read.version else "RSS or Atom (no version stated)",
        title=_title(read.feed, trusted_types),
        language=language,
        interval_s=_interval_s(read.feed),
        entries=tuple(entry for entry in entries if entry is not None),
    )


def _settled(body: bytes, charset: str | None) -> tuple[bytes, str | None]:
    """The bytes, and the charset to read them by: the site's, unless they show that they are UTF-8. None: whatever the document says."""
    if body.startswith(_WIDE) or b"\0" in body[:4]:
        return body, charset
    match = _DECLARED.match(body)
    declared = charset or (match[1].decode("ascii").lower() if match else "utf-8")
    if declared not in _LATIN:
        return body, charset
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(not character.isascii() for character in text) - broken
    if broken == 0:
        return body, "utf-8"
    if broken < beyond_ascii and declared in ("utf-8", "utf8"):
        return text.encode(), "utf-8"  # a wrong byte here and there costs only itself
    return body, "windows-1252"  # which latin-1 means on the web: https://encoding.spec.whatwg.org/#names-and-labels


def _entry(one: Any, trusted_types: bool, region: Region) -> FeedEntry | None:
    published, updated = _date(one, "published", region) or _date(one, "created", region), _date(one, "updated", region)
    published_as = _written(one, "published") or _written(one, "created")
    updated_as = _written(one, "updated")
    entry = FeedEntry(
        id=_name(one.get("id"), MAX_URL_CHARS),
        url=_address(one.get("feedburner_origlink")) or _address(one.get("link")),
        title=_title(one, trusted_types),
        text=_text(one, trusted_types),
        published_at=published or updated,
        modified_at=updated if published is not None and updated != published else None,
        published_as=published_as or updated_as,
        modified_as=updated_as if published_as is not None and (updated is None or updated != published) else None,
        author=_author(one),
        source=next((_title(source, trusted_types) for source in _details(one.get("source"))), None),
        language=next((_language(content.get("language")) for content in _details(one.get("content"))), None),
    )
    return entry if entry.url or entry.title or entry.text else None


def _title(of: Any, trusted_types: bool) -> str | None:
    kind = _kind(of, "title_detail") or "text/plain"
    if "html" not in kind and not kind.startswith("text/"):
        kind, trusted_types = "text/plain", False  # a title of an odd type is a title all the same
    return _name(_plain(str(of.get("title") or ""), kind, trusted_types), MAX_TITLE_CHARS)


def _text(one: Any, trusted_types: bool) -> str:
    given = [*_details(one.get("content")), {"value": one.get("summary"), "type": _kind(one, "summary_detail")}]
    texts = (_plain(str(part.get("value") or ""), str(part.get("type") or "text/html"), trusted_types) for part in given)
    return without_signature(max(texts, key=len))


def _plain(value: str, kind: str, trusted_types: bool) -> str:
    """trusted_types: Atom says what is HTML. In the others, plain text with tags in it is HTML that does not say so."""
    if "html" in kind or (kind.startswith("text/") and not trusted_types and has_markup(value)):
        return plain_text(value)
    return clean(value) if kind.startswith("text/") else ""


def _author(one: Any) -> str | None:
    people = _details(one.get("authors")) or _details(one.get("author_detail"))
    names = (one_line(str(person.get("name") or "")) for person in people)
    return _name("; ".join(dict.fromkeys(filter(None, names))), MAX_NAME_CHARS)


def _kind(of: Any, detail: str) -> str:
    """The content type of a text; empty if none is stated."""
    return next((str(one.get("type") or "") for one in _details(of.get(detail))), "")


def _details(value: Any) -> list[Any]:
    """What feedparser gives as one set of details or several; in a broken feed it may be anything."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _name(value: Any, max_chars: int) -> str | None:
    return one_line(str(value or ""))[:max_chars].strip() or None


def _address(value: Any) -> str | None:
    url = clean(str(value or ""))
    return url if url.lower().startswith(("http://", "https://")) and len(url) <= MAX_URL_CHARS and not re.search(r"\s", url) else None


def _language(value: Any) -> str | None:
    return str(value) if value and _LANGUAGE.fullmatch(str(value)) else None


def _written(one: Any, name: str) -> str | None:
    """The date as the feed writes it."""
    stated = dict.get(one, name)  # as in ``_date``
    return _name(stated, MAX_CHARS) if isinstance(stated, str) else None


def _date(one: Any, name: str, region: Region) -> datetime | None:
    """As feedparser reads it, which knows the formats of feeds; or else as dates are read anywhere, in the language of the feed."""
    # ``dict.get``: feedparser's own gives ``published`` for an ``updated`` that is not there, with a warning that it will stop doing so.
    parsed, stated = dict.get(one, f"{name}_parsed"), dict.get(one, name)
    try:
        if isinstance(parsed, struct_time):
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        read = read_date(stated, region) if isinstance(stated, str) else None
    except (ValueError, OverflowError, OSError):  # a year that no calendar has; or two ways to read it
        return None
    return read.moment if read is not None else None


def _interval_s(feed: Any) -> float | None:
    """RSS's ttl, in minutes; or the period that its syndication module states."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal() and len(ttl) <= 9:
        return float(ttl) * 60 or None
    period_s = _PERIODS_S.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if period_s is None:
        return None
    times = str(feed.get("sy_updatefrequency") or "").strip()
    return period_s / max(1, int(times)) if times.isdecimal() and len(times) <= 4 else period_s


def _is_page(data: bytes) -> bool:
    return re.search(rb"<!doctype\s+html|<(?:html|head|body)[\s>]", data[:2_000], re.IGNORECASE) is not None
