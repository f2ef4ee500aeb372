"""The bot's own web server. In: Telegram's webhook calls, health checks, Prometheus. Out: updates into the inbox, and short texts.

One server for the webhook, which the world can reach, with health beside it; another for operators, with health and metrics. No answer repeats
what was sent, and no log line has the secret or the path.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import tornado.web
from telegram import Bot
from tornado.httpserver import HTTPServer

from bot.telegram.inbox import Inbox, read_update
from bot.telegram.metrics import CONTENT_TYPE, Metrics
from bot.updates.outgoing import Sending
from index import NewsError, Stats

_log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
MAX_BODY = 1 << 20
"""Bytes. Updates are some kilobytes; a message has at most 4096 characters."""
BACKLOG = 128
"""Connections that wait to be taken; tornado's own number."""
IDLE_S = 75.0
"""A connection without a call is closed; Telegram's are used again sooner."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram calls ``address``; whatever stands before this process passes the call on to ``host``:``port`` under the same path."""

    url: str
    """Its public address, without the part that nobody can guess."""
    secret: str
    """Telegram sends it with each call; a call without it is refused."""
    host: str
    port: int

    @property
    def address(self) -> str:
        """``url`` with a last part made from the secret: the same after a restart and on every replica, and known to Telegram alone."""
        part = hmac.new(self.secret.encode(), urlsplit(self.url).path.encode(), hashlib.sha256).hexdigest()[:32]
        return f"{self.url.rstrip('/')}/{part}"

    @property
    def path(self) -> str:
        """Of ``address``."""
        return urlsplit(self.address).path


@dataclass(frozen=True, slots=True)
class Health:
    """What the health checks look at."""

    stats: Callable[[], Stats]
    """Reads the database and the index: what it raises as a NewsError is why questions cannot be answered."""
    outbox: Callable[[], Mapping[Sending, int]]
    """How many updates are in each state. Reads the database."""
    is_serving: Callable[[], bool]
    """False before the start is over and after the stop began."""
    metrics: Metrics


class _Updates(tornado.web.RequestHandler):
    """Telegram's calls."""

    def initialize(self, webhook: Webhook, inbox: Inbox, bot: Bot) -> None:
        """tornado's way of handing something in."""
        self._webhook, self._inbox, self._bot = webhook, inbox, bot

    async def post(self) -> None:
        """200 when the update is written down; Telegram comes again after anything else."""
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._webhook.secret.encode()):
            raise tornado.web.HTTPError(403)
        update = read_update(self.request.body, self._bot)  # it has the secret, so it is Telegram's, readable or not
        if update is not None:
            await self._inbox.put(update)


class _Live(tornado.web.RequestHandler):
    async def get(self) -> None:
        """The event loop turns."""
        self.write("alive\n")


class _Ready(tornado.web.RequestHandler):
    def initialize(self, health: Health) -> None:
        """tornado's way of handing something in."""
        self._health = health

    async def get(self) -> None:
        """Whether questions can be answered now; 503 and no reason otherwise: that is in the log, and `dateline ready` says it."""
        if not self._health.is_serving():
            self.set_status(503)
            self.write("not serving\n")
            return
        try:
            await asyncio.to_thread(self._health.stats)
        except NewsError as error:
            _log.warning("not ready: %s", error)
            self.set_status(503)
            self.write("not ready\n")
        else:
            self.write("ready\n")


class _Metrics(tornado.web.RequestHandler):
    def initialize(self, health: Health) -> None:
        """tornado's way of handing something in."""
        self._health = health

    async def get(self) -> None:
        """https://prometheus.io/docs/instrumenting/exposition_formats/"""
        stats, outbox = await asyncio.gather(asyncio.to_thread(self._health.stats), asyncio.to_thread(self._health.outbox))
        self.set_header("Content-Type", CONTENT_TYPE)
        self.write(self._health.metrics.exposed(stats, outbox))


class _Application(tornado.web.Application):
    def log_request(self, handler: tornado.web.RequestHandler) -> None:
        """Nothing: a health check a second would be all there is to read, and the webhook's path is a secret."""


def _health_routes(health: Health) -> list[tuple[str, type[tornado.web.RequestHandler], dict[str, object]]]:
    return [("/live", _Live, {}), ("/ready", _Ready, {"health": health})]


@asynccontextmanager
async def serving_web(
    health: Health, inbox: Inbox, bot: Bot, *, webhook: Webhook | None = None, operators: tuple[str, int] | None = None
) -> AsyncIterator[None]:
    """Within the ``with``, the servers listen. operators: host and port for health and metrics; None for no such server. Raises OSError when an
    address cannot be listened on."""
    async with AsyncExitStack() as stack:
        if operators is not None:
            await stack.enter_async_context(_listening([*_health_routes(health), ("/metrics", _Metrics, {"health": health})], *operators))
        if webhook is not None:
            # A regular expression to tornado.
            update_route = (re.escape(webhook.path), _Updates, {"webhook": webhook, "inbox": inbox, "bot": bot})
            await stack.enter_async_context(_listening([*_health_routes(health), update_route], webhook.host, webhook.port))
        yield


@asynccontextmanager
async def _listening(
    routes: list[tuple[str, type[tornado.web.RequestHandler], dict[str, object]]], host: str, port: int
) -> AsyncIterator[None]:
    server = HTTPServer(_Application(routes), max_body_size=MAX_BODY, idle_connection_timeout=IDLE_S, body_timeout=IDLE_S)
    # tornado's own way of listening leaks the socket when the address is taken.
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG)
    listener.setblocking(False)
    server.add_socket(listener)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()
