"""The words by which figures are read: what happens to people, who they are, what bounds a number. Pure.

The data is ``words.json`` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from index.answering.figures.quantity import Qualifier


@dataclass(frozen=True, slots=True)
class Fates:
    """What is said to have happened: from words, by lemma or form in lower case, to its name: "killed", "wounded", "missing"…"""

    transitive: Mapping[str, str]
    """Verbs whose object, or passive subject, it happens to."""
    intransitive: Mapping[str, str]
    """Verbs whose subject it happens to."""
    states: Mapping[str, str]
    """Adjectives and participles: "dead"."""
    nouns: Mapping[str, str]
    """What is counted then are those it happened to: "fatality"."""
    tallies: Mapping[str, str]
    """Beside "toll" or "number": the "death" toll."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """English, because that is what the parser reads. Every word is a lemma in lower case unless it says otherwise."""

    fates: Fates
    groups: Mapping[str, frozenset[str]]
    """Kinds of people, by noun; a noun may be of several."""
    within: Mapping[str, frozenset[str]]
    """A kind of people, and the kinds that may be among them."""
    generic: frozenset[str]
    """Nouns that say nothing of who is counted."""
    tallies: frozenset[str]
    reaching: frozenset[str]
    """What a tally does: "rose", "stood"."""
    leaving: frozenset[str]
    """Verbs beside which a state is said of their object or subject: "left two dead"."""
    hospitals: frozenset[str]
    """In lower case as written: who is brought there…"""
    taking: frozenset[str]
    """…by these verbs is hurt,"""
    treating: frozenset[str]
    """and so is who is object of these."""
    untried: frozenset[str]
    """Before "murder": nobody need have died of it."""
    hypothetical: frozenset[str]
    currencies: frozenset[str]
    time_units: frozenset[str]
    labels: frozenset[str]
    """Before a number they make it a name: "Highway 35". In lower case as written."""
    addresses: frozenset[str]
    """After a number likewise: "200 block"."""
    qualifiers: tuple[tuple[tuple[str, ...], Qualifier], ...]
    """Word runs before a number, longest first, and what they make of it."""
    parts: frozenset[str]
    events: frozenset[str]
    """Kinds of events that people die in; two of different kinds are two events…"""
    same_event: Mapping[str, str]
    """Other names of such a kind, and the one it goes by here."""
    broad_events: frozenset[str]
    """…unless both are of these, which one event may be called by turns."""
    severe: frozenset[str]
    """Beside the wounded: some of them."""
    elsewhen: tuple[str, ...]
    """Phrases beside which a figure is another event's, or several events' together."""


@cache
def vocabulary() -> Vocabulary:
    """The words, read once."""
    stored = json.loads(resources.files("index.answering.figures").joinpath("words.json").read_text(encoding="utf-8"))
    kinds: dict[str, set[str]] = {}
    for kind, nouns in stored["groups"].items():
        for noun in nouns:
            kinds.setdefault(noun, set()).add(kind)
    qualifiers = [(tuple(run.split()), Qualifier(name)) for name, runs in stored["qualifiers"].items() for run in runs]
    fates = {
        role: {word: fate for fate, words in stored["fates"].items() for word in words[role]}
        for role in ("transitive", "intransitive", "states", "nouns", "tallies")
    }
    return Vocabulary(
        fates=Fates(**fates),
        groups={noun: frozenset(names) for noun, names in kinds.items()},
        within={kind: frozenset(inner) for kind, inner in stored["within"].items()},
        generic=frozenset(stored["generic"]),
        same_event={other: event for event, others in stored["same_event"].items() for other in others},
        qualifiers=tuple(sorted(qualifiers, key=lambda one: -len(one[0]))),
        elsewhen=tuple(stored["elsewhen"]),
        **{
            name: frozenset(stored[name])
            for name in (
                "tallies",
                "reaching",
                "leaving",
                "hospitals",
                "taking",
                "treating",
                "untried",
                "hypothetical",
                "currencies",
                "time_units",
                "labels",
                "addresses",
                "parts",
                "events",
                "broad_events",
                "severe",
            )
        },
    )
