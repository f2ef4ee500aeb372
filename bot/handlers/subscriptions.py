"""/subscriptions: what is subscribed to, and every button under it. Whoever presses is asked about anew, whatever the button says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from telegram import InlineKeyboardMarkup, Message, Update

from bot.addressing import GROUPS
from bot.context import NewsContext
from bot.errors import NotPermittedError, UsageError
from bot.handlers.ask import words_of
from bot.handlers.callbacks import acknowledge
from bot.handlers.subscribe import read_typed
from bot.handlers.subscription_rights import title_of, titles_of, why_not
from bot.render.html import Html
from bot.render.schedule_choices import choose_times
from bot.render.subscriptions import card, how_to_word, listed, preview, whether_arrived, whether_to_delete
from bot.render.timeline import render_timeline
from bot.store.unsure import Unsure
from bot.subscription_buttons import Act, if_arrived, only_back, read, to_delete, under_card, under_list, under_times, under_zones
from bot.telegram.sender import reply, rewrite
from bot.telegram.standing import runs_the_group
from bot.updates.subscription import State, Subscription, Wanted

PREVIEWED = timedelta(days=7)
_PREVIEWED_REPORTS = 20
ASKED_ABOUT = timedelta(days=7)
"""Updates that may not have arrived; older ones are no news any more."""
_NUMBERED = re.compile(r"(?P<number>\d{1,18})(?:\s+(?P<change>.+))?", re.DOTALL)
_NO_WORDS = ("+", "-")
"""Typed alone: no words must or must not be there."""


class Shown(NamedTuple):
    """What a message of ours says now."""

    text: Html
    buttons: InlineKeyboardMarkup | None


async def show_subscriptions(update: Update, context: NewsContext) -> None:
    """List them; with a number, show that one; with words or times after it, change it. Raises UsageError, NotPermittedError."""
    message, words = update.message, context.words
    assert message is not None  # the handler table passes messages only
    if message.chat.type in GROUPS and not await runs_the_group(message):
        raise NotPermittedError(words.gettext("Only the admins of this group can subscribe it."))
    typed = words_of(message)
    if not typed:
        shown = await _list(message, context)
        await reply(message, [shown.text], shown.buttons, words=words)
        return
    found = _NUMBERED.fullmatch(typed)
    if found is None:
        raise UsageError(words.gettext("I do not understand that."), remedy=words.gettext("/subscriptions alone lists them."))
    await open_subscription(message, int(found["number"]), context, change=found["change"])


async def open_subscription(message: Message, subscription_id: int, context: NewsContext, *, change: str | None = None) -> None:
    """Show a subscription to who may change it, after the change that was typed, if one was. Raises UsageError, NotPermittedError."""
    words = context.words
    subscription = await asyncio.to_thread(context.store.subscriptions.get, subscription_id)
    if subscription is None or not await _is_theirs(message, subscription, context, to_post=change is not None):
        raise NotPermittedError(words.gettext("I know no subscription of yours with that number."))
    if change is not None:
        subscription = await _change(subscription, change, context)
    shown = await _card(subscription, message, context)
    await reply(message, [shown.text], shown.buttons, words=words)


async def press(update: Update, context: NewsContext) -> None:
    """A button of a subscription. What is gone, forged, or not for who pressed it, is said for a moment and changes nothing."""
    query, words = update.callback_query, context.words
    assert query is not None  # the handler table passes presses only
    pressed, message = read(query.data), query.message
    subscription = await asyncio.to_thread(context.store.subscriptions.get, pressed.subscription_id) if pressed is not None else None
    if pressed is None or pressed.act not in _ACTS or not isinstance(message, Message):
        await acknowledge(query, words.gettext("This button has expired. Please type /subscriptions again."))
        return
    if subscription is None:
        await acknowledge(query, words.gettext("That subscription is gone."))
        return
    more = pressed.act in (Act.TIMES, Act.RESUME, Act.AGAIN)
    reason = await why_not(subscription.place.chat_id, query.from_user.id, said_in=message.chat_id, context=context, to_post=more)
    if reason is not None:
        await acknowledge(query, reason)
        return
    await acknowledge(query)
    shown = await _ACTS[pressed.act](subscription, pressed.value, message, context)
    await rewrite(message, [message.message_id], [shown.text], shown.buttons, words=words)


async def _is_theirs(message: Message, subscription: Subscription, context: NewsContext, *, to_post: bool) -> bool:
    """Whether who wrote the message may change the subscription. Of a group's own, that was asked before."""
    chat_id = subscription.place.chat_id
    if message.chat.type in GROUPS:
        return chat_id == message.chat_id and await runs_the_group(message)
    if message.from_user is None:
        return False
    return await why_not(chat_id, message.from_user.id, said_in=message.chat_id, context=context, to_post=to_post) is None


async def _change(subscription: Subscription, typed: str, context: NewsContext) -> Subscription:
    store, words = context.store.subscriptions, context.words
    if typed.strip() in _NO_WORDS:
        await asyncio.to_thread(store.narrow, subscription.id, (), ())
    else:
        asked = await read_typed(typed, context, subscription.schedule)
        if asked.wish is None or asked.wish.wanted is not Wanted.EVERYTHING or asked.chat is not None:
            raise UsageError(
                words.gettext("I do not understand that."),
                remedy=words.gettext("Write words with + or - before them, or times: +soldiers -football, daily at 07:30"),
            )
        if asked.wish.must or asked.wish.must_not:
            await asyncio.to_thread(store.narrow, subscription.id, asked.wish.must, asked.wish.must_not)
        if asked.schedule is not None:
            await asyncio.to_thread(store.reschedule, subscription.id, asked.schedule)
    return await _again(subscription, context)


async def _again(subscription: Subscription, context: NewsContext) -> Subscription:
    """As it is kept now; as it was, if somebody has removed it this moment."""
    return await asyncio.to_thread(context.store.subscriptions.get, subscription.id) or subscription


async def _list(message: Message, context: NewsContext) -> Shown:
    """Those of the chat; in private, those of the person anywhere."""
    store = context.store.subscriptions
    found = await asyncio.to_thread(store.of_chat, message.chat_id)
    if message.chat.type not in GROUPS:
        elsewhere = await asyncio.to_thread(store.of_owner, message.chat_id)
        found += [one for one in elsewhere if one.place.chat_id != message.chat_id]
    titles = await titles_of([one.place.chat_id for one in found], message.chat_id, context)
    unsure = await asyncio.to_thread(context.store.unsure.of, [one.id for one in found], datetime.now(UTC) - ASKED_ABOUT)
    return Shown(listed(found, titles, context.words, unsure=unsure), under_list(found))


async def _card(subscription: Subscription, message: Message, context: NewsContext) -> Shown:
    title = await title_of(subscription.place.chat_id, message.chat_id, context)
    unsure = len(await _unsure_of(subscription, context))
    return Shown(card(subscription, context.words, title=title), under_card(subscription, context.words, unsure=unsure))


async def _open(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    return await _card(subscription, message, context)


async def _all(_subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    return await _list(message, context)


async def _pause(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    if subscription.state is State.ACTIVE:
        await asyncio.to_thread(context.store.subscriptions.pause, subscription.id)
    return await _card(await _again(subscription, context), message, context)


async def _resume(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    if subscription.state is not State.ACTIVE:
        await asyncio.to_thread(context.store.subscriptions.resume, subscription.id)
    return await _card(await _again(subscription, context), message, context)


async def _times(subscription: Subscription, value: str, message: Message, context: NewsContext) -> Shown:
    schedule = choose_times(subscription.schedule, value) if value else None
    if schedule is not None:
        await asyncio.to_thread(context.store.subscriptions.reschedule, subscription.id, schedule)
        subscription = await _again(subscription, context)
    shown = await _card(subscription, message, context)
    return Shown(shown.text, under_times(subscription, context.words))


async def _zones(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    shown = await _card(subscription, message, context)
    return Shown(shown.text, under_zones(subscription))


async def _words(subscription: Subscription, _value: str, _message: Message, context: NewsContext) -> Shown:
    return Shown(how_to_word(subscription, context.words), only_back(subscription))


async def _preview(subscription: Subscription, _value: str, _message: Message, context: NewsContext) -> Shown:
    """Of the last seven days of the coverage, which may be long ago; of a question, how its answer changed."""
    matching = context.matching
    if matching is None:
        raise UsageError(context.words.gettext("Nothing can be subscribed to here."))
    if subscription.wish.wanted is Wanted.QUESTION:
        entries = await context.workers.run(matching.timeline, subscription.wish.words)
        return Shown(render_timeline(subscription.wish.words, entries, context.words)[0], only_back(subscription))
    stats = await asyncio.to_thread(context.overview.stats)
    since = (stats.newest_published or datetime.now(UTC)) - PREVIEWED
    found = await context.workers.run(matching.preview, subscription.wish, since, limit=_PREVIEWED_REPORTS)
    return Shown(preview(subscription, found, since, context.words), only_back(subscription))


async def _delete(subscription: Subscription, _value: str, _message: Message, context: NewsContext) -> Shown:
    return Shown(whether_to_delete(subscription, context.words), to_delete(subscription, context.words))


async def _deleted(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    await asyncio.to_thread(context.store.subscriptions.remove, subscription.id)
    return await _list(message, context)


async def _unsure_of(subscription: Subscription, context: NewsContext) -> list[Unsure]:
    """The updates of which nobody knows whether they arrived, oldest first."""
    since = datetime.now(UTC) - ASKED_ABOUT
    return (await asyncio.to_thread(context.store.unsure.of, [subscription.id], since)).get(subscription.id, [])


async def _unsure(subscription: Subscription, _value: str, message: Message, context: NewsContext) -> Shown:
    found = await _unsure_of(subscription, context)
    if not found:
        return await _card(subscription, message, context)
    asked = whether_arrived(subscription, [Html(one.text) for one in found], context.words)
    return Shown(asked, if_arrived(subscription, found[-1].id, context.words))


async def _arrived(subscription: Subscription, value: str, message: Message, context: NewsContext) -> Shown:
    """They are there, says somebody of those that were shown."""
    await asyncio.to_thread(context.store.unsure.arrived, subscription.id, await _asked_about(subscription, value, context))
    return await _card(subscription, message, context)


async def _send_again(subscription: Subscription, value: str, message: Message, context: NewsContext) -> Shown:
    """Likewise that they are not."""
    await asyncio.to_thread(context.store.unsure.send_again, subscription.id, await _asked_about(subscription, value, context))
    return await _card(subscription, message, context)


async def _asked_about(subscription: Subscription, value: str, context: NewsContext) -> list[int]:
    """value: the number of the last one that was shown; forged, it reaches what its presser could see anyway."""
    return [one.id for one in await _unsure_of(subscription, context) if value.isdigit() and one.id <= int(value)]


_Do = Callable[[Subscription, str, Message, NewsContext], Awaitable[Shown]]
_ACTS: Mapping[str, _Do] = {
    Act.OPEN: _open,
    Act.LIST: _all,
    Act.PAUSE: _pause,
    Act.RESUME: _resume,
    Act.TIMES: _times,
    Act.ZONES: _zones,
    Act.WORDS: _words,
    Act.PREVIEW: _preview,
    Act.DELETE: _delete,
    Act.DELETED: _deleted,
    Act.UNSURE: _unsure,
    Act.AGAIN: _send_again,
    Act.THERE: _arrived,
}
"""What each button does, once it is allowed, and what its message says then."""
