"""The bot and the fake Telegram with a real network between them: httpx on one side, tornado on the other, loopback in the middle.

In: a coverage, and whether updates come by polling or by webhook. Out: a bot that serves, and its Telegram. To add a flow: take the fixture
``wire`` (both ways of receiving) in a test marked ``network``, make an update with ``wire.api.people`` or ``wire.api.groups``, and give it to
``wire.happens`` with the number of messages that are expected in the chat.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
from telegram.request import HTTPXRequest

from bot.app import build_application
from bot.context import Coverage, NewsApplication
from bot.local.api import LocalTelegram
from bot.local.http_server import BotApiServer, served
from bot.local.state import JSON, Chat
from bot.store.store import BotStore
from bot.telegram.metrics import Metrics
from bot.telegram.server import Webhook
from bot.telegram.serving import serve
from bot.workers import Workers
from tests.flows.harness import TOKEN

SECRET = "a-secret_of-42"
PORTS = range(20_000, 30_000)
"""Below those that connections get by themselves (/proc/sys/net/ipv4/ip_local_port_range: 32768 and up)."""
READ_S = 0.5
"""How long the bot waits for Telegram's answer; so short that a test can wait for it to give up."""


@dataclass(slots=True)
class Wire:
    """A bot that serves over HTTP."""

    application: NewsApplication
    api: LocalTelegram
    server: BotApiServer
    serving: asyncio.Task[None]
    webhook: Webhook | None
    operators: str
    """Address of health and metrics."""

    async def say(self, user: JSON, chat: Chat, text: str, *, answers: int = 1) -> list[JSON]:
        """Somebody writes; what the bot has sent there once it is ``answers`` messages."""
        return await self.happens(self.api.people.writes(user, chat, text), chat, answers=answers)

    async def happens(self, update: JSON, chat: Chat, *, answers: int = 1) -> list[JSON]:
        """An update comes; what the bot has sent into the chat once it is ``answers`` messages. With 0, whatever it has sent when all is done."""
        before = chat.last_message_id
        self.api.deliver(update)
        if answers:
            await until(lambda: chat.last_message_id >= before + answers)
        await self.settles()
        return [message for message_id, message in chat.messages.items() if message_id > before]

    async def settles(self) -> None:
        """Every update that has come has been handled."""
        updates = self.application.bot_data.store.updates
        await until(lambda: not self.api.state.pending and not updates.count(self.application.bot.id))


@asynccontextmanager
async def wired(index: Coverage, store: BotStore, *, by_webhook: bool, api: LocalTelegram | None = None) -> AsyncIterator[Wire]:
    """A bot that serves. At the end it is told to stop, and every call it made must have fitted the Bot API's description."""
    api = api or LocalTelegram(token=TOKEN)
    port, operators_port = free_port(), free_port()
    webhook = Webhook("https://bot.example.org/dateline", SECRET, "127.0.0.1", port) if by_webhook else None
    async with served(api, proxy_to=f"http://127.0.0.1:{port}") as server:
        workers, metrics = Workers(running=2, waiting=4), Metrics()
        application = build_application(
            index,
            workers,
            store,
            token=TOKEN,
            base_url=server.base_url,
            base_file_url="",
            request=lambda: HTTPXRequest(connection_pool_size=16, read_timeout=READ_S),
            metrics=metrics,
        )
        serving = asyncio.create_task(serve(application, metrics=metrics, webhook=webhook, operators=("127.0.0.1", operators_port)))
        wire = Wire(application, api, server, serving, webhook, f"http://127.0.0.1:{operators_port}")
        await until(lambda: serving.done() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL)  # or the signal would end pytest
        if serving.done():
            await serving  # which raises why it did not start
        # The bot's page is set in the background; its calls would take what a test plans for others.
        await until(lambda: not any(task.get_name() == "profile" for task in asyncio.all_tasks()))
        try:
            yield wire
        finally:
            if not serving.done():
                os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(20):
                await serving
            await workers.close()
    assert api.violations == [], api.violations


async def until(happened: Callable[[], object]) -> None:
    """Wait until the function returns something true."""
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def free_port() -> int:
    """One that nobody listens on, and that the system gives to no connection meanwhile: it takes those of its own from higher up."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"every port of {PORTS} is taken")


async def fetched(address: str) -> httpx.Response:
    """What a browser would get."""
    async with httpx.AsyncClient() as client:
        return await client.get(address)
