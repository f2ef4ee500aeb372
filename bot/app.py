"""The composition root of the bot. In: the coverage, and where Telegram is. Out: an Application that answers.

What it is given is plain values; it reads no setting itself. Both the local chat and the tests build the very same Application.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, cast

from telegram import Message, Update
from telegram.ext import Application, CommandHandler, ContextTypes, ExtBot, MessageHandler, TypeHandler, filters
from telegram.request import BaseRequest

from bot.commands import ASK, HELP, START
from bot.context import Coverage, NewsApplication, NewsContext, Nothing, Services
from bot.errors import handle_error
from bot.handlers.ask import ask_by_command, ask_in_words
from bot.handlers.other import not_text, unknown_command
from bot.handlers.prepare import know_the_chat
from bot.handlers.start import show_help, start
from bot.local.api import LOCAL_TOKEN, LocalTelegram
from bot.local.chat import run_chat
from bot.local.request import LocalRequest
from bot.local.state import JSON
from bot.store.store import BotStore
from bot.telegram.serving import Webhook, serve
from bot.workers import Workers

MAX_WAITING = 64
"""Questions in line behind those at work. At a tenth of a second each on two threads, the last one waits about three seconds."""

ALLOWED_UPDATES = ("message",)
"""What Telegram is asked to send: what the handlers below take, and nothing else."""


class _FromAPerson(filters.MessageFilter):
    """Bots are not answered: two of them in one group would talk for ever."""

    def filter(self, message: Message) -> bool:
        return message.from_user is not None and not message.from_user.is_bot


# New messages only: not edits, not channel posts.
_MESSAGE = filters.UpdateType.MESSAGE & _FromAPerson()
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
) -> NewsApplication:
    """An Application ready to be initialised.

    base_url, base_file_url: as python-telegram-bot takes them, the token is appended. request: makes a way of reaching Telegram other than HTTP; it
    is called twice, because updates are asked for on a connection of their own.
    """
    # The library's switch to durations instead of numbers of seconds; without it, a 429 raises a warning about itself.
    os.environ["PTB_TIMEDELTA"] = "true"
    services = Services(index, workers, store)
    # The library wants the class of bot_data and calls it without arguments; ours is ready made.
    kept = cast("type[Services]", lambda: services)
    builder = (
        Application.builder()
        .token(token)
        .base_url(base_url)
        .base_file_url(base_file_url)
        .context_types(ContextTypes(context=NewsContext, bot_data=kept))
        .concurrent_updates(concurrent_updates=True)  # one slow answer keeps nobody else waiting
        .job_queue(None)
    )
    if request is not None:
        builder = builder.request(request()).get_updates_request(request())
    application: Application[ExtBot[None], NewsContext, Nothing, Nothing, Services, Any] = builder.build()
    add_handlers(application)
    return application


def add_handlers(application: NewsApplication) -> None:
    """The handler table. The first handler that takes an update gets it; the order says what comes before what."""
    # A group of its own, before the others: it settles which language is spoken.
    application.add_handler(TypeHandler(Update, know_the_chat), group=-1)
    application.add_handlers(
        [
            # Commands come before free text, or "/ask …" would be a question that begins with "/ask". They work in any chat.
            CommandHandler(START.name, start, _MESSAGE),
            CommandHandler(HELP.name, show_help, _MESSAGE),
            CommandHandler(ASK.name, ask_by_command, _MESSAGE),
            # After the known commands, and in private only: in a group it is another bot's.
            MessageHandler(_PRIVATE & filters.COMMAND, unknown_command),
            # In a group, free text is people talking to each other.
            MessageHandler(_PRIVATE & filters.TEXT, ask_in_words),
            # Whatever is left but the notes that Telegram itself puts into a chat ("pinned a message").
            MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, not_text),
        ]
    )
    application.add_error_handler(handle_error)


async def serve_telegram(
    index: Coverage, store: BotStore, *, token: str, base_url: str, base_file_url: str, threads: int, webhook: Webhook | None = None
) -> None:
    """Answer on Telegram until the process is told to stop. Raises as ``bot.telegram.serving.serve`` does."""
    workers = Workers(running=threads, waiting=MAX_WAITING)
    try:
        application = build_application(index, workers, store, token=token, base_url=base_url, base_file_url=base_file_url)
        await serve(application, allowed_updates=ALLOWED_UPDATES, webhook=webhook)
    finally:
        await workers.close()


async def talk(index: Coverage, store: BotStore, lines: Iterable[str], show: Callable[[JSON], None]) -> None:
    """Answer lines in the local chat until they end. It needs no token and opens no socket."""
    workers = Workers(running=1, waiting=0)
    api = LocalTelegram()
    try:
        application = build_application(
            index, workers, store, token=LOCAL_TOKEN, base_url="", base_file_url="", request=lambda: LocalRequest(api)
        )
        await run_chat(application, api, lines, show)
    finally:
        await workers.close()
