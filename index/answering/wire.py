"""The answer object of the command line (DESIGN.md, section 2), as plain JSON types. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from index.domain.answers import Answer, Citation, ShortAnswer
from index.domain.passages import Filters, Passage

VERSION = 2
"""Raised when a field changes its meaning or goes away; new fields do not raise it."""


def to_json(answer: Answer) -> dict[str, Any]:
    """The answer as a dictionary of JSON types. Times are ISO 8601 in UTC.

    A short answer that is not sure enough to be shown to anybody stands alone in ``short``, as ``doubtful``; the bot shows only quotes then.
    """
    return {
        "version": VERSION,
        "id": answer.id,
        "question": answer.question,
        "status": str(answer.status),
        "short": [_short(one) for one in answer.short] or ([] if answer.guess is None else [{**_short(answer.guess), "doubtful": True}]),
        "passages": [_passage(one) for one in answer.passages],
        "citations": [_citation(one) for one in answer.citations],
        "confidence": answer.confidence,
        "newest_evidence": _time(answer.newest_evidence),
        "elapsed_ms": round(answer.elapsed_ms, 1),
        **({"missing": answer.missing} if answer.missing else {}),
        **({"read_as": answer.read_as} if answer.read_as else {}),
        **({"searched": _filters(answer.searched), "widened": answer.widened} if answer.searched else {}),
        **({"summary": answer.summary} if answer.summary else {}),
        **({} if answer.remark is None else {"remark": str(answer.remark)}),
    }


def _filters(one: Filters) -> dict[str, Any]:
    given = {"since": _time(one.since), "until": _time(one.until), "sources": list(one.sources), "articles": list(one.articles)}
    return {name: value for name, value in given.items() if value}


def _short(one: ShortAnswer) -> dict[str, Any]:
    given = {
        "value": one.value,
        "unit": one.unit,
        "affirms": one.affirms,
        "attribution": one.attribution,
        "confidence": one.confidence,
        "reports": one.reports if one.reports > 1 else None,
        "newest": _time(one.newest),
        "superseded": one.superseded,
    }
    return {"text": one.text, **{name: value for name, value in given.items() if value is not None}, "citations": list(one.citations)}


def _passage(one: Passage) -> dict[str, Any]:
    where = {**_where(one), "start": one.start, "end": one.end, "text": one.text}
    return {"rank": one.rank, "score": round(one.score, 4), **where, **_also_in(one)}


def _citation(one: Citation) -> dict[str, Any]:
    times = [{"start": time.span.start, "end": time.span.end, "first": str(time.first), "last": str(time.last)} for time in one.times]
    where = {**_where(one), "link": one.link, "start": one.start, "end": one.end, "quote": one.quote}
    return {"number": one.number, **where, "revision": one.revision, **_also_in(one), **({"times": times} if times else {})}


def _also_in(one: Passage | Citation) -> dict[str, Any]:
    """Other outlets that carry the same report; the field is left out where there is none."""
    others = [{"source": carrier.source, "url": carrier.url} for carrier in one.carried_by]
    return {"also_in": others} if others else {}


def _where(one: Passage | Citation) -> dict[str, Any]:
    published = _time(one.published_at)
    return {"article_id": one.article_id, "url": one.url, "title": one.title, "source": one.source, "published_at": published}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
