"""What a question asks to be counted. In: its grammar. Out: a `Wanted`, or None where it asks for no quantity. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.answering.figures.fates import tally_of
from index.answering.figures.figure import Measure
from index.answering.figures.grammar import Grammar
from index.answering.figures.read import figures_in
from index.answering.figures.vocabulary import vocabulary
from index.ports.grammar import Parsed

_HOW_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
_HOW_MUCH = re.compile(r"\bhow\s+much\b", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:what|which)\s+(?:percentage|per\s?cent|percent|share|proportion)\b|\bhow\s+many\s+per\s?cent\b", re.IGNORECASE)
_OF = re.compile(r"^\W*(?:(?:what|which)\s+(?:is|was|were|are)\s+)?(?:the\s+)?(?:total\s+)?(?:numbers?|count|total)\s+of\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_PROPER = frozenset(["NORP", "GPE", "ORG", "LOC", "FAC"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be counted, and what happened to it."""

    measure: Measure
    noun: str | None
    """By lemma, in lower case; None where nothing is named: "how many were wounded?"."""
    groups: frozenset[str]
    """Kinds of people; empty for anybody, and for anything else."""
    words: frozenset[str]
    """Words that say which of them, in lower case: "russian"."""
    named: frozenset[str]
    """Those of ``words`` that are names of peoples, places or bodies: whoever counts others does not answer."""
    fate: str | None
    verb: str | None
    events: frozenset[str]
    """The kinds of events that the question names in the singular, by lemma."""
    phrase: str | None
    """What is to be counted, as the question has it: "Russian soldiers"; None also for "how many times", which names nothing."""

    @property
    def of_anybody(self) -> bool:
        """Whether people are counted, whoever they are."""
        return self.fate is not None and not self.groups and not self.words


def asks_how_many(question: str) -> bool:
    """Whether nothing but a number answers it."""
    return _HOW_MANY.search(question) is not None


def may_be_wanted(question: str) -> bool:
    """Whether it may ask for a quantity, by a look that costs next to nothing: it has the words for one, or names a tally."""
    if any(pattern.search(question) for pattern in (_SHARE, _HOW_MANY, _HOW_MUCH, _OF)):
        return True
    tallies = vocabulary().tallies
    words = _WORD.findall(question.lower())
    return any({word, word.removesuffix("s"), f"{word.removesuffix('ies')}y"} & tallies for word in words)


def wanted(parsed: Parsed) -> Wanted | None:
    """What the question asks to be counted; None for any other question."""
    text = parsed.text
    if _SHARE.search(text):
        return _plain(Measure.PERCENT)
    if _HOW_MANY.search(text):
        return _many(parsed)
    if _HOW_MUCH.search(text):
        return _plain(Measure.MONEY)
    return _tally(parsed)


def _plain(measure: Measure) -> Wanted:
    return Wanted(measure, None, frozenset(), frozenset(), frozenset(), None, None, frozenset(), None)


def _many(parsed: Parsed) -> Wanted | None:
    how_many = _HOW_MANY.search(parsed.text)
    assert how_many is not None  # the caller saw it
    for figure in figures_in(parsed):
        if figure.quantity.vague and how_many.start() <= figure.quantity.start < how_many.end():
            noun = figure.noun if figure.noun not in {"many", "people", "person", "dead"} else None
            phrase = parsed.text[figure.quantity.end : figure.span.end].strip() or None if noun != "time" else None
            fate = figure.fate or (_fate_said(parsed, figure.span.end) if noun is None or figure.groups else None)
            return Wanted(
                figure.measure,
                noun,
                figure.groups,
                figure.words,
                _named(parsed, figure.words),
                fate,
                figure.verb,
                figure.events - figure.several,
                phrase,
            )
    return None


def _fate_said(parsed: Parsed, after: int) -> str | None:
    """The fate of a verb further on: "how many people did the gunman kill?"."""
    fates, grammar = vocabulary().fates, Grammar(parsed)
    for at in grammar.covering(after, len(parsed.text)):
        if grammar[at].part == "VERB" and grammar[at].relation in {"ROOT", "acl", "relcl", "advcl"}:
            return fates.transitive.get(grammar.lemma(at)) or fates.intransitive.get(grammar.lemma(at))
    return None


def _tally(parsed: Parsed) -> Wanted | None:
    """ "What is the death toll", "number of people injured"."""
    grammar = Grammar(parsed)
    for at in range(len(grammar)):
        if grammar.lemma(at) not in vocabulary().tallies:
            continue
        if (fate := tally_of(grammar, at)) is not None:
            return Wanted(Measure.COUNT, None, frozenset(), frozenset(), frozenset(), fate, None, frozenset(), None)
    found = _OF.search(parsed.text)
    words = grammar.covering(found.end(), len(parsed.text)) if found else range(0)
    noun = next((at for at in words if grammar[at].part == "NOUN"), None)
    if noun is None:
        return None
    lemma = grammar.lemma(noun)
    own = frozenset(grammar.lower[at] for at in grammar.children(noun, "amod", "compound"))
    groups = vocabulary().groups.get(lemma, frozenset())
    return Wanted(
        Measure.COUNT,
        lemma,
        groups,
        own,
        _named(parsed, own),
        None,
        None,
        frozenset(),
        parsed.text[grammar[noun].start : grammar[noun].end],
    )


def _named(parsed: Parsed, words: frozenset[str]) -> frozenset[str]:
    names = {
        part.lower() for entity in parsed.entities if entity.label in _PROPER for part in parsed.text[entity.start : entity.end].split()
    }
    return words & names
