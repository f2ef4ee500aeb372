"""What each part of retrieval brings, on the development suites of ../shared: one part changed at a time, the rest as it serves.

    python -m benchmarks.retrieval --shared ../shared [--keep DIR]                  after reranking: parts left out, parts added
    python -m benchmarks.retrieval --shared ../shared --candidates [--keep DIR]     before it: what is embedded, by which encoder, which words

All answerable questions of both suites, in one run. Differences come with 95% intervals by a paired bootstrap over them. Every variant ranks with the
code that serves; a judgement of the cross-encoder is made once and shared. Prints Markdown; docs/decisions/0005-retrieval.md holds the outcome.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import note
from benchmarks.quality import SUITES
from index import NewsIndex, open_index
from index.domain.passages import Hit
from index.intake.files import read_paths
from index.ports.articles import StoredSentence
from index.ports.models import Examined, Examiner, Glance
from index.search.fusion import RANK_CONSTANT, fuse
from index.search.passages import QUOTE_MARGIN, ScoredSentence, Window, fold, reread, to_windows
from index.search.retrieve import CANDIDATES, DECIDED_BY, READ_IN_CONTEXT, RERANKED, judge_in_rounds, losses_for_age

SHOWN = 10
RESAMPLES = 1000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """A way from candidates to passages; the defaults are what serves."""

    name: str
    dense: bool = True
    lexical: bool = True
    sentences: int = RERANKED
    """How many the cross-encoder judges one by one; 0 for the fused order."""
    decided_by: float = DECIDED_BY
    wholes: int = READ_IN_CONTEXT
    """How many passages it then judges whole."""
    headline: bool = True
    """Whether it reads them under their headlines."""
    answers: bool = True
    """Whether it counts that they answer, as the reader says."""
    neighbours: bool = True
    now: bool = True
    """Whether newer reports are preferred where a question asks about now."""
    folds: bool = True


SERVES = Variant("**as it serves**")
VARIANTS = (
    SERVES,
    Variant("without vectors", dense=False),
    Variant("without words (BM25)", lexical=False),
    Variant("without the reranker", sentences=0, wholes=0, now=False),
    Variant("without neighbours", neighbours=False),
    Variant("without the second reading", wholes=0),
    Variant("without headlines in it", headline=False),
    Variant("without whether it answers", answers=False),
    Variant("without preferring the new", now=False),
    Variant("without folding", folds=False),
    Variant("without stopping early", decided_by=float("inf")),
    Variant("12 sentences judged", sentences=12),
    Variant("30 sentences judged", sentences=30),
    Variant("8 passages read whole", wholes=8),
)


class Asked:
    """One question with its candidates, and a memory of what the cross-encoder and the reader said."""

    def __init__(self, index: NewsIndex, gold: dict[str, Any], rankings: Sequence[Sequence[Hit]]) -> None:
        assert index.asking.examiner is not None
        self.gold = gold
        self._examiner: Examiner = index.asking.examiner
        self._glances: dict[str, Glance] = {}
        self._scores: dict[int, float] = {}
        self._examined: dict[tuple[str | None, str], Examined] = {}
        near = [i for hits in rankings for hit in hits for i in (hit.sentence_id - 1, hit.sentence_id, hit.sentence_id + 1)]
        self.stored: dict[int, StoredSentence] = index.asking.store.sentences(near)

    def judge(self, fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        """The cross-encoder's glances and scores."""
        unseen = [text for text in dict.fromkeys(fresh) if text not in self._glances]
        unscored = [one for one in near if id(one) not in self._scores]
        glances, scores = self._examiner.judge(self.gold["question"], unseen, unscored)
        self._glances |= zip(unseen, glances, strict=True)
        self._scores |= zip(map(id, unscored), scores, strict=True)
        return [self._glances[text] for text in fresh], [self._scores[id(one)] for one in near]

    def examine(self, windows: Iterable[Window], variant: Variant) -> list[Examined]:
        """The same of whole passages, and whether they answer."""
        texts = [(window.sentences[0].article.title if variant.headline else None, window.text) for window in windows]
        new = [text for text in texts if text not in self._examined]
        self._examined |= dict(zip(new, self._examiner.examine(self.gold["question"], new), strict=True)) if new else {}
        said = [self._examined[text] for text in texts]
        return said if variant.answers else [Examined(one.score, 0.0) for one in said]

    def ranked(
        self,
        rankings: Sequence[Sequence[Hit]],
        variant: Variant,
        weights: Sequence[float] | None = None,
        constant: int = RANK_CONSTANT,
    ) -> list[Window]:
        """The passages of a variant from what these rankings found, best first; weights, constant: of the fusion."""
        hits = fuse(rankings, weights, constant)
        head = hits[: variant.sentences or RERANKED + SHOWN]
        found = [self.stored[hit.sentence_id] for hit in head]
        if variant.sentences:
            scores = judge_in_rounds(
                self.judge, [one.article.text[one.sentence.start : one.sentence.end] for one in found], variant.decided_by
            )
        else:
            scores = [hit.score for hit in head]
        losses = losses_for_age(self.gold["question"], found[: len(scores)]) if variant.now else [0.0] * len(scores)
        scored = [ScoredSentence(one, score, score - loss) for one, score, loss in zip(found, scores, losses, strict=False)]
        windows = to_windows(scored, self.stored if variant.neighbours else {}, QUOTE_MARGIN)
        windows = fold(windows, SHOWN) if variant.folds else windows[:SHOWN]
        return reread(windows, self.examine(windows[: variant.wholes], variant)) if variant.wholes else windows


def main() -> None:
    """Collect, rank in every way, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument(
        "--candidates", action="store_true", help="compare what finds the candidates instead; encodes the coverage six times"
    )
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    options = parser.parse_args()
    holds = runpy.run_path(str(options.shared / "eval" / "score.py"))["holds"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        for suite in SUITES:
            with opened(suite, options.shared.resolve(), folder) as (index, golds):
                if options.candidates:
                    from benchmarks import candidates  # and with it what only that comparison needs

                    print(f"## {suite}\n\n{candidates.compare(index, golds, folder / suite, holds)}\n")
                else:
                    print(f"## {suite}\n\n{ablate(index, golds, holds)}\n")


class opened:  # noqa: N801 reads as the verb it is
    """A suite's index with all its articles, and its gold rows."""

    def __init__(self, suite: str, shared: Path, folder: Path) -> None:
        place = folder / suite
        subprocess.run([sys.executable, str(shared / "eval" / "suites.py"), suite, str(place)], check=True, stdout=sys.stderr)
        self._golds = [json.loads(line) for line in (place / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
        self._articles = place / "articles.jsonl"
        self._index = open_index(place / "data", models_dir=folder / "models")

    def __enter__(self) -> tuple[NewsIndex, list[dict[str, Any]]]:
        self._index.ingest(read_paths([self._articles]))
        return self._index, self._golds

    def __exit__(self, *_: object) -> None:
        self._index.close()


def ablate(index: NewsIndex, golds: Sequence[dict[str, Any]], holds: Callable[[str, list[str]], bool]) -> str:
    """Markdown: evidence@1, evidence@5, mrr@10 of each variant, with differences to what serves."""
    ranks: dict[str, list[float]] = {variant.name: [] for variant in VARIANTS}
    for number, gold in enumerate(gold for gold in golds if not gold["none"]):
        if number % 50 == 0:
            note(f"{number} questions ranked")
        dense, lexical = searched(index, gold["question"])
        asked = Asked(index, gold, [dense, lexical])
        for variant in VARIANTS:
            rankings = [ranking for ranking, on in ((dense, variant.dense), (lexical, variant.lexical)) if on]
            shown = [(window.sentences[0].article.url, window.text) for window in asked.ranked(rankings, variant)]
            ranks[variant.name].append(first_good(shown, gold, holds))
    served = np.array(ranks[SERVES.name])
    rows = ["| variant | evidence@1 | evidence@5 | mrr@10 |", "|---|---:|---:|---:|"]
    for name, of in ranks.items():
        cells = list(measured(np.array(of), served, is_base=name == SERVES.name))
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def searched(index: NewsIndex, question: str) -> tuple[list[Hit], list[Hit]]:
    """What the vectors and the words that serve find."""
    generation = index.asking.generations.fresh()
    assert generation is not None
    vector = index.asking.encoder.encode_question(question)
    return generation.vectors.search(vector, CANDIDATES, None), generation.lexical.search(question, CANDIDATES, None)


def first_good(shown: Iterable[tuple[str | None, str]], gold: dict[str, Any], holds: Callable[[str, list[str]], bool]) -> float:
    """The rank of the first passage, given as address and text, that holds the evidence, as score.py has it; infinite if none does."""
    wanted = gold["evidence"] or gold["answers"]
    right = (rank for rank, (url, text) in enumerate(shown, start=1) if (not gold["urls"] or url in gold["urls"]) and holds(text, wanted))
    return next(right, float("inf"))


def measured(ranks: Floats, base: Floats, *, is_base: bool) -> Iterator[str]:
    """Three cells: the measure, and its difference to the base with an interval."""
    for value, reference in zip(scores(ranks), scores(base), strict=True):
        cell = f"{value.mean():.3f}"
        if not is_base:
            low, high = interval(value - reference)
            cell += f" ({value.mean() - reference.mean():+.3f}; {low:+.3f} to {high:+.3f})"
        yield cell


def scores(ranks: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each question evidence@1, evidence@5 and the reciprocal rank."""
    return (ranks <= 1).astype(float), (ranks <= 5).astype(float), 1 / ranks


def interval(differences: Floats) -> tuple[float, float]:
    """95% by the percentile bootstrap over questions."""
    rng = np.random.default_rng(7)
    means = differences[rng.integers(len(differences), size=(RESAMPLES, len(differences)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
