"""Who is behind a pronoun or a role. In: a statement, its sentence and those before it. Out: where the speaker is named. Pure.

"He" is the one who spoke last, else the person named last; "the ministry" is the ministry that a sentence before names in full.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.answering.statement import Statement, source_span
from index.answering.statements import statements
from index.answering.syntax import Syntax
from index.domain import Span

_LABELS = {"he": ("PERSON",), "she": ("PERSON",), "they": ("ORG", "NORP", "GPE"), "it": ("ORG", "GPE")}
_FEMALE = frozenset(["mrs", "ms", "miss", "she", "her", "actress", "spokeswoman", "chairwoman", "congresswoman", "queen", "lady"])
_MALE = frozenset(["mr", "he", "his", "him", "actor", "spokesman", "chairman", "congressman", "king", "lord", "sir"])


def resolved(syntax: Syntax, statement: Statement, before: Sequence[Syntax]) -> tuple[Span, int]:
    """Where the speaker is named: a span, and the sentence it is in (0 this one, -1 the one before…); as it stands where none is found."""
    assert statement.source is not None
    assert statement.head is not None
    word = syntax.parsed.text[statement.source.start : statement.source.end].lower()
    found = None
    if word in _LABELS:
        found = _person_or_group(word, syntax, statement, before)
    elif _is_role(syntax, statement.head):
        found = _in_full(syntax, statement, before)
    return found or (statement.source, 0)


def _person_or_group(word: str, syntax: Syntax, statement: Statement, before: Sequence[Syntax]) -> tuple[Span, int] | None:
    labels = _LABELS[word]
    for distance, sentence in [(0, syntax), *((index - len(before), before[index]) for index in range(len(before) - 1, -1, -1))]:
        limit = statement.source.start if distance == 0 and statement.source else len(sentence.parsed.text) + 1
        named = [
            one
            for one in sentence.parsed.entities
            if one.label in labels and one.end <= limit and _may_be(word, sentence, one.start, one.end)
        ]
        if not named:
            continue
        speakers = [one.source for one in statements(sentence) if one.source is not None and one.source.end <= limit]
        speaking = [span for span in reversed(speakers) if any(span.start <= one.start < span.end for one in named)]
        if speaking:
            return speaking[0], distance
        subjects = [
            number
            for number, token in enumerate(sentence.tokens)
            if token.relation in ("nsubj", "nsubjpass") and any(one.start <= token.start < one.end for one in named)
        ]
        if subjects:
            return source_span(sentence, subjects[0]), distance
        first = named[0] if distance else named[-1]
        return Span(first.start, first.end), distance
    return None


def _may_be(pronoun: str, sentence: Syntax, start: int, end: int) -> bool:
    """Whether nothing beside the name speaks against the pronoun: "Mrs", "spokesman"."""
    around = [sentence.word(number).lower().strip(".") for number in sentence.at(Span(max(0, start - 14), end))]
    if pronoun == "he":
        return not _FEMALE.intersection(around)
    if pronoun == "she":
        return not _MALE.intersection(around)
    return True


def _is_role(syntax: Syntax, head: int) -> bool:
    """Whether it is a common noun made definite, with nothing more said of it: "the ministry"."""
    children = syntax.children[head]
    return syntax.tokens[head].part == "NOUN" and [syntax.word(one).lower() for one in children] == ["the"]


def _in_full(syntax: Syntax, statement: Statement, before: Sequence[Syntax]) -> tuple[Span, int] | None:
    """The nearest earlier noun phrase of the same noun that says more: "Turkey's defence ministry", "Minister Fikri Isik"."""
    assert statement.head is not None
    noun = syntax.tokens[statement.head].lemma.lower()
    for index in range(len(before) - 1, -1, -1):
        sentence = before[index]
        for phrase in sentence.parsed.noun_phrases:
            numbers = sentence.at(phrase)
            words = [sentence.tokens[one].lemma.lower() for one in numbers]
            if noun in words and any(sentence.tokens[one].part == "PROPN" for one in numbers):
                return phrase, index - len(before)
    return None
