"""Questions that a sentence answers, to offer whoever does not know yet what to ask. In: an English sentence, or a headline. Out: questions. Pure.

Three shapes of sentence are turned round, word for word: so many of something were … ; somebody said … ; somebody has done …. Whether the coverage
really answers a question made so, its caller finds out by asking (``index.offering``). Nothing here knows what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_CHARS = 80
"""Two lines on a narrow phone: a button shows no more."""
MIN_TITLE_WORDS, MAX_TITLE_WORDS = 3, 12

_COUNT = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NAME = r"(?:[Tt]he )?[A-Z][\w.’'-]*[\w’'](?: (?:of |the |al-)?[A-Z][\w’'-]+){0,4}"
_SAYING = {"said": "say", "stated": "say", "claimed": "claim", "announced": "announce", "warned": "warn of", "promised": "promise"}
_PLACE = r"(?: (?:in|at|near|on|by|during) (?:(?:the|a|an) )?[\w-]+(?: [A-Z][\w-]+){0,2})?"

_COUNTED = re.compile(
    rf"\b(?:{_COUNT}|\d[\d,]*) (?P<what>(?:[A-Za-z-]+ ){{0,2}}(?:[a-z-]+s|[a-z]*men|people|police|children)) "
    rf"(?P<were>were|have been|had been|are) (?P<done>[a-z]+(?:ed|en|wn|nt|ght|lt|ut|urt)\b{_PLACE})"
)
_SAID = re.compile(rf"(?P<who>{_NAME}) (?P<said>{'|'.join(_SAYING)})\b")
_DID = re.compile(
    rf"^(?P<who>{_NAME}) (?P<has>has|have) (?P<done>[a-z]+(?:ed|en|wn|nt|ght|lt)(?: [\w’'-]+){{2,9}}?)"
    r"(?= (?:for|after|that|because|which|and)\b|[,.;])"
)
_NO_NAME = re.compile(
    r"(?:He|She|It|They|We|You|I|This|That|These|Those|There|But|And|In|On|At|As|If|When|While|Most|Both|Some|Many|Police|Officials)\b"
)


def questions_of(sentence: str) -> Iterator[str]:
    """Questions that the sentence seems to answer, the likeliest to interest first; often none."""
    for counted in _COUNTED.finditer(sentence):
        yield from _fitting(f"How many {counted['what']} {counted['were']} {counted['done']}?")
    for said in _SAID.finditer(sentence):
        if not _NO_NAME.match(said["who"]):
            yield from _fitting(f"What did {_inside(said['who'])} {_SAYING[said['said']]}?")
    did = _DID.match(sentence)
    if did is not None and not _NO_NAME.match(did["who"]):
        yield from _fitting(f"Who has {did['done'].strip()}?")


def question_of_title(title: str) -> Iterator[str]:
    """A question that the article under this headline answers; none if the headline is too short or too long for one."""
    if MIN_TITLE_WORDS <= len(title.split()) <= MAX_TITLE_WORDS:
        yield from _fitting(f"What is known about this: {title.strip().rstrip('.?!')}?")


def _fitting(question: str) -> Iterator[str]:
    line = " ".join(question.split())
    if len(line) <= MAX_CHARS:
        yield line


def _inside(name: str) -> str:
    """The name as it stands inside a sentence."""
    return name[0].lower() + name[1:] if name.startswith("The ") else name
