"""Reports that say the same but for one name, date or number. In: sentences as evidence, and the kind of answer asked for. Out: what stands in each
other's place, as claims. Pure.

Two sentences that agree nearly word for word tell the same thing; where one has "Tampa" and the other "Glendale", one of them is wrong, whatever
the question was worded like. Wording alone decides, so that it works for any kind of name, and seldom sees a conflict where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.answering.asked_for import Kind
from index.answering.conflict import Claim, same_name
from index.answering.evidence import Evidence
from index.domain.articles import Span

LEAST_SHARED = 5
"""Words that both have, at the least…"""

LEAST_ALIKE = 0.5
"""…and as a share of the words of the longer sentence."""

LONGEST = 6
"""Words of a name that stands in another's place."""

LEAST_SHORT, LONGEST_SHORT = 3, 4
"""Letters of what is short for a longer word."""

_WORD = re.compile(r"\w+(?:['’.]\w+)*")
_DATELINE = re.compile(r"\s*(?:[-–—:]|\((?:AP|AFP|CNN|Reuters|UPI|dpa)\))|,[^.]{0,30}\s[-–—]\s")
"""Behind the place that a report is sent from, which no report is about."""

_NAMING = {"PROPN", "NOUN", "NUM", "ADJ", "X"}
"""Parts of speech of which a name or a number has one: "Though" at the head of a sentence has none."""

_LABELS = {
    Kind.PERSON: {"PERSON", "ORG", "NORP", "GPE"},
    Kind.PLACE: {"GPE", "LOC", "FAC", "ORG"},
    Kind.ORGANISATION: {"ORG", "PERSON", "NORP"},
    Kind.DATE: {"DATE", "CARDINAL", "TIME"},
    Kind.TIME: {"TIME", "CARDINAL", "DATE"},
    Kind.NUMBER: {"CARDINAL", "QUANTITY", "PERCENT", "MONEY", "ORDINAL", "DATE"},
    Kind.MONEY: {"MONEY", "CARDINAL"},
    Kind.DURATION: {"DATE", "TIME", "CARDINAL", "QUANTITY"},
}
"""The labels of names that may answer each kind of question; a name that the parser does not know may answer any."""


@dataclass(frozen=True, slots=True)
class _Words:
    lower: tuple[str, ...]
    kinds: frozenset[str]
    """The same, each once."""


def substitutes(question: str, kind: Kind, evidence: Sequence[Evidence]) -> list[Claim]:
    """Claims that stand in each other's place in nearly equal sentences of different articles; empty if there are none, as there mostly are.

    kind: what the question asks for. What the question itself says is no answer to it.
    """
    words = [_words(one.text) for one in evidence]
    asked = {word.lower() for word in _WORD.findall(question)}
    claims: dict[tuple[str, int, int], Claim] = {}
    for first in range(len(evidence)):
        for second in range(first + 1, len(evidence)):
            if evidence[first].article_id == evidence[second].article_id:
                continue
            for one, other in _exchanged(words[first], words[second]):
                here, there = _claim(evidence[first], one), _claim(evidence[second], other)
                if (
                    _same(here, there)
                    or not (kind in _LABELS or _like(here, there))
                    or not all(_may_answer(claim, kind, asked) for claim in (here, there))
                ):
                    continue
                for claim in (here, there):
                    claims.setdefault((claim.evidence.article_id, claim.mark.start, claim.mark.end), claim)
    return list(claims.values())


def _same(one: Claim, other: Claim) -> bool:
    """Whether nothing but small words differs: "about 3 miles", "approximately 3 miles"."""
    if same_name(one.text, other.text):
        return True
    first, second = ({word for word in _WORD.findall(claim.text) if word[0].isupper() or word[0].isdigit()} for claim in (one, other))
    return all(any(_short_for(word, its) for its in second) for word in first) and all(
        any(_short_for(word, its) for its in first) for word in second
    )


def _short_for(one: str, other: str) -> bool:
    """Whether they are one word, or one is short for the other: "Gov" for "Governor", "Cavs" for "Cavaliers". Longer ones are names of their own:
    "Niger" is not short for "Nigeria"."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    if short == long:
        return True
    return LEAST_SHORT <= len(short) <= LONGEST_SHORT and (long.startswith(short) or (long[:3], long[-1]) == (short[:3], short[-1]))


def _like(one: Claim, other: Claim) -> bool:
    """Whether both are names of the same kind, or of none that the parser knows."""
    first, second = _labels(one), _labels(other)
    return not first or not second or bool(first & second)


def _labels(claim: Claim) -> set[str]:
    start = claim.mark.start - claim.evidence.span.start
    return {entity.label for entity in claim.evidence.parsed.entities if entity.start < start + len(claim.text) and entity.end > start}


def near_copies(sentences: Sequence[tuple[str, str]]) -> list[int]:
    """Which of these sentences, each with its article's id, are nearly another's of another article, in order."""
    words = [_words(text) for _, text in sentences]
    near: set[int] = set()
    for first in range(len(sentences)):
        for second in range(first + 1, len(sentences)):
            if sentences[first][0] != sentences[second][0] and _exchanged(words[first], words[second]):
                near |= {first, second}
    return sorted(near)


def _exchanged(one: _Words, other: _Words) -> list[tuple[range, range]]:
    """Runs of words that stand in each other's place in two sentences that are otherwise alike."""
    least = max(LEAST_SHARED, LEAST_ALIKE * max(len(one.lower), len(other.lower)))
    most = len(one.kinds & other.kinds) + min(len(words.lower) - len(words.kinds) for words in (one, other))
    if most < least:  # quick, and true of nearly all pairs
        return []
    matcher = SequenceMatcher(None, one.lower, other.lower, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < least:
        return []
    return [
        (range(a, b), range(c, d))
        for name, a, b, c, d in matcher.get_opcodes()
        if name == "replace" and b - a <= LONGEST and d - c <= LONGEST
    ]


def _claim(evidence: Evidence, run: range) -> Claim:
    words = list(_WORD.finditer(evidence.text))
    start, end = words[run[0]].start(), words[run[-1]].end()
    for entity in evidence.parsed.entities:
        if entity.start < end and entity.end > start and entity.end - entity.start <= 60:
            start, end = min(start, entity.start), max(end, entity.end)
    mark = Span(evidence.span.start + start, evidence.span.start + end)
    return Claim(evidence.text[start:end], mark, evidence, evidence.relevance)


def _may_answer(claim: Claim, kind: Kind, asked: set[str]) -> bool:
    """Whether it looks like a name or a number, one of the kind asked for, that the question does not say itself."""
    found = _WORD.findall(claim.text)
    if not any(word[0].isupper() or word[0].isdigit() for word in found) or all(word.lower() in asked for word in found):
        return False
    start = claim.mark.start - claim.evidence.span.start
    inside = [one for one in claim.evidence.parsed.tokens if one.start < start + len(claim.text) and one.end > start]
    if start == 0 and _DATELINE.match(claim.evidence.text, len(claim.text)):
        return False
    if any(one.part in {"VERB", "AUX", "PRON"} for one in inside) or not any(one.part in _NAMING for one in inside):
        return False
    labels = _labels(claim)
    return kind not in _LABELS or not labels or bool(labels & _LABELS[kind])


def _words(text: str) -> _Words:
    lower = tuple(word.lower() for word in _WORD.findall(text))
    return _Words(lower, frozenset(lower))
