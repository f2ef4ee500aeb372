"""Many updates as one message. In: reports by story, best first, and changed answers. Out: one HTML message. Pure.

What has no room in it is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.evidence import MAX_CARRIER_UNITS, name
from bot.render.html import BETWEEN_BLOCKS, Html, bold, escape, fits, italic
from bot.render.post import difference, headline, sentences
from bot.updates.report import Change, Report

MAX_BLOCKS = 12
"""Stories and changes that are shown: more than two screens are not read. With some five marks each they stay below the hundred of a message."""
MAX_QUOTE_UNITS = 240
"""Of the one sentence of a story: six lines on a narrow phone."""
MAX_OUTLETS = 3


def digest(stories: Sequence[Sequence[Report]], changes: Sequence[Change], words: Language) -> tuple[Html, ...]:
    """Changed answers, then the stories, each with its first report's best sentence. stories: none of them empty."""
    counts = []
    if stories:
        reports = sum(map(len, stories))
        counts.append(words.ngettext("{n} report", "{n} reports", reports).format(n=words.number(reports)))
    if changes:
        counts.append(words.ngettext("{n} changed answer", "{n} changed answers", len(changes)).format(n=words.number(len(changes))))
    head = bold(escape(words.gettext("Digest: {what}").format(what=", ".join(counts))))
    return (gathered(head, stories, changes, words),)


def gathered(head: Html, stories: Sequence[Sequence[Report]], changes: Sequence[Change], words: Language) -> Html:
    """One message under ``head``."""
    blocks = [(difference(change, words), 1) for change in changes] + [(_story(story, words), len(story)) for story in stories]
    left = sum(count for _, count in blocks)
    shown = head
    for block, count in blocks[:MAX_BLOCKS]:
        longer = Html(f"{shown}{BETWEEN_BLOCKS}{block}")
        if not fits(Html(f"{longer}{_more(left, words)}")):
            break
        shown, left = longer, left - count
    return Html(f"{shown}{_more(left, words)}") if left else shown


def _story(story: Sequence[Report], words: Language) -> Html:
    best = story[0]
    said = [one for one in best.quotes if one.text.strip()][:1]
    lines = [headline(best, words), *([sentences(said, max_units=MAX_QUOTE_UNITS)] if said else [])]
    if others := story[1:]:
        outlets = ", ".join(dict.fromkeys(name(one, words, MAX_CARRIER_UNITS) for one in others[:MAX_OUTLETS]))
        more = words.ngettext("and {n} more report: {outlets}", "and {n} more reports: {outlets}", len(others))
        lines.append(italic(escape(more.format(n=words.number(len(others)), outlets=outlets))))
    return Html("\n".join(lines))


def _more(left: int, words: Language) -> Html:
    return Html(f"{BETWEEN_BLOCKS}{italic(escape(words.gettext('and {n} more').format(n=words.number(left))))}")
