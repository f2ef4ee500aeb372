"""The answer message. In: an Answer. Out: one or two HTML messages for a narrow phone. Pure.

The short answers first, in bold, with who says so; then the quotes, the best ones open and the rest folded; then how fresh it is. What is not covered
is said in one line, with the nearest passage folded under it. What was no question is replied to, and that is all.
"""

from __future__ import annotations

from bot.render.evidence import MAX_NAME_UNITS, day, name, nearest, quoted
from bot.render.html import Html, bold, escape, italic, messages
from bot.render.text import tidy
from index import Answer, Remark, ShortAnswer, Status, reply_to

MAX_CITATIONS = 5
MAX_OPEN = 3
"""Quotes that are shown at once; the rest are folded."""
MAX_SHORT = 3
MAX_SHORT_UNITS = 200
MAX_MISSING_UNITS = 80

NOT_COVERED = Html("The coverage I have does not say.")
NEAREST = Html("The nearest I have:")
NO_COVERAGE = Html("No coverage is loaded yet, so I have nothing to answer from.")
REPORTS_DIFFER = bold(Html("Reports differ."))


def render_answer(answer: Answer, *, coverage_is_empty: bool = False) -> list[Html]:
    """The answer as at most two messages."""
    if answer.status is Status.NOT_COVERED:
        return messages(_not_covered(answer, coverage_is_empty))
    return messages(_covered(answer))


def _covered(answer: Answer) -> list[Html]:
    head = [REPORTS_DIFFER] if answer.status is Status.CONFLICT else []
    head += [line for short in answer.short[:MAX_SHORT] if (line := _short(answer, short)) is not None]
    quotes = [quoted(citation, folded=place >= MAX_OPEN) for place, citation in enumerate(answer.citations[:MAX_CITATIONS])]
    blocks = [Html("\n".join(head)), *quotes] if head else quotes
    if answer.newest_evidence is not None:
        blocks.append(italic(Html(f"As of {day(answer.newest_evidence)}.")))
    return blocks


def _short(answer: Answer, short: ShortAnswer) -> Html | None:
    """ "three soldiers — EuroNews [1]"; None if there is nothing to see in it."""
    text = tidy(short.text, MAX_SHORT_UNITS)
    if text is None:
        return None
    by_number = {citation.number: citation for citation in answer.citations}
    cited = [number for number in short.citations if number in by_number][:MAX_CITATIONS]
    who = tidy(short.attribution, MAX_NAME_UNITS) or name(by_number[cited[0]])
    numbers = ", ".join(str(number) for number in cited)
    return Html(f"{bold(escape(text))} — {escape(who)} [{numbers}]")


def _not_covered(answer: Answer, coverage_is_empty: bool) -> list[Html]:
    if coverage_is_empty and answer.remark in (None, Remark.UNREADABLE_LANGUAGE):
        return [NO_COVERAGE]
    found = [Html(f"{NEAREST}\n{nearest(answer.passages[0])}")] if answer.passages else []
    if answer.remark is not None:
        return [escape(reply_to(answer.remark)), *found]
    missing = tidy(answer.missing, MAX_MISSING_UNITS)
    refusal = Html(f"The coverage I have does not say: nothing on “{escape(missing)}”.") if missing else NOT_COVERED
    return [refusal, *found]
