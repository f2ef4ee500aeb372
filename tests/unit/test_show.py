"""What ``dateline ask`` prints for what was no question."""

from __future__ import annotations

import pytest

from index.answering.assemble import not_asked
from index.answering.replies import reply_to
from index.cli.show import show
from index.domain import Remark


@pytest.mark.parametrize("remark", Remark)
def test_the_terminal_shows_the_reply_alone(remark: Remark, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever greets in the terminal reads the reply, and nothing about the coverage."""
    show(not_asked("q", "?", remark, 1.0))
    assert " ".join(capsys.readouterr().out.split()) == reply_to(remark)
