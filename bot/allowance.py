"""May somebody ask once more? In: who asks where, and the moment. Out: yes, no, or no and they know it. Decides and counts, nothing else."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

WINDOW_S = 60.0
REMEMBERED = 10_000
"""Askers kept; the one that has not asked for longest is forgotten first."""


class Verdict(Enum):
    """Whether a question may be worked on."""

    YES = "yes"
    TELL = "tell"
    """No, and say so."""
    SILENT = "silent"
    """No, and they were told within the last minute: to say it each time would be the flood itself."""


@dataclass(slots=True)
class _Asker:
    asked: deque[float]
    told_at: float | None = None


class Allowance:
    """How many questions a minute one person may ask, and all of a group together. Belongs to one event loop."""

    def __init__(self, *, per_person: int, per_group: int, now: Callable[[], float]) -> None:
        """per_person, per_group: questions a minute. now: seconds that only grow."""
        self._per_person = per_person
        self._per_group = per_group
        self._now = now
        self._askers: OrderedDict[int, _Asker] = OrderedDict()

    def ask(self, *, person: int | None, chat: int | None) -> Verdict:
        """A question has come. person: None where nobody is named, as for an anonymous admin. chat: a private chat has its person's own number.

        Only what may be worked on is counted: who keeps asking is not kept waiting for longer.
        """
        now = self._now()
        group = chat if chat is not None and chat < 0 else None
        limits = [(number, most) for number, most in ((person, self._per_person), (group, self._per_group)) if number is not None]
        askers = [(self._asker(number), most) for number, most in limits]
        for asker, most in askers:
            while asker.asked and asker.asked[0] <= now - WINDOW_S:
                asker.asked.popleft()
            if len(asker.asked) >= most:
                if asker.told_at is not None and asker.told_at > now - WINDOW_S:
                    return Verdict.SILENT
                asker.told_at = now
                return Verdict.TELL
        for asker, _ in askers:
            asker.asked.append(now)
        return Verdict.YES

    def _asker(self, number: int) -> _Asker:
        asker = self._askers.setdefault(number, _Asker(deque()))
        self._askers.move_to_end(number)
        if len(self._askers) > REMEMBERED:
            self._askers.popitem(last=False)
        return asker
