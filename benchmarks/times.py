"""Relative times in articles, measured on hand-labelled expressions. Run by hand; prints a Markdown table.

    python -m benchmarks.times ../shared/data [--misses]

In: the folder of the development sets, and ``benchmarks/times.tsv``: a hundred expressions by set, article, publication day and offsets, with
the first and last day each means (empty: no particular day, "even today"). They were drawn at random (one an article, by a broader pattern than
ours) and labelled by reading. Weeks run from Monday; "two weeks ago" is the seven days around that day, "years ago" the calendar year.
Right: a time found there with the same two days; or none where none is meant.
"""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from benchmarks.measuring import read_gz
from index.answering.times import times_in

LABELS = Path(__file__).with_suffix(".tsv")
FILES = {"polnear": "polnear/dev.jsonl.gz", "realtimeqa": "realtimeqa/docs_dev.jsonl.gz"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--misses", action="store_true", help="print what was read otherwise")
    given = arguments.parse_args()
    texts = {(name, str(one["doc_id"])): str(one["text"]) for name, file in FILES.items() for one in read_gz(given.data / file)}
    with LABELS.open(encoding="utf-8", newline="") as lines:
        labels = list(csv.DictReader(lines, delimiter="\t"))
    right = {True: 0, False: 0}
    found = 0
    for label in labels:
        text, start, end = texts[label["set"], label["article"]], int(label["start"]), int(label["end"])
        published = date.fromisoformat(label["published"])
        here = [one for one in times_in(text, published) if one.span.start < end and one.span.end > start]
        meant = (label["first"], label["last"])
        read = (here[0].first.isoformat(), here[0].last.isoformat()) if here else ("", "")
        found += bool(here)
        right[bool(label["first"])] += meant == read
        if given.misses and meant != read:
            shown = f"{text[max(0, start - 90) : start]}[[{text[start:end]}]]{text[end : end + 60]}"
            print(f"{published:%a} {published} … {shown} … {meant} read as {read}\n")
    states = sum(bool(one["first"]) for one in labels)
    all_right = sum(right.values())
    print("| expressions | right | of those that mean a day or more | resolved | right of those resolved |\n|---|---|---|---|---|")
    print(f"| {len(labels)} | {all_right / len(labels):.2f} | {right[True]} of {states} | {found} | {right[True] / found:.2f} |")


if __name__ == "__main__":
    main()
