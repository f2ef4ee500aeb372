"""A web page to an article draft. In: bytes of HTML. Out: its text, cleaned once, and what it says of itself; or the reason why it is no article.

``decoding`` makes text of the bytes, ``facts`` reads what the page states, ``body`` finds the article's text, ``refusals`` knows what is none.
Nothing on a page is run, rendered, followed or fetched.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from index.domain.articles import ArticleDraft
from index.errors import ArticleRefusedError
from index.intake.dates import Chosen, choose, in_address, region_of
from index.intake.page.body import read_body
from index.intake.page.decoding import decode_page
from index.intake.page.facts import Facts, read_facts
from index.intake.page.limits import why_too_much
from index.intake.page.printed import date_in_text
from index.intake.page.refusals import why_no_article
from index.text.clean import clean


def read_page(data: bytes, *, now: datetime, url: str | None = None, charset: str | None = None) -> ArticleDraft:
    """The article on the page.

    now: dates after it are not believed. url: where it was fetched; a saved page has none, and then its own word for it is taken. charset: of the
    Content-Type header. Raises ArticleRefusedError, with the reason, for a page that holds no article or not the whole of one.
    """
    from trafilatura import load_html  # half a second to import, and only pages need it

    text = decode_page(data, charset)
    too_much = why_too_much(text)
    if too_much is not None:
        raise ArticleRefusedError(too_much)
    tree = load_html(text) if text.strip() else None
    if tree is None:
        raise ArticleRefusedError("there is no article text on this page")
    facts = read_facts(tree, url)
    body = clean(read_body(tree, facts.title))
    canonical = facts.canonical_url if url is None or _same_site(facts.canonical_url, url) else None
    reason = why_no_article(body, facts, tree, url or canonical)
    if reason is not None:
        raise ArticleRefusedError(reason)
    host = urlsplit(url or canonical or "").hostname
    published, modified = read_dates(facts, tree, url or canonical, now)
    return ArticleDraft(
        text=body,
        url=url or canonical,
        title=clean(facts.title) or None if facts.title else None,
        source=facts.source or (host.removeprefix("www.") if host else None),
        published_at=published.moment,
        language=facts.language,
        modified_at=modified.moment,
        published_from=published.where,
        author=facts.author,
        canonical_url=canonical,
        notices=published.notices + modified.notices,
    )


def read_dates(facts: Facts, tree: HtmlElement, url: str | None, now: datetime) -> tuple[Chosen, Chosen]:
    """When the page was published and when it was last changed, as far as that can be believed."""
    place = urlsplit(url or "")
    region = region_of(facts.language, place.hostname)
    in_url = in_address(place.path)
    stated = [*facts.published, in_url] if in_url else facts.published
    published = choose(stated, now=now, region=region, what="publication date")
    if published.moment is None:
        in_text = date_in_text(tree, now)
        guess = choose([in_text] if in_text else [], now=now, region=region, what="publication date")
        published = replace(guess, notices=published.notices + guess.notices)
    modified = choose(facts.modified, now=now, region=region, what="modification date")
    if published.moment and modified.moment and modified.moment < published.moment:
        modified = Chosen(None, None, modified.notices)  # a slip of the page's; or only the day is known of one of them
    return published, modified


__all__ = ["Facts", "clean", "read_body", "read_dates", "read_facts", "read_page"]


def _same_site(one: str | None, other: str) -> bool:
    """Whether two addresses are of one site: their hosts are the same, or one is within the other, ``www.`` aside.

    Elsewhere's address is not believed: a page could pass itself off as a newer text of another outlet's article.
    """
    if one is None:
        return False
    hosts = [(urlsplit(address).hostname or "").removeprefix("www.") for address in (one, other)]
    return hosts[0] == hosts[1] or hosts[0].endswith(f".{hosts[1]}") or hosts[1].endswith(f".{hosts[0]}")
