"""A bot with a stub coverage, for every flow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.local.state import Chat
from tests.flows.harness import Conversation, conversation
from tests.flows.sending import Outgoing
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


@pytest.fixture
def out(talk: Conversation) -> Outgoing:
    """The bot's outbox, and how its updates go out."""
    return Outgoing(talk)


@pytest.fixture
def channel(talk: Conversation) -> Chat:
    """Ann's channel."""
    return talk.api.people.group("Harbour", talk.ann, kind="channel")
