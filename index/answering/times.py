"""Times that an article states relative to the day it was published: "on Thursday", "last month". In: a text, and that day. Out: where
each stands and the days it means. Pure; English.

Dates that name their year are left alone: nothing needs to be worked out. "Two days earlier" is counted from the time stated before it, and
left alone where there is none. What could mean several things is left alone too: a wrong date is worse than none. dateparser is not used: it
has no ranges, and takes "on Monday" for a day to come or gone by its settings, not by the sentence. Accuracy on hand-labelled expressions:
docs/decisions/0013-attribution-and-time.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.answering import days as calendar
from index.answering.days import Days
from index.domain.answers import StatedTime
from index.domain.articles import Span

_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.)"
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_PART = r"(?:[ -](?P<part>mornings?|afternoon|evening|night|noon|lunchtime))?"
_SMALL = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 a row of words reads better
_COUNT = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(_SMALL)}|a couple of|a few|several)"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_YEAR_FOLLOWS = r"(?!\.?,?\s+(?:of\s+)?(?:1[4-9]|20)\d\d\b)(?![,\s]+(?:1[4-9]|20)\d\d\b)"
_ENDS = r"(?!-?\w)(?![’'](?!s\b))"

_AHEAD = re.compile(
    r"\b(?:will|won['’]t|would|shall|is to|are to|is due|are due|scheduled|expected|set to|set for|plans? to|planned|upcoming|due to|going to|"
    r"slated|is being held|begins|starts|opens|takes place|ahead of)\b"
)
_PAST = re.compile(r"\b(?:was|were|had|did|said|told|died|killed|held|announced|after|ago|since|\w{3,}ed)\b")
_CLAUSE = re.compile(r"[;:“”\"]|, (?:but|and|while|after|before|when|who|which) |[.!?]\s")
_NEAR = 80
"""Characters on either side of a time that say whether it is to come."""

_BACK = 1_000
"""Characters before the stretch that are read: a paragraph or two, so that a long article costs no more than a short one."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A match in the text, with what its meaning depends on."""

    found: re.Match[str]
    published: date
    tense: int
    """Of the clause: 1 for what is to come, -1 for what was, 0 where nothing says."""
    before: Days | None
    """The time stated before it."""

    @property
    def ahead(self) -> bool:
        """Whether the clause speaks of what is to come."""
        return self.tense > 0


Rule = Callable[[_Place], Days | None]
"""The days that an expression means; None where nothing says."""


def times_in(text: str, published: date | None, *, start: int = 0, end: int | None = None) -> tuple[StatedTime, ...]:
    """The relative times in ``text[start:end]``, in order, not overlapping; none for an undated article.

    Offsets are into the text. Some of what stands before ``start`` is read as well, for what "two days earlier" is counted from.
    """
    if published is None:
        return ()
    matches = list(_matches(text, start, len(text) if end is None else end))
    if start and any(rule in _COUNTED for _, rule in matches):
        matches = [*_matches(text, max(0, start - _BACK), start), *matches]
    return tuple(one for one in _resolved(text, published, matches) if one.span.start >= start)


def _resolved(text: str, published: date, matches: Iterable[tuple[re.Match[str], Rule]]) -> Iterator[StatedTime]:
    before: Days | None = None
    for found, rule in matches:
        try:
            meant = rule(_Place(found, published, _tense(text, found), before))
        except (OverflowError, ValueError):  # "several", or before the first or after the last year there is
            meant = None
        if meant is not None:
            before = meant
            if found.re is not _FULL:
                yield StatedTime(Span(*found.span()), *meant)


def _matches(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], Rule]]:
    """In the order of the text; of those that overlap the first, then the longest."""
    found = [(match, rule) for pattern, rule in _RULES for match in pattern.finditer(text, start, end)]
    reached = 0
    for match, rule in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
        if match.start() >= reached:
            reached = match.end()
            yield match, rule


def _tense(text: str, found: re.Match[str]) -> int:
    """Of the clause around it: what the nearest mark before it says, else the nearest one after it."""
    left = _CLAUSE.split(text[max(0, found.start() - _NEAR) : found.start()])[-1]
    right = _CLAUSE.split(text[found.end() : found.end() + _NEAR])[0]
    marks = [(one.start(), sign) for pattern, sign in ((_AHEAD, 1), (_PAST, -1)) for one in pattern.finditer(left)]
    if marks:
        return max(marks)[1]
    marks = [(one.start(), -sign) for pattern, sign in ((_AHEAD, 1), (_PAST, -1)) for one in pattern.finditer(right)]
    return -min(marks)[1] if marks else 0


# What each expression means


def _count(found: re.Match[str]) -> int:
    word = found["count"].lower()
    if word in ("a few", "several"):
        raise ValueError("no number")
    return int(word) if word.isdigit() else 1 if word in ("a", "an") else 2 if word == "a couple of" else _SMALL.index(word) + 1


def _today(at: _Place) -> Days:
    word = at.found[0].lower()
    away = {"yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}
    return calendar.day(at.published, next((days for name, days in reversed(away.items()) if word.startswith(name)), 0))


def _weekday(at: _Place) -> Days:
    number, word = calendar.weekday_number(at.found["weekday"]), (at.found["which"] or "").lower().strip()
    if word == "next":
        return calendar.weekday(at.published, number, ahead=True, strictly=True)
    if word in ("last", "this past", "past"):
        return calendar.weekday(at.published, number, strictly=True)
    if word in ("this coming", "coming"):
        return calendar.weekday(at.published, number, ahead=True)
    return calendar.weekday(at.published, number, ahead=at.ahead)


def _weekdays(at: _Place) -> Days:
    first, last = calendar.weekday_number(at.found["weekday"]), calendar.weekday_number(at.found["until"])
    begins = calendar.weekday(at.published, first, ahead=at.ahead)[0]
    return begins, calendar.weekday(begins, last, ahead=True, strictly=True)[0]


def _period(at: _Place) -> Days:
    which, unit, part = at.found["which"].lower(), at.found["unit"].lower(), (at.found["part"] or "").lower()
    away = {"last": -1, "this past": -1, "past": -1, "next": 1, "this coming": 0}.get(which, 0)
    if unit == "weekend":
        if away == -1 or (which in ("the", "over the") and not at.ahead):
            return calendar.weekend(at.published, 0 if at.published.weekday() == 6 and away == 0 else -1)
        return calendar.weekend(at.published, away)
    first, last = {"week": calendar.week, "month": calendar.month, "year": calendar.year}[unit](at.published, away)
    if away == 0 and part == "earlier":
        return first, at.published
    if away == 0 and part == "later":
        return at.published, last
    return first, last


def _ago(at: _Place) -> Days | None:
    unit, count = at.found["unit"].lower(), _count(at.found)
    counted = at.found["from"].lower()
    base, sign = at.published, -1
    if counted in ("earlier", "before", "later", "after"):
        if at.before is None or at.before[0] != at.before[1] or unit != "day":
            return None
        base, sign = at.before[0], -1 if counted in ("earlier", "before") else 1
    if unit == "week":
        middle = base + timedelta(days=sign * 7 * count)
        return middle - timedelta(days=3), middle + timedelta(days=3)
    return {"day": calendar.day, "month": calendar.month, "year": calendar.year}[unit](base, sign * count)


def _lately(at: _Place) -> Days:
    """ "The last ten days": up to the day of publication."""
    count, unit = _count(at.found) if at.found["count"] else 1, at.found["unit"].lower()
    days = {"day": count, "week": 7 * count}
    if unit in days:
        return at.published - timedelta(days=days[unit]), at.published
    back = calendar.month(at.published, -count * (12 if unit == "year" else 1))
    return min(back[0].replace(day=min(at.published.day, back[1].day)), at.published), at.published


def _next_day(at: _Place) -> Days | None:
    if at.before is None or at.before[0] != at.before[1]:
        return None
    return calendar.day(at.before[0], {"next": 1, "following": 1, "same": 0}.get((at.found["side"] or "").lower(), -1))


def _in_month(at: _Place) -> Days:
    number, which = calendar.month_number(at.found["month"]), (at.found["which"] or "").lower().rstrip("-")
    if "last" in which.split() or "past" in which.split():
        away = (at.published.month - number) % 12 or 12
        return calendar.month(at.published, -away)
    if "next" in which.split():
        return calendar.named_month(at.published, number, ahead=True)
    first, last = calendar.named_month(at.published, number, ahead=at.ahead or which in ("by", "until"))
    thirds = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}
    return (first.replace(day=thirds[which][0]), last.replace(day=thirds[which][1])) if which in thirds else (first, last)


def _date(at: _Place) -> Days | None:
    first = calendar.named_day(at.published, calendar.month_number(at.found["month"]), int(at.found["day"]), tense=at.tense)
    last = at.found.groupdict().get("until")
    if first is None or last is None:
        return first
    until = first[0].replace(day=int(last))
    return (first[0], until) if until > first[0] else None


def _ordinal(at: _Place) -> Days | None:
    for away in (0, -1):
        first, last = calendar.month(at.published, away)
        wanted = first + timedelta(days=int(at.found["day"]) - 1)
        if wanted <= last and (wanted <= at.published or at.ahead):
            return wanted, wanted
    return None


def _full(at: _Place) -> Days | None:
    """A date with its year: not shown, but what follows is counted from it."""
    exact = date(
        int(at.found["year"]), calendar.month_number(at.found["month"] or at.found["month2"]), int(at.found["day"] or at.found["day2"])
    )
    return exact, exact


_FULL = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}) {_MONTH}|{_MONTH.replace('<month>', '<month2>')} (?P<day2>\d{{1,2}})),? (?P<year>(?:1[4-9]|20)\d\d)\b"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{pattern}{_ENDS}", re.IGNORECASE)


def _names(pattern: str) -> re.Pattern[str]:
    """Weekdays and months are written with a capital: "may" and "sun" are words."""
    return re.compile(rf"\b{pattern}{_ENDS}")


_WHICH_DAY = r"(?:(?P<which>(?:[Tt]his )?(?:[Pp]ast|[Cc]oming)|[Ll]ast|[Tt]his|[Nn]ext) )?"
_NO_DATE = rf"(?!,? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?! ?[ap]\.?m|:))(?!,? (?:{_MONTH.replace('<month>', '<after>')}))"
"""A weekday before a date adds nothing to it."""
_WHEN = r"(?P<which>[Ll]ast|[Tt]his|[Nn]ext|[Ss]ince|[Bb]y|[Uu]ntil|[Ee]arly|[Ll]ate|[Mm]id-?) ?(?:last |next )?"
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_FULL, _full),
    (_words(r"(?:the day before yesterday|the day after tomorrow|yesterday|tomorrow)(?: (?:morning|afternoon|evening|night))?"), _today),
    (_words(r"(?<!even )(?<!USA )(?:today|tonight|last night|this (?:morning|afternoon|evening)|earlier today|later today)"), _today),
    (_names(rf"{_WEEKDAY}(?: to | through |–|-)(?P<until>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"), _weekdays),
    (
        _names(rf"{_WHICH_DAY}(?:(?:late|early) )?{_WEEKDAY}{_PART}{_NO_DATE}"),
        _weekday,
    ),
    (
        _words(r"(?<!the )(?:(?P<part>earlier|later) )?(?P<which>this past|this coming|last|this|next) (?P<unit>week|month|year)(?! of\b)"),
        _period,
    ),
    (_words(r"(?P<part>)(?P<which>this past|this coming|last|past|this|next|over the|the) (?P<unit>weekend)"), _period),
    (_words(rf"{_COUNT} {_UNIT} (?P<from>ago|earlier|later|(?:before|after)(?=\s*(?:[.,;:!?)”\"’]|$)))"), _ago),
    (_words(rf"(?:in |over |during |for )?the (?:last|past) (?:{_COUNT} )?{_UNIT}"), _lately),
    (_words(r"(?:on )?the (?P<side>same|next|following|previous) day|the (?P<side2>day before)"), _next_day),
    (_names(rf"{_MONTH} {_DAY}(?:(?:-|–| to | through ){_DAY.replace('<day>', '<until>')})?{_YEAR_FOLLOWS}(?!\d|:|%)"), _date),
    (_names(rf"(?:the )?{_DAY} (?:of )?{_MONTH}{_YEAR_FOLLOWS}"), _date),
    (
        _names(r"(?<=\b[Oo]n )the (?P<day>\d{1,2})(?:st|nd|rd|th)(?! [A-Za-z]*(?:floor|street|anniversary|day|century|hole|minute))"),
        _ordinal,
    ),
    (
        _names(
            rf"(?:(?<=\b[Ii]n )|{_WHEN}|(?<=\b[Dd]uring ))"
            rf"{_MONTH}{_YEAR_FOLLOWS}(?!,? \d)"
        ),
        _in_month,
    ),
)
"""Each kind of expression, and what it means. Of two that begin at the same place the longer one counts."""

_COUNTED: tuple[Rule, ...] = (_ago, _next_day)
"""Those that may be counted from the time stated before."""
