"""Inline results. In: an Answer. Out: up to five results, each a line to choose by and a whole cited message to send. Pure.

First the answer, then each of its quotes alone. Where the coverage does not say, the nearest passages, each of which says that it is no answer:
it will be read in a chat where nobody saw the question being typed.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.language import Language
from bot.render.answer import decided
from bot.render.evidence import name, nearest, quoted
from bot.render.html import Html, bold, escape, is_web_address, italic, messages
from bot.render.text import tidy
from index import Answer, Citation, Passage, Status

MAX_RESULTS = 5
MAX_TITLE_UNITS = 100
"""What a phone shows is less."""
MAX_QUESTION_UNITS = 256
"""All that Telegram takes from an inline query."""
MAX_QUOTES = 3
MAX_SHORT = 3
MAX_SHORT_UNITS = 200


class InlineResult(NamedTuple):
    """One line to choose, and what choosing it sends."""

    id: str
    """Its place: results of one query differ in it."""
    title: str
    description: str
    message: Html
    url: str | None
    """Of the source."""


def inline_results(answer: Answer, words: Language) -> list[InlineResult]:
    """The best first; none for what was no question, or where nothing is near."""
    if answer.remark is not None:
        return []
    if answer.status is Status.NOT_COVERED:
        found = [_nearest(answer.question, passage, words) for passage in answer.passages]
    else:
        found = [_quote(answer.question, citation, words) for citation in answer.citations]
        if answer.short or len(answer.citations) > 1:
            found.insert(0, _whole(answer, words))
    return [one._replace(id=str(place)) for place, one in enumerate(found[:MAX_RESULTS], start=1)]


def _whole(answer: Answer, words: Language) -> InlineResult:
    first = answer.citations[0]
    shown = ((short, tidy(short.text, MAX_SHORT_UNITS)) for short in answer.short[:MAX_SHORT])
    shorts = [decided(short, text, words) for short, text in shown if text is not None]
    title = " / ".join(shorts) or first.quote
    differ = words.gettext("Reports differ.")
    head = [differ] if answer.status is Status.CONFLICT else []
    blocks = [_asked(answer.question)]
    if head or shorts:
        blocks.append(Html("\n".join(bold(escape(line)) for line in (*head, *shorts))))
    blocks += [quoted(citation, words, folded=place > 0) for place, citation in enumerate(answer.citations[:MAX_QUOTES])]
    if answer.newest_evidence is not None:
        blocks.append(italic(escape(words.gettext("As of {day}.").format(day=words.day(answer.newest_evidence)))))
    title = f"{differ} {title}" if head else title
    return InlineResult("", _line(title, first, words), _where(first, words), messages(blocks)[0], _address(first))


def _quote(question: str, citation: Citation, words: Language) -> InlineResult:
    blocks = [_asked(question), quoted(citation, words, folded=False)]
    return InlineResult("", _line(citation.quote, citation, words), _where(citation, words), messages(blocks)[0], _address(citation))


def _nearest(question: str, passage: Passage, words: Language) -> InlineResult:
    no_answer = escape(words.gettext("The coverage I have does not say. The nearest I have:"))
    blocks = [_asked(question), Html(f"{no_answer}\n{nearest(passage, words)}")]
    description = words.gettext("No answer, only the nearest: {source}").format(source=_where(passage, words))
    return InlineResult("", _line(passage.text, passage, words), description, messages(blocks)[0], _address(passage))


def _asked(question: str) -> Html:
    """The question, because whoever reads the message did not see it."""
    return italic(escape(tidy(question, MAX_QUESTION_UNITS) or "?"))


def _line(text: str, where: Citation | Passage, words: Language) -> str:
    return tidy(text, MAX_TITLE_UNITS) or _where(where, words)


def _where(where: Citation | Passage, words: Language) -> str:
    return f"{name(where, words)} · {words.day(where.published_at)}"


def _address(where: Citation | Passage) -> str | None:
    candidates = (where.link, where.url) if isinstance(where, Citation) else (where.url,)
    return next((address for address in candidates if address is not None and is_web_address(address)), None)
