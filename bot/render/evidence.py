"""A quote and where it stands, as one block. In: a citation or passage. Out: a numbered source line and the quote under it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from bot.language import Language
from bot.render.excerpt import excerpt
from bot.render.html import Html, bold, escape, is_web_address, italic, link, quote, utf16_units
from bot.render.text import tidy
from index import Carrier, Citation, Passage, Span, StatedTime

MAX_QUOTE_UNITS = 1_000
"""Five such quotes with all around them fill two messages, never three."""
MAX_OPEN_UNITS = 320
"""About eight lines on a narrow phone; a longer quote is folded."""
MAX_NAME_UNITS = 60
MAX_SPEAKERS_UNITS = 90
"""Who says so may be a phrase: "Most reports, and the official statement from Turkey’s government"."""
MAX_TIMES = 2
MAX_TIME_UNITS = 40
"""Of the article's words for a time: "on Thursday"."""
MAX_CARRIERS = 3
MAX_CARRIER_UNITS = 30
"""A line under the quote, two on a narrow phone."""


class Published(Protocol):
    """Something that stands somewhere: a citation, a passage, an article, a report."""

    @property
    def url(self) -> str | None:
        """Its address."""

    @property
    def title(self) -> str | None:
        """Its headline."""

    @property
    def source(self) -> str | None:
        """Its outlet."""

    @property
    def published_at(self) -> datetime | None:
        """When it appeared."""


def quoted(citation: Citation, words: Language, *, marks: Sequence[Span] = (), folded: bool) -> Html:
    """A numbered quote with the answering words bold, what days its words for time mean, and who else carries it. Folded if asked or long.

    marks: offsets into the article.
    """
    where = f"{bold(Html(f'{citation.number}.'))} {source_line(citation, citation.link, words)}"
    inside = [
        Span(mark.start - citation.start, mark.end - citation.start)
        for mark in marks
        if citation.start <= mark.start and mark.end <= citation.end
    ]
    return Html(
        "\n".join([where, _words(citation.quote, inside, folded=folded), *_times(citation, words), *also_in(citation.carried_by, words)])
    )


def also_in(carriers: Sequence[Carrier], words: Language) -> list[Html]:
    """The outlets that carry the same report, in one line; no line if there are none."""
    return also_in_outlets([name(one, words, MAX_CARRIER_UNITS) for one in carriers], words)


def also_in_outlets(names: Sequence[str], words: Language) -> list[Html]:
    """Outlets by their names, tidy: "also in 2 outlets: The Courier, Herald"; no line if there are none."""
    if not names:
        return []
    outlets = ", ".join(names[:MAX_CARRIERS])
    more = len(names) - MAX_CARRIERS
    if more > 0:
        outlets = words.gettext("{outlets} and {n} more").format(outlets=outlets, n=words.number(more))
    line = words.ngettext("also in {n} outlet: {outlets}", "also in {n} outlets: {outlets}", len(names))
    return [italic(escape(line.format(n=words.number(len(names)), outlets=outlets)))]


def nearest(passage: Passage, words: Language) -> Html:
    """A passage that does not answer: always folded, without a number, because nothing refers to it."""
    return Html(f"{source_line(passage, None, words)}\n{_words(passage.text, (), folded=True)}")


def source_line(where: Published, address: str | None, words: Language) -> Html:
    """Outlet and date, linked to ``address`` or else to the article: "EuroNews · 9 Feb 2017"."""
    return Html(f"{link(escape(name(where, words)), address, where.url)} · {escape(words.day(where.published_at))}")


def name(where: Published | Carrier, words: Language, max_units: int = MAX_NAME_UNITS) -> str:
    """What to call the source: its outlet, or else its title, or else the site it stands on."""
    host = (urlsplit(where.url).hostname or "").removeprefix("www.") if where.url is not None and is_web_address(where.url) else None
    title = None if isinstance(where, Carrier) else where.title
    known = (tidy(text, max_units) for text in (where.source, title, host))
    return next((text for text in known if text), words.gettext("unnamed source"))


def _times(citation: Citation, words: Language) -> list[Html]:
    """What the quote's words for time mean, under the quote and never in it: "“on Thursday”: 9 Feb 2017"."""
    said = [line for time in citation.times if (line := _time(citation, time, words)) is not None]
    return [italic(Html("; ".join(said[:MAX_TIMES])))] if said else []


def _time(citation: Citation, time: StatedTime, words: Language) -> Html | None:
    phrase = tidy(citation.quote[time.span.start - citation.start : time.span.end - citation.start], MAX_TIME_UNITS)
    if phrase is None or not citation.start <= time.span.start < time.span.end <= citation.end:
        return None
    days = words.day(time.first) if time.first == time.last else f"{words.day(time.first)} – {words.day(time.last)}"
    return Html(f"“{escape(phrase)}”: {escape(days)}")


def _words(text: str, marks: Sequence[Span], *, folded: bool) -> Html:
    return quote(excerpt(text, marks, MAX_QUOTE_UNITS), folded=folded or utf16_units(text) > MAX_OPEN_UNITS)
