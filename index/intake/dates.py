"""Dates as pages and feeds state them. In: what was written, and where. Out: the moment to go by, where it came from, and what was not believed.

A stated date may be ISO 8601, RFC 2822, seconds or milliseconds since 1970, or words and figures in the page's language. Times with an offset or
a named zone are converted; a time without one is taken as UTC, and a day without a time as the start of that day in UTC; ``from`` says so. Which
of two figures is the month is decided by the page's region, never guessed. Pure: the present moment is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIRST_WEB_PAGE = datetime(1991, 8, 6, tzinfo=UTC)
"""The day the first one was announced (https://info.cern.ch). An earlier date on a page is a slip, or the date of what the page shows."""
CLOCK_SKEW = timedelta(days=1)
"""A date no further ahead than this is believed: clocks differ, and local time taken as UTC is up to 14 hours ahead."""
MAX_CHARS = 80
"""No date is written longer; what is, is text."""

DAY_ONLY = "day only"

_MONTH_FIRST = frozenset(("US", "PH", "FM", "MH", "PW", "GU", "AS", "MP"))
"""Regions that write 2/9/2017 for 9 February (CLDR 45, short date patterns)."""
_EITHER_WAY = frozenset(("CA", "PR", "BZ"))
"""Regions where both are seen."""
_YEAR_FIRST = frozenset(("eu", "hu", "ja", "ko", "lt", "mn", "zh"))
"""Languages that put the year first; a date with the year last is foreign to them, and can be of either order."""

_FIGURES = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_YEAR_ONLY = re.compile(r"\d{4}(-\d\d)?")
_SHORT_YEAR = re.compile(r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?![\d/.-])")
_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")
_TIME = re.compile(r"\d[:h.]\d\d|\d\s*[ap]\.?m\b|\d\s*Uhr", re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Z][a-z]{2},? )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UTC?|[ECMP][SD]T)")
_NAMED_ZONE = re.compile(r"\s([ECMP]T|IST|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)$")
_ZONES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles", "IST": "Asia/Kolkata"}
"""Names that summer time does not change, or that mean something else elsewhere; dateparser knows the rest."""
_ZONES_ABROAD = {("IST", "IE"): "Europe/Dublin", ("IST", "IL"): "Asia/Jerusalem"}
_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as it is written, unread."""

    text: str
    where: str
    """For reports: ``JSON-LD``, ``meta``, ``time element``, ``feed``, ``address``, ``text``."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a stated date means."""

    moment: datetime
    """In UTC."""
    caveat: str = ""
    """``day only`` or ``no time zone, taken as UTC``; empty if neither."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The date to go by."""

    moment: datetime | None
    where: str | None
    """Where it was stated, with its caveat: ``meta; day only``."""
    notices: tuple[str, ...]
    """A sentence for each that was not believed."""


@dataclass(frozen=True, slots=True)
class Region:
    """What a page says of its language and place; decides what 3/4/2023 means."""

    language: str | None = None
    """A primary language code, such as ``en``."""
    country: str | None = None
    """Two capital letters, such as ``GB``."""


class AmbiguousDateError(ValueError):
    """Figures that can be read two ways, with nothing to say which."""


def region_of(language_tag: str | None, host: str | None = None) -> Region:
    """From a BCP 47 tag and a host: the tag's country, or else that of the host's top-level domain."""
    language, *rest = re.split("[-_]", language_tag) if language_tag else ("",)
    country = next((part.upper() for part in rest if len(part) == 2 and part.isalpha()), None)
    top = (host or "").rpartition(".")[2].upper()
    if country is None and len(top) == 2 and top.isalpha() and top not in _NOT_COUNTRIES:
        country = "GB" if top == "UK" else top
    return Region(language.lower() or None, country)


_NOT_COUNTRIES = frozenset(("EU", "TV", "IO", "CO", "ME", "AI", "FM", "LY", "TO", "CC", "WS", "GG"))
"""Two-letter domains that anybody takes for their meaning in English."""


def choose(candidates: Iterable[Stated], *, now: datetime, region: Region = Region(), what: str = "date") -> Chosen:
    """The first candidate that can be read and believed; those before it that could be read only have a notice each.

    what: how notices call it, such as ``publication date``. One that can be read two ways is decided by a later candidate that agrees with one
    of its readings, or else passed over.
    """
    stated = list(candidates)
    notices = []
    for number, one in enumerate(stated):
        try:
            read = read_date(one.text, region)
        except AmbiguousDateError:
            read = _settled(one, stated[number + 1 :], region)
            if read is None:
                notices.append(f"the {what} {one.text.strip()[:MAX_CHARS]!r} ({one.where}) can be read two ways, and nothing says which")
        if read is None:
            continue
        doubt = why_not_believed(read.moment, now)
        if doubt is None:
            return _chosen(*_to_the_minute(one, read, stated[number + 1 :], region), tuple(notices))
        notices.append(f"the {what} {one.text.strip()[:MAX_CHARS]!r} ({one.where}) is not believed: {doubt}")
    return Chosen(None, None, tuple(notices))


def _chosen(stated: Stated, read: Read, notices: tuple[str, ...]) -> Chosen:
    return Chosen(read.moment, f"{stated.where}; {read.caveat}" if read.caveat else stated.where, notices)


def why_not_believed(moment: datetime, now: datetime) -> str | None:
    """Why a page or feed entry cannot be of that moment; None if it can."""
    if moment > now + CLOCK_SKEW:
        return "it is in the future"
    if moment < FIRST_WEB_PAGE:
        return "there was no web then"
    return None


def read_date(text: str, region: Region = Region()) -> Read | None:
    """What a stated date means, or None if it is no date to the day. Raises AmbiguousDateError where day and month cannot be told apart."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_CHARS or _YEAR_ONLY.fullmatch(text):
        return None
    try:
        return _iso(text) or _epoch(text) or _mail(text) or _words(text, region)
    except OverflowError:  # a year of 0 or beyond 9999, once its zone is taken off
        return None


def in_address(url: str) -> Stated | None:
    """The day that an address holds, as in ``/2017/02/09/`` or ``-20170209``; None if there is none, or several different ones."""
    found = {f"{year}-{month}-{day}" for year, _, month, day in _IN_ADDRESS.findall(url)}
    return Stated(found.pop(), "address") if len(found) == 1 else None


def _iso(text: str) -> Read | None:
    try:
        if len(text) == 10:
            return Read(datetime.combine(date.fromisoformat(text.replace("/", "-")), datetime.min.time(), UTC), DAY_ONLY)
        # An hour's offset may be set off by a space; so may UTC and Z.
        text = re.sub(r"(?<=[\d])\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text.removesuffix(" UTC") + ("Z" if text.endswith(" UTC") else ""))
        return _in_utc(datetime.fromisoformat(text)) if re.match(r"\d{4}-\d\d-\d\d[T ]\d|\d{8}T\d", text) else None
    except ValueError:
        return None


def _epoch(text: str) -> Read | None:
    if not _EPOCH.fullmatch(text):
        return None
    return Read(datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC))


def _mail(text: str) -> Read | None:
    """RFC 2822, with the zones it names; one with another zone is left to ``_words``."""
    if not _MAIL.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return Read(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))  # no zone: "-0000", which is UTC


def _words(text: str, region: Region) -> Read | None:
    """By dateparser, in the page's language or else in English."""
    import dateparser  # a third of a second to import, and only dates in words need it

    if _SHORT_YEAR.search(text):  # 2/9/17: any of the three may be the year
        return None
    order = _order(text, region)
    text, zone = _take_zone(text, region)
    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
        "DATE_ORDER": order,
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    for language in dict.fromkeys((region.language, "en")):
        try:
            moment = dateparser.parse(text, languages=[language], settings=settings) if language else None
        except ValueError:  # a language it does not know
            continue
        if moment is not None:
            if not _TIME.search(_DAY.sub("", text)):
                return Read(datetime.combine(moment.date(), datetime.min.time(), UTC), DAY_ONLY)
            return _in_utc(moment.replace(tzinfo=zone) if moment.tzinfo is None else moment)
    return None


def _take_zone(text: str, region: Region) -> tuple[str, ZoneInfo | None]:
    """The text without a zone at its end that dateparser gets wrong, and that zone."""
    found = _NAMED_ZONE.search(text)
    if found is None:
        return text, None
    name = found[1]
    try:
        zone = ZoneInfo(_ZONES_ABROAD.get((name, region.country or "")) or _ZONES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError):
        return text, None
    return text[: found.start()], zone


def _order(text: str, region: Region) -> str:
    """``DMY`` or ``MDY``. Raises AmbiguousDateError where the text does not show it and the region does not decide."""
    found = _FIGURES.search(text)
    if found is None or found[1] == found[3]:
        return "MDY" if region.country in _MONTH_FIRST else "DMY"
    first, second = int(found[1]), int(found[3])
    if first > 12 or second > 12:
        return "DMY" if first > 12 else "MDY"
    if found[2] == ".":  # only written where the day comes first
        return "DMY"
    if region.country in _MONTH_FIRST:
        return "MDY"
    undecided = region.country in _EITHER_WAY or region.language in _YEAR_FIRST or (region.language in (None, "en") and not region.country)
    if undecided:
        raise AmbiguousDateError(text)
    return "DMY"


def _settled(one: Stated, others: list[Stated], region: Region) -> Read | None:
    """The reading of an ambiguous date that another statement on the page confirms to the day."""
    readings = [read_date(one.text, Region(region.language, country)) for country in ("US", "GB")]
    days = set()
    for other in others:
        try:
            read = read_date(other.text, region)
        except AmbiguousDateError:
            continue
        if read is not None:
            days.add(read.moment.date())
    agreed = [read for read in readings if read is not None and read.moment.date() in days]
    return agreed[0] if len(agreed) == 1 else None


def _to_the_minute(one: Stated, read: Read, others: list[Stated], region: Region) -> tuple[Stated, Read]:
    """The statement itself, or where it is of a day only another of the same day that has a time with its zone."""
    for other in others if read.caveat == DAY_ONLY else ():
        try:
            finer = read_date(other.text, region)
        except AmbiguousDateError:
            continue
        if finer is not None and not finer.caveat and finer.moment.date() == read.moment.date():
            return other, finer
    return one, read


def _in_utc(moment: datetime) -> Read:
    if moment.tzinfo is None:
        return Read(moment.replace(tzinfo=UTC), "no time zone, taken as UTC")
    return Read(moment.astimezone(UTC))
