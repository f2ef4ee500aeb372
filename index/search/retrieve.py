"""From a question to ranked passages: both indexes asked, fused, the head reranked, neighbours joined.

In: a prepared question, a scope, a generation. Out: passages with the texts they stand in. Runs in the caller's thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.domain import Passage
from index.ports import ArticleStore, Encoder, Reranker, Scope
from index.search.fusion import fuse
from index.search.generations import Generation
from index.search.passages import JOIN_MARGIN, JOIN_MARGIN_COSINE, ScoredSentence, to_passages

CANDIDATES = 100
"""Sentences taken from each index: recall of the two together no longer grows beyond (docs/decisions/0005-retrieval.md)."""

RERANKED = 24
"""Sentences the cross-encoder reads, some 5 ms each on one core: what the goal of 150 ms a question leaves room for."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first, and the texts of their articles by article id."""

    passages: tuple[Passage, ...]
    texts: Mapping[str, str]


NOTHING = Retrieved((), {})
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
    stored = store.sentences([hit.sentence_id for hit in head])
    head = [hit for hit in head if hit.sentence_id in stored][: RERANKED if reranker else None]
    if reranker:
        found = [stored[hit.sentence_id] for hit in head]
        scores = reranker.score(question, [one.article.text[one.sentence.start : one.sentence.end] for one in found])
        scored = [ScoredSentence(one, score, score) for one, score in zip(found, scores, strict=True)]
    else:
        cosines = {hit.sentence_id: hit.score for hit in dense}
        lowest = min(cosines.values(), default=0.0)  # what only the lexical index found is no nearer than that
        scored = [ScoredSentence(stored[hit.sentence_id], cosines.get(hit.sentence_id, lowest), hit.score) for hit in head]
    passages = to_passages(scored, limit, join_margin=JOIN_MARGIN if reranker else JOIN_MARGIN_COSINE)
    return Retrieved(tuple(passages), {one.stored.article.id: one.stored.article.text for one in scored})
