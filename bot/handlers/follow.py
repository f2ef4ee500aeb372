"""Questions that are followed: the button under an answer, and /timeline."""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatType

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.ask import place_of, words_of
from bot.handlers.callbacks import acknowledge, pressed_answer
from bot.handlers.prepare import may_ask
from bot.handlers.subscribe import existing, subscribe_to_question
from bot.render.subscriptions import card
from bot.render.text import clip
from bot.render.timeline import render_timeline
from bot.subscription_buttons import under_card
from bot.telegram.activity import working
from bot.telegram.patience import patiently
from bot.telegram.sender import reply, rewrite
from bot.telegram.standing import is_admin
from bot.updates.subscription import Place, State, Wanted, Wish
from bot.updates.typed import MAX_CHARS, visible


async def follow(update: Update, context: NewsContext) -> None:
    """Subscribe this chat to the question of an answer. In a group its admins alone; once is enough. Raises UsageError for too many."""
    query, message, stored, _ = await pressed_answer(update, context)
    if message is None or stored is None:
        return
    words, person = context.words, query.from_user
    if message.chat.type != ChatType.PRIVATE and not await is_admin(context.bot, message.chat_id, person.id):
        await acknowledge(query, words.gettext("Only the admins of this group can subscribe it."))
        return
    here = place_of(message)
    place = Place(here.chat_id, here.thread_id)
    # Two units of a clipped text are at least one character.
    question = clip(visible(stored.answer.read_as or stored.understood), MAX_CHARS)
    known = await existing(place, Wish(Wanted.QUESTION, question), context)
    if known is not None and known.state is State.ACTIVE:
        await acknowledge(query, words.gettext("This question is followed here already."))
        return
    kept = await subscribe_to_question(place, person.id, question, context)
    await acknowledge(query, words.gettext("Followed: I write here when the answer changes."))
    await reply(message, [card(kept, words, title=None, is_new=True)], under_card(kept, words), words=words)


async def show_timeline(update: Update, context: NewsContext) -> None:
    """How the answer to a question changed. Raises UsageError without a question, TooManyRequestsError."""
    message, words, matching = update.message, context.words, context.matching
    assert message is not None  # the handler table passes messages only
    question = visible(words_of(message))
    if not question:
        raise UsageError(
            words.gettext("There is no question in that."),
            remedy=words.gettext("Write it after the command: /timeline how many were hurt?"),
        )
    if matching is None:
        raise UsageError(words.gettext("Nothing can be subscribed to here."))
    if not may_ask(message, context):
        return
    async with working(message, context), patiently(message, words) as waiting:
        entries = await context.workers.run(matching.timeline, question)
        instead_of = await waiting.over()
        texts = render_timeline(question, entries, words)
        await (rewrite(message, instead_of, texts, words=words) if instead_of else reply(message, texts, words=words))
