"""A broadcast while Telegram fails, over HTTP. For tests, and for ``benchmarks.broadcast``.

In: a store. Out: what arrived, what is unknown, and how fast updates went out before and after.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.request import HTTPXRequest

from bot.app import build_application, delivery
from bot.local.api import LocalTelegram
from bot.local.faults import LostConnectionError, NoAnswerInTimeError, server_error
from bot.local.http_server import served
from bot.local.state import JSON
from bot.store.store import BotStore
from bot.telegram.pace import BROADCAST
from bot.updates.outgoing import Sending
from bot.workers import Workers
from tests.flows.broadcast import SEED, Received, fill, is_done, until
from tests.flows.harness import TOKEN
from tests.flows.stub_index import StubCoverage

READ_S = 0.5
"""How long the bot waits for Telegram's answer. An answer that is a minute late is one that comes after that."""
WAIT_S = 2
"""What a chat is refused for."""
CHATS, UPDATES = 50, 3
SECONDS = 2
"""For so long each rate is measured, where nothing else is asked for: the beginning and the end take a tenth of it."""
ROUNDS = 2


class Weather:
    """A third of the messages meet one of four faults, each as often as the others: 429 for the chat, 500, a reset, or an answer that comes too late.
    Of the last two, Telegram did what was asked every other time."""

    def __init__(self, api: LocalTelegram) -> None:
        self.is_bad = False
        self._api = api
        self._chance = random.Random(SEED)
        self._call = api.call

    async def call(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
        """As the API's own, unless the weather is bad."""
        if self.is_bad and method == "sendMessage" and self._chance.random() < 1 / 3:
            after = self._chance.random() < 0.5
            match self._chance.randrange(4):
                case 0:
                    self._api.slow_down(parameters["chat_id"], WAIT_S)
                case 1:
                    self._api.fail(method, server_error())
                case 2:
                    self._api.fail(method, LostConnectionError("reset"), after=after)
                case _:
                    self._api.fail(method, NoAnswerInTimeError(), after=after)
        return await self._call(method, parameters)


@dataclass(frozen=True, slots=True)
class Storm:
    """What came of a broadcast in bad weather."""

    put: int
    sent: int
    unknown: int
    arrived: dict[int, list[str]]
    """The words in each chat."""
    within_wait: int
    """Calls to a chat that was to be left alone."""
    rates_before: list[float]
    rates_after: list[float]
    """Messages a second in fair weather."""

    def problems(self) -> list[str]:
        """What must not be; empty if all is well."""
        found = [f"{self.within_wait} calls within a wait"] if self.within_wait else []
        twice = [chat for chat, texts in self.arrived.items() if texts != sorted(set(texts))]
        found += [f"{len(twice)} chats got something twice or out of order"] if twice else []
        lost = self.put - self.sent - self.unknown
        found += [f"{lost} are neither sent nor unknown"] if lost else []
        missing = self.sent - sum(map(len, self.arrived.values()))
        return found + ([f"{missing} count as sent and did not arrive"] if missing > 0 else [])


async def through_a_storm(store: BotStore, *, seconds: int = SECONDS) -> Storm:
    """Send in fair weather, in bad, and in fair again. seconds: for so long each rate is measured."""
    received = Received(LocalTelegram(token=TOKEN))
    weather = Weather(received.api)
    received.api.call = weather.call  # type: ignore[method-assign]  # the real one, through the weather
    workers = Workers(running=1, waiting=1)
    async with served(received.api) as server:
        application = build_application(
            StubCoverage(),
            workers,
            store,
            token=TOKEN,
            base_url=server.base_url,
            base_file_url="",
            request=lambda: HTTPXRequest(connection_pool_size=64, read_timeout=READ_S),
        )
        async with application, delivery(application, store, "this process").at_work():
            before = [await _rate(received, store, seconds) for _ in range(ROUNDS)]
            sent_before = store.outbox.counts()[Sending.SENT]
            weather.is_bad = True
            chats = received.audience(CHATS)
            put = fill(store, chats, UPDATES)
            await until(lambda: is_done(store), 120)
            counts = store.outbox.counts()
            weather.is_bad = False
            after = [await _rate(received, store, seconds) for _ in range(ROUNDS)]
    await workers.close()
    arrived = {chat: [str(message["text"]) for message in received.api.state.chats[chat].messages.values()] for chat in chats}
    sent, unknown = counts[Sending.SENT] - sent_before, counts.get(Sending.UNKNOWN, 0)
    return Storm(put, sent, unknown, arrived, len(received.api.within_wait), before, after)


async def _rate(received: Received, store: BotStore, seconds: int) -> float:
    """Messages a second, when a full second's worth has gone at once."""
    await asyncio.sleep(1.1)  # what went in the second before counts no more
    chats, started = received.audience((1 + seconds) * BROADCAST), time.monotonic()
    fill(store, chats, 1)
    await until(lambda: all(received.api.state.chats[chat].messages for chat in chats), 60)
    measured = seconds * BROADCAST / (time.monotonic() - started)
    await until(lambda: is_done(store), 60)
    return measured
