"""One question of a suite asked, and its answer judged. In: a NewsIndex, a Question. Out: a Judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.asking import Traced
from index.domain.answers import Status
from index.domain.passages import Passage
from index.errors import QuestionError
from index.evaluation.answer_text import exact_match, f1, holds
from index.evaluation.outcomes import Loss, Outcome
from index.evaluation.suite import Layout, Question
from index.search.passages import MAX_PER_ARTICLE
from index.search.retrieve import Stages
from index.service import NewsIndex

DEPTH = 10
"""How deep rankings are looked at: the 10 of nDCG@10 and MRR@10."""

PASSAGES = {Layout.SQUAD: DEPTH, Layout.BEIR: DEPTH * MAX_PER_ARTICLE}
"""Passages asked for: enough that ten documents are among them wherever ten were found."""

_EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome, and what measures are computed from besides."""

    outcome: Outcome
    relevant: Mapping[str, int]
    """What there is to find, with grades; empty for an unanswerable question."""
    ranked: tuple[str, ...]
    """What was found, best first, without repetition."""
    exact_match: float
    """Of the first short answer, or the guess where nothing is sure enough, 0 or 1; 0 where there is neither."""
    f1: float
    """The same, 0..1."""


def ask(index: NewsIndex, question: Question, layout: Layout, *, rerank: bool = True) -> Judged:
    """Ask and judge. A question that cannot be searched for was not answered: its outcome says why. rerank: as for ``NewsIndex.answer``."""
    try:
        traced = index.trace(question.text, limit=PASSAGES[layout], rerank=rerank)
    except QuestionError as error:
        loss = Loss.NOT_ASKED if question.answerable else None
        outcome = Outcome(question.id, question.text, question.answerable, None, 0.0, Status.NOT_COVERED, loss, None, 0.0, str(error))
        return Judged(outcome, *_to_find(question, layout, ()), 0.0, 0.0)
    answer = traced.answer
    passages = [passage for passage in answer.passages if not _is_itself(passage, question)]
    rank = next((place for place, passage in enumerate(passages, start=1) if is_right(passage, question)), None)
    short = answer.short[0].text if answer.short else None
    best = short if answer.guess is None else answer.guess.text
    outcome = Outcome(
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        rank=rank,
        confidence=answer.confidence,
        status=answer.status,
        loss=lost(question, traced, rank, PASSAGES[layout]) if question.answerable else None,
        short=short,
        elapsed_ms=round(answer.elapsed_ms, 1),
    )
    found = _to_find(question, layout, passages)
    if best is None:
        return Judged(outcome, *found, 0.0, 0.0)
    return Judged(outcome, *found, exact_match(best, question.answers), f1(best, question.answers))


def is_right(passage: Passage, question: Question) -> bool:
    """Whether it lies in a relevant article, and holds an answer where the test set gives any."""
    return passage.article_id in question.relevant and (not question.answers or holds(passage.text, question.answers))


def lost(question: Question, traced: Traced, rank: int | None, limit: int) -> Loss | None:
    """Where the right passage was lost; None if it came first and was not refused. limit: the passages that were asked for."""
    if rank == 1:
        return Loss.REFUSED if traced.answer.status is Status.NOT_COVERED else None
    stages, right = traced.stages, _right_sentences(question, traced)
    if right.isdisjoint(stages.dense) and right.isdisjoint(stages.lexical):
        return Loss.NOT_RETRIEVED
    if right.isdisjoint(stages.head):
        return Loss.FUSION
    return Loss.JOINED_AWAY if rank is None and _joined_away(right, stages, limit) else Loss.RERANKING


def _right_sentences(question: Question, traced: Traced) -> set[int]:
    """Those of the sentences at hand that answer by themselves."""
    return {
        id_
        for id_, one in traced.sentences.items()
        if one.article.id in question.relevant
        and (not question.answers or holds(one.article.text[one.sentence.start : one.sentence.end], question.answers))
    }


def _joined_away(right: set[int], stages: Stages, limit: int) -> bool:
    """Whether a window with a right sentence was left out though there was room for it: whatever was only too low came after all that were kept."""
    kept = [window in stages.passages for window in stages.windows]
    last = max((place for place, is_kept in enumerate(kept) if is_kept), default=-1)
    looked_at = len(kept) if len(stages.passages) < limit else last
    return any(not is_kept and not right.isdisjoint(window) for window, is_kept in list(zip(stages.windows, kept, strict=True))[:looked_at])


def _is_itself(passage: Passage, question: Question) -> bool:
    """Whether the passage is the question: in some sets of BEIR the queries are documents, and its own evaluation leaves them out too."""
    return passage.article_id == question.id and question.id not in question.relevant


def _to_find(question: Question, layout: Layout, passages: Sequence[Passage]) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """What there is to find and what was found, in the names that rankings are scored by.

    BEIR: documents, each where its best passage stands. SQuAD: the evidence, which the first right passage is; others count as misses before it.
    """
    if layout is Layout.BEIR:
        return question.relevant, tuple(dict.fromkeys(passage.article_id for passage in passages))
    first = next((place for place, passage in enumerate(passages) if is_right(passage, question)), None)
    return (
        {_EVIDENCE: 1} if question.answerable else {},
        tuple(_EVIDENCE if place == first else f"passage {place + 1}" for place in range(len(passages))),
    )
