"""Does somebody ask what is new, and of nothing in particular? In: what was typed. Out: yes or no. Pure.

A search for "news" finds sentences with the word in them, which is not what anybody means by it.
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


def asks_for_headlines(question: str) -> bool:
    """Whether it asks for the newest there is: "news", "what's new?". One that names a topic is a question like any other."""
    return _HEADLINES.fullmatch(" ".join(question.strip(" \t\n?!.…").split())) is not None
