"""The answer. In: ranked passages, what they show, and a calibration. Out: an Answer whose every quote was compared with the article it cites.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.answering.covered import Calibration, OperatingPoint
from index.answering.times import times_in
from index.domain.answers import Answer, Citation, Remark, StatedTime, Status
from index.domain.passages import Passage
from index.search.signals import Signals
from index.text.fragments import link_to

MAX_CITATIONS = 5
"""Quotes in one answer: what fits a phone's screen or two."""

CITE_WITHIN = 0.25
"""A further passage is cited if it is at least this share as likely to answer as the first one, by their scores."""


def assemble(
    *,
    answer_id: str,
    question: str,
    passages: Sequence[Passage],
    texts: Mapping[str, str],
    signals: Signals | None,
    unsaid: str | None,
    calibration: Calibration,
    point: OperatingPoint,
    elapsed_ms: float,
) -> Answer:
    """An answer from ``passages``, best first; ``texts`` are the articles' texts by id; ``signals`` is None only if there are no passages.

    Raises ValueError if a passage is not the article's text at its offsets: that would be a quote nobody wrote.
    """
    for passage in passages:
        if texts[passage.article_id][passage.start : passage.end] != passage.text:
            raise ValueError(f"a passage does not stand in article {passage.article_id} at [{passage.start}:{passage.end}]")
    confidence = calibration.confidence(signals) if signals else 0.0
    covered = bool(passages) and calibration.covered(confidence, point)
    citations = _cite(passages, texts, calibration) if covered else ()
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
        missing=None if covered else unsaid,
    )


def dated(answer: Answer, texts: Mapping[str, str]) -> Answer:
    """The answer with what its quotes say of time relative to their days worked out; the last step, when no quote grows any more."""

    def times(one: Citation) -> tuple[StatedTime, ...]:
        published = one.published_at.date() if one.published_at is not None else None
        return times_in(texts[one.article_id], published, start=one.start, end=one.end)

    return replace(answer, citations=tuple(replace(one, times=times(one)) for one in answer.citations))


def not_covered(answer: Answer, missing: str | None) -> Answer:
    """The answer turned into a refusal, whose passages are only the nearest there is. missing: what nothing speaks of, if that is known."""
    newest = max((one.published_at for one in answer.passages if one.published_at is not None), default=None)
    return replace(answer, status=Status.NOT_COVERED, citations=(), short=(), guess=None, missing=missing, newest_evidence=newest)


def not_asked(answer_id: str, question: str, remark: Remark, elapsed_ms: float) -> Answer:
    """The answer to what was no question: nothing was searched, so there is nothing but the remark."""
    return Answer(answer_id, question, Status.NOT_COVERED, (), (), (), 0.0, None, elapsed_ms, remark=remark)


def _cite(passages: Sequence[Passage], texts: Mapping[str, str], calibration: Calibration) -> tuple[Citation, ...]:
    enough = CITE_WITHIN * calibration.relevance(passages[0].score)
    worthy = [one for one in passages[:MAX_CITATIONS] if one.rank == 1 or calibration.relevance(one.score) >= enough]
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
            report=one.report,
            story=one.story,
        )
        for number, one in enumerate(worthy, start=1)
    )
