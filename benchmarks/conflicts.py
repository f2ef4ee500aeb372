"""Does `index.answering.conflict` see real conflicts, and only those? Pairs of sentences of ../shared, labelled by hand.

    python -m benchmarks.conflicts --shared ../shared [--models FOLDER] [--show]

``conflict_pairs.tsv`` names the sentences by document and offsets and holds no text. Every pair was read and labelled without running this
program: ``conflict``, or a look-alike: ``earlier_event`` (another event, or several together), ``part_and_total``, ``other_group`` (with
the gunman or without), ``update`` (the same outlet, later) and ``bounds`` ("up to 20" beside 14). The ten pairs of rgb_counterfactual are
conflicts because its makers replaced the answer in one of them. A pair is predicted a conflict if its sentences alone, with their dates and
outlets, give one. Offsets are into the text as `_documents` joins it.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measuring import read_gz
from index.answering.asked_for import asked_for
from index.answering.conflict import disputed, to_sides
from index.answering.evidence import Evidence
from index.answering.figures.answer import counted
from index.answering.figures.asked import wanted
from index.answering.substitutes import substitutes
from index.build import DEFAULT_PARSER
from index.domain.articles import Span
from index.models.choose import load_parser
from index.ports.grammar import Parser
from index.text.sentences import split

PAIRS = Path(__file__).with_name("conflict_pairs.tsv")
QUESTION = {
    "killed": "How many people were killed in the shooting?",
    "injured": "How many people were injured in the shooting?",
    "killed_quake": "How many people were killed in the earthquake?",
    "injured_quake": "How many people were injured in the earthquake?",
    "villages": "How many villages were destroyed?",
    "injured_riots": "How many people were injured in the riots?",
    "arrested": "How many pirates were arrested?",
    "killed_protesters": "How many protesters were killed?",
    "killed_bombing": "How many people were killed in the bombings?",
    "shot_by_hamas": "How many Palestinians were shot by Hamas?",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What a label points into."""

    text: str
    title: str
    source: str
    published_at: datetime | None
    question: str | None = None


def main() -> None:
    """Measure and print precision, recall, and what was made of each kind of pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--show", action="store_true", help="print the pairs that were judged wrongly")
    options = parser.parse_args()
    documents = dict(_documents(options.shared / "data"))
    grammar = load_parser(DEFAULT_PARSER, options.models)
    made: Counter[tuple[str, str, bool]] = Counter()
    with PAIRS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            predicted = contradicts(row, documents, grammar)
            made[row["set"], row["label"], predicted] += 1
            if options.show and predicted != (row["label"] == "conflict"):
                print(row["label"], predicted, *(f"\n    {_text(row, which, documents)}" for which in ("first", "second")))
    _print(made)


def contradicts(row: Mapping[str, str], documents: Mapping[str, Document], grammar: Parser) -> bool:
    """Whether the two sentences give a conflict."""
    evidence = [one for which in ("first", "second") for one in _evidence(row, which, documents, grammar)]
    question = documents[row["first_id"]].question or QUESTION[row["asked"]]
    (parsed,) = grammar.parse([question])
    asked = wanted(parsed)
    if asked is None:
        return disputed(to_sides(substitutes(question, asked_for(question, parsed), evidence)))
    return disputed(to_sides(counted(asked, parsed, evidence).claims))


def _evidence(row: Mapping[str, str], which: str, documents: Mapping[str, Document], grammar: Parser) -> list[Evidence]:
    document, text = documents[row[f"{which}_id"]], _text(row, which, documents)
    spans = split(text) if row["set"] in {"rgb_counterfactual", "event_updates"} else [Span(0, len(text))]
    sentences = [text[span.start : span.end] for span in spans]
    return [
        Evidence(0, row[f"{which}_id"], span, sentence, grammar.parse, document.published_at, document.source, 1.0, None, span, sentence)
        for span, sentence in zip(spans, sentences, strict=True)
    ]


def _text(row: Mapping[str, str], which: str, documents: Mapping[str, Document]) -> str:
    document = documents[row[f"{which}_id"]]
    whole = document.title if row[f"{which}_field"] == "title" else document.text
    return whole[int(row[f"{which}_start"]) : int(row[f"{which}_end"])]


def _documents(data: Path) -> Iterator[tuple[str, Document]]:
    for one in read_gz(data / "longtail_shootings" / "docs.jsonl.gz"):
        published = datetime.fromisoformat(one["date"]).replace(tzinfo=UTC) if one["date"] else None
        host = urlsplit(one["url"]).hostname or ""
        yield one["doc_id"], Document(one["text"], one["title"], host.removeprefix("www."), published)
    for one in read_gz(data / "ecbplus" / "dev.jsonl.gz"):
        yield one["doc_id"], Document(" ".join(one["sentences"]), "", one["doc_id"], None)
    for one in read_gz(data / "outlet_timelines" / "dev.jsonl.gz"):
        text = "\n".join(sentence for entry in one["entries"] for sentence in entry["sentences"])
        yield f"{one['collection']}/{one['topic']}/{one['outlet']}", Document(text, "", one["outlet"], None)
    for one in read_gz(data / "event_updates" / "dev.jsonl.gz"):
        yield f"{one['event']}/{one['annotator']}/{one['seq']}", Document(one["update"], "", f"annotator {one['annotator']}", None)
    for line in (data / "rgb_counterfactual" / "en_fact_dev.jsonl").read_text(encoding="utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        for side in ("positive", "positive_wrong"):
            for number, text in enumerate(record[side]):
                yield f"{record['id']}/{side}/{number}", Document(text, "", f"{side} {number}", None, record["query"])


def _print(made: Counter[tuple[str, str, bool]]) -> None:
    for kind in sorted({(which, label) for which, label, _ in made}):
        print(f"{kind[0]:20} {kind[1]:15} {made[(*kind, True)]:3} of {made[(*kind, True)] + made[(*kind, False)]:3} seen as a conflict")
    right = sum(count for (_, label, predicted), count in made.items() if predicted and label == "conflict")
    predicted = sum(count for (_, _, predicted), count in made.items() if predicted)
    real = sum(count for (_, label, _), count in made.items() if label == "conflict")
    print(f"precision {right / max(predicted, 1):.3f} ({right} of {predicted}), recall {right / max(real, 1):.3f} ({right} of {real})")


if __name__ == "__main__":
    main()
