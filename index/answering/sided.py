"""An answer with its figures, and with both sides where reports differ. In: an answer, what was found, and a parser. Out: the answer again. Pure.

Evidence is looked at beyond the quotes that were chosen, because the report that disagrees is seldom the one that ranks first. Every short answer
stands in a sentence that is cited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from index.answering.assemble import MAX_CITATIONS
from index.answering.conflict import Claim, Side, disputed, to_sides
from index.answering.evidence import Evidence
from index.answering.figures.answer import counted
from index.answering.figures.asked import Wanted, wanted
from index.answering.figures.numbers import quantities
from index.domain import Answer, Citation, Passage, ShortAnswer, Span, Status
from index.ports import Parsed
from index.search.retrieve import Retrieved
from index.text.fragments import link_to

LOOKED_AT = 8
"""Passages in which figures are read."""

MOST_PARSED = 14
"""Sentences that are parsed for one question, some 5 ms each."""

CITED_A_SIDE = 2
"""Reports cited for one side, where it has several."""

Parse = Callable[[Sequence[str]], list[Parsed]]


def sided(answer: Answer, question: Parsed, found: Retrieved, parse: Parse, relevance: Callable[[float], float], day: date | None) -> Answer:
    """The answer with figures for short answers where a quantity is asked for; any other answer as it is.

    relevance: how likely a passage with this score answers. day: when it happened, if the question says so. Where the only figures are of others than
    those who were asked about, it is not covered, and ``missing`` names them.
    """
    asked = wanted(question) if answer.status is not Status.NOT_COVERED else None
    if asked is None:
        return answer
    result = counted(asked, _evidence(found, parse, relevance), day)
    if result.of_others:
        return _of_others(answer, asked)
    if not result.claims:
        return answer
    return show_sides(answer, to_sides(result.claims), found.texts)


def show_sides(answer: Answer, sides: Sequence[Side], texts: Mapping[str, str]) -> Answer:
    """The answer with these sides for its short answers, and a citation for each; texts: of the articles, by id."""
    cited = [_distinct_reports(side.claims)[:CITED_A_SIDE] for side in sides]
    claims = [claim for some in cited for claim in some]
    quotes = _quotes(answer, claims, texts)
    numbers = {id(claim): _number_of(claim, quotes) for claim in claims}
    short = tuple(
        ShortAnswer(
            text=side.lead.text,
            citations=tuple(numbers[id(claim)] for claim in some),
            value=side.lead.value,
            unit=side.lead.unit,
            attribution=side.lead.who,
            marks=tuple(claim.mark for claim in some),
            confidence=round(min(1.0, side.lead.weight), 4),
            reports=side.reports,
            newest=side.newest,
            superseded=side.superseded.text if side.superseded is not None else None,
        )
        for side, some in zip(sides, cited, strict=True)
    )
    status = Status.CONFLICT if disputed(sides) else Status.ANSWERED
    newest = max((one.published_at for one in quotes if one.published_at is not None), default=answer.newest_evidence)
    return replace(answer, status=status, short=short, citations=tuple(quotes), newest_evidence=newest)


def _evidence(found: Retrieved, parse: Parse, relevance: Callable[[float], float]) -> list[Evidence]:
    """The sentences of the first passages that have a number in them."""
    chosen: list[tuple[Passage, Span, float | None]] = []
    for passage, sentences in zip(found.passages[:LOOKED_AT], found.sentences, strict=False):
        text = found.texts[passage.article_id]
        ranked = sorted(sentences, key=lambda one: -(one.score if one.score is not None else float("-inf")))
        chosen += [(passage, one.span, one.score) for one in ranked if quantities(text[one.span.start : one.span.end])]
    chosen = chosen[:MOST_PARSED]
    texts = [found.texts[passage.article_id][span.start : span.end] for passage, span, _ in chosen]
    return [
        Evidence(0, passage.article_id, span, text, parsed, passage.published_at, passage.source, relevance(passage.score), score)
        for (passage, span, score), text, parsed in zip(chosen, texts, parse(texts), strict=True)
    ]


def _of_others(answer: Answer, asked: Wanted) -> Answer:
    newest = max((one.published_at for one in answer.passages if one.published_at is not None), default=None)
    return replace(answer, status=Status.NOT_COVERED, citations=(), short=(), missing=asked.phrase, newest_evidence=newest)


def _distinct_reports(claims: Sequence[Claim]) -> list[Claim]:
    """The heaviest claim of each independent report, heaviest first."""
    first: dict[str, Claim] = {}
    for claim in claims:
        first.setdefault(claim.report, claim)
    return list(first.values())


def _quotes(answer: Answer, claims: Sequence[Claim], texts: Mapping[str, str]) -> list[Citation]:
    """What is cited: for each claim the quote it stands in, or its sentence; then what else was cited, while there is room."""
    passages = {one.article_id: one for one in reversed(answer.passages)}
    chosen: list[Citation] = []
    for claim in claims:
        if any(_holds(one, claim) for one in chosen):
            continue
        known = next((one for one in answer.citations if _holds(one, claim)), None)
        chosen.append(known or _citation(claim.evidence, passages[claim.evidence.article_id], texts))
    rest = [one for one in answer.citations if not any(_overlap(one, other) for other in chosen)]
    chosen += rest[: max(0, MAX_CITATIONS - len(chosen))]
    return [replace(one, number=number) for number, one in enumerate(chosen, start=1)]


def _citation(evidence: Evidence, article: Passage, texts: Mapping[str, str]) -> Citation:
    start, end = evidence.span.start, evidence.span.end
    link = link_to(article.url, texts[evidence.article_id], start, end)
    return Citation(0, article.article_id, article.url, link, article.title, article.source, article.published_at, start, end, evidence.text)


def _holds(citation: Citation, claim: Claim) -> bool:
    return citation.article_id == claim.evidence.article_id and citation.start <= claim.mark.start and claim.mark.end <= citation.end


def _overlap(one: Citation, other: Citation) -> bool:
    return one.article_id == other.article_id and one.start < other.end and other.start < one.end


def _number_of(claim: Claim, quotes: Sequence[Citation]) -> int:
    return next(one.number for one in quotes if _holds(one, claim))
