"""What each step from fused sentences to ranked passages brings, on the development suites of ../shared.

    python -m benchmarks.retrieval --shared ../shared [--questions 120] [--keep DIR]

Every variant ranks the same fused candidates of the same questions in the same run; a judgement of the cross-encoder is made once and shared.
Prints a markdown table; docs/decisions/0005-retrieval.md holds the outcome.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality import SUITES
from index import NewsIndex, open_index
from index.intake.files import read_paths
from index.ports import Reranker, StoredSentence
from index.search.fusion import fuse
from index.search.passages import QUOTE_MARGIN, ScoredSentence, Window, fold, to_windows
from index.search.retrieve import CANDIDATES

MOST = 40
SHOWN = 10
Combine = Callable[[float, float], float]


@dataclass(frozen=True)
class Variant:
    """A way from candidates to passages."""

    name: str
    sentences: int
    """How many the cross-encoder judges one by one; 0 for the fused order."""
    wholes: int
    """How many passages it then judges whole."""
    combine: Combine = lambda alone, whole: (alone + whole) / 2
    context: bool = True
    """Whether a passage has its neighbours."""


VARIANTS = (
    Variant("fused only, no reranker", 0, 0),
    Variant("sentences alone, no context", 24, 0, context=False),
    Variant("sentences alone", 24, 0),
    Variant("then 4 whole, by the whole", 24, 4, lambda _, whole: whole),
    Variant("then 4 whole, by the better", 24, 4, max),
    Variant("**then 4 whole, by the mean**", 24, 4),
    Variant("16 sentences, 4 whole", 16, 4),
    Variant("40 sentences, 4 whole", 40, 4),
    Variant("24 sentences, 8 whole", 24, 8),
)


class Asked:
    """One question with its candidates, and a memory of what the cross-encoder said."""

    def __init__(self, index: NewsIndex, gold: dict[str, Any]) -> None:
        generation = index._generations.fresh()
        assert generation is not None
        assert index._reranker is not None
        self.gold = gold
        self._reranker: Reranker = index._reranker
        self._said: dict[str, float] = {}
        question = gold["question"]
        dense = generation.vectors.search(index._encoder.encode_question(question), CANDIDATES, None)
        self.head = fuse([dense, generation.lexical.search(question, CANDIDATES, None)])[:MOST]
        near = [i for hit in self.head for i in (hit.sentence_id - 1, hit.sentence_id, hit.sentence_id + 1)]
        self.stored: dict[int, StoredSentence] = index._store.sentences(near)

    def judge(self, texts: Sequence[str]) -> list[float]:
        """The cross-encoder's scores."""
        new = [text for text in dict.fromkeys(texts) if text not in self._said]
        self._said |= dict(zip(new, self._reranker.score(self.gold["question"], new), strict=True)) if new else {}
        return [self._said[text] for text in texts]

    def ranked(self, variant: Variant) -> list[Window]:
        """The passages of a variant, best first."""
        head = self.head[: variant.sentences or MOST]
        found = [self.stored[hit.sentence_id] for hit in head]
        texts = [one.article.text[one.sentence.start : one.sentence.end] for one in found]
        scores = self.judge(texts) if variant.sentences else [hit.score for hit in head]
        scored = [ScoredSentence(one, score, score) for one, score in zip(found, scores, strict=True)]
        windows = fold(to_windows(scored, self.stored if variant.context else {}, QUOTE_MARGIN), SHOWN)
        wholes = self.judge([window.text for window in windows[: variant.wholes]]) if variant.wholes else []
        head_windows = [replace(window, score=variant.combine(window.score, whole)) for window, whole in zip(windows, wholes, strict=False)]
        return sorted(head_windows, key=lambda window: -window.score) + windows[len(wholes) :]


def main() -> None:
    """Collect, rank in every way, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=120, help="answerable and unanswerable ones, each, of each suite")
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    options = parser.parse_args()
    score = runpy.run_path(str(options.shared / "eval" / "score.py"))
    rows = {variant.name: [variant.name] for variant in VARIANTS}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        for suite in SUITES:
            for variant, cells in zip(VARIANTS, measure(suite, options.shared.resolve(), folder, options.questions, score), strict=True):
                rows[variant.name] += cells
    heads = [f"{suite} {measure}" for suite in SUITES for measure in ("e@1", "e@5", "mrr", "auroc")]
    print("| variant | " + " | ".join(heads) + " |\n|---" + "|---:" * len(heads) + "|")
    print("\n".join("| " + " | ".join(cells) + " |" for cells in rows.values()))


def measure(suite: str, shared: Path, folder: Path, questions: int, score: dict[str, Any]) -> list[list[str]]:
    """evidence@1, evidence@5, mrr@10 and auroc of each variant."""
    place = folder / suite
    subprocess.run([sys.executable, str(shared / "eval" / "suites.py"), suite, str(place)], check=True, stdout=sys.stderr)
    golds = [json.loads(line) for line in (place / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [gold for none in (False, True) for gold in [one for one in golds if one["none"] is none][:questions]]
    ranks: list[list[float]] = [[] for _ in VARIANTS]
    best: list[tuple[list[float], list[float]]] = [([], []) for _ in VARIANTS]
    with open_index(place / "data", models_dir=folder / "models") as index:
        index.ingest(read_paths([place / "articles.jsonl"]))
        for gold in chosen:
            asked = Asked(index, gold)
            for i, variant in enumerate(VARIANTS):
                windows = asked.ranked(variant)
                best[i][gold["none"]].append(windows[0].score if windows else float("-inf"))
                if not gold["none"]:
                    ranks[i].append(
                        next((rank for rank, window in enumerate(windows, start=1) if good(window, gold, score["holds"])), np.inf)
                    )
    return [
        [
            f"{np.mean(np.array(of) <= 1):.3f}",
            f"{np.mean(np.array(of) <= 5):.3f}",
            f"{np.mean(1 / np.array(of)):.3f}",
            f"{score['auroc'](*best[i]):.3f}",
        ]
        for i, of in enumerate(ranks)
    ]


def good(window: Window, gold: dict[str, Any], holds: Callable[[str, list[str]], bool]) -> bool:
    """Whether the passage holds the evidence, as score.py has it."""
    right = not gold["urls"] or window.sentences[0].article.url in gold["urls"]
    return right and holds(window.text, gold["evidence"] or gold["answers"])


if __name__ == "__main__":
    main()
