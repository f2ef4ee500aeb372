"""The life of a chat: a question asked of the bot in words, the bot comes or goes, the group becomes a supergroup. In a channel nothing is said."""

from __future__ import annotations

import asyncio
import logging

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType, ParseMode

from bot.addressing import GROUPS, question_for
from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.ask import answer_question
from bot.handlers.channels import added
from bot.render.greeting import greeting
from bot.telegram.outcomes import Outcome
from bot.updates.reach import lost, regained

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
    """Subscriptions follow what the bot may do in a chat. A group is greeted once, however often the bot is added to it.

    Of a channel, whoever added the bot is told what to do.
    """
    change = update.my_chat_member
    assert change is not None  # the handler table passes nothing else
    chat = change.chat
    if (reason := barred(change)) is None:
        await asyncio.to_thread(regained, context.store, chat.id)
    else:
        await asyncio.to_thread(lost, context.store, chat.id, reason, change.date, title=chat.title)
    if chat.type == ChatType.CHANNEL:
        await added(change, context)
    if chat.type not in GROUPS or _is_in(change.old_chat_member) or not _may_write(change.new_chat_member):
        return
    if await asyncio.to_thread(context.store.greeted.first_time, chat.id):
        await context.bot.send_message(chat.id, greeting(context.bot.username, context.words), parse_mode=ParseMode.HTML)


async def topic_reopened(update: Update, context: NewsContext) -> None:
    """What is subscribed to in a forum's topic goes on when the topic is open again."""
    message = update.message
    assert message is not None  # the handler table passes messages only
    if message.message_thread_id is not None:
        await asyncio.to_thread(regained, context.store, message.chat.id, thread_id=message.message_thread_id)


def barred(change: ChatMemberUpdated) -> Outcome | None:
    """Why the bot cannot post there from now on; None if it can."""
    member = change.new_chat_member
    if member.status in (ChatMember.LEFT, ChatMember.BANNED) or (isinstance(member, ChatMemberRestricted) and not member.is_member):
        return Outcome.BLOCKED if change.chat.type == ChatType.PRIVATE else Outcome.KICKED
    if change.chat.type == ChatType.CHANNEL:
        may_post = isinstance(member, ChatMemberAdministrator) and member.can_post_messages
    else:
        may_post = _may_write(member)
    return None if may_post else Outcome.NO_RIGHTS


def _is_in(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member)


def _may_write(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member and member.can_send_messages)
