"""A figure: a number in a sentence, with what it counts and what happened to it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.answering.figures.quantity import Qualifier, Quantity
from index.domain.articles import Span


class Measure(StrEnum):
    """What kind of number it is."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as a sentence has it. Offsets are into that sentence."""

    span: Span
    """The words to show: qualifier, number and noun, "at least 12 people"."""
    quantity: Quantity
    qualifiers: frozenset[Qualifier]
    measure: Measure
    noun: str | None
    """What is counted, by lemma in lower case: "soldier"; None where only the number stands."""
    words: frozenset[str]
    """The words that say which of them: "turkish", "young"; in lower case."""
    groups: frozenset[str]
    """Kinds of people, as ``words.json`` names them; empty for anybody, and for anything else."""
    counted: str | None
    """``noun``, or what the figure before counts where this one only says "others" or "fatalities"."""
    inherited: bool
    """Whether ``words`` and ``groups`` are those of the figure before it, where this one does not say whom it counts."""
    fate: str | None
    """What happened to them: "killed"; None where that is not known."""
    verb: str | None
    """The verb that governs it, by lemma."""
    part: bool
    """Whether it counts a part of a whole that the sentence gives or leaves open: "including two children", "two men and four boys"."""
    with_attacker: bool
    """Whether the sentence speaks of the attacker's own death, so that he may be counted or not: one more or one fewer is no other figure."""
    events: frozenset[str]
    """The kinds of events that the sentence names, by lemma…"""
    several: frozenset[str]
    """…and those that it names in the plural."""
    elsewhen: bool
    """Whether the sentence speaks of another event beside it, or of several together: "last year", "over the weekend"."""
    some_died: bool
    """Of those who were shot, or brought to a hospital: whether the sentence says that some of them died."""
    years: frozenset[int]
    """The years that the sentence names."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most it can mean."""
        low, high = self.quantity.bounded(self.qualifiers)
        return (low - 1, high + 1) if self.with_attacker and low > 1 else (low, high)

    @property
    def unit(self) -> str | None:
        """Of its value: what is counted, or ``%``, or a currency."""
        return self.noun
