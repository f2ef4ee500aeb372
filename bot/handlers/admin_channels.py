"""Channels as sources: marked by an admin, and their posts put where the timetable finds them.

Telegram gives a bot the posts of a channel only where it is an administrator, each of them once, and never says that one was deleted. So a post is
written down before anything else is done with it; what is deleted in the channel is taken out with /remove.
"""

from __future__ import annotations

import asyncio

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_buttons import ask
from bot.handlers.admin_coverage import post_address
from bot.handlers.admin_guard import Request, Result, administration
from bot.render.admin import channels, lines, short
from bot.store.intake import SourceChannel, WaitingPost
from bot.telegram.sender import reply
from bot.updates.incoming import POSTS


async def source(request: Request, context: NewsContext) -> Result:
    """/source lists the channels; /source @CHANNEL adds one; /source off @CHANNEL asks whether to end it. Raises UsageError."""
    if not request.words:
        found = await asyncio.to_thread(context.store.channels.all)
        await reply(request.message, lines(channels(found, context.words)))
        return Result()
    *off, name = request.words
    if off not in ([], ["off"]):
        raise UsageError(
            context.words.gettext("I do not understand that."),
            remedy=context.words.gettext("Type /source @CHANNEL, or /source off @CHANNEL."),
        )
    if off:
        return await _ask_end(name, request, context)
    channel = await _channel(name, request.user_id, context)
    is_new = await asyncio.to_thread(context.store.channels.add, channel)
    text = (
        context.words.gettext("Posts of {title} are taken in from now on; each with a link to it.")
        if is_new
        else context.words.gettext("Posts of {title} are taken in already.")
    )
    await reply(request.message, lines([text.format(title=short(channel.title))]))
    return Result(f"{channel.title} ({channel.chat_id})")


async def take_post(update: Update, context: NewsContext) -> None:
    """Write down a new or edited post of a channel that is a source; anything else in channels is nobody's concern."""
    post = update.effective_message
    assert post is not None  # the handler table passes posts only
    text = post.text or post.caption
    if text is None or not await asyncio.to_thread(context.store.channels.has, post.chat_id):
        return
    await asyncio.to_thread(context.store.inbox.put, _waiting(post, text))
    administration(context).timetable.wake(POSTS)


def _waiting(post: Message, text: str) -> WaitingPost:
    return WaitingPost(
        post.chat_id,
        post.message_id,
        text,
        post_address(post.chat_id, post.chat.username, post.message_id),
        post.chat.title or str(post.chat_id),
        post.date,
        post.edit_date,
    )


async def _channel(name: str, added_by: int, context: NewsContext) -> SourceChannel:
    """The channel that is meant, if its posts can be had. Raises UsageError."""
    words = context.words
    remedy = words.gettext("Make me an administrator of the channel first; then type /source @CHANNEL, or its number if it is private.")
    try:
        chat = await context.bot.get_chat(_chat_id(name))
        member = await context.bot.get_chat_member(chat.id, context.bot.id)
    except TelegramError as error:
        raise UsageError(words.gettext("I cannot see the channel {name}.").format(name=short(name)), remedy=remedy) from error
    if chat.type != ChatType.CHANNEL:
        raise UsageError(words.gettext("{name} is no channel.").format(name=short(chat.title or name)))
    if member.status not in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER):
        raise UsageError(words.gettext("Telegram gives me no posts of {name}.").format(name=short(chat.title or name)), remedy=remedy)
    return SourceChannel(chat.id, chat.title or name, chat.username, added_by)


async def _ask_end(name: str, request: Request, context: NewsContext) -> Result:
    wanted = name.removeprefix("@").casefold()
    for channel in await asyncio.to_thread(context.store.channels.all):
        if wanted in ((channel.username or "").casefold(), str(channel.chat_id), channel.title.casefold()):
            question = context.words.gettext("Take in no more posts of {title}? Its articles are kept.").format(title=short(channel.title))
            return await ask("source off", str(channel.chat_id), question, request, context)
    raise UsageError(
        context.words.gettext("{name} is no source.").format(name=short(name)), remedy=context.words.gettext("/source lists them.")
    )


def _chat_id(name: str) -> int | str:
    """As Telegram takes it: a number, or a name with @."""
    number = name.removeprefix("-")
    if number.isdecimal() and len(number) < 16:
        return int(name)
    return f"@{name.removeprefix('https://t.me/').removeprefix('@')}"
