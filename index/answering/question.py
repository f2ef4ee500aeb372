"""What is asked. In: whatever somebody typed. Out: a question to search for, or a sentence that says why there is none."""

from __future__ import annotations

import re
import unicodedata

from index.errors import QuestionError

MAX_CHARS = 1000
"""Longer texts are pasted articles, not questions; the encoder would read only their beginning (256 tokens)."""

_SPACE = re.compile(r"\s+")


def prepare(text: str) -> str:
    """The question in one line, normalised to NFC, without control characters. Raises QuestionError if there is nothing to search for."""
    visible = "".join(character if _shows(character) else " " for character in unicodedata.normalize("NFC", text))
    question = _SPACE.sub(" ", visible).strip()
    if not question:
        raise QuestionError("The question is empty.", remedy="Ask in words, for example: how many people were hurt?")
    if len(question) > MAX_CHARS:
        raise QuestionError(
            "The question is {length} characters long; the most I can read is {most}.",
            remedy="Ask it shorter.",
            values={"length": len(question), "most": MAX_CHARS},
        )
    if not any(character.isalnum() for character in question):
        raise QuestionError("There are no words in the question.", remedy="Ask in words, for example: how many people were hurt?")
    return question


def _shows(character: str) -> bool:
    # Cf holds the joiners that Arabic, Persian and Indian scripts need; Cc, Cs, Co and Cn hold nothing that a person types to ask.
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
