"""/subscribe: a wish is read, and kept if whoever has it may have it there. Alone, the command explains itself with buttons."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError
from telegram import CallbackQuery, Message, Update

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.ask import place_of, words_of
from bot.handlers.callbacks import acknowledge
from bot.handlers.subscription_rights import title_of, where_to, why_not
from bot.language import Language
from bot.render.html import escape
from bot.render.schedule_choices import likely_zone
from bot.render.subscriptions import card, explanation, too_much
from bot.store.admins import Asked
from bot.subscription_buttons import ALL, Sure, outlet_key, read_new, read_sure, to_be_sure, to_begin, under_card
from bot.telegram.sender import reply, rewrite
from bot.updates.subscription import NOBODY, Cadence, Place, Schedule, Subscription, Wanted, Wish
from bot.updates.typed import Typed, is_too_long, typed
from bot.updates.typed_times import TimesError, UnknownZoneError

MAX_IN_A_CHAT = 20
"""A list of them fits one screen; and what a chat is sent, it has to read."""
MAX_OF_A_PERSON = 40
"""Wherever they are: one message lists them."""
TOO_MANY_A_WEEK = 70
"""Ten posts a day: more is not a topic that somebody follows but a stream that they mute."""

_ACT = "subscribe"
_WHOEVER_MAY = 0
"""Stands for the person who is asked to confirm: any admin of the chat may answer, and who answers is checked."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A subscription before it is kept."""

    place: Place
    wish: Wish
    schedule: Schedule


_PROPOSAL = TypeAdapter(Proposal)


async def subscribe(update: Update, context: NewsContext) -> None:
    """Read what is wished for, and keep it. Raises UsageError, NotPermittedError."""
    message = update.message
    assert message is not None  # the handler table passes messages only
    asked = await read_typed(words_of(message), context, await _usual(message, context))
    place, owner_id, title = await where_to(message, asked.chat, context)
    if asked.wish is None:
        stats = await asyncio.to_thread(context.overview.stats)
        prefix = f"{asked.chat} " if asked.chat is not None else ""
        buttons = to_begin(place.chat_id, (name for name, _ in stats.by_source), context.words)
        await reply(message, [explanation(context.words, title=title, prefix=prefix)], buttons, words=context.words)
        return
    proposal = Proposal(place, asked.wish, asked.schedule or await _usual(message, context))
    await _propose(message, proposal, owner_id, context, keep_times=asked.schedule is None)


async def begin(update: Update, context: NewsContext) -> None:
    """A button of the explanation: everything, or an outlet."""
    query = update.callback_query
    assert query is not None  # the handler table passes presses only
    said, message = read_new(query.data), query.message
    stats = await asyncio.to_thread(context.overview.stats)
    wish = _of_button(said[1], [name for name, _ in stats.by_source]) if said is not None else None
    if said is None or wish is None or not isinstance(message, Message):
        await acknowledge(query, context.words.gettext("This button has expired. Please type /subscribe again."))
        return
    if await _is_refused(query, said[0], message, context):
        return
    await acknowledge(query)
    here = place_of(message)
    place = Place(here.chat_id, here.thread_id) if said[0] == message.chat_id else Place(said[0])
    await _propose(message, Proposal(place, wish, await _usual(message, context)), query.from_user.id, context, keep_times=True)


async def confirm(update: Update, context: NewsContext) -> None:
    """The answer to whether a great deal is meant."""
    query, words = update.callback_query, context.words
    assert query is not None  # the handler table passes presses only
    said, message = read_sure(query.data), query.message
    if said is None or not isinstance(message, Message):
        await acknowledge(query, words.gettext("This button has expired. Please type /subscribe again."))
        return
    answer, token = said
    if await _is_refused(query, message.chat_id, message, context):
        return
    asked = await asyncio.to_thread(context.store.confirmations.take, token, user_id=_WHOEVER_MAY, chat_id=message.chat_id)
    proposal = _proposal(asked.argument) if asked is not None else None
    if proposal is None:
        await acknowledge(query, words.gettext("This button has expired. Please type /subscribe again."))
        return
    if await _is_refused(query, proposal.place.chat_id, message, context):
        return
    await acknowledge(query)
    if answer == Sure.NO:
        await rewrite(message, [message.message_id], [escape(words.gettext("Nothing was changed."))], words=words)
        return
    if answer == Sure.DAILY:
        proposal = replace(proposal, schedule=replace(proposal.schedule, cadence=Cadence.DAILY))
    await _check_limits(proposal, query.from_user.id, context)
    kept = await _keep(proposal, query.from_user.id, context)
    title = await title_of(kept.place.chat_id, message.chat_id, context)
    await rewrite(message, [message.message_id], [card(kept, words, title=title, is_new=True)], under_card(kept, words), words=words)


async def read_typed(text: str, context: NewsContext, before: Schedule) -> Typed:
    """What somebody typed. Raises UsageError with what is wrong about it."""
    stats = await asyncio.to_thread(context.overview.stats)
    words = context.words
    try:
        asked = typed(text, (name for name, _ in stats.by_source), before)
    except TimesError as error:
        raise _of_times(error, words) from error
    if asked.wish is not None and is_too_long(asked.wish):
        raise UsageError(words.gettext("That is too long for a subscription."), remedy=words.gettext("A few words are best."))
    return asked


async def existing(place: Place, wish: Wish, context: NewsContext) -> Subscription | None:
    """The subscription to the same thing in the same place, if there is one."""
    there = await asyncio.to_thread(context.store.subscriptions.of_chat, place.chat_id)
    return next((one for one in there if one.place == place and one.wish == wish), None)


async def subscribe_to_question(place: Place, owner_id: int, question: str, context: NewsContext) -> Subscription:
    """Follow a question, at the chat's usual times. Raises UsageError where there are too many already."""
    proposal = Proposal(place, Wish(Wanted.QUESTION, question), Schedule(zone=likely_zone(context.words.code)))
    await _check_limits(proposal, owner_id, context)
    return await _keep(proposal, owner_id, context)


async def _propose(message: Message, proposal: Proposal, owner_id: int, context: NewsContext, *, keep_times: bool) -> None:
    """Keep it, or ask first if it is a great deal. keep_times: those of the same subscription, if there is one."""
    words = context.words
    known = await existing(proposal.place, proposal.wish, context)
    if known is not None and keep_times:
        proposal = replace(proposal, schedule=known.schedule)
    if known is None:
        await _check_limits(proposal, owner_id, context)
        if context.matching is not None and proposal.wish.wanted is not Wanted.QUESTION:
            a_week = await context.workers.run(context.matching.a_week, proposal.wish)
            if a_week > TOO_MANY_A_WEEK:
                asked = Asked(_WHOEVER_MAY, message.chat_id, _ACT, _PROPOSAL.dump_json(proposal).decode())
                token = await asyncio.to_thread(context.store.confirmations.ask, asked)
                await reply(message, [too_much(proposal.wish, a_week, words)], to_be_sure(token, words), words=words)
                return
    kept = await _keep(proposal, owner_id, context)
    title = await title_of(kept.place.chat_id, message.chat_id, context)
    await reply(message, [card(kept, words, title=title, is_new=True)], under_card(kept, words), words=words)


async def _check_limits(proposal: Proposal, owner_id: int, context: NewsContext) -> None:
    """Raises UsageError."""
    words, store = context.words, context.store.subscriptions
    if len(await asyncio.to_thread(store.of_chat, proposal.place.chat_id)) >= MAX_IN_A_CHAT:
        raise UsageError(
            words.gettext("There are {n} subscriptions in that chat, and more cannot be read.").format(n=words.number(MAX_IN_A_CHAT)),
            remedy=words.gettext("Please delete one first: /subscriptions"),
        )
    if owner_id != NOBODY and len(await asyncio.to_thread(store.of_owner, owner_id)) >= MAX_OF_A_PERSON:
        raise UsageError(
            words.gettext("You have {n} subscriptions, and I keep no more for one person.").format(n=words.number(MAX_OF_A_PERSON)),
            remedy=words.gettext("Please delete one first: /subscriptions"),
        )


async def _keep(proposal: Proposal, owner_id: int, context: NewsContext) -> Subscription:
    add, code = context.store.subscriptions.add, context.words.code
    return await asyncio.to_thread(add, proposal.place, owner_id, proposal.wish, proposal.schedule, code)


async def _usual(message: Message, context: NewsContext) -> Schedule:
    """At once, in the time zone that was chosen last in this chat, or else in a likely one."""
    there = await asyncio.to_thread(context.store.subscriptions.of_chat, message.chat_id)
    return Schedule(zone=there[-1].schedule.zone if there else likely_zone(context.words.code))


async def _is_refused(query: CallbackQuery, chat_id: int, message: Message, context: NewsContext) -> bool:
    reason = await why_not(chat_id, query.from_user.id, said_in=message.chat_id, context=context, to_post=True)
    if reason is not None:
        await acknowledge(query, reason)
    return reason is not None


def _of_button(what: str, outlets: list[str]) -> Wish | None:
    if what == ALL:
        return Wish(Wanted.EVERYTHING)
    return next((Wish(Wanted.SOURCE, name) for name in outlets if outlet_key(name) == what and name.strip()), None)


def _proposal(argument: str) -> Proposal | None:
    try:
        return _PROPOSAL.validate_json(argument)
    except ValidationError:  # another version of this program asked
        return None


def _of_times(error: TimesError, words: Language) -> UsageError:
    if isinstance(error, UnknownZoneError):
        remedy = words.gettext("Write it like this: Europe/Istanbul")
        if error.nearest is not None:
            remedy = words.gettext("Did you mean {zone}?").format(zone=error.nearest)
        return UsageError(words.gettext("I do not know the time zone {zone}.").format(zone=error.name), remedy=remedy)
    return UsageError(
        words.gettext("Those times do not exist."),
        remedy=words.gettext("Write them like this: daily at 07:30, quiet 22-7, at most 4 a day"),
    )
