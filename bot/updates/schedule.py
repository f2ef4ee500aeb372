"""When something is sent: by itself, after the quiet hours, or in a digest; and when a digest is due. In: a schedule and moments. Out: moments.

They are aware and in UTC. Pure: no clock of its own.

Local times follow PEP 495: a time that a clock skips in spring comes as much later as the clock was moved, one that it shows twice in autumn is the
first of the two; either way there is one a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.updates.subscription import Cadence, Schedule

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """When something that was found is sent."""

    at: datetime
    """Not before then."""
    in_digest: bool
    """With whatever else is sent then, rather than by itself."""


def when(schedule: Schedule, now: datetime, told_today: int) -> Turn:
    """What to do with something found now: sent now; or at the end of the quiet hours, or with the next digest, together with what else there is.

    told_today: how many posts went out since ``day_began``.
    """
    quiet = quiet_until(schedule, now)
    if schedule.cadence is Cadence.AT_ONCE and (schedule.at_most is None or told_today < schedule.at_most):
        return Turn(now, in_digest=False) if quiet is None else Turn(quiet, in_digest=True)
    due = next_digest(schedule, now)
    return Turn(quiet_until(schedule, due) or due, in_digest=True)


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
    return _next(schedule.at, ZoneInfo(schedule.zone), after, schedule.weekday if schedule.cadence is Cadence.WEEKLY else None)


def is_due(schedule: Schedule, last: datetime, now: datetime) -> bool:
    """Whether a digest is to be sent now. One that was missed is due once, however many were; in the quiet hours none is.

    Of what is sent at once there is a digest at the end of the quiet hours, too.
    """
    if quiet_until(schedule, now) is not None:
        return False
    if next_digest(schedule, last) <= now:
        return True
    if schedule.cadence is not Cadence.AT_ONCE or schedule.quiet_to is None:
        return False
    return _next(schedule.quiet_to, ZoneInfo(schedule.zone), last) <= now


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


def _next(at: time, zone: ZoneInfo, after: datetime, weekday: int | None = None) -> datetime:
    """The first moment after ``after`` at which it is that time there; on that day of the week, if one is given."""
    day = after.astimezone(zone).date()
    while True:
        if weekday is None or day.weekday() == weekday:
            moment = _at(day, at, zone)
            if moment > after:
                return moment
        day += _DAY


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
