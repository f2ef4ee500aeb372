"""Answers that people called wrong, in the database. Blocking and short: call it off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from bot.store.answers import answer_from_json, answer_to_json
from bot.store.database import reading, writing
from bot.store.tables import feedback
from bot.stored_answer import Feedback, StoredAnswer


class FeedbackStore:
    """What was called wrong, by whom. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def give(self, about: StoredAnswer, user_id: int) -> bool:
        """Keep that somebody calls an answer wrong. False if they said so before."""
        with writing(self._engine, "keeping what somebody says of an answer") as connection:
            said = select(feedback.c.id).where(feedback.c.answer_id == about.id, feedback.c.user_id == user_id)
            if connection.execute(said).first() is not None:
                return False
            values = {
                "answer_id": about.id,
                "chat_id": about.place.chat_id,
                "user_id": user_id,
                "question": about.question,
                "understood": about.understood,
                "version": about.version,
                "answer": answer_to_json(about.answer),
                "given_at": int(self._now().timestamp()),
            }
            connection.execute(insert(feedback).values(values))
        return True

    def newest(self, limit: int) -> list[Feedback]:
        """What was said last, newest first."""
        query = select(feedback).order_by(feedback.c.given_at.desc(), feedback.c.id.desc()).limit(limit)
        with reading(self._engine, "reading what people say of answers") as connection:
            return [
                Feedback(row.question, row.understood, answer_from_json(row.answer), row.version, datetime.fromtimestamp(row.given_at, UTC))
                for row in connection.execute(query)
            ]

    def forget(self, chat_id: int, user_id: int) -> None:
        """Delete what was said in a chat, and what a person said anywhere."""
        with writing(self._engine, "forgetting what somebody says of answers") as connection:
            connection.execute(delete(feedback).where((feedback.c.chat_id == chat_id) | (feedback.c.user_id == user_id)))
