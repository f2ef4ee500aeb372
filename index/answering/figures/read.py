"""Figures in a sentence. In: its grammar. Out: each `Figure`, in order, every one a stretch of the sentence. Pure.

Numbers that count nothing are left out: dates, clock times, ages, house numbers, names of roads.
"""

from __future__ import annotations

import re

from index.answering.days import MONTHS, WEEKDAYS
from index.answering.figures.fates import fate_of
from index.answering.figures.figure import Figure, Measure
from index.answering.figures.grammar import Grammar, singular
from index.answering.figures.numbers import quantities
from index.answering.figures.quantity import Qualifier, Quantity
from index.answering.figures.together import together
from index.answering.figures.uncounted import counts_nothing, in_date
from index.answering.figures.vocabulary import vocabulary
from index.domain.articles import Span
from index.ports.grammar import Parsed

MOST_BEFORE_NOUN = 6
"""Words between a number and what it counts: "three young off-duty Turkish police officers"."""

_NOUN_RELATIONS = frozenset(["nummod", "det", "amod", "compound", "quantmod", "advmod", "nmod", "poss", "npadvmod"])
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_WHO = r"(?:gunman|shooter|suspect|suspected shooter|attacker|assailant|bomber|himself|herself)"
_ATTACKER = re.compile(
    rf"(?:includ\w+|and|plus|with|before|of the dead)[^.;]{{0,40}}\b{_WHO}\b|\b{_WHO}\b[^.;]{{0,40}}\b(?:dead|died|killed|dies)\b|suicide"
    r"|(?:took|taking|taken) (?:his|her) own life|before (?:he|she) was (?:shot and )?killed",
    re.IGNORECASE,
)
"""Where the attacker's death is spoken of. Whoever counts victims leaves him out, and others may not."""
_POSSESSIVE = frozenset(["'s", "’s", "'", "’"])
_WEEKDAY, _MONTH = "|".join(WEEKDAYS), "|".join(MONTHS)
_SEVERAL = re.compile(
    rf"\b(?:\w+|\d+) (?:separate |different )?incidents\b|\bshooting['’]s\b|\bso far in\b|\bthat (?:\w+ )?weekend\b"
    rf"|\b(?:since|from) (?:{_WEEKDAY}|the (?:start|beginning) of)\b|\bsince (?:{_MONTH})\b"
    rf"|\bbetween \w+ (?:\w+ )?(?:{_WEEKDAY})\b|\band (?:{_WEEKDAY}) (?:morning|night)",
    re.IGNORECASE,
)
"""Several events together, or a span of time."""
_ELSEWHERE = re.compile(r"\W*(?:story|more|read more|also|watch|see also|related|previous story)\s?:", re.IGNORECASE)
"""Before the headline of another story."""
_OPENED = re.compile(r"open\w*|under|return\w*|of|gun|hostile|enemy|friendly")
"""Before "fire" where it is a weapon's."""
_RANKED = re.compile(r"\bone of the (?:\w+est|worst|most)\b[^,;.]*")
"""What ranks the event among others, and is no other event: "in one of the bloodiest days of the war"."""
_CURRENCY_SIGN = re.compile(r"(?:US|A|C|HK|NZ)?[$€£¥₹₽₪]\s?$")
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percentage points?\b)", re.IGNORECASE)


def figures_in(parsed: Parsed, language: str | None = "en") -> list[Figure]:
    """Every figure of a sentence, in order, not overlapping. language: of its number words."""
    grammar = Grammar(parsed)
    found: list[Figure] = []
    for quantity in quantities(parsed.text, language):
        if (figure := _figure(grammar, quantity, found)) is not None:
            found.append(figure)
    return together(grammar, found)


def _figure(grammar: Grammar, quantity: Quantity, before: list[Figure]) -> Figure | None:
    text = grammar.parsed.text
    words = grammar.covering(quantity.start, quantity.end)
    if not words:
        return None
    measure, end = _measure(text, quantity)
    if measure is Measure.COUNT and counts_nothing(grammar, quantity, words):
        return None
    noun = _noun(grammar, words) if measure is not Measure.PERCENT else None
    if noun is not None and noun + 1 < len(grammar) and grammar[noun + 1].relation == "case" and grammar.lower[noun + 1] in _POSSESSIVE:
        return None  # "one victim's aunt"
    if noun is not None and measure is Measure.COUNT:
        lemma = grammar.lemma(noun)
        measure = Measure.MONEY if lemma in vocabulary().currencies else Measure.DURATION if lemma in vocabulary().time_units else measure
    if measure is not Measure.DURATION and in_date(grammar, quantity):
        return None
    qualifiers, start = _qualifiers(quantity, grammar, words)
    start = start if measure is not Measure.MONEY else min(start, _sign_start(text, quantity))
    close = noun if noun is not None and noun > words[-1] else words[-1]
    fate, verb = fate_of(grammar, noun if noun is not None else grammar.top(words), close)
    own = frozenset(grammar.lower[at] for at in range(words[-1] + 1, close) if grammar[at].part in {"ADJ", "PROPN", "NOUN", "VERB"})
    lemma_of_noun = grammar.lemma(noun) if noun is not None else None
    groups = vocabulary().groups.get(lemma_of_noun or "", frozenset())
    inherits = measure is Measure.COUNT and not groups and not own and (lemma_of_noun is None or lemma_of_noun in vocabulary().generic)
    source = next((one for one in reversed(before) if one.measure is Measure.COUNT), None) if inherits else None
    return Figure(
        span=Span(start, max(end, grammar[close].end)),
        quantity=quantity,
        qualifiers=qualifiers,
        measure=measure,
        noun=lemma_of_noun if measure is not Measure.PERCENT else "%",
        words=source.words if source else own,
        groups=source.groups if source else groups,
        counted=source.counted if source else lemma_of_noun,
        inherited=source is not None,
        fate=fate,
        verb=grammar.lemma(verb) if verb is not None else None,
        part=_is_part(grammar, words, noun, qualifiers, fate, before),
        with_attacker=fate == "killed" and (lemma_of_noun == "victim" or _ATTACKER.search(text) is not None),
        events=_events(grammar),
        several=_events(grammar, plural=True),
        elsewhen=_is_elsewhen(text),
        some_died=False,
        years=frozenset(int(year) for year in _YEAR.findall(text)),
    )


def _measure(text: str, quantity: Quantity) -> tuple[Measure, int]:
    """What kind of number it is by the signs beside it, and where it ends with them."""
    if (sign := _PERCENT.match(text, quantity.end)) is not None:
        return Measure.PERCENT, sign.end()
    if _CURRENCY_SIGN.search(text, max(0, quantity.start - 5), quantity.start):
        return Measure.MONEY, quantity.end
    return Measure.COUNT, quantity.end


def _sign_start(text: str, quantity: Quantity) -> int:
    sign = _CURRENCY_SIGN.search(text, max(0, quantity.start - 5), quantity.start)
    return sign.start() if sign else quantity.start


def _noun(grammar: Grammar, words: range) -> int | None:
    """What is counted: what the number hangs on if that is a noun behind it, else the next noun behind it with only its modifiers between."""
    top = grammar.top(words)
    head = grammar.head(top)
    if head is not None and grammar[top].relation in _NOUN_RELATIONS and words[-1] < head <= words[-1] + MOST_BEFORE_NOUN:
        is_state = grammar.lower[head] in vocabulary().fates.states and grammar.lemma(head) not in vocabulary().generic
        if grammar.lemma(head) in vocabulary().events and grammar.lower[words[-1] + 1] in vocabulary().fates.states:
            return None  # "3 Hurt Bellflower Barbershop Shooting"
        if grammar[head].part in {"NOUN", "PROPN", "ADJ", "SYM"} and not is_state and not _crosses(grammar, words[-1] + 1, head):
            return head
    for at in range(words[-1] + 1, min(words[-1] + 1 + MOST_BEFORE_NOUN, len(grammar))):
        part, lower = grammar[at].part, grammar.lower[at]
        if part in {"NOUN", "PROPN"} and grammar[at].tag in {"NNS", "NNPS"} and lower not in vocabulary().fates.states:
            return at
        if part not in {"ADJ", "NOUN", "PROPN"} or lower in vocabulary().fates.states:
            return None
    return None


def _crosses(grammar: Grammar, start: int, end: int) -> bool:
    return any(
        grammar[at].part in {"PUNCT", "VERB", "AUX", "CCONJ"}
        and grammar.lower[at] not in {"-", "or"}
        and grammar[at].tag not in {"VBN", "VBG"}
        for at in range(start, end)
    )


def _qualifiers(quantity: Quantity, grammar: Grammar, words: range) -> tuple[frozenset[Qualifier], int]:
    """The words that bound it, and where the first of those that are to be shown begins."""
    found: set[Qualifier] = set()
    start, at = quantity.start, words[0]
    while True:
        for run, qualifier in vocabulary().qualifiers:
            if at >= len(run) and grammar.lower[at - len(run) : at] == run:
                found.add(qualifier)
                at -= len(run)
                if qualifier is not Qualifier.ANOTHER:
                    start = grammar[at].start
                break
        else:
            break
    behind = " ".join(grammar.lower[words[-1] + 1 : words[-1] + 4])
    if behind.startswith(("or more", "at least")):
        found.add(Qualifier.AT_LEAST)
    if behind.startswith(("or less", "or fewer")):
        found.add(Qualifier.UP_TO)
    if behind.split(" ")[0] in {"more", "other", "others", "additional", "further"}:
        found.add(Qualifier.ANOTHER)
    return frozenset(found), start


def _is_part(
    grammar: Grammar, words: range, noun: int | None, qualifiers: frozenset[Qualifier], fate: str | None, before: list[Figure]
) -> bool:
    if (
        Qualifier.ANOTHER in qualifiers
        and fate is not None
        and (any(one.fate == fate for one in before) or not _others_died(grammar, words[0], fate))
    ):
        return True
    near = grammar.lower[words[-1] + 1 : (noun if noun is not None else words[-1]) + 5]
    if fate == "wounded" and not vocabulary().severe.isdisjoint(near):
        # "One dead and four seriously wounded": these are all of them.
        return any(one.fate == fate for one in before) or not _others_died(grammar, words[0], fate)
    if words[0] and grammar.lower[words[0] - 1] in vocabulary().parts:
        return True
    top = noun if noun is not None else grammar.top(words)
    behind = grammar.lower[top + 1 : top + 3]
    if (
        behind[:1] == ("of",)
        and behind[1:] != ()
        and behind[1] in {"the", "them", "those", "these", "whom", "which", "its", "his", "her", "their"}
    ):
        return True
    behind = grammar.lower[words[-1] + 1 : words[-1] + 3]
    if behind[:1] == ("of",):
        return True
    joined = [child for child in grammar.children(top, "conj") if grammar[child].part in {"NOUN", "PROPN"} and _is_people(grammar, child)]
    head = grammar.head(top)
    joins = grammar[top].relation == "conj" and head is not None and grammar[head].part in {"NOUN", "PROPN"}
    return noun is not None and (bool(joined) or joins) and fate is not None and not _has_own_fate(grammar, noun)


def _is_people(grammar: Grammar, noun: int) -> bool:
    """Whether people are named, or things are counted: "injuring five people and damaging buildings" lists nobody else."""
    lemma = grammar.lemma(noun)
    counted = bool(grammar.children(noun, "nummod"))
    return counted or grammar[noun].part == "PROPN" or lemma in vocabulary().groups or lemma in vocabulary().generic


def _others_died(grammar: Grammar, before: int, fate: str) -> bool:
    """ "One was killed and three others wounded": the others are all of the wounded."""
    deadly = {
        word
        for words in (vocabulary().fates.states, vocabulary().fates.transitive, vocabulary().fates.intransitive)
        for word, one in words.items()
        if one == "killed"
    }
    return fate != "killed" and any(grammar.lower[at] in deadly or grammar.lemma(at) in deadly for at in range(before))


def _events(grammar: Grammar, *, plural: bool = False) -> frozenset[str]:
    named = (at for at in range(len(grammar)) if grammar[at].part in {"NOUN", "PROPN"})
    return frozenset(
        vocabulary().same_event.get(lemma, lemma)
        for at in named
        if (lemma := singular(grammar.lower[at]) if grammar[at].part == "PROPN" else grammar.lemma(at)) in vocabulary().events
        and not (lemma == "fire" and at and _OPENED.fullmatch(grammar.lower[at - 1]))
        and (not plural or grammar.lower[at] != lemma)
    )


def _has_own_fate(grammar: Grammar, noun: int) -> bool:
    """ "three people dead and two others wounded": joined, and counted apart."""
    states = vocabulary().fates.states
    if noun + 1 < len(grammar) and grammar[noun + 1].part == "AUX":
        return False  # "a man and two girls were shot"
    return (
        any(at < len(grammar) and grammar.lower[at] in states for at in (noun + 1, noun + 2))
        or grammar.lemma(noun) in vocabulary().fates.nouns
    )


def _is_elsewhen(text: str) -> bool:
    if _ELSEWHERE.match(text) is not None:
        return True
    lower = _RANKED.sub("", text.lower())
    return any(phrase in lower for phrase in vocabulary().elsewhen) or _SEVERAL.search(lower) is not None
