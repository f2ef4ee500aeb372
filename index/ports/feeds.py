"""Where the feeds that are followed are kept, with what was done about their entries. Adapter: ``index.store.feeds``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.domain.feeds import Feed, FeedState


@dataclass(frozen=True, slots=True)
class EntryMemory:
    """What was done about one entry of a feed."""

    digest: bytes
    """16 bytes, of what the entry said then."""
    attempts: int = 0
    """How often its page could not be had; 0 when it is done, whether it went in or was refused."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What is to be kept of one reading of a feed. Its articles are stored already."""

    state: FeedState
    moved_to: str | None = None
    """Where it now is for good."""
    title: str | None = None
    """None to keep the one that is known."""
    entries: Mapping[bytes, EntryMemory] | None = None
    """Every entry of the document by its identity; None if there was no document."""
    new: int = 0
    """New articles."""


class FeedStore(Protocol):
    """The feeds that are followed. Safe for several threads; each call is one transaction. Raises StorageError and its children.

    A feed is found by its address and by every address it had before.
    """

    def all(self) -> list[Feed]:
        """All of them, in the order they were added."""

    def find(self, url: str) -> Feed | None:
        """The feed at this address, or that was there before it moved."""

    def add(self, url: str, *, title: str | None = None, source: str | None = None) -> tuple[Feed, bool]:
        """The feed at this address, due at once if it is new; and whether it is new."""

    def remove(self, key: int) -> bool:
        """Forget it and what was done about its entries; articles are kept. False if it is not there."""

    def set_paused(self, key: int, paused: bool) -> Feed | None:
        """Stop reading it, or go on: then it is due at once, and no longer taken for gone. None if it is not there."""

    def known(self, key: int, identities: Sequence[bytes]) -> dict[bytes, EntryMemory]:
        """What was done about these entries; those never seen are left out."""

    def record(self, key: int, reading: FeedReading) -> Feed | None:
        """Keep what came of a reading: the last step of it. None if the feed is not there any more; then nothing is kept.

        If it moved to where another feed is, the two become that other one, with all that is known of both; it stays paused if it was.
        """
