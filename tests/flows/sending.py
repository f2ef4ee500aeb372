"""Updates that go out over the in-process Bot API. In: a conversation. Out: its delivery at work, and what its chats and its outbox have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.app import delivery
from bot.local.state import JSON, Chat
from bot.store.store import BotStore
from bot.updates.outgoing import Body, NewUpdate, Sending
from bot.updates.subscription import Place, Schedule, Subscription, Wanted, Wish
from tests.flows.harness import Conversation

SENDER = "this process"


class Outgoing:
    """One bot's outbox, and what its chats have got of it."""

    def __init__(self, talk: Conversation) -> None:
        self.talk = talk
        self.store: BotStore = talk.application.bot_data.store

    def subscribe(self, chat: Chat, owner: JSON, words: str = "ferries", topic: int = 0) -> Subscription:
        """Somebody subscribes to a topic in a chat."""
        return self.store.subscriptions.add(Place(chat.id, topic), owner["id"], Wish(Wanted.TOPIC, words), Schedule())

    def put(self, of: Subscription | Place, key: str, *texts: str, replies_to: str | None = None, edits: str | None = None) -> None:
        """An update for a subscription, or for a place without one."""
        place, number = (of.place, of.id) if isinstance(of, Subscription) else (of, None)
        self.store.outbox.put([NewUpdate(place, key, Body(texts or (key,), replies_to, edits), number)])

    @asynccontextmanager
    async def sent(self) -> AsyncIterator[None]:
        """Within the ``async with`` updates go out."""
        async with delivery(self.talk.application, self.store, SENDER).at_work():
            yield

    async def goes_out(self, **expected: int) -> None:
        """Updates go out until so many are in the states named."""
        async with self.sent():
            await self.becomes(**expected)

    async def becomes(self, **expected: int) -> None:
        """Wait until the outbox counts exactly that, states that are not named being empty."""
        await until(lambda: self.counts() == expected)

    def counts(self) -> dict[str, int]:
        """How many updates are in which state."""
        return {state.value: count for state, count in self.store.outbox.counts().items()}

    def is_in_hand(self) -> bool:
        """Whether something is being sent."""
        return bool(self.store.outbox.counts().get(Sending.SENDING))


async def until(happened: Callable[[], object]) -> None:
    """Wait until the function returns something true."""
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


def said(chat: Chat) -> list[str]:
    """The words in a chat, oldest first."""
    return [str(message["text"]) for message in chat.messages.values() if "text" in message]
