"""What is not a question: a command nobody knows, a picture, a sticker. In private chats only; elsewhere it is not meant for the bot."""

from __future__ import annotations

from telegram import Update

from bot.context import NewsContext
from bot.errors import UsageError


async def unknown_command(_update: Update, _context: NewsContext) -> None:
    """Raises UsageError, which says so."""
    raise UsageError("I do not know that command.", remedy="/help shows the ones I know.")


async def not_text(_update: Update, _context: NewsContext) -> None:
    """Raises UsageError, which says so."""
    raise UsageError("I can only read text.", remedy="Please write your question in words.")
