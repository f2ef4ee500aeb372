"""The part of ``index.NewsIndex`` that subscriptions are served from. Blocks: call it off the event loop."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from index import Answer, Article, Filters, Kinship, Near, News, QuoteCheck, Span, Vectors


class Newspaper(Protocol):
    """Safe for several threads. Raises NewsError and its children."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of the models, by role; empty where there is none."""

    def news(self, after: int | None, limit: int = ...) -> News:
        """What changed after that change; None: nothing, and the number to begin from."""

    def encode(self, wishes: Sequence[str]) -> Vectors:
        """What somebody wants to hear of, as vectors."""

    def relevance(self, wish: str, texts: Sequence[str]) -> list[float] | None:
        """The reranker's scores; None if there is none."""

    def terms(self, text: str) -> frozenset[str]:
        """The words of a text as they are compared."""

    def near(self, wish: str, limit: int, filters: Filters = ...) -> list[Near]:
        """Sentences that mean something like it, nearest first."""

    def answer(self, question: str, filters: Filters = ..., limit: int = ...) -> Answer:
        """What the coverage says."""

    def asks_for_figure(self, question: str) -> bool:
        """Whether nothing but a quantity answers it."""

    def article(self, article_id: str) -> Article:
        """Raises ArticleNotFoundError."""

    def latest(self, limit: int = ...) -> list[Article]:
        """The articles published last, newest first."""

    def sentences(self, article: Article) -> list[Span]:
        """Where each stands."""

    def copies(self, reports: Collection[int]) -> dict[int, list[Article]]:
        """Those reports that several articles carry, with these."""

    def kinship(self, article_ids: Collection[str]) -> dict[str, Kinship]:
        """Of each that exists."""

    def said(self, article_id: str, start: int, end: int, *, revision: int) -> str | None:
        """What a revision says there."""

    def quote_state(self, article_id: str, start: int, end: int, quote: str, *, revision: int | None = None) -> QuoteCheck:
        """What became of a quote."""
