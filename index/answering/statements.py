"""The statements in a sentence: who, the words that mark it, and what is said. In: its grammar. Out: statements, with offsets. Pure.

What marks one: a verb (``saying``); "according to"; a noun that takes a clause ("a statement that…"); a colon or a dash between a name and
what they say; and adverbs that give no name ("reportedly").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.answering.quotations import Quotation, quotations
from index.answering.reporting import HEDGES, LABELS, NOUNS
from index.answering.saying import said
from index.answering.statement import Statement, reserved, runs, source_span
from index.answering.syntax import Syntax
from index.domain.articles import Span

_LEAD = re.compile(r"\W*([^\W\d_][^:\n]{1,58}):(?=\s|$)")
"""A name and a colon at the beginning."""
_NAMES = 4
"""Words of a name before a colon."""
_WHO = ("PERSON", "ORG", "GPE", "NORP")
_SIGNED = re.compile(r"\s*([―—–]|--)\s*([^\n]{2,70})$")
"""A dash and a name at the end."""


def statements(syntax: Syntax, *, opened: bool = False) -> list[Statement]:
    """All of them, in the order of their cues. opened: whether the sentence begins within a quotation."""
    quoted = quotations(syntax.parsed.text, opened=opened)
    found = [*said(syntax, quoted), *_according(syntax), *_nouns(syntax), *_labelled(syntax), *_signed(syntax, quoted), *_hedges(syntax)]
    return sorted(found, key=lambda one: one.cue.start)


def _according(syntax: Syntax) -> Iterator[Statement]:
    """ "According to X": the rest of the clause it stands in."""
    for number, token in enumerate(syntax.tokens):
        if syntax.word(number).lower() != "according":
            continue
        to = syntax.child(number, "prep")
        source = None if to is None else syntax.child(to, "pobj", "pcomp")
        if source is None or to is None:
            continue
        own, governs = set(syntax.under(number)), token.head
        while syntax.tokens[governs].part not in ("VERB", "AUX") and syntax.tokens[governs].head != governs:
            governs = syntax.tokens[governs].head
        if content := runs(syntax, [one for one in syntax.under(governs) if one not in own]):
            hedge = reserved(syntax, source, None)
            yield Statement(source_span(syntax, source), source, syntax.span((number, to)), tuple(content), hedge, quoted=False)


def _nouns(syntax: Syntax) -> Iterator[Statement]:
    """ "A military statement that…", "Assad's assurances that…"."""
    for number, token in enumerate(syntax.tokens):
        if token.part != "NOUN" or token.lemma.lower() not in NOUNS:
            continue
        clauses = [
            one for one in syntax.children[number] if syntax.tokens[one].relation in ("acl", "ccomp", "relcl") and _has_that(syntax, one)
        ]
        if clauses:
            owner = syntax.child(number, "poss")
            source = number if owner is None else owner
            content = (syntax.span(syntax.under(clauses[0])),)
            hedge = reserved(syntax, number, None)
            yield Statement(source_span(syntax, source), source, Span(token.start, token.end), content, hedge, quoted=False)


def _has_that(syntax: Syntax, clause: int) -> bool:
    return any(syntax.tokens[one].relation == "mark" and syntax.word(one).lower() == "that" for one in syntax.children[clause])


def _labelled(syntax: Syntax) -> Iterator[Statement]:
    """ "Smith: it will rain", in headlines and transcripts: names only before the colon."""
    text = syntax.parsed.text
    if not (found := _LEAD.match(text)) or found[1].lower() in LABELS or not text[found.end() :].strip():
        return
    name = Span(found.start(1), found.end(1))
    tokens = syntax.at(name)
    known = found[1].isupper() or any(one.start < name.end for one in syntax.parsed.entities if one.label in _WHO)
    quotes = text[found.end() :].lstrip()[0] in "“\"«„'" and all(syntax.word(one)[0].isupper() for one in tokens)
    if 0 < len(tokens) <= _NAMES and (known or quotes):
        yield Statement(
            name, tokens[-1], Span(name.end, name.end + 1), (_stripped(text, name.end + 1, len(text)),), hedge=False, quoted=True
        )


def _signed(syntax: Syntax, quoted: Sequence[Quotation]) -> Iterator[Statement]:
    """A quotation, a dash, a name."""
    text = syntax.parsed.text
    for one in quoted:
        if one.closed and (found := _SIGNED.match(text, one.end + 1)):
            name = _stripped(text, found.start(2), found.end(2))
            tokens = syntax.at(name)
            if any(syntax.tokens[token].part == "PROPN" for token in tokens) and not any(
                syntax.tokens[token].part == "VERB" for token in tokens
            ):
                head = next(token for token in reversed(tokens) if syntax.tokens[token].part == "PROPN")
                yield Statement(name, head, Span(found.start(1), found.end(1)), (Span(one.start, one.end),), hedge=False, quoted=True)


def _hedges(syntax: Syntax) -> Iterator[Statement]:
    """ "Reportedly": what it stands with."""
    for number, token in enumerate(syntax.tokens):
        if syntax.word(number).lower() in HEDGES and token.head != number:
            around = runs(syntax, [one for one in syntax.under(token.head) if one != number])
            if around:
                yield Statement(None, None, Span(token.start, token.end), tuple(around), hedge=True, quoted=False)


def _stripped(text: str, start: int, end: int) -> Span:
    """The stretch without white space and full stops at its ends; it has other characters."""
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, start + left + len(inner.strip().rstrip(".")) or start + left + 1)
