"""Questions counted: when, what came of each, how long it took. Who asked, and what, is not kept. SQL on it stands here only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, delete, func, insert, select

from bot.store.database import reading, writing
from bot.store.tables import usage

KEPT = timedelta(days=90)


class Used(StrEnum):
    """What is counted."""

    ANSWERED = "answered"
    CONFLICT = "conflict"
    """Answered, with reports that differ."""
    NOT_COVERED = "not_covered"
    REMARK = "remark"
    """It was no question about the coverage."""
    FAILED = "failed"
    HELPFUL = "helpful"
    """Somebody says so of an answer."""
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted since a moment."""

    by_kind: dict[Used, int]
    """Every kind is in it."""
    p50_ms: int | None
    """Of the answers that were worked out; None if there was none."""
    p95_ms: int | None

    @property
    def asked(self) -> int:
        """Questions, whatever came of them."""
        return sum(number for kind, number in self.by_kind.items() if kind not in (Used.HELPFUL, Used.UNHELPFUL))


class Usage:
    """The counting. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def note(self, what: Used, elapsed_ms: float | None = None) -> None:
        """Count one, as of now."""
        row = {"at": int(self._now().timestamp()), "what": what.value, "elapsed_ms": None if elapsed_ms is None else round(elapsed_ms)}
        with writing(self._engine, "counting a question", synced=False) as connection:
            connection.execute(insert(usage).values(row))

    def since(self, moment: datetime) -> Count:
        """What was counted from that moment on."""
        recent = usage.c.at >= int(moment.timestamp())
        with reading(self._engine, "counting questions") as connection:
            counted = {
                row[0]: row[1] for row in connection.execute(select(usage.c.what, func.count()).where(recent).group_by(usage.c.what))
            }
            timed = connection.execute(select(func.count()).where(recent, usage.c.elapsed_ms.is_not(None))).scalar() or 0
            slowest = [
                connection.execute(
                    select(usage.c.elapsed_ms)
                    .where(recent, usage.c.elapsed_ms.is_not(None))
                    .order_by(usage.c.elapsed_ms)
                    .offset(int((timed - 1) * share))
                    .limit(1)
                ).scalar()
                if timed
                else None
                for share in (0.5, 0.95)
            ]
        return Count({kind: counted.get(kind.value, 0) for kind in Used}, slowest[0], slowest[1])

    def expire(self) -> int:
        """Forget what is older than ``KEPT``. Returns how many rows went."""
        with writing(self._engine, "forgetting old counts") as connection:
            return connection.execute(delete(usage).where(usage.c.at < int((self._now() - KEPT).timestamp()))).rowcount
