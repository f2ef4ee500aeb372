"""What counts as a word: from a text or a question to the terms that the lexical index counts.

In: any text at all. Out: terms, folded so that spellings of one word meet: upper and lower case, accents, English endings, hyphens. Called
by `index.search.lexical`. Pure: no disk, no clock. It must never treat the two sides differently, or a word in a question would no longer
find the same word in a text; a question only loses its stop words and its repetitions.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYZER = "dateline-1"
"""Names this analysis inside every index. Change it with anything below: an index whose terms were cut otherwise is then refused at open.
Likewise with the way `index.search.lexical` counts them (its ``COPIES``)."""

MAX_TERM_BYTES = 100
"""Longer runs of letters and digits are no words in any language (encoded data, mostly) and would only fill the dictionary."""

STOP_WORDS = (
    *("a", "an", "the", "and", "or", "but", "if", "so", "than", "that", "this", "these", "those", "there", "then", "not", "no"),
    *("i", "me", "my", "we", "our", "you", "your", "he", "him", "his", "she", "her", "it", "its", "they", "them", "their"),
    *("am", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would"),
    *("as", "at", "by", "for", "from", "in", "into", "of", "on", "to", "with"),
    *("what", "when", "where", "which", "who", "whom", "whose", "why", "how", "many", "much"),
    *("s", "t"),  # what the apostrophe leaves of "army's" and "don't"
)
"""English words that say nothing of what a question is about. Kept short: "us", "may" and "more" can mean something in the news.

Dropping them makes a six-word question about ten times faster at a million sentences and no worse (docs/decisions/0002-lexical-index.md).
"""

_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u00ad\u200c\u200d\u2060\ufeff\ud800-\udfff]"
)
"""Accents (decomposed), Hebrew points, Arabic vowel signs and the stretching tatweel, soft hyphens and joiners: what writers put in or leave out.
Also halves of surrogate pairs, which JSON can smuggle in and no UTF-8 can hold."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Characters of scripts that put no spaces between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese), and of Korean, whose endings stick."""


def prepared(text: str) -> str:
    """The text as the tokenizer is to see it: marks on letters dropped, and characters of scripts without spaces each a word of their own.

    Single characters found as much as pairs did (nDCG@10 on Chinese questions .836 and .823; the decision note has the table).
    """
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFC", bare))


@cache
def analyzer() -> TextAnalyzer:
    """Prepared text to terms, in tantivy's own code: runs of letters and digits, folded to ASCII where there is one, in lower case, stemmed."""
    return _folding().filter(Filter.stemmer("English")).build()


def terms(text: str) -> list[str]:
    """Every term of a text in order, repeated ones too."""
    return analyzer().analyze(prepared(text))


def question_terms(question: str) -> list[str]:
    """The different terms of a question in order, without stop words unless it has nothing else. Empty if it has no word (only emoji, say)."""
    text = prepared(question)
    return list(dict.fromkeys(_question_analyzer().analyze(text) or analyzer().analyze(text)))


@cache
def _question_analyzer() -> TextAnalyzer:
    """As `analyzer`, without stop words; they go before the stemmer, which would turn "does" into the name Doe."""
    return _folding().filter(Filter.custom_stopword(list(STOP_WORDS))).filter(Filter.stemmer("English")).build()


def _folding() -> TextAnalyzerBuilder:
    # Folding goes first: lower case would turn "İ" into an "i" with a mark that is then no letter of any word.
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(MAX_TERM_BYTES))
        .filter(Filter.ascii_fold())
        .filter(Filter.lowercase())
    )
