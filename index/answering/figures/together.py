"""The figures of one sentence, seen together. In: its grammar, and each figure as it stands alone. Out: the same, with what binds them. Pure.

Which of them are parts of a whole that is given beside them or by nobody, and which of those who were shot died of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.answering.figures.fates import KILLED, SHOT, WOUNDED
from index.answering.figures.figure import Figure, Measure
from index.answering.figures.grammar import Grammar
from index.answering.figures.quantity import Qualifier
from index.answering.figures.vocabulary import vocabulary

_AND = re.compile(r"\s*(?:,|,?\s*and|&)\s*", re.IGNORECASE)
_FEW = r"(?:one|two|three|four|five|six|\d+)"
_IN_CONDITION = re.compile(r" (?:is|are|was|were|remains?|remained) (?:listed )?in (?:\w+ ){0,2}condition", re.IGNORECASE)
_AND_OTHERS = re.compile(
    rf"\band {_FEW}(?: (?:others?|more)(?: \w+)?)? (?:is|are|was|were|remains?) (?:taken|transported|rushed|airlifted|treated|listed|in )",
    re.IGNORECASE,
)
"""Behind some who are cared for: others who are, too."""
_THE_OTHER = re.compile(
    r"\b(?:the other|the rest|(?:a|the) (?:second|third|fourth|fifth|sixth|seventh|eighth))"
    r"(?: (?:one|person|people|victims?|man|men|woman|women|boy|girl|teen\w*))?"
    r"(?:,| (?:is|are|was|were|has|have|remains?|remained|died|walked|drove)\b)",
    re.IGNORECASE,
)
"""Another of those who are counted: "and a fourth was treated"."""
_OF_THEM_DIED = re.compile(
    rf"\b{_FEW} of (?:whom|them|those(?: \w+)?|the \w+)\b[^.;]{{0,30}}\b(?:fatal\w*|died|dies|dead|killed|dying)\b"
    rf"|\b(?:kill\w*|fatally \w+) {_FEW} of (?:them|those)\b|\b{_FEW} fatally\b",
    re.IGNORECASE,
)
"""Behind a number of people who were shot or brought to a hospital: some of them died."""
_LEFT_DEAD = re.compile(r"\b(?:leaving|killing|died|dead|killed)\b", re.IGNORECASE)
_DIED_THERE = re.compile(r"\b(?:pronounced dead|later died|where (?:he|she) died|succumbed)\b", re.IGNORECASE)
_STAYING = frozenset(["remain", "stay"])
"""In hospital."""


def together(grammar: Grammar, figures: Sequence[Figure]) -> list[Figure]:
    """The figures, in order. grammar: of their sentence."""
    return _shares(grammar, _lists(grammar, list(figures)))


def _lists(grammar: Grammar, figures: list[Figure]) -> list[Figure]:
    """The same, with "two adults and four children dead" seen as parts of a whole that nobody gives: they share what
    happened and are not added up."""
    text = grammar.parsed.text
    for at in range(len(figures) - 1, 0, -1):
        one, other = figures[at - 1], figures[at]
        listed = one.noun is not None and other.noun is not None and _AND.fullmatch(text, one.span.end, other.span.start)
        if (
            listed
            and other.fate is not None
            and (one.fate is None or one.fate == other.fate)
            and one.measure is other.measure is Measure.COUNT
        ):
            figures[at - 1], figures[at] = replace(one, part=True, fate=other.fate), replace(other, part=True)
    return figures


def _shares(grammar: Grammar, figures: list[Figure]) -> list[Figure]:
    """The same, seen together: who was brought to one hospital, or treated, is a part where others who were hurt are counted beside them, and so is
    one beside whom there is "the other"; and of who was shot, some died.
    """
    text = grammar.parsed.text
    hurt = [one for one in figures if one.fate in {WOUNDED, SHOT}]
    found: list[Figure] = []
    for one in figures:
        if one.fate not in {WOUNDED, SHOT}:
            found.append(one)
            continue
        is_cared_for = one.verb in vocabulary().taking | vocabulary().treating | _STAYING
        if is_cared_for and one.quantity.value == 1 and _DIED_THERE.search(text, one.span.end):
            found.append(replace(one, fate=KILLED))
            continue
        some_died = _OF_THEM_DIED.search(text, one.span.end) is not None
        if one.fate == SHOT and Qualifier.ANOTHER not in one.qualifiers:
            some_died = some_died or _LEFT_DEAD.search(text) is not None
        is_cared_for = is_cared_for or _IN_CONDITION.match(text, one.span.end) is not None
        is_part = (
            one.part
            or _THE_OTHER.search(text, one.span.end) is not None
            or (is_cared_for and (len(hurt) > 1 or _AND_OTHERS.search(text, one.span.end) is not None))
        )
        found.append(replace(one, part=is_part, some_died=some_died))
    return found
