"""Serving: updates that arrive by polling and by webhook, and the graceful stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from telegram.error import InvalidToken, NetworkError

from bot.app import build_application
from bot.commands import Audience, for_audience
from bot.local.api import LocalTelegram
from bot.local.faults import Fault, LostConnectionError, bad_request, server_error
from bot.local.request import LocalRequest
from bot.telegram.server import Webhook
from bot.telegram.serving import serve
from bot.workers import Workers
from index import Answer
from tests.flows.harness import TOKEN, remembering
from tests.flows.over_http import free_port, until
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage, answered

SECRET = "a-secret_of-42"


@asynccontextmanager
async def served(
    index: StubCoverage, api: LocalTelegram, *, token: str = TOKEN, webhook: Webhook | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """The bot, served in the background; SIGTERM at the end unless the test sent it."""
    with remembering() as store:
        workers = Workers(running=2, waiting=2)
        application = build_application(
            index, workers, store, token=token, base_url="", base_file_url="", request=lambda: LocalRequest(api)
        )
        serving = asyncio.create_task(serve(application, webhook=webhook))
        started = "setWebhook" if webhook else "getUpdates"
        await until(lambda: serving.done() or started in [call.method for call in api.calls])
        await until(lambda: serving.done() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL)  # or the signal would end pytest
        try:
            yield serving
        finally:
            if not serving.done():
                os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(10):
                await serving
            await workers.close()
    assert api.violations == [], api.violations


async def test_polling_answers_and_stops_on_a_signal(index: StubCoverage) -> None:
    """A delivered question is answered, each update once; SIGTERM ends the serving, and the answer in work is sent first."""
    api, gate, entered = LocalTelegram(token=TOKEN), threading.Event(), threading.Event()

    def slow() -> Answer:
        entered.set()
        assert gate.wait(10)
        return answered()

    index.planned["slow"] = slow
    ann = api.people.person("Ann")
    chat = api.people.private_chat(ann)
    async with served(index, api) as serving:
        api.deliver(api.people.writes(ann, chat, QUESTION))
        await until(lambda: len(chat.messages) == 2)
        api.deliver(api.people.writes(ann, chat, "slow"))
        assert await asyncio.to_thread(entered.wait, 10)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.1)
        assert not serving.done()
        gate.set()
        await serving
    assert [QUOTE in message["text"] for message in chat.messages.values()] == [False, True, False, True]
    assert index.asked == [QUESTION, "slow"]
    assert api.state.pending == []


async def test_only_handled_updates_are_asked_for_and_the_menu_is_set(index: StubCoverage) -> None:
    """Telegram is asked for what the handlers take and nothing else, and its first command menu is the command table."""
    api = LocalTelegram(token=TOKEN)
    async with served(index, api):
        pass
    asked = [
        call.parameters["allowed_updates"] for call in api.calls if call.method == "getUpdates" and "allowed_updates" in call.parameters
    ]
    assert asked
    expected = ["callback_query", "edited_message", "inline_query", "message", "my_chat_member"]
    assert all(list(each) == expected for each in asked)
    menu, *_ = [call.parameters["commands"] for call in api.calls if call.method == "setMyCommands"]
    assert menu == [{"command": command.name, "description": command.help} for command in for_audience(Audience.EVERYONE)]


async def test_a_menu_that_cannot_be_set_does_not_stop_the_start(index: StubCoverage, caplog: pytest.LogCaptureFixture) -> None:
    """The bot serves without its menu, and the log says so."""
    api = LocalTelegram(token=TOKEN)
    api.fail("setMyCommands", bad_request("BOT_COMMAND_INVALID"))
    ann = api.people.person("Ann")
    chat = api.people.private_chat(ann)
    async with served(index, api):
        api.deliver(api.people.writes(ann, chat, QUESTION))
        await until(lambda: len(chat.messages) == 2)
    assert "menu of default could not be set" in caplog.text


async def test_a_lost_poll_is_tried_again(index: StubCoverage) -> None:
    """A connection that breaks while polling costs no update."""
    api = LocalTelegram(token=TOKEN)
    api.fail("getUpdates", LostConnectionError("reset"))
    ann = api.people.person("Ann")
    chat = api.people.private_chat(ann)
    async with served(index, api):
        api.deliver(api.people.writes(ann, chat, QUESTION))
        await until(lambda: len(chat.messages) == 2)


async def test_a_token_that_telegram_does_not_know_stops_the_start(index: StubCoverage) -> None:
    """The caller is told by the library's own error, before anything is served."""
    with pytest.raises(InvalidToken):
        async with served(index, LocalTelegram(token="1:another")):
            pass


@pytest.mark.parametrize("fault", [LostConnectionError("refused"), server_error()], ids=["refused", "500"])
async def test_telegram_out_of_reach_stops_the_start(index: StubCoverage, fault: Fault) -> None:
    """A server that cannot be reached at the start is an error the caller can tell the operator."""
    api = LocalTelegram(token=TOKEN)
    api.fail("getMe", fault)
    with pytest.raises(NetworkError):
        async with served(index, api):
            pass


@pytest.mark.network
@pytest.mark.enable_socket
async def test_a_webhook_takes_calls_with_the_secret_only(index: StubCoverage) -> None:
    """Telegram is told address and secret; a call with the secret is answered, one without it or to another path is refused."""
    port = free_port()
    api = LocalTelegram(token=TOKEN)
    ann = api.people.person("Ann")
    chat = api.people.private_chat(ann)
    question = api.people.writes(ann, chat, QUESTION)
    webhook = Webhook("https://bot.example.org/dateline", SECRET, "127.0.0.1", port)
    async with served(index, api, webhook=webhook), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert api.state.webhook.url == webhook.address
        assert api.state.webhook.secret_token == SECRET
        header = "X-Telegram-Bot-Api-Secret-Token"
        assert (await client.post(webhook.path, json=question)).status_code == 403
        assert (await client.post(webhook.path, json=question, headers={header: "wrong"})).status_code == 403
        for elsewhere in ("/", "/dateline", f"{webhook.path[:-1]}", f"{webhook.path}/x"):
            assert (await client.post(elsewhere, json=question, headers={header: SECRET})).status_code == 404
        assert (await client.get(webhook.path, headers={header: SECRET})).status_code == 405
        assert (await client.post(webhook.path, content=b"[not json", headers={header: SECRET})).status_code == 200
        assert (await client.get("/ready")).text == "ready\n"
        assert index.asked == []
        assert (await client.post(webhook.path, json=question, headers={header: SECRET})).status_code == 200
        await until(lambda: len(chat.messages) == 2)
    assert QUOTE in chat.messages[2]["text"]


@pytest.mark.network
@pytest.mark.enable_socket
async def test_an_address_that_is_taken_stops_the_start(index: StubCoverage) -> None:
    """Somebody else listens there: the caller is told, and nothing is left running."""
    api = LocalTelegram(token=TOKEN)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        webhook = Webhook("https://bot.example.org/dateline", SECRET, "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            async with served(index, api, webhook=webhook):
                pass
    assert "setWebhook" not in [call.method for call in api.calls]
