"""/feedback: what people called wrong, for those who run the bot. Who they are, the handler table says; everybody else knows of no such command."""

from __future__ import annotations

import asyncio

from telegram import Update

from bot.context import NewsContext
from bot.render.feedback import render_feedback
from bot.telegram.sender import reply

NEWEST = 10


async def show_feedback(update: Update, context: NewsContext) -> None:
    """The newest, newest first."""
    assert update.message is not None  # the handler table passes messages only
    said = await asyncio.to_thread(context.store.feedback.newest, NEWEST)
    await reply(update.message, render_feedback(said, context.words), words=context.words)
