"""Lists of feeds in OPML (http://opml.org/spec2.opml), as readers of feeds exchange them. In: bytes, or feeds. Out: the other. Pure.

A list is read by expat alone: no entity is declared in it, and nothing it names is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from index.domain.feeds import Feed
from index.errors import ArticleRefusedError
from index.intake.markup import one_line
from index.intake.xml_guard import refuse_entities

MAX_BYTES = 10_000_000
MAX_FEEDS = 10_000
"""A list of more is somebody's joke; the longest that are passed around have a thousand."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list."""

    url: str
    title: str | None


def read_opml(data: bytes) -> list[Outline]:
    """The feeds in a list, at any depth of its folders, each once. Raises ArticleRefusedError, saying why it is none."""
    if len(data) > MAX_BYTES:
        raise ArticleRefusedError(f"the list has {len(data):,} bytes, more than the {MAX_BYTES:,} that are read")
    refuse_entities(data)
    found: dict[str, Outline] = {}
    root: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not root:
            root.append(name.lower())
        given = {key.lower(): value.strip() for key, value in attributes.items()}
        url = given.get("xmlurl", "")
        if name.lower() == "outline" and url:
            found.setdefault(url, Outline(url, one_line(given.get("title") or given.get("text") or "") or None))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ArticleRefusedError(f"this is not well-formed XML: {error}") from error
    if root != ["opml"]:
        raise ArticleRefusedError("this is XML, but not a list of feeds in OPML")
    if len(found) > MAX_FEEDS:
        raise ArticleRefusedError(f"the list has {len(found):,} feeds, more than the {MAX_FEEDS:,} that are taken")
    return list(found.values())


def write_opml(feeds: Iterable[Feed], now: datetime) -> bytes:
    """The feeds as a list, in the order given. ``read_opml`` reads it again."""
    opml = Element("opml", version="2.0")
    head = SubElement(opml, "head")
    SubElement(head, "title").text = "Feeds of Dateline"
    SubElement(head, "dateCreated").text = format_datetime(now)
    body = SubElement(opml, "body")
    for feed in feeds:
        name = feed.source or feed.title or feed.url
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    indent(opml)
    return bytes(tostring(opml, encoding="utf-8", xml_declaration=True)) + b"\n"
