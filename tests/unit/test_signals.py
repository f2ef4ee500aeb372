"""What a search shows: the share of the question that is spoken of, and the part that is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.analysis import question_terms, terms
from index.search.signals import HEAD, mean_of_best, share_said, unsaid


def weighed(question: str, **known: float) -> dict[str, float]:
    return {term: known.get(term, 2.0) for term in question_terms(question)}


def test_words_count_by_how_much_they_say() -> None:
    """A rare word that is missing costs more than a common one; a question of stop words misses nothing."""
    weights = {"volcano": 6.0, "peopl": 2.0}
    assert share_said(weights, ["volcano"]) == 0.75
    assert share_said(weights, ["peopl", "people"]) == 0.25
    assert share_said({}, []) == 1.0


def test_the_best_few_speak_for_the_head() -> None:
    """Of many scores the HEAD best count, of few all; of none there is no mean."""
    assert mean_of_best([1.0, 2.0, 3.0]) == 2.0
    assert mean_of_best([9.0] * HEAD + [-100.0]) == 9.0
    with pytest.raises(ValueError, match="no score"):
        mean_of_best([])


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("how many Russian soldiers died?", "Three Turkish soldiers died.", "Russian"),
        ("how many Russian pilots died?", "Three soldiers died.", "Russian pilots"),
        ("who won the World Cup?", "A cup of tea.", "World"),
        ("who won the World Cup?", "Rain.", "World Cup"),
        ("who won the race in Riga's harbour?", "The harbour race was won.", "Riga's"),
        ("how many soldiers died?", "Soldiers died.", None),
        ("did <b>vitamin</b> sales fall?", "Sales fall.", "vitamin"),
    ],
)
def test_what_nothing_speaks_of_is_named_in_the_askers_words(question: str, said: str, expected: str | None) -> None:
    """Missing neighbours are named together, the weightiest run of them; nothing is named if nothing is missing."""
    weights = weighed(question, won=1.0, world=3.0, cup=3.0)
    assert unsaid(question, weights, terms(said), terms) == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_is_named_stands_in_the_question(question: str, said: str) -> None:
    """Whatever is asked, only the asker's own words are given back."""
    named = unsaid(question, weighed(question), terms(said), terms)
    assert named is None or named in question


def test_words_that_say_nothing_are_not_missed() -> None:
    """Nobody wants to read that there is nothing on "any"."""
    for question, expected in (("were any soldiers hurt?", "hurt"), ("when did it happen?", None), ("has anyone else called?", None)):
        assert unsaid(question, weighed(question), terms("the soldiers call"), terms) == expected


def test_how_many_times_names_nothing_that_could_be_missing() -> None:
    """A newspaper of that name does."""
    for question, expected in (
        ("how many times did he call?", None),
        ("how many people called?", None),
        ("how many times did Putin call?", "Putin"),
        ("who owns the Times?", "Times"),
    ):
        assert unsaid(question, weighed(question), terms("he calls the one who owns it"), terms) == expected
