"""Does somebody ask what is new, of anything or on a topic? In: what was typed. Out: whether, and on which. Pure.

A search for "news", or for "latest on Ukraine", finds sentences with these words in them ("Get the latest updates on Ukraine"), which is not what
anybody means by it.
"""

from __future__ import annotations

import re

_KINDS = r"(?:latest|newest|recent|breaking|top|today[’']?s|new)"
_THINGS = r"(?:news|headlines?|stories|articles|reports|updates?)"
_HEADLINES = re.compile(
    r"(?:(?:what(?:[’']?s| is| are| have you got)?|any|some|give me|show me|tell me|send me|get me|i want|do you have(?: any)?)\s+)?(?:about\s+)?"
    rf"(?:the\s+)?(?:{_KINDS}\s+{_THINGS}|{_THINGS}|latest|headlines)"
    r"(?:\s+(?:today|now|please|so far|for me))?"
    r"|(?:so\s+)?what(?:[’']?s| is)\s+(?:new|happening|going on)(?:\s+(?:today|now|in the (?:world|news)))?"
    r"|(?:(?:последние|свежие)\s+)?новости|(?:(?:останні|свіжі)\s+)?новини|(?:son\s+)?haberler|(?:neueste\s+)?nachrichten|(?:últimas\s+)?noticias"
    r"|(?:آخر\s+)?(?:ال)?أخبار",
    re.IGNORECASE,
)
_ON_A_TOPIC = re.compile(
    r"(?:(?:what(?:[’']?s| is| are)|any|some|give me|show me|tell me|send me|get me)\s+)?(?:the\s+)?"
    rf"(?:{_KINDS}(?:\s+{_THINGS})?|{_THINGS})\s+(?:on|about|from|regarding)\s+"
    r"(?!(?:the|this|that|these|those|it|him|her|them|me|you)\b)(?P<topic>.+)",
    re.IGNORECASE,
)
_ASKS_MORE = re.compile(
    r"\b(?:who|whom|what|which|when|where|why|how|whether|if|is|are|was|were|did|does|do|has|have|had)\b", re.IGNORECASE
)
_LONGEST_TOPIC = 5
"""Words."""


def asks_for_headlines(question: str) -> bool:
    """Whether it asks for the newest there is: "news", "what's new?"."""
    return _HEADLINES.fullmatch(_plain(question)) is not None


def headlines_on(question: str) -> str | None:
    """The topic that it asks for the newest of: "latest on Ukraine". In "news about the strike" it leans on what was said before, and is none.

    English. None for whatever says more than a topic: that is a question like any other.
    """
    found = _ON_A_TOPIC.fullmatch(_plain(question))
    if found is None or len(found["topic"].split()) > _LONGEST_TOPIC or _ASKS_MORE.search(found["topic"]):
        return None
    return found["topic"]


def _plain(question: str) -> str:
    return " ".join(question.strip(" \t\n?!.…").split())
