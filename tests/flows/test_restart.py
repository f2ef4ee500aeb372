"""The bot dies in the middle and is started again: what it had received is answered, once."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot.local.api import LocalTelegram
from bot.local.faults import NoAnswerInTimeError
from bot.local.http_server import served
from bot.store.database import open_database
from tests.flows.harness import TOKEN
from tests.flows.over_http import until
from tests.flows.served_bot import process
from tests.flows.stub_index import QUESTION, QUOTE

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]


def polls(api: LocalTelegram) -> int:
    return [call.method for call in api.calls].count("getUpdates")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_a_question_that_was_being_worked_on_is_answered_by_the_next_process(tmp_path: Path, how: signal.Signals) -> None:
    """Telegram was told that it had come, and would not tell again. A stop answers it before it ends, a kill leaves it to the next start."""
    open_database(tmp_path).dispose()
    api = LocalTelegram(token=TOKEN)
    chat = api.people.private_chat(api.people.person("Ann"))
    async with served(api) as server:
        async with process(server, tmp_path) as first:
            api.deliver(api.people.writes(api.people.person("Ann"), chat, "slow"))
            await until((tmp_path / "entered").exists)
            asked = polls(api)
            await until(lambda: polls(api) > asked or not api.state.pending)
            assert api.state.pending == []
            first.send_signal(how)
            if how is signal.SIGTERM:
                await asyncio.sleep(0.2)
                assert first.returncode is None
                (tmp_path / "open").touch()
            await first.wait()
        (tmp_path / "open").touch()
        async with process(server, tmp_path):
            api.deliver(api.people.writes(api.people.person("Ann"), chat, QUESTION))
            await until(lambda: chat.last_message_id >= 4)
            await asyncio.sleep(0.2)
    assert [QUOTE in message["text"] for message in chat.messages.values()].count(True) == 2
    assert chat.last_message_id == 4


async def test_an_answer_that_went_out_before_the_kill_does_not_come_again(tmp_path: Path) -> None:
    """Telegram has the answer, and the process died before it knew: the next process leaves that question alone."""
    open_database(tmp_path).dispose()
    api = LocalTelegram(token=TOKEN)
    chat = api.people.private_chat(api.people.person("Ann"))
    async with served(api) as server:
        api.fail("sendMessage", NoAnswerInTimeError(), after=True)
        async with process(server, tmp_path) as first:
            api.deliver(api.people.writes(api.people.person("Ann"), chat, QUESTION))
            await until(lambda: chat.last_message_id == 2)
            first.kill()
        async with process(server, tmp_path):
            api.deliver(api.people.writes(api.people.person("Ann"), chat, "/help"))
            await until(lambda: chat.last_message_id >= 4)
            await asyncio.sleep(0.2)
    assert [QUOTE in message["text"] for message in chat.messages.values()].count(True) == 1
    assert chat.last_message_id == 4
