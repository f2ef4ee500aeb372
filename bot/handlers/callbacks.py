"""Buttons under messages. In: callback data, which anybody can make up. Out: a message, or a line that shows for a moment.

A press is acknowledged in any case, or the button would look busy for ever. An answer is opened in its own chat only: the id alone opens nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.buttons import What, read, under_pages
from bot.context import NewsContext
from bot.handlers.ask import Asked, find_and_show, place_of
from bot.language import Language
from bot.render.answer import more_passages, shown_citations
from bot.render.html import Html
from bot.render.pages import pages, render_context, render_passages
from bot.stored_answer import OFFERED, StoredAnswer
from bot.telegram.sender import reply, rewrite
from index import ArticleNotFoundError

_log = logging.getLogger(__name__)


async def show_context(update: Update, context: NewsContext) -> None:
    """A quote in its paragraph; further quotes are leafed through in the same message."""
    query, message, stored, number = await pressed_answer(update, context)
    if message is None or stored is None:
        return
    citations = shown_citations(stored.answer)
    number = min(max(number, 1), len(citations))
    if not citations:
        await acknowledge(query, _too_old(context.words))
        return
    citation = citations[number - 1]
    try:
        found = await asyncio.to_thread(context.index.context, citation)
    except ArticleNotFoundError:
        await acknowledge(query, context.words.gettext("The article is not in the coverage any more."))
        return
    await acknowledge(query)
    buttons = under_pages(What.CONTEXT, stored.id, at=number, first=1, last=len(citations))
    await _open(message, render_context(citation, found, context.words), buttons, context)


async def show_more(update: Update, context: NewsContext) -> None:
    """A page of the passages beyond the quotes; further pages are leafed through in the same message."""
    query, message, stored, page = await pressed_answer(update, context)
    if message is None or stored is None:
        return
    passages = more_passages(stored.answer, context.settings.length)
    if not passages:
        await acknowledge(query, context.words.gettext("There is nothing more."))
        return
    await acknowledge(query)
    last = pages(passages) - 1
    buttons = under_pages(What.MORE, stored.id, at=min(page, last), first=0, last=last)
    await _open(message, render_passages(passages, page, context.words), buttons, context)


async def call_wrong(update: Update, context: NewsContext) -> None:
    """Keep that somebody calls the answer wrong."""
    query, message, stored, _ = await pressed_answer(update, context)
    if message is None or stored is None:
        return
    is_new = await asyncio.to_thread(context.store.feedback.give, stored, query.from_user.id)
    words = context.words
    thanks = words.gettext("Thank you. The people who run this bot will see it.")
    await acknowledge(query, thanks if is_new else words.gettext("You said so already. Thank you."))


async def ask_offered(update: Update, context: NewsContext) -> None:
    """Ask a question that was offered."""
    query, message, stored, _ = await pressed_answer(update, context)
    if message is None or stored is None:
        return
    await acknowledge(query)
    await find_and_show(message, Asked(place_of(message), stored.question, stored.understood, None), context)


async def pressed_answer(update: Update, context: NewsContext) -> tuple[CallbackQuery, Message | None, StoredAnswer | None, int]:
    """The press, the message under which it was made, the answer and the number meant. Where the answer is gone, that was said already."""
    query = update.callback_query
    assert query is not None  # the handler table passes callback queries only
    message = query.message if isinstance(query.message, Message) else None
    answer_id, number = read(query.data)
    stored = await asyncio.to_thread(context.store.answers.get, answer_id) if message is not None and answer_id else None
    if message is None or stored is None or stored.place.chat_id not in (message.chat_id, OFFERED):
        await acknowledge(query, _too_old(context.words))
        return query, message, None, number
    return query, message, stored, number


async def acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """Let the button rest, and say something for a moment. A press that Telegram has forgotten meanwhile is still carried out."""
    try:
        await query.answer(text)
    except BadRequest as error:
        _log.info("a press could not be acknowledged: %s", error)


async def _open(message: Message, texts: Sequence[Html], buttons: InlineKeyboardMarkup | None, context: NewsContext) -> None:
    """Under an answer, in a message of its own; in such a message, in place of what it shows."""
    shown = await asyncio.to_thread(context.store.answers.of_message, message.chat_id, message.message_id)
    if shown is not None:
        await reply(message, texts, buttons, words=context.words)
    else:
        await rewrite(message, [message.message_id], texts, buttons, words=context.words)


def _too_old(words: Language) -> str:
    return words.gettext("This answer is too old; I do not keep it any more. Please ask again.")
