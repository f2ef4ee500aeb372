"""A broadcast while the bot is killed, while Telegram fails, and by two replicas at once: each update at most once, in order, and none lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from bot.app import build_application, delivery
from bot.local.api import LocalTelegram
from bot.local.request import LocalRequest
from bot.store.database import CHATS, reading
from bot.store.store import BotStore
from bot.store.tables import outbox
from bot.telegram.pace import BROADCAST
from bot.updates.outgoing import Sending
from bot.workers import Workers
from index.store.database import connect, migrate
from tests.flows.broadcast import Received, broadcast, fill, is_done, until
from tests.flows.harness import TOKEN, remembering
from tests.flows.storm import through_a_storm
from tests.flows.stub_index import StubCoverage

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

KILLS = 6
"""The whole of it, fifty kills and 500 chats: ``python -m benchmarks.broadcast --kills 50``."""


async def test_a_broadcast_survives_kills(tmp_path: Path) -> None:
    """Killed at random moments and started again: each chat gets each update at most once and in order, and those that did not come are unknown."""
    found = await broadcast(tmp_path, chats=40, updates=4, kills=KILLS, within_s=1.0)
    assert found.problems() == []
    assert found.put == len(found.states) == 160
    assert found.count(Sending.SENT) + found.count(Sending.UNKNOWN) == found.put
    assert found.count(Sending.SENT) > found.put / 2


async def test_what_a_third_of_calls_goes_wrong_with_is_delivered_in_the_end() -> None:
    """Refused, failed or late by longer than anything else is waited for: each arrives once. Of no more than were cut off nobody knows, no chat is
    called within its wait, and when all is well again the next ones go out as fast as before."""
    with remembering() as store:
        found = await through_a_storm(store, chats=40, seconds=1, rounds=1)
    assert found.problems() == []
    assert min(found.faults[fault] for fault in ("429", "500", "late", "reset")) > 0
    assert found.unknown > 0
    # To a tenth on a machine that does nothing else: python -m benchmarks.broadcast --storm. A busy one cannot tell so exactly.
    assert max(found.rates_after) > 0.5 * min(BROADCAST, max(found.rates_before)), found


async def test_two_replicas_share_one_outbox(postgres_url: str) -> None:
    """Over PostgreSQL, each with its own connections and its own limiter: every update goes out once and in its chat's order, and both do their
    share."""
    engines = [connect(postgres_url) for _ in range(2)]
    start_anew(engines[0])
    received = Received(LocalTelegram(token=TOKEN))
    received.api.latency_s = 0.02
    received.listen()
    stores = [BotStore(engine, lambda: datetime.now(UTC)) for engine in engines]
    async with AsyncExitStack() as replicas:
        for number, store in enumerate(stores):
            application = build_application(
                StubCoverage(),
                Workers(running=1, waiting=1),
                store,
                token=TOKEN,
                base_url="",
                base_file_url="",
                request=lambda: LocalRequest(received.api),
            )
            await replicas.enter_async_context(application)
            await replicas.enter_async_context(delivery(application, store, f"replica {number}").at_work())
        put = await asyncio.to_thread(fill, stores[0], received.audience(60), 3)
        await until(lambda: is_done(stores[0]), 60)
    assert stores[0].outbox.counts() == {Sending.SENT: put}
    assert len(received.messages) == len(set(received.messages)) == put
    for chat in received.chats:
        assert [text for one, text in received.messages if one == chat] == ["0", "1", "2"]
    with reading(engines[0], "reading who sent what") as connection:
        shares = list(connection.execute(select(func.count()).select_from(outbox).group_by(outbox.c.claimed_by)).scalars())
    assert len(shares) == 2
    assert min(shares) > put / 5
    for store in stores:
        store.close()


def start_anew(engine: Engine) -> None:
    """The server is the session's: drop what earlier tests left there."""
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate(engine, CHATS)
