"""Misspelt words of a question. In: the question as typed, and who knows words. Out: each with what the coverage writes instead. Pure.

Only a word that neither any sentence nor the encoder's vocabulary has is looked at, so that a question spelt right costs one look at the dictionary
for each word. What it was read as is shown to whoever asked. docs/decisions/0005-retrieval.md says how often it is right.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

MIN_LETTERS = 5
"""Shorter words have too many neighbours: "Gaza" and "gaze"…"""

MIN_SWAPPED = 4
"""…unless two letters have only changed places."""

MAX_LETTERS = 30
"""No word of a question is longer; what is looked up grows with it."""

LOOKED_UP = 5
"""Words a letter away that are looked for in the coverage itself, the most frequent first: an index of stems also counts words that nobody wrote."""

_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяё"
_WORD = re.compile(r"[^\W\d_]+")

Counts = Callable[[Sequence[str]], Sequence[int]]
"""Words to the number of sentences that have each, in any of its forms."""

Sentences = Callable[[str], Iterable[str]]
"""A word to some sentences that have it, in any of its forms."""


def misspelt(question: str, *, counts: Counts, is_word: Callable[[str], bool], sentences: Sentences) -> dict[str, str]:
    """Words that nothing knows, by the word a letter away that most sentences have, as these write it; those with none are left out.

    Two letters in each other's place come before a letter too many, too few or another, the four slips that Damerau found to make up 80 per cent of
    misspellings (A technique for computer detection and correction of spelling errors, CACM 7, 1964). The first letter is never the wrong one.
    """
    words = [word for word in dict.fromkeys(_words(question)) if MIN_SWAPPED <= len(word) <= MAX_LETTERS]
    unknown = [word for word, count in zip(words, counts(words), strict=True) if not count and not is_word(word)]
    return {word: right for word in unknown if (right := _nearest(word.casefold(), counts, sentences)) is not None}


def respelled(question: str, instead: Mapping[str, str]) -> str:
    """The question with these words in the place of those."""
    return _WORD.sub(lambda word: instead.get(word.group(), word.group()), question)


def _nearest(word: str, counts: Counts, sentences: Sentences) -> str | None:
    tried = [_swapped(word)]
    if len(word) >= MIN_LETTERS:
        tried.append(_one_letter_off(word))
    for others in tried:
        found = sorted((-count, other) for other, count in zip(others, counts(others), strict=True) if count)
        for _, other in found[:LOOKED_UP]:
            written = Counter(seen for text in sentences(other) for seen in _words(text) if _folded(seen) == other)
            if written:
                return min(written, key=lambda seen: (-written[seen], seen))
    return None


def _words(text: str) -> list[str]:
    return [found.group() for found in _WORD.finditer(text)]


def _folded(word: str) -> str:
    """Without accents, in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(letter))


def _swapped(word: str) -> list[str]:
    return sorted({word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)} - {word})


def _one_letter_off(word: str) -> list[str]:
    letters = _CYRILLIC if "\u0400" <= word[0] <= "\u04ff" else string.ascii_lowercase
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    shorter = {left + right[1:] for left, right in cuts if right}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in letters}
    longer = {left + letter + right for left, right in cuts for letter in letters}
    return sorted((shorter | other | longer) - {word})
