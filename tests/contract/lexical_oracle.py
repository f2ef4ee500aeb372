"""A naive BM25 to hold the lexical index against, and short ways to fill one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from index.domain.passages import Hit
from index.ports.search import NO_DATE, Ids, LexicalIndex, Rows, Scope
from index.search.analysis import question_terms, terms


def rows(ids: Sequence[int], keys: Sequence[int] = (), sources: Sequence[int] = (), published: Sequence[int] = ()) -> Rows:
    """Rows with article key and source 0 and no date where nothing is said."""
    columns = (ids, keys or [0] * len(ids), sources or [0] * len(ids), published or [NO_DATE] * len(ids))
    return Rows(*(np.array(column, dtype=np.int64) for column in columns))


def put(index: LexicalIndex, texts: Mapping[int, str]) -> None:
    """Add and commit."""
    index.add(rows(list(texts)), list(texts.values()))
    index.commit()


def found(index: LexicalIndex, question: str, k: int = 100, scope: Scope | None = None) -> list[int]:
    """The ids of the hits, best first."""
    return [hit.sentence_id for hit in index.search(question, k, scope)]


def some(*ids: int) -> Ids:
    """Ids as the port wants them."""
    return np.array(ids, dtype=np.int64)


def bm25(texts: Mapping[int, str], question: str) -> dict[int, float]:
    """Scores above 0 by sentence id: the formula of Robertson & Zaragoza (2009) with k1 = 0.6, b = 0.75 and tantivy's constant factor, 1.2 + 1."""
    counts = {sentence_id: Counter(terms(text)) for sentence_id, text in texts.items()}
    mean = sum(count.total() for count in counts.values()) / len(counts)
    scores: dict[int, float] = {}
    for term in question_terms(question):
        holding = sum(term in count for count in counts.values())
        idf = math.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))
        for sentence_id, count in counts.items():
            if term in count:
                length = rounded_length(2 * count.total()) / 2
                gain = 2.2 * count[term] / (count[term] + 0.6 * (0.25 + 0.75 * length / mean))
                scores[sentence_id] = scores.get(sentence_id, 0.0) + idf * gain
    return scores


def rounded_length(length: int) -> int:
    """The largest length not above this one that a byte can stand for: exact to 40, then eight steps to each doubling (Lucene, SmallFloat.java)."""
    return max(step for code in range(128) if (step := _length_of(code)) <= length)


def assert_best(hits: Sequence[Hit], scores: Mapping[int, float], k: int) -> None:
    """The hits are the k best by the oracle's scores, each with its score, in order, equal ones by id."""
    assert len(hits) == min(k, len(scores))
    assert [hit.score for hit in hits] == pytest.approx([scores[hit.sentence_id] for hit in hits], rel=1e-4)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.sentence_id))
    for sentence_id in scores.keys() - {hit.sentence_id for hit in hits}:
        if scores[sentence_id] == pytest.approx(scores[hits[-1].sentence_id], rel=1e-6):
            assert sentence_id > hits[-1].sentence_id
        else:
            assert scores[sentence_id] < hits[-1].score * (1 + 1e-4)


def _length_of(code: int) -> int:
    if code < 24:
        return code
    mantissa, shift = (code - 24) & 7, ((code - 24) >> 3) - 1
    return 24 + (mantissa if shift < 0 else (mantissa | 8) << shift)
