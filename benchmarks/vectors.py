"""How fast the vector index searches, how much it finds, and what it costs. Run by hand; prints a Markdown table.

    python -m benchmarks.vectors --sizes 10000,100000,1000000
    python -m benchmarks.vectors --sizes 100000 --base sentences.npy --questions questions.npy

Without ``--base`` the vectors are made up: sentences belong to stories and stories to topics, in a space whose directions matter unequally.
The shares were chosen so that an index needs to open as large a part of its lists as for 124,000 sentences of real news (a quarter for a
recall@10 of 0.98). Evenly random vectors are no model: nothing has neighbours there, and no index of this kind finds them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Annotated, Protocol

import faiss
import numpy as np
import typer
from numpy.typing import NDArray

from index.domain.passages import Hit
from index.ports.models import Vectors
from index.ports.search import Ids, Rows, Scope
from index.search.vectors_faiss import FaissVectorIndex
from index.search.vectors_plan import Tuning

DIMENSION = 384
K = 50
"""What retrieval asks for."""
QUESTIONS = 200
BLOCK = 4096
PER_STORY, STORIES_PER_TOPIC = 30, 50
TOPIC_SHARE, STORY_SHARE = 0.15, 0.3
"""Of a vector's square length; the rest is the sentence's own."""
OUTLETS = 20
PER_ARTICLE = 30
SECONDS = 1_000_000
"""Sentences are published evenly over this time."""


class Searcher(Protocol):
    """What is timed."""

    def search(self, question: Vectors, k: int, scope: Scope | None = None) -> list[Hit]:
        """As `ports.VectorIndex`."""


class PlainFlat:
    """FAISS as most programs use it, in 32 bits, for comparison."""

    def __init__(self, vectors: Vectors) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: Vectors, k: int, scope: Scope | None = None) -> list[Hit]:
        """Ids are positions; there are no scopes."""
        assert scope is None
        similarities, ids = self._index.search(question, k)
        return [Hit(int(one), float(score)) for one, score in zip(ids[0], similarities[0], strict=True)]


@dataclass(frozen=True)
class Case:
    """Vectors to search among, and questions that are not among them."""

    rows: Rows
    vectors: Vectors
    questions: Vectors


def made_up(count: int, seed: int = 0) -> Vectors:
    """Unit vectors as the module describes them."""
    spectrum = np.sqrt((np.arange(DIMENSION) + 1.0) ** -0.55 * np.exp(-np.arange(DIMENSION) / 150))
    scale = (spectrum / np.linalg.norm(spectrum)).astype(np.float32)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(DIMENSION, DIMENSION)))[0].astype(np.float32)
    generator = np.random.default_rng(seed)

    def draw(number: int) -> Vectors:
        drawn: Vectors = generator.standard_normal((number, DIMENSION), dtype=np.float32) * scale
        return drawn

    stories = draw(max(1, count // PER_STORY))
    topics = draw(max(1, len(stories) // STORIES_PER_TOPIC))
    topic_of = generator.integers(len(topics), size=len(stories))
    vectors = np.empty((count, DIMENSION), dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = vectors[start : start + BLOCK]
        story = generator.integers(len(stories), size=len(block))
        tells = (0.4 + 1.2 * generator.beta(2, 2, size=(len(block), 1))).astype(np.float32)
        own = draw(len(block)) * np.float32(np.sqrt(1 - TOPIC_SHARE - STORY_SHARE))
        block[:] = (own + tells * (np.sqrt(TOPIC_SHARE) * topics[topic_of[story]] + np.sqrt(STORY_SHARE) * stories[story])) @ rotation
    return unit(vectors)


def extended(base: Vectors, count: int, seed: int = 0) -> Vectors:
    """The first of ``base``; beyond its end, members of it moved by the difference of two others that are neighbours."""
    generator = np.random.default_rng(seed)
    vectors = np.empty((count, base.shape[1]), dtype=np.float32)
    vectors[: len(base)] = base[:count]
    some = generator.integers(len(base), size=50_000)
    neighbours = faiss.knn(base[some], base, 30, faiss.METRIC_INNER_PRODUCT)[1]
    moves = base[some] - base[neighbours[np.arange(len(some)), generator.integers(3, 30, size=len(some))]]
    for start in range(len(base), count, BLOCK):
        block = vectors[start : start + BLOCK]
        block[:] = base[generator.integers(len(base), size=len(block))] + 0.8 * moves[generator.integers(len(moves), size=len(block))]
    return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    for start in range(0, len(vectors), BLOCK):
        vectors[start : start + BLOCK] /= np.linalg.norm(vectors[start : start + BLOCK], axis=1, keepdims=True)
    return vectors


def rows_for(count: int) -> Rows:
    numbers = np.arange(count, dtype=np.int64)
    articles = numbers // PER_ARTICLE
    return Rows(numbers, articles, articles % OUTLETS, numbers * SECONDS // max(1, count))


def scopes(count: int) -> dict[str, Scope]:
    """Narrow, a twentieth and half of the coverage."""
    return {
        "an article": Scope(article_keys=frozenset({count // PER_ARTICLE // 2})),
        "an outlet": Scope(source_ids=frozenset({3})),
        "half the time": Scope(since=SECONDS // 2),
    }


def within(rows: Rows, scope: Scope) -> Ids:
    """A naive filter, to check against."""
    kept = np.ones(len(rows), dtype=np.bool_)
    if scope.article_keys is not None:
        kept &= np.isin(rows.article_keys, list(scope.article_keys))
    if scope.source_ids is not None:
        kept &= np.isin(rows.source_ids, list(scope.source_ids))
    if scope.since is not None:
        kept &= rows.published >= scope.since
    return np.flatnonzero(kept)


def times_ms(searcher: Searcher, questions: Vectors, threads: int, scope: Scope | None = None) -> NDArray[np.float64]:
    """One time for each question, the better of two rounds; ``threads`` search at once, each its share."""
    best = np.full(len(questions), np.inf)

    def work(mine: range) -> None:
        for place in mine:
            started = perf_counter()
            searcher.search(questions[place : place + 1], K, scope)
            best[place] = min(best[place], 1_000 * (perf_counter() - started))

    for _ in range(2):
        workers = [threading.Thread(target=work, args=(range(first, len(questions), threads),)) for first in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return best


def recall_at_10(searcher: Searcher, case: Case, scope: Scope | None = None) -> float:
    """Share of the ten nearest by exact search that are found, the mean over questions."""
    ids = within(case.rows, scope or Scope())
    wanted = min(10, len(ids))
    _, places = faiss.knn(case.questions, np.ascontiguousarray(case.vectors[ids]), wanted, faiss.METRIC_INNER_PRODUCT)
    found = [
        {hit.sentence_id for hit in searcher.search(case.questions[place : place + 1], 10, scope)} for place in range(len(case.questions))
    ]
    return float(np.mean([len(one & set(ids[exact].tolist())) / wanted for one, exact in zip(found, places, strict=True)]))


def percentiles(times: NDArray[np.float64]) -> str:
    return f"{np.percentile(times, 50):.2f} / {np.percentile(times, 95):.2f}"


def cases(sizes: list[int], base: Path | None, questions: Path | None) -> Iterator[Case]:
    for size in sizes:
        if base is None:
            vectors = made_up(size + QUESTIONS)
            yield Case(rows_for(size), vectors[:size], vectors[size:])
            continue
        real = unit(np.load(base, allow_pickle=False).astype(np.float32))
        asked = unit(np.load(questions, allow_pickle=False).astype(np.float32)) if questions else real[:0]
        kept, asked = (real, asked) if questions else (real[:-QUESTIONS], real[-QUESTIONS:])
        yield Case(rows_for(size), extended(kept, size), asked[:QUESTIONS])


def line(name: str, case: Case, make: Callable[[], Searcher]) -> str:
    """One row of the table."""
    started = perf_counter()
    searcher = make()
    built_s = perf_counter() - started
    ours = searcher if isinstance(searcher, FaissVectorIndex) else None
    cells = [
        f"{len(case.rows):,}",
        name,
        f"{built_s:.1f}",
        f"{(ours.size_bytes if ours else case.vectors.nbytes) / 1e6:.0f}",
        str(ours.nprobe) if ours else "",
        f"{ours.recall_at_10:.3f}" if ours else "",
        f"{recall_at_10(searcher, case):.3f}",
        *(percentiles(times_ms(searcher, case.questions, threads)) for threads in (1, 2)),
        *(
            f"{recall_at_10(searcher, case, scope):.3f}, {percentiles(times_ms(searcher, case.questions, 1, scope))}" if ours else ""
            for scope in scopes(len(case.rows)).values()
        ),
    ]
    return f"| {' | '.join(cells)} |"


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of sentences, with commas between them.")] = "10000,100000",
    base: Annotated[Path | None, typer.Option(help="A .npy file of real vectors, extended where there are too few.")] = None,
    questions: Annotated[Path | None, typer.Option(help="A .npy file of real questions' vectors; without it some of base.")] = None,
) -> None:
    """Time plain FAISS and both of our kinds at each size; p50 / p95 in milliseconds, one thread unless said otherwise."""
    heads = ["sentences", "kind", "build s", "MB", "nprobe", "recall@10, own", "recall@10, questions", "ms", "ms, two searching at once"]
    heads += [f"{name}: recall, ms" for name in scopes(1)]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for case in cases([int(size) for size in sizes.split(",")], base, questions):
        print(line("plain fp32", case, partial(PlainFlat, case.vectors)), flush=True)
        for name, limit in (("flat", len(case.rows)), ("ivf", len(case.rows) - 1)):
            build = partial(FaissVectorIndex.from_arrays, case.vectors.shape[1], case.rows, case.vectors, tuning=Tuning(flat_limit=limit))
            print(line(name, case, build), flush=True)


if __name__ == "__main__":
    typer.run(main)
