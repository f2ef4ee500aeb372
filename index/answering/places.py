"""Where it happened, as the question says. In: the question's grammar. Out: the names of places; and whether an article speaks of them. Pure.

Other names of places are data, ``places.json`` beside this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from index.ports.grammar import Parsed

_PLACES = frozenset(["GPE", "LOC", "FAC"])


@dataclass(frozen=True, slots=True)
class _Names:
    also_called: tuple[frozenset[str], ...]
    """Names of one place each."""
    shortened: Mapping[str, frozenset[str]]
    """Words of names, in lower case, and how else they are written: "saint", "st."."""
    kinds: tuple[str, ...]
    """At the end of names, in lower case: "township"."""


def places_in(question: Parsed) -> list[str]:
    """The names of places in the order of the question, each without what only says where it lies: of "Houston, Texas" the city, which the parser
    need not know.
    """
    found: list[str] = []
    end = -1
    for entity in question.entities:
        if entity.label not in _PLACES:
            continue
        beside = end >= 0 and re.fullmatch(r",\s*", question.text[end : entity.start]) is not None
        if not beside:
            name = _name_before(question, entity.start) or question.text[entity.start : entity.end]
            found.append(name.split(",")[0].removeprefix("the "))
        end = entity.end
    return found


def _name_before(question: Parsed, start: int) -> str | None:
    """The name before the comma before that place: "Vallejo, California"."""
    tokens = [token for token in question.tokens if token.end <= start]
    if not tokens or question.text[tokens[-1].start : tokens[-1].end] != ",":
        return None
    first = len(tokens) - 1
    while first and tokens[first - 1].part == "PROPN":
        first -= 1
    return question.text[tokens[first].start : tokens[-1].start] if first < len(tokens) - 1 else None


def speaks_of(places: Sequence[str], text: str) -> bool:
    """Whether the text names each of the places, by this or another name; true if there are none."""
    return all(_pattern(place).search(text) for place in places)


@lru_cache(maxsize=1_000)
def _pattern(place: str) -> re.Pattern[str]:
    """Of its names; those in capitals only so, since "us" is a word."""
    folded = place.casefold()
    others = next((names for names in _names().also_called if folded in {name.casefold() for name in names}), frozenset[str]())
    names = [_spelt(place), *(re.escape(name) if name.isupper() else _spelt(name) for name in sorted(others))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")


def _spelt(name: str) -> str:
    """Its words as they may be written, in upper or lower case; what only says what kind of place it is may be missing."""
    kind = next((one for one in _names().kinds if name.casefold().endswith(f" {one}")), "")
    words = name.removesuffix(name[len(name) - len(kind) - 1 :]) if kind else name
    spelt = ("|".join(map(re.escape, sorted({word, *_names().shortened.get(word.casefold(), ())}))) for word in words.split())
    return "(?i:" + r"\s+".join(f"(?:{word})" for word in spelt) + ")"


@cache
def _names() -> _Names:
    stored = json.loads(resources.files("index.answering").joinpath("places.json").read_text(encoding="utf-8"))
    shortened = {word: frozenset(group) for group in stored["shortened"] for word in group}
    return _Names(tuple(frozenset(group) for group in stored["also_called"]), shortened, tuple(stored["kinds"]))
