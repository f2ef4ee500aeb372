"""An English question taken apart, so that its parts can serve the next one. In: a question. Out: its lead, what it counts, its topic. Pure.

There is no grammar here, only the closed classes of English: question words, auxiliaries, prepositions, articles, pronouns. Whatever is in none of
them is a word of content. That is enough for the short questions that people put in a chat, and it takes microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


def a_class(words: str) -> frozenset[str]:
    """A closed class of words, written in one string."""
    return frozenset(words.split())


AUXILIARIES = a_class(
    "is are was were be been am do does did has have had will would can could may might shall should must isn't aren't wasn't weren't didn't "
    "doesn't don't hasn't haven't hadn't won't"
)
BE = a_class("is are was were isn't aren't wasn't weren't")
DO = a_class("do does did didn't doesn't don't")
PREPOSITIONS = a_class(
    "in at near on during after before from by of to for since against between over about with inside outside around under within until "
    "across through"
)
ARTICLES = a_class("the a an")
QUESTION_WORDS = a_class("who whom whose what which when where why how")
PRONOUNS = a_class(
    "i you he him his she her hers it its they them their theirs we us our this that these those there then one ones anyone anybody someone "
    "somebody something anything everyone everybody nobody nothing"
)
FILLERS = a_class("and but or so also else any all exactly still now yet ever not no more many much long old far often other another too")
_IRREGULAR = a_class(
    "fell left lost went came took got won fled shot hit hurt broke began said told gave found held made met paid ran sank saw sent set struck "
    "stood hid led rose grew kept put cut caught brought bought built fought thought spoke wrote chose drove flew knew threw burnt cost"
)
_WORD = re.compile(r"[^\s?!.,;:…\"“”()]+(?:[.,’'][^\s?!.,;:…\"“”()]+)*")
_SHORT_IS = re.compile(r"\b(what|who|where|when|why|how)[’']s\b", re.IGNORECASE)
_WHEN = a_class("time day date week month year")
_LONGEST_COUNTED = 4
"""Words: "how many Turkish and Syrian soldiers"."""


def plain_words(text: str) -> list[str]:
    """The words as typed, without the punctuation around them."""
    return _WORD.findall(text)


def is_content(word: str) -> bool:
    """Whether the word is of no closed class."""
    return word.lower() not in AUXILIARIES | PREPOSITIONS | ARTICLES | QUESTION_WORDS | PRONOUNS | FILLERS


def is_name(word: str) -> bool:
    """Whether it is written as a name."""
    return word[0].isupper() and is_content(word)


def may_be_verb(word: str) -> bool:
    """Whether it looks like a verb in the past, the tense of news."""
    return word.lower().endswith("ed") or word.lower() in _IRREGULAR


@dataclass(frozen=True)
class Earlier:
    """A question that was asked before."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, question: str) -> Earlier:
        """The question, taken apart."""
        return cls(tuple(plain_words(_SHORT_IS.sub(r"\1 is", question))))

    @cached_property
    def _low(self) -> list[str]:
        return [word.lower() for word in self.words]

    @cached_property
    def lead(self) -> str:
        """The question word: "how many", "who"; empty where there is none ("did …")."""
        low = self._low
        if low[:1] == ["how"] and low[1:2] and low[1] in ("many", "much", "long", "old", "far", "often", "big", "large", "high"):
            return " ".join(low[:2])
        if low[:1] == ["what"] and low[1:2] and low[1] in _WHEN:
            return " ".join(low[:2])
        return low[0] if low and low[0] in QUESTION_WORDS else ""

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """What "how many" or "which" asks about: "Turkish soldiers"; empty where nothing is named."""
        if self.lead not in ("how many", "how much", "which", "whose"):
            return ()
        start = len(self.lead.split())
        end = start
        while end < len(self.words) and end - start < _LONGEST_COUNTED:
            low = self._low[end]
            if low in AUXILIARIES or low in PREPOSITIONS or low in ARTICLES or (end > start and may_be_verb(low)):
                break
            end += 1
        return self.words[start:end]

    @cached_property
    def rest(self) -> tuple[str, ...]:
        """All after the question word and what it counts."""
        return self.words[len(self.lead.split()) + len(self.counted) :]

    @cached_property
    def is_inverted(self) -> bool:
        """Whether the subject stands behind an auxiliary: "when did the ferry sink", "was anyone hurt"; not so in "who was hurt"."""
        first = self.rest[0].lower() if self.rest else ""
        is_of_manner = self.lead in ("", "when", "where", "why", "how") or self.lead.startswith("what ")
        return first in AUXILIARIES and (is_of_manner or first in DO)

    @cached_property
    def subject(self) -> tuple[int, int]:
        """Where the subject stands that an auxiliary opens: of "did Putin apologise" from 1 to 2; (0, 0) where it is more than a word or a name."""
        start = len(self.words) - len(self.rest) + 1
        if not self.is_inverted or start >= len(self.words) - 1 or not is_content(self.words[start]):
            return 0, 0
        end = start + 1
        while is_name(self.words[start]) and end < len(self.words) and is_name(self.words[end]):
            end += 1
        return start, end

    @cached_property
    def setting(self) -> tuple[str, ...]:
        """Where and when, from the first preposition on: "in the airstrike in Syria"; empty if names or articles come before it."""
        for at, word in enumerate(self.rest):
            if word.lower() in PREPOSITIONS and at + 1 < len(self.rest) and word.lower() not in ("of", "to", "for"):
                return self.rest[at:]
            if word.lower() in ARTICLES or is_name(word):
                return ()
        return ()

    @cached_property
    def topic(self) -> tuple[str, ...]:
        """What it is about: from its first article or name on. "the airstrike in Syria"; its words of content where there is neither."""
        for at, word in enumerate(self.rest):
            if at + 1 < len(self.rest) and word.lower() in ARTICLES:
                return ("the", *self._without_predicate(self._without_verb(self.rest[at + 1 :])))
            if is_name(word):
                return self._without_verb(self.rest[at:])
        content = next((at for at, word in enumerate(self.rest) if is_content(word) and not may_be_verb(word)), None)
        return self.counted if content is None else self.rest[content:]

    def _without_verb(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Where the subject stands before its verb, a verb that ends the question is no part of it: "(did) the bank lose"."""
        ends_in_verb = self.is_inverted and len(words) > 1 and not is_name(words[-1]) and is_content(words[-1])
        return words[:-1] if ends_in_verb and words[-2].lower() not in ARTICLES | PREPOSITIONS else words

    def _without_predicate(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Behind "was the …", a further noun with its article says what the subject was: "the strike (an accident)"."""
        if self._low[0] not in BE:
            return words
        further = (at for at in range(1, len(words)) if words[at].lower() in ARTICLES and words[at - 1].lower() not in PREPOSITIONS)
        return words[: next(further, len(words))]

    @cached_property
    def doer(self) -> tuple[str, ...]:
        """Whom "who" asks for, described: "the one who shot the senator"; empty where the question is who somebody is."""
        if self.lead != "who" or self.is_inverted or not self.rest:
            return ()
        follows = self.rest[1] if len(self.rest) > 1 else ""
        names = self._low[1] in AUXILIARIES and (follows.lower() in ARTICLES or (follows != "" and is_name(follows)))
        return () if names or not follows else ("the", "one", "who", *self.rest)

    @cached_property
    def clause(self) -> tuple[str, ...]:
        """What it asks about as a statement: "soldiers died in the airstrike", "somebody apologised"; empty if the subject stands behind."""
        if self.is_inverted or not self.rest:
            return ()
        subject = {"who": "somebody", "what": "something", "how many": "people"}.get(self.lead, "")
        return (*(self.counted or ((subject,) if subject else ())), *self.rest)

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The first name in it, all its words; empty if nothing is written as one."""
        return self._name(lambda _before: True)

    @cached_property
    def acting_name(self) -> tuple[str, ...]:
        """The first name in it that may be a person's: "to Erdogan", not "in Syria" or "of Turkey"."""
        return self._name(lambda before: before not in PREPOSITIONS - {"to", "by", "with", "for", "from", "about", "against"})

    def _name(self, may_follow: Callable[[str], bool]) -> tuple[str, ...]:
        begins = (at for at in range(1, len(self.words)) if is_name(self.words[at]) and (at == 1 or not is_name(self.words[at - 1])))
        start = next((at for at in begins if may_follow(self._low[at - 2 if at > 1 and self._low[at - 1] in ARTICLES else at - 1])), None)
        if start is None:
            return ()
        end = start
        while end < len(self.words) and is_name(self.words[end]):
            end += 1
        return self.words[start:end]
