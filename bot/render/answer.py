"""The answer message. In: an Answer. Out: one or two HTML messages for a narrow phone. Pure.

The short answers first, in bold, with who says so; then the quotes, the first one open and the rest folded to three lines each, so that the whole of
it is about one screen; then how fresh it is and what was searched. What is not covered is said in one line, with the nearest passage folded under it,
and what the coverage spans. What was no question is replied to, and that is all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.chat_settings import Length
from bot.language import Language
from bot.render.coverage import no_coverage, span_line
from bot.render.evidence import MAX_NAME_UNITS, MAX_SPEAKERS_UNITS, name, nearest, quoted
from bot.render.html import Html, bold, escape, italic, messages
from bot.render.text import clip, tidy
from index import Answer, Citation, Filters, Passage, Remark, ShortAnswer, Span, Stats, Status, reply_to

MAX_CITATIONS = 3
"""Quotes shown under an answer: what fits a narrow phone. The rest are among "More passages"."""
MAX_CITATIONS_IN_CONFLICT = 4
"""Each side has to be seen."""
MAX_NEAREST = 3
"""Passages shown again when somebody wants more of an answer that there was not."""
MAX_SHORT = 3
MAX_SHORT_UNITS = 120
MAX_MISSING_UNITS = 80
MAX_UNDERSTOOD_UNITS = 200
MAX_SUMMARY_UNITS = 700
MAX_SOURCES = 3


def render_answer(
    answer: Answer,
    words: Language,
    *,
    length: Length = Length.FULL,
    stats: Stats | None = None,
    understood: str | None = None,
    asked: str | None = None,
) -> list[Html]:
    """The answer as at most two messages.

    stats: what is loaded, to be said where it is not covered. understood: the question as it was searched for, where words were added to it.
    asked: the question, to begin with where nobody typed it.
    """
    head = [bold(escape(tidy(asked, MAX_UNDERSTOOD_UNITS) or ""))] if asked else []
    understood = answer.read_as or understood
    if understood and answer.remark is None:
        head.append(italic(escape(_understood(understood, words))))
    if answer.status is Status.NOT_COVERED:
        return messages([*head, *_not_covered(answer, words, stats)])
    return messages([*head, *_covered(answer, words, length)])


def render_who_says(answer: Answer, words: Language) -> list[Html]:
    """Who says what an answer before said: who is named in the quotes, then where they stand."""
    shown = shown_citations(answer)
    numbers = [citation.number for citation in shown]
    lines = [line for short in answer.short[:MAX_SHORT] if (line := _short(answer, short, numbers, words, detailed=True)) is not None]
    heading = words.gettext("It is said by:") if lines else words.gettext("It is said here:")
    head = [Html("\n".join([bold(escape(heading)), *lines]))]
    return messages([*head, *(quoted(one, words, marks=_marks(answer, one), folded=True) for one in shown)])


def render_nothing_said(answer: Answer, understood: str, words: Language) -> list[Html]:
    """There is no more of an answer that there was not: what was not covered, and the nearest passages once more."""
    asked = tidy(answer.read_as or understood, MAX_UNDERSTOOD_UNITS) or ""
    head = [
        escape(words.gettext("I found no answer to “{question}”, so there is nothing more I could tell about it.").format(question=asked))
    ]
    missing = tidy(answer.missing, MAX_MISSING_UNITS)
    if missing:
        head.append(escape(_nothing_on(missing, words)))
    found = [nearest(one, words) for one in answer.passages[:MAX_NEAREST]]
    heading = [Html(f"{escape(words.gettext('The nearest I have:'))}\n{found[0]}"), *found[1:]] if found else []
    hint = escape(words.gettext("Asking in other words, or with a name or a place, often finds more."))
    return messages([*head, *heading, italic(hint)])


def shown_citations(answer: Answer, length: Length = Length.FULL) -> list[Citation]:
    """The quotes that stand under the answer, by number: those that the short answers rest on before any other."""
    room = 1 if length is Length.SHORT else MAX_CITATIONS_IN_CONFLICT if answer.status is Status.CONFLICT else MAX_CITATIONS
    cited = [short.citations[0] for short in answer.short[:MAX_SHORT]]
    order = {number: place for place, number in reversed(list(enumerate(cited)))}
    best = sorted(answer.citations, key=lambda one: (order.get(one.number, len(cited)), one.number))[:room]
    return sorted(best, key=lambda one: one.number)


def more_passages(answer: Answer, length: Length = Length.FULL) -> list[Passage]:
    """The passages that are not to be seen under the answer already, best first."""
    seen = [(one.article_id, one.start, one.end) for one in shown_citations(answer, length)]
    if answer.status is Status.NOT_COVERED:
        return list(answer.passages[1:])
    return [
        one
        for one in answer.passages
        if not any(article_id == one.article_id and one.start <= start and end <= one.end for article_id, start, end in seen)
    ]


def _covered(answer: Answer, words: Language, length: Length) -> list[Html]:
    shown = shown_citations(answer, length)
    numbers = [citation.number for citation in shown]
    in_conflict = answer.status is Status.CONFLICT
    head = [bold(escape(words.gettext("Reports differ.")))] if in_conflict else []
    lines = (_short(answer, short, numbers, words, detailed=in_conflict) for short in answer.short[:MAX_SHORT])
    head += [line for line in lines if line is not None]
    quotes = [
        quoted(citation, words, marks=_marks(answer, citation), folded=place > 0 or in_conflict) for place, citation in enumerate(shown)
    ]
    newest = max((one.published_at for one in shown if one.published_at is not None), default=None)
    return [*([Html("\n".join(head))] if head else []), *_summary(answer, words), *quotes, *_foot(answer, words, newest)]


def _short(answer: Answer, short: ShortAnswer, shown: Sequence[int], words: Language, *, detailed: bool) -> Html | None:
    """ "three soldiers — EuroNews [1]"; with how many say so and when, where reports differ. None if there is nothing to see in it."""
    text = tidy(short.text, MAX_SHORT_UNITS)
    if text is None:
        return None
    by_number = {citation.number: citation for citation in answer.citations}
    cited = [number for number in short.citations if number in shown] or [short.citations[0]]
    who = tidy(short.attribution, MAX_SPEAKERS_UNITS) or name(by_number[short.citations[0]], words)
    said = bold(escape(decided(short, text, words)))
    before = tidy(short.superseded, MAX_SHORT_UNITS)
    if before:
        said = Html(f"{escape(words.gettext('first {before}, now').format(before=before))} {said}")
    line = Html(f"{said} — {escape(who)}")
    if (detailed and answer.short[1:]) or short.reports > 1:
        line = Html(f"{line} · {escape(_how_many(short, words))}")
    return Html(f"{line} [{', '.join(map(str, cited))}]")


def decided(short: ShortAnswer, text: str, words: Language) -> str:
    """The words of a short answer, after the yes or no that they amount to where that is asked: the word is ours, the rest the article's."""
    if short.affirms is None:
        return text
    said = words.gettext("Yes: {text}") if short.affirms else words.gettext("No: {text}")
    return said.format(text=text)


def _how_many(short: ShortAnswer, words: Language) -> str:
    reports = words.ngettext("{n} report", "{n} reports", short.reports).format(n=words.number(short.reports))
    return reports if short.newest is None else f"{reports}, {words.day(short.newest)}"


def _marks(answer: Answer, citation: Citation) -> list[Span]:
    """Where the quote has the words of the short answers."""
    pairs = (pair for short in answer.short[:MAX_SHORT] for pair in zip(short.citations, short.marks, strict=False))
    return [mark for number, mark in pairs if number == citation.number]


def _summary(answer: Answer, words: Language) -> list[Html]:
    if not answer.summary:
        return []
    text = clip(answer.summary, MAX_SUMMARY_UNITS).strip()
    return [Html(f"{italic(escape(words.gettext('In short, by a language model, from the quotes:')))}\n{escape(text)}")] if text else []


def _foot(answer: Answer, words: Language, newest: datetime | None = None) -> list[Html]:
    """How fresh what is shown is, and what the question's own words limited the search to."""
    lines = []
    if newest is not None:
        lines.append(words.gettext("As of {day}.").format(day=words.day(newest)))
    limits = _limits(answer.searched, words) if answer.searched else ""
    if limits:
        searched = words.gettext("Searched: {limits}.")
        if answer.widened:
            searched = words.gettext("Nothing to be found within: {limits}. So I searched everything.")
        lines.append(searched.format(limits=limits))
    return [italic(escape("\n".join(lines)))] if lines else []


def _limits(searched: Filters, words: Language) -> str:
    """ "since 9 Feb 2017, EuroNews"; empty if the search was limited to nothing that has a name."""
    limits = [words.gettext("since {day}").format(day=words.day(searched.since))] if searched.since else []
    limits += [words.gettext("until {day}").format(day=words.day(searched.until))] if searched.until else []
    limits += [source for one in searched.sources[:MAX_SOURCES] if (source := tidy(one, MAX_NAME_UNITS)) is not None]
    return ", ".join(limits)


def _not_covered(answer: Answer, words: Language, stats: Stats | None) -> list[Html]:
    is_empty = stats is not None and not stats.articles
    if is_empty and answer.remark in (None, Remark.UNREADABLE_LANGUAGE):
        return [no_coverage(words)]
    heading = escape(words.gettext("The nearest I have:"))
    found = [Html(f"{heading}\n{nearest(answer.passages[0], words)}")] if answer.passages else []
    spans = [italic(escape(span_line(stats, words)))] if stats is not None and answer.remark is None else []
    if answer.remark is not None:
        return [escape(words.gettext(reply_to(answer.remark))), *found]
    missing = tidy(answer.missing, MAX_MISSING_UNITS)
    refusal = words.gettext("The coverage I have does not say.")
    if missing:
        refusal = _nothing_on(missing, words)
    return [escape(refusal), *found, *_foot(answer, words), *spans]


def _nothing_on(missing: str, words: Language) -> str:
    return words.gettext("The coverage I have does not say: nothing on “{what}”.").format(what=missing)


def _understood(understood: str, words: Language) -> str:
    shown = tidy(understood, MAX_UNDERSTOOD_UNITS) or ""
    return words.gettext("Understood as: {question}").format(question=shown)
