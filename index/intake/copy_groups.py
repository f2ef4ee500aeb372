"""Which group of copies each article of a batch is in. In: articles in their order, and a store that knows who left which mark. Out: groups.

A group begins with one article, and every other in it is a copy of that very one. So no chain of half-copies joins two reports, a page of news in
brief joins none of those it prints, and a group is no larger than the number of times its first text was printed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from index.intake.copies import Wording, carried, wording
from index.ports import GroupStore, Peer, Ungrouped

_COMPARED = 8
"""Of the articles that share marks with one, so many are compared with it, run by run."""
_FEW_MARKS = 8
"""A text with so few marks is compared with those it shares one with; any other with those it shares two with."""
_MAX_HOLDERS = 64
"""A mark that so many articles left (a line under every page of an outlet) is left by no more: those that have it stand for the rest."""


class CopyGroups:
    """The groups of one batch; ``decide`` is called once for each of its articles, in order."""

    def __init__(self, store: GroupStore, batch: Sequence[Ungrouped]) -> None:
        self._store = store
        self._wordings = {one.key: wording(one.text) for one in batch}
        self._peers = {one.key: Peer(one.key, one.text, one.copy_group) for one in batch}
        self._groups = {one.key: one.copy_group if one.copy_group == one.key and not one.reworded else None for one in batch}
        """Of the batch and of all that it was compared with, as it is by now."""
        stored = store.holders({mark for each in self._wordings.values() for mark in each.marks})
        self._holders = defaultdict(set, {mark: set(keys) for mark, keys in stored.items()})
        self._load({key for one in batch for key in self._candidates(one.key)})

    def decide(self, key: int) -> tuple[int | None, tuple[int, ...]]:
        """The group of the article and the marks it leaves."""
        group = self._groups[key]
        if group != key:  # it is not the first of one already
            group = self._groups[key] = self._find(key)
            if group is not None:
                self._groups[group] = group
        marks = tuple(mark for mark in self._wordings[key].marks if len(self._holders[mark] | {key}) <= _MAX_HOLDERS)
        for mark in marks:
            self._holders[mark].add(key)
        return group, marks

    def _find(self, key: int) -> int | None:
        """The first article of the group whose text this one shares most of."""
        candidates = self._candidates(key)
        self._load(candidates)
        best, found = 0.0, None
        for other in candidates:
            share = self._shared(key, other)
            first = self._groups.get(other) or other
            if share > best and (first == other or self._shared(key, first)):
                best, found = share, first
        return found

    def _candidates(self, key: int) -> list[int]:
        """The articles with most marks in common, those first."""
        marks = self._wordings[key].marks
        common = Counter(holder for mark in marks for holder in self._holders.get(mark, ()) if holder != key)
        least = 1 if len(marks) <= _FEW_MARKS else 2
        return [holder for holder, count in common.most_common(_COMPARED) if count >= least]

    def _shared(self, key: int, other: int) -> float:
        self._load((other,))
        return carried(self._wording(key), self._wording(other)) if other in self._peers else 0.0

    def _wording(self, key: int) -> Wording:
        if key not in self._wordings:
            self._wordings[key] = wording(self._peers[key].text)
        return self._wordings[key]

    def _load(self, keys: Collection[int]) -> None:
        missing = {key for key in keys if key not in self._peers}
        if missing:
            found = self._store.peers(missing)
            self._peers |= found
            self._groups |= {key: peer.copy_group for key, peer in found.items()}
