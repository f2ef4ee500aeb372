"""Fit what a search shows means: index/answering/calibration.json, from the development data of ../shared.

    python -m benchmarks.calibrate --shared ../shared [--keep DIR] [--rows FILE] [--write]

Some development questions of SQuAD 2.0, answerable or not, are asked of its suite's coverage; of the coverage of RealTime QA its suite's answerable
questions and some of NewsQuizQA, which it does not cover. Of each answer the signals are noted, and whether the first passage truly holds the
evidence. A logistic model of the signals is fitted to that (suites weigh the same, and in each what is answerable and what is not): for the
reader on the reranker's states, for the reranker without it, and for the encoder alone. What the fit does on questions it has not seen is estimated
by five folds: by article in SQuAD, so that no article is in both parts. The cut of an operating point is the highest that refuses at most its share
of the answerable questions, averaged over the suites. Without --write it only prints; with it the reliability diagram of
docs/decisions/0006-refusal.md is drawn too. With --rows what was noted is kept, so that other signals can be tried without asking again.
"""

from __future__ import annotations

import argparse
import json
import random
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
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.measuring import note, read_gz
from benchmarks.quality import ROOT, SUITES
from benchmarks.reliability import bins, diagram, table
from index import NewsIndex, open_index
from index.intake.files import read_paths

TARGET = ROOT / "index" / "answering" / "calibration.json"
DIAGRAM = ROOT / "docs" / "decisions" / "0006-reliability.svg"
FOLDS = 5
SEED = 7
MOST_OF_SQUAD, MOST_OF_NEWSQUIZ = 1200, 500
"""Questions to ask."""
REFUSED_SOME = {"precise": 0.2, "balanced": 0.065, "eager": 0.04}
"""The operating points: the share of questions the coverage answers that may be refused."""
SIGNALS = {
    "reader": ("both",),
    "reranker": ("best",),
    "encoder": ("score", "words"),
}
"""Those that pay (docs/decisions/0006-refusal.md has what each brings)."""
NOTED = {"reranker": "reader"}
"""The reader shows all that the reranker alone would have, and as it would have."""
PENALTY = 0.3
"""Inverse strength of the L2 penalty on standardised signals."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Row = tuple[dict[str, float], bool, bool, int, str]
"""Signals, whether the first passage holds the evidence, whether the question is answerable, the number of its suite, its group."""


@dataclass(frozen=True)
class Question:
    """One to ask, with what is known of its answer."""

    text: str
    wanted: tuple[str, ...]
    urls: frozenset[str]
    group: str
    """Questions of one group are never on both sides of a fold."""

    @property
    def answerable(self) -> bool:
        """Whether the coverage answers it."""
        return bool(self.wanted)


@dataclass(frozen=True)
class Sample:
    """Of n questions what their answers showed, and what is true of them."""

    signals: dict[str, Floats]
    """By name, each of shape (n,)."""
    holds: Bools
    """The first passage holds the evidence."""
    answerable: Bools
    suite: NDArray[np.int64]
    group: NDArray[np.str_]

    def columns(self, names: Sequence[str]) -> Floats:
        """Shape (n, len(names))."""
        return np.column_stack([self.signals[name] for name in names])

    @property
    def weights(self) -> Floats:
        """Each suite weighs the same, and in it what is answerable as much as what is not."""
        cell = self.suite * 2 + self.answerable
        counts = np.bincount(cell)
        return np.asarray(len(cell) / np.count_nonzero(counts) / counts[cell], dtype=np.float64)


@dataclass(frozen=True)
class Fit:
    """A logistic model of signals as they come."""

    names: tuple[str, ...]
    weights: Floats
    intercept: float

    def confidence(self, signals: Floats) -> Floats:
        """Shape (n,), for signals of shape (n, len(names))."""
        return np.asarray(1 / (1 + np.exp(-(signals @ self.weights + self.intercept))), dtype=np.float64)


def main() -> None:
    """Measure, fit, print; and keep it if told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there (default: a temporary one)")
    parser.add_argument("--rows", type=Path, metavar="FILE", help="what was noted: read if it is there, else written")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.rows and options.rows.exists():
        rows, marks = json.loads(options.rows.read_text(encoding="utf-8"))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            rows, marks = collect(options.shared.resolve(), options.keep or Path(scratch))
        if options.rows:
            options.rows.write_text(json.dumps((rows, marks)), encoding="utf-8")
    samples = {role: sample(rows[NOTED.get(role, role)]) for role in SIGNALS}
    entries = {f"{role}s": {marks[role]: report(given, role)} for role, given in samples.items()}
    if options.write:
        TARGET.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
        served = samples["reader"]
        DIAGRAM.write_text(diagram(bins(by_folds(served, SIGNALS["reader"]), served.holds, served.weights)), encoding="utf-8")


def collect(shared: Path, folder: Path) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """What was noted of each question, and the models' fingerprints, by role."""
    rows: dict[str, list[Row]] = {"reader": [], "encoder": []}
    marks: dict[str, str] = {}
    holds = runpy.run_path(str(shared / "eval" / "score.py"))["holds"]  # decides what holds evidence, here as in the gate
    for number, suite in enumerate(SUITES):
        place = folder / suite
        subprocess.run([sys.executable, str(shared / "eval" / "suites.py"), suite, str(place)], check=True, stdout=sys.stderr)
        with open_index(place / "data", models_dir=folder / "models") as index:
            index.ingest(read_paths([place / "articles.jsonl"]))
            marks = index.fingerprints
            for count, question in enumerate(questions(suite, shared, place)):
                if count % 500 == 0:
                    note(f"{suite}: {count} questions asked")
                for role, noted in rows.items():
                    shown = judge(index, question, holds, rerank=role == "reader")
                    if shown is not None:
                        noted.append((*shown, question.answerable, number, question.group))
    return rows, marks


def questions(suite: str, shared: Path, place: Path) -> Iterator[Question]:
    """Of SQuAD development questions as they come; of RealTime QA the suite's answerable ones, and of NewsQuizQA unanswerable ones."""
    golds = [json.loads(line) for line in (place / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    if suite == "squad2":
        for one in some(read_gz(shared / "data" / "squad2" / "questions_dev.jsonl.gz"), MOST_OF_SQUAD):
            said = tuple(answer["text"] for answer in one["answers"]) if one["answerable"] else ()
            url = f"https://example.org/squad2/{one['para_id']}".replace(" ", "_").replace("#", "/")
            yield Question(one["question"], said, frozenset([url]), one["para_id"].split("#")[0])
        return
    for gold in golds:
        if not gold["none"]:
            yield Question(gold["question"], tuple(gold["evidence"] or gold["answers"]), frozenset(gold["urls"]), str(gold["id"]))
    for number, one in enumerate(some(read_gz(shared / "data" / "newsquizqa" / "dev.jsonl.gz"), MOST_OF_NEWSQUIZ)):
        yield Question(one["question"], (), frozenset(), f"none {number}")


def some(rows: Iterable[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """A random sample, the same each time."""
    there = list(rows)
    return random.Random(SEED).sample(there, min(most, len(there)))


def judge(
    index: NewsIndex, question: Question, holds: Callable[[str, list[str]], bool], *, rerank: bool
) -> tuple[dict[str, float], bool] | None:
    """What the search showed, and whether its first passage holds the evidence; None if it found nothing."""
    traced = index.trace(question.text, rerank=rerank)
    if traced.signals is None:
        return None
    first = traced.answer.passages[0]
    right = question.answerable and first.url in question.urls and holds(first.text, list(question.wanted))
    return {name: float(getattr(traced.signals, name)) for name in traced.signals.__dataclass_fields__}, bool(right)


def sample(rows: Sequence[Row]) -> Sample:
    """Rows as columns."""
    shown, holds, answerable, suite, group = zip(*rows, strict=True)
    signals = {name: np.array([one[name] for one in shown]) for name in shown[0]}
    return Sample(signals, np.array(holds), np.array(answerable), np.array(suite), np.array(group))


def report(given: Sample, role: str) -> dict[str, Any]:
    """The entry for calibration.json, with what it does on questions it has not seen; printed too."""
    names = SIGNALS[role]
    print(f"## {role}\n\n{ablation(given, role)}\n")
    unseen = by_folds(given, names)
    cuts = {point: cut_for(given, unseen, share) for point, share in REFUSED_SOME.items()}
    final = fit(given, names)
    curve = fit(given, ("score",))
    print(f"{errors(given, unseen, cuts)}\n\n{table(bins(unseen, given.holds, given.weights))}\n")
    return {
        "weights": dict(zip(names, (round(float(weight), 4) for weight in final.weights), strict=True)),
        "intercept": round(final.intercept, 4),
        "slope": round(float(curve.weights[0]), 4),
        "offset": round(curve.intercept, 4),
        "cuts": cuts,
        "provenance": {
            "script": "benchmarks/calibrate.py",
            "data": ["squad2/questions_dev", "realtimeqa/questions_dev", "newsquizqa/dev"],
            "questions": len(given.holds),
            "by_folds": {
                suite: {
                    "auroc": round(auroc(unseen, given, number), 3),
                    "brier": round(float(np.mean((unseen - given.holds)[given.suite == number] ** 2)), 3),
                    "refused_none": {
                        point: round(refused(given, unseen < cut, number, answerable=False), 3) for point, cut in cuts.items()
                    },
                    "refused_some": {point: round(refused(given, unseen < cut, number, answerable=True), 3) for point, cut in cuts.items()},
                }
                for number, suite in enumerate(SUITES)
            },
        },
    }


def fit(given: Sample, names: tuple[str, ...], where: Bools | None = None) -> Fit:
    """A penalised logistic model that the first passage holds the evidence, on the rows ``where``; weights on the signals as they come."""
    which = np.ones(len(given.holds), dtype=bool) if where is None else where
    scaler = StandardScaler().fit(given.columns(names)[which])
    model = LogisticRegression(C=PENALTY, max_iter=1000)
    model.fit(scaler.transform(given.columns(names)[which]), given.holds[which], sample_weight=given.weights[which])
    weights = model.coef_[0] / scaler.scale_
    return Fit(names, weights, float(model.intercept_[0] - weights @ scaler.mean_))


def by_folds(given: Sample, names: tuple[str, ...]) -> Floats:
    """Each question's confidence by a model that saw neither it nor its group."""
    groups = np.unique(given.group)
    of_group = dict(zip(groups, np.random.default_rng(SEED).permutation(len(groups)) % FOLDS, strict=True))
    fold = np.array([of_group[group] for group in given.group])
    confidence = np.empty(len(given.holds))
    for i in range(FOLDS):
        confidence[fold == i] = fit(given, names, fold != i).confidence(given.columns(names)[fold == i])
    return confidence


def cut_for(given: Sample, confidence: Floats, share: float) -> float:
    """The highest cut, in half hundredths, that refuses at most ``share`` of the answerable questions, averaged over suites."""
    suites = np.unique(given.suite)
    cuts = np.arange(0.005, 1.0, 0.005)
    kept = [cut for cut in cuts if np.mean([refused(given, confidence < cut, suite, answerable=True) for suite in suites]) <= share]
    return round(float(max(kept, default=cuts[0])), 3)


def refused(given: Sample, silent: Bools, suite: int, *, answerable: bool) -> float:
    """The share of such questions of a suite that get no answer."""
    return float(np.mean(silent[(given.suite == suite) & (given.answerable == answerable)]))


def auroc(confidence: Floats, given: Sample, suite: int) -> float:
    """How often an answerable question has more confidence than an unanswerable one."""
    yes = confidence[(given.suite == suite) & given.answerable]
    no = confidence[(given.suite == suite) & ~given.answerable]
    return float(np.mean(yes[:, None] > no) + 0.5 * np.mean(yes[:, None] == no))


def ablation(given: Sample, role: str) -> str:
    """Markdown: what each signal brings, by folds."""
    names = SIGNALS[role]
    others = tuple(name for name in given.signals if name not in names)
    alone = ((one,) for one in given.signals)
    sets = [names, *alone, *((*names, added) for added in others)]
    heads = [f"{suite} {measure}" for suite in SUITES for measure in ("auroc", f"refused_none at {REFUSED_SOME['balanced']}")]
    rows = ["| signals | " + " | ".join(heads) + " |", "|---" + "|---:" * len(heads) + "|"]
    for chosen in dict.fromkeys(sets):
        confidence = by_folds(given, chosen)
        cells = []
        for number in range(len(SUITES)):
            cut = np.quantile(confidence[(given.suite == number) & given.answerable], REFUSED_SOME["balanced"])
            cells += [f"{auroc(confidence, given, number):.3f}", f"{refused(given, confidence < cut, number, answerable=False):.3f}"]
        rows.append(f"| {', '.join(chosen)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def errors(given: Sample, confidence: Floats, cuts: dict[str, float]) -> str:
    """Markdown: what each operating point costs, by folds."""
    heads = [f"{suite} {measure}" for suite in SUITES for measure in ("refused_none", "refused_some")]
    rows = ["| operating point | cut | " + " | ".join(heads) + " |", "|---|---:" + "|---:" * len(heads) + "|"]
    for point, cut in cuts.items():
        cells = [f"{refused(given, confidence < cut, n, answerable=kind):.3f}" for n in range(len(SUITES)) for kind in (False, True)]
        rows.append(f"| {point} | {cut:.3f} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
