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

MIN_LEFT_OUT = 4
"""…unless two letters have only changed places, or one was left out."""

MIN_OTHER_FIRST = 6
"""Letters from which on the first may be the wrong one."""

MAX_LETTERS = 30
"""No word of a question is longer; what is looked up grows with it."""

LOOKED_UP = 5
"""Words a letter away that are looked for in the coverage itself, the most frequent first: an index of stems also counts words that nobody wrote."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъї", "фывапролджэіє", "ячсмитьбюґё")
"""Beside each other in a row: the keys that a finger takes for each other."""

_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяё"
_WORD = re.compile(r"[^\W\d_]+")

Counts = Callable[[Sequence[str]], Sequence[int]]
"""Words to the number of sentences that have each, in any of its forms."""

Sentences = Callable[[str], Iterable[str]]
"""A word to some sentences that have it, in any of its forms."""


def misspelt(question: str, *, counts: Counts, is_word: Callable[[str], bool], sentences: Sentences) -> dict[str, str]:
    """Words that nothing knows, by the word a letter away that most sentences have, as these write it; those with none are left out.

    Two letters in each other's place come before a letter too many, too few or another, the four slips that Damerau found to make up 80 per cent of
    misspellings (A technique for computer detection and correction of spelling errors, CACM 7, 1964). A wrong first letter comes last. What is only
    longer than another word is no misspelling of it ("SpaceX", "handlers").
    """
    words = [word for word in dict.fromkeys(_words(question)) if MIN_LEFT_OUT <= len(word) <= MAX_LETTERS]
    unknown = [word for word, count in zip(words, counts(words), strict=True) if not count and not is_word(word)]
    return {word: right for word in unknown if (right := _nearest(word.casefold(), counts, sentences)) is not None}


def respelled(question: str, instead: Mapping[str, str]) -> str:
    """The question with these words in the place of those."""
    return _WORD.sub(lambda word: instead.get(word.group(), word.group()), question)


def _nearest(word: str, counts: Counts, sentences: Sentences) -> str | None:
    tried = [_swapped(word), _one_left_out(word) if len(word) < MIN_LETTERS else _one_letter_off(word)]
    if len(word) >= MIN_OTHER_FIRST:
        tried.append(_other_first(word))
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


def _one_left_out(word: str) -> list[str]:
    return sorted({word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in _letters(word)})


def _one_letter_off(word: str) -> list[str]:
    shorter = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    if word[-1] != word[-2]:
        shorter.discard(word[:-1])
    other = {word[:at] + letter + word[at + 1 :] for at in range(1, len(word)) for letter in _letters(word)}
    return sorted((shorter | other).union(_one_left_out(word)) - {word})


def _other_first(word: str) -> list[str]:
    """The first letter swapped with the second, left out, too many, or the key beside it."""
    beside = {
        row[near] for row in _KEYS for at, key in enumerate(row) if key == word[0] for near in (at - 1, at + 1) if 0 <= near < len(row)
    }
    swapped = word[1] + word[0] + word[2:]
    return sorted({swapped, word[1:], *(key + word[1:] for key in beside), *(letter + word for letter in _letters(word))} - {word})


def _letters(word: str) -> str:
    return _CYRILLIC if "\u0400" <= word[0] <= "\u04ff" else string.ascii_lowercase
