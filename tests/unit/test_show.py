"""What ``dateline ask`` prints."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.answering.assemble import not_asked
from index.answering.replies import reply_to
from index.cli.show import show
from index.domain.answers import Answer, Citation, Remark, ShortAnswer, StatedTime, Status
from index.domain.articles import Span
from index.domain.passages import Carrier, Passage


@pytest.mark.parametrize("remark", Remark)
def test_the_terminal_shows_the_reply_alone(remark: Remark, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever greets in the terminal reads the reply, and nothing about the coverage."""
    show(not_asked("q", "?", remark, 1.0))
    assert " ".join(capsys.readouterr().out.split()) == reply_to(remark)


def test_a_time_is_explained_beside_the_quote(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads "on Wednesday" a month later learns which one; the quote itself is not touched."""
    times = (
        StatedTime(Span(119, 128), date(2017, 2, 8), date(2017, 2, 8)),
        StatedTime(Span(133, 143), date(2017, 1, 1), date(2017, 1, 31)),
    )
    quote = "The bridge fell on Wednesday and last month."
    citation = Citation(1, "a1", None, None, None, None, None, 100, 144, quote, times=times)
    show(Answer("q", "?", Status.ANSWERED, (), (citation,), (), 0.9, None, 1.0))
    printed = " ".join(capsys.readouterr().out.split())
    assert f"“{quote}”" in printed
    assert "Wednesday: Wednesday 8 February 2017; last month: 1 January 2017 to 31 January 2017" in printed


def test_a_quote_says_who_else_carries_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Outlets with a copy stand under the quote as copies, a few by name; where there are none nothing is said."""
    carriers = tuple(Carrier(f"a{i}", None if i == 1 else f"Paper {i}", f"https://o{i}.test") for i in range(1, 8))
    for carried, line in ((carriers, "also in https://o1.test, Paper 2, Paper 3, Paper 4, Paper 5 and 2 more"), ((), None)):
        quote = Citation(1, "a0", None, None, None, "The Courier", None, 0, 5, "Seven", carried_by=carried)
        passage = Passage(1, 1.0, "a0", None, None, "The Courier", None, 0, 5, "Seven", Span(0, 5), carried_by=carried)
        show(Answer("q", "?", Status.ANSWERED, (passage,), (quote,), (), 0.9, None, 1.0))
        lines = [each.strip() for each in capsys.readouterr().out.splitlines()]
        assert lines == ["[1] “Seven”", "The Courier", *([line] if line else [])]


def test_a_short_answer_says_who_says_it_and_what_it_replaces(capsys: pytest.CaptureFixture[str]) -> None:
    """Each side stands with its speaker, its reports, its newest date and its quotes; a corrected figure with what was said before."""
    day = datetime(2024, 5, 2, tzinfo=UTC)
    short = ShortAnswer("five", (1,), 5.0, attribution="Bay Post", reports=2, newest=day, superseded="three")
    quote = Citation(1, "a", None, None, None, "Bay Post", day, 0, 10, "Five died.")
    show(Answer("q", "?", Status.CONFLICT, (), (quote,), (short,), 0.9, day, 1.0))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith("Reports differ. first three, now five (Bay Post, 2 reports, 2 May 2024) [1]")


def test_yes_or_no_stands_before_the_clause_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The word is ours, in front of the article's."""
    quote = Citation(1, "a", None, None, None, "Bay Post", None, 0, 12, "He resigned.")
    for affirms, word in ((True, "Yes"), (False, "No")):
        show(Answer("q", "?", Status.ANSWERED, (), (quote,), (ShortAnswer("He resigned", (1,), affirms=affirms),), 0.9, None, 1.0))
        assert capsys.readouterr().out.startswith(f"{word}: He resigned")
