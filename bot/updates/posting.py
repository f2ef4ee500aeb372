"""One update, sent. In: an update that was claimed, and the bot. Out: how far it got, and what stopped it. It decides nothing and records nothing.

No text is sent a second time. Where nobody knows whether one arrived the next ones are sent all the same, because it may stand above them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.render.html import Html
from bot.telegram.outcomes import Consequence, Failure, judge
from bot.telegram.pace import Priority
from bot.telegram.sender import NO_PREVIEW, edited, send_html
from bot.updates.outgoing import Progress, Update

Bot = ExtBot[Priority]

ANSWERED_WITHIN_S = 90.0
"""How long Telegram may take to say whether a post arrived. An answer to a person is given up after five seconds, so that they hear of it; a post is
waited for, because nobody waits for it and once given up it is unknown for good. More than a minute, because what stands before a server gives up by
itself after one (nginx's proxy_read_timeout): what has not answered by then is not going to."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of sending an update."""

    progress: Progress
    """What is in the chat, or may be."""
    failure: Failure | None = None
    """What kept the next text from being sent; to try that again does no harm."""
    error: str = ""
    """The same in Telegram's words; where nothing failed, why it is unsure."""
    is_unsure: bool = False
    """Whether nobody knows if some text before arrived."""


async def post(bot: Bot, update: Update, stopped: Callable[[], bool] = lambda: False) -> Posted:
    """Send what is not in the chat yet. stopped: is asked before each text whether to leave the rest for later."""
    posted = Posted(update.progress)
    if update.body.edits is not None and update.earlier_message_id is not None and not update.progress.texts:
        posted = await _edit(bot, update, update.earlier_message_id)
    for text in update.body.texts[posted.progress.texts :]:
        if posted.failure is not None or stopped():
            break
        posted = await _send(bot, update, Html(text), posted)
    return posted


async def _edit(bot: Bot, update: Update, message_id: int) -> Posted:
    """The first text in place of an earlier one; still to be sent if that cannot be edited any more."""
    try:
        is_done = await edited(
            bot.edit_message_text(
                update.body.texts[0],
                update.place.chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                read_timeout=ANSWERED_WITHIN_S,
                rate_limit_args=Priority.BROADCAST,
            )
        )
    except TelegramError as error:
        return Posted(update.progress, judge(error), str(error))  # whatever became of it: an edit may be made twice
    return Posted(Progress(1, message_id) if is_done else update.progress)


async def _send(bot: Bot, update: Update, text: Html, before: Posted) -> Posted:
    """The next text. The first one replies to the message that the update goes on from."""
    replied = update.earlier_message_id if not before.progress.texts else None
    arrived: list[int] = []

    async def send(text: str, parse_mode: ParseMode | None, *, is_first: bool, is_last: bool) -> int:  # noqa: ARG001 - no buttons under the last
        replies = ReplyParameters(replied, allow_sending_without_reply=True) if replied is not None and is_first else None
        message = await bot.send_message(
            update.place.chat_id,
            text,
            parse_mode=parse_mode,
            message_thread_id=update.place.thread_id or None,
            reply_parameters=replies,
            link_preview_options=NO_PREVIEW,
            read_timeout=ANSWERED_WITHIN_S,
            rate_limit_args=Priority.BROADCAST,
        )
        arrived.append(message.message_id)
        return message.message_id

    error, is_unsure = before.error, before.is_unsure
    try:
        await send_html(send, text)
    except TelegramError as raised:
        failure = judge(raised)
        if not arrived and failure.consequence is not Consequence.ASK:
            return replace(before, failure=failure, error=str(raised))
        error, is_unsure = str(raised), True
    first = before.progress.message_id if before.progress.texts else next(iter(arrived), None)
    return Posted(Progress(before.progress.texts + 1, first), error=error, is_unsure=is_unsure)
