"""What is said to have happened to those who are counted. In: the grammar of a sentence and the word that is counted. Out: the fate's name. Pure.

The nearest sign wins: a state right behind it ("3 dead"), then what it is itself ("five fatalities"), its own modifiers ("slain victims"), the verb
it is object or subject of, and in the end whatever stands close by, as in headlines, which have little grammar.
"""

from __future__ import annotations

import re

from index.answering.figures.grammar import Grammar
from index.answering.figures.vocabulary import vocabulary

KILLED, WOUNDED, SHOT = "killed", "wounded", "shot"

CLOSE = 60
"""Characters behind those who were shot in which it is said whether they lived."""

_DEADLY = re.compile(
    r"[^,.;:]*?\b(?:(?:shot|stabbed|struck|hit) (?:dead|to death|and killed)|fatally (?:shot|stabbed|wounded|injured))\b|,? fatally\b",
    re.IGNORECASE,
)
_AND_HURT = re.compile(r"[^,.;:]*?\b(?:shot|stabbed|struck|hit) and (?:\w+ )?(?:wounded|injured|hurt)\b", re.IGNORECASE)

NEAR = 3
"""Words between what is counted and its fate when nothing but order joins them."""

_FATAL = frozenset(["fatal", "deadly"])
_MODIFIERS = ("amod", "acl", "relcl", "advcl", "appos", "oprd", "acomp", "nmod")
_SUBJECTS = ("nsubj", "nsubjpass")
_OBJECTS = ("dobj", "obj", "attr", "oprd")
_SKIPPED = frozenset(
    ["were", "was", "are", "is", "have", "has", "had", "been", "being", "be", "left", "reported", "feared", "confirmed", "others"]
)


def fate_of(grammar: Grammar, counted: int, last: int) -> tuple[str | None, int | None]:
    """The fate, and the verb that governs what is counted; either may be None. last: the last word of the figure."""
    verb = _verb(grammar, counted)
    if (behind := _right_behind(grammar, last)) is not None:
        return (_closer(grammar, last, verb) if behind == SHOT else None) or behind, verb
    if verb is not None and _is_hypothetical(grammar, verb):
        return None, verb
    own = vocabulary().fates.nouns.get(grammar.lemma(counted))
    if own is not None and own != SHOT:
        return own, verb
    found = (
        (tally_of(grammar, counted) if grammar.lemma(counted) == "count" else None)  # of murder
        or _by_modifiers(grammar, counted)
        or _by_government(grammar, counted)
        or own
        or _close_by(grammar, last)
    )
    return (_closer(grammar, last, verb) if found == SHOT else None) or found, verb


def _closer(grammar: Grammar, last: int, verb: int | None) -> str | None:
    """What became of those who were shot, if it is said beside: "shot and killed", "shot to death", "fatally shot", "shot and wounded"."""
    if verb is not None and any(grammar.lower[child] == "fatally" for child in grammar.children(verb, "advmod")):
        return KILLED
    joined = grammar.children(verb, "conj") if verb is not None else []
    with_it = {grammar.lemma(child) for child in joined if not grammar.children(child, *_SUBJECTS)}  # "and another was hurt" is not of them
    also = {vocabulary().fates.transitive.get(lemma) for lemma in with_it} | {
        vocabulary().fates.intransitive.get(lemma) for lemma in with_it
    }
    if also & {KILLED, WOUNDED} and verb is not None and vocabulary().fates.transitive.get(grammar.lemma(verb)) == SHOT:
        return KILLED if KILLED in also else WOUNDED
    start = grammar[last].end
    if _DEADLY.match(grammar.parsed.text, start, start + CLOSE) is not None:
        return KILLED
    return WOUNDED if _AND_HURT.match(grammar.parsed.text, start, start + CLOSE) is not None else None


def _right_behind(grammar: Grammar, last: int) -> str | None:
    """ "3 dead", "35 others wounded", "four people were killed"."""
    at = last + 1
    while at < len(grammar) and grammar.lower[at] in _SKIPPED:
        at += 1
    if at >= len(grammar):
        return None
    fate = vocabulary().fates.states.get(grammar.lower[at])
    return fate if fate is not None and not _acts(grammar, at) else None


def _acts(grammar: Grammar, at: int) -> bool:
    """Whether a form like "wounded" has an object of its own: then those before it did it."""
    if grammar[at].tag not in {"VBD", "VBP", "VBZ", "VB"}:
        return False
    objects = [child for child in grammar.children(at, "dobj", "obj") if child > at]
    return bool(objects)


def _by_modifiers(grammar: Grammar, counted: int) -> str | None:
    fates = vocabulary().fates
    for child in grammar.children(counted, *_MODIFIERS):
        lower, lemma = grammar.lower[child], grammar.lemma(child)
        if lemma in vocabulary().leaving:  # "who were found dead"
            left = (fates.states.get(grammar.lower[one]) for one in grammar.children(child, "oprd", "acomp", "xcomp", "attr"))
            if (fate := next((one for one in left if one is not None), None)) is not None:
                return fate
        if grammar[child].tag == "VBN" or grammar[child].part == "ADJ" or child < counted:
            if (fate := fates.states.get(lower) or fates.transitive.get(lemma)) is not None:
                return fate
        elif grammar[child].relation == "relcl":
            if (fate := fates.intransitive.get(lemma)) is not None:
                return fate
            passive = bool(grammar.children(child, "nsubjpass", "auxpass"))
            if passive and (fate := fates.transitive.get(lemma)) is not None:
                return fate
    return None


def _by_government(grammar: Grammar, counted: int) -> str | None:
    """By the verb or noun that it hangs on, or that the word it is joined to hangs on."""
    at = counted
    for _ in range(3):
        head, relation = grammar.head(at), grammar[at].relation
        if head is None:
            return None
        if relation in {"conj", "appos", "nummod", "meta", "dep"} and grammar[head].part in {"NOUN", "PROPN", "NUM", "PRON"}:
            if (fate := vocabulary().fates.nouns.get(grammar.lemma(head)) or _by_modifiers(grammar, head)) is not None:
                return fate
            at = head
            continue
        if relation in _OBJECTS + _SUBJECTS or (relation in {"conj", "ccomp", "npadvmod"} and grammar[head].part in {"VERB", "AUX"}):
            return _by_verb(grammar, at, head, relation)
        if relation == "pobj":
            return _by_preposition(grammar, head)
        return None
    return None


def _by_verb(grammar: Grammar, at: int, verb: int, relation: str) -> str | None:
    fates, lemma = vocabulary().fates, grammar.lemma(verb)
    passive = bool(grammar.children(verb, "auxpass", "nsubjpass")) or grammar[verb].tag == "VBN"
    if (fate := fates.transitive.get(lemma)) is not None:
        if relation in _OBJECTS or relation == "nsubjpass" or (passive and not _acts(grammar, verb)):
            return fate
        return fate if relation == "nsubj" and not grammar.children(verb, "dobj", "obj") and lemma in {"hurt", "wound", "injure"} else None
    if relation in _SUBJECTS and (fate := fates.intransitive.get(lemma)) is not None:
        return fate
    if (relation in _OBJECTS or passive) and _is_care(grammar, verb):
        return "wounded"
    if lemma in vocabulary().leaving | {"shoot"}:
        for child in grammar.children(verb, "oprd", "acomp", "xcomp", "ccomp", "advcl", "advmod", "amod", "acl", "attr", "dobj"):
            if child > at and (fate := fates.states.get(grammar.lower[child])) is not None and not _acts(grammar, child):
                return fate
    if lemma == "lose" and any(grammar.lemma(child) == "life" for child in grammar.children(verb, "dobj")):
        return "killed"
    if relation in {"nsubj", "attr", "dobj"} and lemma in vocabulary().reaching:
        return _tally(grammar, verb, at)
    return None


def _is_care(grammar: Grammar, verb: int) -> bool:
    """Whether the verb brings somebody to hospital, or treats them: "sent five people to the hospital"."""
    if grammar.lemma(verb) in vocabulary().treating:
        return True
    places = (place for to in grammar.children(verb, "prep", "dative") for place in grammar.children(to, "pobj"))
    return grammar.lemma(verb) in vocabulary().taking and any(
        grammar.lower[one] in vocabulary().hospitals or _ends_in_hospital(grammar, one) for one in places
    )


def _ends_in_hospital(grammar: Grammar, place: int) -> bool:
    """ "Rhode Island Hospital"."""
    return any(grammar.lower[one] in vocabulary().hospitals for one in grammar.children(place, "compound", "nmod"))


def _by_preposition(grammar: Grammar, preposition: int) -> str | None:
    """ "the deaths of three", "the death toll rose to 52", "took the lives of five"."""
    head = grammar.head(preposition)
    if head is None:
        return None
    fates, lemma = vocabulary().fates, grammar.lemma(head)
    if grammar.lower[preposition] == "of":
        if lemma in vocabulary().events and any(grammar.lower[child] in _FATAL for child in grammar.children(head, "amod", "compound")):
            return KILLED
        if (fate := fates.nouns.get(lemma)) is not None:
            return fate
        return tally_of(grammar, head) if lemma in vocabulary().tallies else None
    if grammar.lower[preposition] in {"to", "at", "by"}:
        if lemma in vocabulary().reaching:
            return _tally(grammar, head, preposition)
        return tally_of(grammar, head) if lemma in vocabulary().tallies else None
    return None


def _tally(grammar: Grammar, verb: int, beside: int) -> str | None:
    """The fate that a subject or object like "the death toll" speaks of."""
    for child in grammar.children(verb, "nsubj", "nsubjpass", "dobj"):
        if child != beside and (fate := tally_of(grammar, child)) is not None:
            return fate
    return None


def tally_of(grammar: Grammar, noun: int) -> str | None:
    """The fate that a noun counts: "death toll", "number of wounded"; None if it counts none."""
    if grammar.lemma(noun) not in vocabulary().tallies:
        return vocabulary().fates.nouns.get(grammar.lemma(noun))
    beside = [*grammar.children(noun, "compound", "amod", "nmod")]
    for preposition in grammar.children(noun, "prep"):
        for inner in grammar.children(preposition, "pobj"):
            if any(grammar.lower[one] in vocabulary().untried for one in grammar.children(inner)):
                return None
            beside += [inner, *grammar.children(inner, "amod", "acl", "relcl", "compound")]
    tallies = vocabulary().fates.tallies
    return next((tallies[word] for at in beside for word in (grammar.lower[at], grammar.lemma(at)) if word in tallies), None)


def _close_by(grammar: Grammar, last: int) -> str | None:
    """A state soon after, with no verb, number or comma between: where a headline confuses the parser."""
    for at in range(last + 1, min(last + 1 + NEAR, len(grammar))):
        if grammar[at].part in {"PUNCT", "NUM", "CCONJ", "SCONJ"}:
            return None
        if (fate := vocabulary().fates.states.get(grammar.lower[at])) is not None:
            return None if _acts(grammar, at) else fate
        if grammar[at].part in {"VERB", "AUX"} and grammar.lower[at] not in _SKIPPED:
            return None
    return None


def _verb(grammar: Grammar, counted: int) -> int | None:
    for at in grammar.ancestors(counted):
        if grammar[at].part in {"VERB", "AUX"}:
            return at
    return None


def _is_hypothetical(grammar: Grammar, verb: int) -> bool:
    words = vocabulary().hypothetical
    if any(grammar.lower[child] in words for child in grammar.children(verb, "aux", "mark")):
        return True
    head = grammar.head(verb)
    return grammar[verb].relation == "xcomp" and head is not None and grammar.lemma(head) in words
