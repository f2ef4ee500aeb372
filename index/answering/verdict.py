"""Yes or no: does a sentence say that it is so, or that it is not? In: a proposition and a sentence's grammar. Out: the clause that says so. Pure.

Precision first: the clause has to be about the same one, by the same verb, with everything that was asked about in it, and be said outright. What is
possible, planned, feared, rumoured, asked or conditional says neither; what somebody denies, or failed or refused to do, says no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.answering.conflict import same_name
from index.answering.figures.vocabulary import vocabulary
from index.answering.proposition import Proposition, complement_of, fate_named, is_done_to, lemma
from index.answering.reporting import DOUBTING, HEDGES, NOUNS, SAYING
from index.answering.statement import source_span
from index.answering.syntax import Syntax
from index.domain.articles import Span
from index.ports.grammar import Parsed

_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = ("acomp", "attr", "oprd")
_OBJECTS = ("dobj", "obj")
_DENYING = frozenset(["deny", "dismiss", "reject", "refute", "dispute", "rebut"])
"""What somebody says is not so. One who disputes a report says no himself, and the clause shows that it is his word."""
_FAILING = frozenset(["fail", "refuse", "decline", "neglect"])
"""What somebody did not do."""
_DOING = frozenset(["begin", "start", "continue", "manage", "go", "proceed", "come"])
"""What somebody did, by beginning it."""
_FACTIVE = frozenset(["know", "learn", "find", "discover", "realize", "prove", "determine"])
"""Whoever does so, it is true: not what is merely shown, or heard."""
_NEGATIVE = frozenset(["no", "neither", "nobody", "none", "nothing", "never"])
_MODAL = frozenset(["may", "might", "could", "would", "should", "can", "must", "shall", "ought", "will", "'ll", "wo", "ca"])
_UNREAL = frozenset(["if", "unless", "whether", "until", "before", "lest", "though", "like", "as"])
"""Marks of a clause that does not say that it is so; "as" joins what is compared as often as a reason."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clause that says that it is so, or that it is not. Offsets are into the sentence."""

    so: bool
    clause: Span


def verdict(asked: Proposition, sentence: Parsed, beside: str) -> Verdict | None:
    """What the sentence says of it; None where it does not say, or not outright. beside: the headline, and what stands around the sentence."""
    syntax = Syntax(sentence)
    words = frozenset(syntax.word(one).lower() for one in range(len(syntax.tokens)))
    if sentence.text.rstrip("\"'”’ ").endswith("?") or words & HEDGES or not asked.around <= words | frozenset(beside.lower().split()):
        return None
    said = [found for one in range(len(syntax.tokens)) if (found := _said_at(asked, syntax, one)) is not None]
    return said[0] if said and all(one.so == said[0].so for one in said) else None


def may_tell(asked: Proposition, sentence: Parsed) -> bool:
    """Whether the sentence may say what befell the one asked about: something of the kind befalls them there, or somebody who may be they.

    Where it befalls others, by name or in the plural, it does not. Only for what befalls people; True for any other question, and of no name.
    """
    if not asked.passive or asked.predicate not in vocabulary().fates.transitive.values() or not asked.of_a_name:
        return True
    syntax = Syntax(sentence)
    for one in range(len(syntax.tokens)):
        verb = _verb_of(syntax, one) if fate_named(syntax, one) == asked.predicate else None
        whom = None if verb is None else _whom(asked, syntax, one, verb)
        if whom is not None and (_is_meant(asked, syntax, whom) or syntax.tokens[whom].tag in ("NN", "PRP", "WP")):
            return True
    return False


def _said_at(asked: Proposition, syntax: Syntax, predicate: int) -> Verdict | None:
    """The verdict of the clause with this predicate; None if that is another, or not said outright."""
    if (fate_named(syntax, predicate) or lemma(syntax, predicate)) != asked.predicate:
        return None
    verb = _verb_of(syntax, predicate)
    if verb is None:
        return None
    subject = _whom(asked, syntax, predicate, verb)
    if subject is None or not _is_meant(asked, syntax, subject):
        return None
    within = syntax.under(verb, lambda one: _is_another_clause(syntax, one))
    if not asked.named <= {lemma(syntax, one) for one in within} or not _is_done_to(asked, syntax, verb):
        return None
    outright = _outright(asked, syntax, verb)
    if outright is None:
        return None
    denied, top = outright
    so = not (denied ^ _negated(syntax, {verb, predicate}, subject))
    return Verdict(so, _clause(syntax, top, subject))


def _verb_of(syntax: Syntax, predicate: int) -> int | None:
    """The verb of its clause: itself, or the "be" before what follows it."""
    if syntax.tokens[predicate].part in ("VERB", "AUX"):
        return predicate
    head = syntax.tokens[predicate].head
    above = syntax.tokens[head].head if syntax.tokens[predicate].relation == "pobj" else head
    is_copula = syntax.tokens[above].lemma in ("be", "remain", "become")
    return above if is_copula and complement_of(syntax, above) == predicate else None


def _whom(asked: Proposition, syntax: Syntax, predicate: int, verb: int) -> int | None:
    """Of whom it is said: the subject, or the object where the question asks to whom it was done."""
    done_to = is_done_to(syntax, verb, predicate)
    if asked.passive and not done_to:
        return syntax.child(verb, *_OBJECTS)
    return _subject(syntax, verb) if asked.passive == done_to else None


def _subject(syntax: Syntax, verb: int) -> int | None:
    """The verb's own subject, or the one it shares: "refused to resign", "came and left", "Turkey, which closed the border"."""
    own, token = syntax.child(verb, *_SUBJECTS), syntax.tokens[verb]
    if own is not None and syntax.tokens[own].tag in ("WP", "WDT"):
        return token.head if token.relation == "relcl" else None
    if own is not None and syntax.tokens[own].part == "PRON" and token.relation == "ccomp":
        speaks = syntax.tokens[token.head].lemma.lower()
        people = [one for one in syntax.parsed.entities if one.label == "PERSON"]
        if speaks in _DENYING or (speaks in SAYING and len(people) == 1):
            return _subject(syntax, token.head)  # "Russia denied that it…", "Sullivan says he's satisfied"
    if own is None and token.relation in ("conj", "xcomp") and token.head != verb:
        return _subject(syntax, token.head)
    return own


def _is_another_clause(syntax: Syntax, number: int) -> bool:
    """Whether a clause begins here that says something else of somebody else."""
    relation = syntax.tokens[number].relation
    return relation in ("relcl", "advcl", "parataxis") or (relation == "conj" and syntax.child(number, *_SUBJECTS) is not None)


def _is_done_to(asked: Proposition, syntax: Syntax, verb: int) -> bool:
    """Whether the object is the one asked about, if one is."""
    objects = [both for one in syntax.children[verb] if syntax.tokens[one].relation in _OBJECTS for both in _with_its_others(syntax, one)]
    return asked.object is None or asked.object in {lemma(syntax, one) for one in objects}


def _with_its_others(syntax: Syntax, noun: int) -> list[int]:
    """The noun and those that "and" joins to it."""
    others = [one for one in syntax.children[noun] if syntax.tokens[one].relation == "conj"]
    return [noun, *(inner for one in others for inner in _with_its_others(syntax, one))]


def _is_meant(asked: Proposition, syntax: Syntax, subject: int) -> bool:
    """Whether the subject is the one asked about: the same name, or the same noun with all that tells it apart. Nobody stands for anybody."""
    if not asked.subject:
        return True
    return any(_is_the_same(asked, syntax, one) for one in _with_its_others(syntax, subject))


def _is_the_same(asked: Proposition, syntax: Syntax, subject: int) -> bool:
    phrase = source_span(syntax, subject)
    words = {lemma(syntax, one) for one in syntax.at(phrase)}
    if syntax.tokens[subject].part == "PROPN":
        return same_name(" ".join(sorted(asked.subject)), " ".join(sorted(words & _names(syntax, phrase))))
    return lemma(syntax, subject) in asked.subject and asked.subject <= words


def _names(syntax: Syntax, phrase: Span) -> set[str]:
    return {lemma(syntax, one) for one in syntax.at(phrase) if syntax.tokens[one].part == "PROPN"}


def _negated(syntax: Syntax, clause: Iterable[int], subject: int) -> bool:
    """Whether an odd number of words of the clause say no."""
    count = 0
    for head in clause:
        for child in syntax.children[head]:
            direct = syntax.tokens[child].relation == "neg" or syntax.word(child).lower() in _NEGATIVE
            count += direct or (syntax.tokens[child].relation in (*_OBJECTS, *_COMPLEMENTS, "advmod") and _has_no(syntax, child))
    return (count + (_has_no(syntax, subject) and syntax.word(subject).lower() not in _NEGATIVE)) % 2 == 1


def _has_no(syntax: Syntax, noun: int) -> bool:
    return any(syntax.tokens[one].relation in ("det", "neg") and syntax.word(one).lower() in _NEGATIVE for one in syntax.children[noun])


def _outright(asked: Proposition, syntax: Syntax, verb: int) -> tuple[bool, int] | None:
    """Whether what stands above the clause denies it, and the verb whose clause says all of it; None where it is not said outright."""
    denied, top, at = False, verb, verb
    while True:
        token = syntax.tokens[at]
        if not _is_real(asked, syntax, at):
            return None
        if token.head == at:
            return denied, top
        above = token.head
        base = syntax.tokens[above].lemma.lower()
        if token.relation in ("ccomp", "xcomp") and base in _FAILING | _DENYING:
            if _has_neg(syntax, above):
                return None
            denied, top = not denied, above
        elif token.relation == "ccomp":
            if base not in (SAYING | _FACTIVE) - DOUBTING or _has_neg(syntax, above):
                return None
        elif token.relation == "xcomp":
            if base not in _DOING or _has_neg(syntax, above):
                return None
        elif token.relation == "relcl":
            # Of whom the sentence tells otherwise too, this stands firm; "those who…" are whoever it is true of.
            return (denied, top) if _only_adds(syntax, at) else None
        elif token.relation == "acl":
            if lemma(syntax, above) in NOUNS or token.tag == "VB":
                return None
        elif token.relation not in ("conj", "advcl", "parataxis") and token.part in ("VERB", "AUX"):
            return None
        at = above


def _only_adds(syntax: Syntax, relative: int) -> bool:
    """Whether a relative clause tells more of somebody known, and not which of many is meant: it is of a name, or set off by a comma."""
    first = min(syntax.under(relative))
    return syntax.tokens[syntax.tokens[relative].head].part == "PROPN" or (first > 0 and syntax.word(first - 1) == ",")


def _is_real(asked: Proposition, syntax: Syntax, verb: int) -> bool:
    """Whether the clause is no mere possibility, condition or question."""
    for child in syntax.children[verb]:
        word, relation = syntax.word(child).lower(), syntax.tokens[child].relation
        if relation == "aux" and word in _MODAL and not (asked.to_come and word in ("will", "'ll", "wo")):
            return False
        if (relation in ("mark", "advmod") and word in _UNREAL and child < verb) or word == "until":
            return False
    return not asked.to_come or any(syntax.word(one).lower() in ("will", "'ll", "wo") for one in syntax.children[verb])


def _has_neg(syntax: Syntax, verb: int) -> bool:
    return any(syntax.tokens[one].relation == "neg" for one in syntax.children[verb])


def _clause(syntax: Syntax, verb: int, subject: int) -> Span:
    """The clause of that verb if it names its subject, else the sentence; without the full stop."""
    numbers: Sequence[int] = syntax.under(verb)
    if subject not in numbers or syntax.tokens[verb].relation in ("relcl", "acl"):
        numbers = range(len(syntax.tokens))
    kept = [one for one in numbers if syntax.tokens[one].relation != "mark" or one > numbers[0]]
    while len(kept) > 1 and syntax.tokens[kept[-1]].part == "PUNCT":
        kept.pop()
    while len(kept) > 1 and syntax.tokens[kept[0]].part == "PUNCT":
        kept = kept[1:]
    return syntax.span(kept)
