"""/start and /help: what this is, what is loaded, what can be typed."""

from __future__ import annotations

import asyncio

from telegram import Update

from bot.commands import Audience, for_audience
from bot.context import NewsContext
from bot.render.welcome import help_text, welcome
from bot.telegram.sender import reply


async def start(update: Update, context: NewsContext) -> None:
    """Say what this is and what coverage is loaded."""
    assert update.message is not None  # the handler table passes messages only
    # A short read of the database: not through the workers, so that it is answered while questions wait in line.
    stats = await asyncio.to_thread(context.index.stats)
    await reply(update.message, [welcome(stats)])


async def show_help(update: Update, context: NewsContext) -> None:
    """List the commands; to an admin in private, theirs too."""
    assert update.message is not None  # the handler table passes messages only
    administration = context.bot_data.administration
    # A private chat has its person's number.
    is_admin = administration is not None and update.message.chat_id in administration.admins
    await reply(update.message, [help_text(for_audience(Audience.ADMINS if is_admin else Audience.EVERYONE))])
