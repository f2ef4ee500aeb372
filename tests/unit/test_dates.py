"""Dates as pages and feeds state them: what they mean, whether they can be, and where they came from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.intake.dates import (
    CLOCK_SKEW,
    DAY_ONLY,
    AmbiguousDateError,
    Region,
    Stated,
    choose,
    in_address,
    read_date,
    region_of,
    why_not_believed,
)

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ZONELESS = "no time zone, taken as UTC"


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)


@pytest.mark.parametrize(
    ("text", "moment", "caveat"),
    [
        ("2017-02-09T08:40:00Z", at(2017, 2, 9, 8, 40), ""),
        ("2017-02-09T08:40+0300", at(2017, 2, 9, 5, 40), ""),
        ("2017-02-09T23:40:00-05:00", at(2017, 2, 10, 4, 40), ""),
        ("2017-02-09 08:40:00.000000-0400", at(2017, 2, 9, 12, 40), ""),
        ("2017-02-09T08:40:00.1234567Z", at(2017, 2, 9, 8, 40, 0, 123456), ""),
        ("2017-02-09T08:40:00 +03:00", at(2017, 2, 9, 5, 40), ""),
        ("2017-02-09 08:40 UTC", at(2017, 2, 9, 8, 40), ""),
        ("20170209T084000Z", at(2017, 2, 9, 8, 40), ""),
        ("2017-02-09T08:40:00", at(2017, 2, 9, 8, 40), ZONELESS),
        ("2017-02-09T08:40:00 Europe/Paris", at(2017, 2, 9, 7, 40), ""),
        ("2017-07-09T08:40:00 Europe/Paris", at(2017, 7, 9, 6, 40), ""),
        ("2017-02-09", at(2017, 2, 9), DAY_ONLY),
        ("2017/02/09", at(2017, 2, 9), DAY_ONLY),
        ("1486629600", at(2017, 2, 9, 8, 40), ""),
        ("1486629600000", at(2017, 2, 9, 8, 40), ""),
        ("Thu, 09 Feb 2017 08:40:00 GMT", at(2017, 2, 9, 8, 40), ""),
        ("Thu, 09 Feb 2017 08:40:00 EST", at(2017, 2, 9, 13, 40), ""),
        ("Thu, 09 Feb 2017 08:40:00 BST", at(2017, 2, 9, 7, 40), ""),
        ("9 Feb 2017 08:40 +0100", at(2017, 2, 9, 7, 40), ""),
        ("February 9, 2017 8:40 am EST", at(2017, 2, 9, 13, 40), ""),
        ("February 9, 2017 8:40 pm ET", at(2017, 2, 10, 1, 40), ""),
        ("July 9, 2017 8:40 pm ET", at(2017, 7, 10, 0, 40), ""),
        ("July 9, 2017 5pm PT", at(2017, 7, 10, 0), ""),
        ("9 Feb 2017 | 10:05 CET", at(2017, 2, 9, 9, 5), ""),
        ("Feb. 9, 2017", at(2017, 2, 9), DAY_ONLY),
        ("  9\n February\t2017 ", at(2017, 2, 9), DAY_ONLY),
    ],
)
def test_what_a_date_means(text: str, moment: datetime, caveat: str) -> None:
    """Offsets and named zones are converted, summer time included; what is missing is said."""
    read = read_date(text)
    assert read is not None
    assert (read.moment, read.caveat) == (moment, caveat)


@pytest.mark.parametrize(
    ("text", "tag", "moment"),
    [
        ("9 février 2017 à 10h05", "fr-FR", at(2017, 2, 9, 10, 5)),
        ("9. Februar 2017, 10:05 Uhr", "de", at(2017, 2, 9, 10, 5)),
        ("9 de febrero de 2017", "es-MX", at(2017, 2, 9)),
        ("9 февраля 2017, 10:05", "ru", at(2017, 2, 9, 10, 5)),
        ("2017年2月9日", "ja", at(2017, 2, 9)),
        ("09 فبراير 2017", "ar", at(2017, 2, 9)),
        ("February 9, 2017", "sw", at(2017, 2, 9)),
        ("February 9, 2017", "no-such-language", at(2017, 2, 9)),
        ("10:05 9 July 2017 IST", "en-IE", at(2017, 7, 9, 9, 5)),
        ("10:05 9 July 2017 IST", "en-IN", at(2017, 7, 9, 4, 35)),
    ],
)
def test_dates_in_words_are_read_in_the_pages_language(text: str, tag: str, moment: datetime) -> None:
    """And in English where the page's own does not fit."""
    read = read_date(text, region_of(tag))
    assert read is not None
    assert read.moment == moment


@pytest.mark.parametrize(
    ("text", "tag", "host", "day"),
    [
        ("03/04/2023", "en-US", None, at(2023, 3, 4)),
        ("03/04/2023", "en-GB", None, at(2023, 4, 3)),
        ("03/04/2023", "en", "courier.co.uk", at(2023, 4, 3)),
        ("03/04/2023", "en", "www.courier.ie", at(2023, 4, 3)),
        ("03/04/2023", "en-US", "courier.co.uk", at(2023, 3, 4)),
        ("03/04/2023", "fr", None, at(2023, 4, 3)),
        ("03-04-2023", "fil-PH", None, at(2023, 3, 4)),
        ("03.04.2023", None, None, at(2023, 4, 3)),
        ("13/04/2023", "en", None, at(2023, 4, 13)),
        ("04/13/2023", "en-GB", None, at(2023, 4, 13)),
        ("04/04/2023", "en", None, at(2023, 4, 4)),
        ("03/04/2023 14:05", "de", None, at(2023, 4, 3, 14, 5)),
    ],
)
def test_the_region_says_which_figure_is_the_month(text: str, tag: str | None, host: str | None, day: datetime) -> None:
    """By the language tag's country, else by that of the site's domain; a figure above 12 can only be the day."""
    read = read_date(text, region_of(tag, host))
    assert read is not None
    assert read.moment == day


@pytest.mark.parametrize(
    ("tag", "host"), [("en", None), ("en", "courier.com"), (None, None), ("en-CA", None), ("ja", None), ("en", "news.tv")]
)
def test_the_month_is_never_guessed(tag: str | None, host: str | None) -> None:
    """Where nothing says which figure is the month, the date cannot be read: a wrong one is worse than none."""
    with pytest.raises(AmbiguousDateError):
        read_date("03/04/2023", region_of(tag, host))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "2017", "2017-02", "February 2017", "yesterday", "2 hours ago", "2017-02-30", "0000-00-00", "2/9/17", "09.02.17"),
        *("99999999999999", "9999-12-31T23:59:59-12:00", "9 Feb 2017 10:05 Foo/Bar", "32/13/2017", "a" * 1_000_000, "2017-02-09" * 50),
    ],
)
def test_what_is_no_date_to_the_day_is_none(text: str) -> None:
    """Months, relative dates, years of two figures and rubbish are not made into dates."""
    assert read_date(text, Region("en", "US")) is None


@given(st.text(max_size=90), st.sampled_from([None, "en-US", "de", "xx", "zh-TW"]))
def test_any_text_is_a_moment_or_none(text: str, tag: str | None) -> None:
    """No text breaks the reader, and what it reads is in UTC."""
    try:
        read = read_date(text, region_of(tag))
    except AmbiguousDateError:
        return
    assert read is None or read.moment.utcoffset() == timedelta(0)


@given(st.integers(800_000_000, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_its_offset_is_that_moment(seconds: int, offset_min: int) -> None:
    """Written in ISO 8601 in any zone, it comes back."""
    moment = datetime.fromtimestamp(seconds, UTC)
    hours, minutes = divmod(abs(offset_min), 60)
    text = f"{(moment + timedelta(minutes=offset_min)):%Y-%m-%dT%H:%M:%S}{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"
    read = read_date(text)
    assert read is not None
    assert read.moment == moment


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (NOW, None),
        (NOW + CLOCK_SKEW, None),
        (NOW + CLOCK_SKEW + timedelta(seconds=1), "in the future"),
        (at(1991, 8, 6), None),
        (at(1991, 8, 5), "no web"),
        (at(1, 1, 1), "no web"),
    ],
)
def test_what_cannot_be_is_not_believed(moment: datetime, why: str | None) -> None:
    """A clock may be fast and a zone may be missing; more than that, and before the web, no page was published."""
    said = why_not_believed(moment, NOW)
    assert said is None if why is None else why in (said or "")


def test_the_first_date_that_can_be_is_chosen() -> None:
    """What cannot be read is passed over, what cannot be believed is passed over and said, and the choice says where it stood."""
    chosen = choose(
        [
            Stated("soon", "JSON-LD"),
            Stated("0001-01-01T00:00:00Z", "JSON-LD"),
            Stated("2031-01-01T00:00:00Z", "meta"),
            Stated("2024-05-30T10:00:00", "meta"),
            Stated("2024-05-29T10:00:00Z", "feed"),
        ],
        now=NOW,
        what="publication date",
    )
    assert (chosen.moment, chosen.where) == (at(2024, 5, 30, 10), f"meta; {ZONELESS}")
    assert chosen.notices == (
        "the publication date '0001-01-01T00:00:00Z' (JSON-LD) is not believed: there was no web then",
        "the publication date '2031-01-01T00:00:00Z' (meta) is not believed: it is in the future",
    )


def test_nothing_stated_is_no_date() -> None:
    """An undated page is undated, without a notice."""
    chosen = choose([], now=NOW)
    assert (chosen.moment, chosen.where, chosen.notices) == (None, None, ())


def test_a_date_of_two_readings_is_settled_by_another() -> None:
    """The day in the address says which of the two figures is the month; without it, the date is passed over and said."""
    region = region_of("en")
    figures = Stated("03/04/2024", "meta")
    for day, expected in (("2024-04-03", at(2024, 4, 3)), ("2024-03-04", at(2024, 3, 4))):
        settled = choose([figures, Stated(day, "address")], now=NOW, region=region)
        assert (settled.moment, settled.where, settled.notices) == (expected, f"meta; {DAY_ONLY}", ())
    alone = choose([figures], now=NOW, region=region)
    assert alone.moment is None
    assert alone.notices == ("the date '03/04/2024' (meta) can be read two ways, and nothing says which",)
    other = choose([figures, Stated("2024-05-05", "address")], now=NOW, region=region)
    assert other.moment == at(2024, 5, 5)
    assert len(other.notices) == 1


def test_a_day_is_made_exact_by_a_time_on_the_same_day() -> None:
    """A day alone gives way to a later statement of that day with a time and zone, and to no other."""
    day = Stated("2024-05-30", "meta")
    exact = choose([day, Stated("2024-05-30T18:30:00+02:00", "time element")], now=NOW)
    assert (exact.moment, exact.where) == (at(2024, 5, 30, 16, 30), "time element")
    for other in ("2024-05-29T18:30:00Z", "2024-05-30T18:30:00", "nonsense", "05/06/2024"):
        assert choose([day, Stated(other, "time element")], now=NOW).where == f"meta; {DAY_ONLY}"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2017/02/09/bridge-closed", "2017-02-09"),
        ("/news/2017-02-09-bridge", "2017-02-09"),
        ("/news/bridge-20170209.html", "2017-02-09"),
        ("/2017/02/bridge", None),
        ("/2017/13/09/bridge", None),
        ("/id/120170209123", None),
        ("/2017/02/09/compared-with-2016-02-09", None),
        ("/", None),
    ],
)
def test_the_day_in_an_address(path: str, day: str | None) -> None:
    """Year, month and day in that order; nothing that only looks like it, and not one of several."""
    found = in_address(f"https://courier.example{path}")
    assert (found.text if found else None) == day
