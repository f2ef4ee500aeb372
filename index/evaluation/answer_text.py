"""Texts compared as SQuAD compares them. Pure.

Normalisation: lower case, no punctuation, no English articles, white space made even (the official scripts of SQuAD 1.1 and 2.0). Beyond ASCII it is
MLQA's, which agrees with them in English: Unicode's punctuation goes too, and where a script has no spaces each character is a word.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

_ARTICLES = {"a", "an", "the"}
_UNSPACED = re.compile(r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
"""Thai and Lao, Burmese, Khmer, kana, Han."""


def words(text: str) -> list[str]:
    """The normalised words of a text."""
    plain = _UNSPACED.sub(r" \1 ", text.lower().translate(_punctuation()))
    return [word for word in plain.split() if word not in _ARTICLES]


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether the words of one of the answers stand in the text, side by side."""
    within = f" {' '.join(words(text))} "
    return any(f" {' '.join(wanted)} " in within for wanted in map(words, answers) if wanted)


def exact_match(given: str, answers: Iterable[str]) -> float:
    """1.0 if it is one of the answers, else 0.0."""
    return float(any(words(given) == words(answer) for answer in answers))


def f1(given: str, answers: Iterable[str]) -> float:
    """The best overlap of words with one of the answers, 0..1: the harmonic mean of precision and recall."""
    return max((_overlap(words(given), words(answer)) for answer in answers), default=0.0)


def _overlap(one: list[str], other: list[str]) -> float:
    common = (Counter(one) & Counter(other)).total()
    return 2 * common / (len(one) + len(other)) if common else 0.0


@cache
def _punctuation() -> dict[int, None]:
    """For ``str.translate``: every punctuation mark to nothing."""
    marks = (ord(mark) for mark in string.punctuation)
    return dict.fromkeys([*marks, *(code for code in range(128, sys.maxunicode) if unicodedata.category(chr(code)).startswith("P"))])
