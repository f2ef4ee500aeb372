"""How updates arrive: by polling or by webhook. In: an Application and plain values. Out: nothing, until the process is told to stop.

SIGINT and SIGTERM end it gracefully: no new update is taken, what is being answered is answered. A second signal ends it at once.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import BotCommand
from telegram.error import TelegramError
from telegram.ext import Updater

from bot.commands import Audience, for_audience
from bot.context import NewsApplication

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram calls ``url``; whatever stands before this process passes the call on to ``host``:``port`` under the same path."""

    url: str
    secret: str
    """Telegram sends it with each call; a call without it is refused."""
    host: str
    port: int


async def serve(
    application: NewsApplication,
    *,
    allowed_updates: Sequence[str],
    webhook: Webhook | None = None,
    alongside: AbstractAsyncContextManager[None] | None = None,
) -> None:
    """Answer updates until SIGINT or SIGTERM; by polling when ``webhook`` is None. alongside: entered as long as that lasts.

    Raises InvalidToken when Telegram does not know the bot, NetworkError when it cannot be reached at the start; later on it keeps trying.
    """
    updater = application.updater
    assert updater is not None  # ApplicationBuilder makes one unless told otherwise
    async with application:
        await _publish_commands(application)
        await application.start()
        try:
            async with alongside or nullcontext():
                await _receive(updater, allowed_updates, webhook)
                _log.info("serving @%s by %s", application.bot.username, "polling" if webhook is None else "webhook")
                await _told_to_stop()
                _log.info("stopping: what is being answered is answered first")
        finally:
            if updater.running:
                await updater.stop()
            await application.stop()


async def _receive(updater: Updater, allowed_updates: Sequence[str], webhook: Webhook | None) -> None:
    if webhook is None:
        await updater.start_polling(allowed_updates=allowed_updates)
        return
    await updater.start_webhook(
        listen=webhook.host,
        port=webhook.port,
        url_path=urlsplit(webhook.url).path,
        webhook_url=webhook.url,
        secret_token=webhook.secret,
        allowed_updates=allowed_updates,
    )


async def _publish_commands(application: NewsApplication) -> None:
    """Put the command table into Telegram's menu. The bot answers without it, too."""
    commands = [BotCommand(command.name, command.help) for command in for_audience(Audience.EVERYONE)]
    try:
        await application.bot.set_my_commands(commands)
    except TelegramError as error:
        _log.warning("the command menu could not be set: %s", error)


async def _told_to_stop() -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    for each in signals:
        loop.add_signal_handler(each, told.set)
    await told.wait()
    for each in signals:
        loop.remove_signal_handler(each)
