"""An answer that was given and is kept: for its buttons, for an edit of its question, for the questions that follow. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from index import Answer, Exchange

OFFERED = 0
"""Stands for the chat of a question that the bot offers: no chat has this number."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is held."""

    chat_id: int
    thread_id: int = 0
    """Of the forum topic; 0 for none."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was asked where, and what was answered."""

    place: Place
    question: str
    """As it was typed."""
    understood: str
    """As it was searched for: with what was said before, where it needed that."""
    answer: Answer
    version: str
    """Of the coverage then (``NewsIndex.version``)."""
    question_message_id: int | None = None
    """The message that asked; None for a question that was offered."""

    @property
    def id(self) -> str:
        """What buttons and links carry."""
        return self.answer.id

    def exchange(self) -> Exchange:
        """For the questions that follow."""
        return Exchange(self.answer.read_as or self.understood, tuple(short.text for short in self.answer.short))

    @property
    def is_of_the_coverage(self) -> bool:
        """Whether something was asked of the coverage: talk is no exchange that a question could follow."""
        return self.answer.remark is None


@dataclass(frozen=True, slots=True)
class Feedback:
    """An answer that somebody called wrong."""

    question: str
    understood: str
    answer: Answer | None
    """None if it was stored by a version of this program whose answers this one cannot read."""
    version: str
    given_at: datetime
