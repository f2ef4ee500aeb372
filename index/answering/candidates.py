"""What a short answer may be at all: stretches that the grammar of a sentence marks off. In: a parsed sentence. Out: its candidates. Pure.

Names, numbers with their nouns, noun phrases with and without what hangs on them, prepositional phrases, clauses, adjectives, quotations. Whatever
is shown is one of them, so it is always a verbatim part of the sentence, and never half a name. Which one answers is for a reader to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag

from index.ports.grammar import Parsed, Token

MAX_TOKENS = 30
"""A longer stretch is no short answer."""

MAX_CANDIDATES = 120
"""Of one sentence, shorter ones first: a hostile sentence of hundreds of words must not take seconds."""


class Origin(IntFlag):
    """What marks a candidate off; several may."""

    ENTITY = 1
    NOUN_PHRASE = 2
    NUMBER = 4
    PHRASE = 8
    """All that hangs on a word."""
    PREPOSITIONAL = 16
    CLAUSE = 32
    WORD = 64
    QUOTED = 128
    LIST = 256
    PART = 512
    """A noun phrase cut shorter."""


MAX_MODIFIERS = 5
"""Words before a noun that are left off one by one."""

MAX_CHAIN = 10
"""Tokens of a noun phrase with the next ones hanging on it: "the number of gates in a circuit"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens ``first`` to ``last``, both included, of a parsed sentence; ``start`` and ``end`` are offsets into its text."""

    first: int
    last: int
    start: int
    end: int
    head: int
    """The token that the others hang on."""
    origin: Origin


_EDGE_SIGNS = frozenset("\"'“”‘’«»()[],;:.?!-–—")
_DETERMINERS = frozenset(("DT", "PRP$", "WDT", "PDT"))
_QUOTES = {"“": "”", '"': '"', "«": "»"}


def candidates(parsed: Parsed) -> list[Candidate]:
    """All of a sentence, in the order of the text; no two cover the same tokens."""
    tokens = parsed.tokens
    found: dict[tuple[int, int], Origin] = {}
    for first, last, origin in _stretches(parsed):
        trimmed = _trimmed(tokens, parsed.text, first, last)
        if trimmed is not None and trimmed[1] - trimmed[0] < MAX_TOKENS:
            found[trimmed] = found.get(trimmed, Origin(0)) | origin
    shortest = sorted(found, key=lambda one: (one[1] - one[0], one[0]))[:MAX_CANDIDATES]
    return [Candidate(i, j, tokens[i].start, tokens[j].end, _head(tokens, i, j), found[i, j]) for i, j in sorted(shortest)]


def _stretches(parsed: Parsed) -> Iterator[tuple[int, int, Origin]]:
    tokens = parsed.tokens
    starts = {token.start: position for position, token in enumerate(tokens)}
    ends = {token.end: position for position, token in enumerate(tokens)}
    for spans, origin in ((parsed.entities, Origin.ENTITY), (parsed.noun_phrases, Origin.NOUN_PHRASE)):
        for span in spans:
            first, last = starts.get(span.start), ends.get(span.end)
            if first is not None and last is not None:
                yield first, last, origin
                yield from _without_opening(tokens, first, last, origin)
    left, right = _reach(tokens)
    phrase_ends = [ends[span.end] for span in parsed.noun_phrases if span.end in ends]
    for position, token in enumerate(tokens):
        yield from _around(tokens, position, left[position], right[position])
        if token.part in ("NOUN", "PROPN"):
            yield from _parts_of_phrase(tokens, position, left[position], right[position], phrase_ends)
        if token.part == "NUM":
            yield from _number(tokens, position)
        if token.part in ("ADJ", "NOUN", "PROPN", "ADV", "VERB") and token.relation not in ("aux", "auxpass"):
            yield position, position, Origin.WORD
    yield from _quoted(tokens, parsed.text)


def _around(tokens: tuple[Token, ...], position: int, left: int, right: int) -> Iterator[tuple[int, int, Origin]]:
    """What hangs on one word: all of it, and the parts of it that are answers by themselves."""
    token = tokens[position]
    if token.part in ("NOUN", "PROPN", "NUM", "PRON", "ADJ", "ADV"):
        yield left, right, Origin.PHRASE
        yield from _without_opening(tokens, left, right, Origin.PHRASE)
        yield left, position, Origin.NOUN_PHRASE
        yield from _without_opening(tokens, left, position, Origin.NOUN_PHRASE)
        # Up to a relative clause, an apposition, or a comma: "the ferry Estrid, which sank in May".
        for child in range(position + 1, right + 1):
            if tokens[child].head == position and tokens[child].relation in ("relcl", "appos", "acl", "punct", "conj", "cc", "prep"):
                yield left, child - 1, Origin.PHRASE
                yield from _without_opening(tokens, left, child - 1, Origin.PHRASE)
        if any(tokens[child].relation == "conj" and tokens[child].head == position for child in range(position + 1, right + 1)):
            yield left, right, Origin.LIST
            yield position, right, Origin.LIST
    if token.part in ("ADP", "SCONJ") and token.relation in ("prep", "agent", "mark", "dative"):
        yield left, right, Origin.PREPOSITIONAL
        if position < right:
            yield position, right, Origin.PREPOSITIONAL
            yield position + 1, right, Origin.PREPOSITIONAL
    if token.part in ("VERB", "AUX"):
        yield left, right, Origin.CLAUSE
        yield position, right, Origin.CLAUSE
        if left < position and tokens[left].part in ("SCONJ", "ADP", "PART"):
            yield left + 1, right, Origin.CLAUSE
        before = position - 1
        if before >= 0 and tokens[before].tag == "TO":
            yield before, right, Origin.CLAUSE
        for child in range(position + 1, right + 1):
            if tokens[child].head == position and tokens[child].relation in ("advcl", "conj", "cc", "punct", "prep"):
                yield position, child - 1, Origin.CLAUSE


def _parts_of_phrase(
    tokens: tuple[Token, ...], position: int, left: int, right: int, phrase_ends: Sequence[int]
) -> Iterator[tuple[int, int, Origin]]:
    """Less of what stands before the noun, what stands before it alone, and more of what hangs behind it: one noun phrase at a time."""
    for first in range(max(left, position - MAX_MODIFIERS), position):
        yield first, position, Origin.PART
        if first > left:
            yield left, first, Origin.PART
    opening = left + 1 if tokens[left].tag in _DETERMINERS and left < position else left
    for end in phrase_ends:
        if position < end < right and end - opening <= MAX_CHAIN:
            yield opening, end, Origin.PART


def _without_opening(tokens: tuple[Token, ...], first: int, last: int, origin: Origin) -> Iterator[tuple[int, int, Origin]]:
    if first < last and tokens[first].tag in _DETERMINERS:
        yield first + 1, last, origin


def _number(tokens: tuple[Token, ...], position: int) -> Iterator[tuple[int, int, Origin]]:
    """A number alone, with the words that make it vague ("at least"), and with what it counts."""
    first = last = position
    while first > 0 and tokens[first - 1].part == "NUM":
        first -= 1
    while last + 1 < len(tokens) and (tokens[last + 1].part == "NUM" or tokens[last + 1].lemma in ("%", "percent")):
        last += 1
    yield first, last, Origin.NUMBER
    if first > 0 and tokens[first - 1].tag == "$":
        first -= 1
        yield first, last, Origin.NUMBER
    vague = first
    while vague > 0 and tokens[vague - 1].head in range(first, last + 1) and tokens[vague - 1].relation in ("quantmod", "advmod", "amod"):
        vague -= 1
    yield vague, last, Origin.NUMBER
    if last + 1 < len(tokens) and tokens[last + 1].part in ("NOUN", "PROPN", "SYM"):
        yield first, last + 1, Origin.NUMBER
        yield vague, last + 1, Origin.NUMBER


def _quoted(tokens: tuple[Token, ...], text: str) -> Iterator[tuple[int, int, Origin]]:
    opened: int | None = None
    closing = ""
    for position, token in enumerate(tokens):
        sign = text[token.start : token.end]
        if opened is not None and sign == closing:
            if position - opened > 1:
                yield opened + 1, position - 1, Origin.QUOTED
            opened = None
        elif opened is None and sign in _QUOTES:
            opened, closing = position, _QUOTES[sign]


def _reach(tokens: tuple[Token, ...]) -> tuple[list[int], list[int]]:
    """For each token the first and last token of all that hangs on it."""
    left, right = list(range(len(tokens))), list(range(len(tokens)))
    for position in range(len(tokens)):
        above, steps = position, 0
        while tokens[above].head != above and steps < len(tokens):
            above, steps = tokens[above].head, steps + 1
            left[above], right[above] = min(left[above], position), max(right[above], position)
    return left, right


def _trimmed(tokens: tuple[Token, ...], text: str, first: int, last: int) -> tuple[int, int] | None:
    """The stretch without signs and conjunctions at its ends; None if nothing is left."""

    def idle(position: int) -> bool:
        token = tokens[position]
        return token.part == "SPACE" or (token.end - token.start == 1 and text[token.start] in _EDGE_SIGNS) or token.tag == "CC"

    while first <= last and idle(first):
        first += 1
    while first <= last and (idle(last) or tokens[last].tag == "POS"):
        last -= 1
    return (first, last) if first <= last else None


def _head(tokens: tuple[Token, ...], first: int, last: int) -> int:
    """The first token whose head lies outside, or that is the root."""
    for position in range(first, last + 1):
        head = tokens[position].head
        if head == position or not first <= head <= last:
            if tokens[position].part in ("ADP", "PUNCT", "DET") and position < last:
                continue
            return position
    return last
