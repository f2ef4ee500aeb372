"""The Bot API in this process. In: a method and its parameters. Out: an HTTP status and the body that Telegram would send.

Every call is checked against the Bot API's description first; one that does not fit is refused and kept in ``violations``, so that a test fails even
where the bot swallowed the refusal. Lives on one event loop; not for several threads.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.local.description import bot_api
from bot.local.faults import Fault, RefusalError, bad_request, too_many_requests
from bot.local.groups import Groups
from bot.local.methods import METHODS, Result
from bot.local.people import People
from bot.local.state import JSON, State

LOCAL_TOKEN = "1:local"  # noqa: S105 - opens nothing: this Bot API is in this process
LONGEST_POLL_S = 50.0
"""What Telegram cuts a long poll to."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call the bot made, whatever became of it."""

    method: str
    parameters: Mapping[str, Any]


@dataclass(slots=True)
class _Wait:
    until: float
    is_known: bool = False
    """Whether the bot was told of it."""


@dataclass(frozen=True, slots=True)
class _Planned:
    fault: Fault
    after: bool


class LocalTelegram:
    """One bot's Telegram.

    ``state``, ``people`` and ``groups`` are for whoever plays the other side: the local chat and the tests.
    """

    def __init__(self, *, token: str = LOCAL_TOKEN, username: str = "dateline_bot", clock: Callable[[], datetime] | None = None) -> None:
        self.token = token
        bot: JSON = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Dateline", "username": username}
        bot.update(can_join_groups=True, can_read_all_group_messages=False, supports_inline_queries=True)
        self.state = State(bot, clock or (lambda: datetime.now(UTC)))
        self.people = People(self.state)
        self.groups = Groups(self.state)
        self.calls: list[Call] = []
        self.violations: list[str] = []
        """What did not fit the Bot API's description, over all calls."""
        self.latency_s = 0.0
        """How long the answer to each call but getUpdates is under way."""
        self.within_wait: list[Call] = []
        """Calls to a chat that was to be left alone at that moment."""
        self._waits: dict[int, _Wait] = {}
        self._planned: defaultdict[str, deque[_Planned]] = defaultdict(deque)
        self._news = asyncio.Event()

    def fail(self, method: str, fault: Fault, *, times: int = 1, after: bool = False) -> None:
        """Let the next ``times`` calls of ``method`` end in ``fault``; with ``after``, Telegram still does what was asked."""
        self._planned[method].extend([_Planned(fault, after)] * times)

    def slow_down(self, chat_id: int, wait_s: int) -> None:
        """Refuse whatever is sent to the chat, for so many seconds from now on."""
        self._waits[chat_id] = _Wait(time.monotonic() + wait_s)

    def deliver(self, update: JSON) -> None:
        """Keep an update for getUpdates."""
        self.state.pending.append(update)
        self._news.set()

    async def call(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
        """Status and body. Raises NoConnectionError, LostConnectionError or NoAnswerInTimeError when a test planned it."""
        call = Call(method, parameters)
        self.calls.append(call)
        try:
            self._refuse_within_wait(call)
            answer: tuple[int, JSON] = (200, {"ok": True, "result": await self._result(method, parameters)})
        except RefusalError as refusal:
            body: JSON = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            answer = refusal.status, body
        if self.latency_s and method != "getUpdates":
            await asyncio.sleep(self.latency_s)
        return answer

    def download(self, path: str) -> tuple[int, bytes]:
        """Status and bytes of the file at a path that getFile gave."""
        for known, data in self.state.files.values():
            if known == path:
                return 200, data
        return 404, b'{"ok":false,"error_code":404,"description":"Not Found"}'

    def _refuse_within_wait(self, call: Call) -> None:
        wait = self._waits.get(call.parameters.get("chat_id", 0))
        if wait is None or (wait_s := wait.until - time.monotonic()) <= 0:
            return
        if wait.is_known:
            self.within_wait.append(call)
        wait.is_known = True
        raise too_many_requests(math.ceil(wait_s))

    async def _result(self, method: str, parameters: Mapping[str, Any]) -> Result:
        if problems := bot_api().problems(method, parameters):
            self.violations += problems
            raise bad_request(f"not in the Bot API: {'; '.join(problems)}")
        planned = self._planned[method].popleft() if self._planned[method] else None
        if planned is not None and not planned.after:
            raise planned.fault
        result = await self._updates(parameters) if method == "getUpdates" else METHODS[method](self.state, parameters)
        if planned is not None:
            raise planned.fault
        return result

    async def _updates(self, given: Mapping[str, Any]) -> list[JSON]:
        """https://core.telegram.org/bots/api#getupdates: what lies before ``offset`` is confirmed; waits when there is nothing else."""
        if self.state.webhook.url:
            raise RefusalError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        offset, allowed = given.get("offset", 0), set(given.get("allowed_updates", []))
        wait_s = min(given.get("timeout", 0), LONGEST_POLL_S)
        try:
            async with asyncio.timeout(wait_s):
                while not (waiting := self._confirm(offset, allowed)):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return []
        return waiting[: given.get("limit", 100)]

    def _confirm(self, offset: int, allowed: set[str]) -> list[JSON]:
        """Forget what was confirmed or is not wanted, and say what is left."""
        kept = [update for update in self.state.pending if update["update_id"] >= offset and (not allowed or allowed & set(update))]
        self.state.pending[:] = kept
        return kept
