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


async def reply(message: Message, texts: Sequence[Html], buttons: InlineKeyboardMarkup | None = None) -> None:
    """Answer a message with these, in order, the buttons under the last. In a group the first one quotes it. Raises TelegramError."""
    quoting = message.chat.type != ChatType.PRIVATE
    for place, text in enumerate(texts, start=1):
        try:
            await _send(message, text, ParseMode.HTML, quoting, buttons if place == len(texts) else None)
        except BadRequest as error:
            if _CANNOT_PARSE not in str(error).lower():
                raise
            _log.exception("rendered HTML was refused")
            for piece in pieces(plain(text)):
                await _send(message, piece, None, quoting)
                quoting = False
        quoting = False


async def reply_plain(message: Message, text: str) -> None:
    """Answer a message with one sentence without mark-up. Raises TelegramError."""
    await _send(message, text, None, message.chat.type != ChatType.PRIVATE)


async def _send(
    message: Message, text: str, parse_mode: ParseMode | None, quoting: bool, buttons: InlineKeyboardMarkup | None = None
) -> None:
    await message.reply_text(
        text,
        parse_mode=parse_mode,
        reply_markup=buttons,
        link_preview_options=_NO_PREVIEW,
        do_quote=quoting,
        allow_sending_without_reply=True,
    )
