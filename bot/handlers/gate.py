"""Before anything is handled: is it for the bot at all, and may whoever asks do so here? Replies to nobody.

What stops here reaches no handler, no database and no log, and so nothing that goes wrong can be said into a group that did not speak to the bot.
"""

from __future__ import annotations

import asyncio

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.addressing import GROUPS, command_of, is_for_bot
from bot.chat_settings import Asking
from bot.commands import COMMANDS, SETTINGS, SOURCES, Audience
from bot.context import NewsContext
from bot.telegram.standing import runs_the_group

_FOR_ADMINS = {command.name for command in COMMANDS if command.audience is Audience.ADMINS} | {SOURCES.name}
"""Names of commands. "/sources pause" is theirs, too."""


async def only_what_is_meant_for_us(update: Update, context: NewsContext) -> None:
    """Let a group's talk pass by: raises ApplicationHandlerStop for it."""
    if not concerns(update, context.bot.bot) and not await _is_for_admins(update, context):
        raise ApplicationHandlerStop


async def only_from_those_who_may_ask(update: Update, context: NewsContext) -> None:
    """Where a group lets its admins alone ask, raise ApplicationHandlerStop for everybody else: silence, for a refusal each time would be noise.

    /settings passes: it checks by itself, and says so. Where nobody knows what the group chose nothing passes; that it could not be read has been
    said by then, and python-telegram-bot would go on.
    """
    if not context.is_prepared:
        raise ApplicationHandlerStop
    message = _message(update)
    if message is None or message.chat.type not in GROUPS or context.settings.asking is Asking.EVERYONE:
        return
    if _is_note(message) or command_of(message, context.bot.bot) == SETTINGS.name:
        return
    if not await runs_the_group(message):
        raise ApplicationHandlerStop


def concerns(update: Update, bot: User) -> bool:
    """Whether the bot has to do with it. Pure."""
    message = _message(update)
    if (
        message is None
    ):  # a button, an inline query, a post in a channel, the bot's own coming and going: who handles those looks for itself
        return True
    if message.chat.type == ChatType.PRIVATE:
        return True
    return message.chat.type in GROUPS and (_is_note(message) or is_for_bot(message, bot))


async def _is_for_admins(update: Update, context: NewsContext) -> bool:
    """Whether a group's bare command may be an admin's: one of ours typed it, or it stands in the group where admins are obeyed.

    What becomes of it there, ``admin_guard`` decides, and logs; elsewhere /status is another bot's.
    """
    administration, message = context.bot_data.administration, update.message
    if administration is None or message is None or message.chat.type not in GROUPS or _bare_command(message) not in _FOR_ADMINS:
        return False
    if message.from_user is not None and message.from_user.id in administration.admins:
        return True
    return await asyncio.to_thread(context.store.admin_groups.has, message.chat.id)


def _bare_command(message: Message) -> str | None:
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    return (message.text or "")[1 : first.length].lower()


def _message(update: Update) -> Message | None:
    return update.message or update.edited_message


def _is_note(message: Message) -> bool:
    """Telegram's own words about the chat that concern the bot: it moved, or a topic is open again."""
    notes = (message.migrate_to_chat_id, message.migrate_from_chat_id, message.forum_topic_reopened)
    return any(note is not None for note in notes)
