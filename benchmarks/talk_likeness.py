"""Fit what talk in people's own words looks like: index/answering/likeness.json, from examples and from questions.

    python -m benchmarks.talk_likeness --shared ../shared --articles SUITE/articles.jsonl [--write]

A multinomial logistic model over the default encoder's vectors: the kinds of talk by index/answering/talk_examples.json; what is to be searched for
by its "question" examples (each counts three times), 3,000 English development questions of ../shared/data, 600 of them stripped to keywords, and 600
headlines of the realtimeqa suite (``suites.py realtimeqa SUITE``), 300 of them stripped too. Nothing of these is kept but the weights. Prints how
much talk of tests/data/talk.tsv is known by phrases and likeness together, and what of the other questions, headlines and tests/data/keywords.txt is
taken for talk. docs/decisions/0007-talk.md has the outcome.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.measuring import note
from benchmarks.talk import ENGLISH, ROOT, questions
from benchmarks.wordings import keywords
from index.answering.likeness import Likeness, likeness_of
from index.answering.talk import remark_on
from index.build import DEFAULT_ENCODER
from index.models.choose import load_encoder
from index.ports.models import Encoder

EXAMPLES = ROOT / "index" / "answering" / "talk_examples.json"
TARGET = ROOT / "index" / "answering" / "likeness.json"
QUESTION = "question"
SEED = 7
WEIGHT_OF_EXAMPLES = 3.0
STRENGTH = 30.0
"""Inverse strength of the L2 penalty."""
CUT = 0.8
"""From here on it is talk: the lowest tenth at which no keywords of questions and no headlines that were not fitted on were taken for it."""


def main() -> None:
    """Fit, print; and keep it if told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    asked = [one for name in ENGLISH for one in questions(options.shared / "data" / name)]
    random.Random(SEED).shuffle(asked)
    with options.articles.open(encoding="utf-8") as file:
        titles = [title for title in dict.fromkeys(json.loads(line).get("title") for line in file) if title]
    random.Random(SEED).shuffle(titles)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = load_encoder(DEFAULT_ENCODER, Path(scratch), threads=2)
        searched = [*asked[:3000], *map(keywords, asked[:600]), *titles[:600], *map(keywords, titles[:300])]
        entry = fit(encoder, json.loads(EXAMPLES.read_text(encoding="utf-8")), searched)
        if options.write:
            TARGET.write_text(json.dumps({encoder.fingerprint: entry}) + "\n", encoding="utf-8")
        made = likeness_of(entry)
        report_talk(encoder, made)
        for name, some in {
            "other questions": asked[3000:],
            "other questions as keywords": [keywords(one) for one in asked[3000:4000]],
            "other headlines": titles[600:],
            "keywords written to be taken for talk": (ROOT / "tests/data/keywords.txt").read_text(encoding="utf-8").splitlines(),
        }.items():
            taken = [one for one, vector in zip(some, vectors(encoder, some), strict=True) if made.remark(vector) is not None]
            print(f"{name} taken for talk: {len(taken)} of {len(some)}", *taken, sep="\n  ")


def fit(encoder: Encoder, examples: dict[str, list[str]], searched: Sequence[str]) -> dict[str, object]:
    """The entry of likeness.json for this encoder."""
    texts = [*searched, *(one for some in examples.values() for one in some)]
    kinds = [QUESTION] * len(searched) + [kind for kind, some in examples.items() for _ in some]
    weights = [1.0] * len(searched) + [WEIGHT_OF_EXAMPLES if kind == QUESTION else 1.0 for kind, some in examples.items() for _ in some]
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(vectors(encoder, texts), kinds, sample_weight=weights)
    return {
        "kinds": [str(one) for one in model.classes_],
        "intercepts": [round(float(one), 3) for one in model.intercept_],
        "weights": [[round(float(one), 2) for one in row] for row in model.coef_],
        "cut": CUT,
    }


def vectors(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Shape (n, dimension)."""
    rows = []
    for count, text in enumerate(texts):
        if count % 1000 == 0:
            note(f"{count} of {len(texts)} encoded")
        rows.append(encoder.encode_question(text).reshape(-1))
    return np.stack(rows)


def report_talk(encoder: Encoder, made: Likeness) -> None:
    """How much talk is known, by the list it stands in."""
    with (ROOT / "tests/data/talk.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for half in dict.fromkeys(row["half"] for row in rows):
        for english in (True, False):
            some = [row for row in rows if row["half"] == half and (row["language"] == "en") is english]
            found = [remark_on(row["utterance"]) or made.remark(encoder.encode_question(row["utterance"])) for row in some]
            known = sum(one is not None for one in found)
            right = sum(one == row["remark"] for one, row in zip(found, some, strict=True))
            print(f"{half}, {'English' if english else 'other languages'}: {known} of {len(some)} known as talk, {right} as the right kind")


if __name__ == "__main__":
    main()
