"""Sentences taken in per second, all stores included, against the plainest program that could search them. Prints a Markdown table.

    python -m benchmarks.ingest --shared ../shared --articles 400 [--repeats 3] [--json FILE]

Ours: ``NewsIndex.ingest`` of articles into an empty folder: cut into sentences, encoded, committed to SQLite with their vectors, FAISS and tantivy
brought up to date and written out. Plain: ``SentenceTransformer.encode`` with its defaults, on the same weights and on the very sentences that
ours makes of those articles, then ``IndexFlatIP.add``; nothing is split, stored or written. Each runs in a fresh process, in turn, and the
clock starts when libraries are imported and models loaded. A sentence that comes twice is encoded twice by the plain program and once by
ours; the last column counts that gain out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measuring import CHILD, described, in_fresh_process, keep, load, machine, median, note, read_gz, table

SEED = 7
GOAL = 1.5
"""At least so many times the plain program's speed."""
OURS, PLAIN = "NewsIndex.ingest, all stores", "SentenceTransformer.encode + IndexFlatIP"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--articles", type=int, default=400, help="articles of RealTime QA, drawn at random; 70 sentences each")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scratch", type=Path, help="where to put the folders; a temporary one if not given")
    parser.add_argument("--models", type=Path, help="folder with exported models; made anew if not given")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        results = compare(options, Path(scratch))
    results["machine"] = machine(("sentence-transformers", "torch", "faiss-cpu", "onnxruntime", "tantivy"), before)
    print(shown(results))
    keep(options.json, results)


def compare(options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Every run of both."""
    articles = list(read_gz(options.shared / "data" / "realtimeqa" / "docs_dev.jsonl.gz"))
    chosen = random.Random(SEED).sample(articles, min(options.articles, len(articles)))
    file = scratch / "articles.json"
    file.write_text(json.dumps([{name: one[name] for name in ("doc_id", "url", "title", "text")} for one in chosen]), encoding="utf-8")
    models = (options.models or scratch / "models").absolute()
    export(models)
    runs: dict[str, list[dict[str, Any]]] = {OURS: [], PLAIN: []}
    for repeat in range(options.repeats):
        for name in (OURS, PLAIN) if repeat % 2 == 0 else (PLAIN, OURS):
            given = {"who": name, "articles": str(file), "models": str(models), "folder": str(scratch / f"data-{repeat}")}
            runs[name].append(in_fresh_process("benchmarks.ingest", given))
            note(f"{name}, {repeat + 1} of {options.repeats}: {runs[name][-1]['seconds']:.1f} s")
    ours = runs[OURS][0]
    assert all(run["sentences"] == ours["sentences"] for of_one in runs.values() for run in of_one), "not the same sentences"
    facts = {name: ours[name] for name in ("sentences", "encoded", "mean_chars")}
    times = {of: {name: [run[of] for run in of_one] for name, of_one in runs.items()} for of in ("seconds", "cpu_seconds")}
    return {"articles": len(chosen), **facts, **times}


def shown(results: dict[str, Any]) -> str:
    """The table, and what one needs to know to read it."""
    sentences, encoded = results["sentences"], results["encoded"]
    best, middle = ({name: sentences / pick(times) for name, times in results["seconds"].items()} for pick in (min, median))

    def row(name: str) -> list[str]:
        ratios = [speed[name] / speed[PLAIN] for speed in (best, middle)]
        without_repeats = ratios[1] * (encoded / sentences if name == OURS else 1)
        cpu_ms = 1000 * median(results["cpu_seconds"][name]) / sentences
        speeds = [f"{best[name]:.0f}", f"{middle[name]:.0f}", *(f"{ratio:.2f}" for ratio in ratios)]
        return [name, *speeds, f"{without_repeats:.2f}", f"{cpu_ms:.2f}"]

    head = ["", "sentences/s, best", "median", "ratio, best", f"ratio, median (goal {GOAL})", "median, repeats counted out"]
    head.append("CPU ms a sentence")
    facts = (
        f"{results['articles']} articles, {sentences:,} sentences of {results['mean_chars']:.0f} characters on average, {encoded:,} of them "
        f"different; {len(results['seconds'][OURS])} runs of each, in turn. {described(results['machine'])}"
    )
    return f"{table(head, [row(OURS), row(PLAIN)])}\n\n{facts}"


# In a process of its own


def run(given: dict[str, Any]) -> dict[str, Any]:
    """One run of one of the two."""
    articles = json.loads(Path(given["articles"]).read_text(encoding="utf-8"))
    return run_ours(articles, Path(given["folder"]), Path(given["models"])) if given["who"] == OURS else run_plain(articles)


def run_ours(articles: list[dict[str, str]], folder: Path, models: Path) -> dict[str, Any]:
    from index import ArticleDraft, open_index

    drafts = [ArticleDraft(one["text"], one["url"], one["title"], "RealTime QA", id=one["doc_id"]) for one in articles]
    with open_index(folder, models_dir=models) as index, timed() as times:
        report = index.ingest(drafts)
    assert report.new == len(drafts), report
    mean_chars = sum(map(len, sentences_of(articles))) / report.sentences
    return times | {"sentences": report.sentences, "encoded": report.encoded, "mean_chars": mean_chars}


def run_plain(articles: list[dict[str, str]]) -> dict[str, Any]:
    import faiss

    from index.build import DEFAULT_ENCODER
    from index.models.locate import locate
    from index.models.transformer_encoder import load_transformer

    model = load_transformer(locate(DEFAULT_ENCODER))
    sentences = sentences_of(articles)
    model.encode(sentences[:1], show_progress_bar=False)  # what torch does once, at its first call, is left out too
    with timed() as times:
        vectors = model.encode(sentences, show_progress_bar=False)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
    return times | {"sentences": index.ntotal}


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Seconds that pass, and seconds of work on all processors, filled in at the end of the ``with``."""
    times: dict[str, float] = {}
    started, cpu_started = time.perf_counter(), time.process_time()
    yield times
    times |= {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu_started}


def sentences_of(articles: list[dict[str, str]]) -> list[str]:
    from index.text.sentences import split

    return [one["text"][span.start : span.end] for one in articles for span in split(one["text"])]


def export(models: Path) -> None:
    """Have the encoder's export lie ready, which is done once in an index's life."""
    from index.build import prepare_models

    prepare_models(models, reranker=None)
    note(f"models are ready in {models}")


if __name__ == "__main__":
    if sys.argv[1:] == [CHILD]:
        json.dump(run(json.load(sys.stdin)), sys.stdout)
    else:
        main()
