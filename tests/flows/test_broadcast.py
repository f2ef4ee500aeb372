"""A broadcast while the bot is killed, while Telegram fails, and by two replicas at once: each update at most once, in order, and none lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.updates.outgoing import Sending
from tests.flows.broadcast import broadcast

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

KILLS = 8
"""The whole of it, fifty kills and 500 chats: ``python -m benchmarks.broadcast --kills 50``."""


async def test_a_broadcast_survives_kills(tmp_path: Path) -> None:
    """Killed at random moments and started again: each chat gets each update at most once and in order, and those that did not come are unknown."""
    found = await broadcast(tmp_path, chats=40, updates=4, kills=KILLS, within_s=1.0)
    assert found.problems() == []
    assert found.put == len(found.states) == 160
    assert found.count(Sending.SENT) + found.count(Sending.UNKNOWN) == found.put
    assert found.count(Sending.SENT) > found.put / 2
