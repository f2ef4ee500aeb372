"""What is subscribed to, at hand: each wish once, whoever has it, with its vector. In: the store, an encoder. Out: ``Wishes``, as of one moment.

All of it is read again only when it has changed, in whatever process. Vectors are kept in memory, in the database, and computed only for what is
new in both. Blocking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.store.subscriptions import Subscriptions
from bot.updates.subscription import Subscription, Wanted, Wish

MOST_ENCODED = 200
"""New wishes encoded at once, some 5 ms each."""


class Encodes(Protocol):
    """The part of ``index.NewsIndex`` that turns wishes into vectors."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of the models, by role."""

    def encode(self, wishes: Sequence[str]) -> NDArray[np.float32]:
        """Shape (n, dimension)."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that is subscribed to."""

    plain: dict[Wish, tuple[Subscription, ...]]
    """Everything, and outlets."""
    meant: tuple[tuple[Wish, tuple[Subscription, ...]], ...]
    """Topics and questions…"""
    vectors: NDArray[np.float32]
    """…and what each means, shape (n, dimension)."""

    def __bool__(self) -> bool:
        return bool(self.plain or self.meant)


@dataclass(slots=True)
class WishBook:
    """Keeps ``Wishes`` up to date. For one thread at a time."""

    store: Subscriptions
    encodes: Encodes
    _vectors: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    _read: tuple[int | None, Wishes] | None = None
    """What was read last, and the store's mark before it was."""

    def read(self) -> Wishes:
        """What is subscribed to now, as it was read last if nothing of it changed: the same object then. ``last_digest_at`` may be an old one."""
        mark = self.store.mark()  # first: if something changes after it, the next call reads again
        if self._read is None or self._read[0] != mark:
            self._read = mark, self._all()
        return self._read[1]

    def _all(self) -> Wishes:
        """One query for all of it, and one for the vectors of those that are new here."""
        plain: defaultdict[Wish, list[Subscription]] = defaultdict(list)
        meant: defaultdict[Wish, list[Subscription]] = defaultdict(list)
        for one in self.store.active():
            (meant if one.wish.wanted in (Wanted.TOPIC, Wanted.QUESTION) else plain)[one.wish].append(one)
        self._learn([one for some in meant.values() for one in some])
        known = [(wish, tuple(some)) for wish, some in meant.items() if some[0].id in self._vectors]
        vectors = np.stack([self._vectors[some[0].id] for _, some in known]) if known else np.empty((0, 0), dtype=np.float32)
        return Wishes({wish: tuple(some) for wish, some in plain.items()}, tuple(known), vectors)

    def _learn(self, served: Sequence[Subscription]) -> None:
        """Have the vectors of these at hand. A wish never changes but in its words that must or must not be there, which no vector has."""
        self._vectors = {one.id: self._vectors[one.id] for one in served if one.id in self._vectors}
        fingerprint = self.encodes.fingerprints["encoder"]
        unknown = {one.id: one for one in served if one.id not in self._vectors}
        if not unknown:
            return
        ids, vectors = self.store.vectors(fingerprint, unknown.keys())
        self._vectors |= dict(zip(ids, vectors, strict=True))
        new = [one for one in unknown.values() if one.id not in self._vectors]
        for start in range(0, len(new), MOST_ENCODED):
            some = new[start : start + MOST_ENCODED]
            words = list(dict.fromkeys(one.wish.words for one in some))
            by_words = dict(zip(words, self.encodes.encode(words), strict=True))
            made = {one.id: by_words[one.wish.words] for one in some}
            self.store.save_vectors(fingerprint, made)
            self._vectors |= made
