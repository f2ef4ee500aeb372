"""Errors said in the reader's language. In: an error whose remedy is the reader's to follow. Out: its sentences, translated. Pure.

The index speaks English and knows no other language: its errors bring their sentences with places, and what fills them. What a handler raised is
in the reader's language already, has no translation, and stays as it is.
"""

from __future__ import annotations

from bot.language import Language
from index import NewsError


def told(error: NewsError, words: Language) -> str:
    """Message and remedy, as ``str(error)`` has them in English."""
    return " ".join(_said(sentence, error, words) for sentence in error.sentences if sentence is not None)


def _said(sentence: str, error: NewsError, words: Language) -> str:
    translated = words.gettext(sentence)
    if error.values is None:
        return translated
    return translated.format(**{name: words.number(value) if isinstance(value, int) else value for name, value in error.values.items()})
