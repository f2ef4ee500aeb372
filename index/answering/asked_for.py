"""What kind of answer a question asks for. In: the question, and its grammar where that is at hand. Out: a `Kind`. Pure.

The first question word decides; after "what" and "which" the noun they ask about: "what time", "which country", "what was the death toll". Questions
are English here, as the default models are; one in another language asks for `Kind.OTHER`. The words it knows are data below. Whoever looks for
short answers asks this first; it must never look at an article.
"""

from __future__ import annotations

import re
from enum import StrEnum

from index.ports.grammar import Parsed, Token


class Kind(StrEnum):
    """What is asked for."""

    NUMBER = "number"
    """How many, or a quantity with its unit: people, percent, kilometres, degrees."""
    MONEY = "money"
    DURATION = "duration"
    """How long it took, and how old somebody is."""
    TIME = "time"
    """The time of day."""
    DATE = "date"
    """A day, a year, a period."""
    PERSON = "person"
    """Who: a person, or people and bodies that act as one."""
    ORGANISATION = "organisation"
    PLACE = "place"
    YES_NO = "yes_no"
    REASON = "reason"
    """Why: a clause."""
    MANNER = "manner"
    """How: a clause or phrase."""
    OTHER = "other"
    """Any other thing: what, which."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOUNS: dict[Kind, frozenset[str]] = {
    Kind.NUMBER: _words(
        "number amount percentage percent proportion share rate population toll total tally size height depth width length distance weight speed "
        "temperature area altitude elevation magnitude capacity score figure figures quantity count fraction ratio attendance turnout majority "
        "casualties frequency volume density"
    ),
    Kind.MONEY: _words(
        "price cost fee salary revenue revenues profit profits budget fine sum income wage wages debt endowment tuition bail value worth damages"
    ),
    Kind.DURATION: _words("duration age timespan lifespan"),
    Kind.TIME: _words("time hour clock"),
    Kind.DATE: _words("date year day month century decade era period season weekday birthday anniversary quarter week weekend years dates"),
    Kind.PERSON: _words(
        "person man woman people boy girl president minister leader author king queen emperor prince princess actor actress singer player writer "
        "director scientist artist character general commander officer chancellor governor mayor senator journalist judge founder inventor "
        "architect composer philosopher engineer physicist mathematician explorer ruler dynast coach driver athlete official spokesman "
        "spokeswoman spokesperson politician candidate celebrity musician rapper suspect victim husband wife father mother son daughter brother "
        "sister wives uncle friend successor predecessor individual poet novelist economist nominee winner ceo pope bishop"
    ),
    Kind.ORGANISATION: _words(
        "company organization organisation group party agency team club band school university college newspaper outlet firm institution "
        "committee army militia government ministry department court bank airline network channel broadcaster magazine publisher corporation "
        "brand label studio manufacturer retailer union council league body paper"
    ),
    Kind.PLACE: _words(
        "place country city town village state region continent location province capital island river street county district nation area_of "
        "area venue stadium airport site hometown birthplace neighborhood neighbourhood borough republic nationality headquarters lake ocean sea "
        "mountain desert territory municipality port building countries cities"
    ),
}
_KIND_OF_NOUN = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns}

_EMPTY_NOUNS = _words("name names kind kinds type types sort term title example part one part form word")
"""After these, "of" leads to what is meant: the name of the city."""

_AUXILIARIES = _words(
    "is are was were am be do does did has have had can could will would shall should may might must "
    "isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't isnt arent didnt doesnt"
)
_COPULAS = _words("is are was were 's 're")
_STOPS = _words(
    "of in on at by for from with that which who whom whose to did does do has have had can could will would should may might must "
    "and or as than when where while during after before between about into"
)

_LEAD_IN = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|well|hey|hi|please|then)\b[\s,]*)*"
    r"(?:(?:please\s+)?(?:tell|show|remind)\s+me\s+(?:please\s+)?|(?:can|could|would|will|do)\s+you\s+(?:please\s+)?(?:tell\s+me|know|say)\s+|"
    r"i(?:'d| would)?\s+(?:want|like)\s+to\s+know\s+|(?:does|do)\s+(?:anyone|anybody)\s+know\s+|(?:any\s+)?idea\s+)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*|'s\b|’s\b|%|[$€£]")
_QUESTION_WORDS = _words("who whom whose where when why how what which what's who's where's when's how's why's")
_ALTERNATIVES = re.compile(r"\bor\b(?!\s+(?:not|no)\b)", re.IGNORECASE)
_HOW_MONEY = re.compile(r"^(?:cost|costs|paid|pay|money|worth|spent|spend|earn|earned|earns|raised|raise|lose|fined|price|charge|charged)$")


def asked_for(question: str, parsed: Parsed | None = None) -> Kind:
    """The kind of answer that ``question`` asks for. parsed: of that very text, which tells the noun after "what" more surely than words do."""
    text = _LEAD_IN.sub("", question).replace("’", "'")
    words = [word.casefold() for word in _WORD.findall(text)]
    at = _question_word(words)
    if at is None:
        return _without_question_word(words, question, parsed)
    if words[0] in _AUXILIARIES and at > 0:
        return _without_question_word(words, question, parsed)  # "is it known who did it?" is answered by yes or no
    word, rest = words[at].removesuffix("'s"), words[at + 1 :]
    if word in ("who", "whom", "whose"):
        return Kind.PERSON
    if word == "where":
        return Kind.PLACE
    if word == "when":
        return Kind.DATE
    if word == "why":
        return Kind.REASON
    if word == "how":
        return _how(rest)
    return _what(rest, _noun_by_grammar(parsed) if parsed and parsed.text == question else None)


def _question_word(words: list[str]) -> int | None:
    """Where it stands. A "when" or "where" that opens a clause ("when the plane fell, who…") is none if another follows."""
    found = [position for position, word in enumerate(words) if word in _QUESTION_WORDS]
    for position in found:
        following = words[position + 1] if position + 1 < len(words) else ""
        opens_clause = words[position] in ("when", "where") and following not in _AUXILIARIES and following != "'s"
        if not (opens_clause and position != found[-1]):
            return position
    return None


def _without_question_word(words: list[str], question: str, parsed: Parsed | None) -> Kind:
    """Yes or no, if it begins with a verb, or is a whole sentence that ends in a question mark: "the minister has resigned?"."""
    if not words or _ALTERNATIVES.search(question):
        return Kind.OTHER
    verb = not _AUXILIARIES.isdisjoint(words) or (parsed is not None and any(token.tag in ("VBD", "VBZ", "VBP") for token in parsed.tokens))
    return Kind.YES_NO if words[0] in _AUXILIARIES or (verb and question.rstrip().endswith("?")) else Kind.OTHER


def _how(rest: list[str]) -> Kind:
    first = rest[0] if rest else ""
    if first == "many":
        unit = rest[1] if len(rest) > 1 else ""
        if unit in ("years", "days", "hours", "minutes", "months", "weeks", "seconds", "decades", "centuries"):
            return Kind.DURATION
        return Kind.MONEY if unit in ("dollars", "euros", "pounds", "yen", "rubles", "lira") else Kind.NUMBER
    if first == "much":
        if len(rest) > 1 and rest[1] in ("time", "longer"):
            return Kind.DURATION
        return Kind.MONEY if any(_HOW_MONEY.match(word) for word in rest) else Kind.NUMBER
    if first in ("long", "old"):
        return Kind.DURATION
    if first in (
        "far",
        "tall",
        "high",
        "big",
        "large",
        "deep",
        "wide",
        "fast",
        "heavy",
        "often",
        "frequently",
        "few",
        "hot",
        "cold",
        "strong",
    ):
        return Kind.NUMBER
    if first in ("soon", "late", "early", "recently"):
        return Kind.DATE
    if first == "come":
        return Kind.REASON
    return Kind.MANNER


def _what(rest: list[str], noun: str | None) -> Kind:
    joined = " ".join(rest)
    if re.match(r"time\b(?! (?:period|span|frame))", joined) or re.match(r"(?:is|was) the time\b", joined):
        return Kind.TIME
    if re.match(
        r"(?:is|was|were|are|'s)? ?(?:the |a )?(?:main |primary |key |likely |probable )?(?:reasons?|causes?|motives?|motivation)\b", joined
    ):
        return Kind.REASON
    for known in (noun, *_nouns_by_words(rest)):
        if known is not None and (kind := _KIND_OF_NOUN.get(known)) is not None:
            return kind
    return Kind.OTHER


def _nouns_by_words(rest: list[str]) -> list[str]:
    """Likely heads of what is asked about, likeliest first, in the singular too: the words right after "what", then those after a copula."""
    nouns: list[str] = []
    phrase = _until_stop(rest)
    if rest and rest[0] in _COPULAS:
        phrase = _until_stop(rest[1:])
        if phrase and phrase[-1] in _EMPTY_NOUNS and "of" in rest:
            phrase = _until_stop(rest[rest.index("of") + 1 :])
        nouns = phrase[-1:]
    elif phrase:
        # Without grammar the noun is not told from the verb behind it: the first word that is known counts.
        nouns = phrase[:3]
    return [form for noun in nouns for form in (noun, noun.removesuffix("s"), re.sub(r"ies$", "y", noun))]


def _until_stop(words: list[str]) -> list[str]:
    """The words up to one that ends a noun phrase; a possessor ("Russia's") is no part of what is asked about."""
    phrase: list[str] = []
    for word in words:
        if word in _STOPS or word in _COPULAS:
            break
        if word not in ("the", "a", "an") and not word.endswith("'s"):
            phrase.append(word)
    return phrase


def _noun_by_grammar(parsed: Parsed) -> str | None:
    """The lemma of the noun that "what" or "which" asks about; None where the grammar does not show one."""
    tokens = parsed.tokens
    asking = next((token for token in tokens if token.tag in ("WDT", "WP") and token.lemma.casefold() in ("what", "which")), None)
    if asking is None:
        return None
    head = tokens[asking.head]
    if asking.relation == "det" and head.part in ("NOUN", "PROPN"):
        return _meant(tokens, asking.head)
    if head.lemma == "be":
        told = (position for position, token in enumerate(tokens) if tokens[token.head] is head and position != tokens.index(asking))
        for position in told:
            if tokens[position].relation in ("nsubj", "attr", "nsubjpass") and tokens[position].part in ("NOUN", "PROPN"):
                return _meant(tokens, position)
    return None


def _meant(tokens: tuple[Token, ...], position: int) -> str:
    """The noun, or what stands behind its "of" where it says nothing itself: "the name of the city"."""
    lemma = tokens[position].lemma.casefold()
    if lemma not in _EMPTY_NOUNS:
        return lemma
    for link, token in enumerate(tokens):
        if token.head == position and token.lemma == "of":
            for inner in tokens:
                if inner.head == link and inner.relation == "pobj":
                    return inner.lemma.casefold()
    return lemma
