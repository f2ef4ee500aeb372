"""How many questions are taken for talk or for a foreign language, and how much talk and how many foreign questions are known for what they are.

    python -m benchmarks.talk --shared ../shared

Questions are those of ../shared/data; talk is tests/data/talk.tsv. Every question that is taken for something else is printed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

from index.answering.readable import can_read
from index.answering.talk import remark_on, without_greeting

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_ENCODER = "a0bcc0c748d5ff1c"
ENGLISH = (
    "realtimeqa/questions_dev.jsonl.gz", "realtimeqa/nota_dev.jsonl", "squad2/questions_dev.jsonl.gz", "newsquizqa/dev.jsonl.gz",
    "wikiqa/dev.jsonl.gz", "trecqa/dev.jsonl.gz", "clapnq/dev.jsonl.gz", "multihop_rag/queries_dev.jsonl", "freshqa/dev.jsonl",
    "time_collection/queries_dev.jsonl", "longtail_shootings/questions_dev.jsonl.gz", "xquad/en_dev.jsonl.gz",
)  # fmt: skip
FOREIGN = ("ru", "tr", "ar", "de", "es", "zh", "hi")


def questions(file: Path) -> Iterator[str]:
    """Every question of a file of ../shared/data, whatever it calls them."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield from (one["question"] for one in row["qas"]) if "qas" in row else [row.get("question") or row["input"]]


def main() -> None:
    """Print the numbers of docs/decisions/0007-talk.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds data/")
    data = parser.parse_args().shared / "data"
    english = [one for name in ENGLISH for one in questions(data / name)]
    foreign = {code: list(questions(data / f"xquad/{code}_dev.jsonl.gz")) for code in FOREIGN}
    _talk(english + [one for each in foreign.values() for one in each])
    _languages(english, foreign)


def _talk(asked: list[str]) -> None:
    remark_on("hello")  # reads the phrases
    started = time.process_time()
    taken = [(one, remark) for one in asked if (remark := remark_on(one)) is not None]
    each_ms = (time.process_time() - started) / len(asked) * 1000
    cut = [one for one in asked if without_greeting(one) != one]
    print(
        f"questions taken for talk: {len(taken)} of {len(asked)}, {each_ms:.2f} ms each; cut as after a greeting: {len(cut)}",
        *taken,
        *cut,
        sep="\n  ",
    )
    with (ROOT / "tests/data/talk.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for half in dict.fromkeys(row["half"] for row in rows):
        remarks = [(row["remark"], remark_on(row["utterance"])) for row in rows if row["half"] == half]
        known, right = sum(got is not None for _, got in remarks), sum(got == meant for meant, got in remarks)
        print(f"talk, {half}: {known} of {len(remarks)} known as talk, {right} as the right kind")


def _languages(english: list[str], foreign: dict[str, list[str]]) -> None:
    taken = [one for one in english if not can_read(one, DEFAULT_ENCODER)]
    print(f"English questions taken for foreign: {len(taken)} of {len(english)}", *taken, sep="\n  ")
    for code, asked in foreign.items():
        known = sum(not can_read(one, DEFAULT_ENCODER) for one in asked)
        print(f"{code}: {known} of {len(asked)} known as foreign ({known / len(asked):.3f})")


if __name__ == "__main__":
    main()
