"""What it costs to match a new article with ten thousand topics and questions, on one core, after it was encoded.

    python -m benchmarks.matching --shared ../shared [--models FOLDER] [--wishes 10000] [--articles 30]

The wishes are real questions (squad2, newsquizqa, realtimeqa), headlines (reuters21578_sample) and beginnings of updates (event_updates), each from a
chat of its own; the articles are of time_collection. Timed for each article: asking whether subscriptions changed, and reading all of them if one
did; reading the article with its vectors; matching, which is the matrix product, the choice of sentences and the count of words; and the same with
what the reranker reads. Counted: what it reads, what of this is confirmed, and how many questions are to be asked of the article.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice, zip_longest
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.measuring import CHILD, in_fresh_process, median, note, percentile, read_gz
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.matching import Matching
from bot.updates.subscription import Place, Schedule, Wanted, Wish
from bot.updates.wishes import WishBook
from index import ArticleDraft, NewsIndex, open_index

ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
GOAL_MS = 200.0
TOPIC_CHARS = 80
"""Of an update that stands for a topic."""


class _Unread:
    """A coverage that reads nothing more: what comes near is taken as it is."""

    def __init__(self, index: NewsIndex) -> None:
        self._index = index
        self.pairs = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def relevance(self, _: str, texts: list[str]) -> list[float]:
        """Takes note of what would have been read."""
        self.pairs += len(texts)
        return [100.0] * len(texts)


def main() -> None:
    """Measure in a process of one thread, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--wishes", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=30)
    options = parser.parse_args()
    given = {name: str(value.resolve()) if isinstance(value, Path) else value for name, value in vars(options).items()}
    measured = in_fresh_process("benchmarks.matching", given, ONE_CORE)
    for name, values in measured["ms"].items():
        print(f"{name:28} median {median(values):7.1f} ms, 95th percentile {percentile(values, 95):7.1f} ms")
    for name, counts in measured["counts"].items():
        print(f"{name:28} median {median(counts):7.0f}, mean {fmean(counts):.1f}, most {max(counts)}")
    print(f"goal: matching within {GOAL_MS:.0f} ms; of {measured['wishes']} wishes")


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Times for each article."""
    data = Path(given["shared"]) / "data"
    ms: defaultdict[str, list[float]] = defaultdict(list)
    counts = {name: list[int]() for name in ("sentences", "pairs for the reranker", "topics confirmed", "questions to ask")}
    with tempfile.TemporaryDirectory() as folder, open_index(Path(folder), models_dir=Path(given["models"]), threads=1) as index:
        store = BotStore(open_database(Path(folder)), lambda: datetime.now(UTC))
        for number, wish in enumerate(islice(_wishes(data), given["wishes"]), start=1):
            store.subscriptions.add(Place(number), number, wish, Schedule())
        note(f"{number} subscriptions are kept")
        unread = _Unread(index)
        book, reading = WishBook(store.subscriptions, index), Matching(index)
        without = Matching(unread)  # type: ignore[arg-type] # it is one by __getattr__
        book.read()
        note("and encoded")
        after = index.news(None).upto
        for one in islice(read_gz(data / "time_collection" / "docs.jsonl.gz"), given["articles"]):
            index.ingest([ArticleDraft(one["text"], id=str(one["doc_id"]))])
            unread.pairs = 0
            with _timed(ms["has anything changed"]):
                book.read()
            store.subscriptions.reschedule(1, Schedule())
            with _timed(ms["reading subscriptions"]):
                wishes = book.read()
            with _timed(ms["reading the article"]):
                news = index.news(after)
            with _timed(ms["matching"]):
                without.hits(news.items, wishes)
            with _timed(ms["matching with the reranker"]):
                hits = reading.hits(news.items, wishes)
            asked = sum(hit.wish.wanted is Wanted.QUESTION for hit in hits)
            found = (sum(len(item.sentences) for item in news.items), unread.pairs, len(hits) - asked, asked)
            for name, count in zip(counts, found, strict=True):
                counts[name].append(count)
            after = news.upto
        store.close()
    return {"ms": ms, "counts": counts, "wishes": number}


@contextmanager
def _timed(ms: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    ms.append(1000 * (time.perf_counter() - began))


def _wishes(data: Path) -> Iterator[Wish]:
    """Each once, questions and topics by turns as long as there are both."""
    seen: set[Wish] = set()
    for question, topic in zip_longest(_questions(data), _topics(data)):
        some = [Wish(wanted, words) for wanted, words in ((Wanted.QUESTION, question), (Wanted.TOPIC, topic)) if words]
        for wish in some:
            if wish not in seen:
                seen.add(wish)
                yield wish


def _questions(data: Path) -> Iterator[str]:
    for name in ("squad2/questions_dev.jsonl.gz", "newsquizqa/dev.jsonl.gz", "realtimeqa/questions_dev.jsonl.gz"):
        yield from (one["question"].strip() for one in read_gz(data / name))


def _topics(data: Path) -> Iterator[str]:
    yield from ((one["title"] or "").strip() for one in read_gz(data / "reuters21578_sample" / "docs.jsonl.gz"))
    yield from (one["update"][:TOPIC_CHARS].strip() for one in read_gz(data / "event_updates" / "dev.jsonl.gz"))


if __name__ == "__main__":
    if sys.argv[1:] == [CHILD]:
        json.dump(run(json.load(sys.stdin)), sys.stdout)
    else:
        main()
