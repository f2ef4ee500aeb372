"""Before anything is handled: what was chosen in this chat, and so which language is spoken to whoever wrote; and whether they may ask again.

Replies to nobody.
"""

from __future__ import annotations

import asyncio

from telegram import Message, Update

from bot.allowance import Verdict
from bot.chat_settings import ChatSettings
from bot.context import NewsContext
from bot.errors import TooManyRequestsError
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
    context.is_prepared = True


def may_ask(message: Message, context: NewsContext) -> bool:
    """Whether a question in this message may be worked on. False: say nothing. Raises TooManyRequestsError with what to say, once a minute."""
    # Whoever hides behind a group or a channel counts as that; the account that Telegram names then is everybody's.
    author = message.sender_chat or message.from_user
    verdict = context.allowance.ask(person=author.id if author is not None else None, chat=message.chat.id)
    if verdict is Verdict.TELL:
        raise TooManyRequestsError(
            context.words.gettext("That was a lot of questions in one minute. I will gladly go on in a moment: please ask again then.")
        )
    return verdict is Verdict.YES
