"""Train the built-in reader, and write what is shipped in index/models/reader.

    python -m benchmarks.train_reader --data FOLDER                     head and trees
    python -m benchmarks.early_score --shared ../shared --write         which sentences the reranker leaves early (of the reranker alone)
    python -m benchmarks.calibrate --shared ../shared --write           what a search shows with them, and from where on it is answered
    python -m benchmarks.train_reader --confidence --shared ../shared   the confidence in a short answer, and its cut

--data: the files of `benchmarks.reader_data.SOURCES`. The span head learns from all questions but those on one in ``HELD`` of the texts; the trees
from those, so that they see the head as it is on what it has not seen. The confidence is fitted on the answerable questions of --shared's suites,
asked of the whole index, for which it must be known what is answered: hence the step between. What is printed of it is measured by folds over
articles and questions. Neither head nor trees see the dev sets. The head takes 90 minutes of a core and a half.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reader_data import Asked, provenance, read_all
from benchmarks.reader_head import FROM, ReadingHead, export, train
from benchmarks.reader_layers import Weights
from benchmarks.reader_samples import asked_of_suites, held_out
from benchmarks.reader_states import LowerLayers
from benchmarks.reader_trees import Sample, best_cut, chosen, confidence, fit, fit_confidence, to_onnx
from benchmarks.reader_windows import Posed, answering, edited, missing
from index.answering.weighing import SIGNALS
from index.build import DEFAULT_PARSER, DEFAULT_RERANKER
from index.models.choose import load_parser
from index.models.locate import MEMORY_FILE, fingerprint, locate
from index.models.onnx_reranker import OnnxReranker
from index.models.reranker_parts import MODEL_FILE, export_parts, output_of
from index.models.states_reader import FACTS_FILE, FOLDER, HEAD_FILE, TREES_FILE, Parts, facts

HELD = 20
"""One in so many texts is kept for the trees."""

LAYER = output_of(FROM)
WRONG = 1
"""Passages that do not answer, shown to the trees beside the one that does."""

PRECISION = 0.8
"""Of the short answers that are shown at least so many are to be right…"""

SHOWN = ("squad2", 0.54)
"""…and not more questions of this suite than this are to have one: a wrong headline is worse than none. Rules and figures, which are not cut, add one
or two in a hundred and are exact less often; together they are to be eight in ten right at 55 in 100 (issue 4's goal)."""

LICENCE = (
    "The weights in this folder are derived from the data sets named here and from ms-marco-MiniLM-L-12-v2, Apache-2.0; "
    "they are shared under CC BY-SA 4.0."
)


def main() -> None:
    """Train, write, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--confidence", action="store_true", help="only the confidence, of the reader that is there")
    parser.add_argument("--shared", type=Path)
    options = parser.parse_args()
    if (options.shared if options.confidence else options.data) is None:
        parser.error("--confidence needs --shared" if options.confidence else "--data is missing")
    with tempfile.TemporaryDirectory() as scratch:
        if options.confidence:
            weigh(options.shared.resolve(), Path(scratch))
        else:
            train_all(options.data, Path(scratch))


def train_all(data: Path, scratch: Path) -> None:
    """Head and trees, each written as soon as it is trained."""
    FOLDER.mkdir(exist_ok=True)
    folder = locate(DEFAULT_RERANKER)
    grammar = load_parser(DEFAULT_PARSER, scratch)
    order = random.Random(11)
    for_head, for_trees = divided(read_all(data), order)
    posed = [*answering(for_head, order), *missing(for_head, order), *edited(for_head, grammar, order)]
    order.shuffle(posed)
    print(
        f"{len(posed)} examples, {sum(bool(one.answers) for one in posed)} with an answer; {len(for_trees)} questions for the trees",
        flush=True,
    )
    head = ReadingHead(Weights(folder / MODEL_FILE))
    lower = LowerLayers(folder, LAYER, scratch)
    seen = train(head, posed, lower)
    export(head, lower.examples(posed[:1])[0].states.astype(np.float32)[None], FOLDER / HEAD_FILE)
    written: dict[str, Any] = {
        "fingerprint": hashlib.sha256((FOLDER / HEAD_FILE).read_bytes()).hexdigest()[:16],
        "reranker": fingerprint(folder, scratch / MEMORY_FILE),
        "layer": LAYER,
        "early": facts()["early"],
        "examples": {"head": seen, "answered": sum(bool(one.answers) for one in posed)},
        "trained_on": provenance(data),
        "licence": LICENCE,
    }
    parts = Parts(_reranker(written["reranker"], scratch), trees=False)
    held = list(held_out(parts, grammar, beside_wrong(for_trees)))
    (FOLDER / TREES_FILE).write_bytes(to_onnx(fit(held)).SerializeToString())
    written["examples"] |= {"trees": len(held)}
    _write(written | {"cut": 1.0, "confidence": {"weights": [0.0] * len(SIGNALS), "intercept": 0.0}})  # nothing is shown until it is known


def weigh(shared: Path, scratch: Path) -> None:
    """The confidence and its cut, of head and trees as they were written."""
    known = facts()
    parts = Parts(_reranker(known["reranker"], scratch))
    asked, samples = asked_of_suites(shared, scratch, parts, load_parser(DEFAULT_PARSER, scratch))
    scored = [parts.tree_scores(one.rows).astype(np.float64) for one in samples]
    cut = report(samples, scored, asked)
    _write(known | {"cut": round(cut, 3), "confidence": fit_confidence(samples, scored), "confidence_on": asked})


def _reranker(fingerprint: str, scratch: Path) -> OnnxReranker:
    """The default one, in parts."""
    folder = locate(DEFAULT_RERANKER)
    parts = export_parts(folder, LAYER, scratch / "reranker")
    return OnnxReranker(folder, fingerprint=fingerprint, name=DEFAULT_RERANKER, threads=1, parts=parts)


def divided(asked: Iterable[Asked], order: random.Random) -> tuple[list[Asked], list[Asked]]:
    """For the head, and for the trees: no text is on both sides."""
    by_text: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_text[one.text].append(one)
    for_head: list[Asked] = []
    for_trees: list[Asked] = []
    for about in by_text.values():
        (for_trees if order.random() < 1 / HELD else for_head).extend(about)
    return for_head, for_trees


def beside_wrong(asked: Sequence[Asked]) -> list[list[Posed]]:
    """Each answerable question with the passage that answers it and ``WRONG`` that share its words and do not."""
    order = random.Random(12)
    right = {(one.question, one.title): [one] for one in answering(asked, order)}
    for _ in range(WRONG):
        for one in missing(asked, order):
            beside = right.get((one.question, one.title))
            if beside is not None and all(one.text != other.text for other in beside):
                beside.append(one)
    return list(right.values())


def report(samples: Sequence[Sample], scored: Sequence[Any], asked: dict[str, int]) -> float:
    """Print exact match and what each cut costs, by folds over groups; return the cut for ``PRECISION`` and ``SHOWN``."""
    best = [chosen(one, logits)[0] for one, logits in zip(samples, scored, strict=True)]
    exact, right = ([bool(getattr(one, what)[which]) for one, which in zip(samples, best, strict=True)] for what in ("exact", "right"))
    f1 = [float(one.f1[which]) for one, which in zip(samples, best, strict=True)]
    sure = by_folds(samples, scored)
    wanted, share = SHOWN
    often = sorted((each for one, each in zip(samples, sure, strict=True) if one.suite == wanted), reverse=True)
    cut = max(best_cut(sure, right, PRECISION), often[int(share * asked[wanted])])
    for suite, count in asked.items():
        of = [position for position, one in enumerate(samples) if one.suite == suite]
        there = sum(bool(samples[position].exact.any()) for position in of) / count
        means = [sum(values[position] for position in of) / count for values in (exact, right, f1)]
        print(
            f"{suite}, {count} questions: an exact answer is among what is read {there:.3f}; always shown: exact {means[0]:.3f}, right ",
            end="",
        )
        print(f"{means[1]:.3f}, F1 {means[2]:.3f}")
        for precision, at in [("the choice", cut)] + [(f"{goal} right", best_cut(sure, right, goal)) for goal in (0.9, 0.7)]:
            over = [position for position in of if sure[position] >= at]
            good = sum(right[position] for position in over) / max(1, len(over))
            print(f"  cut {at:.3f} ({precision}): shown {len(over) / count:.3f}, right where shown {good:.3f}")
    return cut


def by_folds(samples: Sequence[Sample], scored: Sequence[Any], folds: int = 8) -> list[float]:
    """Each one's confidence by weights that saw nothing of its group."""
    groups = sorted({one.group for one in samples})
    of_group = {group: number % folds for number, group in enumerate(random.Random(3).sample(groups, len(groups)))}
    sure = [0.0] * len(samples)
    for fold in range(folds):
        others = [position for position, one in enumerate(samples) if of_group[one.group] != fold]
        weights = fit_confidence([samples[position] for position in others], [scored[position] for position in others])
        for position, one in enumerate(samples):
            if of_group[one.group] == fold:
                sure[position] = confidence(weights, chosen(one, scored[position])[1])
    return sure


def _write(facts: dict[str, Any]) -> None:
    (FOLDER / FACTS_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
