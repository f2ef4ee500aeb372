"""Updates between Telegram and the handlers, where two processes share one table, and where the table fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text as sql
from telegram import Bot, Chat, Message, Update

from bot.store.store import BotStore
from bot.telegram.inbox import AnsweredElsewhereError, Inbox, read_update
from bot.telegram.order import InOrder
from tests.flows.harness import TOKEN, remembering

BOT = Bot(TOKEN)
BOT_ID = 123456789


@pytest.fixture
def store() -> Iterator[BotStore]:
    with remembering() as kept:
        yield kept


def update(number: int, chat: int = 7) -> Update:
    """A message in a private chat."""
    return Update(number, message=Message(number, datetime(2017, 2, 9, tzinfo=UTC), Chat(chat, Chat.PRIVATE), text="words"))


async def test_of_two_processes_with_the_same_update_one_answers(store: BotStore) -> None:
    """A replica that took up what another is still working on finds out before it says anything."""
    ours, theirs = Inbox(store.updates, BOT_ID), Inbox(store.updates, BOT_ID)
    await ours.put(update(1))
    assert await theirs.take_up(BOT) == 1
    async with theirs.handling(await theirs.get()):
        await theirs.before_message()
        await theirs.before_message()  # the second message of the same answer
    async with ours.handling(await ours.get()):
        with pytest.raises(AnsweredElsewhereError):
            await ours.before_message()
    assert await Inbox(store.updates, BOT_ID).take_up(BOT) == 0


async def test_with_the_table_gone_people_are_answered_all_the_same(store: BotStore, caplog: pytest.LogCaptureFixture) -> None:
    """A database that fails costs the memory of updates, not the updates; within the process each is still handled once."""
    with store._engine.begin() as connection:
        connection.execute(sql("DROP TABLE updates"))
    inbox = Inbox(store.updates, BOT_ID)
    await inbox.put(update(1))
    await inbox.put(update(1))
    assert inbox.qsize() == 1
    async with inbox.handling(await inbox.get()):
        await inbox.before_message()
    assert "an update could not be written down" in caplog.text


async def test_an_update_is_struck_off_when_it_was_handled_and_kept_when_the_process_is_torn_down(store: BotStore) -> None:
    """An error of a handler is an end; a cancellation is not."""
    inbox = Inbox(store.updates, BOT_ID)
    for number, ending in ((1, ValueError()), (2, asyncio.CancelledError())):
        await inbox.put(update(number))
        with pytest.raises(type(ending)):
            async with inbox.handling(await inbox.get()):
                raise ending
    assert store.updates.count(BOT_ID) == 1


async def test_what_cannot_be_read_is_passed_over(store: BotStore) -> None:
    """An update that a later version wrote, or no update at all, does not stop the start."""
    for number, content in enumerate(["{}", "[]", '{"update_id": 3, "message": 5}', "null", "x", update(6).to_json()]):
        store.updates.receive(BOT_ID, number, content)
    assert await Inbox(store.updates, BOT_ID).take_up(BOT) == 1
    assert read_update(b"\xff", BOT) is None


async def test_a_chat_is_handled_in_order_and_forgotten_when_it_is_quiet(store: BotStore) -> None:
    """One update of a chat at a time, in the order they came; other chats meanwhile; and nothing is kept of chats afterwards."""
    order, done, gate = InOrder(Inbox(store.updates, BOT_ID)), [], asyncio.Event()

    async def handle(name: str, *, waits: bool = False) -> None:
        if waits:
            await gate.wait()
        done.append(name)

    tasks = [
        asyncio.create_task(order.process_update(update(number, chat), handle(name, waits=name == "slow")))
        for number, (chat, name) in enumerate([(1, "slow"), (1, "second"), (2, "other"), (1, "third")])
    ]
    async with asyncio.timeout(5):
        while not done:  # noqa: ASYNC110 - a list has nothing to wait on
            await asyncio.sleep(0.01)
    assert done == ["other"]
    gate.set()
    await asyncio.gather(*tasks)
    assert done == ["other", "slow", "second", "third"]
    assert order._turns == {}


async def test_what_may_not_be_kept_is_never_written(store: BotStore) -> None:
    """It is handled like any other, once, and leaves nothing behind."""
    inbox = Inbox(store.updates, BOT_ID, keeps=lambda _update: False)
    await inbox.put(update(1))
    await inbox.put(update(1))
    assert (inbox.qsize(), store.updates.count(BOT_ID)) == (1, 0)
    async with inbox.handling(await inbox.get()):
        await inbox.before_message()
    assert store.updates.receive(BOT_ID, 1, "{}")


async def test_what_came_at_once_is_written_down_at_once_and_handled_once(store: BotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty updates of one fetch take two transactions and not forty; one that is in it twice is put in once, in any order."""
    transactions = []
    receive_all = store.updates.receive_all

    def counted(bot_id: int, came: Sequence[tuple[int, str]]) -> list[bool]:
        transactions.append(len(came))
        return receive_all(bot_id, came)

    monkeypatch.setattr(store.updates, "receive_all", counted)
    inbox, fetched = Inbox(store.updates, BOT_ID), [*map(update, range(1, 41)), update(7)]
    await inbox.expect(fetched)
    assert store.updates.count(BOT_ID) == sum(transactions) == 40
    assert len(transactions) <= 2
    for one in fetched:
        await inbox.put(one)
    assert inbox.qsize() == 40
    assert len(transactions) <= 2


async def test_a_table_that_fails_while_updates_come_at_once_costs_none_of_them(store: BotStore) -> None:
    """All that were to be written together are handled all the same."""
    with store._engine.begin() as connection:
        connection.execute(sql("DROP TABLE updates"))
    inbox = Inbox(store.updates, BOT_ID)
    fetched = [*map(update, range(1, 6))]
    await inbox.expect(fetched)
    for one in fetched:
        await inbox.put(one)
    assert inbox.qsize() == 5
