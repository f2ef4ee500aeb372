"""NewsIndex: what can be done with the coverage, each use case bound to its parts and nothing more. ``index.build`` makes one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from index.answering.figures.asked import wanted
from index.answering.question import prepare
from index.answering.quotes import find_again
from index.asking import NO_FILTERS, Asking, Traced
from index.checking import check
from index.domain.answers import Answer, Citation, Context, QuoteCheck, QuoteState
from index.domain.articles import Article, ArticleDraft, Kinship, Span
from index.domain.ingest import IngestReport, Refusal
from index.domain.passages import Filters, Passage
from index.domain.upkeep import CheckReport, ReindexReport, Stats
from index.errors import ArticleNotFoundError
from index.feed_commands import WRITER_WAIT_S, FeedCommands
from index.intake.addresses import canonical
from index.intake.pipeline import Pipeline, Seen
from index.intake.refresh import Following
from index.offering import openers
from index.ports.models import Encoder, Progress, Reranker, Vectors
from index.search.browse import about
from index.search.generations import Generation, Generations
from index.search.news import Near, News, near, news_since
from index.text.paragraphs import around


class NewsIndex(FeedCommands):
    """News coverage that can be asked.

    Safe for many asking threads beside one that writes, and for other processes that read the same folder. Whoever writes holds the one writer's
    lock: a second writer waits, ``on_wait`` is told for whom, and after ``wait_s`` WriterBusyError is raised. Close it, or use it in a ``with``.
    """

    def __init__(
        self,
        *,
        asking: Asking,
        following: Following,
        group: Callable[[], object],
        measure: Callable[[Generations, Encoder, Reranker | None], Stats],
        save_database: Callable[[Path], None],
        close: Callable[[], None],
    ) -> None:
        """Made by ``index.build.open_index``. asking: with the parts that every use case shares. group: decides about the copies and stories of
        what came in or changed.
        """
        super().__init__(following, asking.store)
        self.asking = asking
        self._generations = asking.generations
        self._encoder = asking.encoder
        self._reranker = asking.reranker
        self._parser = asking.parser
        self._split = asking.split
        self._group = group
        self._measure = measure
        self._save_database = save_database
        self._close = close

    @property
    def fingerprints(self) -> dict[str, str]:
        """By role: reader (if it examines passages), reranker, encoder; empty where there is none. What calibrations are kept under."""
        return self.asking.fingerprints

    # Asking

    def answer(
        self, question: str, filters: Filters = NO_FILTERS, limit: int = 10, *, answer_id: str | None = None, rerank: bool = True
    ) -> Answer:
        """What the coverage says.

        limit: the most passages. answer_id: to be kept as the answer's id, else it gets a new one. rerank: off, the answer is quicker, worse
        ranked and less sure of itself. Raises QuestionError for a question or filter that cannot be searched for, IndexNotBuiltError where there
        are articles and no index of them.
        """
        return self.asking.ask(question, filters, limit, answer_id, rerank=rerank)[0]

    def trace(self, question: str, filters: Filters = NO_FILTERS, limit: int = 10, *, rerank: bool = True) -> Traced:
        """The answer that ``answer`` gives, together with what each step of the search had in hand: for measuring, not for answering people."""
        return self.asking.trace(question, filters, limit, rerank=rerank)

    def openers(self, count: int = 3, *, stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """Answers to questions that this coverage answers well: what to offer whoever does not know yet what to ask. At most ``count``, often fewer.

        The questions are made from sentences of the newest articles, of as many articles as can be, and each is asked: it stays only if the answer
        is all but sure and quotes the article it was made from. Heavy: it asks some dozens of questions.
        stopped: asked before each whether to come to an early end.
        """
        return openers(self.asking, count, stopped=stopped)

    def article(self, article_id: str) -> Article:
        """The article of that id. Raises ArticleNotFoundError."""
        article = self._store.article(article_id)
        if article is None:
            raise ArticleNotFoundError(f"There is no article with the id {article_id!r}.", remedy="`dateline export` lists them.")
        return article

    def latest(self, limit: int = 10, topic: str | None = None) -> list[Article]:
        """The articles published last, newest first; on a topic, those that have its words. Raises QuestionError for a topic without words."""
        if topic is None:
            return self._store.newest(limit)
        words, generation = prepare(topic), self._generations.fresh()
        return [] if generation is None else about(words, limit, generation=generation, store=self._store)

    def context(self, quoted: Citation | Passage) -> Context:
        """What was quoted, in its paragraph, as the article is now. Raises ArticleNotFoundError if that is gone."""
        article = self.article(quoted.article_id)
        said = quoted.quote if isinstance(quoted, Citation) else quoted.text
        _, quote = find_again(said, quoted.start, article.text)
        return Context(article, around(article.text, *((quote.start, quote.end) if quote else (0, 1))), quote)

    def version(self) -> str:
        """Which coverage answers come from now: equal as long as nothing came in, changed or went. Cheap."""
        generation = self._generations.serving()
        return f"{generation.name if generation else 'none'}.{self._generations.sequence}"

    def stats(self) -> Stats:
        """Counts, sizes, models and freshness."""
        return self._measure(self._generations, self._encoder, self._reranker)

    def articles(self) -> Iterator[Article]:
        """Every article in its current revision, in the order they first came in."""
        return self._store.articles()

    def story(self, article_id: str) -> list[Article]:
        """The articles that tell of the same event as this one, itself among them, the earliest published first. Raises ArticleNotFoundError."""
        articles = self._store.story(article_id)
        if not articles:
            raise ArticleNotFoundError(f"There is no article with the id {article_id!r}.", remedy="`dateline export` lists them.")
        return articles

    def kinship(self, article_ids: Collection[str]) -> dict[str, Kinship]:
        """The report and the story of each of these articles, by id; what does not exist is not in it. Passages and citations carry theirs."""
        return self._store.kinship(article_ids)

    def quote_state(self, article_id: str, start: int, end: int, quote: str, *, revision: int | None = None) -> QuoteCheck:
        """What became of a quote that was given earlier, as a citation has it: whether its article still says it, and where.

        revision: the one it was given from, if that is known. Raises ValueError if that revision never said it there: it is no quote of ours.
        """
        then = None if revision is None else self._store.text(article_id, revision)
        if then is not None and then[1][start:end] != quote:
            raise ValueError(f"revision {revision} of article {article_id} does not say that at [{start}:{end}]")
        now = self._store.text(article_id)
        if now is None:
            return QuoteCheck(QuoteState.WITHDRAWN, None, None)
        return QuoteCheck(*find_again(quote, start, now[1]), now[0])

    # Watching

    def news(self, after: int | None, limit: int = 50) -> News:
        """The articles that came in or changed after that change, by at most ``limit`` changes; None: nothing, and the number to begin from."""
        if after is None:
            return News(self._store.sequence(), (), removed=False)
        return news_since(self._store, self._encoder, after, limit, self._group)

    def encode(self, wishes: Sequence[str]) -> Vectors:
        """What somebody wants to hear of, as vectors to compare sentences with; shape (n, dimension), by the encoder of ``fingerprints``."""
        return np.concatenate([self._encoder.encode_question(one) for one in wishes])

    def relevance(self, wish: str, texts: Sequence[str]) -> list[float] | None:
        """The reranker's scores of texts as answers to a wish, on its own scale; None where there is none."""
        return self._reranker.score(wish, texts) if self._reranker else None

    def terms(self, text: str) -> frozenset[str]:
        """The words of a text as a search compares them: folded, without endings, and without those that say nothing of what it is about."""
        from index.search.analysis import question_terms  # it loads tantivy, and nobody who only imports this is to wait for it

        return frozenset(question_terms(text))

    def near(self, wish: str, limit: int, filters: Filters = NO_FILTERS) -> list[Near]:
        """At most ``limit`` sentences that mean something like a wish, nearest first."""
        generation = self._generations.fresh()
        vectors = self._encoder.encode_question(wish)
        return [] if generation is None else near(vectors, limit, filters, generation=generation, store=self._store)

    def sentences(self, article: Article) -> list[Span]:
        """Where each sentence of an article stands, in order."""
        return self._split(article.text, article.language)

    def asks_for_figure(self, question: str) -> bool:
        """Whether nothing but a quantity answers it."""
        return wanted(self._parser.parse([question])[0]) is not None

    def copies(self, reports: Collection[int]) -> dict[int, list[Article]]:
        """Those of the reports (``Article.report``) that several articles carry, with these articles, the earliest published first."""
        return self._store.copies(reports)

    def said(self, article_id: str, start: int, end: int, *, revision: int) -> str | None:
        """What that revision of an article says there; None if there is none."""
        then = self._store.text(article_id, revision)
        return None if then is None else then[1][start:end]

    # Changing

    def ingest(
        self,
        items: Iterable[ArticleDraft | Refusal],
        *,
        seen: Seen | None = None,
        purpose: str = "an ingest",
        wait_s: float = WRITER_WAIT_S,
        on_wait: Callable[[str], None] | None = None,
    ) -> IngestReport:
        """Take in articles; what cannot be taken is in the report with its reason. ``seen`` is called once for each, as it is done."""
        with self._store.writer(purpose, wait_s=wait_s, on_wait=on_wait):
            self._follow()  # also finishes what a killed writer left
            report = Pipeline(self._store, self._encoder, self._split, group=self._group, follow=self._follow, seen=seen).run(items)
            self._generations.save()
        return report

    def _follow(self) -> Generation:
        """Have copies, stories and indexes catch up with the articles. The caller holds the writer's lock."""
        self._group()
        return self._generations.follow()

    def remove(self, article_id: str, *, wait_s: float = WRITER_WAIT_S, on_wait: Callable[[str], None] | None = None) -> None:
        """Delete an article, all its revisions, and its sentences from the indexes. article_id: or its address. Raises ArticleNotFoundError."""
        with self._store.writer("a removal", wait_s=wait_s, on_wait=on_wait):
            self._group()  # what came while the article was there may be of its story
            known = self._store.find(id=None, address=canonical(article_id), text_digest=b"") if "://" in article_id else None
            if not self._store.remove(known.id if known else article_id):
                raise ArticleNotFoundError(f"There is no article with the id {article_id!r}.", remedy="`dateline export` lists them.")
            self._follow()

    def reindex(
        self,
        *,
        full: bool = False,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
        wait_s: float = WRITER_WAIT_S,
        on_wait: Callable[[str], None] | None = None,
    ) -> ReindexReport:
        """Bring the indexes up to date and write them out.

        full, or where they are damaged or missing: build them aside from the database with the encoder that is set now, and swap; answers come
        from the old ones meanwhile. No sentence whose vector by this encoder is known is encoded again.
        progress: of a rebuild, told of each sentence twice. stopped: asked now and then; True ends a rebuild with StoppedError.
        """
        started = time.monotonic()
        with self._store.writer("a reindex", wait_s=wait_s, on_wait=on_wait):
            self._group()
            if full or not self._generations.usable():
                generation, encoded = self._generations.rebuild(progress, stopped)
            else:
                generation, encoded = self._generations.follow(), 0
                self._generations.save(always=True)
        return ReindexReport(generation.name, len(generation.vectors), encoded, time.monotonic() - started)

    def check(self, *, wait_s: float = WRITER_WAIT_S, on_wait: Callable[[str], None] | None = None) -> CheckReport:
        """Verify every invariant; finish or mend what can be, and say the remedy for the rest."""
        with self._store.writer("a check", wait_s=wait_s, on_wait=on_wait):
            self._group()
            return check(self._store, self._generations, calibrated=self.asking.calibrated)

    # Keeping

    def backup(self, file: Path) -> None:
        """A copy of the database, consistent as of one moment, while others read and write. Raises StorageError."""
        self._save_database(file)

    def close(self) -> None:
        """Let go of files and connections. Safe to call twice."""
        self._close()
        if self.asking.writer is not None:
            self.asking.writer.close()

    def __enter__(self) -> NewsIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
