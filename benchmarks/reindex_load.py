"""A full rebuild while people ask: how long answers take before it and during it, whether any fails, and what is encoded again.

    python -m benchmarks.reindex_load --shared ../shared --folder /tmp/dateline-bench

In: the development data, and a folder for what is made of it (`benchmarks.questions` makes the same coverage). Out: a table. Questions come at even
intervals, whatever became of the ones before, as they do from people; a question's time runs from when it was due, so one that had to wait for a
thread shows it. The rebuild runs as the bot runs it, in a process of its own; with `--here`, in a thread of the process that answers.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.coverage import make, read_articles
from benchmarks.measuring import described, load, machine, note, percentile, table
from benchmarks.questions import read_questions
from bot.updates.rebuilding_apart import RebuildingApart
from index import NewsError, NewsIndex, open_index

SEED = 7
QUESTIONS = 300
"""Different ones, real."""


@dataclass
class Asked:
    """What came of the questions of one phase."""

    ms: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    """When each was due, on the clock of ``time.perf_counter``."""
    failed: list[str] = field(default_factory=list)


class Crowd:
    """People who ask at a rate, until they are told to stop."""

    def __init__(self, index: NewsIndex, questions: list[str], rate: float, threads: int, *, rerank: bool) -> None:
        self._index = index
        self._questions = questions
        self._rate = rate
        self._threads = threads
        self._rerank = rerank

    def ask_while(self, goes_on: Callable[[], bool]) -> Asked:
        """Ask at the rate as long as that is so, and wait for the last answer."""
        asked = Asked()
        chance = random.Random(SEED)
        begin = time.perf_counter()
        with ThreadPoolExecutor(self._threads) as pool:
            number = 0
            while goes_on():
                due = begin + number / self._rate
                time.sleep(max(0.0, due - time.perf_counter()))
                pool.submit(self._ask, chance.choice(self._questions), due, asked)
                number += 1
        return asked

    def _ask(self, question: str, due: float, asked: Asked) -> None:
        try:
            if not self._index.answer(question, rerank=self._rerank).passages:
                asked.failed.append(f"{question}: nothing found")
        except NewsError as error:
            asked.failed.append(f"{question}: {error}")
        asked.ms.append(1000 * (time.perf_counter() - due))
        asked.due.append(due)


def by_time(asked: Asked) -> list[float]:
    """The 95th percentile of each ten seconds: whether it is slow throughout, or at one moment."""
    slots: dict[int, list[float]] = {}
    for due, ms in zip(asked.due, asked.ms, strict=True):
        slots.setdefault(int(due - min(asked.due)) // 10, []).append(ms)
    return [percentile(slot, 95) for _, slot in sorted(slots.items())]


def rebuild(index: NewsIndex, folder: Path, models: Path, here: bool, done: dict[str, object]) -> None:
    """As the bot does it: in a process of its own, which reads where to work from its environment; or, to compare, in a thread of this one."""
    os.environ |= {"DATELINE_STORAGE__DATA_DIR": str(folder), "DATELINE_INDEX__MODELS_DIR": str(models)}
    started = time.perf_counter()
    report = (index if here else RebuildingApart(index)).reindex(full=True)
    done |= {
        "seconds": time.perf_counter() - started,
        "sentences": report.sentences,
        "encoded": report.encoded,
        "generation": report.generation,
    }


def measure(folder: Path, models: Path, questions: list[str], given: argparse.Namespace, *, rerank: bool, rate: float) -> list[str]:
    """One row: at one rate, with or without the reranker."""
    with open_index(folder, models_dir=models, create=False, threads=given.threads) as index:
        crowd = Crowd(index, questions, rate, given.threads, rerank=rerank)
        for question in questions[:20]:
            index.answer(question, rerank=rerank)
        before_end = time.monotonic() + given.seconds
        before = crowd.ask_while(lambda: time.monotonic() < before_end)
        done: dict[str, object] = {}
        worker = threading.Thread(target=rebuild, args=(index, folder, models, given.here, done))
        worker.start()
        during = crowd.ask_while(worker.is_alive)
        worker.join()
        assert index.stats().generation == done["generation"]
    for failure in (*before.failed, *during.failed):
        note(f"failed: {failure}")
    for name, asked in (("before", before), ("during", during)):
        note(f"{name}, p95 in ms for each ten seconds: {' '.join(f'{value:.0f}' for value in by_time(asked))}")
    p95 = percentile(before.ms, 95), percentile(during.ms, 95)
    return [
        f"{rate:g} a second, {'reranked' if rerank else 'plain'}",
        f"{percentile(before.ms, 50):.0f} / {p95[0]:.0f}",
        f"{percentile(during.ms, 50):.0f} / {p95[1]:.0f}",
        f"{p95[1] / p95[0]:.2f}",
        f"{len(before.failed) + len(during.failed)} of {len(before.ms) + len(during.ms):,}",
        f"{done['encoded']:,} of {done['sentences']:,}",
        f"{done['seconds']:.0f}",
    ]


def main() -> None:
    """Make the coverage, measure a copy of it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/dateline-bench"))
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--encode", type=int, default=20_000, help="as of benchmarks.coverage")
    parser.add_argument("--seconds", type=float, default=30.0, help="of asking before the rebuild")
    parser.add_argument("--here", action="store_true", help="rebuild in the process that answers, to compare")
    parser.add_argument("--threads", type=int, default=2, help="that answer")
    parser.add_argument("--rates", type=float, nargs="+", default=[20.0], help="questions a second, without the reranker")
    parser.add_argument("--reranked", type=float, nargs="*", default=[], help="and with it")
    given = parser.parse_args()
    load_before = load()
    models = given.folder / "models"
    made = given.folder / str(given.sentences)
    make(made, models, lambda: read_articles(given.shared / "data"), given.sentences, given.encode)
    questions = read_questions(given.shared / "data", QUESTIONS)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "data"
        shutil.copytree(made, copy)
        for rerank, rates in ((False, given.rates), (True, given.reranked)):
            for rate in rates:
                note(f"{rate:g} questions a second, {'reranked' if rerank else 'plain'}")
                rows.append(measure(copy, models, questions, given, rerank=rerank, rate=rate))
    head = ["questions", "ms before, p50 / p95", "ms during", "p95 ratio (goal 2)", "failed", "encoded", "rebuild, s"]
    print(f"{described(machine(['faiss-cpu', 'tantivy', 'onnxruntime'], load_before))}\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()
