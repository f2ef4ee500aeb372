"""Who is behind a pronoun or a role. In: a statement, its sentence and those before it. Out: where the speaker is named. Pure.

"He" is the one who spoke last, else the one the sentences before are about; "the ministry" is the ministry that a sentence before names in full.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.answering.quotations import quotations
from index.answering.statement import Statement, source_span
from index.answering.statements import statements
from index.answering.syntax import Syntax
from index.domain.articles import Span

_BACK = 4
"""Sentences looked back for a name."""
_LABELS = {"he": ("PERSON",), "she": ("PERSON",), "they": ("PERSON", "ORG", "NORP", "GPE"), "it": ("ORG", "GPE")}
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
    """The nearest named speaker, or subject, that the pronoun may stand for; a sentence that goes on with the same pronoun is passed over.

    Names that are only mentioned are not taken: a wrong speaker is worse than none.
    """
    assert statement.source is not None
    own = [one for one in _subjects(syntax) if one.end <= statement.source.start and not _is_quoted(syntax, one)]
    if (found := _named(word, syntax, own)) is not None:
        return found, 0
    for distance in range(1, min(len(before), _BACK) + 1):
        sentence = before[-distance]
        speakers = [one.source for one in statements(sentence) if one.source is not None and not one.within]
        unquoted = [one for one in _subjects(sentence) if not _is_quoted(sentence, one)]
        if (found := _named(word, sentence, speakers or unquoted[:1])) is not None:
            return found, -distance
        said_by = [sentence.parsed.text[one.start : one.end].lower() for one in (*speakers, *unquoted)]
        if word not in said_by and unquoted:
            return None
    return None


def _named(word: str, sentence: Syntax, spans: Sequence[Span]) -> Span | None:
    """The last of these noun phrases that names somebody the pronoun may stand for."""
    for span in reversed(spans):
        plural = " and " in sentence.parsed.text[span.start : span.end]
        named = [one for one in sentence.parsed.entities if one.label in _LABELS[word] and span.start <= one.start < span.end]
        if named and plural == (word == "they") and _may_be(word, sentence, span.start, span.end):
            return span
    return None


def _subjects(sentence: Syntax) -> list[Span]:
    return [source_span(sentence, number) for number, token in enumerate(sentence.tokens) if token.relation in ("nsubj", "nsubjpass")]


def _is_quoted(sentence: Syntax, span: Span) -> bool:
    return any(one.covers(span) for one in quotations(sentence.parsed.text))


def _may_be(pronoun: str, sentence: Syntax, start: int, end: int) -> bool:
    """Whether nothing beside the name speaks against the pronoun: "Mrs", "spokesman"."""
    around = [sentence.word(number).lower().strip(".") for number in sentence.at(Span(start, end))]
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
