"""Is one text the other told over, cut short or gone on with? In: two texts. Out: how much of the shorter stands in the longer. Pure.

A text is compared as its runs of five words, each a hash of 64 bits. Which texts to compare is found through *marks*: the runs whose hash falls
below a bound (a FracMinHash: a bound for the hash and not a number of runs, so that a part of a text has its share of the marks of the whole), with
a higher bound at the beginning, because wire copy is cut from its end. Two texts that share marks are then compared run by run, so that marks decide
nothing. docs/decisions/0010-copies-and-stories.md has the measurements behind every number here, and what datasketch and rensa found.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
"""Shape (n,), ascending, each once."""

RUN_WORDS = 5
MIN_RUNS = 20
"""A shorter text is no report to be a copy of: a dividend told in one line is worded like every other."""
CONTAINED = 0.45
"""The share of the shorter text's runs that have to stand in the longer…"""
ENOUGH_RUNS = 50
"""…and they have to be so many: who tells something anew in a few sentences keeps whole phrases…"""
VERBATIM = 0.9
"""…unless it is nearly all of them."""
NAMES_KEPT = 0.6
"""And the share of its names and figures: what a form filled in for another company does not keep."""

_LEAD_RUNS = 64
_LEAD_SHARE = 4
_SHARE = 16
MAX_MARKS = 256
"""A book leaves no more than a long article."""
_MAX_CHARS = 200_000

_ONE_CHARACTER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces: each character counts as a word."""
_WORD = re.compile(rf"[{_ONE_CHARACTER}]|[^\W{_ONE_CHARACTER}]+")
_AFTER_A_WORD = re.compile(r"(?:(?<=[^\W\d_] )|(?<=[^\W\d_], ))\w+")
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], dtype=np.uint64)
"""Odd numbers without a pattern, one for each place in a run, so that the order of the words counts."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is compared of a text."""

    text: str
    runs: Hashes
    marks: tuple[int, ...]
    """Some of the runs, as signed numbers of 64 bits, which is what databases keep."""


def wording(text: str) -> Wording:
    """The runs of a text and its marks. A text of fewer than ``MIN_RUNS`` has no marks: it is compared with nothing."""
    text = text[:_MAX_CHARS]
    hashes = _run_hashes(words(text))
    runs = _ascending(hashes)
    if len(runs) < MIN_RUNS:
        return Wording(text, runs, ())
    marked = hashes < np.uint64(2**64 // _SHARE)
    marked[:_LEAD_RUNS] |= hashes[:_LEAD_RUNS] < np.uint64(2**64 // _LEAD_SHARE)
    chosen = _ascending(hashes[marked])[:MAX_MARKS]
    return Wording(text, runs, tuple(chosen.view(np.int64).tolist()))


def carried(one: Wording, other: Wording) -> float:
    """The share of the shorter's runs that stand in the longer, if one is a copy of the other; else 0."""
    shorter, longer = sorted((one, other), key=lambda each: len(each.runs))
    if len(shorter.runs) < MIN_RUNS:
        return 0.0
    common = len(np.intersect1d(shorter.runs, longer.runs, assume_unique=True))
    share = common / len(shorter.runs)
    if share < CONTAINED or (common < ENOUGH_RUNS and share < VERBATIM) or _names_kept(shorter.text, longer.text) < NAMES_KEPT:
        return 0.0
    return share


def words(text: str) -> list[str]:
    """The words of a text in order, without case, in one spelling."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _WORD.findall(text.casefold())


def _run_hashes(tokens: list[str]) -> Hashes:
    """One hash for each run of five words, in the order of the text."""
    count = len(tokens) - RUN_WORDS + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    numbers = np.array([zlib.crc32(token.encode(errors="surrogatepass")) for token in tokens], dtype=np.uint64)
    hashes = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        hashes += numbers[place : place + count] * factor
    # What the sum leaves alike in its lower bits is spread over all of them (the finisher of SplitMix64).
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


def _ascending(hashes: Hashes) -> Hashes:
    """Sorted, each once: ten times quicker than numpy.unique on some hundred numbers."""
    ordered = np.sort(hashes)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _names_kept(shorter: str, longer: str) -> float:
    """The share of the shorter's names (in scripts with capitals) and figures that are somewhere in the longer; 1 if it has none."""
    names = (word for word in _AFTER_A_WORD.findall(" ".join(shorter.split())) if word[0].isupper())
    said = {name.casefold() for name in names} | set(_FIGURE.findall(shorter))
    if not said:
        return 1.0
    there = set(words(longer)) | set(_FIGURE.findall(longer))
    return len(said & there) / len(said)
