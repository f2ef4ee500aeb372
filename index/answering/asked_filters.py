"""What the words of a question limit the search to: "since Monday", "according to EuroNews". In: a question, the present moment, and the
outlets there are. Out: the question without those words, and the filters. Pure; English.

A wrong filter hides the answer, so only words that limit the coverage are read as one. A year alone does not ("president since 2014"), nor does
a name that no outlet has, nor a month with its year ("shot in November 2012"), unless it is asked what happened or was reported then. A month
limits when something was reported only from its beginning to a month after its end. Words that the reports may use too, a month or a year, stay in
the question, but for those of "as of", which is about what was known and not about what happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta

from index.answering import days as calendar
from index.answering.days import Days
from index.domain.passages import Filters

REPORTED_WITHIN_DAYS = 31
"""How long after a month or between two days what happened then is still reported."""

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:(?:19|20)\d\d)"
_DAY = (
    rf"(?:{_YEAR}-\d\d-\d\d|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? {_YEAR})?"
    rf"|(?:last )?{_WEEKDAY}|yesterday)"
)
_WHEN = rf"(?:{_DAY}|(?:last )?{_MONTH}(?: {_YEAR})?|last (?:week|month))"
_END = r"(?![\w’'-])"
_COMING = re.compile(r"\b(?:will|going to|scheduled|expected|upcoming|due|next|plans?|planned|may|might|could)\b", re.IGNORECASE)
_LEFT_OVER = re.compile(r"\s+(?=[?.,!;])|^[\s,;:]+|(?<=,)\s*,")
_LEAST_LEFT = 2
"""Words that a question keeps at least; of fewer nothing can be searched for."""

_AS_OF = re.compile(rf",?\s*\b(?:as of|as at) (?P<a>{_WHEN}){_END}", re.IGNORECASE)
_UNTIL = re.compile(rf",?\s*\b(?:up to|until|till) (?P<a>{_DAY}){_END}", re.IGNORECASE)
_BEFORE = re.compile(rf",?\s*\b(?:published )?before (?P<a>{_DAY}){_END}", re.IGNORECASE)
_SINCE = re.compile(rf",?\s*\b(?:ever )?since (?P<a>{_WHEN}){_END}", re.IGNORECASE)
_AFTER = re.compile(rf",?\s*\b(?:published )?after (?P<a>{_DAY}){_END}", re.IGNORECASE)
_BETWEEN = re.compile(rf",?\s*\b(?:between|from) (?P<a>{_WHEN}) (?:and|to|until) (?P<b>{_WHEN}){_END}", re.IGNORECASE)
_LATELY = re.compile(
    r",?\s*\b(?:in|over|during|within) the (?:last|past) (?:(?P<n>\d{1,3}|two|three|four|five|six|seven|ten) )?(?P<u>day|week|month)s?\b",
    re.IGNORECASE,
)
_YESTERDAY = re.compile(rf",?\s*\byesterday{_END}", re.IGNORECASE)
_MONTH_ONLY = re.compile(rf",?\s*\bin (?P<a>{_MONTH}(?: (?P<year>{_YEAR}))?){_END}(?! ?/| (?:of )?\d)")
_NEWS = re.compile(r"\b(?:happened|happening|reported|said|published|news|coverage|articles|stories|reports)\b", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:according|reported|reports?|says?|said|write|wrote|written)\b", re.IGNORECASE)
"""One of these stands beside every outlet that limits a search."""

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}


def filters_in(question: str, *, now: datetime, sources: Callable[[], Collection[str]]) -> tuple[str, Filters | None]:
    """The question without the words that limit the search, and what they limit it to; unchanged and None where there are none, or no others.

    now: aware. sources: the outlets' names as they are stored, asked for where the question may name one. Days run from midnight to midnight UTC.
    """
    left, named = _outlets(question, sources()) if _SAYS.search(question) else (question, ())
    left, since, until = _times(left, now.astimezone(UTC))
    filters = Filters(since=since, until=until, sources=named)
    left = _LEFT_OVER.sub("", left).strip()
    if not filters or len(re.findall(r"\w+", left)) < _LEAST_LEFT:
        return question, None
    return left[:1].upper() + left[1:] if question[:1].isupper() else left, filters


def may_be_widened(question: str, filters: Filters, *, found: bool) -> bool:
    """Whether to look beyond what ``filters_in`` found, where that does not answer: at other times, but never at other outlets.

    After "as of" only where there is nothing at all. found: whether there is anything within the filters.
    """
    return not filters.sources and not (found and _AS_OF.search(question))


def narrowed(given: Filters, asked: Filters) -> Filters:
    """Both limits at once. Where both name outlets, those that were given count."""
    return Filters(
        since=max((one for one in (given.since, asked.since) if one is not None), default=None),
        until=min((one for one in (given.until, asked.until) if one is not None), default=None),
        sources=given.sources or asked.sources,
        articles=given.articles,
    )


# Who


def _outlets(question: str, sources: Collection[str]) -> tuple[str, tuple[str, ...]]:
    folded = question.casefold()
    for name in sorted(sources, key=len, reverse=True):
        bare = re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)
        if not bare or bare.casefold() not in folded:  # of thousands of outlets, patterns are made for those alone that are named
            continue
        said = rf"(?:the\s+)?{re.escape(bare)}"
        for pattern, instead in (
            (rf",?\s*\b(?:according to|as reported by|as reported in|reported by) {said}{_END},?", ""),
            (rf"\bwhat (?:does|did|do|has|have) {said} (?:say|said|report|reported|write|written|wrote) (?=about|on|of)", "what is said "),
            (rf",?\s*\b(?:does|did) {said} (?:say|report|write)(?: that)? (?=\w)", " "),
            (rf",?\s*\b{said} (?:says?|said|reports?|reported)(?: that)? (?=\w)", " "),
        ):
            left, changed = re.subn(pattern, instead, question, count=1, flags=re.IGNORECASE)
            if changed:
                return left.strip(), (name,)
    return question, ()


# When


def _times(question: str, now: datetime) -> tuple[str, datetime | None, datetime | None]:
    """The question without them, and the bounds; of several the narrowest, and none that begins after the end. One of each kind is read."""
    since: list[datetime] = []
    until: list[datetime] = []
    today = now.date()

    def take(found: re.Match[str]) -> str:
        bounds = _bounds(found, today)
        if bounds is None or (found.re is _MONTH_ONLY and found["year"] and not _NEWS.search(question)):
            return found[0]
        since.extend(_begin(one) for one in bounds[:1] if one is not None)
        until.extend(_end(one) for one in bounds[1:] if one is not None)
        return found[0] if found.re is _MONTH_ONLY or (found.re is not _AS_OF and re.search(_YEAR, found[0])) else ""

    for pattern in (_BETWEEN, _AS_OF, _UNTIL, _BEFORE, _SINCE, _AFTER, _LATELY, _YESTERDAY):
        question = pattern.sub(take, question, count=1)
    if not since and not until and not _COMING.search(question):
        question = _MONTH_ONLY.sub(take, question, count=1)
    last = min(until, default=None)
    first = max((one for one in since if last is None or one < last), default=None)
    return question, first, last


def _bounds(found: re.Match[str], today: date) -> tuple[date | None, date | None] | None:
    """First and last day of publication; None where what stands there is no day at all."""
    try:
        return _READERS[found.re](found, today)
    except (ValueError, OverflowError):  # 31 February
        return None


def _upto(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return None, _days(found["a"], today)[1]


def _before(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return None, _days(found["a"], today)[0] - timedelta(days=1)


def _since(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return _days(found["a"], today)[0], None


def _between(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    first, last = _days(found["a"], today)[0], _days(found["b"], today)[1]
    if last < first:
        raise ValueError("it runs backward")
    return first, last + timedelta(days=REPORTED_WITHIN_DAYS)


def _lately(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    count = found["n"] or "1"
    number = _NUMBERS.get(count.lower()) or int(count)
    return today - timedelta(days=number * {"day": 1, "week": 7, "month": 30}[found["u"].lower()]), None


def _yesterday(_: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return today - timedelta(days=1), None


def _in_month(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    first, last = _days(found["a"], today)
    return first, last + timedelta(days=REPORTED_WITHIN_DAYS)


_READERS: dict[re.Pattern[str], Callable[[re.Match[str], date], tuple[date | None, date | None]]] = {
    _AS_OF: _upto,
    _UNTIL: _upto,
    _BEFORE: _before,
    _SINCE: _since,
    _AFTER: _since,
    _BETWEEN: _between,
    _LATELY: _lately,
    _YESTERDAY: _yesterday,
    _MONTH_ONLY: _in_month,
}


def _days(text: str, today: date) -> Days:
    """The days that a day, month or week in words means; without a year the last one up to today. Raises ValueError for none."""
    words = re.sub(r"^the |\bof\b|,", " ", text.strip().lower()).split()
    if len(words) == 1 and re.fullmatch(r"\d{4}-\d\d-\d\d", words[0]):
        exact = date.fromisoformat(words[0])
        return exact, exact
    if words == ["yesterday"]:
        return calendar.day(today, -1)
    last = words[0] == "last"
    words = words[1:] if last else words
    if words in (["week"], ["month"]):
        return (calendar.week if words == ["week"] else calendar.month)(today, -1)
    if len(words) == 1 and words[0] in calendar.WEEKDAYS:
        return calendar.weekday(today, calendar.weekday_number(words[0]), strictly=last)
    years = [int(one) for one in words if re.fullmatch(_YEAR, one)]
    numbers = [int(found[0]) for one in words if (found := re.match(r"\d{1,2}(?=st|nd|rd|th|$)", one))]
    (month,) = (calendar.month_number(one) for one in words if one[0].isalpha())
    if not numbers:
        return calendar.month(date(years[0], month, 1)) if years else calendar.named_month(today, month)
    year = years[0] if years else today.year if (month, numbers[0]) <= (today.month, today.day) else today.year - 1
    exact = date(year, month, numbers[0])
    return exact, exact


def _begin(of: date) -> datetime:
    return datetime.combine(of, time.min, UTC)


def _end(of: date) -> datetime:
    return datetime.combine(of, time(23, 59, 59), UTC)
