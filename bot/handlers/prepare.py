"""Before anything is handled: what was chosen in this chat, and so which language is spoken to whoever wrote. Replies to nobody."""

from __future__ import annotations

import asyncio

from telegram import Update

from bot.chat_settings import ChatSettings
from bot.context import NewsContext
from bot.language import language


async def know_the_chat(update: Update, context: NewsContext) -> None:
    """Set ``context.settings`` and ``context.words``; the handlers of later groups share the context."""
    chat, user = update.effective_chat, update.effective_user
    # An inline query comes from no chat: what its asker chose in private holds.
    chat_id = chat.id if chat is not None else user.id if user is not None else None
    if chat_id is not None:
        context.settings = await asyncio.to_thread(context.store.chats.settings, chat_id)
    else:
        context.settings = ChatSettings()
    context.words = language(context.settings.language or (user.language_code if user is not None else None))
