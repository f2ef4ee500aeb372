"""Sending. In: rendered messages and the message they answer. Out: messages in the chat. Every text the bot says goes through here.

What failures mean is said in ``bot.telegram.outcomes``; what can be repeated, ``bot.telegram.limiter`` has repeated before an error gets here. Left
are: mark-up that Telegram refuses, which is a mistake of the renderer, so the reader gets the same words without mark-up and the log the mistake;
a group that moved; and an answer of which nobody knows whether it arrived, which is not sent again, and the reader is told that it may be missing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import Protocol

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ChatType, ParseMode
from telegram.error import ChatMigrated, TelegramError

from bot.language import Language, language
from bot.render.html import Html
from bot.render.plain import pieces, plain
from bot.telegram.outcomes import Consequence, Outcome, judge

_log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ENGLISH = language(None)


async def reply(
    message: Message,
    texts: Sequence[Html],
    buttons: InlineKeyboardMarkup | None = None,
    *,
    words: Language = _ENGLISH,
    passing: bool = False,
) -> list[int]:
    """Answer a message with these, in order, the buttons under the last. In a group the first one quotes it. Returns their ids.

    passing: it is soon replaced, so nobody need be told that it may be missing. Raises TelegramError.
    """
    quoting = message.chat.type != ChatType.PRIVATE
    sent: list[int] = []
    unsure: TelegramError | None = None
    for place, text in enumerate(texts, start=1):
        try:
            sent += await _answer(message, text, quoting, buttons if place == len(texts) else None)
        except TelegramError as error:
            if judge(error).consequence is not Consequence.ASK:
                raise
            unsure = error  # what follows is sent all the same: this part may be there
        quoting = False
    if unsure is not None:
        if not passing:
            await reply_plain(message, may_be_missing(words))
        raise unsure
    return sent


async def rewrite(
    message: Message,
    message_ids: Sequence[int],
    texts: Sequence[Html],
    buttons: InlineKeyboardMarkup | None = None,
    *,
    words: Language = _ENGLISH,
) -> list[int]:
    """Put these in place of messages of ours that answer ``message``: as many as there are are edited, further ones sent, those left over deleted.

    What cannot be edited any more is sent anew. Returns the ids of what is shown now. Raises TelegramError.
    """
    shown: list[int] = []
    for place, text in enumerate(texts, start=1):
        below = buttons if place == len(texts) else None
        if place > len(message_ids) or not await _edit(message, message_ids[place - 1], text, below):
            return [*shown, *await reply(message, texts[place - 1 :], buttons, words=words)]
        shown.append(message_ids[place - 1])
    for message_id in message_ids[len(texts) :]:
        await _delete(message, message_id)
    return shown


async def reply_plain(message: Message, text: str) -> None:
    """Answer a message with one sentence without mark-up. Raises TelegramError."""
    await _send(message, text, None, message.chat.type != ChatType.PRIVATE)


def may_be_missing(words: Language) -> str:
    """What is said when nobody knows whether an answer arrived."""
    return words.gettext("The connection to Telegram broke while my answer was on its way. If you do not see it above, please ask again.")


class Send(Protocol):
    """Sends one message, of several if the text had to be cut. Returns its id."""

    async def __call__(self, text: str, parse_mode: ParseMode | None, *, is_first: bool, is_last: bool) -> int:
        """Raises TelegramError."""


async def send_html(send: Send, text: Html) -> list[int]:
    """Send a text with its mark-up; where that is refused, the same words without, in pieces that fit. Returns their ids. Raises TelegramError."""
    try:
        return [await send(text, ParseMode.HTML, is_first=True, is_last=True)]
    except TelegramError as error:
        if judge(error).consequence is not Consequence.PLAIN:
            raise
        _log.exception("rendered HTML was refused")
    parts = pieces(plain(text))
    return [await send(part, None, is_first=place == 1, is_last=place == len(parts)) for place, part in enumerate(parts, start=1)]


async def _answer(message: Message, text: Html, quoting: bool, buttons: InlineKeyboardMarkup | None) -> list[int]:
    async def send(text: str, parse_mode: ParseMode | None, *, is_first: bool, is_last: bool) -> int:
        return await _send(message, text, parse_mode, quoting and is_first, buttons if is_last else None)

    return await send_html(send, text)


async def _send(
    message: Message, text: str, parse_mode: ParseMode | None, quoting: bool, buttons: InlineKeyboardMarkup | None = None
) -> int:
    try:
        sent = await message.reply_text(
            text,
            parse_mode=parse_mode,
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
            do_quote=quoting,
            allow_sending_without_reply=True,
        )
    except ChatMigrated as error:
        # The question stands in the old group, where nothing can be quoted from any more.
        sent = await message.get_bot().send_message(
            error.new_chat_id, text, parse_mode=parse_mode, reply_markup=buttons, link_preview_options=NO_PREVIEW
        )
    return sent.message_id


async def _edit(message: Message, message_id: int, text: Html, buttons: InlineKeyboardMarkup | None) -> bool:
    return await edited(
        message.get_bot().edit_message_text(
            text, message.chat_id, message_id, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=buttons
        )
    )


async def edited(editing: Awaitable[object]) -> bool:
    """Await the edit of a message. False if it has to be sent anew: it cannot be edited any more, or its mark-up is refused. Raises TelegramError."""
    try:
        await editing
    except TelegramError as error:
        failure = judge(error)
        if failure.outcome is Outcome.NOT_MODIFIED:
            return True
        if failure.consequence not in (Consequence.ANEW, Consequence.PLAIN, Consequence.MOVE):
            raise
        _log.info("a message could not be edited (%s): %s", failure.outcome.value, error)
        return False
    return True


async def _delete(message: Message, message_id: int) -> None:
    """Gone is gone, whoever did it."""
    try:
        await message.get_bot().delete_message(message.chat_id, message_id)
    except TelegramError as error:
        failure = judge(error)
        if failure.consequence is not Consequence.ANEW:
            raise
        _log.info("a message of ours could not be deleted: %s", error)
