"""Who may change what a chat is sent. In: the chat, the person, and where they said so. Out: the reason against it, or none; asked of Telegram anew.

A private chat is its person's. A group is its admins', a channel its own: they may say so in the chat itself or in their private chat with the bot,
and nowhere else. An anonymous admin is trusted in the group whose name they write in. What Telegram does not say is no.
"""

from __future__ import annotations

import asyncio

from telegram import Bot, ChatFullInfo, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.addressing import GROUPS, Speaker, speaker
from bot.context import NewsContext
from bot.errors import NotPermittedError, UsageError
from bot.handlers.ask import place_of
from bot.render.text import tidy
from bot.telegram.standing import is_admin, may_post, runs_the_group
from bot.updates.subscription import NOBODY, Place

_MAX_NAME_UNITS = 60


async def why_not(chat_id: int, user_id: int, *, said_in: int, context: NewsContext, to_post: bool = False) -> str | None:
    """Why the person may not do that to the chat's subscriptions; None if they may.

    to_post: whether more is to be sent there because of it. Where that is said in the chat itself the bot can be seen to write there.
    """
    words, bot = context.words, context.bot
    if said_in not in (chat_id, user_id):
        return words.gettext("That belongs to another chat.")
    if chat_id == user_id:
        return None
    if not await is_admin(bot, chat_id, user_id):
        return words.gettext("Only the admins of that chat can do that, as far as Telegram tells me.")
    if to_post and said_in != chat_id:
        chat = await _seen(bot, chat_id)
        if chat is None or not await may_post(bot, chat):
            return words.gettext("I may not post there: give me the right to post messages first.")
    return None


async def where_to(message: Message, named: str | int | None, context: NewsContext) -> tuple[Place, int, str | None]:
    """The place that a command is about, who answers for it, and the chat's title if it is another one. named: another chat than the command's.

    Raises NotPermittedError, UsageError.
    """
    words = context.words
    if message.chat.type in GROUPS:
        if not await runs_the_group(message):
            raise NotPermittedError(words.gettext("Only the admins of this group can subscribe it."))
        if named is not None:
            raise UsageError(words.gettext("For another chat, write that to me in private."))
        here = place_of(message)
        is_person = speaker(message) is Speaker.PERSON and message.from_user is not None
        return Place(here.chat_id, here.thread_id), message.from_user.id if is_person and message.from_user is not None else NOBODY, None
    assert message.from_user is not None  # a private chat is a person's
    if named is None:
        return Place(message.chat_id), message.from_user.id, None
    if message.forward_origin is not None or message.via_bot is not None:
        raise NotPermittedError(words.gettext("That was written elsewhere. Please type it yourself."))
    chat = await _seen(context.bot, named)
    if chat is None or chat.type not in (ChatType.CHANNEL, *GROUPS):
        raise UsageError(
            words.gettext("I cannot see the chat {name}.").format(name=tidy(str(named), _MAX_NAME_UNITS)),
            remedy=words.gettext("Add me to it, to a channel as an administrator who may post; then write this again."),
        )
    reason = await why_not(chat.id, message.from_user.id, said_in=message.chat_id, context=context, to_post=True)
    if reason is not None:
        raise NotPermittedError(reason)
    return Place(chat.id), message.from_user.id, chat.title


async def title_of(chat_id: int, shown_in: int, context: NewsContext) -> str | None:
    """What the chat is called; None where it is shown in that chat itself."""
    if chat_id == shown_in:
        return None
    chat = await _seen(context.bot, chat_id)
    return (chat.title if chat is not None else None) or str(chat_id)


async def titles_of(chat_ids: list[int], shown_in: int, context: NewsContext) -> list[str | None]:
    """Likewise for several, each chat asked for once."""
    known = dict(
        zip(ids := list(dict.fromkeys(chat_ids)), await asyncio.gather(*(title_of(one, shown_in, context) for one in ids)), strict=True)
    )
    return [known[one] for one in chat_ids]


async def _seen(bot: Bot, name: str | int) -> ChatFullInfo | None:
    try:
        return await bot.get_chat(name)
    except TelegramError:
        return None
