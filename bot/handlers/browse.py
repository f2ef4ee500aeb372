"""/sources and /latest: what is loaded, for whoever wants to look before asking. Short reads of the database, not through the workers."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from telegram import Message, Update
from telegram.helpers import create_deep_linked_url

from bot.context import NewsContext
from bot.handlers.ask import words_of
from bot.render.coverage import render_latest, render_sources
from bot.telegram.sender import reply
from index import Article

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
    await _show_latest(update.message, words_of(update.message) or None, context)


async def show_headlines(update: Update, context: NewsContext) -> None:
    """The newest articles, for somebody who wrote "news" without a command."""
    assert update.message is not None  # the handler table passes messages only
    await _show_latest(update.message, None, context)


async def _show_latest(message: Message, topic: str | None, context: NewsContext) -> None:
    articles = await asyncio.to_thread(context.index.latest, LATEST, topic)
    article_link = partial(_link_to, username=context.bot.username)
    await reply(message, render_latest(articles, topic, context.words, article_link=article_link), words=context.words)


def _link_to(article: Article, *, username: str) -> str | None:
    """A link that opens the article in the chat with the bot; None for an id that no link can carry."""
    return create_deep_linked_url(username, f"a_{article.id}") if _FITS_A_LINK.fullmatch(article.id) else None
