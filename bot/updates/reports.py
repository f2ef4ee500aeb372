"""Reports as they are shown, from articles and the sentences of them that were wanted. In: the coverage's articles. Out: ``Report``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.updates.choosing import Choice, Page
from bot.updates.report import Quoted, Report
from index import Article, Span, link_to


def report_key(article: Article) -> str:
    """Which report an article carries, for good as far as that can be said: what is told of is told by this key."""
    return f"r{article.report}"


def quoted_span(page: Page, choice: Choice) -> Span:
    """Where the sentences stand that were chosen."""
    return Span(page.sentences[choice.first].start, page.sentences[choice.last].end)


def report_of(article: Article, spans: Sequence[Span], carriers: Iterable[Article] = (), key: str | None = None) -> Report:
    """The article as news. carriers: of its report, itself among them. key: under which it was told of before, if it was."""
    others = (one.source for one in carriers if one.source and one.source != article.source)
    return Report(
        key=key or report_key(article),
        article_id=article.id,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        url=article.url,
        quotes=tuple(_quoted(article, span) for span in spans),
        also_in=tuple(dict.fromkeys(others)),
        story=article.story,
    )


def _quoted(article: Article, span: Span) -> Quoted:
    text = article.text[span.start : span.end]
    return Quoted(text, article.source, article.published_at, link_to(article.url, article.text, span.start, span.end))
