"""Does a question ask about now, and how stale is a report then? Pure.

In: a question; when an article was published. Out: whether newer reports are to be preferred, and what an old one loses on the reranker's
scale. Called by `index.search.retrieve`. It must never touch a score that says how well a passage answers: it only orders. The numbers were
measured (docs/decisions/0005-retrieval.md). Cues are English, as the default reranker is; a question in another language is ranked by
relevance alone.
"""

from __future__ import annotations

import re
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
_PRESENT = re.compile(r"\b(?:is|are|has|have|do|does|will|may)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|did|had|(?:19|20)\d\d)\b", re.IGNORECASE)


def asks_about_now(question: str) -> bool:
    """Whether it says so ("this week", "latest"), or is in the present tense and names no year ("who is the prime minister?")."""
    return bool(_NOW.search(question)) or bool(_PRESENT.search(question) and not _PAST.search(question))


def staleness(published_at: datetime | None, newest: datetime) -> float:
    """What a report loses in the order, 0 for the newest one found up to ``STALENESS_PER_YEAR * MOST_YEARS``."""
    if published_at is None:
        return STALENESS_PER_YEAR * MOST_YEARS
    years = max(0.0, (newest - published_at).total_seconds() / _YEAR_S)
    return STALENESS_PER_YEAR * min(years, MOST_YEARS)
