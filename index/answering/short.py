"""Short answers: the name, figure or clause above the quotes. In: evidence and a reader. Out: short answers that are parts of it, word for word.

Clock times, reasons and ways are found by rules, the rest by the reader, whose confidence decides whether anything is shown at all: a wrong headline
is worse than none, and so is anything but a number where it is asked how many. What is not shown is kept beside as a guess. Nothing is ever composed.
Pure, but for the reader it is handed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.answering.asked_for import Kind
from index.answering.attribution import attribute
from index.answering.candidates import candidates
from index.answering.evidence import Evidence
from index.answering.figures.asked import asks_how_many, wanted
from index.answering.figures.figure import Measure
from index.answering.figures.read import figures_in
from index.domain.answers import Answer, Citation, ShortAnswer
from index.domain.articles import Span
from index.ports.grammar import Parse, Parsed
from index.ports.models import Readable, Reader, Reading
from index.text.fragments import link_to

RULED = 0.8
"""Confidence in what a rule found: a clock time in a relevant sentence where a clock time was asked for, or whoever does what was asked about."""

CLAUSE = 0.6
"""Confidence in a reason or way: it is one, and of what was asked about, but where it begins and ends is a matter of taste."""

_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?[ap]\.?m\b\.?)?(?:\s(?:GMT|UTC|EST|EDT|CET|local time))?"
    r"|\b(?:1[0-2]|[1-9])\s?[ap]\.?m\b\.?|\b(?:noon|midnight)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_REASON = re.compile(r"(?:because|due to|owing to|since|in order to|so that|as a result of|for|to|over|after)\b", re.IGNORECASE)
_MANNER = re.compile(r"(?:by|through|with|using|via)\b", re.IGNORECASE)
_LEAST_CLAUSE_WORDS = 3
_WITHOUT_NUMBER = re.compile(r"\b(?:once|twice|thrice|none|nobody|no)\b", re.IGNORECASE)
"""What says how many, or how many times, and is no number word."""


@dataclass(frozen=True, slots=True)
class Found:
    """A short answer, and whether anybody should see it."""

    answer: ShortAnswer
    is_sure: bool


def short_answer(question: Parsed, kind: Kind, evidence: Sequence[Evidence], reader: Reader, parse: Parse) -> Found | None:
    """What answers best, sure if it is not below the reader's cut; its marks lie in sentences of ``evidence``. Raises EncodingError.

    The same words in another sentence of the evidence add its citation.
    """
    if not evidence or kind is Kind.YES_NO:
        return None
    ruled = _by_rule(question, kind, evidence, parse)
    if ruled is not None:
        return Found(ruled, is_sure=True)
    groups = list(_by_citation(evidence).values())
    readings = reader.read(question, readables(evidence), parse)
    if asks_how_many(question.text):
        counted = wanted(question)
        readings = [one for one in readings if _is_figure(*_placed(one, groups), counted.measure if counted else Measure.COUNT)]
    if not readings:
        return None
    best = readings[0]
    doer = kind is Kind.PERSON and next(
        (one for one in readings if one.passage == best.passage and _does_it(question, *_placed(one, groups))), None
    )
    chosen = doer or best
    sentence, inside = _placed(chosen, groups)
    confidence = max(chosen.confidence, RULED if doer else 0.0)
    answer = cut_from(sentence, _moved(sentence, inside.start, inside.end), confidence, evidence)
    is_sure = confidence >= reader.cut and kind is not Kind.TIME and not _is_of_another_year(question.text, sentence.text)
    return Found(answer, is_sure=is_sure)


def _is_of_another_year(asked: str, said: str) -> bool:
    """Whether both name years, and none of them is the same: who died in January 2023 did not die in January 2024."""
    wanted, told = set(_YEAR.findall(asked)), set(_YEAR.findall(said))
    return bool(wanted and told) and not wanted & told


def _is_figure(sentence: Evidence, inside: Span, measure: Measure) -> bool:
    """Whether a number of that kind stands there, or none: an age, a street number and a reward are no number of people."""
    return _WITHOUT_NUMBER.search(sentence.text, inside.start, inside.end) is not None or any(
        one.measure is measure and one.quantity.start < inside.end and inside.start < one.quantity.end
        for one in figures_in(sentence.parsed)
    )


def _placed(reading: Reading, groups: Sequence[Sequence[Evidence]]) -> tuple[Evidence, Span]:
    """The sentence that a reading stands in, and where in it. groups: the evidence of each passage that was read."""
    group = groups[reading.passage]
    begins = group[0].passage.start
    sentence = next(one for one in group if one.span.start <= begins + reading.span.start and begins + reading.span.end <= one.span.end)
    moved = begins - sentence.span.start
    return sentence, Span(reading.span.start + moved, reading.span.end + moved)


def with_short(
    answer: Answer, short: Sequence[ShortAnswer], evidence: Sequence[Evidence], texts: Mapping[str, str], guess: ShortAnswer | None = None
) -> Answer:
    """The answer with its short ones, or a guess. Quotes are widened to the sentences that these stand in. ``texts``: of the articles, by id.

    Raises ValueError if a short answer is not what its article says at its mark.
    """
    citations = {one.number: one for one in answer.citations}
    for one in (*short, *([guess] if guess is not None else [])):
        for position, (number, mark) in enumerate(zip(one.citations, one.marks, strict=True)):
            said = texts[citations[number].article_id][mark.start : mark.end]
            if said != one.text if position == 0 else said.casefold() != one.text.casefold():
                raise ValueError(f"the short answer {one.text!r} does not stand in article {citations[number].article_id} at {mark}")
            around = next(
                each.span for each in evidence if each.citation == number and each.span.start <= mark.start <= mark.end <= each.span.end
            )
            citations[number] = _widened(citations[number], around, texts)
    return replace(answer, citations=tuple(citations.values()), short=tuple(short), guess=guess)


def _widened(citation: Citation, sentence: Span, texts: Mapping[str, str]) -> Citation:
    start, end = min(citation.start, sentence.start), max(citation.end, sentence.end)
    if (start, end) == (citation.start, citation.end):
        return citation
    text = texts[citation.article_id]
    return replace(citation, start=start, end=end, quote=text[start:end], link=link_to(citation.url, text, start, end))


def readables(evidence: Sequence[Evidence]) -> list[Readable]:
    """What a reader reads: each passage once, in the order in which its first sentence comes."""
    return [_readable(group) for group in _by_citation(evidence).values()]


def _by_citation(evidence: Sequence[Evidence]) -> dict[int, list[Evidence]]:
    groups: dict[int, list[Evidence]] = {}
    for one in evidence:
        groups.setdefault(one.citation, []).append(one)
    return groups


def _readable(group: Sequence[Evidence]) -> Readable:
    begins = group[0].passage.start
    sentences = tuple(Span(one.span.start - begins, one.span.end - begins) for one in group)
    return Readable(group[0].passage_text, sentences, group[0].headline)


def cut_from(first: Evidence, mark: Span, confidence: float, evidence: Sequence[Evidence]) -> ShortAnswer:
    """With every citation whose sentences say the same words, the one it was cut from first."""
    text = first.text[mark.start - first.span.start : mark.end - first.span.start]
    marks = {first.citation: mark}
    same = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
    for one in evidence:
        if one.citation not in marks and (found := same.search(one.text)):
            marks[one.citation] = Span(one.span.start + found.start(), one.span.start + found.end())
    said = attribute(first.parsed, Span(mark.start - first.span.start, mark.end - first.span.start))
    dates = [one.published_at for one in evidence if one.citation in marks and one.published_at is not None]
    return ShortAnswer(
        text=text,
        citations=tuple(marks),
        attribution=said.who if said is not None and said.named else None,
        marks=tuple(marks.values()),
        confidence=round(confidence, 4),
        reports=len({one.report or one.article_id for one in evidence if one.citation in marks}),
        newest=max(dates, default=None),
    )


def _by_rule(question: Parsed, kind: Kind, evidence: Sequence[Evidence], parse: Parse) -> ShortAnswer | None:
    if kind is Kind.TIME:
        for one in evidence:
            if clock := _CLOCK.search(one.text):
                return cut_from(one, _moved(one, clock.start(), clock.end()), RULED, evidence)
    marker = {Kind.REASON: _REASON, Kind.MANNER: _MANNER}.get(kind)
    if marker is not None:
        parse([one.text for one in evidence])  # at once, which is faster; after this they are known
        for one in evidence:
            if clause := _clause(question, one.parsed, marker):
                return cut_from(one, _moved(one, clause.start, clause.end), CLAUSE, evidence)
    return None


def _does_it(question: Parsed, sentence: Evidence, span: Span) -> bool:
    """Whether it is a person's name, and the subject of the very verb whose subject the question asks for: "who resigned?", "who was shot?".

    Of the first choices of which that was true, 7 of 8 were exact, and all were the right person.
    """
    asked = {
        (token.relation, question.tokens[token.head].lemma.casefold())
        for token in question.tokens
        if token.lemma.casefold() == "who" and token.relation in ("nsubj", "nsubjpass")
    }
    parsed = sentence.parsed
    named = any(one.label == "PERSON" and one.start >= span.start and one.end <= span.end for one in parsed.entities)
    return named and any(
        (token.relation, parsed.tokens[token.head].lemma.casefold()) in asked
        for token in parsed.tokens
        if span.start <= token.start and token.end <= span.end
    )


def _moved(one: Evidence, start: int, end: int) -> Span:
    return Span(one.span.start + start, one.span.start + end)


def _clause(question: Parsed, sentence: Parsed, marker: re.Pattern[str]) -> Span | None:
    """The longest stretch that opens with such a word and hangs on a verb of the question's: "apologised | for the strike that…"."""
    verbs = {token.lemma.casefold() for token in question.tokens if token.part == "VERB"}
    best: Span | None = None
    for one in candidates(sentence):
        opening, governor = sentence.tokens[one.first], sentence.tokens[sentence.tokens[one.first].head]
        above = sentence.tokens[governor.head]
        if not marker.match(sentence.text, one.start) or one.last - one.first < _LEAST_CLAUSE_WORDS:
            continue
        hangs = {token.lemma.casefold() for token in (governor, above) if token.part in ("VERB", "AUX")}
        if (
            opening.relation in ("prep", "mark", "aux", "agent")
            and hangs & verbs
            and (best is None or one.end - one.start > best.end - best.start)
        ):
            best = Span(one.start, one.end)
    return best
