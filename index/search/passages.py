"""From scored sentences to passages: neighbours joined, near-copies folded, no article crowding out the others. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.domain import MAX_PASSAGE_SENTENCES, Passage
from index.ports import StoredSentence

MAX_PER_ARTICLE = 3
"""Passages of one article in an answer: a third still shows context, more would hide what other outlets say."""

JOIN_MARGIN = 4.0
"""A neighbour joins a passage if its score is at most this far below the passage's best: it has to matter itself. On the reranker's scale…"""

JOIN_MARGIN_COSINE = 0.1
"""…and on the encoder's, where nothing was reranked."""

COPY_OVERLAP = 0.8
"""Jaccard overlap of words from which two passages are one report told twice."""

MAX_CHARS = 1000
"""Joined passages stop growing here, so that a quote stays one that a person reads."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence with its article. Neighbouring sentences of an article have neighbouring ids."""

    stored: StoredSentence
    score: float
    """How relevant it is: the reranker's score, or the cosine where nothing was reranked."""
    order: float
    """What ranks it, larger first: the same score, or the fused one where nothing was reranked."""


def to_passages(scored: Sequence[ScoredSentence], limit: int, *, join_margin: float = JOIN_MARGIN) -> list[Passage]:
    """At most ``limit`` passages, best first, ranked from 1.

    Every sentence is in one passage at most. A passage ranks and scores as its best sentence does; equal ones keep the order of ``scored``.
    """
    ordered = sorted(scored, key=lambda one: -one.order)
    runs = _join(ordered, join_margin)
    kept: list[Passage] = []
    words: list[Counter[str]] = []
    per_article: Counter[str] = Counter()
    for run in runs:
        article = run[0].stored.article
        start, end = min(one.stored.sentence.start for one in run), max(one.stored.sentence.end for one in run)
        text = article.text[start:end]
        own = Counter(_WORD.findall(text.casefold()))
        if per_article[article.id] == MAX_PER_ARTICLE or any(_overlap(own, other) >= COPY_OVERLAP for other in words):
            continue
        per_article[article.id] += 1
        words.append(own)
        score = max(one.score for one in run)
        facts = (article.id, article.url, article.title, article.source, article.published_at)
        kept.append(Passage(len(kept) + 1, score, *facts, start, end, text))
        if len(kept) == limit:
            break
    return kept


def _join(ordered: Sequence[ScoredSentence], margin: float) -> list[list[ScoredSentence]]:
    """Runs of neighbouring sentences, each opened by its best; runs in the order of their best."""
    runs: list[list[ScoredSentence]] = []
    at: dict[int, int] = {}  # sentence id → its run
    for one in ordered:
        sentence = one.stored.sentence
        near = [at[i] for i in (sentence.id - 1, sentence.id + 1) if i in at]
        home = next((i for i in sorted(near) if _fits(runs[i], one, margin)), None)
        if home is None:
            home = len(runs)
            runs.append([])
        runs[home].append(one)
        at[sentence.id] = home
    return runs


def _fits(run: Sequence[ScoredSentence], one: ScoredSentence, margin: float) -> bool:
    sentence = one.stored.sentence
    if len(run) == MAX_PASSAGE_SENTENCES or run[0].stored.sentence.article_key != sentence.article_key:
        return False
    length = max(sentence.end, *(other.stored.sentence.end for other in run)) - min(
        sentence.start, *(other.stored.sentence.start for other in run)
    )
    return run[0].score - one.score <= margin and length <= MAX_CHARS


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    union = (one | other).total()
    return (one & other).total() / union if union else 0.0
