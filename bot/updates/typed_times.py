"""When to send, as people type it. In: "al-Bab, daily at 07:30 Europe/Istanbul, quiet 22-7, at most 4 a day". Out: what is before it, and a schedule.

Times stand at the end, in any order, with commas or without; what is no time belongs to the words before. Pure, but for the tz database.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.updates.schedule import is_zone
from bot.updates.subscription import Cadence, Schedule

MAX_A_DAY = 100
"""A number as typed above this limits nothing that a person could read."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CLOCK = r"\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]m)?"
_DAY = "|".join(day[:3] + f"(?:{day[3:]}s?)?" for day in WEEKDAYS)
_ZONE = r"(?:\s+(?:in\s+)?(?P<zone>[a-z][\w+/-]*(?:\s[a-z][\w-]*){0,2}))?"
_AT = rf"(?:\s+(?:at\s+)?(?P<at>{_CLOCK}){_ZONE})?"
_READ_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?:\s?(?P<half>[ap])m)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:utc|gmt)\s?([+-]\d{1,2})", re.IGNORECASE)


class TimesError(ValueError):
    """What was typed names no time that there is."""


class UnknownZoneError(TimesError):
    """No time zone has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no time zone is called {name}")
        self.name = name
        alike = get_close_matches(_folded(name), _zones(), n=1)
        self.nearest = _zones()[alike[0]] if alike else None
        """The zone whose name looks most like it; None if none does."""


def times_of(text: str, before: Schedule) -> tuple[str, Schedule | None]:
    """The words, and the schedule with what was typed changed in ``before``; None if no times were. Raises TimesError."""
    schedule: Schedule | None = None
    found = _last(text)
    while found is not None:
        match, change = found
        schedule = change(match, schedule or before)
        text = text[: match.start()]
        found = _last(text)
    return text.strip(" ,;"), schedule


def find_zone(name: str) -> str | None:
    """The tz database's name for what somebody calls a zone: ``europe/istanbul``, ``Istanbul``, ``New York``, ``UTC+3``; None if nothing is."""
    if (offset := _OFFSET.fullmatch(name)) is not None:
        # The signs of these zones are those of POSIX: hours west of Greenwich (tz database, etcetera).
        zone = f"Etc/GMT{-int(offset[1]):+d}"
        return zone if is_zone(zone) else None
    return _zones().get(_folded(name))


@cache
def _zones() -> dict[str, str]:
    """Each zone by its name and, unless that is a zone itself, by its last part; both folded."""
    names = sorted(available_timezones())
    by_city = {_folded(name.rpartition("/")[2]): name for name in names if not name.startswith(("Etc/", "SystemV/", "posix", "right"))}
    return by_city | {_folded(name): name for name in names}


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "_")


def _last(text: str) -> tuple[re.Match[str], Callable[[re.Match[str], Schedule], Schedule]] | None:
    """The times that the text ends with, and what they change."""
    return next(((match, change) for pattern, change in _PHRASES if (match := pattern.search(text)) is not None), None)


def _at_once(_: re.Match[str], schedule: Schedule) -> Schedule:
    return replace(schedule, cadence=Cadence.AT_ONCE)


def _hourly(_: re.Match[str], schedule: Schedule) -> Schedule:
    return replace(schedule, cadence=Cadence.HOURLY)


def _daily(match: re.Match[str], schedule: Schedule) -> Schedule:
    return _timed(match, replace(schedule, cadence=Cadence.DAILY))


def _weekly(match: re.Match[str], schedule: Schedule) -> Schedule:
    days = [day[:3] for day in WEEKDAYS]
    weekday = days.index(match["day"][:3].lower()) if match["day"] else schedule.weekday
    return _timed(match, replace(schedule, cadence=Cadence.WEEKLY, weekday=weekday))


def _timed(match: re.Match[str], schedule: Schedule) -> Schedule:
    return _zoned(match["zone"], replace(schedule, at=_clock(match["at"])) if match["at"] else schedule)


def _quiet(match: re.Match[str], schedule: Schedule) -> Schedule:
    begin, end = _clock(match["begin"]), _clock(match["end"])
    if begin == end:
        raise TimesError("quiet hours that never end")
    return _zoned(match["zone"], replace(schedule, quiet_from=begin, quiet_to=end))


def _never_quiet(_: re.Match[str], schedule: Schedule) -> Schedule:
    return replace(schedule, quiet_from=None, quiet_to=None)


def _at_most(match: re.Match[str], schedule: Schedule) -> Schedule:
    if not 1 <= int(match["most"]) <= MAX_A_DAY:
        raise TimesError(f"{match['most']} a day")
    return replace(schedule, at_most=int(match["most"]))


def _no_limit(_: re.Match[str], schedule: Schedule) -> Schedule:
    return replace(schedule, at_most=None)


def _in_zone(match: re.Match[str], schedule: Schedule) -> Schedule:
    return _zoned(match["zone"], schedule)


def _zoned(name: str | None, schedule: Schedule) -> Schedule:
    if not name:
        return schedule
    zone = find_zone(name)
    if zone is None:
        raise UnknownZoneError(name)
    return replace(schedule, zone=zone)


def _clock(typed: str) -> time:
    found = _READ_CLOCK.fullmatch(typed)
    assert found is not None  # it is part of a phrase that matched
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise TimesError(f"{typed} o'clock")
    return time(hour, minute)


def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,;]+){pattern}[\s,;.]*$", re.IGNORECASE)


_PHRASES = (
    (_phrase(r"(?:at once|immediately)"), _at_once),
    (_phrase(r"(?:hourly|every hour)"), _hourly),
    (_phrase(rf"(?:daily|every day){_AT}"), _daily),
    (_phrase(rf"(?:weekly|every week)(?:\s+(?:on\s+)?(?P<day>{_DAY}))?{_AT}"), _weekly),
    # "On Monday" says when something happened, "on Mondays" when something is to be sent.
    (_phrase(rf"(?:every|on(?=\s\w+days\b))\s+(?P<day>{_DAY}){_AT}"), _weekly),
    (_phrase(rf"quiet\s+(?:hours\s+)?(?:from\s+)?(?P<begin>{_CLOCK})\s?(?:-|–|to|until|till)\s?(?P<end>{_CLOCK}){_ZONE}"), _quiet),
    (_phrase(r"(?:no quiet(?: hours)?|quiet off)"), _never_quiet),
    (_phrase(r"at most\s+(?P<most>\d{1,4})(?:\s+\w+)?\s+(?:a|per)\s+day"), _at_most),
    (_phrase(r"no limit"), _no_limit),
    (_phrase(r"(?:time ?)?zone\s+(?P<zone>[a-z][\w+/-]*(?:\s[a-z][\w-]*){0,2})"), _in_zone),
)
"""Each way to say when; the first that the text ends with is taken."""
