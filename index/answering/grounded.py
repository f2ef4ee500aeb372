"""Whether what a language model wrote stands on the quotes it cites. In: its text, and the quotes by number. Out: the sentences that do, or None.

Pure. What is checked is what can be: each sentence cites quotes that were given; every figure, quotation and name in it, and most of its other
words, stand in them; nothing in it leads anywhere (links, addresses, handles) or is markup. What fails is dropped, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.answering.talk import remark_on
from index.domain.answers import Remark
from index.text.sentences import split

MAX_SENTENCES = 3
MAX_CHARS = 1_000
"""Three sentences of an agency's length; what runs on is no summary."""
WORDS_IN_QUOTES = 0.7
"""The least share of a sentence's longer words that its quotes have too; the rest is what joins them."""

_CITED = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
_ONLY_CITED = re.compile(r"(?:\s*\[\d{1,2}(?:\s*,\s*\d{1,2})*\])+[\s.]*")
_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
_NUMBER_WORDS = re.compile(
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|(?:hundred|thousand|million|billion|trillion|dozen)s?|half|third|quarter"
    r"|doubled?|tripled?|twice|once|first|second"
)
_QUOTATION = re.compile(r"[“\"«„]([^”\"»“]+)[”\"»“]")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LEADS_AWAY = re.compile(
    r"https?:|www\.|[\w.-]+@[\w.-]+|(?<!\w)[@/]\w|\b[\w-]+\.(?:com|org|net|io|ru|example|info|me|ly|app|xyz)\b|[<>`]|\]\(", re.IGNORECASE
)
_LONG = 5
"""Letters of a word that says something; shorter ones join."""


def grounded(written: str, quotes: Mapping[int, str]) -> str | None:
    """The sentences of ``written`` that stand on the quotes they cite, at most three, in order and as they were written; None if none does."""
    kept = [sentence for sentence in _sentences(written[: MAX_CHARS * 2]) if _stands(sentence, quotes)][:MAX_SENTENCES]
    text = " ".join(kept)
    return text if text and len(text) <= MAX_CHARS else None


def may_be_shown_to_a_model(quote: str) -> bool:
    """Whether nothing in a quote speaks to the model instead of to a reader: "ignore your instructions"."""
    return not any(remark_on(quote[one.start : one.end]) is Remark.INJECTION for one in split(quote))


def _sentences(written: str) -> list[str]:
    """Each with the citations that follow its full stop."""
    found: list[str] = []
    for span in split(written, "en"):
        sentence = written[span.start : span.end].strip()
        follows = _ONLY_CITED.match(sentence)
        if follows is not None and found:
            found[-1] = f"{found[-1]} {follows[0].strip()}"
            sentence = sentence[follows.end() :].strip()
        if sentence:
            found.append(sentence)
    return found


def _stands(sentence: str, quotes: Mapping[int, str]) -> bool:
    numbers = {int(number) for group in _CITED.findall(sentence) for number in group.split(",")}
    if not numbers or not numbers <= quotes.keys() or _LEADS_AWAY.search(sentence):
        return False
    said, evidence = _CITED.sub(" ", sentence), "\n".join(quotes[number] for number in sorted(numbers))
    return _figures(said) <= _figures(evidence) and _quotations_stand(said, evidence) and _words_stand(said, evidence)


def _figures(text: str) -> set[str]:
    words = {word.lower() for found in _WORD.findall(text) for word in found.split("-")}
    return set(_FIGURE.findall(text)) | {word for word in words if _NUMBER_WORDS.fullmatch(word)}


def _quotations_stand(said: str, evidence: str) -> bool:
    there = _plain(evidence)
    return all(_plain(one).strip(" ,.") in there for one in _QUOTATION.findall(said)) and sum(map(said.count, '“"”«»„')) % 2 == 0


def _words_stand(said: str, evidence: str) -> bool:
    """Every name, which is a word with a capital that does not begin the sentence, and enough of the longer words."""
    words = _WORD.findall(said)
    there = {word.lower() for word in _WORD.findall(evidence)}
    if any(word[0].isupper() and _bare(word) not in there and word.lower() not in there for word in words[1:]):
        return False
    long = [word.lower() for word in words if len(word) >= _LONG]
    stems = {word[:_LONG] for word in there}
    return bool(words) and sum(word[:_LONG] in stems for word in long) >= WORDS_IN_QUOTES * len(long)


def _bare(word: str) -> str:
    return re.sub(r"[’']s$", "", word.lower())


def _plain(text: str) -> str:
    return " ".join(text.translate(str.maketrans("“”«»„‘’", '"""""\'\'')).casefold().split())
