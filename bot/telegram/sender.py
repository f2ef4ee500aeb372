"""Sending. In: rendered messages and the message they answer. Out: messages in the chat. Every text the bot says goes through here.

What failures mean is said in ``bot.telegram.outcomes``; what can be repeated, ``bot.telegram.limiter`` has repeated before an error gets here. Left
are: mark-up that Telegram refuses, which is a mistake of the renderer, so the reader gets the same words without mark-up and the log the mistake;
a group that moved; and an answer of which nobody knows whether it arrived, which is not sent again, and the reader is told that it may be missing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram import LinkPreviewOptions, Message
from telegram.constants import ChatType, ParseMode
from telegram.error import ChatMigrated, TelegramError

from bot.language import Language, language
from bot.render.html import Html
from bot.render.plain import pieces, plain
from bot.telegram.outcomes import Consequence, judge

_log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ENGLISH = language(None)


async def reply(message: Message, texts: Iterable[Html], *, words: Language = _ENGLISH) -> None:
    """Answer a message with these, in order. In a group the first one quotes it. Raises TelegramError."""
    quoting = message.chat.type != ChatType.PRIVATE
    unsure: TelegramError | None = None
    for text in texts:
        try:
            await _send_html(message, text, quoting)
        except TelegramError as error:
            if judge(error).consequence is not Consequence.ASK:
                raise
            unsure = error  # what follows is sent all the same: the first part may be there
        quoting = False
    if unsure is not None:
        await reply_plain(message, may_be_missing(words))
        raise unsure


async def reply_plain(message: Message, text: str) -> None:
    """Answer a message with one sentence without mark-up. Raises TelegramError."""
    await _send(message, text, None, message.chat.type != ChatType.PRIVATE)


def may_be_missing(words: Language) -> str:
    """What is said when nobody knows whether an answer arrived."""
    return words.gettext("The connection to Telegram broke while my answer was on its way. If you do not see it above, please ask again.")


async def _send_html(message: Message, text: Html, quoting: bool) -> None:
    try:
        await _send(message, text, ParseMode.HTML, quoting)
    except TelegramError as error:
        if judge(error).consequence is not Consequence.PLAIN:
            raise
        _log.exception("rendered HTML was refused")
        for piece in pieces(plain(text)):
            await _send(message, piece, None, quoting)
            quoting = False


async def _send(message: Message, text: str, parse_mode: ParseMode | None, quoting: bool) -> None:
    try:
        await message.reply_text(
            text,
            parse_mode=parse_mode,
            link_preview_options=_NO_PREVIEW,
            do_quote=quoting,
            allow_sending_without_reply=True,
        )
    except ChatMigrated as error:
        # The question stands in the old group, where nothing can be quoted from any more.
        await message.get_bot().send_message(error.new_chat_id, text, parse_mode=parse_mode, link_preview_options=_NO_PREVIEW)
