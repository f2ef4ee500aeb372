"""From a question to its answer: how long it takes, where the time goes, what memory it needs. Prints Markdown tables.

    python -m benchmarks.questions --shared ../shared --sizes 10000 100000 1000000 [--encode 20000] [--keep DIR] [--json FILE]

Real questions (RealTime QA) are asked of coverage made by `benchmarks.coverage`, in random order and one at a time, in a fresh process for each
size; the first ten are not counted. Search is hybrid; with reranking and without. Memory is what Linux counts for that process, models included,
when all have been asked. A cold start is ``python -m index ask "…" --json`` from the command to its end, with the files in the system's cache.
Coverage stays in the folder named by ``--keep``: a second run only asks. A million sentences take 2 GB there and some minutes to make.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asking import MODES, REST
from benchmarks.measuring import ROOT, described, in_fresh_process, keep, load, machine, median, note, percentile, read_gz, table

if TYPE_CHECKING:
    from benchmarks.coverage import Piece

SEED = 7
WARM_UP = 10
QUESTIONS = 100
COLD_STARTS = 5
GOAL_AT = 100_000
GOALS = {"plain": "20 ms", "reranked": "150 ms", "memory": "500 MB", "cold": "3 s"}
"""At that size; of times the median."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="sentences")
    parser.add_argument("--encode", type=int, default=20_000, help="how many of them really to encode")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--keep", type=Path, default=Path("/tmp/dateline-bench"), help="where the coverage and the models are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    questions = read_questions(options.shared / "data", WARM_UP + options.questions)
    results: list[dict[str, Any]] = []
    for size in options.sizes:
        results.append(measure(options, size, questions))
        facts = machine(("faiss-cpu", "onnxruntime", "tantivy", "SQLAlchemy"), before)
        keep(options.json, {"encode": options.encode, "questions": len(questions) - WARM_UP, "sizes": results, "machine": facts})
    print(f"{summary(results)}\n\n{breakdown(results)}\n")
    print(
        f"{len(questions) - WARM_UP} questions; at most {options.encode:,} sentences of each size encoded, the others' vectors near theirs."
    )
    print(described(facts))


def measure(options: argparse.Namespace, size: int, questions: list[str]) -> dict[str, Any]:
    """All figures at one size, whose coverage is made first unless it is there."""
    from benchmarks import coverage  # and with it FAISS and the models' runtime, which `--help` need not wait for

    data_dir, models = options.keep.absolute() / str(size), options.keep.absolute() / "models"
    coverage.make(data_dir, models, lambda: read_articles(options.shared / "data"), size, options.encode)
    note(f"asking {size:,} sentences")
    given = {"folder": str(data_dir), "models": str(models), "warm_up": questions[:WARM_UP], "questions": questions[WARM_UP:]}
    result: dict[str, Any] = in_fresh_process("benchmarks.asking", given)
    note(f"starting cold on {size:,} sentences")
    return result | {"cold_s": [cold_start(data_dir, models, one) for one in questions[:COLD_STARTS]]}


@cache
def read_articles(data: Path) -> list[Piece]:
    """Once, though several sizes are made of them."""
    from benchmarks import coverage

    return coverage.read_articles(data)


def read_questions(data: Path, count: int) -> list[str]:
    """That many different real questions, in random order."""
    questions = list(dict.fromkeys(one["question"] for one in read_gz(data / "realtimeqa" / "questions_dev.jsonl.gz")))
    return random.Random(SEED).sample(questions, min(count, len(questions)))


def cold_start(data_dir: Path, models: Path, question: str) -> float:
    """Seconds from the command to the end of the answer."""
    environment = {"DATELINE_STORAGE__DATA_DIR": str(data_dir), "DATELINE_INDEX__MODELS_DIR": str(models)}
    command = [sys.executable, "-m", "index", "ask", question, "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT, env=os.environ | environment)
    seconds = time.perf_counter() - started
    assert json.loads(done.stdout)["passages"], "nothing was found"
    return seconds


def summary(results: Sequence[dict[str, Any]]) -> str:
    """A row a size, and the goals."""
    head = [
        "sentences",
        "vectors",
        "ms, p50 / p95",
        "ms, reranked",
        "MB resident, steady",
        "peak",
        "cold start s, p50",
        "open s",
        "disk MB",
    ]

    def row(result: dict[str, Any]) -> list[str]:
        memory = result["memory_mb"]
        return [
            f"{result['sentences']:,}",
            f"{result['vector_kind']}, recall@10 {result['vector_recall_at_10']:.3f}",
            *(f"{percentile(result['ms'][mode], 50):.1f} / {percentile(result['ms'][mode], 95):.1f}" for mode in MODES),
            f"{memory['resident']:.0f} ({memory['anonymous']:.0f} without files)",
            f"{memory['peak']:.0f}",
            f"{median(result['cold_s']):.2f}",
            f"{result['opened_s']:.2f}",
            f"{result['database_mb'] + result['index_mb']:.0f}",
        ]

    goal = [f"*goal at {GOAL_AT:,}*", ""]
    goal += [f"*p50 under {GOALS['plain']}*", f"*p50 under {GOALS['reranked']}*"]
    goal += [f"*under {GOALS['memory']}*", "", f"*under {GOALS['cold']}*", "", ""]
    return table(head, [*map(row, results), goal])


def breakdown(results: Sequence[dict[str, Any]]) -> str:
    """A row for each part of an answer; medians, so they need not add up to the whole's."""
    columns = [(result["parts_ms"][mode], f"{result['sentences']:,}, {mode}") for result in results for mode in MODES]
    names = list(dict.fromkeys(name for parts, _ in columns for name in parts if name != REST))
    head = ["ms in each part, p50", *(title for _, title in columns)]
    return table(head, _rows([*names, REST], [parts for parts, _ in columns]))


def _rows(names: Iterable[str], columns: Sequence[dict[str, float]]) -> Iterable[list[str]]:
    return ([name, *(f"{parts[name]:.2f}" if name in parts else "" for parts in columns)] for name in names)


if __name__ == "__main__":
    main()
