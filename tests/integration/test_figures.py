"""Figures read by the real parser: what they count, what happened, and which of them answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.answering.asked_for import Kind
from index.answering.conflict import disputed, to_sides
from index.answering.evidence import Evidence
from index.answering.figures.answer import counted
from index.answering.figures.asked import Wanted, may_be_wanted, wanted
from index.answering.figures.figure import Measure
from index.answering.figures.read import figures_in
from index.answering.substitutes import substitutes
from index.build import DEFAULT_PARSER
from index.domain.articles import Span
from index.models.choose import load_parser
from index.ports.grammar import Parser

WORDS = [
    "three",
    "12",
    "a",
    "dozen",
    "10",
    "or",
    "11",
    ",",
    ".",
    "and",
    "soldiers",
    "people",
    "were",
    "killed",
    "wounded",
    "another",
    "at",
    "least",
    "including",
    "of",
    "the",
    "$",
    "5",
    "%",
    "hurt",
    "in",
    "2014",
    "Monday",
    "—",
    "“",
]


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    return load_parser(DEFAULT_PARSER, tmp_path_factory.mktemp("models"))


def read(parser: Parser, sentence: str) -> list[tuple[str, str | None]]:
    """The words of each figure, and what happened."""
    (parsed,) = parser.parse([sentence])
    return [(sentence[one.span.start : one.span.end], one.fate) for one in figures_in(parsed)]


def ask(parser: Parser, question: str) -> Wanted:
    (parsed,) = parser.parse([question])
    asked = wanted(parsed)
    assert asked is not None
    assert may_be_wanted(question)
    return asked


def evidence(parser: Parser, *sentences: str, source: str | None = None) -> list[Evidence]:
    """Each sentence an article of its own, a day apart."""
    return [
        Evidence(
            0,
            f"a{number}",
            Span(0, len(text)),
            text,
            parser.parse,
            datetime(2024, 5, 1 + number, tzinfo=UTC),
            source or f"Outlet {number}",
            1.0,
            None,
            Span(0, len(text)),
            text,
        )
        for number, text in enumerate(sentences)
    ]


def said(parser: Parser, question: str, *sentences: str, day: date | None = None) -> list[str]:
    """The figures that answer, those that fit best first."""
    (parsed,) = parser.parse([question])
    result = counted(ask(parser, question), parsed, evidence(parser, *sentences), day)
    return [one.text for one in sorted(result.claims, key=lambda one: -one.weight)]


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("At least 12 people were killed in the flood.", [("At least 12 people", "killed")]),
        ("Two dead, seven hurt after ferry sinks.", [("Two", "killed"), ("seven", "wounded")]),
        ("The blast left two people dead and three others wounded.", [("two people", "killed"), ("three others", "wounded")]),
        ("The death toll rose to 52, officials said.", [("52", "killed")]),
        ("A blast sent five people to the hospital.", [("five people", "wounded")]),
        ("One is dead and three others are being treated for injuries.", [("One", "killed"), ("three others", "wounded")]),
        ("He was charged with two counts of murder.", [("two counts", "killed")]),
        ("He was charged with two counts of attempted murder.", [("two counts", None)]),
        ("Police are investigating a triple murder.", [("triple murder", "killed")]),
        ("The quake killed 10 people and injured 80.", [("10 people", "killed"), ("80", "wounded")]),
        ("1 Dead, 3 Hurt in Harbour Shooting", [("1 Dead", "killed"), ("3", "wounded")]),
        ("The storm claimed the lives of five people.", [("five people", "killed")]),
        ("Police arrested 14 protesters.", [("14 protesters", "arrested")]),
        ("About 2,000 villagers were displaced.", [("About 2,000 villagers", "displaced")]),
        ("Two masked gunmen killed a woman.", [("Two masked gunmen", None)]),
        ("The flood could kill 200 people.", [("200 people", None)]),
        ("Two teenagers have been shot and killed.", [("Two teenagers", "killed")]),
        ("Four people were found shot dead.", [("Four people", "killed")]),
        ("Three people were shot to death and another was hurt.", [("Three people", "killed")]),
        ("Four people, including a girl, were shot and wounded on Tuesday.", [("Four people", "wounded")]),
        ("Nine people were shot, one fatally.", [("Nine people", "shot"), ("one", "killed")]),
        ("Police are investigating the fatal shootings of four people.", [("four people", "killed")]),
        ("The four people who were found dead were a family.", [("four people", "killed")]),
        ("The other 12 people were wounded.", [("12 people", "wounded")]),
        ("Thirteen news reporters were killed.", [("Thirteen news reporters", "killed")]),
        ("One victim has died from his wounds.", [("One victim", "killed")]),
        ("One victim was taken to a hospital where he was pronounced dead.", [("One victim", "killed")]),
    ],
)
def test_a_figure_has_its_noun_its_qualifier_and_what_happened(
    parser: Parser, sentence: str, figures: list[tuple[str, str | None]]
) -> None:
    """Each number goes with what befell those it counts, and with nobody else's fate."""
    assert read(parser, sentence) == figures


@pytest.mark.parametrize(
    "sentence",
    [
        "He died on 9 February 2017.",
        "She is 44 years old.",
        "The train left at 8:40 a.m.",
        "They met on Highway 35.",
        "A 17-year-old boy ran.",
        "The victims, ages 24, 25 and 38, will live.",
        "Ann Oswald,19, and Ben Bird, 31; were found.",
        "A 20 y/o died.",
        "A 19-person fight broke out.",
        "See pic.example.com/Qry30k57zf for more.",
        "Police told 13 News so.",
        "The teenagers, one 16 and the other 17, ran.",
        "He put pressure on one victim's leg.",
    ],
)
def test_numbers_that_count_nothing_are_left_out(parser: Parser, sentence: str) -> None:
    """Dates, ages, clock times and names of roads are no figures."""
    assert read(parser, sentence) == []


def test_money_and_percent_are_measures_of_their_own(parser: Parser) -> None:
    """What it cost is not how many there were."""
    (parsed,) = parser.parse(["Sales rose 3.5% and 120 tickets went for $5 million."])
    assert [one.measure for one in figures_in(parsed)] == [Measure.PERCENT, Measure.COUNT, Measure.MONEY]


def test_a_list_is_not_added_up_and_its_parts_are_parts(parser: Parser) -> None:
    """ "Two adults and four children" are two figures, each a part; nobody says six."""
    (parsed,) = parser.parse(["The fire left two adults and four children dead."])
    figures = figures_in(parsed)
    assert [(one.quantity.value, one.part) for one in figures] == [(2.0, True), (4.0, True)]


def test_the_question_says_who_and_what_happened(parser: Parser) -> None:
    """Who is counted, whose they are, and their fate are read from the question as from a sentence."""
    asked = ask(parser, "How many Russian soldiers died?")
    assert (asked.groups, asked.named, asked.fate, asked.phrase) == (
        frozenset(["soldiers"]),
        frozenset(["russian"]),
        "killed",
        "Russian soldiers",
    )
    assert ask(parser, "how many people did the gunman kill?").fate == "killed"
    assert ask(parser, "What was the death toll?").fate == "killed"
    assert ask(parser, "How many times did the minister call?").phrase is None
    (other,) = parser.parse(["Who resigned on Monday?"])
    assert wanted(other) is None
    assert not may_be_wanted("Which country did he resign from?")


def test_totals_come_before_parts_and_other_groups_do_not_count(parser: Parser) -> None:
    """The total leads its part; soldiers are not civilians; the wounded are not the dead."""
    assert said(parser, "How many people were killed?", "Nine people were killed, including two children.")[0] == "Nine people"
    assert said(parser, "How many civilians were killed?", "Three soldiers were killed.") == []
    assert said(parser, "How many soldiers were killed?", "Three soldiers were killed and another ten wounded.") == ["Three soldiers"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Three men were taken to Jamaica Hospital and one was taken to Elmhurst Hospital.",
        "The three victims were taken to hospitals, and a fourth was found later.",
        "One man is in critical condition and three others are in stable condition.",
    ],
)
def test_those_who_are_cared_for_apart_are_parts(parser: Parser, sentence: str) -> None:
    """Beside others who are cared for they are not all who were hurt."""
    (parsed,) = parser.parse([sentence])
    assert all(one.part for one in figures_in(parsed) if one.fate in {"wounded", "shot"})


@pytest.mark.parametrize(
    "sentence",
    ["Four people were wounded in the second attack.", "He wounded four people and fled to the other side of the river."],
)
def test_another_attack_makes_no_part_of_those_it_hurt(parser: Parser, sentence: str) -> None:
    """ "The second" and "the other" of something else are none of those who are counted."""
    (parsed,) = parser.parse([sentence])
    assert [one.part for one in figures_in(parsed)] == [False]


@pytest.mark.parametrize("sentence", ["Four people were shot, one fatally.", "Six people were shot Sunday, leaving one man dead."])
def test_the_dead_are_not_counted_among_the_wounded(parser: Parser, sentence: str) -> None:
    """Who was shot and died is not injured: such a number answers no question after the injured."""
    assert said(parser, "How many people were injured in the shooting?", sentence) == []


def test_what_is_counted_over_days_or_under_another_headline_is_not_the_event(parser: Parser) -> None:
    """A tally of the year, of a weekend's incidents, and the headline of another story weigh less than the event's own figure."""
    others = [
        "So far in 2024, 150 people have been killed in shootings.",
        "Forty people were killed since Friday.",
        "STORY: 30 dead in a shooting elsewhere",
        "Twenty people were killed in five separate incidents.",
    ]
    answers = said(parser, "How many people were killed in the shooting?", *others, "The shooting killed two people.")
    assert answers[0] == "two people"


def test_part_of_a_toll_does_not_correct_it(parser: Parser) -> None:
    """What the same source counts later supersedes its figure only where it counts the same."""
    (parsed,) = parser.parse([question := "How many people were killed in the shooting?"])
    asked = ask(parser, question)
    told = evidence(
        parser, "Three people were killed in the shooting.", "Police seek who killed a woman and her two boys.", source="Herald"
    )
    assert to_sides(counted(asked, parsed, told).claims)[0].lead.text == "Three people"


def test_an_earlier_event_weighs_less_than_the_one_asked_about(parser: Parser) -> None:
    """A figure of another year, or of another day of the week, does not lead."""
    flood = "How many people were killed in the flood?"
    assert said(parser, flood, "A flood in 1999 killed 40 people.", "The flood killed six people.")[0] == "six people"
    friday = said(parser, flood, "The flood on Tuesday killed 40 people.", "The flood on Friday killed six people.", day=date(2024, 4, 26))
    assert friday[0] == "six people"


def test_what_was_published_before_the_day_counts_nobody_it_hurt(parser: Parser) -> None:
    """An article of 1 May knows no victims of 3 May; one of 2 May may, where it was the third already. What is only expected may be said before."""
    flood = "How many people were killed in the flood?"
    before, on_the_day = "The flood killed 40 people.", "The flood killed six people."
    assert said(parser, flood, before, on_the_day, day=date(2024, 5, 3)) == ["six people"]
    assert said(parser, flood, before, on_the_day, day=date(2024, 5, 4)) == []
    assert said(parser, "How many seats are there in the stadium?", "The stadium has 400 seats.", day=date(2024, 5, 4)) == ["400 seats"]


def test_only_figures_of_others_are_said_to_be_of_others(parser: Parser) -> None:
    """Where only Turkish soldiers are counted, the Russian ones are not covered."""
    (parsed,) = parser.parse(["How many Russian soldiers died?"])
    asked = ask(parser, "How many Russian soldiers died?")
    result = counted(asked, parsed, evidence(parser, "Three Turkish soldiers died in the raid."))
    assert (result.claims, result.of_others) == ((), True)
    assert not counted(asked, parsed, evidence(parser, "The raid began on Monday at nine with four planes.")).of_others


def test_an_event_has_several_names(parser: Parser) -> None:
    """A tremor is an earthquake; what is ranked among others is no other event."""
    question = "How many people were injured in the earthquake?"
    assert said(parser, question, "The tremor injured five people and damaged buildings.") == ["five people"]
    one, two = "The quake injured 20 people in one of the worst disasters of the year.", "The earthquake injured 40 people."
    (parsed,) = parser.parse([question])
    assert disputed(to_sides(counted(ask(parser, question), parsed, evidence(parser, one, two)).claims))


def test_a_contradiction_inside_one_sentence_is_a_conflict(parser: Parser) -> None:
    """Two outlets in one sentence are two sides, each with who says it."""
    question = "How many divers died?"
    (parsed,) = parser.parse([question])
    sentence = "Harbour News says four divers were killed, although Bay Post states there were six fatalities."
    sides = to_sides(counted(ask(parser, question), parsed, evidence(parser, sentence)).claims)
    assert {(side.lead.value, side.lead.who) for side in sides} == {(4.0, "Harbour News"), (6.0, "Bay Post")}
    assert disputed(sides)


def test_sentences_that_differ_in_a_name_contradict_each_other(parser: Parser) -> None:
    """Two reports alike but for the town are two sides; alike but for "about" they are one."""
    question = "Where was the regatta held?"
    two = evidence(parser, "The regatta of the old boats was held in Lisbon.", "The regatta of the old boats was held in Madrid.")
    assert {one.text for one in substitutes(question, Kind.PLACE, two)} == {"Lisbon", "Madrid"}
    same = evidence(
        parser, "The old harbour lies about 3 miles from the town.", "The old harbour lies approximately 3 miles from the town."
    )
    assert substitutes("How far is the harbour?", Kind.NUMBER, same) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The speech at the harbour was held by Gov. Smith of the coast.",
            "The speech at the harbour was held by Governor Smith of the coast.",
        ),
        ("The cup of the harbour games went to the Cavs last night.", "The cup of the harbour games went to the Cavaliers last night."),
        ("While the harbour was closed the boats stayed at sea.", "Though the harbour was closed the boats stayed at sea."),
    ],
)
def test_what_is_short_for_a_name_or_none_contradicts_nothing(parser: Parser, one: str, other: str) -> None:
    """An abbreviation is the same name, and a small word with a capital letter is none."""
    assert substitutes("What happened at the regatta?", Kind.OTHER, evidence(parser, one, other)) == []


@given(st.lists(st.sampled_from(WORDS), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sentence_gives_only_verbatim_figures(parser: Parser, words: list[str]) -> None:
    """Whatever stands there: figures are stretches of the sentence, each holding its number."""
    sentence = " ".join(words)
    (parsed,) = parser.parse([sentence])
    for one in figures_in(parsed):
        assert 0 <= one.span.start <= one.quantity.start < one.quantity.end <= one.span.end <= len(sentence)
