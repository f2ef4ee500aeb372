"""An article goes out to ten thousand subscribers: how fast, and how long people wait for answers meanwhile. Prints a Markdown table.

    python -m benchmarks.broadcast [--subscribers 10000] [--json FILE]
    python -m benchmarks.broadcast --kills 50 [--chats 500] [--updates 5]
    python -m benchmarks.broadcast --storm

The bot runs in a process of its own on a coverage that is a stub (`tests.flows.served_bot`), so that what is measured is the way, not the search. It
polls a Bot API server on loopback (`bot.local.http_server`, in this process), whose answers take 50 ms. People ask all the while, each in a chat of
their own; a time is from the moment Telegram has the question to the moment it has the answer, before the broadcast and during it. With --kills the
bot is killed that often at random moments instead, and it is counted what came twice, out of order, or not at all; if anything did, it ends with 1.
With --storm a third of the calls are refused, fail, are cut off or are answered a minute late, in real time, and it is compared how fast updates go
out before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import described, keep, load, machine, median, note, percentile, table
from bot.local.api import LocalTelegram
from bot.local.http_server import served
from bot.local.state import JSON
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.telegram.pace import BROADCAST
from bot.updates.outgoing import Sending
from tests.flows.broadcast import LATENCY_S, Received, broadcast, fill
from tests.flows.harness import TOKEN
from tests.flows.served_bot import process
from tests.flows.storm import MINUTE_S, through_a_storm
from tests.flows.stub_index import QUESTION

ASK_EVERY_S = 1.0
ALONE_S = 20.0
"""How long people ask before the broadcast begins."""
STORM_CHATS = 100
STORM_SECONDS, STORM_ROUNDS = 20, 2
"""For so long, and so often, the rate is measured before and after a storm: the beginning and the end take a tenth of two seconds."""
KILL_WITHIN_S = 3.0
CLAIMS = 20
"""How often a claim is timed, on an outbox as full as at the beginning."""


@dataclass
class Asking:
    """People who ask, one a second, and how long each waited."""

    api: LocalTelegram
    waits_s: list[float] = field(default_factory=list)
    _asked: dict[int, float] = field(default_factory=dict)

    def listen(self) -> None:
        """From now on note when each chat hears from the bot."""
        call = self.api.call

        async def noted(method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
            if method == "sendMessage" and (at := self._asked.pop(parameters["chat_id"], None)) is not None:
                self.waits_s.append(time.monotonic() - at)
            return await call(method, parameters)

        self.api.call = noted  # type: ignore[method-assign]  # the real one, with a note

    async def go_on(self) -> None:
        """Ask, by turns a question and /start."""
        while True:
            for words in (QUESTION, "/start"):
                person = self.api.people.person("Someone")
                chat = self.api.people.private_chat(person)
                self._asked[chat.id] = time.monotonic()
                self.api.deliver(self.api.people.writes(person, chat, words))
                await asyncio.sleep(ASK_EVERY_S)

    @property
    def unanswered(self) -> int:
        """Who still waits."""
        return len(self._asked)


async def to_all(folder: Path, subscribers: int) -> dict[str, Any]:
    """One update to each. Returns times in seconds and counts."""
    received = Received(LocalTelegram(token=TOKEN))
    received.api.latency_s = LATENCY_S
    received.listen()
    asking = Asking(received.api)
    asking.listen()
    with closing(BotStore(open_database(folder), lambda: datetime.now(UTC))) as store:
        async with served(received.api) as server, process(server, folder) as bot:
            going_on = asyncio.create_task(asking.go_on())
            while not asking.waits_s:  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.1)
            await asyncio.sleep(ALONE_S)
            alone_s, asking.waits_s = asking.waits_s, []
            chats = received.audience(subscribers)
            await asyncio.to_thread(fill, store, chats, 1)
            note(f"{subscribers:,} updates are in the outbox")
            started = time.monotonic()
            while len(received.messages) < subscribers:
                await asyncio.sleep(0.1)
                if bot.returncode is not None or time.monotonic() - started > 60 + subscribers / 10:
                    break
            seconds = time.monotonic() - started
            going_on.cancel()
            await asyncio.sleep(1)
            bot.send_signal(signal.SIGTERM)
            await bot.wait()
        counts = store.outbox.counts()
    return {
        "subscribers": subscribers,
        "seconds": seconds,
        "received": len(received.messages),
        "twice": len(received.messages) - len(set(received.messages)),
        "sent": counts.get(Sending.SENT, 0),
        "alone_s": sorted(alone_s),
        "meanwhile_s": sorted(asking.waits_s),
        "unanswered": asking.unanswered,
        "violations": received.api.violations,
    }


def claim_ms(folder: Path, waiting: int) -> float:
    """What it costs to claim a second's worth of updates out of so many, in the median."""
    with closing(BotStore(open_database(folder), lambda: datetime.now(UTC))) as store:
        fill(store, list(range(1, waiting + 1)), 1)
        times = []
        for _ in range(CLAIMS):
            started = time.perf_counter()
            store.outbox.claim("benchmark", BROADCAST)
            times.append(1000 * (time.perf_counter() - started))
    return median(times)


def speed(subscribers: int, file: Path | None) -> int:
    """Measure and print. Returns the exit status."""
    before = load()
    with TemporaryDirectory() as folder:
        claim = claim_ms(Path(folder), subscribers)
    with TemporaryDirectory() as folder:
        found = asyncio.run(to_all(Path(folder), subscribers)) | {"claim_ms": claim, "machine": machine(("python-telegram-bot",), before)}
    keep(file, found)

    def waits(seconds: list[float]) -> str:
        return f"{1000 * percentile(seconds, 50):.0f} / {1000 * percentile(seconds, 95):.0f}" if seconds else "–"

    head = ["subscribers", "messages a second", "twice", "claim ms", "answer ms alone, p50 / p95", "meanwhile, p50 / p95", "not answered"]
    row = [
        f"{subscribers:,}",
        f"{found['received'] / found['seconds']:.1f}",
        str(found["twice"]),
        f"{claim:.1f}",
        waits(found["alone_s"]),
        waits(found["meanwhile_s"]),
        str(found["unanswered"]),
    ]
    print(f"{table(head, [row])}\n\n{described(found['machine'])}")
    is_well = found["received"] == found["sent"] == subscribers and not (found["twice"] or found["violations"] or found["unanswered"])
    return 0 if is_well else 1


def kills(count: int, chats: int, updates: int) -> int:
    """Kill and print. Returns the exit status."""
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        found = asyncio.run(broadcast(Path(folder), chats=chats, updates=updates, kills=count, within_s=KILL_WITHIN_S))
    problems = found.problems()
    arrived_unknown = sum(state is Sending.UNKNOWN and row in set(found.received) for row, state in found.states.items())
    print(
        f"{found.put:,} updates to {chats:,} chats, killed {count} times in {time.monotonic() - started:.0f} s: {len(found.received):,} received, "
        f"{found.count(Sending.SENT):,} sent, {found.count(Sending.UNKNOWN)} unknown (of them {arrived_unknown} received); "
        f"{'; '.join(problems) or 'none twice, none lost, none out of order'}"
    )
    return 1 if problems else 0


def storm() -> int:
    """Let calls fail, and print. Returns the exit status."""
    with TemporaryDirectory() as folder, closing(BotStore(open_database(Path(folder)), lambda: datetime.now(UTC))) as store:
        measured = through_a_storm(store, chats=STORM_CHATS, seconds=STORM_SECONDS, rounds=STORM_ROUNDS, late_s=MINUTE_S, read_s=None)
        found = asyncio.run(measured)
    problems = found.problems()
    slower = max(found.rates_after) < 0.9 * BROADCAST
    faults = ", ".join(f"{count} {name}" for name, count in sorted(found.faults.items()))
    print(
        f"{found.put} updates in {found.seconds:.0f} s while a third of the calls met a fault ({faults}): "
        f"{found.sent} sent, {found.unknown} unknown; "
        f"{'; '.join(problems) or 'none twice, none lost, no chat called within its wait'}. Messages a second before {max(found.rates_before):.1f} "
        f"and after {max(found.rates_after):.1f}, of {BROADCAST} allowed"
    )
    return 1 if problems or slower else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=0, help="kill the bot so often instead of measuring")
    parser.add_argument("--storm", action="store_true", help="let calls fail instead of measuring")
    parser.add_argument("--chats", type=int, default=500, help="with --kills")
    parser.add_argument("--updates", type=int, default=5, help="with --kills, to each chat")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    if options.kills:
        return kills(options.kills, options.chats, options.updates)
    if options.storm:
        return storm()
    return speed(options.subscribers, options.json)


if __name__ == "__main__":
    sys.exit(main())
