"""Is it a question at all? In: the prepared question. Out: a remark if it is talk, and the question without its greeting. Pure.

Whoever greets, thanks or scolds the bot is met as a person would, and nothing is searched. Only an utterance that consists of set phrases from end to
end is talk, so that no question is taken for it; the phrases are data, ``talk.json`` beside this file (docs/decisions/0007-talk.md).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib import resources

from index.answering.phrases import Phrase, Word, read, words
from index.domain.answers import Remark

_BY_WEIGHT = (
    Remark.INJECTION,
    Remark.ORDER,
    Remark.RUDE,
    Remark.ABOUT_ME,
    Remark.HOW_ARE_YOU,
    Remark.THANKS,
    Remark.FAREWELL,
    Remark.PRAISE,
    Remark.GREETING,
)
"""Of several things said in one breath, the first of these is replied to: "hello, who are you?" is about me."""

_CIVIL = (Remark.GREETING, Remark.HOW_ARE_YOU, Remark.THANKS, Remark.PRAISE, Remark.FAREWELL)
"""What people say before they ask."""

_SIGNS = {
    Remark.GREETING: "👋🙋🤗",
    Remark.THANKS: "🙏💐",
    Remark.RUDE: "👎🖕😡🤬💩🤦🙄",
    Remark.PRAISE: "👍❤💙💚💛🧡💜🖤😍🥰😘👏🎉🔥💯👌🙌😀😁😃😄😊🙂😂🤣😎⭐",
}
"""What people send instead of a word."""

_PAUSE = re.compile(r"[,.!?;:…،؟]|\s[-–—]\s|[–—]")


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """Phrases by the words they can begin with."""

    by_first: Mapping[str, tuple[Phrase, ...]]

    def ends(self, said: Sequence[str], at: int) -> set[int]:
        return {end for phrase in self.by_first.get(said[at], ()) for end in phrase.ends(said, at)}


_Ends = Callable[[_Phrases, int], AbstractSet[int]]
"""Phrases, and the place of a word, to the places where one of them can end if it begins there."""


_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Book:
    """``talk.json``, all languages together: people mix them."""

    say: Mapping[Remark, _Phrases]
    """What makes an utterance a greeting, thanks, …"""
    around: Mapping[Remark, _Phrases]
    """What may stand around that, besides fillers."""
    fillers: _Phrases
    asks: frozenset[str]
    """Words that questions begin with."""

    @property
    def groups(self) -> tuple[_Phrases, ...]:
        """All phrases there are."""
        return (self.fillers, *self.say.values(), *self.around.values())


def remark_on(question: str) -> Remark | None:
    """What kind of talk it is; None for whatever is to be searched for."""
    said = [word.text for word in words(question)]
    ends = _ends(said)
    return next((remark for remark in _BY_WEIGHT if len(said) in _spoken(said, ends, remark)), None)


def remark_on_signs(typed: str) -> Remark | None:
    """What kind of talk it is if it has no word, and a sign that people send instead of one; None for anything else."""
    if any(one.isalnum() for one in typed):
        return None
    return next((remark for one in typed for remark, signs in _SIGNS.items() if one in signs), None)


def without_greeting(question: str) -> str:
    """The question without what was said before it: "Thanks! And who paid?" is "who paid?". The same text if there was nothing of the kind.

    The greeting has to end at a pause or before a question word: "Good Morning America" keeps its name.
    """
    found = words(question)
    said = [word.text for word in found]
    ends = _ends(said)
    greeted = {end for remark in _CIVIL for end in _spoken(said, ends, remark) if end < len(said)}
    cut = max((end for end in greeted if said[end] in _book().asks or _pause_between(question, found[end - 1], found[end])), default=0)
    return question[found[cut].start :] if cut else question


def _pause_between(question: str, before: Word, after: Word) -> bool:
    return _PAUSE.search(question, before.end, after.start) is not None


def _ends(said: Sequence[str]) -> _Ends:
    """Where phrases end in these words: each is looked for once, though every remark asks for it.

    Only what is found is remembered: thousands of empty sets would set the garbage collector to work.
    """
    groups = _book().groups

    @cache
    def at(place: int) -> dict[_Phrases, set[int]]:
        return {phrases: found for phrases in groups if (found := phrases.ends(said, place))}

    return lambda phrases, place: at(place).get(phrases, _NOWHERE)


def _spoken(said: Sequence[str], ends: _Ends, remark: Remark) -> set[int]:
    """Every place up to which the words are set phrases, with at least one of this remark's among them."""
    book = _book()
    plain, spoken = {0}, set[int]()
    for at in range(len(said)):
        if at not in plain and at not in spoken:
            continue
        beside = ends(book.fillers, at) | ends(book.around[remark], at)
        beside |= {end for other in _BY_WEIGHT if other is not remark for end in ends(book.say[other], at)}
        itself = ends(book.say[remark], at)
        spoken |= itself
        if at in plain:
            plain |= beside
        if at in spoken:
            spoken |= beside
    return spoken


@cache
def _book() -> _Book:
    languages = json.loads(resources.files("index.answering").joinpath("talk.json").read_text(encoding="utf-8")).values()
    return _Book(
        say={remark: _phrases(one for language in languages for one in language[remark]["say"]) for remark in _BY_WEIGHT},
        around={remark: _phrases(one for language in languages for one in language[remark].get("with", ())) for remark in _BY_WEIGHT},
        fillers=_phrases(one for language in languages for one in language["fillers"]),
        asks=frozenset(word.text for language in languages for one in language["asks"] for word in words(one)),
    )


def _phrases(written: Iterable[str]) -> _Phrases:
    by_first: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in map(read, written):
        for word in phrase.first_words():
            by_first[word].append(phrase)
    return _Phrases({word: tuple(phrases) for word, phrases in by_first.items()})
