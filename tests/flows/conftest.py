"""A bot with a stub coverage, for every flow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.flows.harness import Conversation, conversation
from tests.flows.stub_index import StubCoverage


@pytest.fixture
def index() -> StubCoverage:
    """The coverage that the bot asks."""
    return StubCoverage()


@pytest.fixture
async def talk(index: StubCoverage) -> AsyncIterator[Conversation]:
    """The bot, started, with Ann and Ben."""
    async with conversation(index) as started:
        yield started
