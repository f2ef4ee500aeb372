"""The pass that says of each new article whose copy it is and which story it is of. In: what waits in the store. Out: decisions, stored.

Whatever comes in or changes is marked as waiting in its own transaction; this pass works off what waits, block by block, by rising key, whenever
the indexes follow. So it can be stopped at any point and goes on where it stopped; articles from before there were groups are just a longer queue.

What comes of it does not depend on when it runs. Groups of copies follow from the current texts and the order of their keys. The story of an article
is decided once, when it first has a date, by the words with which it first was grouped and those of articles with lower keys; so it suffices that
whoever changes or removes an article runs the pass before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.intake.copy_groups import CopyGroups
from index.intake.stories import (
    BACKGROUND,
    DAY_S,
    MAX_AROUND,
    WINDOW_DAYS,
    Dated,
    Near,
    Rarity,
    Terms,
    block_start,
    compare,
    place,
    rarity_in,
    terms_of,
)
from index.ports.groups import Grouped, GroupStore, Ungrouped

AT_ONCE = 256
"""Articles in a transaction, which also share what they are compared with."""


class Grouping:
    """The pass over one store. Not for several threads; the caller holds the writer's lock."""

    def __init__(self, store: GroupStore) -> None:
        self._store = store

    def run(self) -> int:
        """Decide about everything that waits. Returns how many decisions that took: an article that is disturbed is decided about again."""
        done = 0
        while waiting := self._store.ungrouped(AT_ONCE):
            start = block_start(waiting[0].key)
            block = [one for one in waiting if block_start(one.key) == start]
            self._decide(block)
            done += len(block)
        return done

    def _decide(self, block: Sequence[Ungrouped]) -> None:
        terms = {one.key: terms_of(one.title, one.text) if one.terms is None else _unpacked(one.terms) for one in block}
        stories = self._place(block, terms)
        copies = CopyGroups(self._store, block)
        batch, changed, disturbed = [], [], set[int]()
        for one in block:
            decision = copies.decide(one.key)
            batch.append(
                Grouped(one.key, decision.copy_group, stories.get(one.key, one.story), decision.marks, _packed(terms[one.key]), _day(one))
            )
            changed += [one.key] if decision.changed else []
            disturbed |= decision.disturbed
        self._store.record(batch, changed=changed, disturbed=disturbed)

    def _place(self, block: Sequence[Ungrouped], terms: dict[int, Terms]) -> dict[int, int]:
        """Stories by key, of those that have a date and none yet. Without a date there is no telling what else was reported then."""
        dated = [(one, Dated(one.key, day, terms[one.key], None)) for one in block if one.story is None and (day := _day(one)) is not None]
        if not dated:
            return {}
        rarity = rarity_in([_unpacked(packed) for packed in self._store.background(block_start(block[0].key), BACKGROUND)])
        # Whoever got a date late is placed by itself, because others with a story stand between it and the next.
        runs = [[article for one, article in dated if one.terms is None], *([article] for one, article in dated if one.terms is not None)]
        stories: dict[int, int] = {}
        for run in filter(None, runs):
            stories |= place(run, self._near(sorted(run, key=lambda one: one.day), run[0].key, rarity), rarity)
        return stories

    def _near(self, articles: Sequence[Dated], below: int, rarity: Rarity) -> dict[int, Near]:
        """What each is compared with of what is stored. An archive in no order is halved by date until what lies around a part can be weighed."""
        first, last = articles[0].day, articles[-1].day
        days = (first - WINDOW_DAYS, last + WINDOW_DAYS)
        if first != last and self._store.count_around(*days, below) > MAX_AROUND:
            middle = next(i for i, one in enumerate(articles) if one.day > (first + last) // 2)
            return self._near(articles[:middle], below, rarity) | self._near(articles[middle:], below, rarity)
        around = [Dated(one.key, one.day, _unpacked(one.terms), one.story) for one in self._store.around(*days, below, MAX_AROUND)]
        return compare(articles, around, rarity)


def _day(one: Ungrouped) -> int | None:
    return None if one.published is None else one.published // DAY_S


def _packed(terms: Terms) -> bytes:
    return terms.astype("<u4").tobytes()


def _unpacked(terms: bytes) -> Terms:
    return np.frombuffer(terms, dtype="<u4")
