"""/reindex: begins a rebuild, shows in one message how far it is, and stops it at the press of a button."""

from __future__ import annotations

import asyncio
import logging

from telegram import InlineKeyboardMarkup, Message
from telegram.error import TelegramError

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_buttons import button
from bot.handlers.admin_guard import Request, Result, administration, note
from bot.render.admin import not_rebuilt, rebuilding, rebuilt
from bot.store.audit import Act, Outcome
from bot.updates.rebuilding import Rebuild

_log = logging.getLogger(__name__)

STOP = "stop"


async def reindex(request: Request, context: NewsContext) -> Result:
    """/reindex, /reindex full. Raises UsageError for anything else, and while one goes on."""
    if request.words not in ((), ("full",)):
        raise UsageError(
            context.words.gettext("I do not understand that."), remedy=context.words.gettext("Type /reindex, or /reindex full.")
        )
    admin, words = administration(context), context.words
    stats = await asyncio.to_thread(admin.newsroom.stats)
    shown: list[Message] = []
    buttons = InlineKeyboardMarkup([[button(words.gettext("Stop"), STOP)]])

    async def tell(rebuild: Rebuild) -> None:
        has_ended = rebuild.ended.is_set()
        text = _outcome(rebuild, context) if has_ended else rebuilding(rebuild.share, words)
        if has_ended:
            outcome = Outcome.DONE if rebuild.report else Outcome.FAILED
            await note(Act("reindex", outcome, request.user_id, request.name, request.message.chat_id, "has ended", text), context)
        try:
            if shown:
                await shown[0].edit_text(text, reply_markup=None if has_ended else buttons)
            else:
                await request.message.reply_text(text)
        except TelegramError as error:
            _log.info("the progress of a rebuild could not be shown: %s", error)

    rebuild = admin.rebuilding.begin(full=bool(request.words), sentences=stats.sentences, tell=tell)
    sent = await request.message.reply_text(rebuilding(0.0, words), reply_markup=None if rebuild.ended.is_set() else buttons)
    shown.append(sent)
    return Result("begun")


async def stop(_request: Request, context: NewsContext) -> Result:
    """A button: end the rebuild that goes on. Raises UsageError when none does."""
    if not administration(context).rebuilding.cancel():
        raise UsageError(context.words.gettext("No rebuild is going on."))
    return Result("a rebuild is to stop")


ACTIONS = {STOP: stop}


def _outcome(rebuild: Rebuild, context: NewsContext) -> str:
    if rebuild.report is not None:
        return rebuilt(rebuild.report, context.words)
    return not_rebuilt(rebuild.error or "", is_cancelled=rebuild.is_cancelled, words=context.words)
