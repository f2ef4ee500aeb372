"""How the answer to a question came about. In: a question, the coverage as of each moment. Out: what was said first, each change, and now.

The same rules say what is a change that decide about updates (``followed``), so that nobody sees a change here that they were not told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.updates.followed import Held, begun, change, follow, told, values_of
from bot.updates.newspaper import Newspaper
from bot.updates.report import Value
from index import Filters

READ = 40
"""Passages whose articles say at which moments to ask."""
MOST_ASKED = 24
"""Of these moments, the best passages' first: at a tenth of a second each, some three seconds."""
_UNDATED = datetime.max.replace(tzinfo=UTC)
"""When evidence without a date counts as found: after all that has one."""


def timeline(index: Newspaper, question: str) -> list[tuple[datetime | None, tuple[Value, ...]]]:
    """Oldest first; each with the moment as of which it was the answer. Empty if the coverage does not say."""
    figures_only = index.asks_for_figure(question)
    now = index.answer(question, limit=READ)
    dated = dict.fromkeys(one.published_at for one in now.passages if one.published_at is not None)
    moments = sorted(list(dated)[:MOST_ASKED])
    seen = [(at, values_of(index.answer(question, Filters(until=at)), figures_only=figures_only)) for at in moments]
    return _changes([*seen, (now.newest_evidence, values_of(now, figures_only=figures_only))], question)


def _changes(seen: Sequence[tuple[datetime | None, Sequence[Held]]], question: str) -> list[tuple[datetime | None, tuple[Value, ...]]]:
    said = [(at, found) for at, found in seen if found]
    if not said:
        return []
    kept = begun(said[0][1])
    changes = [(said[0][0], kept.told)]
    for at, found in said[1:]:
        kept = follow(kept, found, (), at or _UNDATED)
        if change(kept, question) is not None:
            kept = told(kept)
            changes.append((at, kept.told))
    return changes
