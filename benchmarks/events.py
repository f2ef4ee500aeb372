"""Are figures those of the event that is asked about, and does the bot keep quiet where it does not know? Questions on shootings of ../shared.

    python -m benchmarks.events --shared ../shared --keep FOLDER

Four sets of "how many were killed / injured in CITY on DAY", with the registry's figure: the suite of ``eval/suites.py`` (``suite``), 300 other
incidents with more than one victim (``others``), what befell the fewer of an incident's victims (``fewer``), and incidents with a single victim,
whose number hardly any report states (``single``). Shown is a short answer that is sure enough for the bot; its article is right if it is one that
the registry names for the incident. FOLDER keeps the index of the articles, which takes some minutes to build.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.measuring import note, read_gz
from index import Answer, Status, open_index
from index.intake.files import read_paths

Incident = dict[str, Any]
COLUMNS = ("shown", "right", "wrong", "of a wrong article", "refused")


def main() -> None:
    """Ask and print a table, a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    options = parser.parse_args()
    suite = options.keep / "suite"
    subprocess.run(
        [sys.executable, options.shared / "eval" / "suites.py", "shootings", suite, "--data", options.shared / "data"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    scoring = _module(options.shared / "eval" / "score.py")
    gold = [json.loads(line) for line in (suite / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    incidents = [one for one in read_gz(options.shared / "data" / "longtail_shootings" / "incidents_dev.jsonl.gz") if _is_usable(one)]
    sets = {"suite": gold, **dict(_others(incidents, {one["question"].split(" in the shooting in ")[1] for one in gold}))}
    print(f"| set | questions | {' | '.join(COLUMNS)} |\n|---|---:|{'---:|' * len(COLUMNS)}")
    with open_index(options.keep / "data") as index:
        note("taking the articles in")
        index.ingest(read_paths([suite / "articles.jsonl"]))
        for name, questions in sets.items():
            note(f"asking {name}")
            made: Counter[str] = Counter()
            for one in questions:
                made.update(_made(index.answer(one["question"]), one, scoring.numbers))
            print(f"| {name} | {len(questions)} | {' | '.join(str(made[column]) for column in COLUMNS)} |")


def _made(answer: Answer, gold: Mapping[str, Any], numbers: Callable[[str], Sequence[float]]) -> Iterator[str]:
    """The columns that an answer counts in."""
    if answer.status is Status.NOT_COVERED:
        yield "refused"
    if not answer.short:
        return
    short = answer.short[0]
    yield "shown"
    yield "right" if short.value == gold["value"] or gold["value"] in numbers(short.text) else "wrong"
    if not any(one.url in gold["urls"] for one in answer.citations if one.number in short.citations):
        yield "of a wrong article"


def _is_usable(incident: Incident) -> bool:
    gold = incident["gold"]
    return bool(gold and gold.get("city") and gold.get("date") and incident["doc_ids"])


def _others(incidents: Sequence[Incident], asked: set[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    fresh = [one for one in incidents if _where(one) not in asked]
    yield "others", _drawn([one for one in fresh if _victims(one)[1] > 1], 300, "more")
    yield "fewer", _drawn([one for one in incidents if _victims(one)[0] >= 1], 300, "fewer")
    yield "single", _drawn([one for one in fresh if _victims(one)[1] == 1], 200, "more")


def _victims(incident: Incident) -> tuple[int, int]:
    """The killed and the injured, the fewer first."""
    fewer, more = sorted((int(incident["gold"]["num_killed"]), int(incident["gold"]["num_injured"])))
    return fewer, more


def _drawn(incidents: Sequence[Incident], count: int, which: str) -> list[dict[str, Any]]:
    """Questions about so many incidents, no two of one place and day."""
    places: dict[str, Incident] = {}
    for one in random.Random(11).sample(incidents, len(incidents)):
        places.setdefault(_where(one), one)
    drawn: list[dict[str, Any]] = []
    for where, one in list(places.items())[:count]:
        killed, injured = one["gold"]["num_killed"], one["gold"]["num_injured"]
        kind = ("killed" if killed > 1 or injured == 0 else "injured") if which == "more" else ("injured" if killed > 1 else "killed")
        urls = [f"https://example.org/shootings/{document}" for document in one["doc_ids"]]
        question = f"How many people were {kind} in the shooting in {where}"
        drawn.append({"question": question, "value": one["gold"][f"num_{kind}"], "urls": urls})
    return drawn


def _where(incident: Incident) -> str:
    gold = incident["gold"]
    return f"{gold['city'].split(' (')[0]}, {gold['state']} on {gold['date']}?"


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
