"""A coverage that knows what a test tells it. Its answers are real Answers, made from articles written here."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from index import Answer, Article, ArticleNotFoundError, Citation, Context, Passage, ShortAnswer, Span, Stats, Status

TEXT = "A ferry ran aground near Port Arlen on Friday. Seven passengers were hurt, the harbour office said. The cause is not known."
QUOTE = "Seven passengers were hurt, the harbour office said."
URL = "https://harbour.example.org/ferry"
PUBLISHED = datetime(2021, 5, 14, 9, 30, tzinfo=UTC)
QUESTION = "how many passengers were hurt?"


_IDS = itertools.count(1)


def new_id() -> str:
    """An answer's id; no two are alike."""
    return f"a{next(_IDS)}"


def passage(
    text: str = QUOTE, *, article: str = TEXT, url: str | None = URL, source: str | None = "Harbour News", rank: int = 1
) -> Passage:
    """A passage that stands in ``article``."""
    start = article.index(text)
    return Passage(
        rank, 5.0, "ferry", url, "Ferry aground", source, PUBLISHED, start, start + len(text), text, Span(start, start + len(text))
    )


def citation(number: int, of: Passage) -> Citation:
    """The citation of a passage."""
    link = f"{of.url}#:~:text=Seven%20passengers" if of.url else None
    return Citation(number, of.article_id, of.url, link, of.title, of.source, of.published_at, of.start, of.end, of.text)


def answered(question: str = QUESTION, *evidence: Passage, short: tuple[ShortAnswer, ...] = ()) -> Answer:
    """An answer with these passages as evidence; the ferry's when there are none."""
    evidence = evidence or (passage(),)
    citations = tuple(citation(number, one) for number, one in enumerate(evidence, start=1))
    return Answer(new_id(), question, Status.ANSWERED, evidence, citations, short, 0.9, PUBLISHED, 12.0)


def not_covered(question: str, *nearest: Passage) -> Answer:
    """An answer that there is none."""
    return Answer(new_id(), question, Status.NOT_COVERED, nearest, (), (), 0.1, None, 8.0)


NO_STATS = Stats(
    articles=0,
    revisions=0,
    sentences=0,
    sources=0,
    oldest_published=None,
    newest_published=None,
    last_change=None,
    database="sqlite",
    database_bytes=None,
    index_bytes=0,
    generation=None,
    vector_kind=None,
    vector_recall_at_10=None,
    encoder="stub",
    reranker=None,
    by_source=(),
)
LOADED = replace(NO_STATS, articles=1234, sources=3, sentences=9_000, newest_published=PUBLISHED)


class StubCoverage:
    """Answers the ferry question, and says of any other that it is not covered, unless a test plans something else."""

    def __init__(self) -> None:
        self.loaded = LOADED
        self.asked: list[str] = []
        self.planned: dict[str, Callable[[], Answer]] = {QUESTION: answered}
        self.articles = {"ferry": Article(1, "ferry", 1, TEXT, URL, "Ferry aground", "Harbour News", PUBLISHED, "en")}
        self.changes = 1
        self.offered: list[Answer] = []

    def answer(self, question: str, *, rerank: bool = True) -> Answer:
        """What was planned for the question; what is planned for "question (quick)" where nothing is to be reranked."""
        if not rerank:
            question = f"{question} (quick)"
        self.asked.append(question)
        planned = self.planned.get(question)
        return planned() if planned else not_covered(question, passage())

    def stats(self) -> Stats:
        """What was said to be loaded."""
        return self.loaded

    def version(self) -> str:
        """Counts what a test said had changed."""
        return f"stub.{self.changes}"

    def openers(self, count: int = 3, *, stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """What a test offers."""
        return [] if stopped() else self.offered[:count]

    def article(self, article_id: str) -> Article:
        """The ferry's, and what a test added."""
        if article_id not in self.articles:
            raise ArticleNotFoundError(f"There is no article with the id {article_id!r}.")
        return self.articles[article_id]

    def latest(self, limit: int = 10, topic: str | None = None) -> list[Article]:
        """All of them; on a topic, those that have the word."""
        return [one for one in self.articles.values() if topic is None or topic in one.text][:limit]

    def context(self, quoted: Citation | Passage) -> Context:
        """The whole article for a paragraph."""
        article = self.article(quoted.article_id)
        said = quoted.quote if isinstance(quoted, Citation) else quoted.text
        at = article.text.find(said)
        return Context(article, Span(0, len(article.text)), None if at < 0 else Span(at, at + len(said)))
