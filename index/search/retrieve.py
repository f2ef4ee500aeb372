"""From a question to ranked passages: both indexes asked, fused, the head reranked alone and then in context.

In: a prepared question, a scope, a generation. Out: passages with the texts they stand in. Runs in the caller's thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.domain import Hit, Passage
from index.ports import ArticleStore, Encoder, Reranker, Scope, StoredSentence
from index.search.fusion import fuse
from index.search.generations import Generation
from index.search.passages import QUOTE_MARGIN, QUOTE_MARGIN_COSINE, ScoredSentence, Window, fold, reread, to_passages, to_windows

CANDIDATES = 100
"""Sentences taken from each index: recall of the two together no longer grows beyond (docs/decisions/0005-retrieval.md)."""

RERANKED = 20
"""Sentences the cross-encoder reads one by one, some 4 ms each on two cores…"""

READ_IN_CONTEXT = 4
"""…and passages it then reads whole, some 8 ms each: together what the goal of 150 ms a question leaves room for."""


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
class Retrieved:
    """Passages, best first, the texts of their articles by article id, and how they were found."""

    passages: tuple[Passage, ...]
    texts: Mapping[str, str]
    stages: Stages


NOTHING = Retrieved((), {}, Stages())
"""What a search in no coverage finds."""


def retrieve(
    question: str,
    scope: Scope | None,
    limit: int,
    *,
    generation: Generation,
    store: ArticleStore,
    encoder: Encoder,
    reranker: Reranker | None,
) -> Retrieved:
    """At most ``limit`` passages for a question within a scope."""
    dense = generation.vectors.search(encoder.encode_question(question), CANDIDATES, scope)
    lexical = generation.lexical.search(question, CANDIDATES, scope)
    # Some of the head may have gone since the index was asked: a few more than are reranked are looked up.
    head = fuse([dense, lexical])[: RERANKED + limit]
    stored = store.sentences([near for hit in head for near in (hit.sentence_id - 1, hit.sentence_id, hit.sentence_id + 1)])
    head = [hit for hit in head if hit.sentence_id in stored]
    if reranker:
        head = head[:RERANKED]
        ranked = _judged(question, head, stored, reranker)
        windows = fold(ranked, limit)
        windows = reread(windows, reranker.score(question, [window.text for window in windows[:READ_IN_CONTEXT]]))
    else:
        ranked = _unjudged(head, dense, stored)
        windows = fold(ranked, limit)
    stages = Stages(_ids(dense), _ids(lexical), _ids(head), _sentences(ranked), _sentences(windows))
    texts = {window.sentences[0].article.id: window.sentences[0].article.text for window in windows}
    return Retrieved(tuple(to_passages(windows)), texts, stages)


def _judged(question: str, head: Sequence[Hit], stored: Mapping[int, StoredSentence], reranker: Reranker) -> list[Window]:
    """Every sentence judged alone, which says what to quote; which passage ranks first is said when they are read whole."""
    found = [stored[hit.sentence_id] for hit in head]
    scores = reranker.score(question, [one.article.text[one.sentence.start : one.sentence.end] for one in found])
    scored = [ScoredSentence(one, score, score) for one, score in zip(found, scores, strict=True)]
    return to_windows(scored, stored, QUOTE_MARGIN)


def _unjudged(head: Sequence[Hit], dense: Sequence[Hit], stored: Mapping[int, StoredSentence]) -> list[Window]:
    """The fused order, with cosines for scores. What only the lexical index found is no nearer than the last that the vectors found."""
    cosines = {hit.sentence_id: hit.score for hit in dense}
    lowest = min(cosines.values(), default=0.0)
    scored = [ScoredSentence(stored[hit.sentence_id], cosines.get(hit.sentence_id, lowest), hit.score) for hit in head]
    return to_windows(scored, stored, QUOTE_MARGIN_COSINE)


def _ids(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.sentence_id for hit in hits)


def _sentences(windows: Sequence[Window]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(one.sentence.id for one in window.sentences) for window in windows)
