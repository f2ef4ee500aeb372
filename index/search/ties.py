"""The k best, equal ones by id, from a search that knows only scores.

In: a search. Out: ids with scores. Pure. tantivy breaks ties by where a sentence happens to lie in its files, which changes with every merge;
the same sentences must come out for the same question on every machine. Called by `index.search.lexical`.
"""

from __future__ import annotations

from collections.abc import Callable

Scored = tuple[int, float]
"""A sentence id, which is not negative, and its score, which is above 0."""

Search = Callable[[int, int | None], list[Scored]]
"""Takes a limit and an id: that many of the best among the ids up to it (None: among all), best first, equal ones in any order."""

MARGIN = 32
"""How many more than k are asked for, so that a tie at the k-th place is mostly seen to its end in one search."""

TOLERANCE = 1e-5
"""Scores this near to one another, relatively, are equal: a sum of single precision floats depends on its order in the sixth digit or later."""


def best(search: Search, k: int) -> list[Scored]:
    """At most k, best first, equal ones by id. Mostly one search; with very many equal sentences (a slogan under every article) some twenty."""
    limit = k + MARGIN
    found = _levelled(search(limit, None))
    if len(found) < limit or found[-1][1] < found[k - 1][1]:
        return found[:k]
    # The k-th place is tied with more sentences than came back. Those that score more are all known; the smallest ids among the tied are not.
    level = found[k - 1][1]
    above = [one for one in found if one[1] > level]
    wanted = k - len(above)
    return above + [
        (sentence_id, level) for sentence_id in _smallest(search, limit, level, wanted, [i for i, score in found if score == level])
    ]


def _smallest(search: Search, limit: int, level: float, wanted: int, seen: list[int]) -> list[int]:
    """The ``wanted`` smallest ids that score ``level``: bisects for an id up to which there are enough of them, yet not more than a search shows."""
    too_low, high_enough = -1, seen[wanted - 1]
    up_to = high_enough
    while True:
        found = search(limit, up_to)
        equal = sorted(sentence_id for sentence_id, score in found if _same(score, level))
        if len(equal) < wanted:
            too_low = up_to
        elif len(found) < limit or not _same(found[-1][1], level):
            return equal[:wanted]
        else:
            high_enough = equal[wanted - 1]
        up_to = (too_low + high_enough + 1) // 2


def _levelled(found: list[Scored]) -> list[Scored]:
    """Scores that are equal within the tolerance made the same, then best first and by id."""
    level = 0.0
    levelled = []
    for sentence_id, score in found:
        if not _same(score, level):
            level = score
        levelled.append((sentence_id, level))
    return sorted(levelled, key=lambda one: (-one[1], one[0]))


def _same(score: float, level: float) -> bool:
    return abs(score - level) <= TOLERANCE * level
