"""The answer. In: ranked passages and a calibration. Out: an Answer whose every quote was compared with the article it cites. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.answering.covered import Calibration
from index.domain import Answer, Citation, Passage, Status
from index.text.fragments import link_to

MAX_CITATIONS = 5
"""Quotes in one answer: what fits a phone's screen or two."""

CITE_WITHIN = 0.25
"""A further passage is cited if its own confidence is at least this share of the first one's."""


def assemble(
    *, answer_id: str, question: str, passages: Sequence[Passage], texts: Mapping[str, str], calibration: Calibration, elapsed_ms: float
) -> Answer:
    """An answer from ``passages``, best first; ``texts`` are the articles' texts by id.

    Raises ValueError if a passage is not the article's text at its offsets: that would be a quote nobody wrote.
    """
    for passage in passages:
        if texts[passage.article_id][passage.start : passage.end] != passage.text:
            raise ValueError(f"a passage does not stand in article {passage.article_id} at [{passage.start}:{passage.end}]")
    confidence = calibration.confidence(passages[0].score) if passages else 0.0
    covered = bool(passages) and calibration.covered(confidence)
    citations = _cite(passages, texts, calibration, confidence) if covered else ()
    evidence = [one.published_at for one in (citations or passages) if one.published_at is not None]
    return Answer(
        id=answer_id,
        question=question,
        status=Status.ANSWERED if covered else Status.NOT_COVERED,
        passages=tuple(passages),
        citations=citations,
        short=(),
        confidence=round(confidence, 4),
        newest_evidence=max(evidence, default=None),
        elapsed_ms=elapsed_ms,
    )


def _cite(passages: Sequence[Passage], texts: Mapping[str, str], calibration: Calibration, best: float) -> tuple[Citation, ...]:
    worthy = [one for one in passages[:MAX_CITATIONS] if calibration.confidence(one.score) >= CITE_WITHIN * best]
    return tuple(
        Citation(
            number=number,
            article_id=one.article_id,
            url=one.url,
            link=link_to(one.url, texts[one.article_id], one.focus.start, one.focus.end),
            title=one.title,
            source=one.source,
            published_at=one.published_at,
            start=one.focus.start,
            end=one.focus.end,
            quote=texts[one.article_id][one.focus.start : one.focus.end],
            revision=one.revision,
            carried_by=one.carried_by,
        )
        for number, one in enumerate(worthy, start=1)
    )
