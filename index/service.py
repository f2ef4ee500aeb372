"""NewsIndex: what can be done with the coverage, each use case bound to its parts and nothing more. ``index.build`` makes one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from types import TracebackType

import numpy as np
import structlog

from index.answering.asked_filters import filters_in, may_be_widened, narrowed
from index.answering.asked_for import Kind, asked_for
from index.answering.assemble import assemble, dated, not_asked
from index.answering.covered import Calibration, OperatingPoint
from index.answering.event_day import REPORTED_WITHIN, event_day
from index.answering.evidence import gather
from index.answering.figures.asked import wanted
from index.answering.figures.places import places_in
from index.answering.grounded import grounded, may_be_shown_to_a_model
from index.answering.openers import question_of_title, questions_of
from index.answering.question import prepare
from index.answering.quotes import find_again
from index.answering.readable import can_read, unread
from index.answering.short import short_answers, with_short
from index.answering.sided import sided
from index.answering.talk import remark_on, without_greeting
from index.answering.yes_no import yes_or_no
from index.checking import check
from index.domain import (
    AddedFeed,
    Answer,
    Article,
    ArticleDraft,
    CheckReport,
    Citation,
    Context,
    Feed,
    FeedReport,
    Filters,
    IngestReport,
    Kinship,
    Passage,
    QuoteCheck,
    QuoteState,
    RefreshReport,
    Refusal,
    ReindexReport,
    Span,
    Stats,
    Status,
)
from index.errors import ArticleNotFoundError, IndexNotBuiltError, OutletNotFoundError, WritingError
from index.intake.addresses import canonical
from index.intake.pipeline import Pipeline, Seen
from index.intake.refresh import Following
from index.ports import (
    ArticleStore,
    Clock,
    Encoder,
    Examiner,
    LexicalIndex,
    Parser,
    Progress,
    Reader,
    Reranker,
    Scope,
    Splitter,
    StoredSentence,
    Vectors,
    Writer,
)
from index.search.browse import about
from index.search.carriers import with_carriers
from index.search.generations import Generation, Generations
from index.search.news import Near, News, near, news_since
from index.search.placed import among_those_that_speak_of
from index.search.retrieve import NOTHING, Retrieved, Stages, retrieve
from index.search.signals import Signals
from index.search.spelling import misspelt, respelled
from index.text.paragraphs import around

log = structlog.get_logger(__name__)

NO_FILTERS = Filters()
NO_SCOPE = Scope()
WRITER_WAIT_S = 600.0
"""How long a second writer waits by default: longer than an ordinary ingest, shorter than a person's patience with a hung one."""

SURE = 0.5
"""The least confidence of an answer whose question is offered: more likely right than not, and several times what it takes to answer."""
OPENERS_READ = 40
"""Articles, and sentences of each, that such questions are made from."""
OPENERS_TRIED = 24
"""At a tenth of a second each, some three seconds, once a change."""
OPENER_LANGUAGES = (None, "en")
"""What ``index.answering.openers`` can turn round; an article whose language nobody said is tried."""
SPELT_IN = 20
"""Sentences in which the right spelling of a word is looked for."""


@dataclass(frozen=True, slots=True)
class Traced:
    """An answer, and how it was found."""

    answer: Answer
    stages: Stages
    sentences: Mapping[int, StoredSentence]
    """Every sentence that a stage names, by id."""
    signals: Signals | None
    """What the confidence was made of; None if nothing was found."""


class NewsIndex:
    """News coverage that can be asked.

    Safe for many asking threads beside one that writes, and for other processes that read the same folder. Whoever writes holds the one writer's
    lock: a second writer waits, ``on_wait`` is told for whom, and after ``wait_s`` WriterBusyError is raised. Close it, or use it in a ``with``.
    """

    def __init__(
        self,
        *,
        store: ArticleStore,
        generations: Generations,
        encoder: Encoder,
        reranker: Reranker | None,
        parser: Parser,
        reader: Reader | None,
        read: Calibration,
        unread: Calibration,
        point: OperatingPoint,
        split: Splitter,
        clock: Clock,
        examiner: Examiner | None = None,
        writer: Writer | None = None,
        following: Following,
        group: Callable[[], object],
        measure: Callable[[Generations, Encoder, Reranker | None], Stats],
        save_database: Callable[[Path], None],
        close: Callable[[], None],
    ) -> None:
        """Made by ``index.build.open_index``. reader: None, answers have no short ones but figures. examiner: reads whole passages in the
        reranker's place. read, unread: what a search shows with the two, and without; point: what suffices. group: decides about the copies
        and stories of what came in or changed.
        """
        self._store = store
        self._generations = generations
        self._encoder = encoder
        self._reranker = reranker
        self._parser = parser
        self._reader = reader
        self._examiner = examiner
        self._read = read
        self._unread = unread
        self._point = point
        self._split = split
        self._clock = clock
        self._writer = writer
        self._following = following
        self._group = group
        self._measure = measure
        self._save_database = save_database
        self._close = close

    @property
    def fingerprints(self) -> dict[str, str]:
        """By role: reader (if it examines passages), reranker, encoder; empty where there is none. What calibrations are kept under."""
        models = {"reader": self._examiner, "reranker": self._reranker, "encoder": self._encoder}
        return {role: model.fingerprint if model else "" for role, model in models.items()}

    # Asking

    def answer(
        self, question: str, filters: Filters = NO_FILTERS, limit: int = 10, *, answer_id: str | None = None, rerank: bool = True
    ) -> Answer:
        """What the coverage says.

        limit: the most passages. answer_id: to be kept as the answer's id, else it gets a new one. rerank: off, the answer is quicker, worse
        ranked and less sure of itself. Raises QuestionError for a question or filter that cannot be searched for, IndexNotBuiltError where there
        are articles and no index of them.
        """
        return self._ask(question, filters, limit, answer_id, rerank=rerank)[0]

    def trace(self, question: str, filters: Filters = NO_FILTERS, limit: int = 10, *, rerank: bool = True) -> Traced:
        """The answer that ``answer`` gives, together with what each step of the search had in hand: for measuring, not for answering people."""
        answer, found = self._ask(question, filters, limit, None, rerank=rerank)
        stages = found.stages
        named = {*stages.dense, *stages.lexical, *(one for window in (*stages.windows, *stages.passages) for one in window)}
        return Traced(answer, stages, self._store.sentences(sorted(named)), found.signals)

    def openers(self, count: int = 3, *, stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """Answers to questions that this coverage answers well: what to offer whoever does not know yet what to ask. At most ``count``, often fewer.

        The questions are made from sentences of the newest articles, of as many articles as can be, and each is asked: it stays only if the answer
        is all but sure and quotes the article it was made from. Heavy: it asks up to ``OPENERS_TRIED`` questions.
        stopped: asked before each whether to come to an early end.
        """
        found: list[Answer] = []
        quoted: set[tuple[str, int]] = set()
        for article_id, question in islice(self._openings(), OPENERS_TRIED):
            if len(found) == count or stopped():
                break
            answer = self.answer(question)
            if answer.status is Status.NOT_COVERED or answer.confidence < SURE:
                continue
            first = answer.citations[0]
            if first.article_id == article_id and (article_id, first.start) not in quoted:
                quoted.add((article_id, first.start))
                found.append(answer)
        return found

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
            return check(self._store, self._generations, calibrated=(self._read if self._reranker else self._unread).fitted)

    # Feeds

    def feeds(self) -> list[Feed]:
        """The feeds that are followed, in the order they were added."""
        return self._following.feeds()

    def add_feed(self, address: str, *, source: str | None = None) -> AddedFeed:
        """Follow the feed at an address, or the likeliest of the site there; ``refresh`` brings its articles in.

        source: the outlet's name for its articles; None for what they say themselves. Raises SourceError when there is no feed, or none now.
        """
        return self._following.add(address, source=source)

    def follow(self, addresses: Iterable[str]) -> int:
        """Follow feeds at these addresses without looking at them first. Returns how many are new."""
        return self._following.follow(addresses)

    def remove_feed(self, address: str) -> Feed:
        """Follow a feed no more; its articles are kept. Returns what it was. Raises FeedNotFoundError."""
        return self._following.remove(address)

    def pause_feed(self, address: str) -> Feed:
        """Leave a feed alone until it is resumed. Raises FeedNotFoundError."""
        return self._following.pause(address)

    def resume_feed(self, address: str) -> Feed:
        """Go on with a feed that was paused, or that was gone. Raises FeedNotFoundError."""
        return self._following.resume(address)

    def pause_source(self, name: str) -> tuple[str, int]:
        """Leave an outlet alone until it is resumed: its articles are not searched, and the feeds that go by its name are not read.

        What comes in of it otherwise is kept for then. Returns its name as it is stored, and how many feeds it has. Raises OutletNotFoundError.
        """
        return self._set_source_paused(name, True)

    def resume_source(self, name: str) -> tuple[str, int]:
        """Go on with an outlet and all feeds of its name. As for ``pause_source``."""
        return self._set_source_paused(name, False)

    def add_address(self, address: str, *, wait_s: float = WRITER_WAIT_S) -> AddedFeed | IngestReport:
        """Follow the feed at an address, whose articles come in with the next ``refresh``; or take in the article on the page there.

        Raises SourceError if it cannot be fetched or is neither.
        """
        draft = self._following.article_at(address)
        if draft is None:
            return self.add_feed(address)
        return self.ingest([draft], purpose="the adding of a page", wait_s=wait_s)

    def import_feeds(self, opml: bytes) -> tuple[int, int]:
        """Follow the feeds of an OPML list. Returns how many are new, and how many it has. Raises ArticleRefusedError if it is none."""
        return self._following.import_opml(opml)

    def export_feeds(self) -> bytes:
        """The feeds as an OPML list."""
        return self._following.export_opml()

    def refresh(
        self,
        progress: Callable[[FeedReport], None] | None = None,
        *,
        only_due: bool = True,
        stopped: Callable[[], bool] = lambda: False,
        wait_s: float = WRITER_WAIT_S,
    ) -> RefreshReport:
        """Read the feeds that are due and take in what is new, feed by feed. only_due: off, all but those that are paused or gone.

        progress: told of each feed as it is done. stopped: asked now and then whether to come to an early end. wait_s: how long to wait for another
        writer each time. What a feed does wrong is in the report. Raises WriterBusyError, at once if another refresh is going on.
        """
        take_in = partial(self.ingest, purpose="a refresh of the feeds", wait_s=wait_s)
        return self._following.refresh(take_in, progress, only_due=only_due, stopped=stopped)

    def backup(self, file: Path) -> None:
        """A copy of the database, consistent as of one moment, while others read and write. Raises StorageError."""
        self._save_database(file)

    def close(self) -> None:
        """Let go of files and connections. Safe to call twice."""
        self._close()
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> NewsIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _openings(self) -> Iterator[tuple[str, str]]:
        """Article ids with questions made from them: the first of each of the newest articles, then the second of each…; headlines last."""
        read = [article for article in self._store.newest(OPENERS_READ) if article.language in OPENER_LANGUAGES]
        made = [[(article.id, question) for question in dict.fromkeys(self._questions_of(article))] for article in read]
        yield from (one for row in zip_longest(*made) for one in row if one is not None)
        yield from ((article.id, question) for article in read for question in question_of_title(article.title or ""))

    def _questions_of(self, article: Article) -> Iterator[str]:
        for span in self._split(article.text, article.language)[:OPENERS_READ]:
            yield from questions_of(article.text[span.start : span.end])

    def _set_source_paused(self, name: str, paused: bool) -> tuple[str, int]:
        stored = self._store.pause_source(name, paused)
        feeds = self._following.set_source_paused(name, paused)
        if not stored and not feeds:
            raise OutletNotFoundError(f"The coverage has no source named {name!r}.", remedy="/sources lists them.")
        return (stored[0] if stored else name), feeds

    def _ask(self, question: str, filters: Filters, limit: int, answer_id: str | None, *, rerank: bool) -> tuple[Answer, Retrieved]:
        started = time.perf_counter()
        answer_id = answer_id or uuid.uuid4().hex[:12]
        asked = prepare(question)
        if remark := remark_on(asked):
            return not_asked(answer_id, question, remark, (time.perf_counter() - started) * 1000), NOTHING
        asked = without_greeting(asked)
        search = partial(self._search, question, limit=limit, answer_id=answer_id, rerank=rerank, started=started)
        bare, limits = filters_in(asked, now=self._clock.now(), sources=self._store.sources())
        if limits is None:
            answer, found = search(asked, filters)
            return self._summed_up(answer, started), found
        answer, found = search(bare, narrowed(filters, limits))
        if widened := answer.status is Status.NOT_COVERED and may_be_widened(asked, limits, found=bool(found.passages)):
            answer, found = search(bare, filters)
        return self._summed_up(replace(answer, searched=limits, widened=widened), started), found

    def _summed_up(self, answer: Answer, started: float) -> Answer:
        """With a summary, where a language model is set and what it writes stands on the quotes; else as it was."""
        quotes = {one.number: one.quote for one in answer.citations if may_be_shown_to_a_model(one.quote)}
        if self._writer is None or not quotes:
            return answer
        try:
            summary = grounded(self._writer.write(answer.question, quotes), quotes)
        except WritingError as error:
            log.warning("the answer goes without a summary", reason=str(error))
            summary = None
        return replace(answer, summary=summary, elapsed_ms=(time.perf_counter() - started) * 1000)

    def _search(
        self, question: str, asked: str, filters: Filters, *, limit: int, answer_id: str, rerank: bool, started: float
    ) -> tuple[Answer, Retrieved]:
        """The answer to ``asked``, which is what ``question`` comes down to. started: when, by ``time.perf_counter``."""
        generation = self._generations.fresh()
        if generation is None and self._store.sequence():  # a replica over a full database, whose own indexes nobody has built yet
            raise IndexNotBuiltError("The database has articles, and there is no index of them here.", remedy="Run `dateline reindex`.")
        instead = self._misspelt(asked, generation.lexical) if generation is not None else {}
        asked = respelled(asked, instead)
        reranker = self._reranker if rerank and self._reranker and can_read(asked, self._reranker.fingerprint) else None
        calibration = self._read if reranker else self._unread
        day = event_day(asked)
        found = NOTHING
        for scope in self._scopes(asked, filters, day, generation):
            if generation is not None:
                found = retrieve(
                    asked,
                    scope if scope != NO_SCOPE else None,
                    limit,
                    generation=generation,
                    store=self._store,
                    encoder=self._encoder,
                    reranker=reranker,
                    examiner=self._examiner if reranker else None,
                )
                found = replace(
                    found, passages=with_carriers(found.passages, self._store.copies({one.report or 0 for one in found.passages}))
                )
            answer = assemble(
                answer_id=answer_id,
                question=question,
                passages=found.passages,
                texts=found.texts,
                signals=found.signals,
                unsaid=found.unsaid,
                calibration=calibration,
                point=self._point,
                elapsed_ms=0.0,
            )
            if answer.status is not Status.NOT_COVERED:
                break
        if reranker and answer.citations:
            answer = self._shortened(asked, answer, found)
        if answer.citations:
            (parsed,) = self._parser.parse([asked])
            answer = sided(answer, parsed, found, split=self._split, parse=self._parser.parse, relevance=calibration.relevance, day=day)
        answer = replace(dated(answer, found.texts), elapsed_ms=(time.perf_counter() - started) * 1000)
        if not can_read(asked, self._encoder.fingerprint):
            answer = unread(answer, found.signals.words if found.signals else 0.0)
        return (replace(answer, read_as=asked) if instead else answer), found

    def _shortened(self, asked: str, answer: Answer, found: Retrieved) -> Answer:
        """The answer with its short ones: the clause that says yes or no, if that is asked; else what the reader finds, if one is set."""
        question = self._parser.parse([asked])[0]
        kind = asked_for(asked, question)
        if kind is not Kind.YES_NO and self._reader is None:
            return answer
        evidence = gather(answer.citations, found.passages, found.sentences, found.texts, self._read, self._parser)
        if self._reader is not None and kind is not Kind.YES_NO:
            return with_short(answer, short_answers(question, kind, evidence, self._reader), evidence, found.texts)
        short = yes_or_no(asked, evidence, {one.number: one.title for one in answer.citations}, self._parser.parse)
        if short is None:
            return replace(answer, status=Status.NOT_COVERED, citations=())
        status = Status.CONFLICT if len(short) > 1 else answer.status
        return replace(with_short(answer, short, evidence, found.texts), status=status)

    def _scopes(self, asked: str, filters: Filters, day: date | None, generation: Generation | None) -> Iterator[Scope]:
        """Where to look, one after the other until something answers: in what was published within days of the day the question names, first of
        all in the articles of those days that speak of the place it names; then anywhere.
        """
        whole = self._store.scope(filters)  # also without filters: an outlet may be paused
        if day is not None and filters.since is None and filters.until is None:
            first = datetime(day.year, day.month, day.day, tzinfo=UTC)
            near = self._store.scope(replace(filters, since=first, until=first + REPORTED_WITHIN))
            if generation is not None:
                places = places_in(self._parser.parse([asked])[0])
                there = among_those_that_speak_of(places, near, lexical=generation.lexical, store=self._store)
                if there is not None:
                    yield there
            yield near
        yield whole

    def _misspelt(self, question: str, lexical: LexicalIndex) -> dict[str, str]:
        def sentences(word: str) -> list[str]:
            found = self._store.sentences([hit.sentence_id for hit in lexical.search(word, SPELT_IN)])
            return [one.article.text[one.sentence.start : one.sentence.end] for one in found.values()]

        return misspelt(question, counts=lexical.counts, is_word=self._encoder.is_word, sentences=sentences)
