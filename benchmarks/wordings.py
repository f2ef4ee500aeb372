"""How much the wording of a question matters: the same questions in capitals, in lower case, as keywords, with a misspelt name, as one word.

    python -m benchmarks.wordings --shared ../shared [--questions 100] [--keep DIR]

Answerable questions of both suites, the whole suite's articles in one index, default settings. Misspelt: in each name of four letters or more two
neighbouring letters are swapped. One word: the rarest of the question in the coverage. Prints Markdown; docs/decisions/0005-retrieval.md has the
outcome.
"""

from __future__ import annotations

import argparse
import random
import re
import runpy
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import note
from benchmarks.quality import SUITES
from benchmarks.retrieval import first_good, opened
from index import NewsIndex
from index.search.analysis import STOP_WORDS
from index.search.lexical import TantivyLexicalIndex

SEED = 7
_WORD = re.compile(r"[\w'’-]+")
_NAME = re.compile(r"(?<!^)\b[A-Z][a-z]{3,}\b")


def main() -> None:
    """Ask in every wording, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    options = parser.parse_args()
    holds = runpy.run_path(str(options.shared / "eval" / "score.py"))["holds"]
    with tempfile.TemporaryDirectory() as scratch:
        for suite in SUITES:
            with opened(suite, options.shared.resolve(), options.keep or Path(scratch)) as (index, golds):
                some = [gold for gold in golds if not gold["none"]][: options.questions]
                print(f"## {suite}, {len(some)} questions\n\n{compare(index, some, holds)}\n")


def compare(index: NewsIndex, golds: Sequence[dict[str, Any]], holds: Callable[[str, list[str]], bool]) -> str:
    """Markdown: a row a wording."""
    rows = ["| wording | evidence@1 | evidence@5 | mrr@10 | refused |", "|---|---:|---:|---:|---:|"]
    for name, reword in wordings(index).items():
        ranks, refused = [], 0
        for gold in golds:
            answer = index.answer(reword(gold["question"]))
            ranks.append(first_good(((one.url, one.text) for one in answer.passages), gold, holds))
            refused += not answer.citations
        of = np.array(ranks)
        cells = (np.mean(of <= 1), np.mean(of <= 5), np.mean(1 / of), refused / len(golds))
        rows.append(f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
        note(name)
    return "\n".join(rows)


def wordings(index: NewsIndex) -> dict[str, Callable[[str], str]]:
    """By name, what each does to a question."""
    generation = index.asking.generations.fresh()
    assert generation is not None
    lexical = generation.lexical
    assert isinstance(lexical, TantivyLexicalIndex)
    return {
        "as asked": str,
        "in capitals": str.upper,
        "in lower case": str.lower,
        "keywords": keywords,
        "a letter wrong in every name": lambda question: _NAME.sub(lambda name: swapped(name.group()), question),
        "its rarest word": lambda question: max(_WORD.findall(question), key=lambda word: sum(lexical.weights(word).values())),
    }


def keywords(question: str) -> str:
    """Without its stop words."""
    return " ".join(word for word in _WORD.findall(question) if word.lower() not in STOP_WORDS) or question


def swapped(name: str) -> str:
    """With two neighbouring letters after the first in each other's place, the same each time."""
    at = random.Random(f"{SEED}{name}").randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


if __name__ == "__main__":
    main()
