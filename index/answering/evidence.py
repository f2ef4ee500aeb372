"""What a short answer may be cut from: sentences of cited passages, with what is known of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from index.answering.covered import Calibration
from index.domain.answers import Citation
from index.domain.articles import Span
from index.domain.passages import Passage
from index.ports.grammar import Parse, Parsed
from index.search.retrieve import Judged

MAX_SENTENCES = 4
"""Sentences that are read: the right one is among the first three 97 times in a hundred of one passage, and to parse one takes some milliseconds…"""

MAX_PASSAGES = 4
"""…of this many passages: those that a reader read whole anyway (`index.search.retrieve.READ_IN_CONTEXT`)."""

MAX_CHARS = 1_000
"""A longer sentence is none that people wrote, and nothing is cut from it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that a citation quotes, or can be made to quote. ``text`` equals the article's text at ``span``."""

    citation: int
    """The number of the citation that it belongs to."""
    article_id: str
    span: Span
    """Where it stands, as offsets into the article."""
    text: str
    parse: Parse = field(repr=False)
    """Gives its grammar, and remembers it."""
    published_at: datetime | None
    source: str | None
    relevance: float
    """How likely its passage answers the question, 0..1."""
    score: float | None
    """The reranker's score of the sentence alone; None for a neighbour that no search found."""
    passage: Span
    """The passage it stands in, as offsets into the article…"""
    passage_text: str
    """…its text…"""
    headline: str | None = None
    """…and the headline of its article."""
    report: int | None = None
    """Evidence with the same number is of one report, whoever carries it; None where every article is a report of its own."""

    @property
    def parsed(self) -> Parsed:
        """Its grammar, with offsets into ``text``. Raises EncodingError."""
        return self.parse([self.text])[0]


def gather(
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Judged]],
    texts: Mapping[str, str],
    calibration: Calibration,
    parse: Parse,
) -> tuple[Evidence, ...]:
    """The best sentences of the first cited passages, best first. ``sentences``: of each passage; ``texts``: of the articles, by id."""
    of_citation = {(one.article_id, one.start, one.end): one for one in citations}
    found: list[tuple[float, Citation, Passage, Judged]] = []
    read = 0
    for passage, judged in zip(passages, sentences, strict=True):
        citation = of_citation.get((passage.article_id, passage.focus.start, passage.focus.end))
        if citation is None or read == MAX_PASSAGES:
            continue
        read += 1
        lowest = min((one.score for one in judged if one.score is not None), default=0.0) - 1.0
        found += [
            (lowest if one.score is None else one.score, citation, passage, one)
            for one in judged
            if one.span.end - one.span.start <= MAX_CHARS
        ]
    best = sorted(found, key=lambda one: -one[0])[:MAX_SENTENCES]
    return tuple(
        Evidence(
            citation=citation.number,
            article_id=passage.article_id,
            span=one.span,
            text=texts[passage.article_id][one.span.start : one.span.end],
            parse=parse,
            published_at=passage.published_at,
            source=passage.source,
            relevance=calibration.relevance(passage.score),
            score=one.score,
            passage=Span(passage.start, passage.end),
            passage_text=passage.text,
            headline=passage.title,
        )
        for _, citation, passage, one in best
    )
