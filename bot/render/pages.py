"""What the buttons under an answer open: a quote in its paragraph, and the passages beyond the quotes, page by page. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.coverage import MAX_TITLE_UNITS
from bot.render.evidence import source_line
from bot.render.excerpt import excerpt
from bot.render.html import Html, bold, escape, italic, messages, quote, utf16_units
from bot.render.text import tidy
from index import Citation, Context, Passage, Span

PASSAGES_A_PAGE = 2
MAX_PASSAGE_UNITS = 1_200
MAX_PARAGRAPH_UNITS = 2_400
MAX_OPEN_UNITS = 600
"""About one screen; a longer paragraph is folded."""


def render_context(citation: Citation, context: Context, words: Language) -> list[Html]:
    """A quote where it stands, the quote bold in its paragraph; or that the article says it no more, and what it said."""
    article, paragraph = context.article, context.paragraph
    head = [Html(f"{bold(Html(f'{citation.number}.'))} {source_line(citation, citation.link, words)}")]
    title = tidy(article.title, MAX_TITLE_UNITS)
    head += [bold(escape(title))] if title else []
    if context.quote is None:
        changed = words.gettext("The article was changed since and no longer says this word for word. It said:")
        said = quote(excerpt(citation.quote, (), MAX_PARAGRAPH_UNITS), folded=True)
        return messages([Html("\n".join([*head, italic(escape(changed)), said]))])
    text = article.text[paragraph.start : paragraph.end]
    mark = Span(context.quote.start - paragraph.start, context.quote.end - paragraph.start)
    inside = quote(excerpt(text, [mark], MAX_PARAGRAPH_UNITS), folded=utf16_units(text) > MAX_OPEN_UNITS)
    return messages([Html("\n".join([*head, inside]))])


def pages(passages: Sequence[Passage]) -> int:
    """How many pages they fill."""
    return -(-len(passages) // PASSAGES_A_PAGE)


def render_passages(passages: Sequence[Passage], page: int, words: Language) -> list[Html]:
    """A page of passages, from 0; the last one for a number beyond."""
    page = min(page, max(pages(passages) - 1, 0))
    some = passages[page * PASSAGES_A_PAGE :][:PASSAGES_A_PAGE]
    heading = words.gettext("More passages, page {page} of {pages}").format(page=page + 1, pages=pages(passages))
    blocks = [Html(f"{source_line(one, None, words)}\n{_passage(one)}") for one in some]
    return messages([bold(escape(heading)), *blocks])


def _passage(passage: Passage) -> Html:
    return quote(excerpt(passage.text, (), MAX_PASSAGE_UNITS), folded=utf16_units(passage.text) > MAX_OPEN_UNITS)
