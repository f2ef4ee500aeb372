"""/privacy and /forget: what is kept, and how it is deleted. In a group only its admins delete what is the group's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from telegram import Message, Update
from telegram.constants import ChatType

from bot.buttons import read, to_forget
from bot.context import NewsContext
from bot.errors import NotPermittedError
from bot.render.html import escape
from bot.render.welcome import privacy_text
from bot.store.answers import KEPT
from bot.store.updates import KEPT as UPDATES_KEPT
from bot.telegram.sender import reply, rewrite
from bot.telegram.standing import is_admin, runs_the_group


async def show_privacy(update: Update, context: NewsContext) -> None:
    """Say what is kept."""
    assert update.message is not None  # the handler table passes messages only
    await reply(
        update.message, [privacy_text(context.words, days=KEPT.days, hours=int(UPDATES_KEPT / timedelta(hours=1)))], words=context.words
    )


async def ask_whether_to_forget(update: Update, context: NewsContext) -> None:
    """Nothing is deleted yet. Raises NotPermittedError in a group for who is not its admin."""
    assert update.message is not None  # the handler table passes messages only
    if update.message.chat.type != ChatType.PRIVATE and not await runs_the_group(update.message):
        raise NotPermittedError(context.words.gettext("Only admins of this group can delete what I keep of it."))
    words = context.words
    question = words.gettext("Delete what was chosen here, the questions and answers, what was called wrong, and the subscriptions?")
    await reply(update.message, [escape(question)], to_forget(words), words=context.words)


async def forget_or_not(update: Update, context: NewsContext) -> None:
    """The answer to that question. In a group only its admins' counts."""
    query, words = update.callback_query, context.words
    assert query is not None  # the handler table passes callback queries only
    message = query.message
    if not isinstance(message, Message) or not await _may_forget(message, query.from_user.id):
        await query.answer(words.gettext("Only admins of this group can delete what I keep of it."))
        return
    await query.answer()
    said, _ = read(query.data)
    if said == "yes":
        await asyncio.to_thread(_forget, context, message.chat_id, query.from_user.id)
        done = words.gettext("Done. I keep nothing of this chat any more.")
    else:
        done = words.gettext("Nothing was deleted.")
    await rewrite(message, [message.message_id], [escape(done)], words=context.words)


async def _may_forget(message: Message, user_id: int) -> bool:
    """Whether this person, who pressed a button under the message, may."""
    return message.chat.type == ChatType.PRIVATE or await is_admin(message.get_bot(), message.chat.id, user_id)


def _forget(context: NewsContext, chat_id: int, user_id: int) -> None:
    store = context.store
    store.answers.forget(chat_id)
    store.feedback.forget(chat_id, user_id)
    store.chats.forget(chat_id)
    store.subscriptions.forget_chat(chat_id)
    if chat_id == user_id:  # their private chat: what they made in channels and groups, too
        store.subscriptions.forget_owner(user_id)
