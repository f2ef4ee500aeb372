"""A broadcast while Telegram fails, over HTTP. For tests, and for ``benchmarks.broadcast``.

In: a store. Out: what arrived, what is unknown, and how fast updates went out before and after.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.request import HTTPXRequest

from bot.app import CONNECTIONS, build_application, delivery
from bot.local.api import LocalTelegram
from bot.local.faults import LostConnectionError, server_error
from bot.local.http_server import served
from bot.local.state import JSON
from bot.store.store import BotStore
from bot.telegram.pace import BROADCAST
from bot.updates.outgoing import Sending
from bot.workers import Workers
from tests.flows.broadcast import SEED, Received, fill, is_done, until
from tests.flows.harness import TOKEN
from tests.flows.stub_index import StubCoverage

MINUTE_S = 60.0
"""By how much an answer is late."""
SHORT_MINUTE_S, SHORT_READ_S = 1.5, 0.5
"""The same where time is short, and how long calls of which nothing is said wait for an answer: as in earnest, less."""
WAIT_S = 2
"""What a chat is refused for."""
UPDATES = 3


class Weather:
    """A third of the messages meet one of four faults, each as often as the others: 429 for the chat, 500, a reset once the call was written, or a
    delay. Every other time Telegram did what was asked before the reset or the delay, else it never did or did so after it."""

    def __init__(self, api: LocalTelegram, late_s: float) -> None:
        self.is_bad = False
        self.faults: Counter[str] = Counter()
        """How many calls met which."""
        self._api = api
        self._late_s = late_s
        self._chance = random.Random(SEED)
        self._call = api.call

    async def call(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
        """As the API's own, unless the weather is bad."""
        if not (self.is_bad and method == "sendMessage" and self._chance.random() < 1 / 3):
            return await self._call(method, parameters)
        fault, after = self._chance.choice(("429", "500", "reset", "late")), self._chance.random() < 0.5
        self.faults[fault] += 1
        if fault == "late":
            if not after:
                await asyncio.sleep(self._late_s)
            answer = await self._call(method, parameters)
            if after:
                await asyncio.sleep(self._late_s)
            return answer
        if fault == "429":
            self._api.slow_down(parameters["chat_id"], WAIT_S)
        elif fault == "500":
            self._api.fail(method, server_error())
        else:
            self._api.fail(method, LostConnectionError("reset"), after=after)
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
    faults: Counter[str]
    """How many calls met which."""
    seconds: float
    """Until all had come to an end."""
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
        if self.unknown > self.faults["reset"]:
            found.append(f"{self.unknown} are unknown, and only {self.faults['reset']} calls were cut off")
        missing = self.sent - sum(map(len, self.arrived.values()))
        return found + ([f"{missing} count as sent and did not arrive"] if missing > 0 else [])


async def through_a_storm(
    store: BotStore,
    *,
    chats: int,
    seconds: int,
    rounds: int,
    late_s: float = SHORT_MINUTE_S,
    read_s: float | None = SHORT_READ_S,
) -> Storm:
    """Send in fair weather, in bad to so many chats, and in fair again.

    seconds, rounds: for so long, and so often, the rate is measured before and after. late_s: of an answer that is a minute late. read_s: what calls
    wait for an answer where nothing is said; None for as long as in earnest.
    """
    received = Received(LocalTelegram(token=TOKEN))
    weather = Weather(received.api, late_s)
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
            request=(lambda: HTTPXRequest(CONNECTIONS, read_timeout=read_s)) if read_s is not None else None,
        )
        async with application, delivery(application, store, "this process").at_work():
            before = [await _rate(received, store, seconds) for _ in range(rounds)]
            sent_before = store.outbox.counts()[Sending.SENT]
            weather.is_bad = True
            audience, started = received.audience(chats), time.monotonic()
            put = fill(store, audience, UPDATES)
            await until(lambda: is_done(store), 120 + 10 * late_s)
            took = time.monotonic() - started
            counts = store.outbox.counts()
            weather.is_bad = False
            after = [await _rate(received, store, seconds) for _ in range(rounds)]
    await workers.close()
    arrived = {chat: [str(message["text"]) for message in received.api.state.chats[chat].messages.values()] for chat in audience}
    sent, unknown = counts[Sending.SENT] - sent_before, counts.get(Sending.UNKNOWN, 0)
    return Storm(put, sent, unknown, arrived, len(received.api.within_wait), weather.faults, took, before, after)


async def _rate(received: Received, store: BotStore, seconds: int) -> float:
    """Messages a second, when a full second's worth has gone at once."""
    await asyncio.sleep(1.1)  # what went in the second before counts no more
    chats, started = received.audience((1 + seconds) * BROADCAST), time.monotonic()
    fill(store, chats, 1)
    await until(lambda: all(received.api.state.chats[chat].messages for chat in chats), 60)
    measured = seconds * BROADCAST / (time.monotonic() - started)
    await until(lambda: is_done(store), 60)
    return measured
