"""The in-process Bot API behind a real web server on loopback. In: HTTP calls as any Bot API client makes them. Out: what Telegram would send back.

For tests and benchmarks: what httpx, tornado and the network do between a bot and Telegram happens for real. It also plays Telegram's other half, the
calls to a webhook, through whatever stands in for the reverse proxy. It is never reached by the bot's own code.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import tornado.web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets

from bot.local.api import LocalTelegram
from bot.local.description import bot_api
from bot.local.faults import LostConnectionError, NoAnswerInTimeError, NoConnectionError
from bot.local.state import JSON

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
AGAIN_S = 0.1
"""After a webhook call that failed. Telegram waits longer."""


class Listening:
    """The socket, which can go away for a while, as a server does that is restarted."""

    def __init__(self, api: LocalTelegram, port: int) -> None:
        self._api = api
        self.port = port
        self.start_again()

    def start_again(self) -> None:
        """Listen on the same port; on any that is free the first time, if it is 0."""
        [socket] = bind_sockets(self.port, "127.0.0.1")
        self.port = socket.getsockname()[1]
        self._server = HTTPServer(_Quiet([(r"/bot([^/]+)/(\w+)", _Method, {"api": self._api})]))
        self._server.add_socket(socket)

    async def stop(self) -> None:
        """Refuse connections, and drop those that are open."""
        self._server.stop()
        await self._server.close_all_connections()


@dataclass(slots=True)
class BotApiServer:
    """Where a ``LocalTelegram`` listens."""

    api: LocalTelegram
    listening: Listening
    proxy_to: str | None = None
    """Where webhook calls go instead of to the host that the bot named; the path stays."""
    refused_deliveries: list[int] = field(default_factory=list)
    """Statuses other than 200 that the webhook answered."""

    @property
    def base_url(self) -> str:
        """What to set as DATELINE_TELEGRAM__BASE_URL."""
        return f"http://127.0.0.1:{self.listening.port}/bot"

    async def deliver_to_webhook(self) -> None:
        """Call the bot's webhook with each waiting update, in order, until it says 200; for ever."""
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                hook, waiting = self.api.state.webhook, self.api.state.pending
                wanted = [update for update in waiting if not hook.allowed_updates or set(hook.allowed_updates) & set(update)]
                if not (hook.url and wanted and await self._delivered(client, wanted[0])):
                    await asyncio.sleep(AGAIN_S)
                    continue
                waiting.remove(wanted[0])

    async def _delivered(self, client: httpx.AsyncClient, update: JSON) -> bool:
        hook = self.api.state.webhook
        address = f"{self.proxy_to}{urlsplit(hook.url).path}" if self.proxy_to else hook.url
        headers = {SECRET_HEADER: hook.secret_token} if hook.secret_token else {}
        try:
            status = (await client.post(address, json=update, headers=headers)).status_code
        except httpx.HTTPError:
            return False
        if status != 200:
            self.refused_deliveries.append(status)
        return status == 200


class _Method(tornado.web.RequestHandler):
    """One call."""

    def initialize(self, api: LocalTelegram) -> None:
        """tornado's way of handing something in."""
        self._api = api
        self._gone = asyncio.Event()

    def on_connection_close(self) -> None:
        """The client hung up."""
        self._gone.set()

    async def get(self, token: str, method: str) -> None:
        """The Bot API takes GET and POST alike."""
        await self._answer(token, method)

    async def post(self, token: str, method: str) -> None:
        """Likewise."""
        await self._answer(token, method)

    async def _answer(self, token: str, method: str) -> None:
        if token != self._api.token:
            self._send(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            return
        call = asyncio.ensure_future(self._api.call(method, self._parameters(method)))
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({call, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():  # a long poll that nobody waits for any more must take no updates
                return
            self._send(*call.result())
        except (NoConnectionError, LostConnectionError):
            self._hang_up()
        except NoAnswerInTimeError:
            await gone
        finally:
            call.cancel()
            gone.cancel()

    def _parameters(self, method: str) -> dict[str, Any]:
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            read: dict[str, Any] = json.loads(self.request.body or b"{}")
            return read
        form = {name: values[-1].decode() for name, values in self.request.arguments.items()}
        return bot_api().read_form(method, form)

    def _send(self, status: int, body: JSON) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body))

    def _hang_up(self) -> None:
        stream = self.detach()
        assert isinstance(stream, IOStream)
        stream.close()


class _Quiet(tornado.web.Application):
    def log_request(self, handler: tornado.web.RequestHandler) -> None:
        """Nothing: the bot's own log says what matters."""


@asynccontextmanager
async def served(api: LocalTelegram, *, port: int = 0, proxy_to: str | None = None) -> AsyncIterator[BotApiServer]:
    """Within the ``with``, ``api`` answers on loopback and calls webhooks. port: 0 for any that is free."""
    running = BotApiServer(api, Listening(api, port), proxy_to)
    delivering = asyncio.create_task(running.deliver_to_webhook())
    try:
        yield running
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        await running.listening.stop()
