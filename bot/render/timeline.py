"""How the answer to a question changed. In: what was said when. Out: HTML messages: first reported, each change, now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.language import Language
from bot.render.html import Html, bold, escape, italic, messages
from bot.render.post import MAX_QUESTION_UNITS, quoted_in, sides
from bot.render.text import tidy
from bot.updates.report import Value

MAX_ENTRIES = 10
"""The first and the last ones. More are three screens, and what a reader wants is how it began and how it is."""
MAX_QUOTE_UNITS = 400

Entry = tuple[datetime | None, tuple[Value, ...]]
"""Since when, and what was said from then on; nothing, where it was taken back."""


def render_timeline(question: str, entries: Sequence[Entry], words: Language) -> list[Html]:
    """The entries, oldest first, each with its first quote folded under it."""
    head = bold(escape(tidy(question, MAX_QUESTION_UNITS) or "…"))
    if not entries:
        return [Html(f"{head}\n{escape(words.gettext('The coverage I have does not say.'))}")]
    last = len(entries) - 1
    labels = [words.gettext("now") if at == last else words.gettext("then") for at in range(len(entries))]
    labels[0] = words.gettext("first reported") if last else words.gettext("reported, and unchanged since")
    before = [(), *(values for _, values in entries)]
    blocks = [_entry(label, since, values, known, words) for label, (since, values), known in zip(labels, entries, before, strict=False)]
    between = len(blocks) - MAX_ENTRIES
    if between > 0:
        left_out = words.ngettext("{n} change is left out here", "{n} changes are left out here", between).format(n=words.number(between))
        blocks[1 : between + 1] = [italic(escape(left_out))]
    return messages([head, *blocks])


def _entry(label: str, since: datetime | None, values: tuple[Value, ...], before: tuple[Value, ...], words: Language) -> Html:
    """With the first quote that was not there before."""
    when = Html(f"{bold(escape(label))} · {escape(words.day(since))}")
    if not values:
        return Html(f"{when}\n{escape(words.gettext('said no more'))}")
    known = {value.quote for value in before}
    new = [value.quote for value in values if value.quote.text.strip() and value.quote not in known]
    lines = [when, sides(values, words)]
    if new:
        lines.append(quoted_in(new[0], words, folded=True, max_units=MAX_QUOTE_UNITS))
    return Html("\n".join(lines))
