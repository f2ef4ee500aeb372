"""What a subscriber is sent. In: a report, or an answer that changed. Out: HTML messages. Pure.

A report: headline, outlet and time, the one or two sentences that matched, who else carries it. A changed answer: what it was and what it is, who
says so and when, and both quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.language import Language
from bot.render.evidence import MAX_CARRIER_UNITS, MAX_NAME_UNITS, MAX_OPEN_UNITS, MAX_SPEAKERS_UNITS, also_in_outlets, name
from bot.render.excerpt import excerpt
from bot.render.html import Html, bold, escape, italic, link, messages, quote, utf16_units
from bot.render.text import tidy
from bot.updates.report import Change, Quoted, Report, Value

MAX_TITLE_UNITS = 160
"""Four lines on a narrow phone."""
MAX_QUOTES = 2
MAX_QUOTE_UNITS = 700
MAX_QUESTION_UNITS = 200
MAX_SIDES = 3
"""Of an answer. Where more is said, the rest is counted."""
MAX_VALUE_UNITS = 120
MAX_WHO = 2


def post(report: Report, words: Language) -> tuple[Html, ...]:
    """The report."""
    return tuple(messages([_report(report, words)]))


def corrected(report: Report, words: Language) -> tuple[Html, ...]:
    """The same report, after its outlet changed what was quoted."""
    return tuple(messages([italic(escape(words.gettext("Corrected by its outlet; it says now:"))), _report(report, words)]))


def changed(change: Change, words: Language) -> tuple[Html, ...]:
    """What the answer was and what it is, with the quotes of what differs, each once: the new ones open, the old ones folded."""
    gone, new, _ = _apart(change)
    shown = {
        (value.quote.text, value.quote.link): value.quote for value in (*new[:MAX_SIDES], *gone[:MAX_SIDES]) if value.quote.text.strip()
    }
    now = {value.quote for value in new}
    return tuple(messages([difference(change, words), *(quoted_in(one, words, folded=one not in now) for one in shown.values())]))


def difference(change: Change, words: Language) -> Html:
    """ "was 3 (Turkey's government, 9 Feb 2017)", "now 5 (EuroNews, 10 Feb 2017)", and what is said still, a line each, under the question."""
    gone, new, kept = _apart(change)
    lines = [bold(escape(tidy(change.question, MAX_QUESTION_UNITS) or "…"))]
    if gone:
        lines.append(Html(f"{escape(words.gettext('was'))} {sides(gone, words)}"))
    if new:
        label = words.gettext("now") if change.before else words.gettext("answered now:")
        lines.append(Html(f"{escape(label)} {sides(new, words)}"))
    if kept:
        lines.append(Html(f"{escape(words.gettext('still'))} {sides(kept, words)}"))
    if not change.now:
        lines.append(escape(words.gettext("now: the coverage says so no more")))
    return Html("\n".join(lines))


def sides(values: Sequence[Value], words: Language) -> Html:
    """ "3 (Turkey's government, 9 Feb 2017); 5 (EuroNews, 10 Feb 2017)"."""
    shown = [_side(value, words) for value in values[:MAX_SIDES]]
    more = len(values) - MAX_SIDES
    if more > 0:
        shown.append(escape(words.gettext("and {n} more").format(n=words.number(more))))
    return Html("; ".join(shown))


def headline(report: Report, words: Language) -> Html:
    """What it is called, where it stands and when it appeared, two lines."""
    title = tidy(report.title, MAX_TITLE_UNITS)
    first = next((one.link for one in report.quotes if one.link is not None), None)
    where = Html(f"{link(escape(name(report, words)), first, report.url)} · {escape(moment(report.published_at, words))}")
    return Html(f"{bold(link(escape(title), report.url))}\n{where}") if title else where


def moment(published: datetime | None, words: Language) -> str:
    """ "9 Feb 2017, 08:40 UTC"; the day alone where no time was stated, which is midnight."""
    if published is None or not (published.hour or published.minute):
        return words.day(published)
    return f"{words.minute(published.astimezone(UTC))} UTC"


def quoted_in(one: Quoted, words: Language, *, folded: bool, max_units: int = MAX_QUOTE_UNITS) -> Html:
    """A sentence under its outlet and day."""
    outlet = tidy(one.source, MAX_NAME_UNITS) or words.gettext("unnamed source")
    return Html(
        f"{link(escape(outlet), one.link)} · {escape(words.day(one.published_at))}\n{sentences([one], folded=folded, max_units=max_units)}"
    )


def sentences(quotes: Sequence[Quoted], *, folded: bool = False, max_units: int = MAX_QUOTE_UNITS) -> Html:
    """Sentences of one article in one block, a line each; folded if asked or long."""
    is_long = sum(utf16_units(one.text) for one in quotes) > MAX_OPEN_UNITS
    return quote(Html("\n".join(excerpt(one.text, (), max_units) for one in quotes)), folded=folded or is_long)


def _report(report: Report, words: Language) -> Html:
    said = [one for one in report.quotes[:MAX_QUOTES] if one.text.strip()]
    outlets = [outlet for one in report.also_in if (outlet := tidy(one, MAX_CARRIER_UNITS)) is not None]
    return Html("\n".join([headline(report, words), *([sentences(said)] if said else []), *also_in_outlets(outlets, words)]))


def _apart(change: Change) -> tuple[list[Value], list[Value], list[Value]]:
    """What is said no more, what is new, and what is said by the same ones still."""
    before, now = {_said(value) for value in change.before}, {_said(value) for value in change.now}
    gone = [value for value in change.before if _said(value) not in now]
    new = [value for value in change.now if _said(value) not in before]
    return gone, new, [value for value in change.now if _said(value) in before]


def _said(value: Value) -> tuple[object, ...]:
    return value.text.casefold(), value.value, value.who


def _side(value: Value, words: Language) -> Html:
    """ "3 (Turkey's government, 9 Feb 2017)"; who is left out where nobody is named."""
    named = [one for who in value.who if (one := tidy(who, MAX_SPEAKERS_UNITS)) is not None][:MAX_WHO] or [
        one for one in [tidy(value.quote.source, MAX_NAME_UNITS)] if one is not None
    ]
    said = ", ".join([*named, *([words.day(value.quote.published_at)] if value.quote.published_at is not None else [])])
    text = bold(escape(tidy(value.text, MAX_VALUE_UNITS) or "…"))
    return Html(f"{text} ({escape(said)})") if said else text
