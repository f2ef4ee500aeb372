"""The list of feeds, a page at a time. In: feeds, and the language. Out: HTML, and which buttons go with it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.admin import short
from bot.render.html import Html, bold, escape
from index import Feed

ON_A_PAGE = 6
"""Each takes three lines of some 500 characters at most, and a row of buttons."""


def pages(count: int) -> int:
    """How many pages so many feeds take; 1 for none."""
    return max(1, -(-count // ON_A_PAGE))


def page_of(feeds: Sequence[Feed], page: int) -> list[tuple[int, Feed]]:
    """The feeds of a page, the first being 0, with their numbers in the whole list, from 1. A page that is not there is the nearest one."""
    page = min(max(page, 0), pages(len(feeds)) - 1)
    start = page * ON_A_PAGE
    return list(enumerate(feeds[start : start + ON_A_PAGE], start + 1))


def feed_list(feeds: Sequence[Feed], page: int, words: Language) -> Html:
    """One page of the list: name and state, address, last success and yield of each."""
    if not feeds:
        return escape(words.gettext("No feed is followed. Add one with /feeds add ADDRESS, or send a list in OPML."))
    count = words.ngettext("{n} feed", "{n} feeds", len(feeds)).format(n=words.number(len(feeds)))
    blocks = [bold(escape(count))]
    for number, feed in page_of(feeds, page):
        name = bold(escape(f"{number}. {short(feed.source or feed.title or feed.url, 80)}"))
        read = words.minute(feed.state.last_success_at) if feed.state.last_success_at else words.gettext("never")
        gave = words.gettext("Read {when}; {last} new then, {total} in all.").format(
            when=read, last=words.number(feed.last_new), total=words.number(feed.total_new)
        )
        blocks.append(Html("\n".join([f"{name} {escape(state(feed, words))}", escape(short(feed.url, 180)), escape(gave)])))
    return Html("\n\n".join(blocks))


def state(feed: Feed, words: Language) -> str:
    """How it goes, in a few words."""
    if feed.paused:
        return words.gettext("⏸ paused")
    if feed.state.gone:
        return words.gettext("✗ gone: {reason}").format(reason=short(feed.state.last_error, 150))
    if feed.state.last_error is not None:
        times = words.ngettext("failed once", "failed {n} times in a row", feed.state.failures).format(n=words.number(feed.state.failures))
        return f"! {times}: {short(feed.state.last_error, 150)}"
    return words.gettext("✓ ok") if feed.state.last_success_at else words.gettext("new")
