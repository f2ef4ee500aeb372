"""When the answer to a followed question is another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.followed import DOUBTED, Followed, Held, begun, change, follow, same, told, values_of
from bot.updates.followed_json import from_json, to_json
from bot.updates.report import Quoted, Value
from index import Answer, Citation, ShortAnswer, Span, Status

DAY = datetime(2017, 2, 9, tzinfo=UTC)
QUESTION = "how many soldiers died?"


def held(value: float, day: float = 0, text: str | None = None, who: str = "EuroNews", outlet: str = "EuroNews", reports: int = 1) -> Held:
    """A figure, said by a report of some day after the first."""
    at = DAY + timedelta(days=day)
    quote = Quoted(f"{value:g} soldiers died.", outlet, at, None)
    return Held(Value(text or f"{value:g}", value, (who,), quote), f"a{value:g}-{day:g}", 0, 9, 1, at, reports)


def after(kept: Followed, *found: Held, gone: tuple[Held, ...] = (), day: float = 1) -> Followed:
    """What stands after another answer."""
    return follow(kept, found, gone, DAY + timedelta(days=day))


def said(kept: Followed) -> list[float | None]:
    """The figures that stand."""
    return [one.value.value for one in kept.stands]


@pytest.mark.parametrize(("one", "other"), [("three", "3"), ("at least 12", "12 people"), ("some 300", "about 305")])
def test_wording_makes_no_other_figure(one: str, other: str) -> None:
    """A figure is its number; one that is rounded is within a few percent of the exact one."""
    numbers = {"three": 3, "3": 3, "at least 12": 12, "12 people": 12, "some 300": 300, "about 305": 305}
    assert same(held(numbers[one], text=one).value, held(numbers[other], text=other).value)
    assert not same(held(300).value, held(305).value)


def test_names_are_compared_by_their_words() -> None:
    """A longer form of a name is the name; a date with another day is another date; two whole sentences are two ways to say it."""

    def name(text: str) -> Value:
        return Value(text, None, (), Quoted(text, None, None, None))

    assert same(name("President Erdogan"), name("Recep Tayyip Erdogan"))
    assert not same(name("Erdogan"), name("Yildirim"))
    assert not same(name("9 February"), name("10 February"))
    assert same(name("9 February"), name("Thursday 9 February"))
    assert same(name("because the talks had been going on for far too long"), name("over pay, of 3 percent, as the union said on Monday"))


def test_two_speakers_in_one_report_are_two_sides_and_what_else_one_says_is_a_part() -> None:
    """ "three, says the ministry, although EuroNews states five" holds two values; "62 dead, three of them in San Luis" one."""
    quote = "The ministry says three died, two of them officers, although EuroNews states five."
    citation = Citation(1, "a", None, None, None, "Courier", DAY, 0, len(quote), quote)
    figures = (("three", 3.0, "The ministry"), ("two of them", 2.0, "The ministry"), ("five", 5.0, "EuroNews"))
    marks = [Span(quote.index(text), quote.index(text) + len(text)) for text, _, _ in figures]
    short = tuple(
        ShortAnswer(text, (1,), value=value, attribution=who, marks=(mark,))
        for (text, value, who), mark in zip(figures, marks, strict=True)
    )
    answer = Answer("1", QUESTION, Status.CONFLICT, (), (citation,), short, 0.8, DAY, 1.0)
    assert [(one.value.value, one.value.who) for one in values_of(answer, figures_only=True)] == [
        (3.0, ("The ministry",)),
        (5.0, ("EuroNews",)),
    ]


def test_a_new_figure_is_told_with_what_it_was() -> None:
    """ "was 3, now 5", once."""
    kept = after(begun([held(3)]), held(5, 1))
    news = change(kept, QUESTION)
    assert news is not None
    assert ([one.text for one in news.before], [one.text for one in news.now]) == (["3"], ["5"])
    assert change(told(kept), QUESTION) is None
    assert change(after(told(kept), held(5, 2, "five"), day=2), QUESTION) is None


def test_the_first_answer_is_news_and_no_answer_is_not() -> None:
    """A question that was not covered is; one that a search fails to answer for once still is."""
    first = change(after(begun([]), held(3)), QUESTION)
    assert first is not None
    assert first.before == ()
    assert change(after(begun([held(3)])), QUESTION) is None


def test_both_sides_stand_until_one_is_replaced() -> None:
    """A report that differs joins; a side that a search does not find stands; the next figure takes the place of both."""
    kept = told(after(begun([held(3)]), held(5, 1), held(3)))
    assert said(kept) == [5, 3]
    assert said(after(kept, held(5, 1), day=2)) == [5, 3]
    assert said(after(kept, held(7, 3), day=3)) == [7]


def test_an_older_report_that_comes_late_changes_nothing_back() -> None:
    """Date order counts, not the order of arrival."""
    kept = told(after(begun([held(3)]), held(5, 2), day=2))
    assert change(after(kept, held(4, 1), held(5, 2), day=3), QUESTION) is None


def test_a_withdrawn_figure_is_told() -> None:
    """When its article is gone or says it no more, nothing is left, or what else stands."""
    kept = begun([held(5), held(3)])
    left = change(after(kept, held(3), gone=(held(5),)), QUESTION)
    assert left is not None
    assert [one.text for one in left.now] == ["3"]
    none = change(after(kept, gone=(held(5), held(3))), QUESTION)
    assert none is not None
    assert none.now == ()


def test_what_was_said_before_comes_back_when_the_later_is_withdrawn() -> None:
    """The older report is the answer again, and that is news."""
    kept = told(after(begun([held(3)]), held(5, 1)))
    back = change(after(kept, held(3), gone=(held(5, 1),), day=2), QUESTION)
    assert back is not None
    assert [one.text for one in back.now] == ["3"]


def test_a_former_figure_is_believed_late() -> None:
    """One report alone must keep it up for hours, and be newer than what took its place; two reports need not wait."""
    kept = told(after(begun([held(3)]), held(5, 1)))
    assert said(after(kept, held(3, 0.5), day=1.1)) == [5]
    doubted = after(kept, held(3, 2), day=2)
    assert said(doubted) == [5]
    assert said(after(doubted, held(3, 2), day=2 + DOUBTED / timedelta(days=2))) == [5]
    assert said(after(doubted, held(3, 2), day=2 + DOUBTED / timedelta(days=1))) == [3]
    assert said(after(kept, held(3, 2, reports=2), day=2)) == [3]


def test_a_doubt_that_all_the_coverage_does_not_share_is_over() -> None:
    """It is not asked again and again; the next report of it is doubted anew."""
    lasting = 2 + DOUBTED / timedelta(days=1)
    doubted = after(told(after(begun([held(3)]), held(5, 1))), held(3, 2), day=2)
    assert [one.lasts(DAY + timedelta(days=lasting)) for one in doubted.former] == [True]
    over = after(doubted, held(5, 1), day=lasting)
    assert [one.lasts(DAY + timedelta(days=99)) for one in over.former] == [False]
    assert said(after(over, held(3, 3), day=3)) == [5]


def test_other_people_behind_a_figure_are_news_other_outlets_are_not() -> None:
    """The ministry instead of the rebels is another backing; that a second outlet has it, or names nobody, is not."""
    rebels = held(3, who="The rebels")
    assert change(after(begun([rebels]), held(3, 1, who="The ministry")), QUESTION) is not None
    assert change(after(begun([rebels]), held(3, 1, who="the rebels' spokesman")), QUESTION) is None
    assert change(after(begun([rebels]), held(3, 1)), QUESTION) is None
    assert change(after(begun([held(3)]), held(3, 1, who="Reuters", outlet="Reuters")), QUESTION) is None


def test_what_is_told_is_told_against_what_was_told() -> None:
    """A digest says the difference, however often it went back and forth meanwhile."""
    kept = after(after(begun([held(3)]), held(4, 1)), held(5, 2), day=2)
    news = change(kept, QUESTION)
    assert news is not None
    assert ([one.text for one in news.before], [one.text for one in news.now]) == (["3"], ["5"])


figures = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)).map(lambda one: held(*one)), max_size=3)


@given(st.lists(figures, max_size=8))
def test_the_same_answer_again_is_never_a_change(answers: list[list[Held]]) -> None:
    """Whatever came before, an answer that is computed twice is told at most once, and JSON keeps all of it."""
    kept = begun([])
    for number, found in enumerate(answers):
        kept = follow(kept, found, (), DAY + timedelta(hours=number))
        kept = told(kept) if change(kept, QUESTION) is not None else kept
        assert change(follow(kept, found, (), DAY + timedelta(hours=number)), QUESTION) is None
        assert from_json(to_json(kept)) == kept
