"""Updates on their way, in the database. In: what is to be sent, and what came of it. Out: what may be sent now, each thing to one sender alone.

Whatever is claimed was marked as being sent before anybody sends it, in a transaction of its own. A row that is found so marked and whose sender is
gone may have been sent: it becomes UNKNOWN and is never sent again. Blocking and short: call it off the event loop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Row, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import reading, writing
from bot.store.tables import chat_waits, outbox, subscriptions
from bot.updates.outgoing import Body, NewUpdate, Progress, Sending, Update
from bot.updates.subscription import Place, State

ORPHANED_AFTER = timedelta(minutes=15)
"""Longer than any sender works on one update, of nine texts if each takes the longest: a request's time limits, and the limiter's patience. Then its
sender is taken for dead."""

_MAX_ERROR_CHARS = 500
_NOTHING_YET = Progress()


class Outbox:
    """Safe for several threads, processes and replicas. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._listeners: list[Callable[[], None]] = []

    @contextmanager
    def watched(self, listener: Callable[[], None]) -> Iterator[None]:
        """Within the ``with``, ``listener`` is called when something came in through this process, in whatever thread that happens."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def filled(self) -> None:
        """Something came in, by whichever way, and is committed."""
        for listener in tuple(self._listeners):
            listener()

    def put(self, updates: Sequence[NewUpdate]) -> int:
        """Take in updates, in one transaction; what a place was told of before is passed over. Returns how many are new."""
        with writing(self._engine, "filling the outbox") as connection:
            new = len(put(connection, updates, self._now()))
        if new:
            self.filled()
        return new

    def claim(self, sender: str, limit: int) -> list[Update]:
        """At most ``limit`` updates whose time has come, oldest first, for ``sender`` alone: at most one for each chat, and none that is not first
        in line there. Nothing of chats that are to be left alone.

        What waits for its own time or for its chat to be back keeps up only what belongs to the same subscription.
        """
        now = _seconds(self._now())
        # Looked for without the right to write, because nearly always there is nothing, and SQLite has one writer at a time.
        with reading(self._engine, "looking for updates to send") as connection:
            seen = list(connection.execute(_ready(now).limit(limit)).scalars())
        if not seen:
            return []
        # Replicas pass over what another has under its hands; SQLite takes no notice of the clause.
        still = _ready(now).where(outbox.c.id.in_(seen)).with_for_update(skip_locked=True)
        with writing(self._engine, "taking updates from the outbox") as connection:
            return _take(connection, still, sender, now)

    def claim_lost(self, sender: str, chat_id: int, thread_id: int | None, reasons: Collection[str]) -> tuple[list[Update], int]:
        """The first update that waits because its chat, or that topic, is cut off for one of these reasons, if its time has come and nothing else
        is in hand there: to try whether it arrives. Also how many wait there."""
        now = _seconds(self._now())
        theirs = (subscriptions.c.id == outbox.c.subscription_id, subscriptions.c.reason.in_(reasons))
        cut_off = (*theirs, subscriptions.c.state == State.CUT_OFF)
        there = [outbox.c.chat_id == chat_id, outbox.c.state == Sending.WAITING, exists().where(*cut_off)]
        if thread_id is not None:
            there.append(outbox.c.thread_id == thread_id)
        free = (outbox.c.not_before <= now, ~_in_hand(), ~_left_alone(now))
        first = select(outbox.c.id).where(*there, *free).order_by(outbox.c.id).limit(1).with_for_update(skip_locked=True)
        with writing(self._engine, "taking an update for a chat that was lost") as connection:
            waiting = connection.execute(select(func.count()).select_from(outbox).where(*there)).scalar_one()
            return _take(connection, first, sender, now), waiting

    def sent(self, update_id: int, message_id: int | None) -> None:
        """It arrived; message_id: of its first message."""
        self._done(update_id, Sending.SENT, message_id=message_id)

    def unknown(self, update_id: int, error: str, message_id: int | None = None) -> None:
        """It may have arrived, all of it or a part; message_id: of its first message, if that is there for certain."""
        self._done(update_id, Sending.UNKNOWN, error=error, message_id=message_id)

    def dropped(self, update_id: int, error: str, message_id: int | None = None) -> None:
        """It can never arrive; message_id: of its first message, if only the rest cannot."""
        self._done(update_id, Sending.DROPPED, error=error, message_id=message_id)

    def later(self, update_id: int, until: datetime, *, chat_id: int | None = None, progress: Progress = _NOTHING_YET) -> None:
        """It was refused for a while: nobody sends it before. chat_id: nor anything else to that chat. progress: what did arrive."""
        with writing(self._engine, "putting an update back") as connection:
            values = {**_waiting(progress), "not_before": _ceiling(until), "attempts": outbox.c.attempts + 1}
            connection.execute(update(outbox).where(outbox.c.id == update_id).values(**values))
            if chat_id is not None:
                _wait(connection, chat_id, _ceiling(until))

    def put_back(self, update_id: int, progress: Progress = _NOTHING_YET) -> None:
        """It was claimed, and nothing was sent beyond ``progress``: it is first in line again."""
        with writing(self._engine, "putting an update back") as connection:
            mine = (outbox.c.id == update_id, outbox.c.state == Sending.SENDING)
            connection.execute(update(outbox).where(*mine).values(**_waiting(progress)))

    def orphaned(self, sender: str | None = None) -> int:
        """What others had in hand long ago becomes UNKNOWN; and, at the start of ``sender``, what earlier processes of that name had. Returns how
        many."""
        old = _seconds(self._now() - ORPHANED_AFTER)
        with writing(self._engine, "looking for updates whose sender is gone") as connection:
            return connection.execute(
                update(outbox)
                .where(outbox.c.state == Sending.SENDING, (outbox.c.claimed_by == sender) | (outbox.c.claimed_at < old))
                .values(state=Sending.UNKNOWN, error="whoever sent it was stopped meanwhile", done_at=_seconds(self._now()))
            ).rowcount

    def counts(self) -> dict[Sending, int]:
        """How many updates there are in each state; states without any are left out."""
        with reading(self._engine, "counting the outbox") as connection:
            rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
        return {Sending(state): count for state, count in rows}

    def forget(self, before: datetime) -> int:
        """Delete what was done with before that moment, and what has waited since then for a chat that is not back. Returns how many."""
        moment = _seconds(before)
        given_up = and_(outbox.c.state == Sending.WAITING, outbox.c.created_at < moment, _is_idle(outbox))
        with writing(self._engine, "clearing the outbox") as connection:
            return connection.execute(outbox.delete().where(or_(outbox.c.done_at < moment, given_up))).rowcount

    def _done(self, update_id: int, state: Sending, *, message_id: int | None = None, error: str | None = None) -> None:
        values = {"state": state, "message_id": message_id, "error": error and error[:_MAX_ERROR_CHARS], "done_at": _seconds(self._now())}
        with writing(self._engine, "noting what became of an update") as connection:
            connection.execute(update(outbox).where(outbox.c.id == update_id).values(**values))


def put(connection: Connection, updates: Sequence[NewUpdate], now: datetime) -> list[int]:
    """As ``Outbox.put``, within a transaction of the caller's. Returns the numbers of those that are new."""
    if not updates:
        return []
    rows = [
        {
            "chat_id": one.place.chat_id,
            "thread_id": one.place.thread_id,
            "update_key": one.key,
            "subscription_id": one.subscription_id,
            "body": json.dumps({"texts": one.body.texts, "replies_to": one.body.replies_to, "edits": one.body.edits}),
            "state": Sending.WAITING,
            "not_before": _ceiling(one.not_before) if one.not_before is not None else _seconds(now),
            "attempts": 0,
            "created_at": _seconds(now),
        }
        for one in updates
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(outbox).on_conflict_do_nothing(index_elements=["chat_id", "thread_id", "update_key"]).returning(outbox.c.id)
    return list(connection.execute(statement, rows).scalars())


def _ready(now: int) -> Select[tuple[int]]:
    """The numbers of what may be sent at this moment, oldest first."""
    other = outbox.alias()
    same_chat = other.c.chat_id == outbox.c.chat_id
    same_subscription = other.c.subscription_id.is_not_distinct_from(outbox.c.subscription_id)
    in_line = and_(or_(other.c.not_before <= now, same_subscription), ~_is_idle(other))
    not_first = exists().where(same_chat, other.c.state == Sending.WAITING, other.c.id < outbox.c.id, in_line)
    due = (outbox.c.state == Sending.WAITING, outbox.c.not_before <= now)
    return select(outbox.c.id).where(*due, ~_is_idle(outbox), ~_left_alone(now), ~_in_hand(), ~not_first).order_by(outbox.c.id)


def _take(connection: Connection, chosen: Select[tuple[int]], sender: str, now: int) -> list[Update]:
    """Mark them as being sent."""
    ids = list(connection.execute(chosen).scalars())
    rows = connection.execute(
        update(outbox).where(outbox.c.id.in_(ids)).values(state=Sending.SENDING, claimed_by=sender, claimed_at=now).returning(outbox)
    ).all()
    return [_update(row, _earlier_message(connection, row)) for row in sorted(rows, key=lambda row: row.id)]


def _in_hand() -> ColumnElement[bool]:
    """Whether somebody sends something to its chat."""
    other = outbox.alias()
    return exists().where(other.c.chat_id == outbox.c.chat_id, other.c.state == Sending.SENDING)


def _left_alone(now: int) -> ColumnElement[bool]:
    """Whether its chat is to be left alone."""
    return exists().where(chat_waits.c.chat_id == outbox.c.chat_id, chat_waits.c.until > now)


def _is_idle(row: FromClause) -> ColumnElement[bool]:
    """Whether its subscription is not served now."""
    return exists().where(subscriptions.c.id == row.c.subscription_id, subscriptions.c.state != State.ACTIVE)


def _waiting(progress: Progress) -> dict[str, object]:
    nobodys = {"state": Sending.WAITING, "claimed_by": None, "claimed_at": None}
    return {**nobodys, "texts_sent": progress.texts, "message_id": progress.message_id}


def _wait(connection: Connection, chat_id: int, until: int) -> None:
    changed = connection.execute(update(chat_waits).where(chat_waits.c.chat_id == chat_id).values(until=until)).rowcount
    if not changed:
        connection.execute(insert(chat_waits).values(chat_id=chat_id, until=until))


def _earlier_message(connection: Connection, row: Row[tuple[object, ...]]) -> int | None:
    body = json.loads(row.body)
    key = body["edits"] or body["replies_to"]
    if key is None:
        return None
    same_place = and_(outbox.c.chat_id == row.chat_id, outbox.c.thread_id == row.thread_id)
    found: int | None = connection.execute(select(outbox.c.message_id).where(same_place, outbox.c.update_key == key)).scalar()
    return found


def _update(row: Row[tuple[object, ...]], earlier_message_id: int | None) -> Update:
    body = json.loads(row.body)
    return Update(
        id=row.id,
        place=Place(row.chat_id, row.thread_id),
        key=row.update_key,
        body=Body(tuple(body["texts"]), body["replies_to"], body["edits"]),
        subscription_id=row.subscription_id,
        attempts=row.attempts,
        earlier_message_id=earlier_message_id,
        progress=Progress(row.texts_sent, row.message_id),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _ceiling(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)
