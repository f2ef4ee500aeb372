"""/start and /help: what this is, what is loaded, what can be typed; and what a link into the chat opens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from telegram import Message, Update

from bot.buttons import to_ask
from bot.commands import Audience, for_audience
from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.ask import answer_question
from bot.handlers.subscriptions import open_subscription
from bot.overview import make_offers
from bot.render.coverage import render_article
from bot.render.welcome import help_text, welcome
from bot.telegram.sender import reply
from index import ArticleNotFoundError

MAX_DIGITS = 19
"""Of a subscription's number: what a database's integer holds."""


async def start(update: Update, context: NewsContext) -> None:
    """Open what the link names; without one, say what this is and what is loaded, and offer questions if some were made already."""
    assert update.message is not None  # the handler table passes messages only
    link = context.args[0] if context.args else ""
    opened = _OPENED_BY_LINK.get(link[:2])
    if opened is not None and link[2:]:
        await opened(update.message, link[2:], context)
        return
    # A short read of the database at most: not through the workers, so that it is answered while questions wait in line.
    stats = await asyncio.to_thread(context.overview.stats)
    offers = context.overview.offers()
    await reply(update.message, [welcome(stats, context.words, offers=bool(offers))], to_ask(offers), words=context.words)
    if await asyncio.to_thread(context.overview.is_stale):
        context.application.create_task(make_offers(context.overview), name="questions to offer")


async def show_help(update: Update, context: NewsContext) -> None:
    """List the commands; to an admin in private, theirs too."""
    assert update.message is not None  # the handler table passes messages only
    administration = context.bot_data.administration
    # A private chat has its person's number.
    is_admin = administration is not None and update.message.chat_id in administration.admins
    commands = for_audience(Audience.ADMINS if is_admin else Audience.EVERYONE)
    await reply(update.message, [help_text(commands, context.words)], words=context.words)


async def _open_article(message: Message, article_id: str, context: NewsContext) -> None:
    try:
        article = await asyncio.to_thread(context.index.article, article_id)
    except ArticleNotFoundError:  # whose remedy is for the command line
        raise UsageError(context.words.gettext("The article is not in the coverage any more.")) from None
    await reply(message, [render_article(article, context.words)], words=context.words)


async def _open_question(message: Message, answer_id: str, context: NewsContext) -> None:
    """The question is asked again: the coverage may know more by now."""
    stored = await asyncio.to_thread(context.store.answers.get, answer_id)
    if stored is None:
        words = context.words
        raise UsageError(
            words.gettext("That question is too old; I do not keep it any more."), remedy=words.gettext("Please ask it again.")
        )
    await answer_question(message, stored.understood, context)


async def _open_subscription(message: Message, number: str, context: NewsContext) -> None:
    """Raises NotPermittedError for what is not theirs, and for what is no number alike."""
    await open_subscription(message, int(number) if number.isdecimal() and len(number) < MAX_DIGITS else 0, context)


_OPENED_BY_LINK: Mapping[str, Callable[[Message, str, NewsContext], Awaitable[None]]] = {
    "a_": _open_article,
    "q_": _open_question,
    "s_": _open_subscription,
}
"""``t.me/<bot>?start=a_<article>``: by how the parameter begins."""
