"""Which group of copies each article is in. In: articles by rising key, and a store that knows who left which mark. Out: groups.

A group begins with one article, and every other in it is a copy of that very one. So no chain of half-copies joins two reports, a page of news in
brief joins none of those it prints, and a group is no larger than the number of times its first text was printed.

An article is decided about by the current texts and groups of articles with lower keys alone. Where one changes, those above it that may depend on
it are *disturbed*: to be decided about again. So once nothing waits, the groups are those of the texts as they are now, however they came to be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.intake.copies import Wording, carried, wording
from index.ports.groups import GroupStore, Peer, Ungrouped

_COMPARED = 8
"""Of the articles that share marks with one, so many are compared with it, run by run."""
_FEW_MARKS = 8
"""A text with so few marks is compared with those it shares one with; any other with those it shares two with."""
_MAX_HOLDERS = 64
"""A mark that so many earlier articles left (a line under every page of an outlet) is left by no more: those that have it stand for the rest."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be kept of an article."""

    copy_group: int | None
    """The key of the article that it is a copy of; None for one that is no copy, though others may be copies of it."""
    marks: tuple[int, ...]
    changed: bool
    """Whether others may depend on what is different now."""
    disturbed: frozenset[int]
    """Articles outside the batch that are to be decided about again."""


class CopyGroups:
    """The groups of one batch; ``decide`` is called once for each of its articles, in order."""

    def __init__(self, store: GroupStore, batch: Sequence[Ungrouped]) -> None:
        self._store = store
        self._batch = {one.key: one for one in batch}
        self._wordings = {one.key: wording(one.text) for one in batch}
        self._peers = {one.key: Peer(one.key, one.text, None) for one in batch}
        self._groups: dict[int, int | None] = {}
        """Of all that was compared with, as it is by now."""
        self._changed: set[int] = set()
        marks = {mark for each in self._wordings.values() for mark in each.marks} | {mark for one in batch for mark in one.marks or ()}
        stored = store.holders(marks)
        self._holders = defaultdict(set, {mark: set(keys) - self._batch.keys() for mark, keys in stored.items()})
        self._load({key for one in batch for key in self._candidates(one.key)})

    def decide(self, key: int) -> Decision:
        """The group of the article, the marks it leaves, and who is disturbed by that."""
        one = self._batch[key]
        self._groups[key] = group = self._find(key)
        if one.marks is None or one.reworded:
            marks = tuple(mark for mark in self._wordings[key].marks if self._lower(mark, key) < _MAX_HOLDERS)
        else:
            marks = one.marks
        disturbed = frozenset[int]()
        changed = one.marks is None or one.reworded or (one.copy_group or key) != (group or key) or group in self._changed
        if changed:
            self._changed.add(key)
            disturbed = frozenset(holder for mark in {*marks, *(one.marks or ())} for holder in self._holders[mark] if holder > key)
        for mark in marks:
            self._holders[mark].add(key)
        return Decision(group, marks, changed and one.marks is not None, disturbed - self._batch.keys())

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
        """The earlier articles with most marks in common, those first."""
        marks = self._wordings[key].marks
        common = Counter(holder for mark in marks for holder in self._holders.get(mark, ()) if holder < key)
        least = 1 if len(marks) <= _FEW_MARKS else 2
        return [holder for holder in sorted(common, key=lambda one: (-common[one], one))[:_COMPARED] if common[holder] >= least]

    def _lower(self, mark: int, key: int) -> int:
        return sum(holder < key for holder in self._holders.get(mark, ()))

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
