"""Questions counted as they are answered. In: what answers. Out: the same, and a row for each call: what came of it, how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec

from bot.store.usage import Usage, Used
from index import Answer, QuestionError, Status

P = ParamSpec("P")


def counted(answer: Callable[P, Answer], usage: Usage) -> Callable[P, Answer]:
    """``answer``, counted. Blocks as it does; a question that cannot be searched for is no question, whatever else is raised is a failure."""

    def answering(*args: P.args, **kwargs: P.kwargs) -> Answer:
        started = time.perf_counter()
        what = Used.FAILED
        try:
            found = answer(*args, **kwargs)
            what = kind(found)
        except QuestionError:
            what = Used.REMARK
            raise
        finally:
            usage.note(what, (time.perf_counter() - started) * 1000 if what in _TIMED else None)
        return found

    return answering


def kind(answer: Answer) -> Used:
    """What came of a question."""
    if answer.status is Status.NOT_COVERED:
        return Used.REMARK if answer.remark is not None and not answer.passages else Used.NOT_COVERED
    return Used.CONFLICT if answer.status is Status.CONFLICT else Used.ANSWERED


_TIMED = (Used.ANSWERED, Used.CONFLICT, Used.NOT_COVERED)
"""What was searched for; a greeting is answered in no time, and would flatter the figures."""
