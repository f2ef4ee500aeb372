"""Questions: the text of a private message, or the words after /ask."""

from __future__ import annotations

import asyncio

from telegram import Message, Update

from bot.context import NewsContext
from bot.counting import counted
from bot.errors import UsageError
from bot.render.answer import render_answer
from bot.telegram.activity import working
from bot.telegram.sender import reply


async def ask_in_words(update: Update, context: NewsContext) -> None:
    """The whole message is the question."""
    assert update.message is not None  # the handler table passes text messages only
    assert update.message.text is not None
    await _answer(update.message, update.message.text, context)


async def ask_by_command(update: Update, context: NewsContext) -> None:
    """What follows the command is the question. Raises UsageError when nothing does."""
    assert update.message is not None  # the handler table passes text messages only
    assert update.message.text is not None
    _command, *question = update.message.text.split(maxsplit=1)
    if not question:
        raise UsageError("There is no question in that.", remedy="Write it after the command: /ask how many were hurt?")
    await _answer(update.message, question[0], context)


async def _answer(message: Message, question: str, context: NewsContext) -> None:
    async with working(message, context):
        answer = await context.workers.run(counted(context.index.answer, context.store.usage), question)
    # Nothing near at all is either a filter's doing or an empty index; only then is it worth another look.
    is_empty = not answer.passages and not (await asyncio.to_thread(context.index.stats)).articles
    await reply(message, render_answer(answer, coverage_is_empty=is_empty))
