"""Questions back to an admin before something is deleted. In: the act. Out: a message with two buttons; the act, when its admin says yes in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_guard import MARK, Request, Result, administration
from bot.store.admins import Asked
from bot.store.audit import Outcome

YES, NO = "yes", "no"

Act = Callable[[str, NewsContext], Awaitable[str]]
"""Does it, given its argument; says what was done."""


def button(text: str, *data: str) -> InlineKeyboardButton:
    """A button for admins. data: what it does, and with what; 64 bytes at most, no colons in it."""
    return InlineKeyboardButton(text, callback_data=MARK + ":".join(data))


async def ask(act: str, argument: str, question: str, request: Request, context: NewsContext) -> Result:
    """Ask whether that is meant."""
    asked = Asked(request.user_id, request.message.chat_id, act, argument)
    token = await asyncio.to_thread(context.store.confirmations.ask, asked)
    words = context.words
    buttons = [[button(words.gettext("Yes, do it"), YES, token), button(words.gettext("No"), NO, token)]]
    await request.message.reply_text(question, reply_markup=InlineKeyboardMarkup(buttons), do_quote=request.query is None)
    return Result(f"asked about {act} {argument}" if request.query else "", Outcome.ASKED)


def answers(acts: dict[str, Act]) -> dict[str, Callable[[Request, NewsContext], Awaitable[Result]]]:
    """What the two buttons do. acts: by the name under which they were asked about."""

    async def yes(request: Request, context: NewsContext) -> Result:
        asked = await _taken(request, context)
        # The buttons go first: were the act to take long, they would invite to press again.
        await request.message.edit_text(context.words.gettext("One moment…"))
        said = await acts[asked.act](asked.argument, context)
        await request.message.edit_text(said)
        return Result(f"{asked.act} {asked.argument}")

    async def no(request: Request, context: NewsContext) -> Result:
        asked = await _taken(request, context)
        await request.message.edit_text(context.words.gettext("Nothing was changed."))
        return Result(f"not done: {asked.act} {asked.argument}")

    return {YES: yes, NO: no}


async def _taken(request: Request, context: NewsContext) -> Asked:
    token = request.words[0] if request.words else ""
    asked = await asyncio.to_thread(context.store.confirmations.take, token, user_id=request.user_id, chat_id=request.message.chat_id)
    if asked is None:
        raise UsageError(
            context.words.gettext("That was answered before, is more than five minutes old, or was asked of somebody else."),
            remedy=context.words.gettext("Please type the command again."),
        )
    return asked


async def remove_article(article: str, context: NewsContext) -> str:
    """Delete it. Raises ArticleNotFoundError, WriterBusyError."""
    admin = administration(context)
    await admin.background.run(admin.newsroom.remove, article, wait_s=30.0)
    return context.words.gettext("Removed {article}.").format(article=article)


async def remove_feed(address: str, context: NewsContext) -> str:
    """Follow it no more. Raises FeedNotFoundError."""
    admin = administration(context)
    feed = await admin.background.run(admin.newsroom.remove_feed, address)
    return context.words.gettext("{address} is not followed any more. Its articles are kept.").format(address=feed.url)


async def remove_channel(chat_id: str, context: NewsContext) -> str:
    """Take in no more of it."""
    await asyncio.to_thread(context.store.channels.remove, int(chat_id))
    return context.words.gettext("Its posts are not taken in any more. Its articles are kept.")
