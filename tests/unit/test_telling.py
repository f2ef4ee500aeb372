"""Errors in the reader's language."""

from __future__ import annotations

import pytest

from bot.language import CODES, language
from bot.telling import told
from index import NewsError, QuestionError

LONG = QuestionError(
    "The question is {length} characters long; the most I can read is {most}.",
    remedy="Ask it shorter.",
    values={"length": 2345, "most": 1000},
)


def test_in_english_it_is_what_the_error_says() -> None:
    """Numbers included."""
    assert told(LONG, language("en")) == str(LONG) == "The question is 2,345 characters long; the most I can read is 1,000. Ask it shorter."


def test_in_another_language_sentences_and_numbers_are_its_own() -> None:
    """Message, remedy and the way thousands are set apart."""
    assert told(LONG, language("de")) == "Die Frage ist 2.345 Zeichen lang; mehr als 1.000 kann ich nicht lesen. Frag kürzer."


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("message", ["50 % {of it}", "{", "}{", "%s", "", "Schon übersetzt."])
def test_what_has_no_translation_or_no_values_is_said_as_it_is(code: str, message: str) -> None:
    """Braces in a sentence without values are only braces, and text that a handler translated already passes through."""
    assert told(NewsError(message), language(code)).strip() == message


@pytest.mark.parametrize("code", [code for code in CODES if code != "ar"])
def test_a_value_is_never_looked_into(code: str) -> None:
    """What somebody typed may look like a place to fill, and is not one."""
    error = QuestionError("The coverage has no source named {name}.", values={"name": "{name} {0} %s"})
    assert "{name} {0} %s" in told(error, language(code))
