"""Set phrases, and where they stand in what was typed. In: phrases as written in ``talk.json``, and any text. Out: words, and matches of them. Pure.

A phrase is words; ``(a|b c)`` is one of these, ``[a|b]`` one of these or nothing, and a final ``…`` stands for whatever follows, even nothing.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_APOSTROPHES = "'’ʼ`´"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670"
_WORD = re.compile(rf"\w[\w{_APOSTROPHES}{_MARKS}]*")
_EMOTICON = re.compile(r"(?<!\w)[:;=x]-?[dpo](?!\w)", re.IGNORECASE)
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
_ALIKE = str.maketrans({"ı": "i", "ى": "ي", "ة": "ه", "ـ": None, **dict.fromkeys(_APOSTROPHES)})
_PART = re.compile(r"\(([^()\[\]]+)\)|\[([^()\[\]]+)\]|([^\s()\[\]|]+)")
_REST = "…"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as phrases know it, and where it stands in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """The words of a text. "Heyyy" is "hey", "What's" is "whats", "Günaydın" is "gunaydin"; emoticons are no words."""
    bare = _EMOTICON.sub(lambda found: " " * len(found[0]), text)
    found = (Word(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(bare))
    return tuple(word for word in found if word.text)


def _plain(word: str) -> str:
    """Without case, accents, apostrophes and letters drawn out, and with the letters alike that people mix up."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return _DRAWN_OUT.sub(r"\1", "".join(one for one in decomposed if not unicodedata.combining(one)).translate(_ALIKE))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in parts, each a choice of word sequences; an optional part has the empty sequence among them."""

    parts: tuple[tuple[tuple[str, ...], ...], ...]
    swallows: bool
    """Whatever follows belongs to it."""

    def first_words(self) -> frozenset[str]:
        """Every word that it can begin with."""
        found: set[str] = set()
        for part in self.parts:
            found.update(choice[0] for choice in part if choice)
            if () not in part:
                break
        return frozenset(found)

    def ends(self, said: Sequence[str], at: int) -> frozenset[int]:
        """Every place where it can end if it begins at word ``at``; empty if it does not stand there."""
        places = {at}
        for part in self.parts:
            places = {
                place + len(choice)
                for place, choice in itertools.product(places, part)
                if tuple(said[place : place + len(choice)]) == choice
            }
        return frozenset({len(said)} if places and self.swallows else places)


def read(written: str) -> Phrase:
    """The phrase that is written so. Raises ValueError for brackets that are not closed, nested, or inside a word."""
    pieces = written.removesuffix(_REST).strip()
    parts = tuple(_parts(pieces))
    if not any(() not in part for part in parts):
        raise ValueError(f"the phrase {written!r} can be nothing at all")
    return Phrase(parts, swallows=written.endswith(_REST))


def _parts(pieces: str) -> Iterator[tuple[tuple[str, ...], ...]]:
    at = 0
    while at < len(pieces):
        found = _PART.match(pieces, at)
        if found is None or (found.end() < len(pieces) and pieces[found.end()] != " "):
            raise ValueError(f"the phrase {pieces!r} cannot be read from {pieces[at:]!r} on")
        one_of, maybe, word = found.groups()
        choices = tuple(tuple(each.text for each in words(choice)) for choice in (one_of or maybe or word).split("|"))
        if () in choices:
            raise ValueError(f"the phrase {pieces!r} has a choice without words")
        yield (*choices, ()) if maybe else choices
        at = found.end() + 1
