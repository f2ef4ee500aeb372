"""Which script and which language a short text is in. In: a question or a headline. Out: shares of scripts, likelihoods of languages. Pure.

The languages are told apart by lingua, in its mode of low accuracy: 21 MB, once it is first asked (docs/decisions/0007-talk.md has what else was
measured). It knows those of ``TOLD_APART`` only; a text in another one gets the likelihoods of its nearest relatives.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

TOLD_APART = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "tr")
"""ISO 639-1. All are written in Latin letters: other scripts give themselves away. Each costs 2 MB."""


def share_in_scripts(text: str, scripts: Iterable[str]) -> float:
    """How much of its letters belongs to these scripts, named as Unicode names them (``LATIN``), 0..1; 1 for a text without letters."""
    counts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in unicodedata.normalize("NFKC", text) if letter.isalpha())
    return sum(counts[script] for script in scripts) / counts.total() if counts else 1.0


def likelihood(text: str, languages: Iterable[str]) -> float:
    """How likely a text in Latin letters is in one of these languages, 0..1. Names say little: a text of one or two words tells nothing."""
    wanted = set(languages)
    found = _detector().compute_language_confidence_values(text)
    return min(1.0, sum(one.value for one in found if one.language.iso_code_639_1.name.lower() in wanted))


@cache
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # a library of 100 MB, which many a process never asks

    codes = [IsoCode639_1.from_str(code) for code in TOLD_APART]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
