"""Sending. In: rendered messages and the message they answer. Out: messages in the chat. Every text the bot says goes through here.

HTML that Telegram cannot parse is a mistake of the renderer; the reader gets the same words without mark-up, and the log the mistake.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

from bot.render.html import Html
from bot.render.plain import pieces, plain

_log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_CANNOT_PARSE = "can't parse entities"
_NOT_MODIFIED = "message is not modified"


async def reply(message: Message, texts: Sequence[Html], buttons: InlineKeyboardMarkup | None = None) -> list[int]:
    """Answer a message with these, in order, the buttons under the last. In a group the first one quotes it. Returns their ids.

    Raises TelegramError.
    """
    quoting = message.chat.type != ChatType.PRIVATE
    sent: list[int] = []
    for place, text in enumerate(texts, start=1):
        below = buttons if place == len(texts) else None
        try:
            sent.append(await _send(message, text, ParseMode.HTML, quoting, below))
        except BadRequest as error:
            if _CANNOT_PARSE not in str(error).lower():
                raise
            _log.exception("rendered HTML was refused")
            for piece in pieces(plain(text)):
                sent.append(await _send(message, piece, None, quoting))
                quoting = False
        quoting = False
    return sent


async def rewrite(
    message: Message, message_ids: Sequence[int], texts: Sequence[Html], buttons: InlineKeyboardMarkup | None = None
) -> list[int]:
    """Put these in place of messages of ours that answer ``message``: as many as there are are edited, further ones sent, those left over deleted.

    What cannot be edited any more is sent anew. Returns the ids of what is shown now. Raises TelegramError.
    """
    shown: list[int] = []
    for place, text in enumerate(texts, start=1):
        below = buttons if place == len(texts) else None
        if place > len(message_ids) or not await _edit(message, message_ids[place - 1], text, below):
            return [*shown, *await reply(message, texts[place - 1 :], buttons)]
        shown.append(message_ids[place - 1])
    for message_id in message_ids[len(texts) :]:
        await _delete(message, message_id)
    return shown


async def reply_plain(message: Message, text: str) -> None:
    """Answer a message with one sentence without mark-up. Raises TelegramError."""
    await _send(message, text, None, message.chat.type != ChatType.PRIVATE)


async def _send(
    message: Message, text: str, parse_mode: ParseMode | None, quoting: bool, buttons: InlineKeyboardMarkup | None = None
) -> int:
    sent = await message.reply_text(
        text,
        parse_mode=parse_mode,
        reply_markup=buttons,
        link_preview_options=_NO_PREVIEW,
        do_quote=quoting,
        allow_sending_without_reply=True,
    )
    return sent.message_id


async def _edit(message: Message, message_id: int, text: Html, buttons: InlineKeyboardMarkup | None) -> bool:
    """False if the message cannot be edited any more."""
    try:
        await message.get_bot().edit_message_text(
            text,
            message.chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=buttons,
        )
    except BadRequest as error:
        if _NOT_MODIFIED in str(error).lower():
            return True
        _log.info("an answer could not be edited: %s", error)
        return False
    return True


async def _delete(message: Message, message_id: int) -> None:
    """Gone is gone, whoever did it."""
    try:
        await message.get_bot().delete_message(message.chat_id, message_id)
    except BadRequest as error:
        _log.info("a message of ours could not be deleted: %s", error)
