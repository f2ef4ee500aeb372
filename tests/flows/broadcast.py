"""A broadcast by a bot in a process of its own, over HTTP, to a Bot API server here that notes what it receives. For tests, and for
``benchmarks.broadcast``.

In: how many chats and updates, and how often the bot is killed. Out: what was received, and what the outbox says.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.local.api import LocalTelegram
from bot.local.http_server import served
from bot.local.state import JSON
from bot.store.database import open_database, reading
from bot.store.store import BotStore
from bot.store.tables import outbox
from bot.updates.outgoing import Body, NewUpdate, Sending
from bot.updates.subscription import Place
from tests.flows.harness import TOKEN
from tests.flows.served_bot import process

SEED = 7
LATENCY_S = 0.05
"""Of each answer of the Bot API: a kill then finds calls on their way."""


@dataclass
class Received:
    """Messages as the server saw them come, whatever it answered."""

    api: LocalTelegram
    chats: set[int] = field(default_factory=set)
    """Whose messages are noted."""
    messages: list[tuple[int, str]] = field(default_factory=list)

    def listen(self) -> None:
        """From now on."""
        call = self.api.call

        async def noted(method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
            if method == "sendMessage" and parameters["chat_id"] in self.chats:
                self.messages.append((parameters["chat_id"], parameters["text"]))
            return await call(method, parameters)

        self.api.call = noted  # type: ignore[method-assign]  # the real one, with a note

    def audience(self, count: int) -> list[int]:
        """So many people, each with a chat."""
        people = [self.api.people.person(f"Reader {number}") for number in range(count)]
        chats = [self.api.people.private_chat(person).id for person in people]
        self.chats |= set(chats)
        return chats


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What came of one."""

    put: int
    received: list[tuple[int, str]]
    states: dict[tuple[int, str], Sending]
    """By chat and update."""

    def problems(self) -> list[str]:
        """What must not be; empty if all is well."""
        once = set(self.received)
        found = [f"{len(self.received) - len(once)} came twice"] if len(once) < len(self.received) else []
        lost = [row for row, state in self.states.items() if row not in once and state is not Sending.UNKNOWN]
        found += [f"{len(lost)} did not come, and count as {sorted({self.states[row].value for row in lost})}"] if lost else []
        by_chat: dict[int, list[int]] = {}
        for chat, text in self.received:
            by_chat.setdefault(chat, []).append(int(text))
        mixed = [chat for chat, texts in by_chat.items() if texts != sorted(texts)]
        return found + ([f"{len(mixed)} chats got theirs out of order"] if mixed else [])

    def count(self, state: Sending) -> int:
        """How many updates ended so."""
        return sum(one is state for one in self.states.values())


def fill(store: BotStore, chats: list[int], updates: int) -> int:
    """Put updates for every chat into the outbox; the texts are their numbers, in order. Returns how many in all."""
    return store.outbox.put([NewUpdate(Place(chat), str(number), Body((str(number),))) for number in range(updates) for chat in chats])


async def broadcast(folder: Path, *, chats: int, updates: int, kills: int, within_s: float) -> Broadcast:
    """Send ``updates`` to each of ``chats``, the bot being killed ``kills`` times, each at a random moment within so many seconds of work."""
    received = Received(LocalTelegram(token=TOKEN))
    received.api.latency_s = LATENCY_S
    received.listen()
    chance = random.Random(SEED)
    engine = open_database(folder)
    with closing(BotStore(engine, lambda: datetime.now(UTC))) as store:
        put = fill(store, received.audience(chats), updates)
        async with served(received.api) as server:
            for _ in range(kills):
                async with process(server, folder) as bot:
                    await _is_at_work(received.api, bot)
                    await asyncio.sleep(chance.uniform(0, within_s))
                    bot.kill()
            async with process(server, folder) as bot:
                await until(lambda: is_done(store), 300 + put / 5)
                bot.send_signal(signal.SIGTERM)
                await bot.wait()
        with reading(engine, "reading what became of all") as connection:
            rows = connection.execute(select(outbox.c.chat_id, outbox.c.update_key, outbox.c.state)).all()
    return Broadcast(put, received.messages, {(row.chat_id, row.update_key): Sending(row.state) for row in rows})


async def _is_at_work(api: LocalTelegram, bot: asyncio.subprocess.Process) -> None:
    """It asks for its name first of all; the delivery begins right after."""
    before = [call.method for call in api.calls].count("getMe")
    await until(lambda: bot.returncode is not None or [call.method for call in api.calls].count("getMe") > before, 300)


def is_done(store: BotStore) -> bool:
    """Whether nothing waits and nothing is on its way."""
    return not {Sending.WAITING, Sending.SENDING} & set(store.outbox.counts())


async def until(happened: Callable[[], object], within_s: float) -> None:
    """Wait until the function returns something true."""
    async with asyncio.timeout(within_s):
        while not happened():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.05)
