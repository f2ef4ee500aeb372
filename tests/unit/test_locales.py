"""The catalogues: every sentence is translated into every language, and no translation can break what it is filled into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import c2py
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from bot.language import CODES, language
from docs.catalogues import LOCALES, TRANSLATED, NotWrittenOutError, found_in, read, template, updated, written

WANTED = template()
SAID = [message.id for message in WANTED if message.id]
TYPED = re.compile(r"(?<![\w/@])[/@][A-Za-z]\w*", re.ASCII)
ENDS = {".": ".", "?": "?؟", "!": "!", ":": ":"}
HOW_MANY = range(1001)
"""Numbers that are tried for which plural form goes with which; every rule repeats within a thousand."""


def pairs(code: str) -> Iterator[tuple[str, str, bool]]:
    """English, translation, and whether the translation stands for a single number: "one article" need not say 1."""
    catalogue = read(code)
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, str):
            assert isinstance(message.string, str)
            yield message.id, message.string, False
        else:
            assert isinstance(message.string, tuple | list)
            for form, string in enumerate(message.string):
                yield message.id[1], string, len(numbers(catalogue, form)) == 1


def numbers(catalogue: Catalog, form: int) -> list[int]:
    """The numbers that a plural form goes with."""
    rule = c2py(catalogue.plural_expr)
    return [n for n in HOW_MANY if rule(n) == form]


def places(sentence: str) -> list[str]:
    """The named places, each as often as it occurs. Raises ValueError for braces that are none."""
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def test_there_is_something_to_say() -> None:
    """The sentences were found where they stand: those of the renderers, of commands, of errors, and of replies."""
    assert len(SAID) >= 50
    for one in ("Reports differ.", "what you can type", "The question is empty.", "You are welcome.", "Saved."):
        assert one in SAID
    assert set(TRANSLATED) == set(CODES) - {"en"}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated_and_nothing_else(code: str) -> None:
    """Nothing is missing, half translated, marked as a guess, or left over. Type: python -m docs.catalogues, and translate what it lists."""
    catalogue = read(code)
    assert {message.id for message in catalogue if message.id} == set(SAID)
    for message in catalogue:
        assert not message.fuzzy, message.id
        if isinstance(message.id, tuple | list):
            assert isinstance(message.string, tuple | list)
            assert len(message.string) == catalogue.num_plurals, message.id
            assert all(message.string), message.id
        elif message.id:
            assert message.string, message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_as_the_program_writes_it(code: str) -> None:
    """What is edited by hand is put in order by python -m docs.catalogues, so that a change shows only what was changed."""
    assert (LOCALES / f"{code}.po").read_bytes() == written(updated(code, WANTED))


@pytest.mark.parametrize("code", TRANSLATED)
def test_places_to_fill_are_the_same(code: str) -> None:
    """Each named place of the English sentence stands in the translation, and no other; only a number that the form itself says may be left out."""
    for english, translation, is_one_number in pairs(code):
        missing = set(places(english)) - set(places(translation))
        assert set(places(translation)) <= set(places(english)), translation
        assert not missing or (is_one_number and missing == {"n"}), translation


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_typed_stays_as_it_is(code: str) -> None:
    """Commands and names that begin with @ are the same, as many times."""
    for english, translation, _ in pairs(code):
        assert sorted(TYPED.findall(translation)) == sorted(TYPED.findall(english)), translation


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_are_plain_text_of_the_same_shape(code: str) -> None:
    """No mark-up, no control or direction characters, the same white space around, one line for one line, and an end of the same kind."""
    for english, translation, _ in pairs(code):
        assert not re.search(r"[<>\x00-\x09\x0b-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]|&\w+;", translation), translation
        assert translation.count("\n") == english.count("\n"), translation
        assert (translation[:1].isspace(), translation[-1:].isspace()) == (english[:1].isspace(), english[-1:].isspace()), translation
        if english[-1:] in ENDS:
            assert translation[-1:] in ENDS[english[-1:]], translation


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_was_left_in_english(code: str) -> None:
    """A sentence of several words differs from its translation; Arabic, Russian and Ukrainian are written in their own letters."""
    letters = {"ar": "\u0600-\u06ff", "ru": "\u0400-\u04ff", "uk": "\u0400-\u04ff"}.get(code)
    for english, translation, _ in pairs(code):
        if len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}|[/@]\w+", "", english))) >= 2:
            assert translation != english
            assert letters is None or re.search(f"[{letters}]", translation), translation


def test_right_to_left_text_keeps_what_runs_the_other_way_in_place() -> None:
    """In Arabic, what is filled in and what is to be typed are isolated, so that neither turns the words around it; elsewhere nothing is added."""
    arabic = language("ar")
    said = arabic.gettext("The coverage has no source named {name}.").format(name="C++ (News)")
    assert "\u2068C++ (News)\u2069" in said
    typed = arabic.gettext("This button has expired. Please type /settings again.")
    assert "\u2066/settings\u2069" in typed
    for code in set(CODES) - {"ar"}:
        words = language(code)
        plain = words.gettext("The coverage has no source named {name}.").format(name="x") + words.gettext("Reports differ.")
        assert not re.search("[\u2066-\u2069]", plain)


def test_a_sentence_that_is_put_together_is_refused() -> None:
    """Translators cannot see what is only made at run time, so the extraction names the place instead of passing over it."""
    for source in ("words.gettext(f'Hello {name}')", "words.gettext('a' + b)", "raise QuestionError(f'No {x}.')"):
        with pytest.raises(NotWrittenOutError, match=r"some/file\.py:1"):
            list(found_in(source, "some/file.py"))


def test_sentences_are_found_where_they_are_said() -> None:
    """Both numbers of a plural, both choices of an error's remedy, and sentences written over several lines; variables are passed over."""
    source = (
        "words.gettext('One ' 'line.')\nwords.ngettext('{n} day', '{n} days', n)\nQuestionError('No.', remedy='Yes.' if x else None)\n"
        "self.gettext(message)\nwords.gettext(command.help)\nprint('not this')"
    )
    assert list(found_in(source, "x.py")) == ["One line.", ("{n} day", "{n} days"), "No.", "Yes."]
