"""The bot was added to a channel: whoever did that is told in private what to do. In: Telegram's note of it. Nothing is said in the channel."""

from __future__ import annotations

import asyncio
import logging

from telegram import ChatMemberAdministrator, ChatMemberUpdated
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.context import NewsContext
from bot.render.subscriptions import added_to_channel

_log = logging.getLogger(__name__)


async def added(change: ChatMemberUpdated, context: NewsContext) -> None:
    """Tell the adder when the bot comes in or is given the right to post. Where something is subscribed to already, somebody knows how."""
    before, now = change.old_chat_member, change.new_chat_member
    if (
        not isinstance(now, ChatMemberAdministrator)
        or _may_post(before)
        or (isinstance(before, ChatMemberAdministrator) and not _may_post(now))
    ):
        return
    chat = change.chat
    if await asyncio.to_thread(context.store.subscriptions.of_chat, chat.id):
        return
    name = f"@{chat.username}" if chat.username else str(chat.id)
    text = added_to_channel(chat.title, name, context.words, may_post=_may_post(now))
    try:
        await context.bot.send_message(change.from_user.id, text, parse_mode=ParseMode.HTML)
    except (Forbidden, BadRequest) as error:  # they never wrote to the bot, or do not want to hear from it
        _log.info("who added the bot to channel %d could not be told what to do: %s", chat.id, error)


def _may_post(member: object) -> bool:
    return isinstance(member, ChatMemberAdministrator) and member.can_post_messages is True
