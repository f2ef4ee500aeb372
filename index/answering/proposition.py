"""What a yes/no question asks to be true. In: the question, and a parser. Out: a `Proposition`, or None where it cannot be read with certainty.

"Did Putin apologize for the strike?": of Putin, that he apologized, for the strike. "Was anyone hurt?": of anybody, that they were hurt. Parsers see
few questions when they are trained ("did the minister resign" was read as a minister who did), so what is parsed is the statement: "The minister did
resign". Where the subject ends is not known before; that place is taken at which the grammar finds just this subject. Pure; English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.answering.figures.vocabulary import vocabulary
from index.answering.syntax import Syntax
from index.domain.articles import Span
from index.ports.grammar import Parsed

ANYBODY = frozenset(["anyone", "anybody", "someone", "somebody", "people", "person"])
"""Whoever it is said of then."""
_ASKED = re.compile(
    r"\s*(?P<auxiliary>is|are|was|were|did|does|do|has|have|had|will)(?:n['’]t)?\s+(?P<rest>\S.*?)[\s?.!]*$", re.IGNORECASE | re.DOTALL
)
_FORMS = {
    **dict.fromkeys(("did", "does", "do", "will"), ("VB", "VBP")),
    **dict.fromkeys(("has", "have", "had"), ("VBN", "VBD")),
    **dict.fromkeys(("is", "are", "was", "were"), ("VBN", "VBD", "VBG", "VBZ", "VBP")),
}
"""Forms of the main verb that go with each; of "be" also its own."""
_LONGEST_SUBJECT = 8
"""Words; each length is a parse of some milliseconds."""
_CONTENT = frozenset(["NOUN", "PROPN", "NUM", "ADJ", "VERB"])
_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = ("acomp", "attr", "oprd")
_UNSURE = frozenset(
    [
        "or",
        "if",
        "whether",
        "only",
        "ever",
        "all",
        "every",
        "each",
        "both",
        "half",
        "still",
        "yet",
        "already",
        "more",
        "less",
        "most",
        "least",
        "than",
        "why",
        "what",
        "who",
    ]
)
"""Words that ask more than whether something is so: which of two, how long, how much."""
_WHERE_AND_WHEN = frozenset(["GPE", "LOC", "FAC", "DATE", "TIME"])


@dataclass(frozen=True, slots=True)
class Proposition:
    """Somebody, what is said of them, and what else it has to speak of. Words are lemmas in lower case."""

    subject: frozenset[str]
    """The words that name of whom or of what; empty for anybody."""
    of_a_name: bool
    """Whether that is a name."""
    predicate: str
    """The verb, or what follows "be"; where it names what befalls people ("die", "dead", "injure"), the name of that fate."""
    passive: bool
    """Whether the subject is what it is done to."""
    object: str | None
    """Whom or what it is done to, where the subject does it."""
    named: frozenset[str]
    """What else belongs to it: objects, and what hangs on them."""
    around: frozenset[str]
    """The names of places and times: the report may give these elsewhere."""
    to_come: bool
    """Whether it asks for what will be."""
    is_of_a_verb: bool
    """Whether the predicate is a verb, and not what follows "be"."""


def proposition(question: str, parse: Callable[[Sequence[str]], list[Parsed]]) -> Proposition | None:
    """What the question asks to be true."""
    asked = _ASKED.match(question)
    if asked is None or _UNSURE.intersection(re.findall(r"[\w-]+", question.lower())):
        return None
    auxiliary, words = asked["auxiliary"].lower(), asked["rest"].split()
    splits = range(1, min(len(words), _LONGEST_SUBJECT + 1))
    helping = "will" if auxiliary in ("did", "does", "do") else auxiliary  # "the minister did resign" is read as what he did
    statements = parse([" ".join([words[0][:1].upper() + words[0][1:], *words[1:at], helping, *words[at:]]) + "." for at in splits])
    read = [_read(Syntax(one), Span(0, len(" ".join(words[:at]))), auxiliary) for at, one in zip(splits, statements, strict=True)]
    found = [one for one in reversed(read) if one is not None]
    return next((one for one in found if one.is_of_a_verb), found[0] if found else None)


def _read(syntax: Syntax, subject_span: Span, auxiliary: str) -> Proposition | None:
    """The proposition of a statement if its grammar has this for its subject, and one clause."""
    root = next(one for one, token in enumerate(syntax.tokens) if token.head == one)
    subject = syntax.child(root, *_SUBJECTS)
    if subject is None or syntax.tokens[root].part not in ("VERB", "AUX") or syntax.span(syntax.under(subject)) != subject_span:
        return None
    copula = syntax.tokens[root].lemma == "be"
    complement = complement_of(syntax, root) if copula else None
    if copula and (complement is None or syntax.tokens[root].start != subject_span.end + 1):
        return None
    helped = any(syntax.tokens[one].start == subject_span.end + 1 for one in (*syntax.children[root], root))
    if not helped or syntax.tokens[root].tag not in _FORMS[auxiliary]:
        return None
    predicate = root if complement is None else complement
    own = {*syntax.under(subject), root, predicate}
    around = {
        one
        for entity in syntax.parsed.entities
        if entity.label in _WHERE_AND_WHEN
        for one, token in enumerate(syntax.tokens)
        if entity.start <= token.start < entity.end and one not in own
    }
    rest = {one for one, token in enumerate(syntax.tokens) if token.part in _CONTENT} - own - around
    who = frozenset(lemma(syntax, one) for one in syntax.under(subject) if syntax.tokens[one].part in _CONTENT | {"PRON"})
    if any(syntax.tokens[one].part == "PRON" and lemma(syntax, one) not in ANYBODY for one in syntax.under(subject)):
        return None
    done_to = syntax.child(root, "dobj", "obj")
    return Proposition(
        subject=frozenset() if who <= ANYBODY else who,
        of_a_name=syntax.tokens[subject].part == "PROPN",
        predicate=fate_named(syntax, predicate) or lemma(syntax, predicate),
        passive=is_done_to(syntax, root, predicate),
        object=None if done_to is None else lemma(syntax, done_to),
        named=frozenset(lemma(syntax, one) for one in rest),
        around=frozenset(lemma(syntax, one) for one in around if syntax.tokens[one].part in _CONTENT),
        to_come=auxiliary == "will",
        is_of_a_verb=complement is None,
    )


def complement_of(syntax: Syntax, copula: int) -> int | None:
    """What is said with "be": "dead", "the chancellor", "in custody"."""
    direct = syntax.child(copula, *_COMPLEMENTS)
    where = syntax.child(copula, "prep")
    return direct if direct is not None or where is None else syntax.child(where, "pobj")


def is_done_to(syntax: Syntax, verb: int, predicate: int) -> bool:
    """Whether the subject is what it befalls: of a passive, of "die", of "is dead"."""
    fates = vocabulary().fates
    passive = syntax.child(verb, "nsubjpass", "auxpass") is not None
    state = predicate != verb and syntax.word(predicate).lower() in fates.states
    return passive or state or (predicate == verb and lemma(syntax, predicate) in fates.intransitive)


def lemma(syntax: Syntax, number: int) -> str:
    """In lower case; of a name the name itself."""
    token = syntax.tokens[number]
    return (syntax.word(number) if token.part == "PROPN" else token.lemma).lower()


def fate_named(syntax: Syntax, number: int) -> str | None:
    """What befalls somebody by this word: "killed" for "die", "dead" and "kill"; None for any other word."""
    fates = vocabulary().fates
    word, base = syntax.word(number).lower(), lemma(syntax, number)
    state = fates.states.get(word) if syntax.tokens[number].part in ("ADJ", "VERB") else None
    return fates.transitive.get(base) or fates.intransitive.get(base) or state
