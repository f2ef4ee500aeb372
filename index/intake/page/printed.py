"""The date that is printed on a page, where its code states none, by htmldate. In: the page's tree. Out: the date as it is written, unread. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

from lxml.html import HtmlElement

from index.intake.dates import CLOCK_SKEW, FIRST_WEB_PAGE, Stated

_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-])")


def date_in_text(tree: HtmlElement, now: datetime) -> Stated | None:
    """The likeliest one, to the day; None if there is none.

    htmldate always takes the first of two figures for the day. So where the page writes this date in figures that could be read the other way
    round, they are given as they stand there, for the page's region to decide.
    """
    from htmldate import find_date  # a third of a second to import, and few pages need it

    found = find_date(tree, original_date=True, extensive_search=False, min_date=FIRST_WEB_PAGE, max_date=now + CLOCK_SKEW)
    if not found:
        return None
    day = date.fromisoformat(found)
    for figures in _FIGURES.finditer(tree.text_content()):
        if int(figures[4]) == day.year and {int(figures[1]), int(figures[3])} == {day.day, day.month}:
            return Stated(figures[0], "text")
    return Stated(found, "text")
