"""The way from a question to its answer. In: a question as typed, and filters. Out: an ``Answer``, and how it was found.

Read ``Asking.ask`` from the top: each step is the name of a room, of ``index.answering`` before and after the search, of ``index.search`` in it.
``NewsIndex`` answers people with it; benchmarks ask it for what the steps had in hand.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from index.answering.asked_filters import filters_in, may_be_widened, narrowed
from index.answering.asked_for import Kind, asked_for
from index.answering.assemble import assemble, dated, not_asked, not_covered
from index.answering.covered import Calibration, OperatingPoint
from index.answering.encoded import NoQuestionError, VectorsAhead
from index.answering.event import BESIDE, Event
from index.answering.event_day import REPORTED_WITHIN, event_day
from index.answering.evidence import Evidence, gather
from index.answering.figures.asked import may_be_wanted
from index.answering.grounded import grounded, may_be_shown_to_a_model
from index.answering.in_full import in_full, may_be_unnamed, unnamed_in
from index.answering.missing import worth_naming
from index.answering.places import places_in
from index.answering.question import prepare
from index.answering.readable import can_read, unread
from index.answering.short import short_answer, with_short
from index.answering.sided import LOOKED_AT, sided
from index.answering.talk import remark_on, remark_on_signs, without_greeting
from index.answering.yes_no import yes_or_no
from index.domain.answers import Answer, Status
from index.domain.passages import Filters, Passage
from index.errors import IndexNotBuiltError, WritingError
from index.ports.articles import ArticleStore, StoredSentence
from index.ports.clock import Clock
from index.ports.grammar import Parser, Splitter
from index.ports.models import Encoder, Examiner, Reader, Reranker, Vectors, Writer
from index.ports.search import LexicalIndex, Scope
from index.search.carriers import with_carriers
from index.search.generations import Generation, Generations
from index.search.placed import among_those_that_may_tell_of
from index.search.retrieve import NOTHING, Retrieved, Stages, retrieve
from index.search.signals import Signals
from index.search.spelling import misspelt, respelled

log = structlog.get_logger(__name__)

NO_FILTERS = Filters()
NO_SCOPE = Scope()
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Questions answered, with the parts that it takes. Safe for many threads."""

    store: ArticleStore
    generations: Generations
    encoder: Encoder
    reranker: Reranker | None
    examiner: Examiner | None = None
    """Reads whole passages in the reranker's place."""
    parser: Parser
    reader: Reader | None
    """None: answers have no short ones but figures."""
    writer: Writer | None = None
    """None: answers have no summary."""
    read: Calibration
    """What a search with a reranker shows…"""
    unread: Calibration
    """…and one without."""
    point: OperatingPoint
    """What suffices."""
    split: Splitter
    clock: Clock
    ahead: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=2, thread_name_prefix="encoding"))
    """Encodes the question, on a core of its own, while it is found out what it is and where to search."""

    @property
    def fingerprints(self) -> dict[str, str]:
        """As ``NewsIndex`` has them."""
        models = {"reader": self.examiner, "reranker": self.reranker, "encoder": self.encoder}
        return {role: model.fingerprint if model else "" for role, model in models.items()}

    @property
    def calibrated(self) -> bool:
        """Whether it is known what a search shows."""
        return (self.read if self.reranker else self.unread).fitted

    def ask(
        self, question: str, filters: Filters = NO_FILTERS, limit: int = 10, answer_id: str | None = None, *, rerank: bool = True
    ) -> tuple[Answer, Retrieved]:
        """As ``NewsIndex.answer``, and what the answer was made of."""
        started = time.perf_counter()
        answer_id = answer_id or uuid.uuid4().hex[:12]
        signs = remark_on_signs(question)
        asked = question if signs else prepare(question)
        remark = signs or remark_on(asked)
        if remark is None:
            vectors = VectorsAhead(self.encoder, self.ahead, asked)
            search = partial(self._search_in_full, question, vectors, limit=limit, answer_id=answer_id, rerank=rerank, started=started)
            try:
                answer, found = self._within_limits(without_greeting(asked), filters, search)
                return self._summed_up(answer, started), found
            except NoQuestionError as talk:
                remark = talk.remark
        return not_asked(answer_id, question, remark, (time.perf_counter() - started) * 1000), NOTHING

    def _within_limits(
        self, asked: str, filters: Filters, search: Callable[[str, Filters], tuple[Answer, Retrieved]]
    ) -> tuple[Answer, Retrieved]:
        """The answer from what the question itself limits it to ("today", "according to CNN"), or from anywhere if there is none."""
        bare, limits = filters_in(asked, now=self.clock.now(), sources=self.store.sources)
        if limits is None:
            return search(asked, filters)
        answer, found = search(bare, narrowed(filters, limits))
        if widened := answer.status is Status.NOT_COVERED and may_be_widened(asked, limits, found=bool(found.passages)):
            answer, found = search(bare, filters)
        return replace(answer, searched=limits, widened=widened), found

    def _search_in_full(
        self, question: str, vectors: VectorsAhead, asked: str, filters: Filters, *, rerank: bool, **how: Any
    ) -> tuple[Answer, Retrieved]:
        """As ``_search``; where that is not sure, and the question leaves unnamed what the first passage names, by that name if it is surer then."""
        answer, found = self._search(question, vectors, asked, filters, rerank=rerank, **how)
        unsure = rerank and bool(answer.passages) and not self.read.covered(answer.confidence, OperatingPoint.PRECISE)
        named = self._in_full(answer.read_as or asked, answer.passages[0]) if unsure and may_be_unnamed(asked) else None
        if named is None:
            return answer, found
        again, seen = self._search(question, vectors, named, filters, rerank=rerank, **how)
        is_better = again.status is not Status.NOT_COVERED and again.confidence > answer.confidence
        return (replace(again, read_as=named), seen) if is_better else (answer, found)

    def _in_full(self, asked: str, passage: Passage) -> str | None:
        """The question with what it leaves unnamed as the passage names it: the part worth quoting first, then the rest."""
        unnamed = unnamed_in(self.parser.parse([asked])[0])
        if unnamed is None:
            return None
        quoted = passage.text[passage.focus.start - passage.start : passage.focus.end - passage.start]
        texts = (text[one.start : one.end] for text in (quoted, passage.text) for one in self.split(text, None))
        return in_full(asked, unnamed, self.parser.parse([one for one in dict.fromkeys(texts) if unnamed.may_be_in(one)]))

    def _search(
        self,
        question: str,
        vectors: VectorsAhead,
        asked: str,
        filters: Filters,
        *,
        limit: int,
        answer_id: str,
        rerank: bool,
        started: float,
    ) -> tuple[Answer, Retrieved]:
        """The answer to ``asked``, which is what ``question`` comes down to. started: when, by ``time.perf_counter``."""
        vectors.begin(asked)
        generation = self.generations.fresh()
        if generation is None:
            vectors.of(asked)  # talk is met as such
            if self.store.sequence():  # a replica over a full database, whose own indexes nobody has built yet
                raise IndexNotBuiltError("The database has articles, and there is no index of them here.", remedy="Run `dateline reindex`.")
        if instead := self.misspelt(asked, generation.lexical) if generation is not None else {}:
            asked = respelled(asked, instead)
            vectors.begin(asked)
        reranker = self.reranker if rerank and self.reranker and can_read(asked, self.reranker.fingerprint) else None
        calibration = self.read if reranker else self.unread
        day = event_day(asked)

        def vector() -> Vectors:
            if reranker or may_be_wanted(asked):
                self.parser.prefetch(asked)  # from here to the end of the vectors' search this thread has nothing to do
            return vectors.of(asked)

        event = Event(tuple(places_in(self.parser.parse([asked])[0])), day) if day is not None else None
        tried: list[tuple[Answer, Retrieved]] = []
        for scope, point in self._scopes(event, filters, generation):
            found = self._retrieved(asked, scope, limit, generation, vector, reranker) if generation is not None else NOTHING
            answer = assemble(
                answer_id=answer_id,
                question=question,
                passages=found.passages,
                texts=found.texts,
                signals=found.signals,
                unsaid=found.unsaid,
                calibration=calibration,
                point=point,
                elapsed_ms=0.0,
            )
            tried.append((answer, found))
            if answer.status is not Status.NOT_COVERED:
                break
        if event is not None:
            answer, found = _of_that_event(event, tried)
        if reranker and answer.missing is not None:
            answer = replace(answer, missing=self._worth_naming(asked, answer.missing, found))
        if reranker and answer.citations:
            answer = self._shortened(asked, answer, found)
        if answer.citations:
            answer = sided(answer, asked, found, split=self.split, parse=self.parser.parse, relevance=calibration.relevance, day=day)
        answer = replace(dated(answer, found.texts), elapsed_ms=(time.perf_counter() - started) * 1000)
        if not can_read(asked, self.encoder.fingerprint):
            answer = unread(answer, found.signals.words if found.signals else 0.0)
        return (replace(answer, read_as=asked) if instead else answer), found

    def _worth_naming(self, asked: str, missing: str, found: Retrieved) -> str | None:
        """Of what a refusal could name, the place that nothing found speaks of, else what of ``missing`` is worth it."""
        question = self.parser.parse([asked])[0]
        return Event(tuple(places_in(question)), None).unsaid(_articles(found)) or worth_naming(missing, question)

    def misspelt(self, question: str, lexical: LexicalIndex) -> dict[str, str]:
        """Words of the question that the coverage spells otherwise, and how."""

        def sentences(word: str) -> list[str]:
            found = self.store.sentences([hit.sentence_id for hit in lexical.search(word, SPELT_IN)])
            return [one.article.text[one.sentence.start : one.sentence.end] for one in found.values()]

        return misspelt(question, counts=lexical.counts, is_word=self.encoder.is_word, sentences=sentences)

    def _scopes(self, event: Event | None, filters: Filters, generation: Generation | None) -> Iterator[tuple[Scope, OperatingPoint]]:
        """Where to look, one after the other until something answers, and how sure to be there: in what was published within days of the event,
        first of all in those articles that may tell of it, where a doubtful passage is likelier to be right than elsewhere; then anywhere.

        event: if the question names a day in full.
        """
        whole = self.store.scope(filters)  # also without filters: an outlet may be paused
        if event is not None and event.day is not None and filters.since is None and filters.until is None:
            first = datetime(event.day.year, event.day.month, event.day.day, tzinfo=UTC)
            near = self.store.scope(replace(filters, since=first - BESIDE, until=first + REPORTED_WITHIN))
            if generation is not None:
                there = among_those_that_may_tell_of(event, near, lexical=generation.lexical, store=self.store)
                if there is not None:
                    yield there, self.point.easier
            yield near, self.point
        yield whole, self.point

    def _retrieved(
        self, asked: str, scope: Scope, limit: int, generation: Generation, vector: Callable[[], Vectors], reranker: Reranker | None
    ) -> Retrieved:
        """The passages within a scope, with who else carries them."""
        found = retrieve(
            asked,
            scope if scope != NO_SCOPE else None,
            limit,
            generation=generation,
            store=self.store,
            vector=vector,
            reranker=reranker,
            examiner=self.examiner if reranker else None,
        )
        return replace(found, passages=with_carriers(found.passages, self.store.copies(found.shared)))

    def _shortened(self, asked: str, answer: Answer, found: Retrieved) -> Answer:
        """The answer with its short ones: the clause that says yes or no, if that is asked; else what the reader finds, if one is set."""
        question = self.parser.parse([asked])[0]
        kind = asked_for(asked, question)
        if kind is not Kind.YES_NO and self.reader is None:
            return answer
        evidence = self.evidence(answer, found)
        if self.reader is not None and kind is not Kind.YES_NO:
            best = short_answer(question, kind, evidence, self.reader, self.parser.parse)
            if best is None:
                return answer
            if best.is_sure:
                return with_short(answer, [best.answer], evidence, found.texts)
            return with_short(answer, (), evidence, found.texts, guess=best.answer)
        short = yes_or_no(asked, evidence, {one.number: one.title for one in answer.citations}, self.parser.parse)
        if short is None:
            return replace(answer, status=Status.NOT_COVERED, citations=())
        status = Status.CONFLICT if len(short) > 1 else answer.status
        return replace(with_short(answer, short, evidence, found.texts), status=status)

    def evidence(self, answer: Answer, found: Retrieved) -> tuple[Evidence, ...]:
        """The sentences that a short answer to it may be cut from."""
        return gather(answer.citations, found.passages, found.sentences, found.texts, self.read, self.parser.parse)

    def _summed_up(self, answer: Answer, started: float) -> Answer:
        """With a summary, where a language model is set and what it writes stands on the quotes; else as it was."""
        if self.writer is None:
            return answer
        quotes = {one.number: one.quote for one in answer.citations if may_be_shown_to_a_model(one.quote)}
        if not quotes:
            return answer
        try:
            summary = grounded(self.writer.write(answer.question, quotes), quotes)
        except WritingError as error:
            log.warning("the answer goes without a summary", reason=str(error))
            summary = None
        return replace(answer, summary=summary, elapsed_ms=(time.perf_counter() - started) * 1000)

    def trace(self, question: str, filters: Filters, limit: int, *, rerank: bool) -> Traced:
        """As ``NewsIndex.trace``."""
        answer, found = self.ask(question, filters, limit, rerank=rerank)
        stages = found.stages
        named = {*stages.dense, *stages.lexical, *(one for window in (*stages.windows, *stages.passages) for one in window)}
        return Traced(answer, stages, self.store.sentences(sorted(named)), found.signals)


def _of_that_event(event: Event, tried: Sequence[tuple[Answer, Retrieved]]) -> tuple[Answer, Retrieved]:
    """The last answer that was tried, if it is of the event; else a refusal with what was found nearest to it, which was tried first.

    A refusal names the place that nothing speaks of, if there is one.
    """
    answer, found = tried[-1]
    if not any(event.may_be_told_by(one, found.texts[one.article_id]) for one in found.passages[:LOOKED_AT]):
        answer, found = next((one for one in tried if one[0].passages), tried[-1])
        answer = not_covered(answer, None)
    if answer.status is Status.NOT_COVERED and event.places:
        answer = replace(answer, missing=event.unsaid(_articles(found)))
    return answer, found


def _articles(found: Retrieved) -> Iterator[str]:
    """The headlines and texts of the articles that passages were found in."""
    return (f"{one.title or ''}\n{found.texts[one.article_id]}" for one in found.passages)
