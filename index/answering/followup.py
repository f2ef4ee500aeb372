"""A question that leans on the one before it, made to stand alone. In: what was typed, and what went before. Out: what to search for. Pure.

"and how many were wounded?" after "how many soldiers died in the airstrike?" becomes "how many soldiers were wounded in the airstrike?". A question
that names what it is about is left as it is, whatever was said before: in doubt, it stands. English only; anything else passes through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.answering.about_answer import about_answer
from index.answering.earlier import (
    ARTICLES,
    AUXILIARIES,
    DO,
    PREPOSITIONS,
    QUESTION_WORDS,
    Earlier,
    a_class,
    is_content,
    is_name,
    may_be_verb,
    plain_words,
)
from index.answering.talk import remark_on


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was answered, and with what."""

    question: str
    """As it was searched for: it stands alone."""
    answers: tuple[str, ...] = ()
    """The short answers, the best first: names that "he" or "she" may mean."""


MAX_CHARS = 200
"""Whoever writes more says what they mean."""

_LONGEST_NAME = 3
"""Words of what takes the subject's place."""

_LONGEST_LIMIT = 4
"""Words; in more of them somebody says what they mean, too."""

_CONNECTIVE = re.compile(r"^(?:(?:and|but|so|or|ok|okay|then|also)\b[,\s]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+(?=\S)", re.IGNORECASE)
_BARE = re.compile(
    r"(?P<wh>(?:since |until |from |by )?(?:when|where|why|how))"
    r"(?:\s+(?:exactly|was|were|is|did|does|has|not|so|it|that|this|happen|happened|occur|occurred|take|place|come|about|then))*",
    re.IGNORECASE,
)
_HAPPENS = a_class("happen happened mean means occur occurred start started begin end take matter change")
_IT_STANDS_FOR_NOTHING = re.compile(
    r"\bit\s+(?:true|known|clear|likely|possible|safe|legal|cost|rain|snow|mean|tak(?:e|es)\s+(?:to|so|for|long)|took\s+(?:to|so|for|long))\b"
    r"|\btime\s+is\s+it\b",
    re.IGNORECASE,
)
_HE_OR_SHE = a_class("he him his she her hers")
_THEY = a_class("they them their theirs")
_POSSESSIVE = a_class("his her its their hers theirs")
_GENERIC = a_class(
    "attack incident crash accident strike airstrike fire event case explosion blast shooting deal vote election meeting quake earthquake flood "
    "storm decision law trial match game protest"
)
_ANY_EVENT = a_class("attack incident accident event case decision")
_ALIKE = (
    a_class("strike airstrike attack"),
    a_class("quake earthquake"),
    a_class("explosion blast"),
    a_class("crash accident"),
    a_class("vote election"),
    a_class("storm flood"),
    a_class("match game"),
)
"""What one event is called by turns."""
_STATES = a_class("happening responsible guilty dead alive missing safe")
_YES_OR_NO = a_class("yes yeah yep no nope sure ok okay please")
_TIMES = a_class("yesterday today tomorrow monday tuesday wednesday thursday friday saturday sunday earlier later")


def standalone(question: str, earlier: Sequence[Exchange], *, is_reply: bool = False) -> str:
    """The question with what it leaves unsaid, from the newest of ``earlier`` (oldest first) that stands alone; the same text if that is nothing.

    is_reply: it was written as a reply to the answer before it, which says what "and" would.
    """
    last = next((one for one in reversed(earlier) if _stands(one.question)), None)
    if last is None or len(question) > MAX_CHARS or remark_on(question) is not None:
        return question
    said = question.strip()
    rest = _CONNECTIVE.sub("", said)
    about = _ABOUT.sub("", rest)
    has_connective = rest != said or about != rest
    leans = is_reply or has_connective
    words = plain_words(about)
    if not words:
        return question
    before = Earlier.of(last.question)
    continues = has_connective or (is_reply and said.endswith("?")) or _is_only_a_limit(words)
    if about != rest or (continues and _is_fragment(words)):
        if words[0].lower() in _POSSESSIVE:
            return _ask(["what", "about", *_meant_by(words[0].lower(), before, last, owner=len(words) > 1), *words[1:]])
        return _ask(_replaced(words, before))
    if (bare := _BARE.fullmatch(" ".join(words))) is not None:
        return _ask(_when_was_it(bare["wh"].split(), before))
    if (before.topic or before.setting) and not _is_fragment(words):
        resolved = _resolved(words, before, last)
        if resolved is not None:
            return _ask(resolved)
        if _counts_nothing_named(words):
            lead = 2 if words[0].lower() == "how" else 1
            return _ask(_set([*words[:lead], *before.counted, *words[lead:]], before))
        if _tells_of_an_event(before) and (spoken_of := _spoken_of(words, before)) is not None:
            return _ask(_instead(words, spoken_of, before))
        if _needs_a_setting(words, leans=leans):
            return _ask(_set(words, before))
    return rest if rest != said and not is_reply else question


def _stands(question: str) -> bool:
    """Whether another question can lean on it: not "who says that?", "when?", "yes", which nobody answered for want of an earlier one."""
    words = plain_words(question)
    if about_answer(question) is not None or _BARE.fullmatch(" ".join(words)) is not None:
        return False
    return any(is_content(word) and word.lower() not in _YES_OR_NO for word in words)


def _ask(words: Sequence[str]) -> str:
    return " ".join(words) + "?"


def _is_fragment(words: Sequence[str]) -> bool:
    """ "Turkey", "in Syria", "the pilots": no question of its own."""
    first = words[0].lower()
    return first not in QUESTION_WORDS and first not in AUXILIARIES and not any(word.lower() in AUXILIARIES for word in words)


def _is_only_a_limit(words: Sequence[str]) -> bool:
    """ "in 2022", "after the storm": where or when, and not of what."""
    low = [word.lower() for word in words]
    return low[0] in PREPOSITIONS and 1 < len(low) <= _LONGEST_LIMIT and not QUESTION_WORDS.intersection(low)


def _replaced(words: list[str], before: Earlier) -> list[str]:
    """The earlier question with this piece in place of its like: the same preposition's, the thing counted, the name."""
    asked, first = list(before.words), words[0].lower()
    bare = words[1:] if first in ARTICLES else words
    if first in PREPOSITIONS:
        places = [at for at, word in enumerate(asked) if word.lower() == first]
        if places:
            end = next((at for at in range(places[-1] + 1, len(asked)) if asked[at].lower() in PREPOSITIONS), len(asked))
            return [*asked[: places[-1]], *words, *asked[end:]]
        return [*asked, *words]
    if first in _TIMES:
        return [*(word for word in asked if word.lower() not in _TIMES), *words]
    if before.lead == "how many" and len(bare) == 1 and (may_be_verb(bare[0]) or bare[0].lower() in ("dead", "missing")):
        return _set(["how", "many", *before.counted, "were", *bare], before)
    if before.counted and not any(map(is_name, words)):
        lead = len(before.lead.split())
        return [*asked[:lead], *bare, *asked[lead + len(before.counted) :]]
    if before.name and any(map(is_name, words)):
        at = next(at for at in range(len(asked)) if tuple(asked[at : at + len(before.name)]) == before.name)
        start = at - 1 if asked[at - 1].lower() in ARTICLES else at
        return [*asked[:start], *words, *asked[at + len(before.name) :]]
    start, end = before.subject
    if end and len(bare) <= _LONGEST_NAME and all(map(is_content, bare)):
        return [*asked[:start], *words, *asked[end:]]
    return _set(["what", "about", *words], before)


def _when_was_it(wh: list[str], before: Earlier) -> list[str]:
    """ "when", "where", "why" of what was asked before."""
    if before.is_inverted:
        return [*wh, *before.rest]
    if before.rest and before.rest[0].lower() in AUXILIARIES and before.lead in ("what", "who") and before.topic[:1] == ("the",):
        return [*wh, *before.rest]
    return [*wh, "was", "it", "that", *before.clause] if before.clause else [*wh, "was", *before.topic]


def _resolved(words: list[str], before: Earlier, last: Exchange) -> list[str] | None:
    """The question with its pronoun replaced by what it stands for; None if it has none that needs that."""
    text = " ".join(words)
    for at, word in enumerate(words):
        low = word.lower()
        if low in _HE_OR_SHE or low in _THEY or low == "it" or low == "its":
            if _has_antecedent(words, at) or (low == "it" and _IT_STANDS_FOR_NOTHING.search(text)):
                return None
            owner = low in _POSSESSIVE and (low != "her" or (at + 1 < len(words) and is_content(words[at + 1])))
            meant = _meant_by(low, before, last, owner=owner)
            if owner and "who" in meant and at + 1 < len(words):  # "the motive of the one who shot the senator"
                return [
                    *words[:at],
                    "the",
                    words[at + 1],
                    "of",
                    *_meant_by("they" if low == "their" else "he", before, last, owner=False),
                    *words[at + 2 :],
                ]
            return [*words[:at], *meant, *words[at + 1 :]] if meant else None
        if low in ("this", "that", "these", "those") and not _has_antecedent(words, at):
            following = words[at + 1].lower() if at + 1 < len(words) else None
            if following in _GENERIC:
                return _instead([*words[:at], "the", *words[at + 1 :]], at, before)
            if following is None or following in _HAPPENS:
                return [*words[:at], *before.topic, *words[at + 1 :]]
        if low == "there" and at and words[at - 1].lower() not in AUXILIARIES:
            return _set([*words[:at], *words[at + 1 :]], before)
    return None


def _meant_by(pronoun: str, before: Earlier, last: Exchange, *, owner: bool) -> list[str]:
    """What a pronoun stands for, in the genitive if it is an owner; empty where nothing says."""
    if pronoun in _HE_OR_SHE:
        named = next((plain_words(one) for one in last.answers if plain_words(one) and all(map(is_name, plain_words(one)))), None)
        meant = named or list(before.doer) or list(before.topic if before.lead == "who" else before.acting_name)
    elif pronoun in _THEY:
        meant = (
            ["the", *before.counted, *before.setting]
            if before.counted
            else ["those", *before.doer[2:]]
            if before.doer
            else list(before.topic)
        )
        if owner:
            meant = ["the", *before.counted] if before.counted else meant
    else:
        meant = list(before.topic)
    return [*meant[:-1], f"{meant[-1]}{'’' if meant[-1].endswith('s') else '’s'}"] if owner and meant else meant


def _has_antecedent(words: Sequence[str], at: int) -> bool:
    """Whether something before the pronoun may be what it stands for: a name, a noun with its article, what follows the auxiliary, or the subject
    that is asked for, as in "which country mourns its president?"; not so in "what is its capital?", "what do its people speak?".
    """
    low = [word.lower() for word in words[:at]]
    named = 2 if low[:2] == ["how", "many"] else 1 if low[:1] in (["which"], ["what"]) else at
    if (
        words[at].lower() in _POSSESSIVE
        and named + 1 < at
        and is_content(words[named])
        and low[-1] not in AUXILIARIES
        and not DO.intersection(low)
    ):
        return True
    for place in range(at):
        if place and is_name(words[place]):
            return True
        if words[place].lower() in ARTICLES:
            return True
        if place and is_content(words[place]) and words[place - 1].lower() in DO:
            return True
    return False


def _counts_nothing_named(words: Sequence[str]) -> bool:
    """ "how many were wounded", "which was worse": what is counted was said before."""
    low = [word.lower() for word in words]
    lead = 2 if low[:2] in (["how", "many"], ["how", "much"]) else 1 if low[0] == "which" else 0
    if not lead or len(low) <= lead or low[lead] not in AUXILIARIES or _has_own_setting(words):
        return False
    follows = low[lead + 1] if len(low) > lead + 1 else ""
    has_a_subject = not ARTICLES.isdisjoint(low) or (low[lead] in DO and follows != "" and is_content(follows))
    return not has_a_subject


def _tells_of_an_event(before: Earlier) -> bool:
    """Whether the question before spoke of something that "the strike" can be: after one about the World Cup it is another strike."""
    return any(word.lower() in _GENERIC or word.lower().removesuffix("s") in _GENERIC for word in before.words)


def _spoken_of(words: Sequence[str], before: Earlier) -> int | None:
    """Where "the attack" and the like stand in a question that names nothing else; None if they do not, or if it is another event: "the storm" after
    a question about a strike."""
    if _has_own_setting(words):
        return None
    spoken = (at for at, word in enumerate(words) if at and word.lower() in _GENERIC and words[at - 1].lower() == "the")
    return next((at - 1 for at in spoken if _may_be_called(words[at].lower(), before)), None)


def _may_be_called(noun: str, before: Earlier) -> bool:
    """Whether the event that was asked about before may be called so."""
    said = {form for word in before.words for form in (word.lower(), word.lower().removesuffix("s"))}
    return noun in _ANY_EVENT or noun in said or any(noun in group and group & said for group in _ALIKE)


def _needs_a_setting(words: Sequence[str], *, leans: bool) -> bool:
    """Whether it does not say of what: "were there any survivors", "who else died", "was anyone hurt"; after "and", whatever names nothing."""
    low = [word.lower() for word in words]
    if _has_own_setting(words):
        return False
    there_are = len(low) > 2 and low[0] in AUXILIARIES and low[1] == "there" and low[2] in ("any", "anyone", "other", "more")
    content = [word for word in low if is_content(word)]
    says_one_thing = len(content) == 1 and (may_be_verb(content[0]) or content[0] in _STATES)
    return leans or there_are or "else" in low or says_one_thing


def _has_own_setting(words: Sequence[str]) -> bool:
    """Whether it names somebody or some place itself, or says where or when."""
    return any(at and is_name(word) for at, word in enumerate(words)) or any(
        word.lower() in PREPOSITIONS and at + 1 < len(words) for at, word in enumerate(words)
    )


def _instead(words: Sequence[str], at: int, before: Earlier) -> list[str]:
    """The question with "the attack", which stands at ``at``, named in full."""
    if before.topic[:1] == ("the",):
        return [*words[:at], *before.topic, *words[at + 2 :]]
    return _set(words, before)


def _set(words: Sequence[str], before: Earlier) -> list[str]:
    """The question, and where and when from the one before."""
    if before.setting:
        return [*words, *before.setting]
    if not before.topic or before.topic == before.counted:
        return list(words)
    if before.topic[:1] == ("the",) and before.topic[1].lower() in _GENERIC:
        return [*words, "in", *before.topic]
    return [*words[:-1], f"{words[-1]},", *before.topic]
