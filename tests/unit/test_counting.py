"""Questions are counted as what they turned out to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.counting import counted
from bot.store.store import BotStore
from bot.store.usage import Used
from index import Answer, QuestionError, Remark, Status, StorageError
from tests.flows.harness import remembering
from tests.flows.stub_index import answered, not_covered, passage


@contextmanager
def store() -> Iterator[BotStore]:
    with remembering() as opened:
        yield opened


def raising(error: Exception) -> Callable[[], Answer]:
    def answer() -> Answer:
        raise error

    return answer


GREETING = Answer("a", "hello", Status.NOT_COVERED, (), (), (), 0.0, None, 1.0, remark=Remark.GREETING)


@pytest.mark.parametrize(
    ("answer", "what", "is_timed"),
    [
        (answered, Used.ANSWERED, True),
        (lambda: not_covered("x", passage()), Used.NOT_COVERED, True),
        (lambda: GREETING, Used.REMARK, False),
        (raising(QuestionError("empty")), Used.REMARK, False),
        (raising(StorageError("full")), Used.FAILED, False),
    ],
)
def test_each_question_is_counted_once(answer: Callable[[], Answer], what: Used, is_timed: bool) -> None:
    """The answer comes through unchanged; one row says what it was; only what was searched for has a time."""
    given: list[Answer] = []

    def giving() -> Answer:
        given.append(answer())
        return given[-1]

    with store() as kept:
        with suppress(QuestionError, StorageError):
            assert counted(giving, kept.usage)() is given[0]
        count = kept.usage.since(datetime.now(UTC) - timedelta(minutes=1))
        assert {kind: number for kind, number in count.by_kind.items() if number} == {what: 1}
        assert (count.p50_ms is not None) == is_timed
