"""A statement: who, and what is said; and how its stretches are cut from a sentence. In: tokens of a parse. Out: spans. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.answering.reporting import DOUBTING, RESERVED, RESERVED_NOUNS
from index.answering.syntax import Syntax, trimmed
from index.domain.articles import Span


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody says something. Offsets are into the sentence."""

    source: Span | None
    """Who, as a noun phrase; None where nobody is named."""
    head: int | None
    """The token that heads ``source``."""
    cue: Span
    content: tuple[Span, ...]
    """What is said, in the order of the text."""
    hedge: bool
    quoted: bool
    """Whether a quotation is part of what is said, or a neighbouring one may be."""
    within: bool = False
    """Whether it is itself part of a quotation, so that what is quoted beside it is not its source's."""

    @property
    def breadth(self) -> int:
        """Characters of what is said: of two statements, one within the other, the inner one has fewer."""
        return sum(one.end - one.start for one in self.content)

    def covers(self, span: Span) -> bool:
        """Whether what stands there is part of what is said."""
        return any(one.start <= span.start and span.end <= one.end for one in self.content)


def reserved(syntax: Syntax, source: int, verb: int | None) -> bool:
    """Whether it is said with reserve: by "most reports", or as a belief."""
    doubting = verb is not None and syntax.tokens[verb].lemma.lower() in DOUBTING - {"claim"}
    some = any(syntax.word(one).lower() in RESERVED for one in syntax.children[source])
    return doubting or (some and syntax.tokens[source].lemma.lower() in RESERVED_NOUNS)


def source_span(syntax: Syntax, head: int) -> Span:
    """The noun phrase of a speaker: with its titles and those named beside it, without clauses and afterthoughts."""
    left_out = ("relcl", "acl", "advcl", "appos", "advmod", "parataxis", "dep", "ccomp", "npadvmod")

    def drop(number: int) -> bool:
        token = syntax.tokens[number]
        if token.relation in ("conj", "cc"):
            return number < head
        if token.relation == "prep":
            return syntax.word(number).lower() not in ("of", "for", "in", "from", "at", "with", "on")
        if token.relation == "punct":
            return syntax.word(number) not in ",-’'.&"
        return token.relation in left_out

    numbers = syntax.under(head, drop)
    run = _run_around(numbers, head)
    run = trimmed(syntax.tokens, run, lambda token: token.relation in ("punct", "cc", "case"))
    return syntax.span(run or [head])


def _run_around(numbers: list[int], head: int) -> list[int]:
    """The unbroken run of numbers that has the head in it."""
    there, first, last = set(numbers), head, head
    while first - 1 in there:
        first -= 1
    while last + 1 in there:
        last += 1
    return list(range(first, last + 1))


def runs(syntax: Syntax, numbers: list[int]) -> list[Span]:
    """The unbroken runs of tokens as spans."""
    gathered: list[list[int]] = []
    for one in numbers:
        if gathered and one == gathered[-1][-1] + 1:
            gathered[-1].append(one)
        else:
            gathered.append([one])
    kept = (trimmed(syntax.tokens, run, lambda token: token.relation == "punct") for run in gathered)
    return [syntax.span(run) for run in kept if run]


def without(span: Span, cut: Span, text: str) -> list[Span]:
    """The span without the part that the cut takes, and without the white space and commas this leaves at its ends."""
    pieces = (
        [(span.start, min(span.end, cut.start)), (max(span.start, cut.end), span.end)] if _overlap(span, cut) else [(span.start, span.end)]
    )
    kept = []
    for first, last in pieces:
        lead = len(text[first:last]) - len(text[first:last].lstrip(" ,\n"))
        if inner := text[first:last].strip(" ,\n"):
            kept.append(Span(first + lead, first + lead + len(inner)))
    return kept


def _overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, those that overlap made one."""
    joined: list[Span] = []
    for one in sorted(spans, key=lambda span: span.start):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)
