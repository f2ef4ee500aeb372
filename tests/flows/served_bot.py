"""A bot in a process of its own, for tests that kill it: ``python -m tests.flows.served_bot BASE_URL FOLDER``.

It polls the Bot API at BASE_URL and remembers in FOLDER. The question "slow" leaves a file ``entered`` there, and is answered once ``open`` exists.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

from bot.app import serve_telegram
from bot.local.http_server import BotApiServer
from bot.store.database import open_database
from bot.store.store import BotStore
from index import Answer
from tests.flows.harness import TOKEN
from tests.flows.stub_index import StubCoverage, answered

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(server: BotApiServer, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot, in a process of its own; killed at the end unless it is gone."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.flows.served_bot", server.base_url, str(folder), cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


def main(base_url: str, folder: Path) -> None:
    """Serve until told to stop."""

    def slow() -> Answer:
        (folder / "entered").touch()
        while not (folder / "open").exists():
            time.sleep(0.02)
        return answered("slow")

    index = StubCoverage()
    index.planned["slow"] = slow
    with closing(BotStore(open_database(folder), lambda: datetime.now(UTC))) as store:
        asyncio.run(serve_telegram(index, store, token=TOKEN, base_url=base_url, base_file_url="", threads=1))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
