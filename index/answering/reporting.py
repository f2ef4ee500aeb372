"""The words that mark what somebody says: lemmas, from ``reporting.json``. In: nothing. Out: sets of words. Read once, at import; English."""

from __future__ import annotations

import json
from pathlib import Path

_WORDS: dict[str, frozenset[str]] = {
    name: frozenset(words.split()) for name, words in json.loads(Path(__file__).with_name("reporting.json").read_text("utf-8")).items()
}

SAYING = _WORDS["saying"]
"""Verbs whose clause, or the quotation beside them, is what somebody says."""

THINKING = _WORDS["thinking"]
"""Verbs of thought and of finding out: with a clause only."""

NAMING = _WORDS["naming"]
"""Verbs that may take what is said as a noun: "confirmed five deaths"."""

NOUNS = _WORDS["nouns"]
"""Nouns that take a clause of what is said: "a statement that…"."""

HEDGES = _WORDS["hedges"]
"""Adverbs of hearsay."""

DOUBTING = _WORDS["doubting"]
"""Verbs that say something with reserve."""

RESERVED = _WORDS["reserved"]
"""What stands before ``RESERVED_NOUNS`` where they are no source to rely on: "most reports"."""

RESERVED_NOUNS = _WORDS["reserved_nouns"]
"""See ``RESERVED``."""

LABELS = _WORDS["labels"]
"""What may stand before a colon and is nobody: "update"."""
