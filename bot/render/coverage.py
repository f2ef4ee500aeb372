"""What the coverage spans, for whoever wants to know what can be asked. In: counts and articles. Out: lines and messages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.language import Language
from bot.render.evidence import MAX_NAME_UNITS, source_line
from bot.render.excerpt import excerpt
from bot.render.html import Html, bold, escape, link, messages, quote
from bot.render.text import tidy
from index import Article, Stats

MAX_SOURCES = 25
MAX_TITLE_UNITS = 120
MAX_TOPIC_UNITS = 60
MAX_ARTICLE_UNITS = 1_200


def no_coverage(words: Language) -> Html:
    """That nothing is loaded."""
    return escape(words.gettext("No coverage is loaded yet, so I have nothing to answer from."))


def coverage_line(stats: Stats, words: Language) -> str:
    """ "Loaded: 12,340 articles from 3 sources, newest 9 Feb 2017." """
    newest = words.gettext("newest {day}").format(day=words.day(stats.newest_published)) if stats.newest_published else None
    return words.gettext("Loaded: {counts}.").format(counts=_counts(stats, words, newest))


def span_line(stats: Stats, words: Language) -> str:
    """ "My coverage: 12,340 articles from 3 sources, 1 Jan 2016 – 9 Feb 2017." """
    days = None
    if stats.oldest_published and stats.newest_published:
        first, last = words.day(stats.oldest_published), words.day(stats.newest_published)
        days = first if first == last else f"{first} – {last}"
    return words.gettext("My coverage: {counts}.").format(counts=_counts(stats, words, days))


def _counts(stats: Stats, words: Language, days: str | None) -> str:
    articles = words.ngettext("{n} article", "{n} articles", stats.articles).format(n=words.number(stats.articles))
    if stats.sources:
        sources = words.ngettext("{n} source", "{n} sources", stats.sources).format(n=words.number(stats.sources))
        articles = words.gettext("{articles} from {sources}").format(articles=articles, sources=sources)
    return f"{articles}, {days}" if days else articles


def render_sources(stats: Stats, words: Language) -> list[Html]:
    """The outlets with their articles, most first."""
    if not stats.articles:
        return [no_coverage(words)]
    lines = []
    for source, count in stats.by_source[:MAX_SOURCES]:
        articles = words.ngettext("{n} article", "{n} articles", count).format(n=words.number(count))
        lines.append(Html(f"{escape(tidy(source, MAX_NAME_UNITS) or words.gettext('unnamed source'))} — {escape(articles)}"))
    left = len(stats.by_source) - MAX_SOURCES
    if left > 0:
        lines.append(escape(words.ngettext("and {n} more source", "and {n} more sources", left).format(n=words.number(left))))
    return messages([escape(coverage_line(stats, words)), Html("\n".join(lines))])


def render_latest(
    articles: Sequence[Article], topic: str | None, words: Language, *, article_link: Callable[[Article], str | None]
) -> list[Html]:
    """Headlines, newest first, each with its outlet and date. article_link: where to read one that has no address of its own."""
    about = tidy(topic, MAX_TOPIC_UNITS)
    if not articles:
        nothing = words.gettext("I have nothing on “{topic}”.").format(topic=about) if about else None
        return [escape(nothing) if nothing else no_coverage(words)]
    heading = words.gettext("The latest on “{topic}”:").format(topic=about) if about else words.gettext("The latest I have:")
    return messages([bold(escape(heading)), *(_headline(one, words, article_link) for one in articles)])


def render_article(article: Article, words: Language) -> Html:
    """An article's headline, where it comes from, and how it begins."""
    head = bold(escape(tidy(article.title, MAX_TITLE_UNITS) or words.gettext("Untitled")))
    return Html(f"{head}\n{source_line(article, None, words)}\n{quote(excerpt(article.text, (), MAX_ARTICLE_UNITS), folded=True)}")


def _headline(article: Article, words: Language, article_link: Callable[[Article], str | None]) -> Html:
    title = tidy(article.title, MAX_TITLE_UNITS) or tidy(article.text[: 2 * MAX_TITLE_UNITS], MAX_TITLE_UNITS) or words.gettext("Untitled")
    return Html(f"{link(escape(title), article.url, article_link(article))}\n{source_line(article, None, words)}")
