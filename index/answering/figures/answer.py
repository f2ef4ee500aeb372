"""Figures that answer a question of quantity. In: what is wanted, and evidence. Out: claims; or that there are only figures of others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.answering.attribution import attribute
from index.answering.conflict import Claim
from index.answering.event import days_told, is_beside
from index.answering.evidence import Evidence
from index.answering.figures.asked import Wanted
from index.answering.figures.matching import fit, is_of_others
from index.answering.figures.read import figures_in
from index.domain.articles import Span
from index.ports.grammar import Parsed

_SAYING = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "NUM"])
_EMPTY = frozenset(["many", "much", "be", "have", "do", "number", "percentage", "percent", "total"])

LEAST_FIT = 0.15
"""A figure that fits worse is no answer."""


NEXT_DAY, OTHER_DAY = 0.75, 0.35
"""What is left of a fit where the sentence names the day before or after the one asked about, or other days only."""

DAY_LINE = timedelta(days=1)
"""Where it happened it may be a day later than in the article's date, which is in UTC."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the evidence says in answer to a question of quantity."""

    claims: tuple[Claim, ...]
    of_others: bool
    """Whether the only figures of what happened are of others than those asked about."""


def counted(wanted: Wanted, question: Parsed, evidence: Sequence[Evidence], day: date | None = None) -> Counted:
    """The figures in the evidence that answer. question: what ``wanted`` was read from. day: when it happened, if it says so."""
    asked = _content(question)
    claims: list[Claim] = []
    others = False
    for one in evidence:
        if wanted.fate and _is_before(one, day):
            continue
        published = one.published_at.year if one.published_at is not None else None
        years = frozenset([day.year]) if day else frozenset([published, published - 1]) if published else frozenset[int]()
        then = _then(one, day)
        best: dict[tuple[float, float], Claim] = {}
        for figure in figures_in(one.parsed):
            others = others or is_of_others(wanted, figure)
            fitting = fit(wanted, figure, years) * then
            if fitting < LEAST_FIT:
                continue
            mark = Span(one.span.start + figure.span.start, one.span.start + figure.span.end)
            said = attribute(one.parsed, figure.span)
            claim = Claim(
                text=one.text[figure.span.start : figure.span.end],
                mark=mark,
                evidence=one,
                weight=fitting * one.relevance * (1.0 if wanted.fate else _said(asked, one.parsed)),
                fit=fitting,
                value=figure.quantity.value,
                unit=figure.unit,
                bounds=figure.bounds,
                who=said.who if said is not None and said.named else None,
            )
            if figure.bounds not in best or best[figure.bounds].weight < claim.weight:
                best[figure.bounds] = claim
        claims += best.values()
    return Counted(tuple(_once(claims)), of_others=others and not claims)


def _is_before(one: Evidence, day: date | None) -> bool:
    """Whether it was published before the day it happened, so that it counts the victims of something else."""
    return day is not None and one.published_at is not None and one.published_at.date() < day - DAY_LINE


def _then(one: Evidence, day: date | None) -> float:
    """What is left of a fit by the days that the sentence names."""
    if day is None:
        return 1.0
    published = one.published_at.date() if one.published_at is not None else None
    named = list(days_told(one.text, published, Span(0, len(one.text))))
    if not named or any(first <= day <= last for first, last in named):
        return 1.0
    return NEXT_DAY if any(is_beside(day, days) for days in named) else OTHER_DAY


def _content(parsed: Parsed) -> frozenset[str]:
    """The words that say what a sentence is about, by lemma."""
    return frozenset(token.lemma.lower() for token in parsed.tokens if token.part in _SAYING and token.lemma.lower() not in _EMPTY)


def _said(asked: frozenset[str], sentence: Parsed) -> float:
    """How much of what is asked about the sentence says, squared: "how many tickets" alone is not what was sold, or where."""
    return (len(asked & _content(sentence)) / len(asked)) ** 2 if asked else 1.0


def _once(claims: Sequence[Claim]) -> list[Claim]:
    """A part beside a better claim of the same article is no side: of one article's figures those count that fit nearly as well as its best."""
    best: dict[str, float] = {}
    for claim in claims:
        best[claim.evidence.article_id] = max(best.get(claim.evidence.article_id, 0.0), claim.weight)
    return [claim for claim in claims if claim.weight >= 0.5 * best[claim.evidence.article_id]]
