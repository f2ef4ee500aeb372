"""JSON Feed (https://www.jsonfeed.org/version/1.1/) to a ParsedFeed. In: bytes. Out: the feed, or the reason why it is none. Pure.

An item that is not as the standard has it is left out; what it has right of the rest is taken.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urljoin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from index.errors import ArticleRefusedError
from index.intake.feed_entries import FeedEntry, ParsedFeed
from index.intake.markup import one_line, plain_text
from index.text.clean import clean
from index.text.moments import parse_date

_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?(1(?:\.\d{1,3})?)/?")
"""The standard's is an address; some feeds give its number alone."""


def _text(value: Any) -> str | None:
    """Some feeds write numbers where text belongs, ids most of all."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _moment(value: Any) -> datetime | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_Text = Annotated[str | None, BeforeValidator(_text)]
_Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Author(_Lenient):
    name: _Text = None


class _Item(_Lenient):
    id: _Text = None
    url: _Text = None
    external_url: _Text = None
    title: _Text = None
    content_html: _Text = None
    content_text: _Text = None
    summary: _Text = None
    date_published: _Moment = None
    date_modified: _Moment = None
    author: Any = None
    authors: Annotated[list[Any], BeforeValidator(_list)] = []
    language: _Text = None


class _Feed(_Lenient):
    version: _Text = None
    title: _Text = None
    expired: Any = None
    language: _Text = None
    author: Any = None
    authors: Annotated[list[Any], BeforeValidator(_list)] = []
    items: Annotated[list[Any] | None, BeforeValidator(lambda value: value if isinstance(value, list) else None)] = None


def read_json_feed(data: bytes, url: str) -> ParsedFeed:
    """The feed. url: where it was found, for addresses that are relative. Raises ArticleRefusedError, saying why it is none."""
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_int=_bounded_int)
    except (ValueError, RecursionError) as error:
        raise ArticleRefusedError(f"it is neither XML nor valid JSON ({_reason(error)})") from error
    try:
        feed = _Feed.model_validate(read)
    except ValidationError as error:
        raise ArticleRefusedError("it is JSON, but not a JSON Feed") from error
    version = _VERSION.fullmatch(feed.version or "")
    if version is None or feed.items is None:
        raise ArticleRefusedError("it is JSON, but not a JSON Feed: a version or the items are missing")
    entries = (_entry(item, feed, url) for item in feed.items if isinstance(item, dict))
    return ParsedFeed(
        kind=f"JSON Feed {version[1]}",
        title=one_line(feed.title or "") or None,
        language=feed.language,
        is_finished=feed.expired is True,
        entries=tuple(entry for entry in entries if entry is not None),
    )


def _entry(given: dict[str, Any], feed: _Feed, url: str) -> FeedEntry | None:
    item = _Item.model_validate(given)
    texts = (plain_text(item.content_html or ""), clean(item.content_text or ""), clean(item.summary or ""))
    text = max(texts, key=len)
    address = item.url or item.external_url
    if not (text or address or item.title):
        return None
    return FeedEntry(
        id=item.id,
        url=urljoin(url, address) if address else None,
        title=one_line(item.title or "") or None,
        text=text,
        published_at=item.date_published or item.date_modified,
        modified_at=item.date_modified if item.date_modified != item.date_published and item.date_published else None,
        author=_names([*item.authors, item.author]) or _names([*feed.authors, feed.author]),
        language=item.language,
    )


def _names(authors: list[Any]) -> str | None:
    names = (_Author.model_validate(author).name for author in authors if isinstance(author, dict))
    return "; ".join(dict.fromkeys(one_line(name) for name in names if name)) or None


def _bounded_int(digits: str) -> int | str:
    """Python refuses, by an error of its own, to make a number of more than 4,300 digits; an id may be any text."""
    return int(digits) if len(digits) < 100 else digits


def _reason(error: Exception) -> str:
    return (
        error.msg
        if isinstance(error, json.JSONDecodeError)
        else "it is nested too deep"
        if isinstance(error, RecursionError)
        else "not UTF-8"
    )
