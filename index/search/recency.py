"""Does a question ask about now, or about the beginning, and what does a report lose then that is too old, or too new? Pure.

In: a question; when an article was published. Out: whether newer or older reports are to be preferred, and what another one loses on the
reranker's scale. Called by `index.search.retrieve`. It must never touch a score that says how well a passage answers: it only orders. The
numbers were measured (docs/decisions/0005-retrieval.md). Cues are English, as the default reranker is; a question in another language is ranked
by relevance alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

STALENESS_PER_YEAR = 0.8
"""Logits that a report loses for each year by which the newest one found is younger."""

MOST_YEARS = 3.0
"""Older than that is old, however old. A report with no date counts as old: nobody can say that it is new."""

_YEAR_S = 365.25 * 86_400

_NOW = re.compile(
    r"\b(?:now|nowadays|today|tonight|current(?:ly)?|latest|recent(?:ly)?|new(?:est)?|upcoming|soon|so far|just|"
    r"(?:this|last) (?:week|weekend|month)|this year)\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"\b(?:how (?:many|much)|said|reported|thought|believed|claimed|announced|told|toll)\b.*\b(?:initially|at first)\b"
    r"|\b(?:initially|at first|first) (?:reported|said|announced|known|stated|claimed|confirmed|estimated|thought|believed|told)\b"
    r"|\b(?:first|initial|earliest|early) (?:reports?|figures?|estimates?|statements?|accounts?|tolls?|death tolls?)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"\b(?:is|are|has|have|do|does|will|may)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|did|had|(?:19|20)\d\d)\b", re.IGNORECASE)


def asks_about_now(question: str) -> bool:
    """Whether it says so ("this week", "latest"), or is in the present tense and names no year ("who is the prime minister?")."""
    if asks_about_beginning(question):
        return False
    return bool(_NOW.search(question)) or bool(_PRESENT.search(question) and not _PAST.search(question))


def asks_about_beginning(question: str) -> bool:
    """Whether it asks what was reported first: "initially", "first reports". "The first president" asks nothing of the kind."""
    return bool(_BEGINNING.search(question))


def lateness(published_at: datetime | None, dates: Sequence[datetime]) -> float:
    """What a report loses in the order where the beginning is asked about: 0 for the oldest of ``dates``, most for the newest.

    By its place among them, not by days: one old report of something else does not make the others equally late.
    """
    order = sorted(set(dates))
    share = 1.0 if published_at is None else order.index(published_at) / max(1, len(order) - 1)
    return STALENESS_PER_YEAR * MOST_YEARS * share


def staleness(published_at: datetime | None, newest: datetime) -> float:
    """What a report loses in the order, 0 for the newest one found up to ``STALENESS_PER_YEAR * MOST_YEARS``."""
    if published_at is None:
        return STALENESS_PER_YEAR * MOST_YEARS
    years = max(0.0, (newest - published_at).total_seconds() / _YEAR_S)
    return STALENESS_PER_YEAR * min(years, MOST_YEARS)
