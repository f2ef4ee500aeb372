"""SQLite FTS5 or tantivy: speed, size and ranking of the two, and of the choices made within tantivy, as markdown tables.

    python -m benchmarks.lexical --shared ../shared [--size 1000000] [--questions 100] [--scratch DIR]

Run by hand; docs/decisions/0002-lexical-index.md holds the outcome. In: the development data and its suites. Out: three tables on stdout.
Sentences are those of all texts at hand; beyond them, copies with every number changed and three words in ten taken from elsewhere, so that the
dictionary and the frequencies stay those of news. Questions are real ones of exactly six words. Relevant is a sentence of a gold article that
holds the evidence. The same seed gives the same everything; only the times vary.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.ports.search import Rows, Scope
from index.search.analysis import STOP_WORDS, prepared
from index.search.lexical import TantivyLexicalIndex

SEED = 7
K = 100
ROUNDS = 3

Ask = Callable[[str, bool], Sequence[int]]
"""Takes a question and whether to drop its stop words; gives the ids of the K best, best first."""


# Data


def records(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def split(text: str) -> list[str]:
    """Simple sentences: enough to compare on, the same for all."""
    return [piece for one in re.split(r"(?<=[.!?])\s+|\n{2,}|(?<=[。！？])", text) if (piece := " ".join(one.split()))]


def real_sentences(data: Path) -> list[str]:
    """Each different sentence of the news texts once, in the order of the files."""
    files = [
        "realtimeqa/docs_dev",
        "longtail_shootings/docs",
        "reuters21578_sample/docs",
        "muc4_incidents/dev",
        "time_collection/docs",
        "polnear/dev",
    ]
    texts = (record["text"] for file in files for record in records(data / f"{file}.jsonl.gz"))
    return list(dict.fromkeys(sentence[:1000] for text in texts for sentence in split(text)))


def corpus(real: Sequence[str], size: int) -> list[str]:
    """The real sentences, then varied copies of them up to ``size``."""
    chance = random.Random(SEED)
    words = [word for sentence in real for word in sentence.split()]

    def varied(word: str) -> str:
        if any(map(str.isdigit, word)):
            return re.sub(r"\d+", lambda number: str(chance.randrange(10 ** len(number[0]))), word)
        return words[int(chance.random() * len(words))] if chance.random() < 0.3 else word

    copies = (" ".join(map(varied, real[i % len(real)].split())) for i in range(len(real), size))
    return [*real[:size], *copies]


def six_word_questions(data: Path, count: int) -> list[str]:
    files = ["squad2/questions_dev", "newsquizqa/dev", "realtimeqa/questions_dev"]
    questions = {" ".join(record["question"].split()) for file in files for record in records(data / f"{file}.jsonl.gz")}
    return random.Random(SEED).sample(sorted(one for one in questions if len(one.split()) == 6), count)


@dataclass(frozen=True)
class Suite:
    """Sentences, and questions with the numbers of the sentences that answer them."""

    name: str
    sentences: list[str]
    questions: list[tuple[str, set[int]]]


def labelled(shared: Path, scratch: Path, name: str) -> Suite:
    """A suite of the evaluation folder, made with its own script."""
    folder = scratch / name
    subprocess.run([sys.executable, shared / "eval" / "suites.py", name, folder], check=True, stdout=subprocess.DEVNULL)
    articles = [(record["url"], split(record["text"])) for record in records(folder / "articles.jsonl")]
    gold = [record for record in records(folder / "gold.jsonl") if not record["none"]]
    return suite(name, articles, [(one["question"], set(one["urls"]), one["evidence"]) for one in gold])


def xquad(data: Path, language: str) -> Suite:
    """The same questions in other languages."""
    paragraphs = list(records(data / "xquad" / f"{language}_dev.jsonl.gz"))
    asked = [(qa["question"], {one["para_id"]}, [answer["text"] for answer in qa["answers"]]) for one in paragraphs for qa in one["qas"]]
    return suite(f"xquad {language}", [(one["para_id"], split(one["context"])) for one in paragraphs], asked)


def suite(name: str, articles: Iterable[tuple[str, list[str]]], asked: Iterable[tuple[str, set[str], list[str]]]) -> Suite:
    sentences = [(article, sentence) for article, pieces in articles for sentence in pieces]
    questions = []
    for question, where, evidence in asked:
        wanted = [one.lower() for one in evidence]
        relevant = {
            i for i, (article, sentence) in enumerate(sentences) if article in where and any(one in sentence.lower() for one in wanted)
        }
        if relevant:
            questions.append((question, relevant))
    return Suite(name, [sentence for _, sentence in sentences], questions)


# What is compared


def fts5(sentences: Sequence[str], folder: Path, *, keep_texts: bool) -> Ask:
    """SQLite's full-text index, with porter stemming. Without the texts it is smallest, but cannot forget a sentence (before SQLite 3.43)."""
    base = sqlite3.connect(folder / "fts5.db", isolation_level=None)
    base.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal")
    content = "" if keep_texts else "content='', "
    base.execute(f"CREATE VIRTUAL TABLE sentence USING fts5(text, {content}tokenize='porter unicode61 remove_diacritics 2')")
    base.execute("BEGIN")
    base.executemany("INSERT INTO sentence(rowid, text) VALUES (?, ?)", enumerate(sentences))
    base.execute("COMMIT")
    base.execute("INSERT INTO sentence(sentence) VALUES ('optimize')")
    base.execute("PRAGMA wal_checkpoint(truncate)")
    stop_words = set(STOP_WORDS)

    def ask(question: str, drop: bool) -> list[int]:
        words = list(dict.fromkeys(re.findall(r"\w+", question.lower())))
        asked = [word for word in words if word not in stop_words] if drop else []
        match = " OR ".join(f'"{word}"' for word in asked or words)
        return [row[0] for row in base.execute("SELECT rowid FROM sentence WHERE sentence MATCH ? ORDER BY rank LIMIT ?", (match, K))]

    return ask


def bare_tantivy(
    sentences: Sequence[str],
    folder: Path | None,
    *,
    copies: int = 1,
    stemmed: bool = True,
    counted: bool = True,
    cut: Callable[[str], str] = prepared,
) -> Ask:
    """tantivy with nothing around it, so that choices can be compared. ``cut`` prepares texts and questions; without a folder it is in memory."""

    def analyzer(*stop_words: str) -> TextAnalyzer:
        builder = (
            TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(100)).filter(Filter.ascii_fold()).filter(Filter.lowercase())
        )
        builder = builder.filter(Filter.custom_stopword(list(stop_words)))
        return (builder.filter(Filter.stemmer("English")) if stemmed else builder).build()

    option = "freq" if counted else "basic"
    schema = (
        tantivy.SchemaBuilder()
        .add_integer_field("id", fast=True)
        .add_text_field("text", tokenizer_name="bare", index_option=option)
        .build()
    )
    index = tantivy.Index(schema, str(folder) if folder else None)
    every_word, no_stop_words = analyzer(), analyzer(*STOP_WORDS)
    index.register_tokenizer("bare", every_word)
    writer = index.writer(50_000_000, 1)
    for i, sentence in enumerate(sentences):
        document = tantivy.Document()
        document.add_integer("id", i)
        for _ in range(copies):
            document.add_text("text", cut(sentence))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str, drop: bool) -> list[int]:
        words = dict.fromkeys((drop and no_stop_words.analyze(cut(question))) or every_word.analyze(cut(question)))
        query = Query.boolean_query([(Occur.Should, Query.term_query(schema, "text", word, index_option=option)) for word in words])
        addresses = [address for _, address in searcher.search(query, K, count=False).hits]
        ids: list[Any] = searcher.fast_field_values("id", addresses)
        return ids

    return ask


def rows(start: int, stop: int) -> Rows:
    """Thirty sentences to an article, fifty outlets, a minute from one article to the next."""
    ids = np.arange(start, stop, dtype=np.int64)
    articles = ids // 30
    return Rows(ids, articles, articles % 50, articles * 60)


def adapter(sentences: Sequence[str], folder: Path) -> TantivyLexicalIndex:
    """The index as the program has it: facts for filters, each sentence looked for before it is added, batches as ingest makes them."""
    index = TantivyLexicalIndex.create(folder)
    for start in range(0, len(sentences), 1000):
        texts = sentences[start : start + 1000]
        index.add(rows(start, start + len(texts)), texts)
    index.commit()
    return index


def through(index: TantivyLexicalIndex, scope: Scope | None = None) -> Ask:
    return lambda question, _: [hit.sentence_id for hit in index.search(question, K, scope)]


# Measures


def times_ms(ask: Ask, questions: Sequence[str], drop: bool) -> str:
    """Median and 95th percentile over the questions, in milliseconds; of each question its quickest round, since others share the machine."""

    def once(question: str) -> float:
        began = time.perf_counter()
        ask(question, drop)
        return 1000 * (time.perf_counter() - began)

    quickest = np.min([[once(question) for question in questions] for _ in range(ROUNDS)], axis=0)
    return f"{np.percentile(quickest, 50):.2f} / {np.percentile(quickest, 95):.2f}"


def ndcg_and_recall(ask: Ask, questions: Sequence[tuple[str, set[int]]]) -> str:
    """nDCG@10 with binary gain (Järvelin & Kekäläinen 2002), and the share of questions with an answer among the first 100."""
    gains, recalled = [], []
    for question, relevant in questions:
        ranked = ask(question, True)
        gain = sum(1 / math.log2(rank + 2) for rank, found in enumerate(ranked[:10]) if found in relevant)
        gains.append(gain / sum(1 / math.log2(rank + 2) for rank in range(min(10, len(relevant)))))
        recalled.append(not relevant.isdisjoint(ranked))
    return f"{np.mean(gains):.3f} / {np.mean(recalled):.3f}"


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for line in body:
        print("| " + " | ".join(line) + " |", flush=True)
    print()


def compare(sentences: Sequence[str], questions: Sequence[str], suites: Sequence[Suite], scratch: Path) -> TantivyLexicalIndex:
    """The first table. Returns the adapter's index of all sentences."""
    kept: list[TantivyLexicalIndex] = []

    def with_adapter(sentences: Sequence[str], folder: Path) -> Ask:
        kept.append(adapter(sentences, folder / "index"))
        return through(kept[-1])

    contenders: list[tuple[str, Callable[[Sequence[str], Path], Ask]]] = [
        ("FTS5, no texts (cannot forget)", lambda texts, folder: fts5(texts, folder, keep_texts=False)),
        ("FTS5 with its texts", lambda texts, folder: fts5(texts, folder, keep_texts=True)),
        ("tantivy, bare", bare_tantivy),
        ("tantivy, our adapter", with_adapter),
    ]

    def lines() -> Iterator[list[str]]:
        for name, build in contenders:
            folder = Path(tempfile.mkdtemp(dir=scratch))
            began = time.perf_counter()
            ask = build(sentences, folder)
            took = time.perf_counter() - began
            megabytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
            every_word = "–" if name.endswith("adapter") else times_ms(ask, questions, drop=False)
            ranking = [ndcg_and_recall(build(one.sentences, Path(tempfile.mkdtemp(dir=scratch))), one.questions) for one in suites]
            speed = f"{len(sentences) / took:,.0f}"
            yield [name, f"{took:.1f}", speed, f"{megabytes:.0f}", times_ms(ask, questions, drop=True), every_word, *ranking]

    head = ["index", "built in s", "sentences/s", "MB", "ms p50 / p95", "ms with stop words", *(one.name for one in suites)]
    table(head, lines())
    return kept[0]


def filters(index: TantivyLexicalIndex, questions: Sequence[str]) -> None:
    """The second table: what a filter costs."""
    last = (len(index) // 30) * 60
    scopes = [
        ("none", None),
        ("the newest tenth", Scope(since=last * 9 // 10)),
        ("all but the newest tenth", Scope(until=last * 9 // 10)),
        ("two of fifty outlets", Scope(source_ids=frozenset({3, 7}))),
        ("five articles", Scope(article_keys=frozenset(range(100, 105)))),
        ("5,000 articles", Scope(article_keys=frozenset(range(5000)))),
    ]
    table(["filter", "ms p50 / p95"], ([name, times_ms(through(index, scope), questions, drop=True)] for name, scope in scopes))


def choices(suites: Sequence[Suite]) -> None:
    """The third table: what each choice within tantivy does to the ranking."""
    unspaced = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")

    def in_pairs(text: str) -> str:
        return unspaced.sub(lambda run: f" {' '.join(run[0][i : i + 2] for i in range(max(1, len(run[0]) - 1)))} ", text)

    variants: list[tuple[str, Callable[[Sequence[str]], Ask]]] = [
        ("ours: twice, stems, single characters", lambda texts: bare_tantivy(texts, None, copies=2)),
        ("once (k1 = 1.2)", lambda texts: bare_tantivy(texts, None)),
        ("four times (k1 = 0.3)", lambda texts: bare_tantivy(texts, None, copies=4)),
        ("tf not counted", lambda texts: bare_tantivy(texts, None, copies=2, counted=False)),
        ("no stemming", lambda texts: bare_tantivy(texts, None, copies=2, stemmed=False)),
        ("stop words asked too", lambda texts: asking_all(bare_tantivy(texts, None, copies=2))),
        ("pairs of characters", lambda texts: bare_tantivy(texts, None, copies=2, cut=in_pairs)),
        ("runs of characters whole", lambda texts: bare_tantivy(texts, None, copies=2, cut=str)),
    ]

    def asking_all(ask: Ask) -> Ask:
        return lambda question, _: ask(question, False)

    lines = ([name, *(ndcg_and_recall(build(one.sentences), one.questions) for one in suites)] for name, build in variants)
    table(["choice", *(one.name for one in suites)], lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/ and eval/")
    parser.add_argument("--size", type=int, default=1_000_000, help="sentences in the first two tables")
    parser.add_argument("--questions", type=int, default=100, help="questions that are timed")
    parser.add_argument("--scratch", type=Path, help="where to write; a temporary folder if not given")
    asked = parser.parse_args()
    data = asked.shared / "data"
    with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
        scratch = Path(folder)
        suites = [labelled(asked.shared, scratch, name) for name in ("squad2", "realtimeqa")]
        real = real_sentences(data)
        questions = six_word_questions(data, asked.questions)
        print(
            f"{asked.size:,} sentences, the first {min(len(real), asked.size):,} as they were written; {len(questions)} questions of six words; ",
            end="",
        )
        print(f"k = {K}; SQLite {sqlite3.sqlite_version}, tantivy {version('tantivy')}. Columns of suites: nDCG@10 / recall@100.\n")
        index = compare(corpus(real, asked.size), questions, suites, scratch)
        filters(index, questions)
        choices([*suites, *(xquad(data, language) for language in ("en", "de", "ru", "ar", "zh"))])
        index.close()


if __name__ == "__main__":
    main()
