"""Updates of which nobody knows whether they arrived, for the people who can look. In: subscriptions. Out: those updates, and what people say of
them.

Nothing here is done by itself: what is sent again is sent because somebody who did not find it in the chat said so. Blocking and short.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update

from bot.store.database import reading, writing
from bot.store.tables import outbox
from bot.updates.outgoing import Sending


@dataclass(frozen=True, slots=True)
class Unsure:
    """An update of which nobody knows."""

    id: int
    text: str
    """Its first message, as HTML."""


class UnsureUpdates:
    """Safe for several threads, processes and replicas. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], filled: Callable[[], None] = lambda: None) -> None:
        """filled: is told when something is to be sent again."""
        self._engine = engine
        self._now = now
        self._filled = filled

    def of(self, subscription_ids: Collection[int], since: datetime) -> dict[int, list[Unsure]]:
        """Those that were put into the outbox since then, oldest first, by subscription; subscriptions without any are left out."""
        theirs = (outbox.c.subscription_id.in_(list(subscription_ids)), outbox.c.created_at >= int(since.timestamp()))
        query = select(outbox.c.id, outbox.c.subscription_id, outbox.c.body)
        with reading(self._engine, "reading which updates are unknown") as connection:
            rows = connection.execute(query.where(*theirs, outbox.c.state == Sending.UNKNOWN).order_by(outbox.c.id)).all()
        found: dict[int, list[Unsure]] = {}
        for row in rows:
            found.setdefault(row.subscription_id, []).append(Unsure(row.id, json.loads(row.body)["texts"][0]))
        return found

    def send_again(self, subscription_id: int, update_ids: Collection[int]) -> int:
        """Somebody looked, and they are not there: they go out again, whole. Returns how many; what is not unknown any more is passed over."""
        waiting = {"state": Sending.WAITING, "not_before": int(self._now().timestamp()), "attempts": 0, "texts_sent": 0, "message_id": None}
        nobodys = {"claimed_by": None, "claimed_at": None, "error": None, "done_at": None}
        count = self._change(subscription_id, update_ids, {**waiting, **nobodys})
        if count:
            self._filled()
        return count

    def arrived(self, subscription_id: int, update_ids: Collection[int]) -> int:
        """Somebody looked, and they are there. Returns how many; likewise."""
        return self._change(subscription_id, update_ids, {"state": Sending.SENT, "error": None})

    def _change(self, subscription_id: int, update_ids: Collection[int], values: dict[str, Any]) -> int:
        these = (outbox.c.subscription_id == subscription_id, outbox.c.id.in_(list(update_ids)), outbox.c.state == Sending.UNKNOWN)
        with writing(self._engine, "noting what somebody saw in a chat") as connection:
            return connection.execute(update(outbox).where(*these).values(**values)).rowcount
