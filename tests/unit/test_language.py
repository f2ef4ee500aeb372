"""The languages the bot speaks: which one a code means, and how it writes days and numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.language import CODES, language


@pytest.mark.parametrize(
    ("code", "expected"),
    [("de", "de"), ("pt-br", "en"), ("uk_UA", "uk"), ("TR", "tr"), (None, "en"), ("", "en"), ("../../etc", "en")],
)
def test_a_code_means_the_nearest_language(code: str | None, expected: str) -> None:
    """Regions and spelling do not matter; what we do not speak is English."""
    assert language(code).code == expected


def test_days_have_their_month_in_letters() -> None:
    """No reader takes the ninth of February for the second of September."""
    day = datetime(2017, 2, 9, 8, 40, tzinfo=UTC)
    assert [language(code).day(day) for code in CODES] == [
        "9 Feb 2017",
        "9 февр. 2017\u202fг.",
        "9 Şub 2017",
        "9 лют. 2017\u202fр.",
        "9. Feb. 2017",
        "9 feb 2017",
        "9 فبراير 2017",
    ]
    assert language("en").minute(day) == "9 Feb 2017, 08:40"
    assert language("en").day(None) == "no date"


def test_numbers_are_written_as_their_readers_write_them() -> None:
    """Thousands are set apart by what each language uses."""
    assert [language(code).number(12340) for code in ("en", "de", "ru")] == ["12,340", "12.340", "12\xa0340"]


def test_each_language_calls_itself_by_its_own_name() -> None:
    """A list of languages can be read by whoever looks for theirs."""
    assert [language(code).name for code in CODES] == ["English", "Русский", "Türkçe", "Українська", "Deutsch", "Español", "العربية"]
    assert language("ar").right_to_left
    assert not language("tr").right_to_left
