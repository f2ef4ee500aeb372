"""How well copies are found, and what it costs, against MinHash of two libraries. Run by hand; prints Markdown tables.

    python -m benchmarks.copies --shared ../shared [--json FILE]

Pairs of three kinds:

- *Judged*: of 5,338 Reuters articles of March 1987, all pairs within 36 hours whose titles share half of their words and two at least (398: snaps,
  their longer versions, corrections, and notices that are sent daily in the same words), and all other pairs of which the shorter shares 45 % of
  its runs of four words, and twelve of them at least, with the longer (188). They were judged by hand from titles and the beginnings of both texts
  side by side, those that share nine tenths of their runs all but unread; ``copies_judged.json`` holds the verdicts. Tables of figures that two
  people drew up from one announcement, and pairs that could be called either way, are counted apart.
- *Made*: articles of at least 120 words that are no tables, every fourth of them, cut and edited as outlets do.
- *Told anew*: what three annotators wrote of the same day of the same event (``event_updates``). Held to be no copies, though eight of the pairs
  are the same word for word, or nearly.

Libraries that are not installed are passed over: ``pip install datasketch rensa``.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import itertools
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import described, keep, load, machine, note, read_gz, table
from index.build import SystemClock
from index.domain.articles import ArticleDraft, Span
from index.intake import copies
from index.intake.copies import carried, wording, words
from index.intake.grouping import Grouping
from index.intake.pipeline import text_digest
from index.ports.articles import ArticleWrite
from index.ports.models import Encoder, Progress, Vectors
from index.store.articles import SqlArticleStore
from index.store.database import connect, migrate, sqlite_url
from index.store.groups import SqlGroupStore

Pair = tuple[int, int]
Found = Callable[[Sequence[str]], set[Pair]]

JUDGED = Path(__file__).with_name("copies_judged.json")
PERMUTATIONS = 128
RUN_WORDS = copies.RUN_WORDS
THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
SEED = 1
_BLOCK = 200


def main() -> None:
    """Read, find, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    articles = list(read_gz(options.shared / "data" / "reuters21578_sample" / "docs.jsonl.gz"))
    judged = read_judged(articles)
    results: dict[str, Any] = {"judged": {name: len(pairs) for name, pairs in judged.items()}}
    results["methods"] = [measure(name, find, articles, judged) for name, find in methods(articles)]
    results["thresholds"] = thresholds(articles, judged)
    results["made"] = made(articles)
    results["told_anew"] = told_anew(list(read_gz(options.shared / "data" / "event_updates" / "dev.jsonl.gz")))
    results["machine"] = machine(("numpy", "SQLAlchemy"), before)
    print(shown(results))
    keep(options.json, results)


# Whole sets


def methods(articles: Sequence[dict[str, Any]]) -> Iterable[tuple[str, Found]]:
    """Each way to find the pairs of a whole set, with a name."""
    yield "**ours**: groups, from the database", lambda texts: grouped(articles, texts)
    yield "ours, every pair", compared
    yield "… names and figures not asked for", lambda texts: compared(texts, NAMES_KEPT=0.0)
    yield "… nor 50 runs", lambda texts: compared(texts, NAMES_KEPT=0.0, ENOUGH_RUNS=0)
    if importlib.util.find_spec("datasketch"):
        for threshold in (0.3, 0.5, 0.7):
            yield f"datasketch MinHashLSH, Jaccard {threshold}", lambda texts, at=threshold: by_datasketch(texts, at)  # type: ignore[misc]
        yield "datasketch LSH ensemble, containment 0.5", lambda texts: by_ensemble(texts, 0.5)
    if importlib.util.find_spec("rensa"):
        for threshold in (0.3, 0.5, 0.7):
            yield f"rensa RMinHashLSH, Jaccard {threshold}", lambda texts, at=threshold: by_rensa(texts, at)  # type: ignore[misc]


def measure(name: str, find: Found, articles: Sequence[dict[str, Any]], judged: dict[str, set[Pair]]) -> dict[str, Any]:
    """Precision and recall on the judged pairs, and time for each article."""
    started = time.perf_counter()
    found = find([one["text"] for one in articles])
    seconds = time.perf_counter() - started
    note(f"{name}: {seconds:.1f} s")
    right = len(found & judged["copies"])
    neither = judged["same_table"] | judged["unsure"]
    wrong = found - judged["copies"] - neither
    return {
        "name": name,
        "recall": right / len(judged["copies"]),
        "precision": right / max(1, right + len(wrong)),
        "tables": len(found & judged["same_table"]),
        "unsure": len(found & judged["unsure"]),
        "unjudged": len(wrong - judged["different"]),
        "ms": 1000 * seconds / len(articles),
    }


def grouped(articles: Sequence[dict[str, Any]], texts: Sequence[str]) -> set[Pair]:
    """The pairs that end in one group when all articles are taken in and grouped, as an ingest does it; every article is one sentence."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(sqlite_url(Path(folder) / "dateline.db"))
        migrate(engine)
        store = SqlArticleStore(engine, Path(folder), SystemClock())
        for start in range(0, len(texts), _BLOCK):
            batch = []
            for one, text in zip(articles[start : start + _BLOCK], texts[start : start + _BLOCK], strict=True):
                draft, digest = ArticleDraft(text, published_at=published(one)), text_digest(text)
                batch.append(ArticleWrite(draft, one["doc_id"], None, None, digest, (Span(0, len(text)),), (digest,)))
            store.write(batch, _NoEncoder(), {})
        Grouping(SqlGroupStore(engine, SystemClock())).run()
        members: defaultdict[int, list[int]] = defaultdict(list)
        for place, article in enumerate(store.articles()):
            if article.copy_group is not None:
                members[article.copy_group].append(place)
        engine.dispose()
    return {pair for places in members.values() for pair in itertools.combinations(places, 2)}


class _NoEncoder(Encoder):
    """For a store that is given no vectors."""

    fingerprint, name, dimension = "none", "none", 1

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        raise NotImplementedError

    def encode_question(self, question: str) -> Vectors:
        raise NotImplementedError

    def is_word(self, word: str) -> bool:
        raise NotImplementedError


@contextmanager
def ruled(**numbers: float) -> Iterator[None]:
    """Other numbers in the rules for the length of a ``with``."""
    kept = {name: getattr(copies, name) for name in numbers}
    try:
        for name, number in numbers.items():
            setattr(copies, name, number)
        yield
    finally:
        for name, number in kept.items():
            setattr(copies, name, number)


def compared(texts: Sequence[str], **numbers: float) -> set[Pair]:
    """Every pair that shares a mark, compared by the rules, or by other numbers in them."""
    worded = [wording(text) for text in texts]
    with ruled(**numbers):
        return {(one, two) for one, two in candidates([each.marks for each in worded]) if carried(worded[one], worded[two])}


def candidates(marks: Sequence[Iterable[int]]) -> set[Pair]:
    """Pairs with a mark in common."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(marks):
        for mark in each:
            holders[mark].append(place)
    return {pair for places in holders.values() for pair in itertools.combinations(places, 2)}


def by_datasketch(texts: Sequence[str], threshold: float) -> set[Pair]:
    """MinHash with banding; a pair counts if its estimated Jaccard similarity reaches the threshold."""
    datasketch = importlib.import_module("datasketch")
    index = datasketch.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    sketches = [_datasketch(text) for text in texts]
    found = set()
    for place, sketch in enumerate(sketches):
        found |= {(other, place) for other in index.query(sketch) if sketches[other].jaccard(sketch) >= threshold}
        index.insert(place, sketch)
    return found


def by_ensemble(texts: Sequence[str], threshold: float) -> set[Pair]:
    """The ensemble for containment: which larger sets hold so much of this one. It is built at once and takes nothing more."""
    datasketch = importlib.import_module("datasketch")
    index = datasketch.MinHashLSHEnsemble(threshold=threshold, num_perm=PERMUTATIONS, num_part=16)
    sketches = [_datasketch(text) for text in texts]
    sizes = [max(1, len(runs(text))) for text in texts]
    index.index([(place, sketch, size) for place, (sketch, size) in enumerate(zip(sketches, sizes, strict=True))])
    found = set()
    for place, (sketch, size) in enumerate(zip(sketches, sizes, strict=True)):
        for other in index.query(sketch, size):
            both = sketch.jaccard(sketches[other]) * (size + sizes[other]) / (1 + sketch.jaccard(sketches[other]))
            if other != place and both / min(size, sizes[other]) >= threshold:
                found.add((min(place, other), max(place, other)))
    return found


def _datasketch(text: str) -> Any:
    sketch = importlib.import_module("datasketch").MinHash(num_perm=PERMUTATIONS)
    sketch.update_batch([run.encode() for run in runs(text)])
    return sketch


def by_rensa(texts: Sequence[str], threshold: float) -> set[Pair]:
    """The same in Rust."""
    rensa = importlib.import_module("rensa")
    index = rensa.RMinHashLSH(threshold, PERMUTATIONS, 32 if threshold <= 0.5 else 16)
    sketches: list[Any] = []
    found = set()
    for place, text in enumerate(texts):
        sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        sketch.update(runs(text))
        found |= {(other, place) for other in index.query(sketch) if sketches[other].jaccard(sketch) >= threshold}
        index.insert(place, sketch)
        sketches.append(sketch)
    return found


def runs(text: str) -> list[str]:
    """The runs of five words, each once."""
    tokens = words(text)
    return list({" ".join(tokens[start : start + RUN_WORDS]) for start in range(len(tokens) - RUN_WORDS + 1)})


# Pairs one by one


def thresholds(articles: Sequence[dict[str, Any]], judged: dict[str, set[Pair]]) -> list[dict[str, Any]]:
    """Precision and recall of the comparison by the share that has to be contained; of all days, and of the first and the second half of them."""
    worded = [wording(one["text"]) for one in articles]
    times = [int(published(one).timestamp()) for one in articles]
    middle = sorted(times)[len(times) // 2]
    rows = []
    for threshold in THRESHOLDS:
        with ruled(CONTAINED=threshold):
            found = {kind: {(a, b) for a, b in of if carried(worded[a], worded[b])} for kind, of in judged.items()}
        row: dict[str, Any] = {"threshold": threshold}
        for name, since, until in (("all", 0, max(times)), ("first", 0, middle), ("second", middle + 1, max(times))):
            right, wrong, there = (
                sum(since <= times[a] <= until for a, _ in of) for of in (found["copies"], found["different"], judged["copies"])
            )
            row[name] = (right / max(1, right + wrong), right / there)
        rows.append(row)
    return rows


def made(articles: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Recall of cut and edited articles: of the comparison alone, and of finding them by marks among all others first."""
    chosen = [place for place, one in enumerate(articles) if len(one["text"].split()) >= 120 and not re.search(r"\bvs\b", one["text"])][::4]
    chance = random.Random(SEED)
    worded = [wording(one["text"]) for one in articles]
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(worded):
        for mark in each.marks:
            holders[mark].append(place)
    recall = {}
    for name, edit in edits(articles, chance).items():
        alike = found = 0
        for place in chosen:
            edited = wording(edit(articles[place]["text"]))
            is_copy = carried(edited, worded[place]) > 0
            shared = Counter(holder for mark in edited.marks for holder in holders[mark])
            nearest = [holder for holder, _ in shared.most_common(8)]
            alike += is_copy
            found += is_copy and place in nearest and (shared[place] >= 2 or len(edited.marks) <= 8)
        recall[name] = (alike / len(chosen), found / len(chosen))
    return {"articles": len(chosen), "recall": recall, "marks": sum(len(each.marks) for each in worded) / len(worded)}


def edits(articles: Sequence[dict[str, Any]], chance: random.Random) -> dict[str, Callable[[str], str]]:
    """What outlets do to wire copy."""
    vocabulary = [word for one in articles[:300] for word in one["text"].split()]

    def sentences(text: str) -> list[str]:
        return re.split(r"(?<=[.])\s+", " ".join(text.split()))

    def beginning(text: str, share: float) -> str:
        tokens = text.split()
        return " ".join(tokens[: max(40, int(len(tokens) * share))])

    def another(text: str) -> str:
        lead = sentences(chance.choice(articles)["text"])[0]
        return f"LONDON (Our own staff) - {lead} {' '.join(sentences(text)[1:])}"

    return {
        "cut to its first half": lambda text: beginning(text, 0.5),
        "cut to its first third": lambda text: beginning(text, 0.33),
        "its last third alone": lambda text: " ".join(text.split()[-max(40, len(text.split()) // 3) :]),
        "every third sentence or so left out": lambda text: " ".join(one for one in sentences(text) if chance.random() > 0.3),
        "another first sentence and a dateline": another,
        "one word in 20 another": lambda text: " ".join(
            chance.choice(vocabulary) if chance.random() < 1 / 20 else word for word in text.split()
        ),
        "one word in 12 another": lambda text: " ".join(
            chance.choice(vocabulary) if chance.random() < 1 / 12 else word for word in text.split()
        ),
        "twice as long, with another article behind it": lambda text: f"{text} {chance.choice(articles)['text']}",
    }


def told_anew(updates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many of the annotators' pairs are taken for copies, at several thresholds."""
    by_day: defaultdict[tuple[str, str], list[copies.Wording]] = defaultdict(list)
    for one in updates:
        by_day[one["event"], one["date"]].append(wording(one["update"]))
    pairs = [
        pair
        for several in by_day.values()
        for pair in itertools.combinations(several, 2)
        if min(len(one.runs) for one in pair) >= copies.MIN_RUNS
    ]
    found = {}
    for threshold in THRESHOLDS:
        with ruled(CONTAINED=threshold):
            found[str(threshold)] = sum(carried(one, two) > 0 for one, two in pairs)
    return {"pairs": len(pairs), "found": found}


# Data and tables


def read_judged(articles: Sequence[dict[str, Any]]) -> dict[str, set[Pair]]:
    """The verdicts, as places in ``articles``."""
    place = {one["doc_id"]: i for i, one in enumerate(articles)}
    verdicts = json.loads(JUDGED.read_text(encoding="utf-8"))
    return {name: {(place[one], place[two]) for one, two in pairs} for name, pairs in verdicts.items()}


def published(article: dict[str, Any]) -> datetime:
    """When an article was sent; Reuters' clock is taken for UTC."""
    return datetime.strptime(article["date"].split(".")[0].strip(), "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)


def shown(results: dict[str, Any]) -> str:
    """The tables."""
    head = ["5,338 Reuters articles", "precision", "recall", "tables", "unsure", "unjudged", "ms an article"]
    methods = [
        [
            one["name"],
            f"{one['precision']:.3f}",
            f"{one['recall']:.3f}",
            *(str(one[name]) for name in ("tables", "unsure", "unjudged")),
            f"{one['ms']:.2f}",
        ]
        for one in results["methods"]
    ]
    sweep = [
        [
            f"{row['threshold']}",
            *(f"{figure:.3f}" for half in ("all", "first", "second") for figure in row[half]),
            str(results["told_anew"]["found"][str(row["threshold"])]),
        ]
        for row in results["thresholds"]
    ]
    made = [[name, f"{alike:.3f}", f"{found:.3f}"] for name, (alike, found) in results["made"]["recall"].items()]
    parts = [
        f"Judged pairs: {results['judged']}.",
        table(head, methods),
        table(
            [
                "contained",
                "precision",
                "recall",
                "P, first half",
                "R",
                "P, second half",
                "R",
                f"of {results['told_anew']['pairs']} told anew",
            ],
            sweep,
        ),
        table([f"{results['made']['articles']} articles, made into", "is a copy", "and is found among 5,338"], made),
        f"{results['made']['marks']:.1f} marks an article. {described(results['machine'])}",
    ]
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
