"""Questions made from sentences, to be offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.openers import MAX_CHARS, question_of_title, questions_of


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("Officials say three Arlen ferrymen were rescued on Friday.", ["How many Arlen ferrymen were rescued on Friday?"]),
        ("By noon 1,200 people had been evacuated, and roads were shut.", ["How many people had been evacuated?"]),
        ("“We were lucky,” Captain Maria Voss said.", ["What did Captain Maria Voss say?"]),
        ("The Harbour Office announced a new timetable.", ["What did the Harbour Office announce?"]),
        (
            "Mayor Ilse Brandt has apologised to the families of the crew for the delay.",
            ["Who has apologised to the families of the crew?"],
        ),
        ("He said that nobody was hurt.", []),
        ("Police said so, and they were right.", []),
        ("It rained.", []),
        ("", []),
    ],
)
def test_a_sentence_is_turned_round_word_for_word(sentence: str, questions: list[str]) -> None:
    """Counts, sayings and deeds become questions; a pronoun is nobody one could ask about."""
    assert list(questions_of(sentence)) == questions


def test_a_headline_is_the_last_resort() -> None:
    """One of ordinary length is asked about; a word or a paragraph is not."""
    assert list(question_of_title("Ferry runs aground near Port Arlen.")) == [
        "What is known about this: Ferry runs aground near Port Arlen?"
    ]
    assert list(question_of_title("News")) == []
    assert list(question_of_title("word " * 30)) == []


@given(st.one_of(st.text(), st.text(alphabet="Ab c 3.,", max_size=400), st.just("A " * 5_000), st.just("three men were " * 500)))
def test_any_text_gives_questions_that_fit_a_button(text: str) -> None:
    """Nothing in an article breaks it, takes long, or makes a button too long."""
    for question in [*questions_of(text), *question_of_title(text)]:
        assert len(question) <= MAX_CHARS
        assert question.endswith("?")
