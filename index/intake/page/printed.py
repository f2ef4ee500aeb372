"""The date that is printed on a page, where its code states none, by htmldate. In: the page's tree. Out: the date as it is written, unread. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

from lxml.etree import tostring
from lxml.html import HtmlElement

from index.intake.dates import CLOCK_SKEW, FIRST_WEB_PAGE, Stated

_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-])")


def date_in_text(tree: HtmlElement, now: datetime) -> Stated | None:
    """The likeliest one, to the day; None if there is none.

    htmldate always takes the first of two figures for the day. So where the page writes this date in figures that could be read the other way
    round, they are given as they stand there, for the page's region to decide. And of a month without a day it makes a day: so the day has to
    stand on the page.
    """
    from htmldate import find_date  # a third of a second to import, and few pages need it

    found = find_date(tree, original_date=True, extensive_search=False, min_date=FIRST_WEB_PAGE, max_date=now + CLOCK_SKEW)
    if not found:
        return None
    day = date.fromisoformat(found)
    for figures in _FIGURES.finditer(tree.text_content()):
        if int(figures[4]) == day.year and {int(figures[1]), int(figures[3])} == {day.day, day.month}:
            return Stated(figures[0], "text")
    return Stated(found, "text") if _is_written(day, tostring(tree, encoding="unicode")) else None


def _is_written(day: date, html: str) -> bool:
    """Whether this very day stands there: ``2017-02-09``, ``20170209``, ``9 February 2017``, ``Feb 9th, 2017``, ``2017年2月9日``, ``2/9/2017``."""
    year, month, number = day.year, f"0?{day.month}", rf"(?<!\d)0?{day.day}"
    ways = (
        rf"{year}\D{{0,3}}{month}\D{{0,3}}0?{day.day}(?!\d)",
        rf"{number}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?[^\W\d]{{3,12}}\.?,?\s+(?:de\s+)?{year}",
        rf"[^\W\d]{{3,12}}\.?\s+{number}(?:st|nd|rd|th)?,?\s+{year}",
        rf"{number}[./-]{month}[./-]{year}|(?<!\d){month}[./-]0?{day.day}[./-]{year}",
    )
    return any(re.search(way, html) for way in ways)
