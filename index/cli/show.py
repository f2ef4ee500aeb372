"""An answer on the terminal. In: an Answer. Out: lines for a person; the bot has its own renderer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.text import Text

from index.answering.replies import reply_to
from index.cli.app import out
from index.domain.answers import Answer, Citation, ShortAnswer, StatedTime, Status
from index.domain.passages import Carrier, Filters, Passage

_NEAREST = 2
MAX_CARRIERS = 5
"""Outlets named in one line; nobody reads a longer list."""


def show(answer: Answer) -> None:
    """Print the short answers, then the quotes with their sources; or that the coverage does not say, with the nearest there is.

    To what was no question, or in a language that cannot be read, the reply is all.
    """
    if answer.read_as is not None:
        out.print(Text(f"Read as: {visible(answer.read_as)}", style="dim"))
    if answer.status is Status.CONFLICT:
        out.print(Text("Reports differ.", style="bold"))
    for short in answer.short:
        out.print(_short(short))
    if answer.remark is not None:
        out.print(Text(reply_to(answer.remark), style="bold"))
        return
    if answer.searched is not None:
        out.print(Text(visible(_searched(answer.searched, widened=answer.widened)), style="dim"))
    if answer.status is Status.NOT_COVERED:
        about = f"; there is nothing on “{visible(answer.missing)}”" if answer.missing else ""
        out.print(Text(f"The coverage does not say{about}.", style="bold"))
        if answer.passages:
            out.print("The nearest it has:")
        for passage in answer.passages[:_NEAREST]:
            _quote("·", passage.text, passage, None)
        return
    if answer.summary is not None:
        out.print(Text(visible(answer.summary)))
    for citation in answer.citations:
        _quote(f"[{citation.number}]", citation.quote, citation, citation.link)
        if citation.times:
            _beside("; ".join(_time(one, citation) for one in citation.times))


def _short(short: ShortAnswer) -> Text:
    """The words, what they replace, who says so, how many reports carry them and when the newest was published, and where they are quoted."""
    line = Text(f"first {visible(short.superseded)}, now ") if short.superseded else Text()
    if short.affirms is not None:
        line += Text("Yes: " if short.affirms else "No: ", style="bold")
    line += Text(visible(short.text), style="bold")
    facts = [visible(short.attribution)] if short.attribution else []
    if short.reports > 1:
        facts.append(f"{short.reports} reports")
    if short.newest is not None:
        facts.append(short.newest.strftime("%-d %B %Y"))
    line += Text(f" ({', '.join(facts)})" if facts else "")
    return line + Text("".join(f" [{number}]" for number in short.citations))


def _quote(mark: str, quote: str, where: Passage | Citation, link: str | None) -> None:
    published = where.published_at.strftime("%-d %B %Y") if where.published_at else None
    facts = ", ".join(fact for fact in (where.source, where.title, published) if fact)
    out.print(Text(f"{mark} “{visible(quote)}”"))
    for line in filter(None, (facts, link, also_in(where.carried_by))):
        _beside(line)


def _beside(line: str) -> None:
    out.print(Text(f"    {visible(line)}", style="dim"))  # rich's Padding would cut it at the terminal's width


def _searched(filters: Filters, *, widened: bool) -> str:
    """What the words of the question limited the search to."""
    since = f"since {_day(filters.since)}" if filters.since else None
    until = f"until {_day(filters.until)}" if filters.until else None
    limits = ", ".join(part for part in (since, until, *filters.sources) if part)
    return f"Nothing found {limits}; searched all of the coverage." if widened else f"Searched: {limits}."


def _day(of: date) -> str:
    return f"{of.day} {of:%B} {of.year}"


def _time(one: StatedTime, citation: Citation) -> str:
    """ "on Thursday: 9 February 2017"."""
    words = citation.quote[one.span.start - citation.start : one.span.end - citation.start]
    days = dict.fromkeys(f"{day:%A} {_day(day)}" if one.first == one.last else _day(day) for day in (one.first, one.last))
    return f"{words}: {' to '.join(days)}"


def also_in(carriers: Sequence[Carrier]) -> str | None:
    """Who else carries the report: "also in The Courier, Herald"; None if nobody does."""
    outlets = [carrier.source or carrier.url or carrier.article_id for carrier in carriers]
    if not outlets:
        return None
    more = f" and {len(outlets) - MAX_CARRIERS} more" if len(outlets) > MAX_CARRIERS else ""
    return f"also in {', '.join(outlets[:MAX_CARRIERS])}{more}"


def visible(text: str) -> str:
    """Without the control characters a hostile page could move a terminal's cursor with."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
