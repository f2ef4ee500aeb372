"""Fit what the reranker's first layers tell of its score: index/models/reader/early.npy, from the questions of ../shared's development suites.

    python -m benchmarks.early_score --shared ../shared [--keep DIR] (--layers N... | --write)

Every question is asked of its suite's coverage, answerable or not; each sentence of the head, ``RERANKED`` of a question, goes through the first N of
the reranker's layers and through the rest. A ridge regression from the states to the score is fitted: it learns the reranker's own scores, no answer.
Prints, for each suite by the fit to the other, how far the estimates are off, and what judging in rounds then makes of it: how many
sentences, how many passes through the whole model that comes to, and how often the best sentence and the best four are those that full scores have.
With --write those layers are the reader's, which goes on from the same states, and the fit to both suites is kept.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.measuring import note
from benchmarks.quality import SUITES
from benchmarks.reader_head import FROM
from benchmarks.retrieval import opened, searched
from index.build import DEFAULT_RERANKER
from index.models.early_score import signals
from index.models.locate import locate
from index.models.onnx_reranker import OnnxReranker
from index.models.reranker_parts import export_parts, output_of
from index.models.states_reader import EARLY_FILE, FACTS_FILE, FOLDER, facts
from index.ports.models import Glance
from index.search.fusion import fuse
from index.search.retrieve import RERANKED, judge_in_rounds

LAYERS = 12
"""Of the whole model."""

PENALTY = 3000.0
"""On standardised signals: a tenth or ten times as much changes the third decimal of the correlation."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """The head's sentences of one question, n of them."""

    signals: NDArray[np.float32]
    """Shape (n, 1536)."""
    scores: Floats
    """Shape (n,)."""


def main() -> None:
    """Collect, fit, print; and keep it if told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--layers", type=int, nargs="+", help="compare leaving after so many")
    what.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print(
        "| layers | suite | correlation | off by | judged | passes, whole | passes | best kept | best four kept |\n|---|---|" + "---:|" * 7
    )
    with tempfile.TemporaryDirectory() as scratch:
        heads = {suite: list(head_texts(suite, options.shared.resolve(), options.keep or Path(scratch))) for suite in SUITES}
        for layers in options.layers or [FROM]:
            reranker = in_parts(layers, Path(scratch) / f"reranker-{layers}")
            of = {suite: [judged(reranker, *head) for head in heads[suite]] for suite in SUITES}
            for suite in SUITES:
                others = [one for other in SUITES if other != suite for one in of[other]]
                print(f"| {layers} | {suite} | {report(of[suite], fit(others), layers / LAYERS)} |", flush=True)
    if options.write:
        everything = [one for some in of.values() for one in some]
        np.save(FOLDER / EARLY_FILE, fit(everything), allow_pickle=False)
        early: dict[str, Any] = {"script": "benchmarks/early_score.py", "examples": sum(len(one.scores) for one in everything)}
        (FOLDER / FACTS_FILE).write_text(json.dumps(facts() | {"early": early}, indent=1) + "\n", encoding="utf-8")


def in_parts(layers: int, exported: Path) -> OnnxReranker:
    """The default reranker cut after so many layers."""
    folder = locate(DEFAULT_RERANKER)
    return OnnxReranker(folder, fingerprint="", name="", threads=1, parts=export_parts(folder, output_of(layers), exported))


def head_texts(suite: str, shared: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each question of a suite with the sentences that would be judged, as they are ranked."""
    with opened(suite, shared, folder) as (index, golds):
        for gold in golds:
            head = fuse(searched(index, gold["question"]))[:RERANKED]
            stored = index.asking.store.sentences([hit.sentence_id for hit in head])
            found = [stored[hit.sentence_id] for hit in head if hit.sentence_id in stored]
            yield gold["question"], [one.article.text[one.sentence.start : one.sentence.end] for one in found]


def judged(reranker: OnnxReranker, question: str, texts: Sequence[str]) -> Judged:
    """All of a question's sentences, early and in the end."""
    begun = [reranker.begin(question, text) for text in texts]
    return Judged(np.stack([signals(one) for one in begun]), np.array([reranker.finish(one) for one in begun]))


def fit(of: Sequence[Judged]) -> NDArray[np.float32]:
    """Shape (1537,): weights on the signals as they come, and the intercept."""
    note(f"fitting to {sum(len(one.scores) for one in of)} sentences")
    model = make_pipeline(StandardScaler(), Ridge(alpha=PENALTY))
    model.fit(np.concatenate([one.signals for one in of]).astype(np.float64), np.concatenate([one.scores for one in of]))
    scaler, ridge = model.named_steps["standardscaler"], model.named_steps["ridge"]
    weights = ridge.coef_ / scaler.scale_
    return np.append(weights, ridge.intercept_ - weights @ scaler.mean_).astype(np.float32)


def report(of: Sequence[Judged], weights: NDArray[np.float32], share: float) -> str:
    """Cells: how far off, and what becomes of it. share: of the whole model that a glance takes."""
    glances = [one.signals @ weights[:-1] + weights[-1] for one in of]
    off, there = np.concatenate(glances) - np.concatenate([one.scores for one in of]), np.concatenate([one.scores for one in of])
    rows = [in_rounds(one, early.astype(np.float64), share) for one, early in zip(of, glances, strict=True)]
    means = np.mean(np.array(rows), axis=0)
    return " | ".join(
        [f"{np.corrcoef(off + there, there)[0, 1]:.3f}", f"{np.sqrt(np.mean(off**2)):.2f}"]
        + [f"{value:.1f}" for value in means[:3]]
        + [f"{value:.3f}" for value in means[3:]]
    )


def in_rounds(one: Judged, early: Floats, share: float) -> tuple[float, ...]:
    """Sentences judged, passes as full scores take, passes, whether the best is the same, and the share of the best four that are."""
    finished = 0
    texts = [str(place) for place in range(len(one.scores))]

    def by_glances(fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        nonlocal finished
        finished += len(near)
        exact = [float(one.scores[int(str(glance.begun))]) for glance in near]
        return [Glance(float(early[int(text)]), text) for text in fresh], exact

    def in_full(fresh: Sequence[str], near: Sequence[Glance]) -> tuple[list[Glance], list[float]]:
        return [Glance(float(one.scores[int(text)]), None) for text in fresh], [glance.estimate for glance in near]

    scores, full = judge_in_rounds(by_glances, texts), judge_in_rounds(in_full, texts)
    best, right = (list(np.argsort(np.negative(some), kind="stable")[:4]) for some in (scores, full))
    passes = share * len(scores) + (1 - share) * finished
    return len(scores), len(full), passes, float(best[:1] == right[:1]), len({*best} & {*right}) / max(1, len(right))


if __name__ == "__main__":
    main()
