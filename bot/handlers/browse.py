"""/sources and /latest: what is loaded, for whoever wants to look before asking. Short reads of the database, not through the workers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial

from telegram import Message, Update
from telegram.helpers import create_deep_linked_url

from bot.context import NewsContext
from bot.handlers.ask import ask_in_words, words_of
from bot.render.coverage import render_latest, render_sources
from bot.telegram.sender import reply
from index import Article, headlines_on

LATEST = 5
"""Two lines each on a narrow phone: half a screen."""
_FITS_A_LINK = re.compile(r"[A-Za-z0-9_-]{1,62}")
"""What may stand in a start parameter behind "a_" (https://core.telegram.org/bots/features#deep-linking)."""


async def show_sources(update: Update, context: NewsContext) -> None:
    """The outlets, with how many articles of each."""
    assert update.message is not None  # the handler table passes messages only
    stats = await asyncio.to_thread(context.overview.stats)
    await reply(update.message, render_sources(stats, context.words), words=context.words)


async def show_latest(update: Update, context: NewsContext) -> None:
    """The newest articles, on a topic if one follows the command. Raises QuestionError for a topic without words."""
    assert update.message is not None  # the handler table passes messages only
    topic = words_of(update.message) or None
    await _show(update.message, await _latest(topic, context), topic, context)


async def show_headlines(update: Update, context: NewsContext) -> None:
    """The newest articles, for somebody who wrote "news" or "latest on Ukraine" without a command; what no article is about is asked for in words."""
    assert update.message is not None  # the handler table passes messages only
    topic = headlines_on(update.message.text or "")
    articles = await _latest(topic, context)
    if topic is not None and not articles:
        await ask_in_words(update, context)
    else:
        await _show(update.message, articles, topic, context)


async def _latest(topic: str | None, context: NewsContext) -> list[Article]:
    return await asyncio.to_thread(context.index.latest, LATEST, topic)


async def _show(message: Message, articles: Sequence[Article], topic: str | None, context: NewsContext) -> None:
    article_link = partial(_link_to, username=context.bot.username)
    await reply(message, render_latest(articles, topic, context.words, article_link=article_link), words=context.words)


def _link_to(article: Article, *, username: str) -> str | None:
    """A link that opens the article in the chat with the bot; None for an id that no link can carry."""
    return create_deep_linked_url(username, f"a_{article.id}") if _FITS_A_LINK.fullmatch(article.id) else None
