"""What the whole ranks better than its parts, on four public sets of ../shared/data, in one run.

    python -m benchmarks.ranking --shared ../shared [--sets wikiqa …] [--models DIR] [--json FILE]

What is ranked. wikiqa, trecqa and clapnq: the candidate sentences of all questions of a set are put together in one pool; each different text is an
article of its own, with the title of the page it comes from where the set gives one, so no sentence has its neighbours. For each question the whole
pool is ranked; right are the sentences that the set marks for this question, all others are wrong. Questions with no right sentence are left out.
time_collection: its documents, whole and with their dates; right are the judged ones; a document stands where its best sentence or passage does.

By what. BM25 alone: our lexical index. MiniLM alone: our encoder over all vectors. The reranker over BM25: the cross-encoder's order of BM25's first
20 sentences (as many as Dateline reads) and of its first 100. Dateline: the passages of an answer, with default settings. All see the same index.
Rankings are cut at their first 20 items, since an answer has no more: the mean average precision is over those.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import described, keep, load, machine, note, read_gz, table
from index import ArticleDraft, NewsIndex, open_index
from index.evaluation.measures import Floats, mean, ranking

CUT = 20
MEASURES = {"map": "MAP", "mrr@10": "MRR", "ndcg@10": "nDCG@10"}
SYSTEMS = ("BM25", "MiniLM", "reranker over BM25's 20", "reranker over BM25's 100", "Dateline")
BEFORE, AFTER = SYSTEMS[2], SYSTEMS[4]
"""What the last row compares."""
PACKAGES = ("faiss-cpu", "tantivy", "onnxruntime", "ir-measures")


@dataclass
class Pool:
    """What is ranked for what."""

    articles: dict[str, ArticleDraft] = field(default_factory=dict)
    questions: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    """Text, and the ids of what is right with their grades."""
    left_out: int = 0

    def ask(self, question: str, right: Iterable[str]) -> None:
        """Take in a question, if anything is right for it."""
        grades = dict.fromkeys(right, 1)
        if grades:
            self.questions.append((question, grades))
        else:
            self.left_out += 1


def main() -> None:
    """Measure every set and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", choices=POOLS, default=list(POOLS))
    parser.add_argument("--questions", type=int, help="the most of each set, for a quick look")
    parser.add_argument("--models", type=Path, help="folder with exported models")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    before = load()
    results: dict[str, dict[str, dict[str, Floats]]] = {}
    facts = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.sets:
            pool = POOLS[name](options.shared / "data" / name)
            note(f"{name}: {len(pool.articles)} to rank, {len(pool.questions)} questions, {pool.left_out} left out")
            pool.questions = pool.questions[: options.questions]
            with open_index(Path(scratch) / name, models_dir=options.models or Path(scratch) / "models") as index:
                report = index.ingest(pool.articles.values())
                results[name] = measure(index, pool)
            facts.append(
                f"{name}: {report.new} items, {report.sentences} sentences, {len(pool.questions)} questions, {pool.left_out} left out."
            )
    print(shown(results))
    print("\n" + " ".join(facts))
    about = machine(PACKAGES, before)
    print(described(about))
    keep(options.json, {"machine": about, "measures": in_figures(results)})


def measure(index: NewsIndex, pool: Pool) -> dict[str, dict[str, Floats]]:
    """For each system, each measure of each question."""
    ranked: dict[str, list[Sequence[str]]] = {system: [] for system in SYSTEMS}
    for number, (question, _) in enumerate(pool.questions, start=1):
        for system, items in rankings(index, question).items():
            ranked[system].append(items)
        if number % 50 == 0:
            note(f"{number} of {len(pool.questions)}")
    right = [grades for _, grades in pool.questions]
    return {
        system: {name: values for name, values in ranking(right, found).items() if name in MEASURES} for system, found in ranked.items()
    }


def rankings(index: NewsIndex, question: str) -> dict[str, list[str]]:
    """Article ids by each system, best first."""
    traced = index.trace(question, limit=100)
    stages, sentences = traced.stages, traced.sentences
    lexical = [sentences[id_] for id_ in stages.lexical]
    assert index.asking.reranker is not None
    scores = index.asking.reranker.score(question, [one.article.text[one.sentence.start : one.sentence.end] for one in lexical])
    by_words = [one.article.id for one in lexical]
    return {
        "BM25": first(by_words),
        "MiniLM": first(sentences[id_].article.id for id_ in stages.dense),
        "reranker over BM25's 20": first(reordered(by_words[:20], scores)),
        "reranker over BM25's 100": first(reordered(by_words, scores)),
        "Dateline": first(passage.article_id for passage in traced.answer.passages),
    }


def reordered(items: Sequence[str], scores: Sequence[float]) -> Iterator[str]:
    """By score, best first."""
    return (items[place] for place in np.argsort(-np.array(scores[: len(items)]), kind="stable"))


def first(items: Iterable[str]) -> list[str]:
    """The first ``CUT`` different ones, in order."""
    return list(dict.fromkeys(items))[:CUT]


def shown(results: dict[str, dict[str, dict[str, Floats]]]) -> str:
    """Markdown: a row a system, and the difference of two of them with its interval."""
    head = ["", *(f"{name} {measure}" for name in results for measure in MEASURES.values())]
    rows = [[system, *(f"{of[system][name].mean():.3f}" for of in results.values() for name in MEASURES)] for system in SYSTEMS]
    gains = [mean(of[AFTER][name] - of[BEFORE][name]) for of in results.values() for name in MEASURES]
    rows.append([f"{AFTER} less {BEFORE}", *(f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})" for gain in gains)])
    return table(head, rows)


def in_figures(results: dict[str, dict[str, dict[str, Floats]]]) -> dict[str, Any]:
    """Every mean with its interval."""

    def figures(values: Floats) -> dict[str, float]:
        of = mean(values)
        return {"value": of.value, "low": of.low, "high": of.high, "questions": of.questions}

    return {
        name: {system: {key: figures(values) for key, values in by.items()} for system, by in systems.items()}
        for name, systems in results.items()
    }


# The sets


def marked(pool: Pool, question: str, title: str | None, candidates: Iterable[tuple[str, bool]]) -> None:
    """Take in a question's candidate sentences, each with whether it is right; the same text is in the pool once."""
    right = []
    for text, is_right in candidates:
        if not text.strip():
            continue
        draft = pool.articles.setdefault(text, ArticleDraft(text, title=title, id=f"s{len(pool.articles)}"))
        if is_right:
            right.append(str(draft.id))
    pool.ask(question, right)


def wikiqa(folder: Path) -> Pool:
    """Sentences of the first paragraphs of Wikipedia pages."""
    pool = Pool()
    for row in read_gz(folder / "dev.jsonl.gz"):
        marked(pool, row["question"], row["title"], ((one["text"], one["label"] == 1) for one in row["sentences"]))
    return pool


def trecqa(folder: Path) -> Pool:
    """Sentences of newswire, tokenised."""
    pool = Pool()
    for row in read_gz(folder / "dev.jsonl.gz"):
        marked(pool, row["question"], None, ((one["text"], one["label"] == 1) for one in row["sentences"]))
    return pool


def clapnq(folder: Path) -> Pool:
    """Sentences of a passage of Wikipedia; right are those that people chose to answer from."""
    pool = Pool()
    for row in read_gz(folder / "dev.jsonl.gz"):
        chosen = {text for answer in row["output"] for text in answer.get("selected_sentences") or ()}
        (passage,) = row["passages"]
        marked(pool, row["input"], passage["title"], ((text, text in chosen) for text in passage["sentences"]))
    return pool


def time_collection(folder: Path) -> Pool:
    """News articles of 1963."""
    pool = Pool()
    for row in read_gz(folder / "docs.jsonl.gz"):
        published = datetime.strptime(f"19{row['date'][6:]} {row['date'][:5]}", "%Y %m/%d").replace(tzinfo=UTC) if row["date"] else None
        pool.articles[str(row["doc_id"])] = ArticleDraft(row["text"], id=str(row["doc_id"]), published_at=published)
    with (folder / "queries_dev.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            pool.ask(row["question"], (str(one) for one in row["relevant"] if str(one) in pool.articles))
    return pool


POOLS = {"wikiqa": wikiqa, "trecqa": trecqa, "clapnq": clapnq, "time_collection": time_collection}


if __name__ == "__main__":
    main()
