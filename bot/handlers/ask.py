"""Questions: the text of a private message, or the words after /ask. What was asked before counts; an edited question is answered anew, in place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity, Update

from bot.addressing import question_for
from bot.buttons import under_answer
from bot.context import NewsContext
from bot.counting import counted
from bot.errors import UsageError
from bot.handlers.about_answer import say_about
from bot.handlers.prepare import may_ask
from bot.render.answer import more_passages, render_answer
from bot.stored_answer import Place, StoredAnswer
from bot.telegram.activity import working
from bot.telegram.patience import patiently
from bot.telegram.sender import reply, rewrite
from index import Status, StorageError, about_answer, standalone

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is to be answered."""

    place: Place
    question: str
    """As it was typed, or offered."""
    understood: str
    """As it is searched for."""
    question_message_id: int | None
    """None for one that was offered and tapped."""


async def ask_in_words(update: Update, context: NewsContext) -> None:
    """The whole message is the question."""
    assert update.message is not None  # the handler table passes text messages only
    assert update.message.text is not None
    await answer_question(update.message, update.message.text, context)


async def ask_by_command(update: Update, context: NewsContext) -> None:
    """What follows the command is the question. Raises UsageError when nothing does."""
    assert update.message is not None  # the handler table passes text messages only
    question = words_of(update.message)
    if not question:
        words = context.words
        raise UsageError(
            words.gettext("There is no question in that."),
            remedy=words.gettext("Write it after the command: /ask how many were hurt?"),
        )
    await answer_question(update.message, question, context)


async def ask_again(update: Update, context: NewsContext) -> None:
    """A question was edited: its answer is edited. What was never answered, or too long ago, is left alone."""
    message = update.edited_message
    assert message is not None  # the handler table passes edited messages only
    found = await asyncio.to_thread(context.store.answers.of_question, message.chat_id, message.message_id)
    question = question_for(message, context.bot.bot) or words_of(message)
    if found is None or not question or question == found[0].question:
        return
    _, message_ids = found
    await answer_question(message, question, context, instead_of=message_ids)


async def answer_question(message: Message, question: str, context: NewsContext, *, instead_of: Sequence[int] = ()) -> None:
    """Answer a question that stands in this message, wherever it stands; in the messages ``instead_of``, if there are any.

    Raises TooManyRequestsError.
    """
    if not may_ask(message, context):
        return
    place = place_of(message)
    earlier, is_reply = await asyncio.to_thread(_earlier, message, place, context)
    about = about_answer(question)
    if about is not None and earlier and await say_about(message, earlier[-1], about, context):
        return
    understood = standalone(question, [one.exchange() for one in earlier], is_reply=is_reply)
    asked = Asked(place, question, understood, message.message_id)
    await find_and_show(message, asked, context, instead_of=instead_of)


async def find_and_show(message: Message, asked: Asked, context: NewsContext, *, instead_of: Sequence[int] = ()) -> None:
    """Search for the answer, keep it, and show it: under ``message``, or in place of messages of ours."""
    # In this order: who is told at once that there is too much to do sees no "typing…", which would cost a call each just then.
    async with patiently(message, context.words) as waiting, working(message, context):
        answer = await context.workers.run(counted(context.index.answer, context.store.usage), asked.understood)
        version = await asyncio.to_thread(context.index.version)
        stored = StoredAnswer(asked.place, asked.question, asked.understood, answer, version, asked.question_message_id)
        await _show(message, stored, context, [*instead_of, *await waiting.over()])


async def _show(message: Message, stored: StoredAnswer, context: NewsContext, instead_of: Sequence[int]) -> None:
    answer, settings = stored.answer, context.settings
    texts = render_answer(
        answer,
        context.words,
        length=settings.length,
        stats=await asyncio.to_thread(context.overview.stats) if answer.status is Status.NOT_COVERED else None,
        understood=stored.understood if _adds_words(stored) else None,
        # Where nobody typed the question the answer begins with it.
        asked=stored.question if stored.question_message_id is None else None,
    )
    is_kept = await asyncio.to_thread(_keep, stored, context)
    has_more = bool(more_passages(answer, settings.length))
    buttons = under_answer(answer, context.words, has_more=has_more, may_follow=context.matching is not None) if is_kept else None
    if instead_of:
        message_ids = await rewrite(message, instead_of, texts, buttons, words=context.words)
    else:
        message_ids = await reply(message, texts, buttons, words=context.words)
    if is_kept:
        await asyncio.to_thread(context.store.answers.shown_in, answer.id, message.chat_id, message_ids)


def place_of(message: Message) -> Place:
    """The conversation that a message belongs to."""
    return Place(message.chat_id, (message.message_thread_id or 0) if message.is_topic_message else 0)


def words_of(message: Message) -> str:
    """The question in a message: what follows its command, or all of it; empty if there is nothing."""
    text = message.text or ""
    begins = message.entities[0] if message.entities else None
    if begins is not None and begins.type == MessageEntity.BOT_COMMAND and begins.offset == 0:
        return " ".join(text.split(maxsplit=1)[1:]).strip()
    return text


def _earlier(message: Message, place: Place, context: NewsContext) -> tuple[list[StoredAnswer], bool]:
    """The conversation before this message, and whether it is a reply to one of our answers: then it is that answer alone."""
    answers = context.store.answers
    if message.reply_to_message is not None:
        meant = answers.of_message(message.chat_id, message.reply_to_message.message_id)
        if meant is not None and meant.is_of_the_coverage:
            return [meant], True
    return answers.conversation(place, before=message.message_id), False


def _adds_words(stored: StoredAnswer) -> bool:
    """Whether it was searched for with words that nobody typed this time: then the reader is shown what was made of the question."""
    typed = stored.question.lower()
    return any(word not in typed for word in stored.understood.lower().rstrip("?").split())


def _keep(stored: StoredAnswer, context: NewsContext) -> bool:
    """Whether it is kept: an answer that cannot be is given all the same, without buttons."""
    try:
        context.store.answers.keep(stored)
    except StorageError:
        _log.exception("an answer could not be kept")
        return False
    return True
