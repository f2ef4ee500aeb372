"""What people type to subscribe: where, what and when, and what is no such thing."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.subscription import Cadence, Schedule, Wanted, Wish
from bot.updates.typed import MAX_CHARS, MAX_WORDS, Typed, is_too_long, typed
from bot.updates.typed_times import TimesError, UnknownZoneError, find_zone, times_of

PLAIN = Schedule()
ISTANBUL = Schedule(Cadence.DAILY, time(7, 30), zone="Europe/Istanbul", quiet_from=time(22), quiet_to=time(7), at_most=4)


@pytest.mark.parametrize(
    ("text", "words", "schedule"),
    [
        ("al-Bab, daily at 07:30 Europe/Istanbul, quiet 22-7, at most 4 a day", "al-Bab", ISTANBUL),
        ("al-Bab quiet from 10pm to 7am at most 4 posts per day daily 7.30 istanbul", "al-Bab", ISTANBUL),
        ("ferry at once", "ferry", PLAIN),
        ("Hourly", "", Schedule(Cadence.HOURLY)),
        ("ferry weekly", "ferry", Schedule(Cadence.WEEKLY)),
        ("ferry weekly on Tuesdays at 9 in New York", "ferry", Schedule(Cadence.WEEKLY, time(9), 1, "America/New_York")),
        ("ferry every sunday at 9pm", "ferry", Schedule(Cadence.WEEKLY, time(21), 6)),
        ("ferry on Wednesdays", "ferry", Schedule(Cadence.WEEKLY, weekday=2)),
        ("ferry daily at 24:00 UTC+3", "ferry", Schedule(Cadence.DAILY, time(0), zone="Etc/GMT-3")),
        ("ferry zone Kyiv", "ferry", Schedule(zone="Europe/Kyiv")),
    ],
)
def test_times_are_read_from_the_end(text: str, words: str, schedule: Schedule) -> None:
    """In any order, with commas or without, as one writes on a phone."""
    assert times_of(text, PLAIN) == (words, schedule)


@pytest.mark.parametrize(
    "text", ["what happened on Monday", "how often do trains run daily?", "daily bread prices", "the ban on", "every", ""]
)
def test_what_is_no_time_stays_in_the_words(text: str) -> None:
    """A topic may speak of days; only what stands at the end as a time is one."""
    assert times_of(text, PLAIN) == (text, None)


def test_what_is_not_said_stays_as_it_was() -> None:
    """A change of one time leaves the others."""
    assert times_of("hourly", ISTANBUL)[1] == Schedule(Cadence.HOURLY, time(7, 30), 0, "Europe/Istanbul", time(22), time(7), 4)
    assert times_of("no quiet, no limit", ISTANBUL)[1] == Schedule(Cadence.DAILY, time(7, 30), zone="Europe/Istanbul")


def test_an_unknown_zone_is_named_with_the_nearest() -> None:
    """Whoever misspelt it sees what they meant."""
    with pytest.raises(UnknownZoneError) as caught:
        times_of("ferry, daily at 7 Europe/Istambul", PLAIN)
    assert (caught.value.name, caught.value.nearest) == ("Europe/Istambul", "Europe/Istanbul")
    with pytest.raises(UnknownZoneError) as caught:
        times_of("ferry daily at 7 ☃x".replace("☃", "qqqqzzzz"), PLAIN)
    assert caught.value.nearest is None


@pytest.mark.parametrize("text", ["daily at 25", "daily at 7:60", "quiet 7-7", "at most 0 a day", "at most 9999 a day"])
def test_times_that_there_are_not_are_refused(text: str) -> None:
    """And never taken for a topic."""
    with pytest.raises(TimesError):
        times_of(f"ferry, {text}", PLAIN)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("utc", "UTC"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("Lima", "America/Lima"),
        ("GMT-4", "Etc/GMT+4"),
        ("UTC+99", None),
        ("../etc/passwd", None),
    ],
)
def test_zones_are_found_by_their_names(name: str, zone: str | None) -> None:
    """Of the tz database, of cities, and by hours from Greenwich."""
    assert find_zone(name) == zone


@pytest.mark.parametrize(
    ("text", "chat", "wish"),
    [
        ("", None, None),
        ("@harbour", "@harbour", None),
        ("everything", None, Wish(Wanted.EVERYTHING)),
        ("-football", None, Wish(Wanted.EVERYTHING, "", (), ("football",))),
        ("harbour  NEWS", None, Wish(Wanted.SOURCE, "Harbour News")),
        ("al-Bab casualties +soldiers, –football", None, Wish(Wanted.TOPIC, "al-Bab casualties", ("soldiers",), ("football",))),
        ('+"prime minister" reshuffle', None, Wish(Wanted.TOPIC, "reshuffle", ("prime minister",))),
        ("how many soldiers died", None, Wish(Wanted.QUESTION, "how many soldiers died")),
        ("kaç asker öldü?", None, Wish(Wanted.QUESTION, "kaç asker öldü?")),
        ("كم عدد القتلى؟", None, Wish(Wanted.QUESTION, "كم عدد القتلى؟")),
        ("https://t.me/harbour ferries", "@harbour", Wish(Wanted.TOPIC, "ferries")),
        ("-1001234567890 ferries", -1001234567890, Wish(Wanted.TOPIC, "ferries")),
    ],
)  # fmt: skip
def test_what_is_wished_for(text: str, chat: str | int | None, wish: Wish | None) -> None:
    """Everything, an outlet, a topic with words, or a question; here or in another chat."""
    assert typed(text, ["Harbour News"], PLAIN) == Typed(chat, wish, None)


def test_all_of_it_together() -> None:
    """Where, what, with and without which words, and when, in one line."""
    found = typed("@harbour al-Bab casualties +soldiers -football daily at 07:30 Europe/Istanbul, quiet 22-7, at most 4 a day", [], PLAIN)
    assert found == Typed("@harbour", Wish(Wanted.TOPIC, "al-Bab casualties", ("soldiers",), ("football",)), ISTANBUL)


def test_too_many_words_are_told() -> None:
    """A topic is not an article, and ten words must be enough."""
    assert not is_too_long(Wish(Wanted.TOPIC, "x" * MAX_CHARS, tuple(map(str, range(MAX_WORDS)))))
    for wish in (
        Wish(Wanted.TOPIC, "x" * (MAX_CHARS + 1)),
        Wish(Wanted.TOPIC, "x", tuple(map(str, range(MAX_WORDS + 1)))),
        Wish(Wanted.TOPIC, "x", (), ("y" * 41,)),
    ):
        assert is_too_long(wish)


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    """Whatever comes is a wish on one line that can be kept, or nothing, or times that there are not."""
    try:
        found = typed(text, ["Harbour News"], PLAIN)
    except TimesError:
        return
    if found.wish is not None:
        said = (found.wish.words, *found.wish.must, *found.wish.must_not)
        assert all(one.isprintable() and one == one.strip() for one in said)
        assert all((*found.wish.must, *found.wish.must_not))
