"""What a search shows of whether the coverage answers, as plain numbers. Pure.

In: how much each word of the question says, the passages that were found and how they scored. Out: `Signals`, from which `index.answering.covered`
makes a probability, and the part of the question that nothing found speaks of. Which signals count, for which model, is the calibration's data
(docs/decisions/0006-refusal.md). It must never decide anything itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

HEAD = 5
"""Best sentences whose mean score says how much of the coverage is about this at all."""

_HOW_MANY = re.compile(r"\bhow\s+many\s+(?:times|people|persons)\b", re.IGNORECASE)
_IDLE = (
    "any anyone anybody anything some someone somebody something every everyone everybody everything nobody nothing none all each both other others "
    "another else one ones such same own happen happens happened happening may might must shall should ever never yet still already just only also "
    "even too very really exactly now about after before because while tell latest "
    "newest news update updates"
)
_SAYS_NOTHING = frozenset(_IDLE.split())
"""What nobody misses: words of every English question, which a small coverage need not have."""

_RUN = re.compile(r"[\w'’.-]*\w", re.UNICODE)

Terms = Callable[[str], Sequence[str]]
"""A text to the terms that the lexical index counts."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Numbers on the scale of the models that gave them; without a reranker those it would have given are its cosines."""

    best: float
    """The best that a passage got as the mean of its best sentence and its whole, or as its whole alone."""
    score: float
    """Of the first passage, as it is ranked by."""
    best_whole: float
    """The best that a passage got when it was read whole under its headline."""
    mean_whole: float
    """The mean of all that were read so."""
    answers: float
    """The largest log-odds, of those that were read so, that the passage says what was asked for; 0 where no reader examined them."""
    both: float
    """The largest sum, of those that were read so, of the score and the log-odds: of one passage that is about it and answers it."""
    head: float
    """The mean of the ``HEAD`` best sentences, read alone."""
    words: float
    """The share of the question's words, rare ones counting more, that stand in the first passage's article or headline; 0..1."""
    cosine: float
    """The nearest sentence's, in [-1, 1]."""


def mean_of_best(scores: Iterable[float], count: int = HEAD) -> float:
    """The mean of the ``count`` largest, or of all if they are fewer. Raises ValueError if there are none."""
    best = sorted(scores, reverse=True)[:count]
    if not best:
        raise ValueError("there is no score to take the mean of")
    return sum(best) / len(best)


def share_said(weights: Mapping[str, float], said: Iterable[str]) -> float:
    """The share of the weights whose terms are among ``said``; 1 if the question has no word that counts."""
    total = sum(weights.values())
    there = set(said)
    return sum(weight for term, weight in weights.items() if term in there) / total if total else 1.0


def unsaid(question: str, weights: Mapping[str, float], said: Iterable[str], terms: Terms) -> str | None:
    """The words of the question, as typed, that nothing found speaks of; None if something speaks of each.

    Neighbouring words stay together ("Russian soldiers"). Of several such runs it is the one that says most by ``weights``; a word without a
    weight (a stop word, or one that the question repeats), one that says nothing by itself, a lone letter and the "times" or "people" of "how
    many times" end a run.
    """
    there = set(said)
    counted = _HOW_MANY.search(question)
    runs: list[tuple[float, int, int]] = []
    end_of_last = -1
    for word in _RUN.finditer(question):
        own = (
            [term for term in terms(word.group()) if term in weights]
            if len(word.group()) > 1 and word.group().casefold() not in _SAYS_NOTHING
            else []
        )
        missing = [term for term in own if term not in there]
        if not missing or (counted is not None and counted.start() < word.start() < counted.end()):
            end_of_last = -1
            continue
        weight = sum(weights[term] for term in missing)
        if end_of_last >= 0 and question[end_of_last : word.start()].isspace():
            before, start, _ = runs.pop()
            runs.append((before + weight, start, word.end()))
        else:
            runs.append((weight, word.start(), word.end()))
        end_of_last = word.end()
    if not runs:
        return None
    _, start, end = max(runs, key=lambda run: run[0])
    return question[start:end]
