"""When to look again at chats and topics that cannot be written to. In: the subscriptions that are cut off. Out: one place whose time has come.

Blocking and short: call it off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, delete, exists, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import reading, writing
from bot.store.tables import looks, subscriptions
from bot.updates.subscription import State

FIRST_S, LONGEST_S = 600, 86_400
"""From the loss to the first look; from then on twice as long each time, to once a day."""
_WHOLE = -1
"""What stands in the table for the topic of a chat that is lost as a whole."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What cannot be written to."""

    chat_id: int
    thread_id: int | None
    """None for the chat as a whole; else that topic alone."""
    looks: int
    """How often it was looked at before."""


class Looks:
    """Safe for several threads and replicas. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def next(self, chat_reasons: tuple[str, ...], topic_reasons: tuple[str, ...]) -> Lost | None:
        """The place to be looked at now, for the caller alone; None if there is none. Those that were looked at least come first. No private chats:
        whether a person blocks the bot cannot be seen, and Telegram tells when they let it in again.

        chat_reasons, topic_reasons: why something must be cut off to be looked at; the latter are about one topic.
        """
        now = int(self._now().timestamp())
        with reading(self._engine, "looking whether chats are lost") as connection:
            if not connection.execute(select(exists().where(_cut_off(chat_reasons + topic_reasons)) | exists(looks.select()))).scalar():
                return None
        with writing(self._engine, "choosing a chat to look at") as connection:
            _keep_up(connection, chat_reasons, topic_reasons, now)
            due = select(looks).where(looks.c.at <= now).order_by(looks.c.looks, looks.c.at).limit(1)
            row = connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            values = {"looks": row.looks + 1, "at": now + min(FIRST_S * 2 ** min(row.looks + 1, 20), LONGEST_S)}
            connection.execute(update(looks).where(_is(row.chat_id, row.thread_id)).values(**values))
        return Lost(row.chat_id, None if row.thread_id == _WHOLE else row.thread_id, row.looks)

    def undo(self, lost: Lost) -> None:
        """It could not be looked at: it counts as not looked at, and has its turn again."""
        values = {"looks": lost.looks, "at": int(self._now().timestamp())}
        with writing(self._engine, "putting off a look at a chat") as connection:
            thread_id = _WHOLE if lost.thread_id is None else lost.thread_id
            connection.execute(update(looks).where(_is(lost.chat_id, thread_id)).values(**values))


def _keep_up(connection: Connection, chat_reasons: tuple[str, ...], topic_reasons: tuple[str, ...], now: int) -> None:
    """Those that are lost now are in the table, and no others."""
    is_topic = subscriptions.c.reason.in_(topic_reasons)
    topic = case((is_topic, subscriptions.c.thread_id), else_=_WHOLE)
    same = and_(subscriptions.c.chat_id == looks.c.chat_id, topic == looks.c.thread_id)
    is_lost = _cut_off(chat_reasons + topic_reasons)
    connection.execute(delete(looks).where(~exists().where(same, is_lost)))
    new = select(subscriptions.c.chat_id, topic, literal(0), literal(now + FIRST_S)).where(is_lost, ~exists().where(same)).distinct()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(looks).from_select(["chat_id", "thread_id", "looks", "at"], new).on_conflict_do_nothing())


def _cut_off(reasons: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(subscriptions.c.state == State.CUT_OFF, subscriptions.c.reason.in_(reasons), subscriptions.c.chat_id < 0)


def _is(chat_id: int, thread_id: int) -> ColumnElement[bool]:
    return and_(looks.c.chat_id == chat_id, looks.c.thread_id == thread_id)
