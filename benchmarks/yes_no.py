"""Yes or no, measured sentence by sentence: does the sentence say it is so, or that it is not? Run by hand; prints a Markdown table.

    python -m benchmarks.yes_no ../shared/data [--models FOLDER] [--misses]

In: the folder of the development sets, and ``yes_no.tsv``: sentences by set, article and offsets (no texts), drawn at random, half of them from
those with a "not", a "may" or the like, each with one to three questions written for it, and what it says: ``yes``, ``no``, or nothing. The first
draw's misses helped to mend the rules; the second draw's questions were written before the rules had been run on them.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from benchmarks.measuring import read_gz, table
from index.answering.proposition import proposition
from index.answering.verdict import verdict
from index.build import DEFAULT_PARSER
from index.models.choose import load_parser

LABELS = Path(__file__).with_suffix(".tsv")
FILES = {
    "polnear": "polnear/dev.jsonl.gz",
    "realtimeqa": "realtimeqa/docs_dev.jsonl.gz",
    "longtail_shootings": "longtail_shootings/docs.jsonl.gz",
}
SAYS = {True: "yes", False: "no", None: ""}


def main() -> None:
    """Read every question and its sentence, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--misses", action="store_true", help="print what was read otherwise")
    given = parser.parse_args()
    texts = {(name, str(one["doc_id"])): str(one["text"]) for name, file in FILES.items() for one in read_gz(given.data / file)}
    grammar = load_parser(DEFAULT_PARSER, given.models)
    made: Counter[tuple[str, str, str]] = Counter()
    with LABELS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            text = texts[row["set"], row["article"]][int(row["start"]) : int(row["end"])]
            asked = proposition(row["question"], grammar.parse)
            found = verdict(asked, grammar.parse([text])[0], "") if asked is not None else None
            said = SAYS[found.so if found is not None else None]
            made[row["draw"], row["says"], said] += 1
            if given.misses and said != row["says"]:
                print(f"{row['question']} {row['says'] or 'not said'}, read as {said or 'not said'}: {text}\n")
    print(table(["draw", "questions", "said", "shown", "right", "wrongly shown"], [row_of(draw, made) for draw in ("first", "second")]))


def row_of(draw: str, made: Counter[tuple[str, str, str]]) -> list[str]:
    """A row of the table."""
    own = {(says, said): count for (of, says, said), count in made.items() if of == draw}
    shown = sum(count for (_, said), count in own.items() if said)
    right = sum(count for (says, said), count in own.items() if said and said == says)
    answered = sum(count for (says, _), count in own.items() if says)
    return [draw, str(sum(own.values())), str(answered), str(shown), str(right), str(shown - right)]


if __name__ == "__main__":
    main()
