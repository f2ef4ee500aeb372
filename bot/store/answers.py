"""Answers that were given, in the database: the conversation, and what the buttons under an answer need.

Blocking and short: call it off the event loop. Kept for ``KEPT``, and no longer; whoever presses a button after that is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, Row, delete, insert, select, update

from bot.store.database import reading, writing
from bot.store.tables import answer_messages, answers
from bot.stored_answer import Place, StoredAnswer
from index import Answer

KEPT = timedelta(days=7)
"""Long enough for a reader who comes back after the weekend; after that it is easier, and newer, to ask again."""
CONVERSATION = timedelta(hours=1)
"""After this a question is the first of a new conversation."""
EXCHANGES = 3
"""How far back a conversation is remembered."""

_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def answer_to_json(answer: Answer) -> str:
    """An answer as it is kept."""
    # All else in it comes from a database already.
    missing = None if answer.missing is None else _storable(answer.missing)
    return _ANSWER.dump_json(replace(answer, question=_storable(answer.question), missing=missing)).decode("utf-8")


def answer_from_json(stored: str) -> Answer | None:
    """The same answer; None for one that another version of this program kept in another form."""
    try:
        return _ANSWER.validate_json(stored)
    except ValidationError:
        return None


class Answers:
    """Answers by id, by message, and by conversation. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def keep(self, one: StoredAnswer) -> None:
        """Keep an answer, in place of the one of its id or to the same message; forget those that are too old."""
        now = self._now()
        values: dict[str, Any] = {
            "chat_id": one.place.chat_id,
            "thread_id": one.place.thread_id,
            "question_message_id": one.question_message_id,
            "question": _storable(one.question),
            "understood": _storable(one.understood),
            "version": one.version,
            "answer": answer_to_json(one.answer),
            "asked_at": int(now.timestamp()),
        }
        with writing(self._engine, "keeping an answer", synced=False) as connection:
            connection.execute(delete(answers).where(answers.c.asked_at < int((now - KEPT).timestamp())))
            if one.question_message_id is not None:
                same = (answers.c.chat_id == one.place.chat_id) & (answers.c.question_message_id == one.question_message_id)
                connection.execute(delete(answers).where(same, answers.c.id != one.id))
            if not connection.execute(update(answers).where(answers.c.id == one.id).values(values)).rowcount:
                connection.execute(insert(answers).values(id=one.id, **values))

    def shown_in(self, answer_id: str, chat_id: int, message_ids: Sequence[int]) -> None:
        """Keep which messages show it, instead of any that did; nothing if the answer is not kept."""
        with writing(self._engine, "keeping where an answer is", synced=False) as connection:
            if connection.execute(select(answers.c.id).where(answers.c.id == answer_id)).first() is None:
                return
            connection.execute(delete(answer_messages).where(answer_messages.c.answer_id == answer_id))
            rows = [{"chat_id": chat_id, "message_id": each, "answer_id": answer_id} for each in dict.fromkeys(message_ids)]
            for row in rows:
                connection.execute(
                    delete(answer_messages).where(
                        answer_messages.c.chat_id == row["chat_id"], answer_messages.c.message_id == row["message_id"]
                    )
                )
            if rows:
                connection.execute(insert(answer_messages), rows)

    def get(self, answer_id: str) -> StoredAnswer | None:
        """The answer of that id; None if it is kept no longer."""
        with reading(self._engine, "reading an answer") as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id, answers.c.asked_at >= self._since(KEPT))).first()
        return None if row is None else _stored(row)

    def of_message(self, chat_id: int, message_id: int) -> StoredAnswer | None:
        """The answer that a message of ours shows; None if it shows none, or none that is kept."""
        query = select(answers).join_from(answers, answer_messages, answer_messages.c.answer_id == answers.c.id)
        which = (answer_messages.c.chat_id == chat_id) & (answer_messages.c.message_id == message_id)
        with reading(self._engine, "reading an answer") as connection:
            row = connection.execute(query.where(which)).first()
        return None if row is None else _stored(row)

    def of_question(self, chat_id: int, question_message_id: int) -> tuple[StoredAnswer, list[int]] | None:
        """The answer to the question in a message, and the messages that show it, oldest first; None if none is kept."""
        query = select(answers).where(answers.c.chat_id == chat_id, answers.c.question_message_id == question_message_id)
        with reading(self._engine, "reading an answer") as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            shown = select(answer_messages.c.message_id).where(answer_messages.c.answer_id == row.id).order_by(answer_messages.c.message_id)
            message_ids = [int(each) for each in connection.execute(shown).scalars()]
        stored = _stored(row)
        return None if stored is None else (stored, message_ids)

    def conversation(self, place: Place, *, before: int | None = None) -> list[StoredAnswer]:
        """What was asked of the coverage there within ``CONVERSATION``, oldest first, at most ``EXCHANGES``.

        before: a question's message, if only what was asked before it counts; what was offered and tapped counts always.
        """
        query = select(answers).where(
            answers.c.chat_id == place.chat_id, answers.c.thread_id == place.thread_id, answers.c.asked_at >= self._since(CONVERSATION)
        )
        if before is not None:
            query = query.where(answers.c.question_message_id.is_(None) | (answers.c.question_message_id < before))
        with reading(self._engine, "reading a conversation") as connection:
            # Of answers within one second the later message is the later one.
            order = (answers.c.asked_at.desc(), answers.c.question_message_id.desc())
            rows = connection.execute(query.order_by(*order).limit(2 * EXCHANGES)).all()
        kept = [stored for row in rows if (stored := _stored(row)) is not None and stored.is_of_the_coverage]
        return kept[:EXCHANGES][::-1]

    def forget(self, chat_id: int) -> None:
        """Delete whatever was asked and answered in a chat."""
        with writing(self._engine, "forgetting a conversation") as connection:
            connection.execute(delete(answer_messages).where(answer_messages.c.chat_id == chat_id))
            connection.execute(delete(answers).where(answers.c.chat_id == chat_id))

    def _since(self, ago: timedelta) -> int:
        return int((self._now() - ago).timestamp())


def _stored(row: Row[Any]) -> StoredAnswer | None:
    answer = answer_from_json(row.answer)
    if answer is None:
        return None
    place = Place(row.chat_id, row.thread_id)
    return StoredAnswer(place, row.question, row.understood, answer, row.version, row.question_message_id)


def _storable(text: str) -> str:
    """Without what a database cannot hold: NUL, which PostgreSQL refuses, and half a surrogate pair."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
