"""When a digest is due and when a chat wants quiet. In: a schedule and moments. Out: moments, aware and in UTC. Pure: no clock of its own.

Local times follow PEP 495: a time that a clock skips in spring comes as much later as the clock was moved, one that it shows twice in autumn is the
first of the two; either way there is one a day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.updates.subscription import Cadence, Schedule

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def is_zone(name: str) -> bool:
    """Whether the tz database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # not there, not a name, a folder
        return False
    return True


def next_digest(schedule: Schedule, after: datetime) -> datetime:
    """The first moment after ``after`` at which a digest is due; of what is sent at once, the digest of what was too much for a day."""
    if schedule.cadence is Cadence.HOURLY:
        return after.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    zone = ZoneInfo(schedule.zone)
    day = after.astimezone(zone).date()
    while True:
        if schedule.cadence is not Cadence.WEEKLY or day.weekday() == schedule.weekday:
            moment = _at(day, schedule.at, zone)
            if moment > after:
                return moment
        day += _DAY


def is_due(schedule: Schedule, last: datetime, now: datetime) -> bool:
    """Whether a digest is to be sent now. One that was missed is due once, however many were."""
    return next_digest(schedule, last) <= now


def quiet_until(schedule: Schedule, now: datetime) -> datetime | None:
    """When the quiet hours end that ``now`` lies in; None outside of them."""
    if schedule.quiet_from is None or schedule.quiet_to is None:
        return None
    zone = ZoneInfo(schedule.zone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        begin = _at(day, schedule.quiet_from, zone)
        end = _at(day if schedule.quiet_to > schedule.quiet_from else day + _DAY, schedule.quiet_to, zone)
        if begin <= now < end:
            return end
    return None


def day_began(schedule: Schedule, now: datetime) -> datetime:
    """When the day began where the chat is: what ``Schedule.at_most`` counts from."""
    zone = ZoneInfo(schedule.zone)
    return _at(now.astimezone(zone).date(), time(0), zone)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
