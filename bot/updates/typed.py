"""What somebody subscribes to, as they type it. In: "@harbour al-Bab casualties +soldiers -football daily at 7". Out: where, what and when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.updates.subscription import Schedule, Wanted, Wish
from bot.updates.typed_times import times_of

MAX_CHARS = 200
"""Of a topic or question: two sentences. More is no topic, and its vector says little of any of it."""
MAX_WORDS = 10
"""Of each kind: must and must not."""
MAX_WORD_CHARS = 40

EVERYTHING = ("everything", "all", "*")
_QUESTION_WORDS = frozenset(("who", "whose", "whom", "what", "when", "where", "why", "which", "how"))
_QUESTION_MARKS = ("?", "؟", "？")

_CHAT = re.compile(r"(?:https://t\.me/|@)(?P<name>[A-Za-z]\w{3,31})(?=\s|$)|(?P<number>-\d{6,20})(?=\s|$)")
_WORD = re.compile(r"(?<!\S)(?P<sign>[+\-–−])(?=[\w\"“])(?:[\"“](?P<phrase>[^\"”]+)[\"”]|(?P<word>[^\s,;]+))[,;]?")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood."""

    chat: str | int | None
    """``@name`` or number of another chat; None for the one it was typed in."""
    wish: Wish | None
    """None if nothing is wished for: the command alone, or with a chat only."""
    schedule: Schedule | None
    """None if no times were typed."""


def typed(text: str, outlets: Iterable[str], before: Schedule) -> Typed:
    """Read what stands behind the command. outlets: those that the coverage knows. before: what is not said of the times. Raises TimesError."""
    text = visible(text)
    chat, text = _chat(text)
    must, must_not, text = words_of_sign(text)
    text, schedule = times_of(text, before)
    if not text and not must and not must_not and schedule is None:
        return Typed(chat, None, None)
    return Typed(chat, _wish(text, must, must_not, outlets), schedule)


def words_of_sign(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """The words with + before them, those with -, each once, and the text without either."""
    must: dict[str, None] = {}
    must_not: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = " ".join((match["phrase"] or match["word"]).split())
        (must if match["sign"] == "+" else must_not).setdefault(word)
    return tuple(must), tuple(must_not), " ".join(_WORD.sub(" ", text).split())


def is_too_long(wish: Wish) -> bool:
    """Whether there are more words than a subscription may have."""
    signed = (*wish.must, *wish.must_not)
    return (
        len(wish.words) > MAX_CHARS
        or max(len(wish.must), len(wish.must_not)) > MAX_WORDS
        or any(len(word) > MAX_WORD_CHARS for word in signed)
    )


def visible(text: str) -> str:
    """On one line, without what cannot be seen or stored."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def is_question(text: str) -> bool:
    """Whether it asks something: it ends as a question does, or begins as one does in English."""
    return text.endswith(_QUESTION_MARKS) or text.partition(" ")[0].casefold() in _QUESTION_WORDS


def _chat(text: str) -> tuple[str | int | None, str]:
    found = _CHAT.match(text)
    if found is None:
        return None, text
    return (int(found["number"]) if found["number"] else f"@{found['name']}"), text[found.end() :].strip()


def _wish(text: str, must: tuple[str, ...], must_not: tuple[str, ...], outlets: Iterable[str]) -> Wish:
    if not text or text.casefold() in EVERYTHING:
        return Wish(Wanted.EVERYTHING, "", must, must_not)
    outlet = next((name for name in outlets if visible(name).casefold() == text.casefold()), None)
    if outlet is not None:
        return Wish(Wanted.SOURCE, outlet, must, must_not)
    return Wish(Wanted.QUESTION if is_question(text) else Wanted.TOPIC, text, must, must_not)
