"""An answer with its figures, and with both sides where reports differ. In: an answer, what was found, and a parser. Out: the answer again. Pure.

Evidence is looked at beyond the quotes that were chosen, because the report that disagrees is seldom the one that ranks first. Every short answer
stands in a sentence that is cited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from index.answering.asked_for import asked_for
from index.answering.assemble import CITE_WITHIN, MAX_CITATIONS, not_covered
from index.answering.conflict import Claim, Side, disputed, to_sides
from index.answering.event import Event
from index.answering.evidence import Evidence
from index.answering.figures.answer import counted
from index.answering.figures.asked import Wanted, may_be_wanted, wanted
from index.answering.figures.matching import fit
from index.answering.figures.numbers import quantities
from index.answering.figures.read import figures_in
from index.answering.places import places_in
from index.answering.substitutes import near_copies, substitutes
from index.domain.answers import Answer, Citation, ShortAnswer, Status
from index.domain.articles import Span
from index.domain.passages import Passage
from index.ports.grammar import Parse, Splitter
from index.search.retrieve import Retrieved
from index.text.fragments import link_to

LOOKED_AT = 8
"""Passages in which figures are read."""

MOST_PARSED = 14
"""Sentences that are parsed for one question, some 5 ms each."""

LEAST_CONFIDENCE = 0.25
"""A figure of a day that is named is shown from this weight on: below it there are only quotes…"""

LEAST_GUESS = 0.15
"""…and a guess, down to this one, from which other figures are shown."""

READ_ON = 6_000
"""Characters of an article in which figures are read beyond its passages: the head of the news, and of most articles all."""

AROUND = 0.8
"""What such a sentence counts, beside one that the search found."""

CITED_A_SIDE = 2
"""Reports cited for one side, where it has several."""


def sided(
    answer: Answer,
    asked: str,
    found: Retrieved,
    *,
    split: Splitter,
    parse: Parse,
    relevance: Callable[[float], float],
    day: date | None,
) -> Answer:
    """The answer with figures for short answers where a quantity is asked for; any other answer as it is.

    asked: the question as it was searched for. relevance: how likely a passage with this score answers. day: when it happened, if the question says
    so. Where the only figures are of others than those who were asked about, it is not covered, and ``missing`` names them.
    """
    if answer.status is Status.NOT_COVERED:
        return answer
    question = parse([asked])[0] if may_be_wanted(asked) else None
    if question is None or (to_count := wanted(question)) is None:
        evidence = _alike(found, parse, relevance)
        claims = substitutes(asked, asked_for(asked, parse([asked])[0]), evidence) if evidence else ()
        return show_sides(answer, to_sides(claims), found.texts) if claims and _is_what_was_read(claims, answer) else answer
    event = Event(tuple(places_in(question)), day)
    of_it = [one for one in found.passages[:LOOKED_AT] if event.may_be_told_by(one, found.texts[one.article_id])]
    evidence = _evidence(found, of_it, split, parse, relevance)
    result = counted(to_count, question, evidence, day)
    if result.of_others:
        return not_covered(answer, to_count.phrase)
    if not of_it and day is not None:
        return _kept_back(answer)
    least = LEAST_CONFIDENCE if day is not None else LEAST_GUESS
    return _figured(answer, result.claims, to_count, evidence, found.texts, least)


def _figured(
    answer: Answer, claims: Sequence[Claim], asked: Wanted, evidence: Sequence[Evidence], texts: Mapping[str, str], least: float
) -> Answer:
    """The answer with the sides that these claims make, or the first of them for a guess; or as it is, where its short one may be right.

    least: the weight from which they are shown.
    """
    weight = max((claim.weight for claim in claims), default=0.0)
    if weight >= least:
        return show_sides(answer, to_sides(claims), texts)
    if asked.fate and answer.short and not _is_fit(answer.short[0], answer.citations, evidence, asked):
        answer = _kept_back(answer)
    if weight < LEAST_GUESS or answer.short:
        return answer
    guessed = show_sides(answer, to_sides(claims)[:1], texts)
    return replace(guessed, status=answer.status, short=(), guess=guessed.short[0])


def _kept_back(answer: Answer) -> Answer:
    """The answer without a short one: what is counted there is of another place or day, or something else happened to them."""
    return replace(answer, short=(), guess=answer.short[0] if answer.short else answer.guess)


def _is_fit(short: ShortAnswer, citations: Sequence[Citation], evidence: Sequence[Evidence], asked: Wanted) -> bool:
    """Whether no figure in it is known to count something else than what is asked. False too where its sentence is not among the evidence."""
    article = next(one.article_id for one in citations if one.number == short.citations[0])
    mark = short.marks[0]
    for one in evidence:
        if one.article_id == article and one.span.start <= mark.start and mark.end <= one.span.end:
            start, end = mark.start - one.span.start, mark.end - one.span.start
            figures = [figure for figure in figures_in(one.parsed) if figure.span.start < end and start < figure.span.end]
            return all(figure.fate is None or fit(asked, figure) >= LEAST_CONFIDENCE for figure in figures)
    return False


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
    return replace(answer, status=status, short=short, citations=tuple(quotes), guess=None, newest_evidence=newest)


def _is_what_was_read(claims: Sequence[Claim], answer: Answer) -> bool:
    """Whether reports differ in what the reader took for the answer, sure or not: where two differ need not be what was asked for."""
    read = answer.short[0] if answer.short else answer.guess
    if read is None:
        return True
    said = read.text.casefold()
    return any(said in claim.text.casefold() or claim.text.casefold() in said for claim in claims)


def _evidence(
    found: Retrieved, here: Sequence[Passage], split: Splitter, parse: Parse, relevance: Callable[[float], float]
) -> list[Evidence]:
    """Sentences with a number in them: of the passages that are of the place and day asked about, then of the rest of their articles; of the first
    passages if there are none.
    """
    passages = found.passages[:LOOKED_AT]
    relevance = _beside_the_best(passages, relevance)
    chosen: dict[tuple[str, int], tuple[Passage, Span, float]] = {}
    sentences = _sentences(found)
    for passage in here or passages:
        for span in _counting(found.texts[passage.article_id], sentences[passage.article_id, passage.start]):
            chosen.setdefault((passage.article_id, span.start), (passage, span, relevance(passage.score)))
    for passage in here:
        text = found.texts[passage.article_id]
        for span in _counting(text, split(text[:READ_ON])):
            chosen.setdefault((passage.article_id, span.start), (passage, span, AROUND * relevance(passage.score)))
    looked_at = list(chosen.values())[:MOST_PARSED]
    texts = [found.texts[passage.article_id][span.start : span.end] for passage, span, _ in looked_at]
    parse(texts)  # at once, which is faster; after this they are known
    return [_sentence(passage, span, text, parse, relevant) for (passage, span, relevant), text in zip(looked_at, texts, strict=True)]


def _beside_the_best(passages: Sequence[Passage], relevance: Callable[[float], float]) -> Callable[[float], float]:
    """Relevance as a share of the best passage's: whether that one answers at all is decided already."""
    best = max((relevance(one.score) for one in passages), default=1.0)
    return lambda score: relevance(score) / best if best else 0.0


def _counting(text: str, sentences: Iterable[Span]) -> list[Span]:
    """Those of an article's sentences that have a number in them."""
    return [one for one in sentences if quantities(text[one.start : one.end])]


def _alike(found: Retrieved, parse: Parse, relevance: Callable[[float], float]) -> list[Evidence]:
    """The sentences of the first passages that have much in common with one of another article: few are parsed."""
    best = max((relevance(one.score) for one in found.passages), default=0.0)
    of_passage = _sentences(found)
    sentences = [
        (passage, span, found.texts[passage.article_id][span.start : span.end])
        for passage in found.passages
        if relevance(passage.score) >= CITE_WITHIN * best
        for span in of_passage[passage.article_id, passage.start]
    ]
    near = near_copies([(passage.article_id, text) for passage, _, text in sentences])
    chosen = [sentences[place] for place in near][:MOST_PARSED]
    return [_sentence(passage, span, text, parse, relevance(passage.score)) for passage, span, text in chosen]


def _sentence(passage: Passage, span: Span, text: str, parse: Parse, relevance: float) -> Evidence:
    """A sentence of a passage's article; it is cited by no number yet."""
    where = (passage.published_at, passage.source, relevance, None, Span(passage.start, passage.end), passage.text)
    return Evidence(0, passage.article_id, span, text, parse, *where, report=passage.report)


def _sentences(found: Retrieved) -> dict[tuple[str, int], list[Span]]:
    """Of each passage, by its article's id and where it begins."""
    return {
        (passage.article_id, passage.start): [one.span for one in judged]
        for passage, judged in zip(found.passages, found.sentences, strict=True)
    }


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
    facts = (article.article_id, article.url, link, article.title, article.source, article.published_at)
    return Citation(0, *facts, start, end, evidence.text, revision=article.revision, report=article.report, story=article.story)


def _holds(citation: Citation, claim: Claim) -> bool:
    return citation.article_id == claim.evidence.article_id and citation.start <= claim.mark.start and claim.mark.end <= citation.end


def _overlap(one: Citation, other: Citation) -> bool:
    return one.article_id == other.article_id and one.start < other.end and other.start < one.end


def _number_of(claim: Claim, quotes: Sequence[Citation]) -> int:
    return next(one.number for one in quotes if _holds(one, claim))
