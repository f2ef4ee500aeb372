"""What a page says of itself. In: its tree. Out: title, author, outlet, address, language, and every date it states, unread. Pure.

Three sources, best first where they agree in kind: JSON-LD (https://schema.org/Article), <meta> elements (https://ogp.me and older habits), and the
elements that readers see. Everything is text from outside: shortened, and never markup.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from index.intake.dates import Stated

MAX_CHARS = 1_000
"""Of a title or a name; longer ones are text in the wrong place."""
MAX_JSON_CHARS = 2_000_000
MAX_OBJECTS = 5_000
"""How much of a page's JSON-LD is looked at."""

_ARTICLE = re.compile(r"(?:.*Article|.*Posting|Report|Recipe|Review)$")
_META_PUBLISHED = (
    *("article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date"),
    *("publication_date", "parsely-pub-date", "sailthru.date", "article.published", "cxenseparse:recs:publishtime", "dc.date.issued"),
    *("dc.date", "dcterms.issued", "dcterms.created", "dc.date.created", "article_date_original", "originalpublicationdate"),
)
_META_MODIFIED = (
    *("article:modified_time", "og:updated_time", "datemodified", "article.updated", "dcterms.modified", "dc.date.modified", "lastmod"),
    *("last-modified", "revised"),
)
_META_AUTHOR = ("author", "parsely-author", "sailthru.author", "dc.creator", "article:author", "og:article:author", "byl")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_BY = re.compile(r"^(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s+[|–—·:•-]\s+")

_SCRIPTS = XPath("//script[contains(@type, 'ld+json')]/text()")
_METAS = XPath("//meta[@content]")
_H1 = XPath("//h1")
_TITLE = XPath("//title")
_TIMES = XPath("//time[@datetime]")
_PROPS = XPath("//*[@itemprop='datePublished' or @itemprop='dateModified']")
_CANONICAL = XPath("//link[contains(concat(' ', normalize-space(@rel), ' '), ' canonical ')]/@href")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; None or empty where it says nothing."""

    title: str | None
    author: str | None
    source: str | None
    canonical_url: str | None
    """http or https, absolute."""
    language: str | None
    """A BCP 47 code."""
    kinds: frozenset[str]
    """schema.org types of the page's objects, and ``og:`` and its og:type."""
    free: bool
    """False when it says that it is not accessible for free."""
    published: tuple[Stated, ...]
    """Best first."""
    modified: tuple[Stated, ...]


def read_facts(tree: HtmlElement, url: str | None = None) -> Facts:
    """What the page says. url: where it was found, for relative addresses."""
    objects = list(_objects(tree))
    article = _article(objects)
    meta = _metas(tree)
    kinds = frozenset(kind for one in objects for kind in _kinds(one)) | {f"og:{meta['og:type'].lower()}" if "og:type" in meta else "og:"}
    return Facts(
        title=_title(tree, article, meta),
        author=_author(article, meta),
        source=_text(meta.get("og:site_name")) or _name(article.get("publisher")) or _text(meta.get("application-name")),
        canonical_url=_canonical(tree, article, meta, url),
        language=_language(tree, article, meta),
        kinds=kinds,
        free=str(article.get("isAccessibleForFree", "true")).lower() not in ("false", "no", "0", "http://schema.org/false"),
        published=(*_stated(article, "datePublished"), *_first(meta, _META_PUBLISHED), *_times(tree, "datePublished"), *_plain_times(tree)),
        modified=(*_stated(article, "dateModified"), *_first(meta, _META_MODIFIED), *_times(tree, "dateModified")),
    )


def _objects(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, those nearest to the top first."""
    queue: list[Any] = []
    for script in _SCRIPTS(tree):
        if len(script) <= MAX_JSON_CHARS:
            try:
                queue.append(json.loads(script.strip().removesuffix(";"), strict=False))
            except (ValueError, RecursionError):  # many pages hold broken JSON
                continue
    looked_at = 0
    while queue and looked_at < MAX_OBJECTS:
        one = queue.pop(0)
        looked_at += 1
        if isinstance(one, dict):
            yield one
            queue += [value for value in one.values() if isinstance(value, dict | list)]
        elif isinstance(one, list):
            queue += one[:MAX_OBJECTS]


def _article(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The object about the page's article: the first that is one and dated, else the first that is one; empty if there is none."""
    articles = [one for one in objects if any(_ARTICLE.fullmatch(kind) for kind in _kinds(one))]
    return next((one for one in articles if one.get("datePublished")), articles[0] if articles else {})


def _kinds(one: dict[str, Any]) -> list[str]:
    kinds = one.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _metas(tree: HtmlElement) -> dict[str, str]:
    """name, property or itemprop in lower case to content; the first of each."""
    found: dict[str, str] = {}
    for one in _METAS(tree):
        content = one.get("content").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (one.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _title(tree: HtmlElement, article: dict[str, Any], meta: dict[str, str]) -> str | None:
    """The headline that readers see, where the page's head confirms it; else what the head says, without the site's name."""
    seen = [text for text in (_text(one.text_content()) for one in _H1(tree)[:5]) if text]
    titles = [_text(one.text_content()) for one in _TITLE(tree)[:1]]
    stated = [text for text in (_text(article.get("headline")), _text(meta.get("og:title")), *titles) if text]
    confirmed = next((text for text in seen if any(_key(other).startswith(_key(text)) for other in stated)), None)
    if confirmed and len(_key(confirmed)) > 3:
        return confirmed
    if not stated:
        return seen[0] if seen else None
    if _text(article.get("headline")):
        return stated[0]
    return _without_site(stated[0], _text(meta.get("og:site_name")))


def _without_site(title: str, site: str | None) -> str:
    """``Three hurt | The Courier`` without the outlet's name."""
    head, *tail = _SITE_NAME.split(title)
    is_site = len(tail) == 1 and site is not None and _key(tail[0]).removeprefix("the") == _key(site).removeprefix("the")
    return head if is_site else title


def _author(article: dict[str, Any], meta: dict[str, str]) -> str | None:
    names = (
        _names(article.get("author"))
        or [text for text in (_text(meta.get(name)) for name in _META_AUTHOR) if text and not re.match(r"https?:|@|/", text)][:1]
    )
    return "; ".join(dict.fromkeys(_BY.sub("", name) for name in names)) or None


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for name in map(_name, values[:20]) if name and not re.match(r"https?:", name)]


def _name(value: Any) -> str | None:
    """Of a person or organisation, which may be an object, a list of one, or the name itself."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value)


def _canonical(tree: HtmlElement, article: dict[str, Any], meta: dict[str, str], url: str | None) -> str | None:
    of = article.get("mainEntityOfPage")
    stated = [*_CANONICAL(tree)[:1], meta.get("og:url"), of.get("@id") if isinstance(of, dict) else of, article.get("url")]
    for address in stated:
        if isinstance(address, str) and address.strip() and len(address) < 4 * MAX_CHARS:
            try:
                absolute = urljoin(url or "", address.strip())
                if urlsplit(absolute).scheme in ("http", "https") and urlsplit(absolute).hostname:
                    return absolute
            except ValueError:  # such as a bracket in the host
                continue
    return None


def _language(tree: HtmlElement, article: dict[str, Any], meta: dict[str, str]) -> str | None:
    root = tree.getroottree().getroot()
    stated = (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), article.get("inLanguage"))
    for code in (*stated, meta.get("og:locale"), meta.get("content-language"), meta.get("language")):
        if isinstance(code, str) and _LANGUAGE.fullmatch(code.strip()):
            return code.strip().replace("_", "-")
    return None


def _stated(article: dict[str, Any], name: str) -> list[Stated]:
    value = article.get(name)
    return [Stated(str(value), "JSON-LD")] if isinstance(value, str | int) and str(value).strip() else []


def _first(meta: dict[str, str], names: tuple[str, ...]) -> list[Stated]:
    return [Stated(meta[name], "meta") for name in names if name in meta]


def _times(tree: HtmlElement, prop: str) -> list[Stated]:
    """Elements that are marked as this date."""
    marked = [one for one in _PROPS(tree) if one.get("itemprop") == prop and one.tag != "meta"]
    return [Stated(one.get("datetime") or one.get("content") or one.text_content(), "time element") for one in marked[:3]]


def _plain_times(tree: HtmlElement) -> list[Stated]:
    """The first <time> whose class speaks of publishing, or else the first on the page, which may be another article's: it is asked last."""
    times = _TIMES(tree)
    marked = [one for one in times if one.get("pubdate") is not None or re.search("publish|posted", one.get("class") or "", re.IGNORECASE)]
    return [Stated(one.get("datetime"), "time element") for one in (marked or times)[:1]]


def _text(value: Any) -> str | None:
    """Plain text of one line, or None if there is none; entities that were escaped twice are undone."""
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split())[:MAX_CHARS].strip() or None


def _key(text: str) -> str:
    """Letters and digits alone, for comparing: quotation marks are curled in one place and straight in another."""
    return re.sub(r"[\W_]+", "", text).casefold()
