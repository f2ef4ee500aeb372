"""When digests are due and chats are quiet, across clock changes, restarts and midnight."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.schedule import Turn, day_began, is_due, is_zone, next_digest, quiet_until, when
from bot.updates.subscription import Cadence, Schedule

DAILY = Schedule(Cadence.DAILY, at=time(8), zone="Europe/Berlin")


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]  # numbers in the order of datetime


def test_a_daily_digest_keeps_its_local_time_when_the_clocks_change() -> None:
    """Eight in the morning is seven in UTC in winter and six in summer."""
    assert next_digest(DAILY, utc(2017, 3, 25, 7)) == utc(2017, 3, 26, 6)
    assert next_digest(DAILY, utc(2017, 10, 28, 6)) == utc(2017, 10, 29, 7)


def test_a_time_that_the_clocks_skip_or_show_twice_comes_once() -> None:
    """Half past two does not exist on 26 March in Berlin, and comes twice on 29 October."""
    at_night = Schedule(Cadence.DAILY, at=time(2, 30), zone="Europe/Berlin")
    assert next_digest(at_night, utc(2017, 3, 25, 12)) == utc(2017, 3, 26, 1, 30)  # half past three by the new time
    assert next_digest(at_night, utc(2017, 3, 26, 1, 30)) == utc(2017, 3, 27, 0, 30)
    assert next_digest(at_night, utc(2017, 10, 28, 12)) == utc(2017, 10, 29, 0, 30)
    assert next_digest(at_night, utc(2017, 10, 29, 0, 30)) == utc(2017, 10, 30, 1, 30)


def test_a_weekly_digest_comes_on_its_day() -> None:
    """The next one after a Thursday's is seven days later, also when it is asked on the day itself."""
    weekly = Schedule(Cadence.WEEKLY, at=time(9), weekday=3, zone="UTC")
    assert next_digest(weekly, utc(2017, 2, 9, 8)) == utc(2017, 2, 9, 9)
    assert next_digest(weekly, utc(2017, 2, 9, 9)) == utc(2017, 2, 16, 9)


def test_an_hourly_digest_comes_at_the_full_hour() -> None:
    """Also from the full hour itself on, and over midnight."""
    hourly = Schedule(Cadence.HOURLY, zone="Asia/Kolkata")
    assert next_digest(hourly, utc(2017, 2, 9, 23, 59)) == utc(2017, 2, 10)
    assert next_digest(hourly, utc(2017, 2, 10)) == utc(2017, 2, 10, 1)


def test_what_was_missed_is_due_once() -> None:
    """After three days without power there is one digest, and then the next day's."""
    last, now = utc(2017, 2, 6, 7), utc(2017, 2, 9, 12)
    assert is_due(DAILY, last, now)
    assert not is_due(DAILY, now, now)
    assert next_digest(DAILY, now) == utc(2017, 2, 10, 7)


def test_quiet_hours_go_over_midnight_and_end() -> None:
    """From ten in the evening to seven in the morning nothing is sent; at seven it is."""
    quiet = Schedule(zone="Europe/Istanbul", quiet_from=time(22), quiet_to=time(7))  # three hours ahead of UTC
    assert quiet_until(quiet, utc(2017, 2, 9, 19)) == utc(2017, 2, 10, 4)
    assert quiet_until(quiet, utc(2017, 2, 10, 3, 59)) == utc(2017, 2, 10, 4)
    assert quiet_until(quiet, utc(2017, 2, 10, 4)) is None
    assert quiet_until(quiet, utc(2017, 2, 9, 18, 59)) is None
    assert quiet_until(Schedule(), utc(2017, 2, 9)) is None
    noon = Schedule(quiet_from=time(12), quiet_to=time(13))
    assert quiet_until(noon, utc(2017, 2, 9, 12, 30)) == utc(2017, 2, 9, 13)
    assert quiet_until(noon, utc(2017, 2, 9, 13)) is None


def test_what_is_found_is_sent_now_or_in_a_digest() -> None:
    """At once by day; at the end of the quiet hours, or with the next digest, where that is wanted or the day's number is reached."""
    noon, night, morning = utc(2017, 2, 9, 12), utc(2017, 2, 9, 23), utc(2017, 2, 10, 7)
    at_once = Schedule(quiet_from=time(22), quiet_to=time(7), at_most=4)
    assert when(at_once, noon, 3) == Turn(noon, in_digest=False)
    assert when(at_once, noon, 4) == Turn(utc(2017, 2, 10, 8), in_digest=True)
    assert when(at_once, night, 0) == Turn(morning, in_digest=True)
    hourly = Schedule(Cadence.HOURLY, quiet_from=time(22), quiet_to=time(7))
    assert when(hourly, noon, 99) == Turn(utc(2017, 2, 9, 13), in_digest=True)
    assert when(hourly, night, 0) == Turn(morning, in_digest=True)


def test_no_digest_is_due_in_the_quiet_hours_and_one_is_at_their_end() -> None:
    """Also of what is sent at once, where nothing was sent during the night."""
    evening, night, morning = utc(2017, 2, 9, 20), utc(2017, 2, 10, 3), utc(2017, 2, 10, 7)
    hourly = Schedule(Cadence.HOURLY, quiet_from=time(22), quiet_to=time(7))
    at_once = Schedule(at=time(20), quiet_from=time(22), quiet_to=time(7))
    for schedule in (hourly, at_once):
        assert not is_due(schedule, evening, night)
        assert is_due(schedule, evening, morning)
        assert not is_due(schedule, morning, morning)
    assert is_due(at_once, morning, evening + timedelta(days=1))
    assert not is_due(Schedule(), utc(2017, 2, 9, 8), utc(2017, 2, 10, 7, 59))


def test_a_day_begins_at_the_chats_own_midnight() -> None:
    """Four posts a day are counted where their readers live."""
    assert day_began(Schedule(zone="Asia/Tokyo"), utc(2017, 2, 9, 14)) == utc(2017, 2, 8, 15)
    assert day_began(Schedule(zone="Asia/Tokyo"), utc(2017, 2, 9, 15)) == utc(2017, 2, 9, 15)


@pytest.mark.parametrize("name", ["", "../etc/passwd", "/etc/passwd", "Europe", "Mars/Base", "x" * 300, "a\0b"])
def test_what_is_no_zone_is_told(name: str) -> None:
    """Whatever somebody types."""
    assert not is_zone(name)
    assert is_zone("Europe/Istanbul")


@pytest.mark.parametrize(
    "given",
    [{"quiet_from": time(1)}, {"quiet_from": time(1), "quiet_to": time(1)}, {"weekday": 7}, {"at_most": 0}],
)
def test_a_schedule_that_makes_no_sense_is_none(given: dict[str, object]) -> None:
    """Half a stretch of quiet, one without end, an eighth day, and none a day."""
    with pytest.raises(ValueError, match=r"quiet|week|a day"):
        Schedule(**given)  # type: ignore[arg-type]  # wrong on purpose


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"]
)
MOMENTS = st.integers(0, 7_000).map(lambda hours: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(hours=24 * hours + hours % 24))


@given(ZONES, st.sampled_from(list(Cadence)), st.times().map(lambda at: at.replace(microsecond=0)), st.integers(0, 6), MOMENTS)
def test_the_next_digest_is_always_ahead_and_never_far(zone: str, cadence: Cadence, at: time, weekday: int, after: datetime) -> None:
    """Whatever the zone's clocks do: within an hour, a day or a week, and an hour or a skipped day to spare."""
    following = next_digest(Schedule(cadence, at, weekday, zone), after)
    longest = {Cadence.HOURLY: timedelta(hours=1), Cadence.WEEKLY: timedelta(days=8, hours=2)}.get(cadence, timedelta(days=2, hours=2))
    assert timedelta(0) < following - after <= longest
