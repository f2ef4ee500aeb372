"""What deciding about copies and stories adds to the time and the size of an ingest. Run by hand; prints a Markdown table.

    python -m benchmarks.grouping --shared ../shared [--articles 2000] [--repeats 5] [--models DIR] [--json FILE]

The same Reuters articles go into an empty folder with the pass and without it, each in a fresh process, in turn, with all stores; once with the
default encoder and once with one that costs nothing (a table of random vectors), which is the worst case: then the pass has nothing to hide behind.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.copies import published
from benchmarks.measuring import CHILD, described, in_fresh_process, keep, load, machine, median, note, read_gz, table

ENCODERS = ("none", "default")
GOAL = 1.05
"""No more than so many times the time without the pass."""


def main() -> None:
    """Run everything in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each; a third of them, and one at least, with the default encoder")
    parser.add_argument("--models", type=Path, help="folder with exported models; made anew if not given")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    runs: dict[str, list[dict[str, float]]] = {f"{encoder} {grouped}": [] for encoder in ENCODERS for grouped in (False, True)}
    with tempfile.TemporaryDirectory() as scratch:
        models = str((options.models or Path(scratch) / "models").absolute())
        for encoder in ENCODERS:
            for repeat in range(options.repeats if encoder == "none" else max(1, options.repeats // 3)):
                for grouped in (False, True) if repeat % 2 == 0 else (True, False):
                    with tempfile.TemporaryDirectory(dir=scratch) as folder:
                        given = {"encoder": encoder, "grouped": grouped, "folder": folder, "models": models, "articles": options.articles}
                        done = in_fresh_process("benchmarks.grouping", given | {"shared": str(options.shared.absolute())})
                    runs[f"{encoder} {grouped}"].append(done)
                    note(f"{encoder}, {'with' if grouped else 'without'} the pass: {done}")
    results = {"articles": options.articles, "runs": runs, "machine": machine(("SQLAlchemy", "numpy", "scipy"), before)}
    print(shown(results))
    keep(options.json, results)


def shown(results: dict[str, Any]) -> str:
    """The table."""
    rows = []
    for encoder in ENCODERS:
        without, with_pass = (medians(results["runs"][f"{encoder} {grouped}"]) for grouped in (False, True))
        per_article = 1000 * (with_pass["cpu_seconds"] - without["cpu_seconds"]) / results["articles"]
        ratios = [f"{with_pass[of] / without[of]:.3f}" for of in ("seconds", "cpu_seconds")]
        cells = [f"{one['seconds']:.2f}" for one in (without, with_pass)]
        rows.append([encoder, *cells, *ratios, f"{per_article:.2f}", f"{without['mb']:.1f}", f"{with_pass['mb']:.1f}"])
    head = ["encoder", "s without", "s with", f"ratio (goal {GOAL})", "ratio of CPU time", "CPU ms an article", "MB without", "MB with"]
    return f"{table(head, rows)}\n\n{results['articles']} articles; medians. {described(results['machine'])}"


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each measure."""
    return {of: median([run[of] for run in runs]) for of in runs[0]}


# In a process of its own


def run(given: dict[str, Any]) -> dict[str, float]:
    """One ingest."""
    from index import ArticleDraft, open_index

    articles = list(read_gz(Path(given["shared"]) / "data" / "reuters21578_sample" / "docs.jsonl.gz"))[: given["articles"]]
    drafts = [
        ArticleDraft(one["text"], title=one["title"], source="Reuters", published_at=published(one), id=one["doc_id"]) for one in articles
    ]
    folder = Path(given["folder"])
    with open_index(folder, models_dir=Path(given["models"]), reranker=None) as index:
        if given["encoder"] == "none":
            index._encoder = index._generations._encoder = _Table()
        if not given["grouped"]:
            index._group = lambda: 0
        started, cpu_started = time.perf_counter(), time.process_time()
        report = index.ingest(drafts)
        times = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu_started}
    assert report.new == len(drafts), report
    return times | {"mb": (folder / "dateline.db").stat().st_size / 1e6}


class _Table:
    """An encoder that looks vectors up: as quick as one can be."""

    fingerprint = name = "table"
    dimension = 384

    def __init__(self) -> None:
        import numpy as np

        rows = np.random.default_rng(7).standard_normal((5000, self.dimension)).astype(np.float32)
        self._rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def encode(self, texts: Sequence[str], progress: object = None) -> Any:
        del progress
        return self._rows[[zlib.crc32(text.encode()) % 5000 for text in texts]]

    def encode_question(self, question: str) -> Any:
        return self.encode([question])

    def is_word(self, word: str) -> bool:
        del word
        return False


if __name__ == "__main__":
    if sys.argv[1:] == [CHILD]:
        json.dump(run(json.load(sys.stdin)), sys.stdout)
    else:
        main()
