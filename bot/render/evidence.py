"""A quote and where it stands, as one block. In: a citation or passage. Out: a numbered source line and the quote under it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.render.html import Html, bold, escape, is_web_address, italic, link, quote, utf16_units
from bot.render.text import clip, tidy
from index import Carrier, Citation, Passage

MAX_QUOTE_UNITS = 1_000
"""Five such quotes with all around them fill two messages, never three."""
MAX_OPEN_UNITS = 320
"""About eight lines on a narrow phone; a longer quote is folded."""
MAX_NAME_UNITS = 60
MAX_CARRIERS = 3
MAX_CARRIER_UNITS = 30
"""A line under the quote, two on a narrow phone."""
OMITTED = " […]"
"""Stands after a quote that goes on in the article; the brackets say that it is ours."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def quoted(citation: Citation, *, folded: bool) -> Html:
    """A numbered quote, and who else carries it. Folded if asked or long."""
    where = source_line(citation, citation.link)
    carriers = also_in(citation.carried_by)
    return Html(
        f"{bold(Html(f'{citation.number}.'))} {where}\n{_words(citation.quote, folded=folded)}" + (f"\n{carriers}" if carriers else "")
    )


def also_in(carriers: Sequence[Carrier]) -> Html | None:
    """The outlets that carry the same report: "also in 2 outlets: The Courier, Herald"; None if there are none."""
    if not carriers:
        return None
    shown = [escape(name(one, MAX_CARRIER_UNITS)) for one in carriers[:MAX_CARRIERS]]
    more = len(carriers) - len(shown)
    outlets = f"{len(carriers)} outlets" if len(carriers) > 1 else "1 outlet"
    return italic(Html(f"also in {outlets}: {', '.join(shown)}{f' and {more} more' if more else ''}"))


def nearest(passage: Passage) -> Html:
    """A passage that does not answer: always folded, without a number, because nothing refers to it."""
    return Html(f"{source_line(passage, None)}\n{_words(passage.text, folded=True)}")


def source_line(where: Citation | Passage, address: str | None) -> Html:
    """Outlet and date, linked to ``address`` or else to the article: "EuroNews · 9 Feb 2017"."""
    return Html(f"{link(escape(name(where)), address, where.url)} · {day(where.published_at)}")


def name(where: Citation | Passage | Carrier, max_units: int = MAX_NAME_UNITS) -> str:
    """What to call the source: its outlet, or else its title, or else the site it stands on."""
    host = (urlsplit(where.url).hostname or "").removeprefix("www.") if where.url is not None and is_web_address(where.url) else None
    title = None if isinstance(where, Carrier) else where.title
    known = (tidy(text, max_units) for text in (where.source, title, host))
    return next((text for text in known if text), "unnamed source")


def day(moment: datetime | None) -> str:
    """The date in words that no reader takes for another date, whatever the process's locale: "9 Feb 2017"."""
    return "no date" if moment is None else f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _words(text: str, *, folded: bool) -> Html:
    head = clip(text, MAX_QUOTE_UNITS)
    rest = "" if head == text else OMITTED
    return quote(escape(head + rest), folded=folded or utf16_units(text) > MAX_OPEN_UNITS)
