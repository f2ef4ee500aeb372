"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.asked_for import Kind, asked_for


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many sailors drowned?", Kind.NUMBER),
        ("and how many were hurt", Kind.NUMBER),
        ("What was the death toll of the flood?", Kind.NUMBER),
        ("What percentage of voters turned out?", Kind.NUMBER),
        ("How far is the harbour from the bridge?", Kind.NUMBER),
        ("How much did the bridge cost?", Kind.MONEY),
        ("What was the price of the ferry?", Kind.MONEY),
        ("How long did the talks last?", Kind.DURATION),
        ("How many days did the strike go on?", Kind.DURATION),
        ("How old is the mayor?", Kind.DURATION),
        ("What time was the collision?", Kind.TIME),
        ("At what time did the ferry leave?", Kind.TIME),
        ("When did the ferry leave?", Kind.DATE),
        ("In what year did the bridge open?", Kind.DATE),
        ("What is the date of the election?", Kind.DATE),
        ("Who apologised?", Kind.PERSON),
        ("Who's the harbour master?", Kind.PERSON),
        ("The ferry was bought by whom?", Kind.PERSON),
        ("What is the name of the president?", Kind.PERSON),
        ("Which company runs the ferry?", Kind.ORGANISATION),
        ("What newspaper reported it?", Kind.ORGANISATION),
        ("Where did the ferry sink?", Kind.PLACE),
        ("What is the capital of Norway?", Kind.PLACE),
        ("In which city was the summit held?", Kind.PLACE),
        ("Is the captain alive?", Kind.YES_NO),
        ("Didn't the minister resign?", Kind.YES_NO),
        ("The minister has resigned?", Kind.YES_NO),
        ("Is it known who started the fire?", Kind.YES_NO),
        ("Why did the bridge fall?", Kind.REASON),
        ("How come the bridge fell?", Kind.REASON),
        ("What was the cause of the fire?", Kind.REASON),
        ("How did the crew get out?", Kind.MANNER),
        ("What did the minister say?", Kind.OTHER),
        ("Was the ferry red or white?", Kind.OTHER),
        ("ferry accident", Kind.OTHER),
        ("Wer hat das Schiff gekauft?", Kind.OTHER),
        ("What caused the fire?", Kind.OTHER),
    ],
)
def test_the_question_word_and_its_noun_decide(question: str, kind: Kind) -> None:
    """Each way of asking leads to the kind of answer that a person would expect."""
    assert asked_for(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Can you tell me who sank the ferry?", Kind.PERSON),
        ("Please tell me when the ferry sank", Kind.DATE),
        ("Do you know how many people were on board?", Kind.NUMBER),
        ("When the ferry sank, who was the captain?", Kind.PERSON),
        ("According to the coast guard, why did it sink?", Kind.REASON),
    ],
)
def test_what_leads_in_is_passed_over(question: str, kind: Kind) -> None:
    """Politeness and opening clauses do not hide what is asked."""
    assert asked_for(question) is kind


@given(st.text(max_size=200))
def test_any_text_has_a_kind(text: str) -> None:
    """Nothing that somebody types makes it fail."""
    assert asked_for(text) in Kind
