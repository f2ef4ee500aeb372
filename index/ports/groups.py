"""Where it is kept what articles have in common, copies and stories. Adapter: ``index.store.groups``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ungrouped:
    """An article that came in or changed since its copies and its story were decided."""

    key: int
    text: str
    title: str | None
    published: int | None
    copy_group: int | None
    """The group it was in: the key of the group's first article."""
    story: int | None
    reworded: bool
    """Whether it has another text than when it was last grouped, or never was."""
    marks: tuple[int, ...] | None
    """What it left when it was last grouped; None if it never was."""
    terms: bytes | None
    """What its story is found by, of when it was first grouped; None if it never was."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An article that another may be a copy of."""

    key: int
    text: str
    copy_group: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """An article that another may tell the same event as."""

    key: int
    day: int
    """When it was published, in days since 1970 UTC, as it said when it was first grouped."""
    story: int
    terms: bytes


@dataclass(frozen=True, slots=True)
class Grouped:
    """What was decided about an article."""

    key: int
    copy_group: int | None
    """The key of the article that it is a copy of; None for no copy."""
    story: int | None
    marks: tuple[int, ...]
    """What it is to be found by from now on, until its text changes…"""
    terms: bytes
    day: int | None
    """…and for good: both are kept only of an article that is grouped for the first time."""


class GroupStore(Protocol):
    """What articles have in common, kept beside them. The caller holds the writer's lock. Raises StorageError and its children."""

    def ungrouped(self, limit: int) -> list[Ungrouped]:
        """The next that are to be grouped, by rising key."""

    def holders(self, marks: Collection[int]) -> dict[int, list[int]]:
        """The articles that left each of these marks, by mark; what nobody left is not in it."""

    def peers(self, keys: Collection[int]) -> dict[int, Peer]:
        """These articles in their current revisions, by key; what is gone is not in it."""

    def background(self, below: int, limit: int) -> list[bytes]:
        """The terms of the last so many articles with lower keys."""

    def count_around(self, first_day: int, last_day: int, below: int) -> int:
        """How many ``around`` would give without a limit."""

    def around(self, first_day: int, last_day: int, below: int, limit: int) -> list[Around]:
        """The articles of these days with lower keys that have a story: the last so many, by rising key. Days: as when they were first grouped."""

    def record(self, batch: Sequence[Grouped], *, changed: Collection[int] = (), disturbed: Collection[int] = ()) -> None:
        """Store decisions in one transaction. Who begins a group is in it as long as others are.

        changed: articles of the batch on which others may depend, so that those outside the batch which are in their group wait again.
        disturbed: others that wait again.
        """
