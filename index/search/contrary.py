"""Whether two sentences that are nearly the same say different things. In: two texts. Out: yes or no. Pure.

One "not", another number, a name or a verb in another's place: then neither may stand for the other, however alike they are. A word more, as editors
cut and add them, changes nothing of that kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

ALIKE = 0.5
"""Jaccard overlap of words from which two sentences are compared word by word: versions of one sentence, not two that share a subject."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_RUN = re.compile(r"\w+")
_DENYING = frozenset(
    [
        *("not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "without", "cannot", "cant", "wont", "hardly", "barely"),
        *("nicht", "kein", "keine", "keinen", "keiner", "keinem", "nie", "niemand", "nichts", "ohne"),
        *("nunca", "nadie", "nada", "ningún", "ninguna", "ninguno", "sin", "jamás"),
        *("не", "нет", "ни", "никогда", "никто", "ничего", "без", "ні", "немає", "ніколи", "ніхто", "нічого"),
        *("değil", "yok", "hiç", "asla", "لا", "لم", "لن", "ليس", "ليست", "غير", "بدون"),
    ]
)
NUMBER_WORDS = frozenset(
    [
        *(
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
        ),
        *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty"),
        *("ninety", "hundred", "thousand", "million", "billion", "dozen"),
    ]
)
"""How English news writes small figures, the dead and the hurt above all. In other languages figures in words are compared as any word."""
_SAYING = "said says say told tells added reported reports stated states according quoted announced"
"""Who tells a thing says it as well by any of these words."""


def words_of(text: str) -> Counter[str]:
    """Its words in lower case, with how often each stands there."""
    return Counter(_WORD.findall(text.casefold()))


def overlap(one: Counter[str], other: Counter[str]) -> float:
    """Jaccard overlap, 0..1."""
    shared = sum(min(one[word], other[word]) for word in one.keys() & other.keys())
    union = one.total() + other.total() - shared
    return shared / union if union else 0.0


def contrary(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether some sentence of one passage is nearly a sentence of the other, and says something else."""
    others = [(text, words_of(text)) for text in other]
    return any(
        words != those and overlap(words, those) >= ALIKE and _differ(text, words, that, those)
        for text, words in ((text, words_of(text)) for text in one)
        for that, those in others
    )


def figures(text: str) -> set[str]:
    """The figures in it, in digits or words."""
    return {word for word in _RUN.findall(text.casefold()) if word[0].isdigit() or word in NUMBER_WORDS}


def _differ(one: str, words: Counter[str], other: str, others: Counter[str]) -> bool:
    if _denials(words) != _denials(others) or figures(one) != figures(other):
        return True
    from index.search.analysis import terms  # brings in tantivy, which a mere `import index` leaves out

    mine, yours = Counter(terms(one)), Counter(terms(other))
    return all(any(term not in _idle() for term in some) for some in (mine - yours, yours - mine))


@cache
def _idle() -> frozenset[str]:
    """Terms whose exchange changes nothing."""
    from index.search.analysis import STOP_WORDS, terms

    return frozenset(terms(" ".join((*STOP_WORDS, _SAYING))))


def _denials(words: Counter[str]) -> int:
    return sum(count for word, count in words.items() if word.replace("’", "'").endswith("n't") or word.replace("'", "") in _DENYING)
