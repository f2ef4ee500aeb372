"""What goes wrong between the bot and Telegram, over HTTP: no answer is lost, none comes twice, and nobody is called within their wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.error import RetryAfter, TelegramError

from bot.local.api import LocalTelegram
from bot.local.faults import (
    Fault,
    LostConnectionError,
    NoAnswerInTimeError,
    NoConnectionError,
    RefusalError,
    forbidden,
    server_error,
    too_many_requests,
)
from bot.local.http_server import served
from bot.local.state import JSON, Chat
from bot.telegram.pace import Priority
from tests.flows.harness import TOKEN, remembering, text
from tests.flows.over_http import Wire, fetched, until, wired
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

MAY_BE_MISSING = "The connection to Telegram broke while my answer was on its way."


@pytest.fixture
async def wire(index: StubCoverage) -> AsyncIterator[Wire]:
    with remembering() as store:
        async with wired(index, store, by_webhook=False) as started:
            yield started


@dataclass
class World:
    """One chat with a message of the bot's, a press and an inline query that wait, and how often each method was called when."""

    wire: Wire
    chat: Chat
    ours: JSON
    called: list[tuple[float, str, bool]]
    """When, which method, and whether for that chat."""


@pytest.fixture
async def world(wire: Wire) -> World:
    ann = wire.api.people.person("Ann")
    chat = wire.api.people.private_chat(ann)
    [ours] = await wire.say(ann, chat, QUESTION)
    wire.api.people.presses(ann, ours, "x")
    wire.api.state.inline_queries["q"] = None
    called: list[tuple[float, str, bool]] = []
    original = wire.api.call

    async def noted(method: str, parameters: JSON) -> tuple[int, JSON]:
        if method != "getUpdates":
            called.append((time.monotonic(), method, parameters.get("chat_id") == chat.id))
        return await original(method, parameters)

    wire.api.call = noted  # type: ignore[method-assign, assignment]  # the real one, with a note
    return World(wire, chat, ours, called)


Do = Callable[[World], Awaitable[object]]

RESULT = InlineQueryResultArticle("1", "Title", InputTextMessageContent("words"))
CALLS: dict[str, tuple[Do, Callable[[World], object]]] = {
    # What the bot does, and how it shows that it was done.
    "sendMessage": (
        lambda world: world.wire.application.bot.send_message(world.chat.id, "news"),
        lambda world: [message["text"] for message in world.chat.messages.values()].count("news") == 1,
    ),
    "editMessageText": (
        lambda world: world.wire.application.bot.edit_message_text("news", world.chat.id, world.ours["message_id"]),
        lambda world: world.ours["text"] == "news",
    ),
    "deleteMessage": (
        lambda world: world.wire.application.bot.delete_message(world.chat.id, world.ours["message_id"]),
        lambda world: world.ours["message_id"] not in world.chat.messages,
    ),
    "answerCallbackQuery": (
        lambda world: world.wire.application.bot.answer_callback_query("press-1"),
        lambda world: not world.wire.api.state.open_callbacks,
    ),
    "answerInlineQuery": (
        lambda world: world.wire.application.bot.answer_inline_query("q", [RESULT]),
        lambda world: world.wire.api.state.inline_queries["q"],
    ),
    "getChatMember": (lambda world: world.wire.application.bot.get_chat_member(world.chat.id, world.chat.id), lambda _: True),
    "setMyCommands": (
        lambda world: world.wire.application.bot.set_my_commands([("help", "how")]),
        lambda world: {"commands": [{"command": "help", "description": "how"}]} in world.wire.api.state.profile.values(),
    ),
}
ONCE = ("sendMessage",)
"""What must not be done again when nobody knows whether it was done."""


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("fault", [too_many_requests(1), server_error(), NoConnectionError("refused")], ids=["429", "500", "refused"])
async def test_what_was_not_done_is_done_in_the_end(world: World, method: str, fault: Fault) -> None:
    """Refused for a second, failed on Telegram's side, or never sent: every kind of call is made again, after the wait, and takes effect once."""
    do, is_done = CALLS[method]
    if isinstance(fault, NoConnectionError):
        await _while_nobody_listens(world, do)
    else:
        world.wire.api.fail(method, fault)
        await do(world)
        assert len([1 for _, called, _ in world.called if called == method]) == 2
    assert is_done(world)
    if isinstance(fault, RefusalError) and fault.status == 429:
        first, second = [at for at, called, _ in world.called if called == method]
        assert second - first >= 1.0


async def _while_nobody_listens(world: World, do: Do) -> None:
    """The server goes away and comes back on the same port."""
    server = world.wire.server
    listening = server.listening
    await listening.stop()
    doing = asyncio.ensure_future(do(world))
    await asyncio.sleep(0.3)
    assert not doing.done()
    listening.start_again()
    await doing


@pytest.mark.parametrize("method", [method for method in CALLS if method not in ONCE])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", [LostConnectionError("reset"), NoAnswerInTimeError()], ids=["reset", "timeout"])
async def test_what_may_be_repeated_is_when_nobody_knows(world: World, method: str, fault: Fault, after: bool) -> None:
    """A connection that broke before or after Telegram did it: what changes nothing the second time is called again, and has its effect."""
    do, is_done = CALLS[method]
    world.wire.api.fail(method, fault, after=after)
    await do(world)
    assert is_done(world)


@pytest.mark.parametrize("fault", [LostConnectionError("reset"), NoAnswerInTimeError()], ids=["reset", "timeout"])
async def test_an_answer_that_may_have_arrived_is_not_sent_again(wire: Wire, fault: Fault) -> None:
    """Telegram took the answer and its word of it was lost: the answer stands there once, and the reader is told what to do if it did not."""
    ann = wire.api.people.person("Ann")
    chat = wire.api.people.private_chat(ann)
    wire.api.fail("sendMessage", fault, after=True)
    answer, note = await wire.say(ann, chat, QUESTION, answers=2)
    assert QUOTE in answer["text"]
    assert note["text"].startswith(MAY_BE_MISSING)


@pytest.mark.parametrize("fault", [LostConnectionError("reset"), NoAnswerInTimeError()], ids=["reset", "timeout"])
async def test_an_answer_that_may_be_lost_is_said_to_be(wire: Wire, fault: Fault) -> None:
    """Telegram never took the answer: nobody can know, and the reader is told to ask again."""
    ann = wire.api.people.person("Ann")
    wire.api.fail("sendMessage", fault)
    assert text(await wire.say(ann, wire.api.people.private_chat(ann), QUESTION)).startswith(MAY_BE_MISSING)


@pytest.mark.parametrize("fault", [too_many_requests(1), server_error()], ids=["429", "500"])
async def test_an_answer_that_was_refused_comes_later(wire: Wire, fault: Fault) -> None:
    """A refusal for a while, which lost the answer before, delays it."""
    ann = wire.api.people.person("Ann")
    wire.api.fail("sendMessage", fault)
    assert QUOTE in text(await wire.say(ann, wire.api.people.private_chat(ann), QUESTION))


async def test_a_chat_in_its_wait_is_not_called_and_others_are(wire: Wire, world: World) -> None:
    """After a 429 nothing at all goes to that chat until its wait is over, not even "typing…"; others are answered meanwhile."""
    ben = wire.api.people.person("Ben")
    other = wire.api.people.private_chat(ben)
    wire.api.fail("sendMessage", too_many_requests(2))
    world.called.clear()
    started = time.monotonic()
    bot, chat_id = wire.application.bot, world.chat.id
    waiting = [asyncio.ensure_future(bot.send_message(chat_id, "one")), asyncio.ensure_future(bot.send_message(chat_id, "two"))]
    await until(lambda: world.called)
    await asyncio.sleep(0.1)
    assert await bot.send_chat_action(chat_id, "typing") is False
    assert QUOTE in text(await wire.say(ben, other, QUESTION))
    assert time.monotonic() - started < 1.5
    await asyncio.gather(*waiting)
    first, *later = [at for at, _, is_ours in world.called if is_ours]
    assert all(at >= first + 2.0 for at in later)
    assert [message["text"] for message in world.chat.messages.values()][-2:] == ["one", "two"]


async def test_a_wait_beyond_patience_is_told_at_once(world: World) -> None:
    """A chat that must not be written to for minutes holds up nobody: whoever wants to send is told how long, and can come back."""
    world.wire.api.fail("sendMessage", too_many_requests(300))
    bot = world.wire.application.bot
    waiting = [bot.send_message(world.chat.id, words, rate_limit_args=Priority.BROADCAST) for words in ("one", "two")]
    started = time.monotonic()
    for error in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(error, RetryAfter)
        assert 290 < error._retry_after.total_seconds() <= 300
    with pytest.raises(RetryAfter):
        await bot.send_message(world.chat.id, "three")
    assert time.monotonic() - started < 2
    assert [method for _, method, _ in world.called] == ["sendMessage"]


async def test_failures_are_counted_by_what_they_mean(world: World) -> None:
    """Operators see which calls fail, and why."""
    world.wire.api.fail("sendMessage", forbidden("bot was blocked by the user"))
    with pytest.raises(TelegramError):
        await world.wire.application.bot.send_message(world.chat.id, "news")
    metrics = (await fetched(f"{world.wire.operators}/metrics")).text
    assert 'dateline_telegram_errors_total{method="sendMessage",outcome="blocked"} 1.0' in metrics


async def test_the_fake_refuses_what_telegram_refuses() -> None:
    """Over the wire too: text that is too long, callback data over 64 bytes, broken HTML and unknown parameters."""
    import httpx

    api = LocalTelegram(token=TOKEN)
    chat = api.people.private_chat(api.people.person("Ann"))
    async with served(api) as server, httpx.AsyncClient(base_url=f"{server.base_url}{TOKEN}/") as client:

        async def refusal(**parameters: object) -> str:
            answer = (await client.post("sendMessage", json={"chat_id": chat.id, "text": "x", **parameters})).json()
            assert not answer["ok"]
            return str(answer["description"])

        def keyboard(data: str) -> JSON:
            return {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}

        assert "too long" in await refusal(text="😀" * 2049)
        assert "BUTTON_DATA_INVALID" in await refusal(reply_markup=keyboard("ä" * 33))
        assert "can't parse entities" in await refusal(text="<b>x", parse_mode="HTML")
        assert "can't parse entities" in await refusal(text="<h1>x</h1>", parse_mode="HTML")
        assert api.violations == []
        assert "unknown" in await refusal(txt="x")
        assert "Integer is expected" in await refusal(message_thread_id="five")
        assert len(api.violations) == 2
        sent = await client.post("sendMessage", data={"chat_id": chat.id, "text": "😀" * 2048, "reply_markup": '{"inline_keyboard": []}'})
        assert sent.json()["result"]["text"] == "😀" * 2048
        assert (await client.post(f"{server.base_url}1:wrong/getMe")).status_code == 401
