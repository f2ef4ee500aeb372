"""Fit what a score means: index/answering/calibration.json, from the development suites of ../shared.

    python benchmarks/calibrate.py --shared ../shared [--write]

For every question of the suites the answer's best score is noted, and whether the first passage truly holds the evidence. A logistic curve
over the score is fitted to that (suites weigh the same), for the reranker and for the encoder alone. The cut refuses at most eight in a hundred
of the questions that the coverage answers. What the fit would do on questions it has not seen is estimated by five folds. Without --write it
only prints.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.quality import ROOT, SUITES
from index import NewsIndex, open_index
from index.intake.files import read_paths

TARGET = ROOT / "index" / "answering" / "calibration.json"
FOLDS = 5
REFUSED_SOME = 0.08
"""The operating point: of a hundred questions that the coverage answers, at most eight are refused; the cut is the highest that keeps to it."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """One question after another: n scores, and what is true of each."""

    scores: Floats
    holds: Bools
    """The first passage holds the evidence."""
    answerable: Bools
    suite: NDArray[np.int64]

    def __getitem__(self, which: Bools) -> Sample:
        return Sample(self.scores[which], self.holds[which], self.answerable[which], self.suite[which])

    @property
    def weights(self) -> Floats:
        """Each suite weighs the same, however many questions it has."""
        counts = np.bincount(self.suite)
        return np.asarray(len(self.suite) / len(counts) / counts[self.suite], dtype=np.float64)


def main() -> None:
    """Measure, fit, print; and keep it if told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there (default: a temporary one)")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        read, unread, marks = collect(options.shared.resolve(), options.keep or Path(scratch))
    entries: dict[str, dict[str, Any]] = {
        "rerankers": {marks[0]: fit(read, "reranker")},
        "encoders": {marks[1]: fit(unread, "encoder alone")},
    }
    if options.write:
        stored = json.loads(TARGET.read_text(encoding="utf-8"))
        merged = {role: stored.get(role, {}) | entries[role] for role in ("encoders", "rerankers")}
        TARGET.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")


def collect(shared: Path, folder: Path) -> tuple[Sample, Sample, tuple[str, str]]:
    """Samples with the reranker and without, and the fingerprints of reranker and encoder."""
    rows: dict[bool, list[tuple[float, bool, bool, int]]] = {True: [], False: []}
    marks = ("", "")
    holds = runpy.run_path(str(shared / "eval" / "score.py"))["holds"]  # decides what holds evidence, here as in the gate
    for number, suite in enumerate(SUITES):
        place = folder / suite
        subprocess.run([sys.executable, str(shared / "eval" / "suites.py"), suite, str(place)], check=True, stdout=sys.stderr)
        with open_index(place / "data", models_dir=folder / "models") as index:
            index.ingest(read_paths([place / "articles.jsonl"]))
            marks = index.fingerprints
            for line in (place / "gold.jsonl").read_text(encoding="utf-8").splitlines():
                gold = json.loads(line)
                for rerank in (True, False):
                    rows[rerank].append((*judge(index, gold, holds, rerank=rerank), not gold["none"], number))
    samples = [Sample(*(np.array(column) for column in zip(*rows[rerank], strict=True))) for rerank in (True, False)]
    return samples[0], samples[1], marks


def judge(index: NewsIndex, gold: dict[str, Any], holds: Callable[[str, list[str]], bool], *, rerank: bool) -> tuple[float, bool]:
    """The first passage's score, and whether it holds the evidence."""
    passages = index.answer(gold["question"], limit=1, rerank=rerank).passages
    if not passages:
        return -20.0, False
    first = passages[0]
    wanted = gold["evidence"] or gold["answers"]
    return first.score, bool(not gold["none"] and (not gold["urls"] or first.url in gold["urls"]) and holds(first.text, wanted))


def fit(sample: Sample, name: str) -> dict[str, Any]:
    """The entry for calibration.json, with what it does on questions it has not seen."""
    slope, intercept, cut = fit_once(sample)
    fold = np.random.default_rng(7).integers(FOLDS, size=len(sample.scores))
    confidence, covered = np.empty(len(sample.scores)), np.empty(len(sample.scores), dtype=bool)
    for i in range(FOLDS):
        a, b, at = fit_once(sample[fold != i])
        confidence[fold == i] = logistic(a * sample.scores[fold == i] + b)
        covered[fold == i] = confidence[fold == i] >= at
    measured = {
        suite: {
            "refused_none": round(float(np.mean(~covered[(sample.suite == i) & ~sample.answerable])), 3),
            "refused_some": round(float(np.mean(~covered[(sample.suite == i) & sample.answerable])), 3),
            "brier": round(float(np.mean((confidence - sample.holds)[sample.suite == i] ** 2)), 3),
            "questions": int(np.sum(sample.suite == i)),
        }
        for i, suite in enumerate(SUITES)
    }
    entry = {"slope": round(slope, 4), "intercept": round(intercept, 4), "cut": round(cut, 4), "by_folds": measured}
    print(name, json.dumps(entry, indent=1))
    print(reliability(confidence, sample.holds, sample.weights))
    return entry


def fit_once(sample: Sample) -> tuple[float, float, float]:
    """Slope, intercept and cut."""
    model = LogisticRegression(C=1e6).fit(sample.scores[:, None], sample.holds, sample_weight=sample.weights)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    confidence = logistic(slope * sample.scores + intercept)
    cuts = np.linspace(0.01, 0.99, 197)
    return slope, intercept, float(max((cut for cut in cuts if refused_some(sample, confidence >= cut) <= REFUSED_SOME), default=cuts[0]))


def refused_some(sample: Sample, covered: Bools) -> float:
    """The share of answerable questions that are refused, averaged over suites."""
    return float(np.mean([np.mean(~covered[(sample.suite == suite) & sample.answerable]) for suite in np.unique(sample.suite)]))


def reliability(confidence: Floats, holds: Bools, weights: Floats) -> str:
    """Markdown: of the answers with such a confidence, how many held the evidence."""
    rows = ["| confidence | answers | mean confidence | first passage holds the evidence |", "|---|---:|---:|---:|"]
    for low in np.arange(0, 1, 0.2):
        here = (confidence >= low) & (confidence < low + 0.2 + 1e-9)
        if here.any():
            means = [np.average(values[here], weights=weights[here]) for values in (confidence, holds.astype(float))]
            rows.append(f"| {low:.1f}–{low + 0.2:.1f} | {int(here.sum())} | {means[0]:.2f} | {means[1]:.2f} |")
    return "\n".join(rows)


def logistic(z: Floats) -> Floats:
    """1 / (1 + e^-z)."""
    return np.asarray(1 / (1 + np.exp(-z)), dtype=np.float64)


if __name__ == "__main__":
    main()
