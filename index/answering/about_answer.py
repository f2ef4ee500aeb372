"""Is it about the answer before, and not about the news? In: what was typed. Out: what it wants of that answer, or nothing. Pure.

"Tell me more", "who says that?", "are you sure?": searched for as they stand, they find whatever has these words. Like talk, they are set phrases
from end to end, data in ``about_answer.json`` beside this file, in seven languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources

from index.answering.phrases import Phrase, read, words


class About(StrEnum):
    """What somebody wants of the answer they were given."""

    WHO_SAYS = "who_says"
    """Whose word it is."""
    MORE = "more"
    """What else there is to it."""
    SURE = "sure"
    """Whether it can be believed."""
    WHY = "why"
    """After an answer the reason of what it tells, and so a question; after a refusal why there is none."""


MAX_CHARS = 100
"""Whoever writes more asks something."""

_AROUND = "around"
_WHO_SAYS = re.compile(
    r"(?:(?:and|but|so)\s+)?(?:"
    r"(?:who|which (?:outlet|source|paper|newspaper)|whoever)\s+(?:says|said|say|reports|reported|claims|claimed|wrote|writes|states|stated|told you)"
    r"(?:\s+(?:that|this|so|it))?"
    r"|says who|according to (?:who|whom|what)|(?:what|who)(?:\s+is|’s|'s|s)\s+(?:your|the|that|its)\s+sources?|sources?(?:\s+please)?"
    r"|how do you know(?:\s+(?:that|this|it))?|where (?:is|does|did) (?:that|this|it)(?: come)? from|where did you (?:get|read|find) (?:that|this|it)"
    r")\s*[?!.]*",
    re.IGNORECASE,
)


def about_answer(typed: str) -> About | None:
    """What it wants of the answer before it; None for a question of its own."""
    if len(typed) > MAX_CHARS:
        return None
    if _WHO_SAYS.fullmatch(typed.strip()) is not None:
        return About.WHO_SAYS
    said = [word.text for word in words(typed)]
    book = _book()
    return next((about for about in About if _is_all(said, book[about], book[_AROUND])), None)


def _is_all(said: Sequence[str], phrases: Sequence[Phrase], around: Sequence[Phrase]) -> bool:
    """Whether the words are one of the phrases, and nothing beside it but what may stand around one."""
    before, after = {0}, set[int]()
    for at in range(len(said)):
        beside = {end for phrase in around for end in phrase.ends(said, at)}
        if at in before:
            before |= beside
            after |= {end for phrase in phrases for end in phrase.ends(said, at)}
        if at in after:
            after |= beside
    return len(said) in after


@cache
def _book() -> Mapping[str, tuple[Phrase, ...]]:
    """By what they want, all languages together."""
    languages = json.loads(resources.files("index.answering").joinpath("about_answer.json").read_text("utf-8")).values()
    return {kind: tuple(read(one) for language in languages for one in language[kind]) for kind in (*About, _AROUND)}
