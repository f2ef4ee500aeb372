"""What ``dateline ask`` prints: the reply to what was no question, and times beside a quote."""

from __future__ import annotations

from datetime import date

import pytest

from index.answering.assemble import not_asked
from index.answering.replies import reply_to
from index.cli.show import show
from index.domain import Answer, Citation, Remark, Span, StatedTime, Status


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
    citation = Citation(1, "a1", None, None, None, None, None, 100, 144, quote, times)
    show(Answer("q", "?", Status.ANSWERED, (), (citation,), (), 0.9, None, 1.0))
    printed = " ".join(capsys.readouterr().out.split())
    assert f"“{quote}”" in printed
    assert "Wednesday: Wednesday 8 February 2017; last month: 1 January 2017 to 31 January 2017" in printed
