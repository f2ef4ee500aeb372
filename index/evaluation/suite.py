"""What a test set says: articles, questions, and what answers them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from index.domain.articles import ArticleDraft


class Layout(StrEnum):
    """How a test set is laid out, and with it what is ranked."""

    BEIR = "beir"
    """Whole documents are right or wrong; each stands where its best passage does."""
    SQUAD = "squad"
    """A passage is right if it lies in the gold paragraph and holds a gold answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what the test set says to it."""

    id: str
    text: str
    relevant: Mapping[str, int]
    """Ids of the articles that answer it, with their grades from 1; empty if the set says that nothing does."""
    answers: tuple[str, ...] = ()
    """What a right passage also holds, any one of these; empty if to lie in a relevant article is enough."""

    @property
    def answerable(self) -> bool:
        """Whether anything answers it."""
        return bool(self.relevant)


@dataclass(frozen=True, slots=True)
class Suite:
    """A test set, read and found to be consistent."""

    layout: Layout
    articles: Iterable[ArticleDraft]
    """Each with an id of its own; may be gone through again, and need not be in memory."""
    article_count: int
    questions: tuple[Question, ...]
    skipped: int
    """Questions that the set has, but of which it does not say what answers them."""
