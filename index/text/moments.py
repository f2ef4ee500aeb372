"""Dates as files and commands state them. In: ISO 8601. Out: a moment in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

_EARLIEST = 1400
"""Before printing there were no newspapers; a smaller year is a slip."""


def parse_date(value: str) -> datetime:
    """An ISO 8601 date or time as a moment in UTC; a date alone, or a time without a zone, is taken as UTC. Raises ValueError."""
    text = value.strip()
    try:
        moment = datetime.combine(date.fromisoformat(text), datetime.min.time()) if len(text) == 10 else datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{value!r} is not an ISO 8601 date, like 2017-02-09 or 2017-02-09T08:40:00Z") from error
    if moment.year < _EARLIEST:
        raise ValueError(f"{value!r} is before the year {_EARLIEST}")
    return moment
