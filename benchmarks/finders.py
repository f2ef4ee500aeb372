"""What the finding of candidates brings in the end, once they are reranked as what serves does it. Folders and suites as for `benchmarks.retrieval`.

    python -m benchmarks.finders --shared ../shared [--keep DIR] [--questions N] [--as-indexed]

In one run: which text is embedded (with headline, with outlet and date), by which encoder or by both, whether words are counted with the
headline, how the rankings are weighed and with which constant they are fused, and how many passages are read whole. All answerable questions, or
the first N; differences with 95% intervals by a paired bootstrap. Vectors are kept in DIR. Prints Markdown; docs/decisions/0005-retrieval.md
holds the outcome.
"""

from __future__ import annotations

import argparse
import runpy
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.candidates import Sentence, bge, by_words, coverage, nearest, served
from benchmarks.measuring import note
from benchmarks.quality import SUITES
from benchmarks.retrieval import Asked, Variant, first_good, measured, opened, searched
from index import NewsIndex
from index.domain.passages import Hit
from index.ports.models import Vectors
from index.search.fusion import RANK_CONSTANT

MINILM, BGE = "MiniLM, sentence", "bge-small, sentence"
WORDS, HEADED = "BM25, sentence", "BM25, headline + sentence"
EMBEDDED = {
    "MiniLM, headline + sentence": (0, "headline + sentence"),
    "MiniLM, outlet and date + sentence": (0, "outlet and date + sentence"),
    BGE: (1, "sentence"),
    "bge-small, headline + sentence": (1, "headline + sentence"),
}
"""What is embedded, by which of the two encoders, beside the sentence by MiniLM, which serves."""
COUNTED = {HEADED: "headline + sentence", "BM25, headline + with neighbours": "headline + with neighbours"}
"""What the words are counted in, beside the sentence."""


@dataclass(frozen=True)
class Way:
    """Rankings, how much each weighs, and how they are fused and read."""

    rankings: Mapping[str, float]
    constant: int = RANK_CONSTANT
    wholes: int | None = None
    """How many passages are read whole; None for as many as serves."""

    @property
    def name(self) -> str:
        """For the table."""
        said = "; ".join(name if weight == 1 else f"{name} ({weight:g})" for name, weight in self.rankings.items())
        constant = "" if self.constant == RANK_CONSTANT else f"; k {self.constant}"
        return said + constant + ("" if self.wholes is None else f"; {self.wholes} read whole")

    def asked(self, variant: Variant) -> Variant:
        """The variant of `benchmarks.retrieval` that ranks this way."""
        return variant if self.wholes is None else Variant(variant.name, wholes=self.wholes)


SERVES = Way({MINILM: 1, WORDS: 1})
WAYS = (
    SERVES,
    Way({MINILM: 1, HEADED: 1}),
    Way({MINILM: 1, WORDS: 1, HEADED: 1}),
    Way({MINILM: 1, "BM25, headline + with neighbours": 1}),
    Way({"MiniLM, headline + sentence": 1, HEADED: 1}),
    Way({"MiniLM, outlet and date + sentence": 1, WORDS: 1}),
    Way({"MiniLM, outlet and date + sentence": 1, HEADED: 1}),
    Way({BGE: 1, WORDS: 1}),
    Way({BGE: 1, HEADED: 1}),
    Way({"bge-small, headline + sentence": 1, HEADED: 1}),
    Way({MINILM: 1, BGE: 1, WORDS: 1}),
    Way({MINILM: 1, BGE: 1, HEADED: 1}),
    Way({MINILM: 1, BGE: 1, HEADED: 2}),
    Way({MINILM: 2, WORDS: 1}),
    Way({MINILM: 1, WORDS: 2}),
    *(Way({MINILM: 1, WORDS: 1}, constant=constant) for constant in (5, 10, 60, 200)),
    Way({MINILM: 1, HEADED: 1}, constant=10),
    Way({MINILM: 1, WORDS: 1, HEADED: 1}, constant=10),
    Way({MINILM: 1, WORDS: 1}, constant=10, wholes=8),
    Way({MINILM: 1, WORDS: 1}, wholes=8),
    Way({MINILM: 1, HEADED: 1}, wholes=8),
    Way({MINILM: 1, HEADED: 1}, constant=10, wholes=8),
    Way({MINILM: 1, BGE: 1, HEADED: 1}, wholes=8),
)


def main() -> None:
    """Find in every way, rerank, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder for suites, indexes and vectors, reused if they are there")
    parser.add_argument("--questions", type=int, help="only so many of each suite")
    parser.add_argument("--suites", nargs="*", default=SUITES)
    parser.add_argument("--as-indexed", action="store_true", help="only ways that need no other index than those that serve")
    options = parser.parse_args()
    holds = runpy.run_path(str(options.shared / "eval" / "score.py"))["holds"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        for suite in options.suites:
            with opened(suite, options.shared.resolve(), folder) as (index, golds):
                asked = [gold for gold in golds if not gold["none"]][: options.questions]
                ways = [way for way in WAYS if not options.as_indexed or way.rankings.keys() <= {MINILM, WORDS}]
                print(f"## {suite}, {len(asked)} questions\n\n{compare(index, asked, ways, folder / suite, holds)}\n", flush=True)


def compare(
    index: NewsIndex, golds: Sequence[dict[str, Any]], ways: Sequence[Way], folder: Path, holds: Callable[[str, list[str]], bool]
) -> str:
    """Markdown: evidence@1, evidence@5, mrr@10 of each way, with differences to what serves."""
    rankings = found(index, golds, {name for way in ways for name in way.rankings}, folder)
    variant = Variant("finders")
    ranks: dict[str, list[float]] = {way.name: [] for way in ways}
    for number, gold in enumerate(golds):
        asked = Asked(index, gold, [hits[number] for hits in rankings.values()])
        for way in ways:
            lists = [rankings[name][number] for name in way.rankings]
            windows = asked.ranked(lists, way.asked(variant), list(way.rankings.values()), way.constant)
            ranks[way.name].append(first_good([(one.sentences[0].article.url, one.text) for one in windows], gold, holds))
    base = np.array(ranks[SERVES.name])
    rows = ["| candidates | evidence@1 | evidence@5 | mrr@10 |", "|---|---:|---:|---:|"]
    for name, of in ranks.items():
        cells = measured(np.array(of), base, is_base=name == SERVES.name)
        rows.append(f"| {f'**{name}** (serves)' if name == SERVES.name else name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def found(index: NewsIndex, golds: Sequence[dict[str, Any]], wanted: Set[str], folder: Path) -> dict[str, list[list[Hit]]]:
    """Of each ranking that is wanted, what it finds for each question."""
    served_by = [searched(index, gold["question"]) for gold in golds]
    rankings = {MINILM: [dense for dense, _ in served_by], WORDS: [lexical for _, lexical in served_by]}
    if wanted <= rankings.keys():
        return rankings
    sentences = coverage(index)
    encoders = (served(index), bge())
    for name in EMBEDDED.keys() & wanted:
        which, kind = EMBEDDED[name]
        encode, encode_question = encoders[which]
        questions = np.concatenate([encode_question(gold["question"]) for gold in golds])
        rankings[name] = nearest(questions, vectors(sentences, kind, encode, folder / f"vectors-{name.replace(' ', '_')}.npy"), sentences)
        note(f"{name}: found")
    for name in COUNTED.keys() & wanted:
        rankings[name] = by_words(sentences, COUNTED[name], [gold["question"] for gold in golds])
    return rankings


def vectors(sentences: Sequence[Sentence], kind: str, encode: Callable[[Sequence[str]], Vectors], file: Path) -> Vectors:
    """Of every sentence's text of this kind, in their order; kept in the file."""
    if not file.exists():
        np.save(file, encode([one.text(kind) for one in sentences]))
    kept: Vectors = np.load(file)
    return kept


if __name__ == "__main__":
    main()
