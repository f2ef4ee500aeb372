"""The composition root of the bot. In: the coverage, and where Telegram is. Out: an Application that answers.

What it is given is plain values; it reads no setting itself. Both the local chat and the tests build the very same Application.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest, HTTPXRequest

from bot.addressing import Speaker, question_for, speaker
from bot.administration import Administration, LastErrors
from bot.allowance import Allowance
from bot.buttons import What, pattern
from bot.commands import ASK, FORGET, HELP, LATEST, PRIVACY, SETTINGS, SOURCES, START, SUBSCRIBE, SUBSCRIPTIONS, TIMELINE
from bot.context import Coverage, Matching, NewsApplication, NewsContext, Services
from bot.errors import handle_error
from bot.handlers.admin import admin_handlers
from bot.handlers.ask import ask_again, ask_by_command, ask_in_words
from bot.handlers.browse import show_headlines, show_latest, show_sources
from bot.handlers.callbacks import ask_offered, call_wrong, show_context, show_more
from bot.handlers.follow import follow, show_timeline
from bot.handlers.gate import concerns, only_from_those_who_may_ask, only_what_is_meant_for_us
from bot.handlers.groups import ask_in_group, came_or_went, moved, topic_reopened
from bot.handlers.inline import answer_inline
from bot.handlers.other import not_text, unknown_command
from bot.handlers.prepare import know_the_chat
from bot.handlers.privacy import ask_whether_to_forget, forget_or_not, show_privacy
from bot.handlers.settings import change_setting, show_settings
from bot.handlers.start import show_help, start
from bot.handlers.subscribe import begin, confirm, subscribe
from bot.handlers.subscriptions import press, show_subscriptions
from bot.inline_desk import InlineDesk
from bot.local.api import LOCAL_TOKEN, LocalTelegram
from bot.local.chat import run_chat
from bot.local.request import LocalRequest
from bot.local.state import JSON
from bot.overview import Overview, offering
from bot.render.settings import PREFIX as SETTINGS_PREFIX
from bot.store.store import BotStore
from bot.stored_answer import OFFERED, Place, StoredAnswer
from bot.subscription_buttons import NEW, PREFIX, SURE
from bot.telegram.inbox import Inbox
from bot.telegram.limiter import Limiter
from bot.telegram.metrics import Metrics
from bot.telegram.order import InOrder
from bot.telegram.pace import Pace, Priority
from bot.telegram.polling import PollingBot
from bot.telegram.server import Webhook
from bot.telegram.serving import serve
from bot.updates.background import Background
from bot.updates.delivery import MOST_AT_ONCE, Delivery
from bot.updates.digests import digest_job
from bot.updates.incoming import timetable
from bot.updates.jobs import Timetable
from bot.updates.matching import Matching as Matcher
from bot.updates.rebuilding import Rebuilding
from bot.updates.rebuilding_apart import RebuildingApart
from bot.updates.returning import Returning
from bot.updates.telling import telling_job
from bot.workers import Workers
from index import Answer, NewsIndex, asks_for_headlines, headlines_on

MAX_WAITING = 64
"""Questions in line behind those at work. At a tenth of a second each on two threads, the last one waits about three seconds."""

PER_PERSON, PER_GROUP = 20, 30
"""Questions a minute, where nothing else is set. A group may be shown twenty messages a minute, so more would only wait."""
CONNECTIONS = MOST_AT_ONCE + 64
"""To Telegram at once: all the updates that may be on their way, and beside them answers: thirty messages a second, each under way for a fifth of a
second or so, and what is not counted besides. They are opened as they are needed."""


class _FromAPerson(filters.MessageFilter):
    """Bots are not answered: two of them in one group would talk for ever. People who write in a group's or channel's name are."""

    def filter(self, message: Message) -> bool:
        return speaker(message) is not Speaker.NOBODY


class _AsksInWords(filters.MessageFilter):
    """A group's message that speaks to the bot without a command."""

    def filter(self, message: Message) -> bool:
        return question_for(message, message.get_bot().bot) is not None


class _AsksForHeadlines(filters.MessageFilter):
    """Somebody wants to know what is new."""

    def filter(self, message: Message) -> bool:
        text = message.text or ""
        return asks_for_headlines(text) or headlines_on(text) is not None


# New messages only: not edits, not channel posts.
_MESSAGE = filters.UpdateType.MESSAGE & _FromAPerson()
_EDITED = filters.UpdateType.EDITED_MESSAGE & _FromAPerson()
_PRIVATE = _MESSAGE & filters.ChatType.PRIVATE


def build_application(
    index: Coverage,
    workers: Workers,
    store: BotStore,
    *,
    token: str,
    base_url: str,
    base_file_url: str,
    request: Callable[[], BaseRequest] | None = None,
    metrics: Metrics | None = None,
    per_person: int = PER_PERSON,
    per_group: int = PER_GROUP,
    is_paced: bool = True,
    administration: Administration | None = None,
    matching: Matching | None = None,
) -> NewsApplication:
    """An Application ready to be initialised.

    base_url, base_file_url: as python-telegram-bot takes them, the token is appended. request: makes a way of reaching Telegram other than HTTP; it
    is called twice, because updates are asked for on a connection of their own. metrics: what counts; None for nobody to read them. per_person,
    per_group: questions a minute. is_paced: whether Telegram's limits are kept; the in-process Bot API has none. administration: what admins work
    with, if there are to be any. matching: what subscriptions find, if there are to be any.
    """
    # The library's switch to durations instead of numbers of seconds; without it, a 429 raises a warning about itself.
    os.environ["PTB_TIMEDELTA"] = "true"
    metrics = metrics or Metrics()
    inbox = Inbox(
        store.updates, int(token.partition(":")[0]), watch=metrics.update_came, keeps=lambda update: _may_be_kept(update, application)
    )
    limiter = Limiter(watch=metrics.call_came_back, before_message=inbox.before_message, pace=Pace(counts=is_paced))
    workers.watch(metrics.job_done)
    metrics.watch_queues(questions=lambda: workers.taken, sends=lambda: limiter.waiting)
    allowance = Allowance(per_person=per_person, per_group=per_group, now=time.monotonic)
    overview = Overview(index, partial(_keep_offer, store))
    services = Services(index, workers, store, InlineDesk(index, workers), allowance, overview, administration, matching)
    # The library wants the class of bot_data and calls it without arguments; ours is ready made.
    kept = cast("type[Services]", lambda: services)
    bot: ExtBot[Priority] = PollingBot(
        fetched=inbox.expect,
        token=token,
        base_url=base_url,
        base_file_url=base_file_url,
        request=request() if request is not None else HTTPXRequest(connection_pool_size=CONNECTIONS),
        get_updates_request=request() if request is not None else None,
        rate_limiter=limiter,
    )
    application: NewsApplication = (
        Application.builder()
        .bot(bot)
        .context_types(ContextTypes(context=NewsContext, bot_data=kept))
        .update_queue(inbox)
        .concurrent_updates(InOrder(inbox))  # one slow answer keeps no other chat waiting
        .job_queue(None)
        .build()
    )
    add_handlers(application, administration)
    return application


def _may_be_kept(update: Update, application: NewsApplication) -> bool:
    """Whether it may be written down until it has been handled. Not what people say to each other; and what is typed inline is old in a moment."""
    return update.inline_query is None and concerns(update, application.bot.bot)


def add_handlers(application: NewsApplication, administration: Administration | None = None) -> None:
    """The handler table. The first handler that takes an update gets it; the order says what comes before what."""
    # Each in a group of its own, before all others: what is not for us goes no further; then, which language is spoken; then, who may ask.
    application.add_handler(TypeHandler(Update, only_what_is_meant_for_us), group=-3)
    application.add_handler(TypeHandler(Update, know_the_chat), group=-2)
    application.add_handler(TypeHandler(Update, only_from_those_who_may_ask), group=-1)
    if administration is not None:
        # Before what is everybody's: who is refused here must not be heard there.
        application.add_handlers(admin_handlers(administration.admins))
    application.add_handlers(
        [
            # Commands come before free text, or "/ask …" would be a question that begins with "/ask". They work in any chat.
            CommandHandler(START.name, start, _MESSAGE),
            CommandHandler(HELP.name, show_help, _MESSAGE),
            CommandHandler(ASK.name, ask_by_command, _MESSAGE),
            CommandHandler(SETTINGS.name, show_settings, _MESSAGE),
            CommandHandler(TIMELINE.name, show_timeline, _MESSAGE),
            CommandHandler(SUBSCRIBE.name, subscribe, _MESSAGE),
            CommandHandler(SUBSCRIPTIONS.name, show_subscriptions, _MESSAGE),
            CommandHandler(LATEST.name, show_latest, _MESSAGE),
            CommandHandler(SOURCES.name, show_sources, _MESSAGE),
            CommandHandler(PRIVACY.name, show_privacy, _MESSAGE),
            CommandHandler(FORGET.name, ask_whether_to_forget, _MESSAGE),
            # After the known commands, and in private only: in a group it is another bot's.
            MessageHandler(_PRIVATE & filters.COMMAND, unknown_command),
            # "news" is a wish, not a question: searched for, it finds sentences with that word in them.
            MessageHandler(_PRIVATE & filters.TEXT & _AsksForHeadlines(), show_headlines),
            MessageHandler(_PRIVATE & filters.TEXT, ask_in_words),
            # In a group, free text is people talking to each other, unless it mentions the bot or replies to it.
            MessageHandler(_MESSAGE & _AsksInWords(), ask_in_group),
            # Whatever is left but the notes that Telegram itself puts into a chat ("pinned a message").
            MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, not_text),
            # From whomever: Telegram itself writes these notes.
            MessageHandler(filters.UpdateType.MESSAGE & filters.StatusUpdate.MIGRATE, moved),
            MessageHandler(filters.UpdateType.MESSAGE & filters.StatusUpdate.FORUM_TOPIC_REOPENED, topic_reopened),
            ChatMemberHandler(came_or_went, ChatMemberHandler.MY_CHAT_MEMBER),
            CallbackQueryHandler(change_setting, rf"^{SETTINGS_PREFIX}"),
            InlineQueryHandler(answer_inline),
            # An edit of whatever was answered, in any chat.
            MessageHandler(_EDITED & filters.TEXT, ask_again),
            CallbackQueryHandler(show_context, pattern(What.CONTEXT)),
            CallbackQueryHandler(show_more, pattern(What.MORE)),
            CallbackQueryHandler(call_wrong, pattern(What.WRONG)),
            CallbackQueryHandler(ask_offered, pattern(What.ASK)),
            CallbackQueryHandler(follow, pattern(What.FOLLOW)),
            CallbackQueryHandler(press, rf"^{PREFIX}"),
            CallbackQueryHandler(begin, rf"^{NEW}"),
            CallbackQueryHandler(confirm, rf"^{SURE}"),
            CallbackQueryHandler(forget_or_not, pattern(What.FORGET)),
        ]
    )
    application.add_error_handler(handle_error)


def _keep_offer(store: BotStore, answer: Answer, version: str) -> None:
    store.answers.keep(StoredAnswer(Place(OFFERED), answer.question, answer.question, answer, version))


def administer(
    newsroom: NewsIndex,
    store: BotStore,
    *,
    admins: Iterable[int],
    folders: Sequence[Path] = (),
    redact: Callable[[str], str] = lambda text: text,
    matching: Matcher | None = None,
) -> Administration:
    """What admins work with, and the timetable, not begun yet. folders: to be watched. redact: takes secrets out of a text.

    matching: what subscribers are told and digests are made with, if anything can be subscribed to.
    """
    background = Background()
    jobs = timetable(newsroom, store, background, folders)
    if matching is not None:
        jobs.append(telling_job(newsroom, store.subscriptions, matching, background, _now))
        jobs.append(digest_job(store.subscriptions, matching, background, _now))
    return Administration(
        admins=frozenset(admins),
        newsroom=newsroom,
        background=background,
        timetable=Timetable(jobs, background, _now),
        rebuilding=Rebuilding(RebuildingApart(newsroom), background),
        now=_now,
        errors=LastErrors(redact),
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def serve_telegram(
    index: Coverage,
    store: BotStore,
    *,
    token: str,
    base_url: str,
    base_file_url: str,
    threads: int,
    webhook: Webhook | None = None,
    operators: tuple[str, int] | None = None,
    per_person: int = PER_PERSON,
    per_group: int = PER_GROUP,
    administration: Callable[[], Administration] | None = None,
    matching: Matching | None = None,
    sender: str | None = None,
) -> None:
    """Answer on Telegram, and send updates to subscribers, until the process is told to stop. Raises as ``bot.telegram.serving.serve`` does.

    administration: makes what admins work with, on this event loop; its timetable runs as long as updates are answered. sender: as ``Delivery`` has
    it; the machine's name if none is given, which is a container's own where there are several. matching: what subscriptions find.
    """
    workers, metrics = Workers(running=threads, waiting=MAX_WAITING), Metrics()
    admin = administration() if administration is not None else None
    try:
        application = build_application(
            index,
            workers,
            store,
            token=token,
            base_url=base_url,
            base_file_url=base_file_url,
            metrics=metrics,
            per_person=per_person,
            per_group=per_group,
            administration=admin,
            matching=matching,
        )
        async with AsyncExitStack() as alongside:
            await alongside.enter_async_context(offering(application.bot_data.overview))
            if admin is not None:
                await alongside.enter_async_context(admin.at_work())
            await serve(
                application,
                metrics=metrics,
                webhook=webhook,
                operators=operators,
                admins=sorted(admin.admins) if admin is not None else (),
                beside=sending(application, store, sender or socket.gethostname()),
            )
    finally:
        await workers.close()


def delivery(application: NewsApplication, store: BotStore, sender: str) -> Delivery:
    """What sends updates to subscribers. sender: as ``Delivery`` has it."""
    limiter = application.bot.rate_limiter
    assert isinstance(limiter, Limiter)  # build_application sees to it
    return Delivery(application.bot, limiter, store, sender=sender, now=_now)


@asynccontextmanager
async def sending(application: NewsApplication, store: BotStore, sender: str) -> AsyncIterator[None]:
    """Within the ``async with`` updates go out, and it is looked now and then whether chats that were lost are back."""
    outgoing = delivery(application, store, sender)
    async with outgoing.at_work(), Returning(application.bot, store, outgoing.try_one, _now).at_work():
        yield


async def talk(
    index: Coverage, store: BotStore, lines: Iterable[str], show: Callable[[JSON], None], *, matching: Matching | None = None
) -> None:
    """Answer lines in the local chat until they end. It needs no token and opens no socket."""
    workers = Workers(running=1, waiting=0)
    api = LocalTelegram()
    try:
        application = build_application(
            index,
            workers,
            store,
            token=LOCAL_TOKEN,
            base_url="",
            base_file_url="",
            request=lambda: LocalRequest(api),
            per_person=sys.maxsize,  # a pipe may hold any number of questions
            is_paced=False,
            matching=matching,
        )
        async with offering(application.bot_data.overview):
            await run_chat(application, api, lines, show)
    finally:
        await workers.close()
