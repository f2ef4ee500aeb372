"""How updates arrive: by polling or by webhook. In: an Application and plain values. Out: nothing, until the process is told to stop.

SIGINT and SIGTERM end it gracefully: no new update is taken, what is being answered is answered. A second signal ends it at once; what was not
answered then, the next start takes up (``bot.telegram.inbox``).
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from telegram.error import TelegramError

from bot.context import NewsApplication
from bot.telegram.inbox import Inbox
from bot.telegram.metrics import Metrics
from bot.telegram.outcomes import Outcome, judge
from bot.telegram.profile import publish_profile
from bot.telegram.server import Health, Webhook, serving_web
from bot.telegram.wanted import wanted_updates

_log = logging.getLogger(__name__)

CONNECTIONS = 40
"""How many webhook calls Telegram makes at once; its own default. Each ends as soon as the update is written down."""


async def serve(
    application: NewsApplication,
    *,
    metrics: Metrics | None = None,
    webhook: Webhook | None = None,
    operators: tuple[str, int] | None = None,
    admins: Sequence[int] = (),
    beside: AbstractAsyncContextManager[None] | None = None,
) -> None:
    """Answer updates until SIGINT or SIGTERM; by polling when ``webhook`` is None.

    operators: where health and metrics are served. admins: the user ids of ours, for their menus. beside: entered when the bot can send, and left
    when no more updates come and before it cannot. Raises InvalidToken when Telegram does not know
    the bot, NetworkError when it cannot be reached at the start; later on it keeps trying. Raises OSError for an address that cannot be listened on.
    """
    inbox = application.update_queue
    assert isinstance(inbox, Inbox)  # bot.app sees to it
    wanted = wanted_updates(handler for group in application.handlers.values() for handler in group)
    is_serving = False
    services = application.bot_data
    health = Health(services.index.stats, services.store.outbox.counts, lambda: is_serving, metrics or Metrics())
    async with application:
        await application.start()
        # Some dozens of questions to Telegram; nobody waits for them.
        application.create_task(publish_profile(application.bot, admins), name="profile")
        try:
            async with AsyncExitStack() as receiving:
                await receiving.enter_async_context(serving_web(health, inbox, application.bot, webhook=webhook, operators=operators))
                if beside is not None:
                    await receiving.enter_async_context(beside)
                if taken_up := await inbox.take_up(application.bot):
                    _log.info("%d updates that were not answered before the last stop are taken up", taken_up)
                await _receive(application, wanted, webhook, receiving)
                is_serving = True
                _log.info("serving @%s by %s", application.bot.username, "polling" if webhook is None else "webhook")
                await _told_to_stop()
                is_serving = False
                _log.info("stopping: what is being answered is answered first")
        finally:
            await application.stop()


async def _receive(application: NewsApplication, wanted: list[str], webhook: Webhook | None, receiving: AsyncExitStack) -> None:
    """Begin to receive; ``receiving`` ends it."""
    if webhook is not None:
        await application.bot.set_webhook(webhook.address, secret_token=webhook.secret, allowed_updates=wanted, max_connections=CONNECTIONS)
        return
    updater = application.updater
    assert updater is not None  # ApplicationBuilder makes one unless told otherwise
    await updater.start_polling(allowed_updates=wanted, error_callback=_poll_failed)
    receiving.push_async_callback(updater.stop)


def _poll_failed(error: TelegramError) -> None:
    """The library asks again by itself, at growing intervals."""
    if judge(error).outcome is Outcome.CONFLICT:
        _log.error("another process asks for this bot's updates, and only one can: %s", error)
    else:
        _log.warning("asking for updates failed, and is tried again: %s", error)


async def _told_to_stop() -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    for each in signals:
        loop.add_signal_handler(each, told.set)
    await told.wait()
    for each in signals:
        loop.remove_signal_handler(each)
