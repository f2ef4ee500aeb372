"""The day a question names."""

from __future__ import annotations

from datetime import date

import pytest

from index.answering.event_day import event_day


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Who spoke on August 8, 2015?", date(2015, 8, 8)),
        ("Who spoke on 8 Aug. 2015?", date(2015, 8, 8)),
        ("Who spoke on the 3rd of May 2020?", date(2020, 5, 3)),
        ("Who spoke on 2017-02-09?", date(2017, 2, 9)),
        ("Who spoke on May 3, 2020, that is 2020-05-03?", date(2020, 5, 3)),
        ("Who spoke in August 2015?", None),
        ("Who spoke on February 30, 2015?", None),
        ("Who spoke between May 3, 2020 and May 5, 2020?", None),
        ("", None),
    ],
)
def test_only_one_full_date_is_a_day(question: str, day: date | None) -> None:
    """A day is known only where it is named in full, exists, and is the only one."""
    assert event_day(question) == day
