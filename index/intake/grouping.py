"""The pass that says of each new article whose copy it is and which story it is of. In: what waits in the store. Out: decisions, stored.

Whatever comes in or changes is marked as waiting in its own transaction; this pass works off what waits, some hundreds in a transaction, whenever the
indexes follow. So it can be stopped at any point and goes on where it stopped, and articles from before there were groups are just a longer queue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.intake.copy_groups import CopyGroups
from index.intake.stories import BACKGROUND, WINDOW_S, Dated, Terms, place, terms_of
from index.ports import Grouped, GroupStore, Ungrouped

AT_ONCE = 256
"""Articles in a transaction, which also share what they are compared with."""

_MAX_AROUND = 20_000
"""Articles that are weighed at once: some tens of megabytes."""


class Grouping:
    """The pass over one store. Not for several threads; the caller holds the writer's lock."""

    def __init__(self, store: GroupStore) -> None:
        self._store = store

    def run(self) -> int:
        """Decide about everything that waits. Returns how many articles that were."""
        done = 0
        while waiting := self._store.ungrouped(AT_ONCE):
            self._store.dissolve([one.key for one in waiting if one.reworded and one.copy_group == one.key])
            self._store.record(list(self._decide(waiting)))
            done += len(waiting)
        return done

    def _decide(self, waiting: Sequence[Ungrouped]) -> Iterator[Grouped]:
        terms = {one.key: terms_of(one.title, one.text) for one in waiting}
        # Without a date there is no telling what else was reported then.
        dated = [Dated(one.key, one.published, terms[one.key], one.story) for one in waiting if one.published is not None]
        stories = self._place(sorted(dated, key=lambda one: one.published), terms)
        copies = CopyGroups(self._store, waiting)
        for one in waiting:
            group, marks = copies.decide(one.key)
            yield Grouped(one.key, group, stories.get(one.key), marks, terms[one.key].astype("<u4").tobytes())

    def _place(self, articles: Sequence[Dated], waiting: dict[int, Terms]) -> dict[int, int]:
        """Stories by key. An archive in no order is halved by date until what lies around each part can be weighed at once."""
        if not articles:
            return {}
        since, until = articles[0].published - WINDOW_S, articles[-1].published + WINDOW_S
        if len(articles) > 1 and self._store.count_recent(since, until) > _MAX_AROUND:
            half = len(articles) // 2
            return self._place(articles[:half], waiting) | self._place(articles[half:], waiting)
        stored = self._store.recent(since, until, at_least=BACKGROUND)
        around = [
            Dated(one.key, one.published, np.frombuffer(one.terms, dtype="<u4"), one.story) for one in stored if one.key not in waiting
        ]
        return place(articles, around)
