"""The life of a group: a question asked of the bot in words, the bot comes in, the group becomes a supergroup. In a channel nothing is said."""

from __future__ import annotations

import asyncio
import logging

from telegram import ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatType, ParseMode

from bot.addressing import GROUPS, question_for
from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.ask import answer_question
from bot.handlers.channels import added
from bot.render.greeting import greeting

_log = logging.getLogger(__name__)

_IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


async def ask_in_group(update: Update, context: NewsContext) -> None:
    """Answer a mention, or a reply to the bot. Raises UsageError if there is no question in it."""
    assert update.message is not None  # the handler table passes messages only
    question = question_for(update.message, context.bot.bot)
    if not question:
        raise UsageError(
            context.words.gettext("There is no question in that."),
            remedy=context.words.gettext("Write it after the command: /ask how many were hurt?"),
        )
    await answer_question(update.message, question, context)


async def moved(update: Update, context: NewsContext) -> None:
    """The group has become a supergroup: everything that is kept of it goes along. Telegram says so in both chats, in either order."""
    message = update.message
    assert message is not None  # the handler table passes messages only
    if message.migrate_to_chat_id is not None:
        old, new = message.chat.id, message.migrate_to_chat_id
    else:
        assert message.migrate_from_chat_id is not None  # the handler table passes one or the other
        old, new = message.migrate_from_chat_id, message.chat.id
    rows = await asyncio.to_thread(context.store.move_chat, old, new)
    _log.info("group %d is supergroup %d now: %d rows moved", old, new, rows)


async def came_or_went(update: Update, context: NewsContext) -> None:
    """Greet a group once, however often the bot is added to it; of a channel, tell who added it. To be removed needs no answer."""
    change = update.my_chat_member
    assert change is not None  # the handler table passes nothing else
    chat = change.chat
    if chat.type == ChatType.CHANNEL:
        await added(change, context)
    if chat.type not in GROUPS or _is_in(change.old_chat_member) or not _may_write(change.new_chat_member):
        return
    if await asyncio.to_thread(context.store.greeted.first_time, chat.id):
        await context.bot.send_message(chat.id, greeting(context.bot.username, context.words), parse_mode=ParseMode.HTML)


def _is_in(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member)


def _may_write(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member and member.can_send_messages)
