"""Cut an article's text into sentences.

In: any text, and its language where it is known. Out: spans of code points into that same text. Called wherever articles are taken in or read
again. Pure: no clock, no disk, and the text itself is never changed, so offsets stay the caller's.

``sentencex`` knows where sentences end in some 300 languages; docs/decisions/0001-sentence-splitting.md says how it was chosen and what
every correction below brings. It is never given more than a window of ``WINDOW_CHARS``, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import sentencex

from index.domain.articles import Span
from index.text.paragraphs import paragraphs

MAX_SENTENCE_CHARS = 1_000
"""A longer run is cut at white space: it would not fit a chat message beside others, and the encoder would not read its end."""
QUOTATION_CHARS = 250
"""A quotation of several sentences stays whole, speaker included, up to this length; a longer one is cut inside (measured: decision 0001)."""
BRACKET_CHARS = 500
"""The same for round brackets; one that is never closed would otherwise swallow a paragraph."""
WINDOW_CHARS = 4_000
"""How much the library sees at once; what it does within that grows with the square where a text has no spaces."""
LOOKAHEAD_CHARS = 100
"""What lies this near a window's end is decided in the next window, where what follows can be seen."""
SHORT_WORD_CHARS = 2
"""A full stop after such a word and before a small letter marks an abbreviation. English as people type it begins sentences small."""
SHORT_WORD_CHARS_ABROAD = 4
"""The same in all other languages, of whose abbreviations the library knows fewer."""
SCRIPT_SAMPLE_CHARS = 2_000
"""How much of a text is looked at to tell its script."""

_CODE_OF_SCRIPT = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "TAMIL": "ta",
    "TELUGU": "te",
}
"""First word of a letter's Unicode name to the language whose rules are used when nobody named one; all others read as English."""
_ORDINAL_LANGUAGES = frozenset(("cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "tr"))
"""Where "17." reads "seventeenth" and "II." "the Second"."""
_UKRAINIAN_LETTERS = frozenset("іїєґІЇЄҐ")

_CLOSERS = frozenset("\"'”’»›)]}」』")
_NEVER_FIRST = frozenset(",;:)]}%،؛，；：、）」』")
_WORD = re.compile(r"[^\W_]")
_OTHER_SPACE = re.compile(r"[^\S ]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_QUOTES = re.compile(r"[\"“”„«»‹›‘]|(?<!\w)['’]|['’](?!\w)")
_QUOTES_AND_BRACKETS = re.compile(rf"{_QUOTES.pattern}|[()]")
_RESPLITS = ((QUOTATION_CHARS, _QUOTES), (BRACKET_CHARS, _QUOTES_AND_BRACKETS))
_POSSESSIVE = re.compile(r"(?<=\.)'(?=s\b)")  # the library takes the one in "the U.S.'s" for an opening quotation mark
_NORDIC_OPENING = re.compile(r"(?<!\S)”(?=\w)")  # Swedish and Finnish open a quotation with what closes it elsewhere
# What decides at a possible end: the first matches an end the library misses, the others look back or ahead from one it proposes.
_SENTENCE_IN_BRACKETS = re.compile(r"[.!?…][\"”»’']*[)\]](?=\s{1,3}[^\w\s]{0,3}([^\W\d_]))")
_ENDING = re.compile(r"(\w*)([.!?…]+)([^\w\s]*)$")
_FIRST_LETTER = re.compile(r"[^\w]{0,6}([^\W\d_])")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,4})[.)]{1,2}")
_INITIAL = re.compile(r"(?:^|[\s.(«“\"-])[^\W\d_]\.$")
_TITLE = re.compile(r"(?:^|\W)(?:Dr|Mr|Mrs|Ms|Prof)\.$")
_CLOCK = re.compile(r"\b[ap]\.\s?m\.$", re.IGNORECASE)
_DAY_OR_ZONE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\b"
    r"|January|February|March|April|August|September|October|November|December|Eastern|Central|Mountain|Pacific|GMT|UTC|BST|[ECMP][SD]?T\b)"
)
_ORDINAL = re.compile(r"(?:^|[\s(-])(?:\d{1,2}|[IVX]{1,5})\.$")
_ADDRESS = re.compile(r"://|www\.|@")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}[.!?…]+[^\w\s]*$")


def split(text: str, language: str | None = None) -> list[Span]:
    """Sentences of ``text`` in order, not overlapping, none longer than ``MAX_SENTENCE_CHARS``.

    language: a BCP 47 code; without one the script decides. No span has white space at either end; together the spans hold every character
    but white space, so a headline, a list item or a row of asterisks is a span too. Text of white space alone has no sentences.
    """
    code = _language_code(text, language)
    return [
        Span(paragraph.start + start, paragraph.start + end)
        for paragraph in paragraphs(text)
        for start, end in _sentences(text[paragraph.start : paragraph.end], code)
    ]


def _language_code(text: str, language: str | None) -> str:
    """The code whose rules are used: the caller's primary language, or one that is written in the text's script."""
    if language:
        return re.split("[-_]", language, maxsplit=1)[0].lower()
    sample = text[:SCRIPT_SAMPLE_CHARS]
    if sample.isascii():
        return "en"
    scripts: Counter[str] = Counter()
    for character, count in Counter(sample).items():
        if character.isalpha():
            scripts[unicodedata.name(character, "").partition(" ")[0]] += count
    code = _CODE_OF_SCRIPT.get(max(scripts, key=scripts.__getitem__, default=""), "en")
    return "uk" if code == "ru" and not _UKRAINIAN_LETTERS.isdisjoint(sample) else code


def _sentences(paragraph: str, code: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence in one paragraph that has no white space at either end."""
    plain = _SURROGATE.sub("\ufffd", _OTHER_SPACE.sub(" ", paragraph))
    start = 0
    for end in _ends(plain, code):
        yield from _bounded(plain, start, end)
        start = end


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The run trimmed of white space and cut, where it is too long, at the last white space that keeps the piece within bounds."""
    while start < end:
        if text[start] == " ":
            start += 1
            continue
        cut = end
        if end - start > MAX_SENTENCE_CHARS:
            cut = text.rfind(" ", start + 1, start + MAX_SENTENCE_CHARS + 1)
            if cut < 0:
                cut = start + MAX_SENTENCE_CHARS
        last = cut
        while text[last - 1] == " ":
            last -= 1
        yield start, last
        start = cut


def _ends(paragraph: str, code: str) -> Iterator[int]:
    """Where sentences end in a paragraph, ascending; the last is the paragraph's own end."""
    start = 0
    while len(paragraph) - start > WINDOW_CHARS:
        window = paragraph[start : start + WINDOW_CHARS]
        found = [end for end in _ends_in_window(window, code) if end <= WINDOW_CHARS - LOOKAHEAD_CHARS]
        if not found:
            space = window.rfind(" ")
            found = [space if space > 0 else WINDOW_CHARS]
        for end in found:
            yield start + end
        start += found[-1]
    yield from (start + end for end in _ends_in_window(paragraph[start:], code))


def _ends_in_window(window: str, code: str) -> list[int]:
    """Where sentences end in a text short enough for the library, ascending; the last is the window's end."""
    candidates = set(_candidates(window, code, 0))
    candidates.update(match.end() for match in _SENTENCE_IN_BRACKETS.finditer(window) if match[1].isupper())
    ends: list[int] = []
    start = looked_at = 0
    has_word = False
    for end in sorted(candidates):
        has_word = has_word or bool(_WORD.search(window, looked_at, end))
        looked_at = end
        if not has_word:  # a smiley or asterisks belong to what stands before them
            if ends:
                ends[-1] = start = end
        elif _is_end(window, start, end, code):
            ends.append(end)
            start = end
            has_word = False
    if not ends or ends[-1] < len(window):
        ends.append(len(window))
    return ends


def _candidates(text: str, code: str, level: int) -> Iterator[int]:
    """Where the library ends sentences; what is still too long then is asked again with quotation marks, later brackets, hidden."""
    shown = _RESPLITS[level - 1][1].sub(" ", text) if level else _NORDIC_OPENING.sub("“", _POSSESSIVE.sub("’", text))
    start = position = 0
    for piece in sentencex.segment(code, shown):
        end = position + len(piece.rstrip())
        position += len(piece)
        while end < position and text[end] in _CLOSERS:
            end += 1
        if end <= start:
            continue
        if level < len(_RESPLITS) and end - start > _RESPLITS[level][0]:
            for inner in _candidates(text[start:end], code, level + 1):
                yield start + inner
        yield end
        start = end
    yield len(text)


def _is_end(text: str, start: int, end: int, code: str) -> bool:
    """Whether the sentence that began at ``start`` may end at ``end``; the library says yes, and these are its known mistakes."""
    if end == len(text):
        return True
    following = text[end : end + LOOKAHEAD_CHARS].lstrip()
    if not following:
        return True
    if following[0] in _NEVER_FIRST or (end - start <= 12 and _ENUMERATOR.fullmatch(text[start:end].strip())):
        return False
    last = text[max(start, end - LOOKAHEAD_CHARS) : end]
    ending = _ENDING.search(last)
    if ending is None:
        return True
    word, mark, closers = ending.groups()
    first = _FIRST_LETTER.match(following)
    if first and first[1].islower():
        short = SHORT_WORD_CHARS if code == "en" else SHORT_WORD_CHARS_ABROAD
        if closers or (mark == "." and 0 < len(word) <= short):
            return False
    if mark == "." and not closers:
        if _TITLE.search(last) or (_CLOCK.search(last) and _DAY_OR_ZONE.match(following)):
            return False
        if code != "en" and _INITIAL.search(last):
            return False
        if code in _ORDINAL_LANGUAGES and _ORDINAL.search(last):
            return False
        if "।" in text:  # where a danda ends sentences, a full stop marks an abbreviation
            return False
    if text[end] != " " and mark[-1] in ".!?":
        return bool(_TWO_LETTERS.search(last)) and not _ADDRESS.search(last.rpartition(" ")[2])
    return True
