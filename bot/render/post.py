"""What a subscriber is sent. In: a report, or an answer that changed. Out: HTML messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.html import Html, bold, escape, italic, link, messages, quote
from bot.updates.report import Change, Quoted, Report, Value


def post(report: Report, words: Language) -> tuple[Html, ...]:
    """The report."""
    return tuple(messages([_report(report, words)]))


def corrected(report: Report, words: Language) -> tuple[Html, ...]:
    """The same report, after its outlet changed what was quoted."""
    return tuple(messages([italic(escape(words.gettext("Corrected by its outlet; it says now:"))), _report(report, words)]))


def changed(change: Change, words: Language) -> tuple[Html, ...]:
    """What the answer was and what it is, with the quotes."""
    lines = [bold(escape(change.question))]
    if change.before:
        lines.append(Html(f"{escape(words.gettext('was'))} {_sides(change.before, words)}"))
    lines.append(
        Html(f"{escape(words.gettext('now'))} {_sides(change.now, words)}")
        if change.now
        else escape(words.gettext("now: the coverage says so no more"))
    )
    return tuple(messages([Html("\n".join(lines)), *(_quoted(one.quote) for one in (*change.now, *change.before))]))


def _report(report: Report, words: Language) -> Html:
    title = bold(link(escape(report.title or report.source or "…"), report.url))
    where = escape(" · ".join(one for one in (report.source, words.day(report.published_at), *report.also_in) if one))
    return Html("\n".join([title, where, *(_quoted(one) for one in report.quotes)]))


def _quoted(one: Quoted) -> Html:
    return quote(link(escape(one.text), one.link), folded=False)


def _sides(values: Sequence[Value], words: Language) -> Html:
    said = (f"{bold(escape(one.text))} ({escape(', '.join((*one.who, words.day(one.quote.published_at))))})" for one in values)
    return Html("; ".join(said))
