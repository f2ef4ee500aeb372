"""Make text readable once, before it is stored for good: bytes to text, and text to its plain form.

In: bytes of a file, or text from a file or a web page. Out: text in NFC with ``\\n`` for a line break. Called by ``intake`` for every source but
JSON Lines, whose text and offsets are the caller's. Pure. Never guesses an encoding and never repairs wrongly decoded letters: what it
cannot be sure of it leaves alone or refuses.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from index.errors import ArticleRefusedError

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINE_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Control characters, soft hyphens, byte order marks, and marks that turn the direction of whatever is shown after them.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with plain line breaks and spaces, at most one blank line running, nothing unseen, no white space at either end; in NFC.

    Idempotent: what is clean stays as it is. Spaces and tabs inside a line are kept, so that tables and indentation survive.
    """
    text = _LINE_BREAK.sub("\n", text)
    text = _SPACE.sub(" ", _UNSEEN.sub("", text))
    text = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))
    text = "\n".join(line.rstrip(" \t") for line in text.replace("\u2029", "\n\n").split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip(" \t\n")


def decode(data: bytes) -> str:
    """The text that the bytes hold, unchanged but for a byte order mark, which is left out.

    UTF-8, or UTF-16 with a byte order mark. Raises ArticleRefusedError, with the position of the first wrong byte counted from 1, for anything
    else, for binary content, and where there is nothing to read.
    """
    encoding = "UTF-16" if data.startswith(_UTF16_MARKS) else "UTF-8"
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArticleRefusedError(f"it is not text in UTF-8: byte {error.start + 1} is not valid {encoding}") from error
    if "\0" in text:
        raise ArticleRefusedError(f"it is binary, not text: character {text.index(chr(0)) + 1} is a NUL")
    if not clean(text):
        raise ArticleRefusedError("there is no text in it")
    return text
