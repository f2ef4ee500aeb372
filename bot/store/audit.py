"""The audit log: who did what where as an admin, or tried to. In: acts. Out: rows, newest first. SQL on it stands here only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, delete, insert, select

from bot.store.database import reading, writing
from bot.store.tables import audit

MAX_REFUSED = 10_000
"""Refused tries that are kept, the newest: anybody can make one, so there is no other end to them. What admins did is kept for good."""
_MAX_CHARS = 500
"""Of a name, an argument or a detail."""


class Outcome(StrEnum):
    """What became of an admin's command."""

    DONE = "done"
    ASKED = "asked"
    """The admin was asked whether that is really meant; the answer is a row of its own."""
    FAILED = "failed"
    REFUSED = "refused"
    """Whoever tried may not."""


@dataclass(frozen=True, slots=True)
class Act:
    """One row. Texts are cut where they are longer than 500 characters."""

    act: str
    """The command without its slash; or what was pressed, uploaded, forwarded."""
    outcome: Outcome
    user_id: int | None = None
    name: str = ""
    chat_id: int | None = None
    argument: str = ""
    detail: str = ""
    """What came of it, or why not."""
    at: datetime | None = None
    """None on its way in."""
    id: int = 0
    """0 on its way in."""


class Audit:
    """The log. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def note(self, act: Act) -> None:
        """Add a row, as of now."""
        values = {
            "at": int(self._now().timestamp()),
            "user_id": act.user_id,
            "name": _storable(act.name),
            "chat_id": act.chat_id,
            "act": act.act[:40],
            "argument": _storable(act.argument),
            "outcome": act.outcome.value,
            "detail": _storable(act.detail),
        }
        with writing(self._engine, "keeping the audit log") as connection:
            connection.execute(insert(audit).values(values))

    def newest(self, limit: int, *, before: int | None = None) -> list[Act]:
        """The newest rows first. before: only those with a smaller id."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        with reading(self._engine, "reading the audit log") as connection:
            rows = connection.execute(query).all()
        return [
            Act(
                row.act,
                Outcome(row.outcome),
                row.user_id,
                row.name,
                row.chat_id,
                row.argument,
                row.detail,
                datetime.fromtimestamp(row.at, UTC),
                row.id,
            )
            for row in rows
        ]

    def trim(self) -> int:
        """Forget all but the newest ``MAX_REFUSED`` refused tries. Returns how many went."""
        refused = audit.c.outcome == Outcome.REFUSED.value
        newest = select(audit.c.id).where(refused).order_by(audit.c.id.desc()).offset(MAX_REFUSED).limit(1)
        with writing(self._engine, "trimming the audit log") as connection:
            last = connection.execute(newest).scalar()
            if last is None:
                return 0
            return connection.execute(delete(audit).where(refused, audit.c.id <= last)).rowcount


def _storable(text: str) -> str:
    """What every database takes: no NUL, no half of a surrogate pair, not too long."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()[:_MAX_CHARS]
