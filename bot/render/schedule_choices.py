"""The times of a subscription, on one screen. In: what is chosen now. Out: buttons that say what they would choose; and back again. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from bot.language import Language
from bot.render.settings import CHOSEN, Choice
from bot.updates.schedule import is_zone
from bot.updates.subscription import Cadence, Schedule

TIMES = (time(7), time(8), time(9), time(12), time(18), time(21))
QUIET = (time(22), time(7))
AT_MOST = (4, 10)
DAYS_IN_A_ROW = 4
ZONES_IN_A_ROW = 2
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "Europe/Madrid", "Europe/Kyiv", "Europe/Istanbul", "Europe/Moscow", "Africa/Cairo"),
    *("Asia/Riyadh", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo"),
    *("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Mexico_City", "America/Sao_Paulo"),
)
"""Offered; any other can be typed."""
_BY_LANGUAGE = {"ru": "Europe/Moscow", "tr": "Europe/Istanbul", "uk": "Europe/Kyiv", "de": "Europe/Berlin", "es": "Europe/Madrid"}


def likely_zone(code: str) -> str:
    """Where most who read that language live: a first guess, shown and easily changed."""
    return _BY_LANGUAGE.get(code, "UTC")


def times_choices(schedule: Schedule, words: Language) -> list[list[Choice]]:
    """The buttons, row by row; what is chosen now is ticked. Only what matters to the cadence is there."""
    cadences = [_choice(one, cadence_name(one, words), schedule.cadence is one) for one in Cadence]
    rows = [cadences[:2], cadences[2:]]
    if schedule.cadence in (Cadence.DAILY, Cadence.WEEKLY):
        rows.append([_choice(f"t{at:%H%M}", words.clock(at), at == schedule.at) for at in TIMES])
    if schedule.cadence is Cadence.WEEKLY:
        days = [_choice(f"d{day}", words.weekday(day, short=True), day == schedule.weekday) for day in range(7)]
        rows += _in_rows(days, DAYS_IN_A_ROW)
    if schedule.cadence is Cadence.AT_ONCE:
        most = [_choice(f"m{n}", words.gettext("{n} a day").format(n=words.number(n)), n == schedule.at_most) for n in AT_MOST]
        rows.append([*most, _choice("m-", words.gettext("no limit"), schedule.at_most is None)])
    if schedule.cadence in (Cadence.AT_ONCE, Cadence.HOURLY):
        quiet = words.gettext("quiet {begin}–{end}").format(begin=words.clock(QUIET[0]), end=words.clock(QUIET[1]))
        is_quiet = schedule.quiet_from is not None
        rows.append([_choice("q", quiet, is_quiet), _choice("q-", words.gettext("never quiet"), not is_quiet)])
    return rows


def zone_choices(schedule: Schedule) -> list[list[Choice]]:
    """Time zones, by the names that are the same in every language."""
    return _in_rows(
        [_choice(f"z{zone}", zone.rpartition("/")[2].replace("_", " "), zone == schedule.zone) for zone in ZONES], ZONES_IN_A_ROW
    )


def choose_times(schedule: Schedule, value: str) -> Schedule | None:
    """The schedule after that button. None for what no button of ours carries: whoever has a client of their own can send anything."""
    return next((chosen for carried, chosen in _offered(schedule) if carried == value), None)


def cadence_name(cadence: Cadence, words: Language) -> str:
    """ "at once", "daily"."""
    names = {
        Cadence.AT_ONCE: words.gettext("at once"),
        Cadence.HOURLY: words.gettext("hourly"),
        Cadence.DAILY: words.gettext("daily"),
        Cadence.WEEKLY: words.gettext("weekly"),
    }
    return names[cadence]


def _offered(schedule: Schedule) -> Iterator[tuple[str, Schedule]]:
    """All that any button may carry, and what it chooses."""
    yield from ((str(one), replace(schedule, cadence=one)) for one in Cadence)
    yield from ((f"t{at:%H%M}", replace(schedule, at=at)) for at in TIMES)
    yield from ((f"d{day}", replace(schedule, weekday=day)) for day in range(7))
    yield from ((f"m{n}", replace(schedule, at_most=n)) for n in AT_MOST)
    yield "m-", replace(schedule, at_most=None)
    yield "q", replace(schedule, quiet_from=QUIET[0], quiet_to=QUIET[1])
    yield "q-", replace(schedule, quiet_from=None, quiet_to=None)
    yield from ((f"z{zone}", replace(schedule, zone=zone)) for zone in ZONES if is_zone(zone))


def _choice(value: str, label: str, is_chosen: bool) -> Choice:
    return Choice(f"{CHOSEN if is_chosen else ''}{label}", value)


def _in_rows(choices: list[Choice], length: int) -> list[list[Choice]]:
    return [choices[at : at + length] for at in range(0, len(choices), length)]
