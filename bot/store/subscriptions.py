"""Subscriptions and what follows for them from changes, in the database. In: wishes, matches. Out: subscriptions. Blocking.

Call it off the event loop. What is kept of matches is in ``bot.store.matches``, what a row says in ``bot.store.subscription_rows``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, update

from bot.store.changing import changing, hold_mark, mark
from bot.store.database import reading, writing
from bot.store.matches import Found, Kept, Match, correct, drop_untold, first_posts, keep, kept_of, link, note_told, untold, waiting
from bot.store.outbox import put
from bot.store.subscription_rows import (
    LOOKUP,
    PLAIN,
    TOLD_OF,
    advance,
    drop_waiting,
    in_chat,
    in_place,
    note_answers,
    one_of,
    schedule_row,
    still_wanted,
    to_subscription,
    wish_row,
)
from bot.store.tables import outbox, progress, subscriptions
from bot.updates.outgoing import NewUpdate, Sending
from bot.updates.subscription import Place, Schedule, State, Subscription, Wish

__all__ = ["Found", "Match", "Subscriptions"]


class Subscriptions:
    """Safe for several threads and replicas. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], filled: Callable[[], None] = lambda: None) -> None:
        """filled: is told when something was put into the outbox."""
        self._engine = engine
        self._now = now
        self._filled = filled

    # What is subscribed to

    def add(self, place: Place, owner_id: int, wish: Wish, schedule: Schedule, language: str | None = None) -> Subscription:
        """Keep a subscription; the same wish in the same place is one, with the schedule given last."""
        now = int(self._now().timestamp())
        values = {**wish_row(wish), **schedule_row(schedule), "owner_id": owner_id, "language": language}
        with changing(self._engine, "keeping a subscription") as connection:
            for known in connection.execute(in_place(place)).all():
                if to_subscription(known).wish == wish:
                    values |= {"state": State.ACTIVE, "reason": None}
                    connection.execute(update(subscriptions).where(subscriptions.c.id == known.id).values(**values))
                    return one_of(connection, known.id)
            values |= {
                "chat_id": place.chat_id,
                "thread_id": place.thread_id,
                "state": State.ACTIVE,
                "created_at": now,
                "last_digest_at": now,
            }
            made = connection.execute(insert(subscriptions).values(**values).returning(subscriptions.c.id)).scalar_one()
            return one_of(connection, made)

    def get(self, subscription_id: int) -> Subscription | None:
        """The one of this number."""
        with reading(self._engine, "reading a subscription") as connection:
            row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one_or_none()
        return None if row is None else to_subscription(row)

    def of_chat(self, chat_id: int) -> list[Subscription]:
        """All in a chat and its topics, oldest first."""
        with reading(self._engine, "reading a chat's subscriptions") as connection:
            rows = connection.execute(select(subscriptions).where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.id)).all()
        return [to_subscription(row) for row in rows]

    def of_owner(self, owner_id: int) -> list[Subscription]:
        """All that a person made, wherever, oldest first."""
        with reading(self._engine, "reading a person's subscriptions") as connection:
            rows = connection.execute(select(subscriptions).where(subscriptions.c.owner_id == owner_id).order_by(subscriptions.c.id)).all()
        return [to_subscription(row) for row in rows]

    def active(self) -> list[Subscription]:
        """All that are served, oldest first."""
        with reading(self._engine, "reading the subscriptions") as connection:
            rows = connection.execute(select(*PLAIN).where(subscriptions.c.state == State.ACTIVE).order_by(subscriptions.c.id)).all()
        return [to_subscription(row) for row in rows]

    def mark(self) -> int | None:
        """Another number after each change of what ``active`` gives, whoever made it, but for ``last_digest_at``. Read it first, then those."""
        with reading(self._engine, "asking whether subscriptions changed") as connection:
            return mark(connection)

    def reschedule(self, subscription_id: int, schedule: Schedule) -> None:
        """Send it at other times from now on."""
        self._set(subscription_id, schedule_row(schedule))

    def narrow(self, subscription_id: int, must: Sequence[str], must_not: Sequence[str]) -> None:
        """Send only what has each of the words ``must`` and none of ``must_not`` from now on."""
        self._set(subscription_id, {"must": "\n".join(must), "must_not": "\n".join(must_not)})

    def pause(self, subscription_id: int) -> None:
        """Send nothing of it, neither what waits nor what appears meanwhile."""
        with changing(self._engine, "pausing a subscription") as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(state=State.PAUSED))
            drop_untold(connection, subscription_id)
            drop_waiting(connection, [subscription_id], "the subscription was paused", self._now())

    def resume(self, subscription_id: int) -> None:
        """Serve it again, from now on."""
        self._set(subscription_id, {"state": State.ACTIVE, "reason": None, "last_digest_at": int(self._now().timestamp())})

    def remove(self, subscription_id: int) -> bool:
        """Forget it, and send nothing more of it. False if it is not there."""
        with changing(self._engine, "removing a subscription") as connection:
            drop_waiting(connection, [subscription_id], "the subscription was removed", self._now())
            return connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription_id)).rowcount > 0

    def cut_off(
        self,
        chat_id: int,
        reason: str,
        *,
        thread_id: int | None = None,
        tell: Callable[[Sequence[Subscription]], Sequence[NewUpdate]] = lambda _: (),
    ) -> list[Subscription]:
        """The chat cannot be written to: what is served there waits. Returns what this concerns.

        thread_id: it is one topic only. tell: what goes into the outbox about it, in the same transaction.
        """
        there = (*in_chat(chat_id, thread_id), subscriptions.c.state == State.ACTIVE)
        with changing(self._engine, "cutting off a chat") as connection:
            rows = connection.execute(
                update(subscriptions).where(*there).values(state=State.CUT_OFF, reason=reason).returning(subscriptions)
            ).all()
            concerned = sorted((to_subscription(row) for row in rows), key=lambda one: one.id)
            told = put(connection, tell(concerned), self._now()) if concerned else []
        if told:
            self._filled()
        return concerned

    def reconnect(
        self,
        chat_id: int,
        *,
        thread_id: int | None = None,
        reasons: Collection[str] | None = None,
        tell: Callable[[Sequence[Subscription]], Sequence[NewUpdate]] = lambda _: (),
    ) -> list[Subscription]:
        """The chat can be written to again: what was cut off there is served, first what waited. Returns what this concerns.

        thread_id: one topic of it. reasons: only what was cut off for one of these; None for any. tell: as of ``cut_off``.
        """
        there = [*in_chat(chat_id, thread_id), subscriptions.c.state == State.CUT_OFF]
        if reasons is not None:
            there.append(subscriptions.c.reason.in_(reasons))
        with changing(self._engine, "reconnecting a chat") as connection:
            rows = connection.execute(
                update(subscriptions).where(*there).values(state=State.ACTIVE, reason=None).returning(subscriptions)
            ).all()
            concerned = sorted((to_subscription(row) for row in rows), key=lambda one: one.id)
            put(connection, tell(concerned) if concerned else [], self._now())
        return concerned

    def forget_owner(self, owner_id: int) -> int:
        """Forget all that a person made. Returns how many."""
        return self._forget(subscriptions.c.owner_id == owner_id)

    def forget_chat(self, chat_id: int) -> int:
        """Forget all of a chat and its topics, whoever made it. Returns how many."""
        return self._forget(subscriptions.c.chat_id == chat_id)

    # Vectors of topics and questions

    def vectors(self, encoder: str, of: Collection[int] | None = None) -> tuple[list[int], NDArray[np.float32]]:
        """Those by this encoder, of subscriptions that are served: their numbers, and an array of shape (n, dimension), (0, 0) if there are none.

        of: only of these.
        """
        query = select(subscriptions.c.id, subscriptions.c.vector).where(subscriptions.c.state == State.ACTIVE)
        query = query.where(subscriptions.c.encoder == encoder).order_by(subscriptions.c.id)
        if of is not None and len(of) <= LOOKUP:
            query = query.where(subscriptions.c.id.in_(list(of)))
        with reading(self._engine, "reading the subscriptions' vectors") as connection:
            rows = [row for row in connection.execute(query) if of is None or row.id in of]
        if not rows:
            return [], np.empty((0, 0), dtype=np.float32)
        return [row.id for row in rows], np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32).reshape(len(rows), -1)

    def save_vectors(self, encoder: str, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Keep vectors, shape (dimension,), by subscription."""
        with writing(self._engine, "keeping the subscriptions' vectors") as connection:
            for subscription_id, vector in vectors.items():
                values = {"encoder": encoder, "vector": np.ascontiguousarray(vector, dtype=np.float32).tobytes()}
                connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(**values))

    # What followed questions were answered, as JSON

    def answered(self, subscription_id: int) -> str | None:
        """What ``tell`` or ``digest`` kept last; None if nothing yet."""
        with reading(self._engine, "reading what was answered") as connection:
            kept: str | None = connection.execute(select(subscriptions.c.answered).where(subscriptions.c.id == subscription_id)).scalar()
        return kept

    def all_answered(self) -> dict[int, str]:
        """The same of every subscription that is served, by number; those without are left out."""
        query = select(subscriptions.c.id, subscriptions.c.answered)
        served = (subscriptions.c.state == State.ACTIVE, subscriptions.c.answered.is_not(None))
        with reading(self._engine, "reading what was answered") as connection:
            return {row.id: row.answered for row in connection.execute(query.where(*served))}

    # What was found

    def told_of(self) -> int | None:
        """The last change of the coverage that subscriptions were told of; None if none ever was."""
        with reading(self._engine, "reading what subscriptions were told of") as connection:
            value: int | None = connection.execute(select(progress.c.value).where(progress.c.name == TOLD_OF)).scalar()
        return value

    def tell(
        self,
        upto: int,
        *,
        after: int | None,
        found: Sequence[Match] = (),
        corrected: Sequence[Match] = (),
        updates: Sequence[NewUpdate] = (),
        answered: Mapping[int, str] | None = None,
        seen: Mapping[int, str] | None = None,
    ) -> bool:
        """Everything that follows from the changes up to ``upto``, in one transaction: matches, updates, and what questions are answered now.

        after: the change that the caller began from. corrected: what was told before, as it stands now. seen: what was kept of the questions when it
        did; those that are not in it had nothing. What was removed or paused since the caller read it is told nothing. False, and nothing is kept, if
        somebody else told of these changes, or of one of the questions, meanwhile.
        """
        with writing(self._engine, "telling subscriptions of changes") as connection:
            if not advance(connection, after, upto) or not note_answers(connection, answered or {}, seen or {}):
                connection.rollback()
                return False
            hold_mark(connection)
            concerned = {one.subscription_id for one in found} | {one.subscription_id for one in updates if one.subscription_id is not None}
            gone = concerned - still_wanted(connection, concerned)
            found = [one for one in found if one.subscription_id not in gone]
            updates = [one for one in updates if one.subscription_id not in gone]
            keep(connection, found, int(self._now().timestamp()))
            correct(connection, corrected)
            put(connection, updates, self._now())
            link(connection, found)
        if updates:
            self._filled()
        return True

    def waiting(self, subscription_id: int) -> list[Found]:
        """What was found and not told, oldest first."""
        with reading(self._engine, "reading what was found") as connection:
            return waiting(connection, subscription_id)

    def kept(self, reports: Collection[str], article_ids: Collection[str]) -> list[Kept]:
        """What is kept of matches with these reports or articles, told or not, oldest first."""
        with reading(self._engine, "reading what was found") as connection:
            return kept_of(connection, reports, article_ids)

    def first_posts(self, stories: Collection[int]) -> dict[tuple[Place, int], str]:
        """The key of the first post of a story, by place and story; what no place was told of is not in it."""
        with reading(self._engine, "reading the first posts of stories") as connection:
            return first_posts(connection, stories)

    def untold(self) -> set[int]:
        """The subscriptions for which something was found and not told."""
        with reading(self._engine, "reading who is to be told something") as connection:
            return untold(connection)

    def told_since(self, subscription_id: int, since: datetime) -> int:
        """How many posts of it went into the outbox since then."""
        with reading(self._engine, "counting posts") as connection:
            of_it = (outbox.c.subscription_id == subscription_id, outbox.c.created_at >= int(since.timestamp()))
            return connection.execute(select(func.count()).select_from(outbox).where(*of_it)).scalar_one()

    def digest(
        self, subscription_id: int, digest: NewUpdate | None, of: Sequence[int], at: datetime, *, answered: tuple[str, str] | None = None
    ) -> bool:
        """Put a digest into the outbox, note that ``of``, numbers of ``Found``, were told in it, and that digests were sent up to ``at``.

        digest: None if there was nothing to tell. answered: of a question, what was kept of it and what is to be kept now that it is told. Of a
        subscription that was paused or removed meanwhile nothing is told. False, and nothing is done, in that case, and if something else is kept
        of the question by now.
        """
        with writing(self._engine, "putting a digest into the outbox") as connection:
            served = (subscriptions.c.id == subscription_id, subscriptions.c.state == State.ACTIVE)
            values = {"last_digest_at": int(at.timestamp())}
            if not connection.execute(update(subscriptions).where(*served).values(**values)).rowcount:
                return False
            if answered is not None and not note_answers(connection, {subscription_id: answered[1]}, {subscription_id: answered[0]}):
                connection.rollback()
                return False
            told = put(connection, [digest] if digest is not None else [], self._now())
            if told:
                note_told(connection, of, told[0])
        if told:
            self._filled()
        return True

    def nothing_to_tell(self, subscription_ids: Sequence[int], at: datetime) -> None:
        """Note of all of these that digests were sent up to ``at``: there was nothing to be told in them."""
        with writing(self._engine, "noting that there was nothing to tell") as connection:
            values = {"last_digest_at": int(at.timestamp())}
            for begin in range(0, len(subscription_ids), LOOKUP):
                some = subscriptions.c.id.in_(subscription_ids[begin : begin + LOOKUP])
                connection.execute(update(subscriptions).where(some).values(**values))

    def _forget(self, which: ColumnElement[bool]) -> int:
        """With what was sent of them, but for what is just being sent."""
        with changing(self._engine, "forgetting subscriptions") as connection:
            theirs = outbox.c.subscription_id.in_(select(subscriptions.c.id).where(which))
            connection.execute(delete(outbox).where(theirs, outbox.c.state != Sending.SENDING))
            return connection.execute(delete(subscriptions).where(which)).rowcount

    def _set(self, subscription_id: int, values: Mapping[str, Any]) -> None:
        with changing(self._engine, "changing a subscription") as connection:
            connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(**values))
