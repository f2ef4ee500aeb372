"""From a question to ranked passages: both indexes asked, fused, the head reranked alone and then in context.

In: a prepared question, a scope, a generation. Out: passages with the texts they stand in, and what the search shows of whether they answer.
Runs in the caller's thread. Every number here was measured: docs/decisions/0005-retrieval.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from index.domain.articles import Span
from index.domain.passages import Hit, Passage
from index.ports.articles import ArticleStore, StoredSentence
from index.ports.models import Examined, Examiner, Glance, Reranker, Vectors
from index.ports.search import Scope
from index.search.fusion import fuse
from index.search.generations import Generation
from index.search.passages import QUOTE_MARGIN, QUOTE_MARGIN_COSINE, ScoredSentence, Window, fold, reread, to_passages, to_windows
from index.search.recency import asks_about_beginning, asks_about_now, lateness, staleness
from index.search.signals import Signals, mean_of_best, share_said, unsaid

CANDIDATES = 100
"""Sentences taken from each index: recall of the two together no longer grows beyond."""

RERANKED = 20
"""Sentences the cross-encoder reads one by one at most, some 5 ms each on two cores…"""

FIRST_ROUND, NEXT_ROUND = 6, 4
"""…in rounds, the first of so many…"""

NEAR = 3.0
"""Of a text that will score this far below the best the score is not worked out, only estimated…"""

DECIDED_BY = 6.0
"""…until a whole round scores this far below the best so far: what comes after was ranked lower by both indexes and does not catch up."""

READ_IN_CONTEXT = 4
"""Passages it then reads whole under their headlines, some 16 ms each. More change little; three refuse less of what is not covered."""


Judge = Callable[[Sequence[str], Sequence[Glance]], tuple[list[Glance], list[float]]]
"""A glance at each of the first, and the scores of the second, which were glanced at before."""


@dataclass(frozen=True, slots=True)
class Stages:
    """What each step of a search handed to the next, by sentence ids, best first: where something was lost can be seen from it."""

    dense: tuple[int, ...] = ()
    """What the vectors found."""
    lexical: tuple[int, ...] = ()
    """What the words found."""
    head: tuple[int, ...] = ()
    """What of the two, fused, was looked at one by one; the rest was not."""
    windows: tuple[tuple[int, ...], ...] = ()
    """The head's sentences with their neighbours, ranked, before near-copies and crowding articles were taken out."""
    passages: tuple[tuple[int, ...], ...] = ()
    """The sentences of each passage, passages as they are ranked in the end."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a passage, and how relevant it is by itself."""

    span: Span
    """Where it stands, as offsets into the article."""
    score: float | None
    """The reranker's, or the cosine where there is none; None for a neighbour that no search found."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first, the texts of their articles by article id, what they show, and how they were found."""

    passages: tuple[Passage, ...]
    texts: Mapping[str, str]
    signals: Signals | None
    """None if nothing was found."""
    unsaid: str | None
    """The words of the question that no passage speaks of, nor a headline of theirs; None if there are none."""
    stages: Stages
    sentences: tuple[tuple[Judged, ...], ...] = ()
    """Of each passage, in the order of the text: what a short answer may be cut from."""
    shared: frozenset[int] = frozenset()
    """Of the passages' reports those that several articles carry."""


NOTHING = Retrieved((), {}, None, None, Stages())
"""What a search in no coverage finds."""


def retrieve(
    question: str,
    scope: Scope | None,
    limit: int,
    *,
    generation: Generation,
    store: ArticleStore,
    vector: Callable[[], Vectors],
    reranker: Reranker | None,
    examiner: Examiner | None = None,
) -> Retrieved:
    """At most ``limit`` passages for a question within a scope.

    vector: gives the encoded question, shape (1, dimension); asked for as late as may be, since it takes longer than anything before the vectors.
    examiner: one that scores as ``reranker`` does, and reads for the answer too.
    """
    # Some of the head may have gone since the index was asked: a few more than are reranked are looked up.
    looked_up = RERANKED + limit
    lexical = generation.lexical.search(question, CANDIDATES, scope)
    weights, terms = generation.lexical.weights(question), generation.lexical.terms
    likely = _with_neighbours(lexical[:looked_up])
    stored = store.sentences(likely)  # while the question is still being encoded
    dense = generation.vectors.search(vector(), CANDIDATES, scope)
    head = fuse([dense, lexical])[:looked_up]
    stored = merged(stored, store.sentences(_with_neighbours(head) - likely))
    head = [hit for hit in head if hit.sentence_id in stored]
    if not head:
        return NOTHING
    examined: list[Examined] = []
    if reranker:
        scored = _judged(question, head[:RERANKED], stored, reranker, examiner)
        ranked = to_windows(scored, stored, QUOTE_MARGIN)
        windows = fold(ranked, limit)
        examined = _examined(question, windows[:READ_IN_CONTEXT], reranker, examiner)
        best = max((window.score + one.score) / 2 for window, one in zip(windows, examined, strict=False))
        windows = reread(windows, examined)
    else:
        scored = _unjudged(head, dense, stored)
        ranked = to_windows(scored, stored, QUOTE_MARGIN_COSINE)
        windows = fold(ranked, limit)
        best = windows[0].score
    wholes = [one.score for one in examined] or [windows[0].score]
    first = windows[0].sentences[0].article
    signals = Signals(
        best=max(best, *wholes),
        score=windows[0].score,
        best_whole=max(wholes),
        mean_whole=sum(wholes) / len(wholes),
        answers=max((one.answers for one in examined), default=0.0),
        both=max((one.score + one.answers for one in examined), default=best),
        head=mean_of_best(one.score for one in scored),
        words=share_said(weights, generation.lexical.said(first.key, weights).union(terms(first.title or ""))),
        cosine=dense[0].score if dense else 0.0,
    )
    found = terms("\n".join(window.under_its_headline for window in windows))
    stages = Stages(_ids(dense), _ids(lexical), _ids(head[: len(scored)]), _sentences(ranked), _sentences(windows))
    articles = [window.sentences[0].article for window in windows]
    texts = {one.id: one.text for one in articles}
    shared = frozenset(one.copy_group for one in articles if one.copy_group is not None)
    alone = {one.stored.sentence.id: one.score for one in scored}
    sentences = tuple(tuple(_judgement(one, alone) for one in window.sentences) for window in windows)
    return Retrieved(tuple(to_passages(windows)), texts, signals, unsaid(question, weights, found, terms), stages, sentences, shared)


def merged(earlier: Mapping[int, StoredSentence], later: Mapping[int, StoredSentence]) -> dict[int, StoredSentence]:
    """Sentences of two look-ups, by id: of an article that was changed between them only what the later one found."""
    revisions = {one.article.key: one.article.revision for one in later.values()}
    kept = {number: one for number, one in earlier.items() if revisions.get(one.article.key, one.article.revision) == one.article.revision}
    return {**kept, **later}


def _with_neighbours(hits: Sequence[Hit]) -> set[int]:
    return {near for hit in hits for near in (hit.sentence_id - 1, hit.sentence_id, hit.sentence_id + 1)}


def _examined(question: str, windows: Sequence[Window], reranker: Reranker, examiner: Examiner | None) -> list[Examined]:
    """Every window read whole under its headline; without an examiner nothing is known of whether it answers."""
    if examiner:
        return examiner.examine(question, [(window.sentences[0].article.title, window.text) for window in windows])
    return [Examined(score, 0.0) for score in reranker.score(question, [window.under_its_headline for window in windows])]


def _judged(
    question: str, head: Sequence[Hit], stored: Mapping[int, StoredSentence], reranker: Reranker, examiner: Examiner | None
) -> list[ScoredSentence]:
    """Every sentence judged alone, which says what to quote; which passage ranks first is said when they are read whole."""
    found = [stored[hit.sentence_id] for hit in head]
    texts = [one.article.text[one.sentence.start : one.sentence.end] for one in found]
    judge = partial(examiner.judge, question) if examiner else partial(_wholly, reranker, question)
    scores = judge_in_rounds(judge, texts)
    losses = losses_for_age(question, found[: len(scores)])
    return [ScoredSentence(one, score, score - loss) for one, score, loss in zip(found, scores, losses, strict=False)]


def judge_in_rounds(judge: Judge, texts: Sequence[str], decided_by: float = DECIDED_BY) -> list[float]:
    """Scores of the texts, in their order, estimated for those far below the best; those after the round that decided it are left out.

    The scores of one round's best are worked out beside the glances at the next.
    """
    glances: list[Glance] = []
    scores: list[float] = []
    near: list[int] = []
    while True:
        fresh, exact = judge(texts[len(scores) :][: NEXT_ROUND if scores else FIRST_ROUND], [glances[place] for place in near])
        for place, score in zip(near, exact, strict=True):
            scores[place] = score
        if not fresh:
            return scores
        first = len(scores)
        glances += fresh
        scores += [one.estimate for one in fresh]
        best = max(scores)
        near = [place for place in range(first, len(scores)) if scores[place] > best - NEAR]
        if max(scores[-NEXT_ROUND:]) <= best - decided_by:
            texts = texts[: len(scores)]


def _wholly(reranker: Reranker, question: str, fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
    """By a reranker that cannot be left early: what it begins it finishes."""
    return [Glance(score, None) for score in (reranker.score(question, fresh) if fresh else ())], [one.estimate for one in near]


def losses_for_age(question: str, found: Sequence[StoredSentence]) -> list[float]:
    """What each loses for its age: nothing unless the question asks about now, or about the beginning."""
    dates = [one.article.published_at for one in found if one.article.published_at is not None]
    if dates and asks_about_beginning(question):
        return [lateness(one.article.published_at, dates) for one in found]
    if dates and asks_about_now(question):
        return [staleness(one.article.published_at, max(dates)) for one in found]
    return [0.0] * len(found)


def _unjudged(head: Sequence[Hit], dense: Sequence[Hit], stored: Mapping[int, StoredSentence]) -> list[ScoredSentence]:
    """The fused order, with cosines for scores. What only the lexical index found is no nearer than the last that the vectors found."""
    cosines = {hit.sentence_id: hit.score for hit in dense}
    lowest = min(cosines.values(), default=0.0)
    return [ScoredSentence(stored[hit.sentence_id], cosines.get(hit.sentence_id, lowest), hit.score) for hit in head]


def _judgement(one: StoredSentence, alone: Mapping[int, float]) -> Judged:
    return Judged(Span(one.sentence.start, one.sentence.end), alone.get(one.sentence.id))


def _ids(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.sentence_id for hit in hits)


def _sentences(windows: Sequence[Window]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(one.sentence.id for one in window.sentences) for window in windows)
