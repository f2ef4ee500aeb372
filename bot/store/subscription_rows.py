"""Rows of subscriptions: what they say, how they are written, and the statements that `bot.store.subscriptions` makes its transactions of.

In: a connection within a transaction, rows. Out: subscriptions, columns. Blocking.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import outbox, progress, subscriptions
from bot.updates.outgoing import Sending
from bot.updates.subscription import Cadence, Place, Schedule, State, Subscription, Wanted, Wish

TOLD_OF = "coverage"
"""The row of ``progress`` that says up to which change of the coverage subscriptions were told."""
PLAIN = tuple(one for one in subscriptions.c if one.name not in ("encoder", "vector", "answered"))
"""What is read of ten thousand subscriptions each half minute: not the megabytes of their vectors."""
LOOKUP = 500
"""Numbers in one query: well below every database's limit on parameters."""


def in_chat(chat_id: int, thread_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """Of the whole chat, or of one topic of it."""
    in_chat = subscriptions.c.chat_id == chat_id
    return (in_chat,) if thread_id is None else (in_chat, subscriptions.c.thread_id == thread_id)


def in_place(place: Place) -> Any:
    """Of exactly this place."""
    return select(subscriptions).where(subscriptions.c.chat_id == place.chat_id, subscriptions.c.thread_id == place.thread_id)


def one_of(connection: Connection, subscription_id: int) -> Subscription:
    """The one of this number, which is there."""
    return to_subscription(connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one())


def advance(connection: Connection, after: int | None, upto: int) -> bool:
    """Move the mark up to which subscriptions were told; False if another replica moved it first. after: where it was, None if nowhere."""
    if after is not None:
        moved = update(progress).where(progress.c.name == TOLD_OF, progress.c.value == after).values(value=upto)
        return connection.execute(moved).rowcount == 1
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    begun = dialect.insert(progress).values(name=TOLD_OF, value=upto).on_conflict_do_nothing(index_elements=["name"])
    return connection.execute(begun.returning(progress.c.name)).first() is not None


def still_wanted(connection: Connection, subscription_ids: Collection[int]) -> set[int]:
    """Those that were neither removed nor paused; what is cut off is still wanted, and waits."""
    ids, wanted = sorted(subscription_ids), set[int]()
    for begin in range(0, len(ids), LOOKUP):
        these = (subscriptions.c.id.in_(ids[begin : begin + LOOKUP]), subscriptions.c.state != State.PAUSED)
        wanted.update(connection.execute(select(subscriptions.c.id).where(*these)).scalars())
    return wanted


def note_answers(connection: Connection, answered: Mapping[int, str], seen: Mapping[int, str]) -> bool:
    """Whether all could be noted. Who removed a question meanwhile wants to hear no more of it: that is no reason to begin again."""
    for subscription_id, kept in answered.items():
        this, before = subscriptions.c.id == subscription_id, seen.get(subscription_id)
        unchanged = subscriptions.c.answered.is_(None) if before is None else subscriptions.c.answered == before
        noted = connection.execute(update(subscriptions).where(this, unchanged).values(answered=kept)).rowcount
        if not noted and connection.execute(select(subscriptions.c.id).where(this)).first() is not None:
            return False
    return True


def drop_waiting(connection: Connection, subscription_ids: Sequence[int], why: str, now: datetime) -> None:
    """Send nothing more of what waits for these."""
    waiting = (outbox.c.subscription_id.in_(subscription_ids), outbox.c.state == Sending.WAITING)
    connection.execute(update(outbox).where(*waiting).values(state=Sending.DROPPED, error=why, done_at=int(now.timestamp())))


def wish_row(wish: Wish) -> dict[str, Any]:
    """Its columns."""
    return {"wanted": wish.wanted, "words": wish.words, "must": "\n".join(wish.must), "must_not": "\n".join(wish.must_not)}


def schedule_row(schedule: Schedule) -> dict[str, Any]:
    """Its columns."""
    return {
        "cadence": schedule.cadence,
        "at_minute": _minute(schedule.at),
        "weekday": schedule.weekday,
        "zone": schedule.zone,
        "quiet_from": _minute(schedule.quiet_from),
        "quiet_to": _minute(schedule.quiet_to),
        "at_most": schedule.at_most,
    }


@lru_cache(maxsize=20_000)  # most rows are the same each time, and ten thousand take a fifth of a second to read
def to_subscription(row: Row[Any]) -> Subscription:
    """What a row, with the columns of ``PLAIN`` at least, says."""
    at = _time(row.at_minute)
    assert at is not None  # the column is never empty
    return Subscription(
        id=row.id,
        place=Place(row.chat_id, row.thread_id),
        owner_id=row.owner_id,
        wish=Wish(Wanted(row.wanted), row.words, tuple(row.must.splitlines()), tuple(row.must_not.splitlines())),
        schedule=Schedule(Cadence(row.cadence), at, row.weekday, row.zone, _time(row.quiet_from), _time(row.quiet_to), row.at_most),
        language=row.language,
        state=State(row.state),
        reason=row.reason,
        created_at=datetime.fromtimestamp(row.created_at, UTC),
        last_digest_at=datetime.fromtimestamp(row.last_digest_at, UTC),
    )


def _minute(at: time | None) -> int | None:
    return None if at is None else 60 * at.hour + at.minute


def _time(minute: int | None) -> time | None:
    return None if minute is None else time(*divmod(minute, 60))
