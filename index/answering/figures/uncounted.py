"""Numbers that count nothing: dates, ages, house numbers, names of roads. In: a number in its sentence. Out: whether it is one. Pure."""

from __future__ import annotations

import re

from index.answering.figures.grammar import Grammar
from index.answering.figures.quantity import Quantity
from index.answering.figures.vocabulary import vocabulary

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_GLUED = re.compile(
    r"[^\W\d_]|-persons?\b|['’′°:/]\w|-?(?:year|month|week|day|hour|minute|mile|story|foot|inch|pound|round|member|man|caliber|cal)s?-",
    re.IGNORECASE,
)
_GLUED_BEFORE = re.compile(r"(?:[^\W_]-|[#.:/\[]|\bNo\. ?|[^\W\d_],?)$", re.IGNORECASE)
_CHANNEL = re.compile(r" News\b")
_OF_AGES = re.compile(r"\bage[sd]?:? (?:\d{1,3}(?:, and|,| and| or|;)? ?)*$", re.IGNORECASE)
_ONE_AND_THE_OTHER = re.compile(r"\bone \d\d,? and (?:the other|another) \d\d\b", re.IGNORECASE)
"""Ages too."""
_YEARS_OLD = re.compile(r" ?(?:y/o|yo\b|yrs?\b)", re.IGNORECASE)


def counts_nothing(grammar: Grammar, quantity: Quantity, words: range) -> bool:
    """Whether it is an age, a house number, the number of a road, or "one" for somebody. words: those of the number."""
    text = grammar.parsed.text
    if _GLUED.match(text, quantity.end) or _GLUED_BEFORE.search(text, max(0, quantity.start - 4), quantity.start):
        return True
    before = grammar.lower[words[0] - 1] if words[0] else ""
    after = grammar.lower[words[-1] + 1] if words[-1] + 1 < len(grammar) else ""
    written = text[quantity.start : quantity.end].lower()
    if written == "one" and (
        before in {"no", "the", "this", "that", "each", "every", "any", "which", "only"} or after in {"another", "'s", "’s"}
    ):
        return True
    if _CHANNEL.match(text, quantity.end):
        return True
    if _OF_AGES.search(text, max(0, quantity.start - 60), quantity.start) or _YEARS_OLD.match(text, quantity.end):
        return True
    if any(found.start() <= quantity.start < found.end() for found in _ONE_AND_THE_OTHER.finditer(text)):
        return True
    if before.rstrip(".") in vocabulary().labels or (after in vocabulary().addresses and written != "one"):
        return True
    is_age = quantity.low < 120 and written.isdigit() and before == "," and after in {",", ".", ";"} and _is_name(grammar, words[0] - 2)
    after_next = grammar.lower[words[-1] + 2] if words[-1] + 2 < len(grammar) else ""
    return is_age or (after in {"year", "years", "-"} and after_next in {"old", "-", "year"}) or _is_numbered_name(grammar, words)


def _is_name(grammar: Grammar, at: int) -> bool:
    return at >= 0 and grammar[at].part in {"PROPN", "NOUN"}


def _is_numbered_name(grammar: Grammar, words: range) -> bool:
    """ "Highway 35", "Apollo 11": a number behind the name that it hangs on."""
    top = grammar.top(words)
    head = grammar.head(top)
    return head is not None and head == words[0] - 1 and grammar[head].part == "PROPN" and grammar[top].relation == "nummod"


def in_date(grammar: Grammar, quantity: Quantity) -> bool:
    """Whether it is of a date, a time of day or a rank: "9 February", "8:40", "the third". Whom a verb befalls is no date: "injuring 80"."""
    text = grammar.parsed.text
    if _YEAR.fullmatch(text, quantity.start, quantity.end) is not None:
        return True
    within = [
        entity
        for entity in grammar.parsed.entities
        if entity.label in {"DATE", "TIME", "ORDINAL"} and entity.start <= quantity.start and quantity.end <= entity.end
    ]
    is_all = any((entity.start, entity.end) == (quantity.start, quantity.end) for entity in within)
    return bool(within) and not (is_all and _befallen(grammar, quantity))


def _befallen(grammar: Grammar, quantity: Quantity) -> bool:
    """Whether the number itself is the object of such a verb as "injure"."""
    top = grammar.top(grammar.covering(quantity.start, quantity.end))
    head = grammar.head(top)
    return head is not None and grammar[top].relation in {"dobj", "obj"} and grammar.lemma(head) in vocabulary().fates.transitive
