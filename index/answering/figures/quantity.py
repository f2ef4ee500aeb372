"""A number as it is written: exactly, as a range, or bounded by a word ("at least 12"). Which of two such statements can both be true. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

ABOUT = 0.1
"""How far "about 50" may lie from what it rounds, as a share of it: 45 to 55."""

ROUNDED = 0.05
"""How far a round number may lie from an exact one that it stands for, as a share: "1,200" of 1,187…"""

LEAST_ROUNDED = 100
"""…from this size on. Below it people count, and 20 is not 19."""


class Qualifier(StrEnum):
    """What a word beside a number makes of it."""

    AT_LEAST = "at least"
    UP_TO = "up to"
    MORE_THAN = "more than"
    FEWER_THAN = "fewer than"
    ABOUT = "about"
    ANOTHER = "another"
    """Besides those already counted: it bounds nothing, and says that this is a part."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or two that bound it. ``text[start:end]`` is how it is written, with the words that belong to the number: "between 20 and 30"."""

    start: int
    end: int
    low: float
    high: float
    """The same as ``low`` unless it is a range; infinite for "dozens"."""
    vague: bool = False
    """No number is said: "several", "dozens"."""

    @property
    def value(self) -> float | None:
        """The number, if there is one and no more."""
        return self.low if self.low == self.high and not self.vague else None

    def bounded(self, qualifiers: frozenset[Qualifier]) -> tuple[float, float]:
        """The least and the most it can mean, given the words beside it."""
        low, high = self.low, self.high
        if Qualifier.AT_LEAST in qualifiers or Qualifier.MORE_THAN in qualifiers:
            high = math.inf
        if Qualifier.UP_TO in qualifiers or Qualifier.FEWER_THAN in qualifiers:
            low = 0.0
        if Qualifier.ABOUT in qualifiers:
            low, high = low * (1 - ABOUT), high * (1 + ABOUT)
        return low, high

    def moved(self, by: int) -> Quantity:
        """The same in a text that has ``by`` more characters before it."""
        return replace(self, start=self.start + by, end=self.end + by)


def agree(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether something can lie within both bounds, or the one is the other rounded."""
    if max(one[0], other[0]) <= min(one[1], other[1]):
        return True
    exact = one[0] == one[1] and other[0] == other[1]
    return exact and (_rounds(one[0], other[0]) or _rounds(other[0], one[0]))


def _rounds(number: float, to: float) -> bool:
    if to < LEAST_ROUNDED or abs(number - to) > ROUNDED * abs(number):
        return False
    digits = f"{to:.0f}".rstrip("0")
    return to == int(to) and len(digits) < len(f"{number:.0f}".rstrip("0")) and len(digits) <= 2
