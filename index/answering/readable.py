"""Can a model read what was asked? In: the question, the model's fingerprint. Out: yes or no, and what becomes of an answer if not. Pure.

Which languages a model reads is data, ``languages.json`` beside this file; one that is not in it reads everything.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from index.domain.answers import Answer, Remark, Status
from index.text.language import likelihood, share_in_scripts

LEAST_WORDS = 3
"""Fewer are often nothing but names, and a name has no language; nor have words that all begin with a capital."""

UNLIKELY = 0.02
"""A question is foreign below this likelihood. Measured in docs/decisions/0007-talk.md: 0.1 % of English questions, 96 to 98 % of foreign ones."""

SHARED_WORDS = 0.5
"""Of a question in one language hardly a word stands in an article in another, but names."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a model reads."""

    languages: tuple[str, ...]
    scripts: frozenset[str]
    words: frozenset[str]
    """Words that one of the languages has and their neighbours have not: a question with such a word is never foreign."""


def unread(answer: Answer, words: float) -> Answer:
    """What is left of an answer to a question that the encoder cannot read: a refusal that says so, with what was found as the nearest there is.

    words: the share of the question's words that stand in the first passage's article (`index.search.signals`). From ``SHARED_WORDS`` on the answer
    stands: names and numbers find their sentence in any language, and coverage in the asker's own is found by its words.
    """
    if answer.status is not Status.NOT_COVERED and words >= SHARED_WORDS:
        return answer
    return replace(answer, status=Status.NOT_COVERED, citations=(), short=(), guess=None, confidence=0.0, remark=Remark.UNREADABLE_LANGUAGE)


def can_read(question: str, fingerprint: str) -> bool:
    """Whether the model with this fingerprint reads the question's language; yes wherever there is doubt."""
    reads = _reads(fingerprint)
    if reads is None:
        return True
    said = _WORD.findall(question)
    if not reads.words.isdisjoint(word.casefold() for word in said):
        return True
    if share_in_scripts(question, reads.scripts) < 1 / 2:
        return False
    nothing_but_names = len(said) < LEAST_WORDS or all(word[0].isupper() for word in said)
    return nothing_but_names or likelihood(question, reads.languages) >= UNLIKELY


@cache
def _reads(fingerprint: str) -> _Reads | None:
    stored = json.loads(resources.files("index.answering").joinpath("languages.json").read_text(encoding="utf-8"))
    if fingerprint not in stored["models"]:
        return None
    languages = {code: stored["languages"][code] for code in stored["models"][fingerprint]}
    return _Reads(
        languages=tuple(languages),
        scripts=frozenset(one["script"] for one in languages.values()),
        words=frozenset(word for one in languages.values() for word in one["words"]),
    )
