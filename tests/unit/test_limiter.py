"""Waiting for one's turn: who gives up, who is dropped, who is turned away. Limits are in test_pace, faults in tests/flows/test_faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from telegram.error import RetryAfter, TelegramError

from bot.telegram.limiter import Limiter, kind_of
from bot.telegram.outcomes import Failure, Outcome
from bot.telegram.pace import BROADCAST, BURST, Call, Kind, Pace, Priority


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """As bot.app has it: without it the library warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def call(
    limiter: Limiter,
    method: str,
    chat: int | str | None,
    does: Callable[[], Awaitable[object]] | None = None,
    priority: Priority | None = None,
) -> object:
    """One call through the limiter, as the library makes it."""

    async def send() -> bool:
        if does is not None:
            await does()
        return True

    return await limiter.process_request(send, (), {}, method, {"chat_id": chat} if chat is not None else {}, priority)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("sendMessage", Kind.MESSAGE),
        ("sendPhoto", Kind.MESSAGE),
        ("editMessageText", Kind.MESSAGE),
        ("forwardMessage", Kind.MESSAGE),
        ("copyMessage", Kind.MESSAGE),
        ("sendChatAction", Kind.ACTION),
        ("answerCallbackQuery", Kind.OTHER),
        ("answerInlineQuery", Kind.OTHER),
        ("deleteMessage", Kind.OTHER),
        ("getChatMember", Kind.OTHER),
        ("setMyCommands", Kind.OTHER),
    ],
)
def test_what_counts_as_a_message(method: str, kind: Kind) -> None:
    """Sending and editing count; showing "typing…", answering buttons and asking do not."""
    assert kind_of(method) is kind


async def test_whoever_gives_up_waiting_is_not_sent_and_holds_up_nobody() -> None:
    """A cancelled call leaves its place in line, and the one behind it goes."""
    limiter, sent = Limiter(), []

    async def note(name: str) -> None:
        sent.append(name)

    for number in range(BURST):
        await call(limiter, "sendMessage", 7, lambda number=number: note(str(number)))  # type: ignore[misc]  # a default argument, typed by use
    given_up = asyncio.create_task(call(limiter, "sendMessage", 7, lambda: note("given up")))
    behind = asyncio.create_task(call(limiter, "sendMessage", 7, lambda: note("behind")))
    await asyncio.sleep(0.05)
    assert limiter.waiting == 2
    given_up.cancel()
    await behind
    assert sent == ["0", "1", "2", "behind"]
    assert limiter.waiting == 0


async def test_a_call_that_is_cancelled_on_its_way_frees_its_chat() -> None:
    """Nothing waits for ever behind a call that was torn off."""
    limiter, never = Limiter(), asyncio.Event()
    torn = asyncio.create_task(call(limiter, "sendMessage", 7, never.wait))
    await asyncio.sleep(0.05)
    torn.cancel()
    async with asyncio.timeout(5):
        assert await call(limiter, "sendMessage", 7)


async def test_the_chat_is_the_same_by_number_and_by_its_digits() -> None:
    """ "-5" is the group -5: its wait holds for both spellings."""
    limiter = Limiter()

    async def refuse() -> None:
        raise RetryAfter(timedelta(minutes=10))

    with pytest.raises(RetryAfter):
        await call(limiter, "sendMessage", "-5", refuse)
    assert await call(limiter, "sendChatAction", -5) is False
    assert await call(limiter, "sendMessage", "@channel")


async def test_every_call_is_watched() -> None:
    """What came back is told with its method, and what was wrong with it."""
    seen: list[tuple[str, Failure | None]] = []

    async def fail() -> None:
        raise TelegramError("Invalid server response")

    limiter = Limiter(watch=lambda method, failure: seen.append((method, failure)))
    await call(limiter, "getChat", 7)
    with pytest.raises(TelegramError):
        await call(limiter, "sendMessage", 7, fail)
    assert seen == [("getChat", None), ("sendMessage", Failure(Outcome.UNKNOWN))]


async def test_what_forbids_a_message_is_asked_before_messages_only() -> None:
    """A claim is made for messages, and its refusal keeps them from going."""
    asked: list[str] = []

    async def forbid() -> None:
        asked.append("")
        raise TelegramError("answered elsewhere")

    limiter = Limiter(before_message=forbid)
    await call(limiter, "sendChatAction", 7)
    await call(limiter, "answerCallbackQuery", None)
    assert asked == []
    with pytest.raises(TelegramError, match="elsewhere"):
        await call(limiter, "sendMessage", 7)
    assert asked == [""]


async def test_what_nobody_waits_for_gives_up_its_turn_sooner() -> None:
    """A chat that is to be left alone for ten seconds: an answer waits for it, a broadcast comes back another time, and holds no place meanwhile."""
    pace = Pace()
    pace.refused(Call(Kind.MESSAGE, 7), asyncio.get_running_loop().time(), 10.0)
    limiter = Limiter(pace=pace)
    answer = asyncio.create_task(call(limiter, "sendMessage", 7))
    await asyncio.sleep(0)
    with pytest.raises(RetryAfter):
        await call(limiter, "sendMessage", 7, priority=Priority.BROADCAST)
    assert limiter.waiting == 1
    assert limiter.room(Priority.BROADCAST)[0] == BROADCAST - 1
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer
