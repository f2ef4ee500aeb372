"""Questions asked of one data folder, in a process of their own, so that its memory is that of a program which only asks.

In: a JSON object on standard input: ``folder``, ``models``, ``warm_up`` and ``questions``, lists of questions. Out: one on standard output. Run by
`benchmarks.questions`; imports nothing but the index and the standard library.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measuring import CHILD, median, memory_mb
from index import NewsIndex, open_index

SEED = 7
MODES = {"plain": False, "reranked": True}
"""What a mode is called, and ``rerank``."""
REST = "rest"


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Times and memory."""
    started = time.perf_counter()
    with open_index(Path(given["folder"]), models_dir=Path(given["models"]), create=False) as index:
        opened_s = time.perf_counter() - started
        for question in given["warm_up"]:
            for rerank in MODES.values():
                index.answer(question, rerank=rerank)
        times = asked(index, given["questions"])
        memory = memory_mb()
        stats = index.stats()
        return {
            "sentences": stats.sentences,
            "vector_kind": stats.vector_kind,
            "vector_recall_at_10": stats.vector_recall_at_10,
            "index_mb": stats.index_bytes / 1e6,
            "database_mb": (stats.database_bytes or 0) / 1e6,
            "opened_s": opened_s,
            "memory_mb": memory,
            "ms": times,
            "parts_ms": {mode: parts(index, given["questions"], rerank) for mode, rerank in MODES.items()},
        }


def asked(index: NewsIndex, questions: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds for each question in each mode, in random order. Half of the questions come first in the one mode, half in the other: the
    second time, what a question needs has been read from the disk."""
    times: dict[str, list[float]] = {mode: [] for mode in MODES}
    modes = list(MODES)
    chance = random.Random(SEED)
    for turn in range(len(modes)):
        for place, question in chance.sample(list(enumerate(questions)), len(questions)):
            mode = modes[(place + turn) % len(modes)]
            started = time.perf_counter()
            index.answer(question, rerank=MODES[mode])
            times[mode].append(1000 * (time.perf_counter() - started))
    return times


def parts(index: NewsIndex, questions: Sequence[str], rerank: bool) -> dict[str, float]:
    """Where the time goes: the median in milliseconds of each part of an answer, and of what no part accounts for."""
    times: dict[str, list[float]] = defaultdict(list)
    with timed_parts() as spent:
        for question in random.Random(SEED).sample(list(questions), len(questions)):
            spent.clear()
            started = time.perf_counter()
            index.answer(question, rerank=rerank)
            whole = time.perf_counter() - started
            for part, seconds in spent.items():
                times[part].append(1000 * seconds)
            times[REST].append(1000 * (whole - sum(spent.values())))
    return {part: median(values) for part, values in times.items()}


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """Within the ``with`` the parts of an answer add the seconds they take to the dictionary. None of them calls another."""
    from index.answering.encoded import VectorsAhead
    from index.models.states_reader import StatesReader
    from index.search.lexical import TantivyLexicalIndex
    from index.search.vectors_faiss import FaissVectorIndex
    from index.store.articles import SqlArticleStore

    methods: tuple[tuple[str, type, str], ...] = (
        ("waiting for the question's vector", VectorsAhead, "of"),
        ("dense search", FaissVectorIndex, "search"),
        ("lexical search", TantivyLexicalIndex, "search"),
        ("sequence check", SqlArticleStore, "sequence"),
        ("sentence lookup", SqlArticleStore, "sentences"),
        ("judging sentences", StatesReader, "judge"),
        ("reading passages whole", StatesReader, "examine"),
    )
    spent: dict[str, float] = {}
    originals = [getattr(owner, name) for _, owner, name in methods]
    for (part, owner, name), original in zip(methods, originals, strict=True):
        setattr(owner, name, _timed(part, original, spent))
    try:
        yield spent
    finally:
        for (_, owner, name), original in zip(methods, originals, strict=True):
            setattr(owner, name, original)


def _timed(part: str, original: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            spent[part] = spent.get(part, 0.0) + time.perf_counter() - started

    return timed


if __name__ == "__main__":
    if sys.argv[1:] != [CHILD]:
        sys.exit("This is run by benchmarks.questions.")
    json.dump(run(json.load(sys.stdin)), sys.stdout)
