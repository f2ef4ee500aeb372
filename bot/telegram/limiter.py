"""Calls to Telegram at the pace it allows, and again where that is safe. In: every call the library makes but getUpdates. Out: its result.

It sits at python-telegram-bot's seam for rate limiters, under every handler and every sender, and knows method and chat without reading a request
anew. The library asks limiters to leave failures other than 429 alone; this one repeats some of them, because a repeated call must keep the pace
too, and before the next one to its chat. What may be repeated: ``bot.telegram.outcomes``.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.telegram.outcomes import Consequence, Failure, Outcome, judge
from bot.telegram.pace import Call, ChatId, Kind, Pace, Priority

_log = logging.getLogger(__name__)

PATIENCE_S = {Priority.ANSWER: 60.0, Priority.BROADCAST: 5.0}
"""The longest that a call waits for its turn, all repeats together: for an answer, a group's minute. Beyond it RetryAfter is raised, for the caller
to come back. What nobody waits for comes back soon, so that one full chat takes no place from others."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
"""Between repeats of a call that did not get through; twice as long each time."""

Result = bool | dict[str, Any] | list[dict[str, Any]]

_MESSAGES = ("send", "edit", "forward", "copy", "post")
"""How the methods begin that Telegram counts as messages."""
_TWICE_AS_ONCE = ("edit", "delete", "set", "get", "answer", "pin", "unpin")
"""How the methods begin that change nothing when they are called again."""
_ONCE = ("getMe",)
"""Called at the start, where whoever starts the bot is told at once that Telegram cannot be reached."""
_DONE_BEFORE = (Outcome.NOT_MODIFIED, Outcome.QUERY_TOO_OLD, Outcome.MESSAGE_GONE)
"""What Telegram says of a call that was done the first time, when it comes a second time."""


class Limiter(BaseRateLimiter[Priority]):
    """Give it to the Application; say ``rate_limit_args=Priority.BROADCAST`` where nobody is waiting. Belongs to one event loop."""

    def __init__(
        self,
        *,
        watch: Callable[[str, Failure | None], None] = lambda _method, _failure: None,
        before_message: Callable[[], Awaitable[None]] | None = None,
        pace: Pace | None = None,
    ) -> None:
        """watch: is told of each call that came back, by method, and what was wrong with it. before_message: awaited before a message goes for the
        first time; what it raises is raised."""
        self._pace = pace or Pace()
        self._watch = watch
        self._before_message = before_message
        self._waiting: dict[Call, tuple[asyncio.Future[None], float]] = {}
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return self._pace.waiting

    def room(self, priority: Priority) -> tuple[int, float]:
        """How many messages of that priority would go at once now, as far as the bot as a whole goes, and in how many seconds one would."""
        now = _now()
        count, at = self._pace.room(priority, now)
        return count, at - now

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing is left to wait for: the library calls this after the last handler."""
        if self._alarm is not None:
            self._alarm.cancel()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> Result:
        """The result of ``callback``, called when it may be. Raises RetryAfter when that is too far ahead, else what ``callback`` raised last."""
        now = _now()
        call = Call(kind_of(endpoint), _chat(data), Priority.ANSWER if rate_limit_args is None else rate_limit_args)
        if call.kind is Kind.ACTION and self._pace.free_at(call) > now:
            return False  # nobody misses it
        try:
            return await self._call(call, endpoint, lambda: callback(*args, **kwargs), now + PATIENCE_S[call.priority])
        finally:
            self._pace.done(call)
            self._look()

    async def _call(self, call: Call, endpoint: str, send: Callable[[], Coroutine[Any, Any, Result]], deadline: float) -> Result:
        """One call, and its repeats."""
        pause_s, again, unsure = FIRST_PAUSE_S, False, False
        while True:
            await self._turn(call, deadline, again=again)
            if not again and call.kind is Kind.MESSAGE and self._before_message is not None:
                await self._before_message()
            try:
                result = await send()
            except TelegramError as error:
                failure = judge(error)
                self._watch(endpoint, failure)
                if unsure and failure.outcome in _DONE_BEFORE:
                    return True
                if failure.outcome is Outcome.TOO_MANY:
                    if self._pace.refused(call, _now(), failure.wait_s):
                        _log.warning("Telegram refuses all for %.0f s", failure.wait_s)
                    if call.kind is Kind.ACTION:
                        raise
                elif not _may_repeat(endpoint, call, failure) or _now() + pause_s > deadline:
                    raise
                else:
                    unsure = unsure or failure.outcome is Outcome.UNKNOWN
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                again = True
            else:
                self._watch(endpoint, None)
                return result

    async def _turn(self, call: Call, deadline: float, *, again: bool) -> None:
        """Return when ``call`` may go. Raises RetryAfter as soon as that is known to be after ``deadline``."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[call] = (turn, deadline)
        self._pace.ask(call, again=again)
        try:
            self._look()
            async with asyncio.timeout_at(deadline):
                await turn
        except TimeoutError:
            raise _too_late(self._pace.free_at(call)) from None
        finally:
            self._pace.withdraw(call)
            self._waiting.pop(call, None)

    def _look(self) -> None:
        """Let go what may go, turn away what cannot go in time, and look again when something changes."""
        now = _now()
        gone, look_again = self._pace.let_go(now)
        for call in gone:
            turn, _ = self._waiting[call]
            if turn.done():  # whoever wanted it was cancelled this very moment
                self._pace.done(call)
            else:
                turn.set_result(None)
        for call, (turn, deadline) in self._waiting.items():
            if not turn.done() and self._pace.free_at(call) > deadline:
                turn.set_exception(_too_late(self._pace.free_at(call)))
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if look_again < math.inf:
            self._alarm = asyncio.get_running_loop().call_at(look_again, self._look)


def kind_of(method: str) -> Kind:
    """How Telegram counts a call of the method."""
    if method == "sendChatAction":
        return Kind.ACTION
    return Kind.MESSAGE if method.startswith(_MESSAGES) else Kind.OTHER


def _may_repeat(method: str, call: Call, failure: Failure) -> bool:
    if method in _ONCE or call.kind is Kind.ACTION:
        return False
    if failure.consequence is Consequence.REPEAT:
        return True
    return failure.outcome is Outcome.UNKNOWN and method.startswith(_TWICE_AS_ONCE)


def _chat(data: dict[str, Any]) -> ChatId | None:
    chat = data.get("chat_id")
    if isinstance(chat, str) and chat.removeprefix("-").isdigit():
        return int(chat)
    return chat if isinstance(chat, (int, str)) else None


def _now() -> float:
    """The event loop's clock: monotonic, and what its timers go by."""
    return asyncio.get_running_loop().time()


def _too_late(free_at: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=max(1, math.ceil(free_at - _now())) if free_at > -math.inf else 1))
