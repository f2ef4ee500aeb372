"""Who runs a group or channel, and whether the bot may write there, as Telegram knows at this moment. In: a message, a chat, a user. Out: yes, or no.

Never remembered, and no when in doubt.
"""

from __future__ import annotations

import logging

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.addressing import Speaker, speaker

_log = logging.getLogger(__name__)

_RUNS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


async def runs_the_group(message: Message) -> bool:
    """Whether who wrote this is an admin of the group it stands in.

    An anonymous admin is, by Telegram's word: nobody else can write in the group's name. Whoever writes in a channel's name is not, whoever it is.
    """
    who = speaker(message)
    if who is Speaker.PERSON and message.from_user is not None:
        return await is_admin(message.get_bot(), message.chat.id, message.from_user.id)
    return who is Speaker.ANONYMOUS_ADMIN


async def is_admin(bot: Bot, chat_id: int, user_id: int) -> bool:
    """Whether the user is the owner or an admin of that chat now; False if Telegram does not say."""
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except TelegramError as error:
        _log.warning("could not learn whether somebody is an admin: %s", error)
        return False
    return member.status in _RUNS


async def may_post(bot: Bot, chat: ChatFullInfo) -> bool:
    """Whether the bot may write there now, in a channel as an administrator with that right; False if Telegram does not say."""
    try:
        member = await bot.get_chat_member(chat.id, bot.id)
    except TelegramError as error:
        _log.warning("could not learn whether the bot may post somewhere: %s", error)
        return False
    return allows_posts(chat, member)


def allows_posts(chat: ChatFullInfo, member: ChatMember) -> bool:
    """Whether that member of the chat may write there: in a group, if neither is kept from it in person nor everybody is."""
    if chat.type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and member.can_post_messages is True
    if member.status in _RUNS:
        return True
    if chat.permissions is not None and chat.permissions.can_send_messages is False:
        return False
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return member.status == ChatMember.MEMBER
