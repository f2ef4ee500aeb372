"""Misspelt names: how often a question is read as it was meant, what it costs where nothing is misspelt, and what is answered.

    python -m benchmarks.spelling --shared ../shared [--suite squad2] [--answered 40] [--keep DIR]

Names are those of the suite's answerable questions that its coverage has. Each is misspelt in each of nine ways, the place chosen by a fixed seed:
the four slips of one letter (Damerau), a neighbouring key, a slip in the first letter, letters that sound alike, a doubled letter written once, and
two slips at once. Some of the questions are then asked as they are, and with one name misspelt in one of these ways. Prints Markdown;
docs/decisions/0005-retrieval.md has the outcome.
"""

from __future__ import annotations

import argparse
import random
import re
import runpy
import string
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import note
from benchmarks.quality import SUITES
from benchmarks.retrieval import first_good, opened
from index import NewsIndex

SEED = 7
_NAME = re.compile(r"(?<=\w )\b[A-Z][a-z]{3,}\b")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = (
    *(("ph", "f"), ("ck", "k"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"), ("ie", "ei")),
    *(("ei", "ie"), ("z", "s"), ("s", "z"), ("ou", "u"), ("a", "e"), ("e", "a")),
)


def main() -> None:
    """Misspell, read, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--suite", choices=SUITES, action="append")
    parser.add_argument("--answered", type=int, default=40, help="questions to ask in full")
    parser.add_argument("--keep", type=Path, help="folder for suites and indexes, reused if they are there")
    options = parser.parse_args()
    holds = runpy.run_path(str(options.shared / "eval" / "score.py"))["holds"]
    with tempfile.TemporaryDirectory() as scratch:
        for suite in options.suite or SUITES:
            with opened(suite, options.shared.resolve(), options.keep or Path(scratch)) as (index, golds):
                print(f"## {suite}\n\n{readings(index, golds)}\n\n{answers(index, golds, options.answered, holds)}\n")


def readings(index: NewsIndex, golds: list[dict[str, Any]]) -> str:
    """Markdown: how misspelt names are read, by the way they are misspelt; and which questions are changed as they are asked."""
    named = [(gold["question"], name) for gold in golds if not gold["none"] for name in dict.fromkeys(_NAME.findall(gold["question"]))]
    named = [(question, name) for question, name in named if _lexical(index).counts([name]) != [0]]
    rows = ["| slip | names | as meant | left alone | another word | ms each |", "|---|---:|---:|---:|---:|---:|"]
    for slip, misspell in SLIPS.items():
        read: Counter[str] = Counter()
        started = time.perf_counter()
        for question, name in named:
            wrong = misspell(name, random.Random(f"{SEED}{slip}{name}"))
            if wrong != name:
                instead = index.asking.misspelt(question.replace(name, wrong, 1), _lexical(index)).get(wrong, wrong)
                read["right" if instead.lower() == name.lower() else "alone" if instead == wrong else "other"] += 1
        cells = (read.total(), read["right"], read["alone"], read["other"])
        each = (time.perf_counter() - started) / max(1, read.total()) * 1000
        rows.append(f"| {slip} | " + " | ".join(map(str, cells)) + f" | {each:.1f} |")
    changed = [(gold["question"], misread) for gold in golds if (misread := index.asking.misspelt(gold["question"], _lexical(index)))]
    listed = "\n".join(f"- {misread} in: {question}" for question, misread in changed)
    return "\n".join(rows) + f"\n\nchanged as they are asked: {len(changed)} of {len(golds)}\n\n{listed}"


def answers(index: NewsIndex, golds: list[dict[str, Any]], count: int, holds: Callable[[str, list[str]], bool]) -> str:
    """Markdown: so many questions with a name, as they are and with one name misspelt."""
    with_names = [gold for gold in golds if not gold["none"] and _NAME.search(gold["question"])]
    some = random.Random(SEED).sample(with_names, min(count, len(with_names)))
    rows = ["| asked | questions | refused | evidence@1 |", "|---|---:|---:|---:|"]
    for wording, reword in (("as it is", lambda question, _: question), ("a name misspelt", misspelt)):
        refused, first = 0, 0
        for number, gold in enumerate(some):
            answer = index.answer(reword(gold["question"], number))
            refused += not answer.citations
            first += first_good(((one.url, one.text) for one in answer.passages), gold, holds) <= 1
        rows.append(f"| {wording} | {len(some)} | {refused} | {first} |")
        note(wording)
    return "\n".join(rows)


def misspelt(question: str, number: int) -> str:
    """With its longest name misspelt in one of the ways, in turn."""
    name = max(_NAME.findall(question), key=len)
    ways = list(SLIPS)
    turned = ways[number % len(ways) :] + ways[: number % len(ways)]
    wrong = (SLIPS[way](name, random.Random(f"{SEED}{way}{name}")) for way in turned)
    return question.replace(name, next(one for one in wrong if one != name), 1)


def _lexical(index: NewsIndex) -> Any:
    generation = index._generations.fresh()
    assert generation is not None
    return generation.lexical


def _swapped(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _left_out(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at + 1 :]


def _too_many(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at] + name[at:]


def _another(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + chance.choice(string.ascii_lowercase.replace(name[at], "")) + name[at + 1 :]


def _other_key(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    row = next(keys for keys in _KEYS if name[at] in keys)
    place = row.index(name[at])
    return name[:at] + row[place + 1 if place == 0 or (place + 1 < len(row) and chance.random() < 0.5) else place - 1] + name[at + 1 :]


def _first(name: str, chance: random.Random) -> str:
    wrong = chance.choice((name[1] + name[0].lower() + name[2:], name[1:], _other_key(f"x{name.lower()}", chance)[1:]))
    return wrong.capitalize() if wrong != name.lower() else name[1:].capitalize()


def _sounds_alike(name: str, chance: random.Random) -> str:
    there = [(one, other) for one, other in _ALIKE if one in name[1:]]
    if not there:
        return name
    one, other = chance.choice(there)
    at = name.index(one, 1)
    return name[:at] + other + name[at + len(one) :]


def _once(name: str, _: random.Random) -> str:
    return re.sub(r"(?<=.)(.)\1", r"\1", name, count=1)


def _two(name: str, chance: random.Random) -> str:
    return _left_out(_another(name, chance), chance) if chance.random() < 0.5 else _other_key(_swapped(name, chance), chance)


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "two letters swapped": _swapped,
    "one left out": _left_out,
    "one too many": _too_many,
    "another letter": _another,
    "a neighbouring key": _other_key,
    "in the first letter": _first,
    "sounds alike": _sounds_alike,
    "a doubled letter once": _once,
    "two slips": _two,
}


if __name__ == "__main__":
    main()
