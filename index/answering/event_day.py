"""The day a question names: "on August 8, 2015". In: the question. Out: a date, or None. Pure.

What happened that day was reported from that day on, so that is where it is looked for first.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from index.answering.days import MONTHS, month_number

_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|{'|'.join(name[:3] for name in MONTHS)}|sept)\.?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b",
        r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b",
    )
)

REPORTED_WITHIN = timedelta(days=10)
"""News of a day stands in the papers of the days after it: of the dated articles of ../shared/data/longtail_shootings 88 % within this time."""


def event_day(question: str) -> date | None:
    """The only day that is named in full; None if there is none, or several."""
    found = days_named(question)
    return found.pop() if len(found) == 1 else None


def days_named(text: str) -> set[date]:
    """The days that are named in full."""
    return {day for pattern in _PATTERNS for match in pattern.finditer(text) if (day := _date(match)) is not None}


def _date(match: re.Match[str]) -> date | None:
    month = match["month"]
    try:
        return date(int(match["year"]), int(month) if month.isdigit() else month_number(month), int(match["day"]))
    except ValueError:
        return None
