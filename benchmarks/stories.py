"""How well articles are grouped into stories, by what they are compared with. Run by hand; prints Markdown tables.

    python -m benchmarks.stories --shared ../shared [--models DIR] [--no-vectors] [--json FILE]

Three sets in which people said which articles tell of one event: ECB+ (each topic has two similar events, and nothing is dated, so that everything is
within the window: the hardest case), BASIL (55 events in three outlets), and local reports of shootings (1,826 incidents; a quarter of the pairs are
more than three days apart and cannot be found). Articles come by date, in the blocks of an ingest, each placed among those before it; once more
they come in no order. Scores are B-cubed and pairwise, over all articles.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import described, keep, load, machine, note, read_gz, table
from index.intake import stories
from index.intake.stories import DAY_S, Dated, Rarity, Terms, block_start, compare, place, rarity_in, terms_of

SEED = 5
THRESHOLDS = (0.06, 0.08, 0.10, 0.12, 0.14, 0.2)
COSINES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
WINDOWS = (1, 2, 3, 5, 7, 14)
SENTENCES = 5
"""The first so many make an article's vector: more were no better, fewer worse."""

Alike = Callable[[Sequence[Dated], Sequence[Dated], Rarity], Any]


@dataclass(frozen=True)
class Report:
    """An article, and which event it tells of."""

    event: str
    title: str | None
    text: str
    published: int


def main() -> None:
    """Read, place, score, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--models", type=Path, help="folder with exported models; made anew if not given")
    parser.add_argument("--no-vectors", action="store_true", help="leave out the encoder's vectors, which take some minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    sets = {"ECB+": ecb(options.shared), "BASIL": basil(options.shared), "shootings": shootings(options.shared)}
    rows = [row(f"**words, at {at:.2f}**" if at == stories.ALIKE else f"words, at {at:.2f}", sets, threshold=at) for at in THRESHOLDS]
    rows += [
        row(f"words, rarity to the power of {power}, at {at}", sets, threshold=at, power=power) for power, at in ((1.0, 0.12), (2.0, 0.06))
    ]
    rows += [row(f"words, at {stories.ALIKE:.2f}, in no order", sets, mixed=True)]
    rows += [row(f"names alone, at {at}", sets, threshold=at, alike=names) for at in (0.1, 0.15, 0.2)]
    if not options.no_vectors:
        with tempfile.TemporaryDirectory() as scratch:
            vectors = encoded(sets, options.models or Path(scratch))
        rows += [row(f"vectors, at {at}", sets, threshold=at, alike=vectors) for at in COSINES]
    windows = [row(f"{days} days", {"shootings": sets["shootings"]}, days=days) for days in WINDOWS]
    results = {"sizes": {name: len(reports) for name, reports in sets.items()}, "rows": rows, "windows": windows}
    results["machine"] = machine(("numpy", "scipy"), before)
    print(shown(results))
    keep(options.json, results)


# Placing


def row(
    name: str,
    sets: dict[str, list[Report]],
    *,
    threshold: float = stories.ALIKE,
    power: float = stories.RARITY_POWER,
    days: int = stories.WINDOW_DAYS,
    alike: Alike | None = None,
    background: int = stories.BACKGROUND,
    mixed: bool = False,
) -> dict[str, Any]:
    """The scores of one way on every set."""
    numbers: dict[str, Any] = {"ALIKE": threshold, "RARITY_POWER": power, "WINDOW_DAYS": days}
    if alike is not None:
        numbers["_alike"] = alike
    with changed(**numbers):
        scores = {of: score(reports, placed(reports, background, mixed=mixed)) for of, reports in sets.items()}
    note(f"{name}: {scores}")
    return {"name": name, "scores": scores}


@contextmanager
def changed(**numbers: Any) -> Iterator[None]:
    """Other numbers, or another way to compare, for the length of a ``with``."""
    kept = {name: getattr(stories, name) for name in numbers}
    try:
        for name, number in numbers.items():
            setattr(stories, name, number)
        yield
    finally:
        for name, number in kept.items():
            setattr(stories, name, number)


def placed(reports: Sequence[Report], background: int, *, mixed: bool = False) -> list[int]:
    """The story of each report. mixed: they come in no order."""
    order = list(range(len(reports)))
    if mixed:
        random.Random(SEED).shuffle(order)
    else:
        order.sort(key=lambda i: (reports[i].published, i))
    articles = [Dated(key, reports[i].published // DAY_S, _terms(reports[i]), None) for key, i in enumerate(order, start=1)]
    done: list[Dated] = []
    for _, several in groupby(articles, key=lambda one: block_start(one.key)):
        block = list(several)
        days = {one.day for one in block}
        rarity = rarity_in([one.terms for one in done[-background:]])
        around = [one for one in done if min(days) - stories.WINDOW_DAYS <= one.day <= max(days) + stories.WINDOW_DAYS]
        found = place(block, compare(block, around, rarity), rarity)
        done += [replace(one, story=found[one.key]) for one in block]
    numbers = {i: one.story for i, one in zip(order, done, strict=True)}
    return [numbers[i] or 0 for i in range(len(reports))]


def _terms(report: Report) -> Terms:
    """The terms, and on them the report, so that another way to compare can look at more than terms."""
    terms = terms_of(report.title, report.text).view(_Labelled)
    terms.report = report
    return terms


class _Labelled(np.ndarray):
    """Terms that know their report."""

    report: Report


_AFTER_A_WORD = re.compile(r"(?:(?<=[^\W\d_] )|(?<=[^\W\d_], ))\w+")


def names(articles: Sequence[Dated], others: Sequence[Dated], rarity: Rarity) -> Any:
    """By names alone: capitalised words within sentences. How rare they are is counted over all words, which for a name is much the same."""
    named, of_others = ([replace(one, terms=_names(one.terms)) for one in some] for some in (articles, others))
    return _alike(named, of_others, rarity)


def _names(terms: Terms) -> Terms:
    text = " ".join(terms.report.text[:4800].split())  # type: ignore[attr-defined]
    return terms_of(None, " ".join(word for word in _AFTER_A_WORD.findall(text) if word[0].isupper()) or "none")


_alike = stories._alike


def encoded(sets: dict[str, list[Report]], models: Path) -> Alike:
    """By vectors: the cosines of the means of the first sentences'."""
    from index.build import DEFAULT_ENCODER
    from index.models.choose import load_encoder
    from index.text.sentences import split

    encoder = load_encoder(DEFAULT_ENCODER, models, threads=2)
    everything = [report.text for reports in sets.values() for report in reports]
    firsts = {text: [text[span.start : span.end] for span in split(text)[:SENTENCES]] for text in everything}
    texts = list({sentence for sentences in firsts.values() for sentence in sentences})
    note(f"encoding {len(texts)} sentences")
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    note("encoded")

    means = {text: np.sum([vectors[sentence] for sentence in sentences], axis=0) for text, sentences in firsts.items()}
    rows = {text: mean / np.linalg.norm(mean) for text, mean in means.items()}

    def cosines(articles: Sequence[Dated], others: Sequence[Dated], rarity: Rarity) -> Any:
        del rarity
        if not articles or not others:
            return np.zeros((len(articles), len(others)))
        left, right = (np.stack([rows[one.terms.report.text] for one in some]) for some in (articles, others))  # type: ignore[attr-defined]
        return left @ right.T

    return cosines


# Scoring


def score(reports: Sequence[Report], found: Sequence[int]) -> dict[str, float]:
    """B-cubed precision and recall, and pairwise."""
    ours, theirs, both = (
        Counter(one) for one in (found, [report.event for report in reports], zip(found, (r.event for r in reports), strict=True))
    )
    keys = list(zip(found, (report.event for report in reports), strict=True))
    precision = float(np.mean([both[key] / ours[key[0]] for key in keys]))
    recall = float(np.mean([both[key] / theirs[key[1]] for key in keys]))
    pairs = [sum(n * (n - 1) // 2 for n in counts.values()) for counts in (both, ours, theirs)]
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "pair_precision": pairs[0] / max(1, pairs[1]),
        "pair_recall": pairs[0] / pairs[2],
    }


# Data and tables


def ecb(shared: Path) -> list[Report]:
    """ECB+: tokens put together again, the line with the address left out, in an order that tells nothing."""
    reports = []
    for one in read_gz(shared / "data" / "ecbplus" / "dev.jsonl.gz"):
        lines = [line for line in one["sentences"] if not line.startswith("http :")]
        text = re.sub(r"\s+([.,;:!?%)\]'’])", r"\1", " ".join(lines)).replace(" n't", "n't").replace("`` ", '"').replace(" ''", '"')
        reports.append(Report(one["event_cluster"], None, text, 0))
    return random.Random(SEED).sample(reports, len(reports))


def basil(shared: Path) -> list[Report]:
    """BASIL."""
    rows = read_gz(shared / "data" / "basil" / "dev.jsonl.gz")
    return [
        Report(one["triplet"], one["title"], "\n\n".join(" ".join(part) for part in one["paragraphs"]), day(one["date"])) for one in rows
    ]


def shootings(shared: Path) -> list[Report]:
    """The articles of the incidents of the development split, each once."""
    folder = shared / "data" / "longtail_shootings"
    articles = {one["doc_id"]: one for one in read_gz(folder / "docs.jsonl.gz")}
    incidents = {doc: one["incident_id"] for one in read_gz(folder / "incidents_dev.jsonl.gz") for doc in one["doc_ids"]}
    known = ((articles[doc], incident) for doc, incident in incidents.items() if doc in articles and articles[doc]["text"].strip())
    return [Report(incident, one["title"], one["text"], day(one["date"])) for one, incident in known]


def day(date: str) -> int:
    """Its beginning, in seconds since 1970."""
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())


def shown(results: dict[str, Any]) -> str:
    """The tables."""

    def cells(scores: Iterable[dict[str, float]]) -> list[str]:
        kinds = ("precision", "recall", "f1", "pair_precision", "pair_recall")
        return [" / ".join(f"{one[kind]:.3f}" for kind in kinds) for one in scores]

    sizes = results["sizes"]
    head = ["compared by", *(f"{name} ({size}): B³ P / R / F, pairs P / R" for name, size in sizes.items())]
    first = table(head, [[one["name"], *cells(one["scores"].values())] for one in results["rows"]])
    second = table(["window", "shootings"], [[one["name"], *cells(one["scores"].values())] for one in results["windows"]])
    return f"{first}\n\n{second}\n\n{described(results['machine'])}"


if __name__ == "__main__":
    main()
