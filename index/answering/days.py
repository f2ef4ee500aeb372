"""Days, weeks and months counted from a day. In: dates and small numbers. Out: the first and last day of what is meant. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

Days = tuple[date, date]
"""First and last day; the same twice for one day."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGAINST = 4
"""How much farther away a day is that the tense of the sentence speaks against. Yesterday is "Oct. 8" even where "will" stands beside it."""
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def month_number(word: str) -> int:
    """1 to 12, of a month's name or its first three letters and more ("Sept."). Raises ValueError for another word."""
    stem = word.lower().rstrip(".")
    return next((number for number, name in enumerate(MONTHS, start=1) if len(stem) >= 3 and name.startswith(stem)), 0) or _no(word)


def weekday_number(word: str) -> int:
    """0 for Monday to 6 for Sunday, of a weekday's name or its first three letters and more. Raises ValueError for another word."""
    stem = word.lower().rstrip(".")
    found = next((number for number, name in enumerate(WEEKDAYS) if len(stem) >= 3 and name.startswith(stem)), None)
    return _no(word) if found is None else found


def day(of: date, away: int = 0) -> Days:
    """One day, so many days from another."""
    moved = of + timedelta(days=away)
    return moved, moved


def weekday(of: date, number: int, *, ahead: bool = False, strictly: bool = False) -> Days:
    """The nearest such weekday up to the day, or from it on. strictly: not that day itself."""
    gap = (number - of.weekday()) % 7 if ahead else (of.weekday() - number) % 7
    gap = gap or (7 if strictly else 0)
    return day(of, gap if ahead else -gap)


def week(of: date, away: int = 0) -> Days:
    """Monday to Sunday, so many weeks from the one of the day."""
    monday = of + timedelta(days=7 * away - of.weekday())
    return monday, monday + timedelta(days=6)


def weekend(of: date, away: int = 0) -> Days:
    """Saturday and Sunday of that week."""
    sunday = week(of, away)[1]
    return sunday - timedelta(days=1), sunday


def month(of: date, away: int = 0) -> Days:
    """The whole month, so many months from the one of the day."""
    years, index = divmod(of.year * 12 + of.month - 1 + away, 12)
    return date(years, index + 1, 1), date(years, index + 1, monthrange(years, index + 1)[1])


def year(of: date, away: int = 0) -> Days:
    """The whole year."""
    return date(of.year + away, 1, 1), date(of.year + away, 12, 31)


def named_month(of: date, number: int, *, ahead: bool = False) -> Days:
    """The nearest such month up to the one of the day, or from it on."""
    gap = (number - of.month) % 12 if ahead else -((of.month - number) % 12)
    return month(of, gap)


def named_day(of: date, number: int, day_of_month: int, *, tense: int = 0) -> Days | None:
    """That day of the nearest such month; None where no month has it.

    tense: 1 where the sentence speaks of what is to come, -1 of what was; then the other way counts as farther. 0 where nothing says.
    """
    years = [
        one for one in range(of.year - 1, of.year + 2) if MINYEAR <= one <= MAXYEAR and 1 <= day_of_month <= monthrange(one, number)[1]
    ]
    dates = [date(one, number, day_of_month) for one in years]
    found = min(dates, key=lambda one: abs((one - of).days) * (_AGAINST if tense * (one - of).days < 0 else 1), default=None)
    return None if found is None else (found, found)


def _no(word: str) -> int:
    raise ValueError(f"{word!r} names no day or month")
