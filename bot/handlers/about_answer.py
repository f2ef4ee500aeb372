""" "Tell me more", "who says that?", "are you sure?": met from the answer before, whatever it was; nothing is searched."""

from __future__ import annotations

from telegram import Message

from bot.buttons import What, under_pages
from bot.context import NewsContext
from bot.render.answer import more_passages, render_nothing_said, render_who_says
from bot.render.html import escape
from bot.render.pages import pages, render_passages
from bot.stored_answer import StoredAnswer
from bot.telegram.sender import reply
from index import About


async def say_about(message: Message, last: StoredAnswer, about: About, context: NewsContext) -> bool:
    """Say it. False where the question has to be searched for after all: "why?" after an answer asks the coverage."""
    words = context.words
    if not last.answer.citations:
        await reply(message, render_nothing_said(last.answer, last.understood, words), words=words)
        return True
    if about is About.WHY:
        return False
    if about is not About.MORE:
        await reply(message, render_who_says(last.answer, words), words=words)
        return True
    passages = more_passages(last.answer, context.settings.length)
    if not passages:
        await reply(message, [escape(words.gettext("There is nothing more."))], words=words)
        return True
    buttons = under_pages(What.MORE, last.id, at=0, first=0, last=pages(passages) - 1)
    await reply(message, render_passages(passages, 0, words), buttons, words=words)
    return True
