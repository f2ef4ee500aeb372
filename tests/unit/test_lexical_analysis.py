"""Which spellings are one word, and which words a question is asked by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.analysis import MAX_TERM_BYTES, question_terms, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Erdoğan", "ERDOGAN"),
        ("İstanbul", "istanbul"),
        ("al-Bab", "Al Bab"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("killed", "killing"),
        ("the army’s tanks", "the army's tank"),
        ("ﬁre", "fire"),
        ("２０２４", "2024"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
        ("Ёлка", "елка"),
        ("مُحَمَّد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("co\u00adoperation", "cooperation"),
    ],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    """Case, accents, marks, hyphens, apostrophes, endings and widths do not keep a question from a text."""
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 8:40 a.m.", ["at", "8", "40", "a", "m"]),
        ("$1.5bn, 20%", ["1", "5bn", "20"]),
        ("войска вошли", ["воиска", "вошли"]),
        ("قال الجيش", ["قال", "الجيش"]),
        ("三名 troops", ["三", "名", "troop"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("한국은", ["한", "국", "은"]),
        ("🚑 — …", []),
    ],
)
def test_a_text_is_cut_into_words_in_any_script(text: str, expected: list[str]) -> None:
    """Numbers are kept, words end where a script puts spaces, and where it puts none each character is a word."""
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many soldiers were killed, and where?", ["soldier", "kill"]),
        ("Who is John Doe?", ["john", "doe"]),
        ("To be, or not to be", ["to", "be", "or", "not"]),
        ("troops TROOPS troop", ["troop"]),
        ("US and U.S.", ["us", "u"]),
        ("", []),
    ],
)
def test_a_question_is_asked_by_what_it_is_about(question: str, expected: list[str]) -> None:
    """Stop words go before stemming, unless there is nothing else; a repeated word is asked once."""
    assert question_terms(question) == expected


def test_what_is_too_long_for_a_word_is_none() -> None:
    """A run of letters at the limit is a term, one beyond it is dropped."""
    assert terms(f"{'x' * (MAX_TERM_BYTES - 1)} {'x' * MAX_TERM_BYTES} end") == ["x" * (MAX_TERM_BYTES - 1), "end"]


@given(st.text(st.characters(), max_size=200))
def test_a_question_is_read_as_a_text_is(text: str) -> None:
    """Whatever the characters, a question's terms are terms of the same words in a text, and there are none only if the text has none."""
    assert set(question_terms(text)) <= set(terms(text))
    assert bool(question_terms(text)) == bool(terms(text))


@given(st.text(max_size=200))
def test_composed_or_not_is_the_same(text: str) -> None:
    """Letters with accents are one word whether the accent is part of the letter or a character of its own."""
    assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text))
