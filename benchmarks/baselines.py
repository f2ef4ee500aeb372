"""What Dateline ranks and refuses better than the public parts that it is made of, on the development suites of ../shared, in one run.

    python -m benchmarks.baselines --shared ../shared [--keep DIR]

BM25 alone: our lexical index. MiniLM alone: our encoder over all vectors. Fused, reranked: both rankings fused (k = 60, as published), the first 20
sentences in the cross-encoder's order. All three rank single sentences; Dateline's are the passages of its answers, with default settings.
auroc: how well the score of the first one, or Dateline's confidence, orders questions with and without an answer. Prints Markdown;
docs/decisions/0005-retrieval.md holds the outcome.
"""

from __future__ import annotations

import argparse
import runpy
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import note
from benchmarks.quality import SUITES
from benchmarks.retrieval import SHOWN, first_good, opened, scores, searched
from index import NewsIndex
from index.domain.passages import Hit
from index.search.fusion import fuse
from index.search.retrieve import RERANKED

PUBLISHED_K = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

Ranked = tuple[list[tuple[str | None, str]], float]
"""Address and text of each passage, best first, and the score of the first."""


def main() -> None:
    """Ask everything of every suite, and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    options = parser.parse_args()
    judge = runpy.run_path(str(options.shared / "eval" / "score.py"))
    with tempfile.TemporaryDirectory() as scratch:
        for suite in SUITES:
            with opened(suite, options.shared.resolve(), options.keep or Path(scratch)) as (index, golds):
                print(f"## {suite}\n\n{compared(index, golds, judge['holds'], judge['auroc'])}\n")


def compared(
    index: NewsIndex,
    golds: Sequence[dict[str, Any]],
    holds: Callable[[str, list[str]], bool],
    auroc: Callable[[Sequence[float], Sequence[float]], float],
) -> str:
    """Markdown: evidence@1, evidence@5, mrr@10 and auroc of each."""
    ranks: dict[str, list[float]] = defaultdict(list)
    sure: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for number, gold in enumerate(golds):
        if number % 50 == 0:
            note(f"{number} questions asked")
        for name, (shown, score) in answered(index, gold["question"]):
            sure[name, gold["none"]].append(score)
            if not gold["none"]:
                ranks[name].append(first_good(shown[:SHOWN], gold, holds))
    rows = ["| | evidence@1 | evidence@5 | mrr@10 | auroc |", "|---|---:|---:|---:|---:|"]
    for name, of in ranks.items():
        cells = [f"{value.mean():.3f}" for value in scores(np.array(of))]
        rows.append(f"| {name} | {' | '.join(cells)} | {auroc(sure[name, False], sure[name, True]):.3f} |")
    return "\n".join(rows)


def answered(index: NewsIndex, question: str) -> Iterator[tuple[str, Ranked]]:
    """What each makes of a question."""
    dense, lexical = searched(index, question)
    yield "BM25 alone", _sentences(index, lexical)
    yield "MiniLM alone", _sentences(index, dense)
    yield "fused, reranked", _reranked(index, question, fuse([dense, lexical], constant=PUBLISHED_K)[:RERANKED])
    answer = index.answer(question)
    yield "Dateline", ([(one.url, one.text) for one in answer.passages], answer.confidence)


def _sentences(index: NewsIndex, hits: Sequence[Hit]) -> Ranked:
    stored = index.asking.store.sentences([hit.sentence_id for hit in hits])
    found = [stored[hit.sentence_id] for hit in hits]
    shown = [(one.article.url, one.article.text[one.sentence.start : one.sentence.end]) for one in found]
    return shown, hits[0].score if hits else 0.0


def _reranked(index: NewsIndex, question: str, hits: Sequence[Hit]) -> Ranked:
    assert index.asking.reranker is not None
    shown, _ = _sentences(index, hits)
    judged = index.asking.reranker.score(question, [text for _, text in shown])
    order = np.argsort(-np.array(judged), kind="stable")
    return [shown[place] for place in order], max(judged, default=float("-inf"))


if __name__ == "__main__":
    main()
