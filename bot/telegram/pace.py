"""When a call may go to Telegram. In: calls that want to go, what Telegram refused, and the moment. Out: which go now, and when to look again.

Pure: time is a number of seconds that its caller gives, and only ever grows. ``bot.telegram.limiter`` is the part that waits. The numbers and what
they stand on: docs/decisions/0016-sending.md.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, IntEnum

OVERALL, OVERALL_S = 30, 1.0
"""Messages in any second, over all chats. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
BROADCAST = 25
"""Of those, what broadcasts may take: an answer always finds room within a second."""
BURST, CHAT_S = 3, 1.0
"""A chat may have three messages at once, and then one a second: "we may allow short bursts", says the same page, and no number."""
GROUP, GROUP_S = 20, 60.0
"""Messages in any minute in one group or channel; the same page."""
TOGETHER_S = 5.0
"""Two chats refused within so many seconds are taken for one limit of the whole bot: the refusal itself does not tell them apart."""
KEPT_CHATS = 1024
"""More chats than this are looked through for those that are long idle."""

ChatId = int | str
"""A number, negative for groups and channels, or a channel's @name."""


class Priority(IntEnum):
    """Who goes first when not all may go."""

    ANSWER = 0
    """Somebody waits for it."""
    BROADCAST = 1
    """Nobody asked for it just now: updates to subscribers."""


class Kind(Enum):
    """How Telegram counts a call."""

    MESSAGE = "message"
    """Counted against every limit: sending, and editing, which shares the limit (tdlib/td#2592, #3034)."""
    ACTION = "action"
    """Not counted, and worth nothing late: "typing…". Dropped rather than delayed."""
    OTHER = "other"
    """Not counted: answers to buttons and inline queries (tdlib/telegram-bot-api#648), and questions about chats."""


@dataclass(eq=False, slots=True)
class Call:
    """One call that wants to go. Told from others by identity."""

    kind: Kind
    chat: ChatId | None
    priority: Priority = Priority.ANSWER


@dataclass(slots=True)
class _Chat:
    """What was sent to one chat lately, and what Telegram said about it."""

    sent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP))
    full_at: float = -math.inf
    """When it may have a whole burst again; every message puts that off by ``CHAT_S``."""
    wait_until: float = -math.inf
    refused_at: float = -math.inf
    holders: dict[Priority, Call] = field(default_factory=dict)
    """The messages that are on their way: the next one goes when the one before it has arrived, or their order would be left to chance. An answer
    does not wait for an update to arrive, which may take long: in which order those two come matters to nobody."""

    def free_at(self, *, is_group: bool) -> float:
        """The earliest moment for another message, as far as this chat goes."""
        at = max(self.wait_until, self.full_at - (BURST - 1) * CHAT_S)
        return max(at, self.sent[0] + GROUP_S) if is_group and len(self.sent) == GROUP else at

    def is_idle(self, now: float) -> bool:
        """Whether nothing that happened here matters any more."""
        last = max([self.full_at, self.wait_until, self.refused_at + TOGETHER_S, *(moment + GROUP_S for moment in self.sent)])
        return not self.holders and last <= now

    def is_held(self, call: Call) -> bool:
        """Whether ``call`` has to wait until another has arrived."""
        return any(priority <= call.priority and holder is not call for priority, holder in self.holders.items())


class Pace:
    """The limits of one bot. Not for several threads."""

    def __init__(self, *, counts: bool = True) -> None:
        """counts: False where there is no Telegram that limits anything; what is refused has to wait all the same."""
        self._counts = counts
        self._chats: dict[ChatId, _Chat] = {}
        self._sent: deque[tuple[float, Priority]] = deque()
        self._wait_until = -math.inf
        self._waiting: dict[Call, tuple[Priority, int]] = {}
        self._asked = 0

    @property
    def waiting(self) -> int:
        """How many calls want to go and may not yet."""
        return len(self._waiting)

    def ask(self, call: Call, *, again: bool = False) -> None:
        """``call`` wants to go. again: it went before, came back with nothing done, and still holds its chat."""
        self._asked += 1
        self._waiting[call] = (call.priority, -self._asked if again else self._asked)

    def withdraw(self, call: Call) -> None:
        """``call`` does not want to go any more; nothing, if it was not waiting."""
        self._waiting.pop(call, None)

    def free_at(self, call: Call) -> float:
        """No earlier than this may it go, whatever else is waiting. -inf: now."""
        chat = self._chats.get(call.chat) if call.chat is not None else None
        at = self._wait_until
        if chat is not None:
            at = max(at, chat.free_at(is_group=_is_group(call.chat)) if call.kind is Kind.MESSAGE else chat.wait_until)
        return at

    def room(self, priority: Priority, now: float) -> tuple[int, float]:
        """How many messages of that priority could go at this moment besides those that wait, and when at least one can, as far as the bot as a
        whole goes."""
        at = max(self._wait_until, self._room_at(priority, now))
        if at > now:
            return 0, at
        self._forget(now)
        free = OVERALL - len(self._sent)
        if priority is Priority.BROADCAST:
            free = min(free, BROADCAST - sum(of is Priority.BROADCAST for _, of in self._sent))
        return max(0, free - sum(call.kind is Kind.MESSAGE for call in self._waiting)), at

    def let_go(self, now: float) -> tuple[list[Call], float]:
        """The calls that go now, in order, and the moment at which to look again; inf when only an arrival can change anything."""
        gone: list[Call] = []
        look_again = math.inf
        held: set[ChatId] = set()
        self._forget(now)
        for call in sorted(self._waiting, key=self._waiting.__getitem__):
            if call.kind is not Kind.MESSAGE:
                free_at = self.free_at(call)
            elif call.chat is not None and (call.chat in held or self._chat(call.chat).is_held(call)):
                held.add(call.chat)
                continue
            else:
                free_at = max(self.free_at(call), self._room_at(call.priority, now))
                if call.chat is not None:
                    held.add(call.chat)
            if free_at > now:
                look_again = min(look_again, free_at)
                continue
            self._go(call, now)
            gone.append(call)
        return gone, look_again

    def done(self, call: Call) -> None:
        """A call that was let go has come back for good: its chat is free for the next."""
        if call.kind is Kind.MESSAGE and call.chat is not None and self._chat(call.chat).holders.get(call.priority) is call:
            del self._chat(call.chat).holders[call.priority]

    def refused(self, call: Call, now: float, wait_s: float) -> bool:
        """Telegram refused ``call`` for ``wait_s`` seconds. Returns whether that is taken to hold for the whole bot."""
        until = now + wait_s
        if call.chat is None:
            self._wait_until = max(self._wait_until, until)
            return True
        chat = self._chat(call.chat)
        chat.wait_until, chat.refused_at = max(chat.wait_until, until), now
        others = [
            other.wait_until
            for other_id, other in self._chats.items()
            if other_id != call.chat and other.refused_at >= now - TOGETHER_S and other.wait_until > now
        ]
        if others:
            # The shortest of their waits: if the chats had their own reasons after all, the others lose little.
            self._wait_until = max(self._wait_until, min(until, *others))
        return bool(others)

    def _chat(self, chat_id: ChatId) -> _Chat:
        return self._chats.setdefault(chat_id, _Chat())

    def _room_at(self, priority: Priority, now: float) -> float:
        """When the bot as a whole may send another message."""
        sent = [moment for moment, _ in self._sent]
        at = sent[-OVERALL] + OVERALL_S if len(sent) >= OVERALL else now
        if priority is Priority.BROADCAST:
            broadcast = [moment for moment, of in self._sent if of is Priority.BROADCAST]
            at = max(at, broadcast[-BROADCAST] + OVERALL_S if len(broadcast) >= BROADCAST else now)
        return at

    def _go(self, call: Call, now: float) -> None:
        del self._waiting[call]
        if call.kind is not Kind.MESSAGE:
            return
        chat = self._chat(call.chat) if call.chat is not None else None
        if chat is not None:
            chat.holders[call.priority] = call
        if not self._counts:
            return
        self._sent.append((now, call.priority))
        if chat is not None:
            chat.sent.append(now)
            chat.full_at = max(chat.full_at, now) + CHAT_S

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] <= now - OVERALL_S:
            self._sent.popleft()
        if len(self._chats) > KEPT_CHATS:
            self._chats = {chat_id: chat for chat_id, chat in self._chats.items() if not chat.is_idle(now)}


def _is_group(chat_id: ChatId | None) -> bool:
    """Channels too: their numbers look the same, and the limit is said to hold for them."""
    return not isinstance(chat_id, int) or chat_id < 0
