"""Questions that lean on the one before, and questions that do not: a small set of each, written for this, and what must hold for any text.

Every line is a decision and a rewriting at once. Those in ``MISSED`` are not understood today; the list may only grow shorter.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.about_answer import About, about_answer
from index.answering.followup import MAX_CHARS, Exchange, standalone

STRIKE = "how many soldiers died in the airstrike in Syria?"
FERRY = "when did the ferry run aground near Port Arlen?"
CRASH = "what caused the crash in Ankara?"
LOWER = "how many turkish soldiers were killed in syria"
SORRY = "did Putin apologize to Erdogan?"
VOTE = "who won the election in Turkey?"
LEADER = "who is the president of Turkey?"
VOLCANO = "when did the volcano in Iceland erupt?"
TREATY = "which countries signed the treaty?"
BRIDGE = "is the bridge in Genoa open?"
SHOT = "who shot the senator?"
BANK = "how much money did the bank lose?"
BARE = "how many soldiers died?"
RESIGNED = "why did Claudine Gay resign?"
CLOCK = "what time was the airstrike?"
YEAR = "what year did the war in Bosnia end?"
TYPED = "did putin apologize?"
CAPITAL = "is raqqa the capital of ISIS?"

LEANING = [
    (STRIKE, "and how many were wounded?", "how many soldiers were wounded in the airstrike in Syria?"),
    (STRIKE, "how many were wounded?", "how many soldiers were wounded in the airstrike in Syria?"),
    (STRIKE, "how many were children?", "how many soldiers were children in the airstrike in Syria?"),
    (STRIKE, "what about the wounded?", "how many soldiers were wounded in the airstrike in Syria?"),
    (STRIKE, "and civilians?", "how many civilians died in the airstrike in Syria?"),
    (STRIKE, "and in Iraq?", "how many soldiers died in the airstrike in Iraq?"),
    (STRIKE, "in Iraq?", "how many soldiers died in the airstrike in Iraq?"),
    (VOTE, "in 2019?", "who won the election in 2019?"),
    (STRIKE, "what about Iraq?", "how many soldiers died in the airstrike in Iraq?"),
    (STRIKE, "when was it?", "when was it that soldiers died in the airstrike in Syria?"),
    (STRIKE, "and when?", "when was it that soldiers died in the airstrike in Syria?"),
    (STRIKE, "where did it happen?", "where was it that soldiers died in the airstrike in Syria?"),
    (STRIKE, "who was responsible for it?", "who was responsible for the airstrike in Syria?"),
    (STRIKE, "were there any survivors?", "were there any survivors in the airstrike in Syria?"),
    (STRIKE, "who else died?", "who else died in the airstrike in Syria?"),
    (STRIKE, "what happened there?", "what happened in the airstrike in Syria?"),
    (STRIKE, "who ordered the strike?", "who ordered the airstrike in Syria?"),
    (STRIKE, "who led the attack?", "who led the airstrike in Syria?"),
    (STRIKE, "who investigates that incident?", "who investigates the airstrike in Syria?"),
    (STRIKE, "and who is responsible?", "who is responsible in the airstrike in Syria?"),
    (STRIKE, "what does this mean for Turkey?", "what does the airstrike in Syria mean for Turkey?"),
    (STRIKE, "what did their families say?", "what did the soldiers’ families say?"),
    (STRIKE, "were they Turkish?", "were the soldiers in the airstrike in Syria Turkish?"),
    (FERRY, "why?", "why did the ferry run aground near Port Arlen?"),
    (FERRY, "who owns it?", "who owns the ferry run aground near Port Arlen?"),
    (FERRY, "was anyone hurt?", "was anyone hurt, the ferry run aground near Port Arlen?"),
    (CRASH, "and how many were wounded?", "how many were wounded in the crash in Ankara?"),
    (CRASH, "when was it?", "when was it that something caused the crash in Ankara?"),
    (LOWER, "and how many were wounded?", "how many turkish soldiers were wounded in syria?"),
    (LOWER, "when?", "when was it that turkish soldiers were killed in syria?"),
    (RESIGNED, "who replaced her?", "who replaced Claudine Gay?"),
    (RESIGNED, "who praised her work?", "who praised Claudine Gay’s work?"),
    (CLOCK, "where did it happen?", "where was the airstrike?"),
    (YEAR, "and how?", "how did the war in Bosnia end?"),
    (TYPED, "and erdogan?", "did erdogan apologize?"),
    (TYPED, "and the Turkish president?", "did the Turkish president apologize?"),
    (SORRY, "and erdogan?", "did erdogan apologize to Erdogan?"),
    (CAPITAL, "what about mosul?", "is mosul the capital of ISIS?"),
    (SORRY, "when was that?", "when did Putin apologize to Erdogan?"),
    (SORRY, "what about Trump?", "did Trump apologize to Erdogan?"),
    (SORRY, "and to Trump?", "did Putin apologize to Trump?"),
    (VOTE, "and who lost?", "who lost in the election in Turkey?"),
    (VOTE, "when was it held?", "when was the election in Turkey held?"),
    (VOTE, "who said that it was stolen?", "who said that the election in Turkey was stolen?"),
    (LEADER, "how old is he?", "how old is the president of Turkey?"),
    ("who is the new head of the IMF?", "when was she appointed?", "when was the new head of the IMF appointed?"),
    (LEADER, "and of France?", "who is the president of France?"),
    (SORRY, "how many goals did he score in the Madrid derby?", "how many goals did Putin score in the Madrid derby?"),
    (BARE, "and how many were wounded?", "how many soldiers were wounded?"),
    (FERRY, "and the crew?", "what about the crew, the ferry run aground near Port Arlen?"),
    (CRASH, "what about the wounded?", "what about the wounded in the crash in Ankara?"),
    (VOLCANO, "did it close airports?", "did the volcano in Iceland close airports?"),
    (VOLCANO, "and is it still active?", "is the volcano in Iceland still active?"),
    (TREATY, "when will it take effect?", "when will the treaty take effect?"),
    (TREATY, "and which refused?", "which refused, the treaty?"),
    ("was the strike an accident?", "how many were hurt?", "how many were hurt in the strike?"),
    ("was the strike in Syria an accident?", "and when?", "when was the strike in Syria an accident?"),
    (BRIDGE, "since when?", "since when is the bridge in Genoa open?"),
    (BRIDGE, "who built it?", "who built the bridge in Genoa?"),
    (SHOT, "was he arrested?", "was the one who shot the senator arrested?"),
    (SHOT, "what was his motive?", "what was the motive of the one who shot the senator?"),
    (SHOT, "why did they do it?", "why did those who shot the senator do it?"),
    (BANK, "and in 2019?", "how much money did the bank lose in 2019?"),
    (BANK, "what about its customers?", "what about the bank’s customers?"),
    (BANK, "which year did its customers sue?", "which year did the bank’s customers sue?"),
    (BARE, "when was it?", "when was it that soldiers died?"),
]
"""What was asked before, what is typed now, and what is searched for."""

MISSED = [
    (STRIKE, "how many?"),
    (STRIKE, "tell me more"),
    (STRIKE, "did the wounded survive?"),
]
"""They lean, and are searched for as they are."""

STANDING = [
    "how much did the powerball winner win?",
    "how many did congress pass?",
    "how many people did the dam burst kill?",
    "how many people did the storm kill?",
    "how many soldiers died?",
    "how many people were killed in the floods?",
    "who is the president of France?",
    "who is putin?",
    "who won the World Cup?",
    "when did Putin apologize?",
    "why did the minister resign?",
    "what did Putin say about his visit?",
    "which country is mourning its president?",
    "how many countries recalled their ambassadors?",
    "what did putin say about his visit?",
    "what do scientists say they found?",
    "who said that Turkey was to blame?",
    "is it true that the ferry sank?",
    "how long does it take to rebuild the bridge?",
    "were there casualties in the Ankara bombing?",
    "when will the bridge reopen and who built it?",
    "what happened this week in Berlin?",
    "what is the latest on Brexit?",
    "where is Al-Bab?",
    "Syria",
    "earthquake turkey",
    "really?",
    "hello",
    "ok thanks",
    "and thank you!",
    "кто погиб?",
    "kaç asker öldü?",
]
"""Whatever was said before, these are searched for as they are typed."""


@pytest.mark.parametrize(("before", "typed", "meant"), LEANING)
def test_a_leaning_question_is_made_to_stand(before: str, typed: str, meant: str) -> None:
    """What it leaves unsaid comes from the question before it."""
    assert standalone(typed, [Exchange("what is the weather?"), Exchange(before)]) == meant


@pytest.mark.parametrize(("before", "typed"), MISSED)
def test_what_is_not_understood_passes_unchanged(before: str, typed: str) -> None:
    """Known misses: they are not bent into something else."""
    assert standalone(typed, [Exchange(before)]) == typed


@pytest.mark.parametrize("before", [STRIKE, FERRY, SORRY, LEADER, BARE])
@pytest.mark.parametrize("typed", STANDING)
def test_a_question_that_stands_is_not_bent(before: str, typed: str) -> None:
    """It names what it is about, or is no question: nothing said before gets into it."""
    assert standalone(typed, [Exchange(before)]) == typed


def test_and_before_a_question_that_stands_is_only_taken_off() -> None:
    """ "and who is the president of France?" borrows nothing."""
    assert standalone("and who is the president of France?", [Exchange(STRIKE)]) == "who is the president of France?"


def test_the_first_question_is_as_it_is() -> None:
    """With nothing before it, even a leaning question is only what was typed."""
    for _, typed, _ in LEANING:
        assert standalone(typed, []) == typed


@pytest.mark.parametrize("between", ["who says that?", "when was it?", "why?", "yes", "?!"])
def test_what_leans_itself_is_not_leant_on(between: str) -> None:
    """Something that named nothing and was searched for as it was is passed over: what is meant is the question before it, or none."""
    assert standalone("when was it?", [Exchange(SORRY), Exchange(between)]) == "when did Putin apologize to Erdogan?"
    assert standalone("where?", [Exchange(between)]) == "where?"


def test_a_short_is_is_read_as_one() -> None:
    """ "What's" is a question word and its verb."""
    before = [Exchange("what's happening in Ukraine?")]
    assert standalone("when was it?", before) == "when was it that something is happening in Ukraine?"
    assert standalone("who’s there?", []) == "who’s there?"


def test_he_is_whom_the_answer_named() -> None:
    """A name among the short answers is meant before a name in the question."""
    asked = Exchange("who apologized to Erdogan?", ("three soldiers", "Vladimir Putin"))
    assert standalone("what did he say?", [asked]) == "what did Vladimir Putin say?"
    assert standalone("what did he say?", [Exchange("who apologized to Erdogan?")]) == "what did the one who apologized to Erdogan say?"
    assert standalone("what did he say?", [Exchange(SORRY)]) == "what did Putin say?"


def test_he_is_nobody_where_nobody_was_named() -> None:
    """A place is no person."""
    typed = "how many goals did he score in the Madrid derby?"
    for before in (STRIKE, FERRY, BARE):
        assert standalone(typed, [Exchange(before)]) == typed


def test_a_reply_leans_as_and_does() -> None:
    """Under an answer, a question that names nothing is about that answer; talk is talk."""
    assert standalone("what did the minister say?", [Exchange(STRIKE)]) == "what did the minister say?"
    assert (
        standalone("what did the minister say?", [Exchange(STRIKE)], is_reply=True)
        == "what did the minister say in the airstrike in Syria?"
    )
    assert standalone("in Iraq?", [Exchange(STRIKE)], is_reply=True) == "how many soldiers died in the airstrike in Iraq?"
    for talk in ("lol", "thanks!", "nice one"):
        assert standalone(talk, [Exchange(STRIKE)], is_reply=True) == talk


@pytest.mark.parametrize(
    "typed",
    [
        "who says that?",
        "Who said so?",
        "and who says this",
        "says who?",
        "according to whom?",
        "source?",
        "what's your source?",
        "how do you know?",
    ],
)
def test_asking_who_says_it(typed: str) -> None:
    """These ask where the last answer comes from."""
    assert about_answer(typed) is About.WHO_SAYS


@pytest.mark.parametrize(
    "typed",
    ["who said that Turkey was to blame?", "who says Putin lied?", "who?", "what sources does the army name?", "who told the police that?"],
)
def test_asking_what_somebody_said_is_a_question(typed: str) -> None:
    """These are searched for."""
    assert about_answer(typed) is None


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("tell me more", About.MORE),
        ("ok, what else?", About.MORE),
        ("are you sure?", About.SURE),
        ("REALLY??", About.SURE),
        ("why?", About.WHY),
        ("why not", About.WHY),
        ("wer sagt das?", About.WHO_SAYS),
        ("расскажи подробнее", About.MORE),
        ("ти впевнений?", About.SURE),
        ("emin misin", About.SURE),
        ("¿por qué?", About.WHY),
        ("المزيد", About.MORE),
    ],
)
def test_what_is_about_the_answer_before(typed: str, about: About) -> None:
    """Set phrases from end to end, in seven languages."""
    assert about_answer(typed) is about


@pytest.mark.parametrize(
    "typed",
    [
        "why was the strike?",
        "tell me more about Putin",
        "who else died?",
        "more deaths?",
        "are you sure start centres closing?",
        "what else did Putin say?",
    ],
)
def test_a_question_of_its_own_is_not_about_the_answer(typed: str) -> None:
    """Whatever else it names is looked for."""
    assert about_answer(typed) is None


LONG = st.sampled_from(["x" * 100_000, "and " * 50, "it " * 60])
TEXT = st.one_of(
    st.text(),
    st.text(alphabet="and it he who what that . ? ’ é 😀", max_size=120),
    LONG,
)


@given(TEXT, st.lists(TEXT, max_size=3), st.booleans())
def test_any_text_is_taken(typed: str, before: list[str], is_reply: bool) -> None:
    """Nothing that can be typed breaks it, and what is long comes back as it was."""
    meant = standalone(typed, [Exchange(question, (question,)) for question in before], is_reply=is_reply)
    assert meant or not typed
    if len(typed) > MAX_CHARS:
        assert meant == typed


def test_the_strike_is_another_one_after_a_question_that_spoke_of_no_event() -> None:
    """ "The strike" goes on from an airstrike, and not from a football cup."""
    assert standalone("what time was the strike?", [Exchange("who won the World Cup?")]) == "what time was the strike?"
    assert "refinery" in standalone("what caused the blast?", [Exchange("how many died in the explosion at the refinery?")])
