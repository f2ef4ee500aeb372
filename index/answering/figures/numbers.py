"""Numbers in a text, in digits or in words. In: a text and its language. Out: each number as a `Quantity`, in order. Pure.

Number words are the number library's for its languages (text2num); joining them into ranges and dozens is this file's, from ``numbers.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from text_to_num import text2num

from index.answering.figures.quantity import Quantity

LANGUAGES = ("en", "fr", "es", "pt", "de", "nl", "da", "it")
"""Those whose number words the library reads. Digits are read in any language."""

LONGEST = 9
"""Words in one number: "two hundred and fifty-one thousand three hundred and seventy". Hyphens join words, so it is one less than it looks."""

_LETTERS = r"[^\W\d_]{2,}(?:-[^\W\d_]+)*|[^\W\d_]"
_WORD = re.compile(rf"\d+(?:[.,\u00a0\u202f]\d+)*|{_LETTERS}")
_WORD_WITH_SPACES = re.compile(rf"\d{{1,3}}(?: \d{{3}})+(?!\d)|{_WORD.pattern}")
"""Outside English a space stands between thousands; in English it stands between a date and a number."""
_THOUSANDS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f. ]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language joins numbers with. Every key is a word in lower case."""

    scales: Mapping[str, float]
    """After a number they multiply it: "million", "dozen"."""
    single: frozenset[str]
    """Before a scale they are one: "a" dozen."""
    one: str
    """What ``single`` says before a word that the library reads: "a hundred and five" is "one hundred and five". Empty: nothing."""
    halves: frozenset[str]
    """Before a scale and, maybe, one of ``single``: "half" a million."""
    between: frozenset[str]
    """Before the first of two bounds…"""
    between_joins: frozenset[str]
    """…and between the two."""
    joins: frozenset[str]
    """Between two bounds with nothing before them: "10 or 11"."""
    vague: Mapping[str, tuple[float, float]]
    """Words that stand for no number, by the least and the most they can mean."""
    multiples: Mapping[str, float]
    """What says of one deed how many it befell: "double"…"""
    multiplied: frozenset[str]
    """…before these: "homicide". A double room is no two rooms."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    lower: str


def quantities(text: str, language: str | None = "en") -> list[Quantity]:
    """Every number, range and vague number, in order, not overlapping. language: a BCP 47 code; one that is not read has its digits read."""
    code = (language or "en").split("-")[0].lower()
    code = code if code in LANGUAGES else "en"
    words = _words(code)
    pattern = _WORD if code == "en" else _WORD_WITH_SPACES
    pieces = [_Piece(found.start(), found.end(), found.group().lower()) for found in pattern.finditer(text)]
    singles: dict[int, tuple[int, float]] = {}
    at = 0
    while at < len(pieces):
        if (found := _number(text, pieces, at, code, words)) is not None:
            singles[at] = found
            at = found[0]
        else:
            at += 1
    return _ranges(text, pieces, singles, words)


def _number(text: str, pieces: Sequence[_Piece], at: int, code: str, words: _Words) -> tuple[int, float] | None:
    """The piece after the number that begins at this one, and the number."""
    piece = pieces[at]
    if piece.lower[0].isdigit():
        value = _digits(piece.lower, code)
        return None if value is None else _scaled(text, pieces, at + 1, value, words)
    if piece.lower in words.vague:
        return None
    if piece.lower in words.multiples:
        multiplies = at + 1 < len(pieces) and pieces[at + 1].lower in words.multiplied
        return (at + 1, words.multiples[piece.lower]) if multiplies else None
    if piece.lower in words.single and words.one and at + 1 < len(pieces) and _in_words(f"{words.one} {pieces[at + 1].lower}", code):
        return _longest(text, pieces, at, code, words, words.one)
    if (unwritten := _unwritten_one(text, pieces, at, words)) is not None:
        return unwritten
    if _in_words(piece.lower, code) is None:
        return None
    return _longest(text, pieces, at, code, words, piece.lower)


def _longest(text: str, pieces: Sequence[_Piece], at: int, code: str, words: _Words, first: str) -> tuple[int, float] | None:
    """The longest run of number words from here on, its first word read as ``first``."""
    end, best = at, 0.0
    for stop in range(at + 1, min(at + LONGEST, len(pieces)) + 1):
        if stop > at + 1 and not _beside(text, pieces, stop - 1):
            break
        if (number := _in_words(" ".join([first, *(one.lower for one in pieces[at + 1 : stop])]), code)) is not None:
            end, best = stop, float(number)
    return _scaled(text, pieces, end, best, words) if end > at else None


def _unwritten_one(text: str, pieces: Sequence[_Piece], at: int, words: _Words) -> tuple[int, float] | None:
    """ "a dozen", "half a million"; None for an article before anything else."""
    if pieces[at].lower not in words.halves | words.single:
        return None
    value = 0.5 if pieces[at].lower in words.halves else 1.0
    at += 1
    if value < 1 and at < len(pieces) and pieces[at].lower in words.single and _beside(text, pieces, at):
        at += 1
    if at < len(pieces) and pieces[at].lower in words.scales and _beside(text, pieces, at):
        return _scaled(text, pieces, at, value, words)
    return None


def _scaled(text: str, pieces: Sequence[_Piece], at: int, value: float, words: _Words) -> tuple[int, float]:
    while at < len(pieces) and pieces[at].lower in words.scales and _beside(text, pieces, at):
        value *= words.scales[pieces[at].lower]
        at += 1
    return at, round(value, 6)


def _ranges(text: str, pieces: Sequence[_Piece], singles: Mapping[int, tuple[int, float]], words: _Words) -> list[Quantity]:
    found: list[Quantity] = []
    at = 0
    while at < len(pieces):
        if at in singles:
            quantity, at = _perhaps_range(text, pieces, singles, at, words)
            found.append(quantity)
        elif pieces[at].lower in words.vague:
            low, high = words.vague[pieces[at].lower]
            stop, scale = _scaled(text, pieces, at + 1, 1.0, words)
            high = math.inf if high < 0 else high * scale
            found.append(Quantity(pieces[at].start, pieces[stop - 1].end, low * scale, high, vague=True))
            at = stop
        else:
            at += 1
    return found


def _perhaps_range(
    text: str, pieces: Sequence[_Piece], singles: Mapping[int, tuple[int, float]], at: int, words: _Words
) -> tuple[Quantity, int]:
    """The quantity that begins with this number, and the piece after it."""
    after, low = singles[at]
    start = pieces[at].start
    opened = at > 0 and pieces[at - 1].lower in words.between and _beside(text, pieces, at)
    gap = text[pieces[after - 1].end : pieces[after].start] if after < len(pieces) else ""
    if after in singles and gap.strip() in {"-", "–", "—"} and low < singles[after][1]:
        return Quantity(start, pieces[singles[after][0] - 1].end, low, singles[after][1]), singles[after][0]
    joins = words.between_joins if opened else words.joins
    if after + 1 in singles and pieces[after].lower in joins and _beside(text, pieces, after) and _beside(text, pieces, after + 1):
        stop, high = singles[after + 1]
        if low < high:
            return Quantity(pieces[at - 1].start if opened else start, pieces[stop - 1].end, low, high), stop
    return Quantity(start, pieces[after - 1].end, low, low), after


def _beside(text: str, pieces: Sequence[_Piece], at: int) -> bool:
    """Whether only white space or a hyphen is between this piece and the one before."""
    return text[pieces[at - 1].end : pieces[at].start].strip(" \t\n\u00a0-") == ""


def _digits(written: str, code: str) -> float | None:
    if _THOUSANDS.fullmatch(written) and ("." not in written or code != "en"):
        return float(re.sub(r"\D", "", written))
    if re.fullmatch(r"\d+[.,]\d+", written):
        return float(written.replace(",", ".")) if (("." in written) == (code == "en")) else None
    return float(written) if written.isdigit() and written.isascii() else None


@lru_cache(maxsize=50_000)
def _in_words(written: str, code: str) -> int | None:
    # The library also takes digits, which are read above, where their separators are understood; and a lone "o" for zero.
    if len(written) < 2 or any(character.isdigit() for character in written):
        return None
    try:
        return int(text2num(written, code))
    except ValueError:
        return None


@cache
def _words(code: str) -> _Words:
    stored = json.loads(resources.files("index.answering.figures").joinpath("numbers.json").read_text(encoding="utf-8"))
    own = stored[code]
    return _Words(
        scales=own["scales"],
        single=frozenset(own["single"]),
        one=own.get("one", ""),
        halves=frozenset(own["halves"]),
        between=frozenset(own["between"]),
        between_joins=frozenset(own["between_joins"]),
        joins=frozenset(own["joins"]),
        vague={word: (low, high) for word, (low, high) in own["vague"].items()},
        multiples=own.get("multiples", {}),
        multiplied=frozenset(own.get("multiplied", [])),
    )
