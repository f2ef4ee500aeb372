"""Inline answers in time: what was typed on is dropped, what was found is kept, and what comes late is ready for the next time."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import ParamSpec, TypeVar

import pytest

from bot.errors import TooManyRequestsError
from bot.inline_desk import Found, InlineDesk
from bot.workers import Workers
from index import Answer, QuestionError
from tests.flows.stub_index import StubCoverage, answered, not_covered

P = ParamSpec("P")
T = TypeVar("T")

ORDER = itertools.count()
PAUSE_S = 0.05
WITHIN_S = 0.4


@pytest.fixture
def index() -> StubCoverage:
    return StubCoverage()


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    """Two threads, and room for four."""
    workers = Workers(running=2, waiting=4)
    yield workers
    await workers.close()


@pytest.fixture
def desk(index: StubCoverage, workers: Workers) -> InlineDesk:
    return InlineDesk(index, workers, pause_s=PAUSE_S, within_s=WITHIN_S)


async def find(desk: InlineDesk, question: str, user: int = 1) -> Answer:
    """The final answer."""
    found = await desk.find(user, question, order=next(ORDER))
    assert found is not None
    assert found.is_final
    assert found.answer is not None
    return found.answer


async def test_only_the_last_of_what_somebody_types_is_searched_for(desk: InlineDesk, index: StubCoverage) -> None:
    """Ann's shorter queries are dropped before any search; Ben's, typed meanwhile, is not."""
    typed = [asyncio.create_task(desk.find(1, words, order=order)) for order, words in enumerate(("how", "how many", "how many died?"))]
    other = asyncio.create_task(desk.find(2, "who paid?", order=0))
    first, second, last, bens = await asyncio.gather(*typed, other)
    assert first is second is None
    assert last is not None
    assert bens is not None
    assert {asked.removesuffix(" (quick)") for asked in index.asked} == {"how many died?", "who paid?"}


async def test_a_query_that_comes_after_a_later_one_is_dropped(desk: InlineDesk, index: StubCoverage) -> None:
    """Updates are handled side by side, and an older one may be the slower."""
    assert await desk.find(1, "how many died?", order=7) is not None
    assert await desk.find(1, "how many", order=6) is None
    assert "how many" not in index.asked


async def test_an_answer_is_kept_until_the_coverage_changes(desk: InlineDesk, index: StubCoverage) -> None:
    """The same question, however it is spaced and written, is answered at once; after a change it is searched for anew."""
    answer = await find(desk, "How many  died? ")
    index.asked.clear()
    started = time.monotonic()
    assert await find(desk, "how many died?", user=2) is answer
    assert time.monotonic() - started < PAUSE_S
    assert index.asked == []
    index.changes += 1
    assert await find(desk, "how many died?") is not answer


async def test_in_time_there_is_the_quick_answer_and_later_the_whole_one(desk: InlineDesk, index: StubCoverage) -> None:
    """A search that takes too long is not waited for; what it finds in the end is ready for whoever asks again."""
    gate = threading.Event()

    def slow() -> Answer:
        assert gate.wait(10)
        return answered("slow")

    index.planned["slow"] = slow
    index.planned["slow (quick)"] = lambda: not_covered("quick")
    started = time.monotonic()
    found = await desk.find(1, "slow", order=next(ORDER))
    assert WITHIN_S - PAUSE_S <= time.monotonic() - started < WITHIN_S + 0.3
    assert found is not None
    assert (found.answer and found.answer.question, found.is_final) == ("quick", False)
    gate.set()
    assert (await find(desk, "slow")).question == "slow"
    assert index.asked.count("slow") == 1


async def test_without_any_answer_in_time_that_is_said_in_time(desk: InlineDesk, index: StubCoverage) -> None:
    """When even the quick one is late there is none, and nobody has waited longer than promised."""
    gate = threading.Event()

    def slow() -> Answer:
        assert gate.wait(10)
        return answered("slow")

    index.planned["slow"] = index.planned["slow (quick)"] = slow
    started = time.monotonic()
    try:
        assert await desk.find(1, "slow", order=next(ORDER)) == Found(None, is_final=False)
        assert time.monotonic() - started < WITHIN_S + 0.3
    finally:
        gate.set()


async def test_two_people_who_ask_the_same_share_one_search(desk: InlineDesk, index: StubCoverage) -> None:
    """Whoever comes while it is being searched for waits for that search."""
    one, two = await asyncio.gather(find(desk, "who paid?", user=1), find(desk, "who paid?", user=2))
    assert one is two
    assert index.asked.count("who paid?") == 1


async def test_an_error_is_told_to_whoever_asked_and_not_kept(desk: InlineDesk, index: StubCoverage) -> None:
    """A question that cannot be searched for raises each time; nothing of it stays behind."""

    def refuse() -> Answer:
        raise QuestionError("There are no words in the question.")

    index.planned["?!?"] = index.planned["?!? (quick)"] = refuse
    for _ in range(2):
        with pytest.raises(QuestionError):
            await desk.find(1, "?!?", order=next(ORDER))
    index.planned["?!?"] = index.planned["?!? (quick)"] = lambda: answered("?!?")
    assert (await find(desk, "?!?")).question == "?!?"


async def test_a_full_line_is_told_at_once(index: StubCoverage) -> None:
    """With no place left the asker hears so, rather than nothing."""
    workers, gate, entered = Workers(running=1, waiting=0), threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert gate.wait(10)

    holding = asyncio.create_task(workers.run(hold))
    await asyncio.to_thread(entered.wait, 5)
    try:
        with pytest.raises(TooManyRequestsError):
            await InlineDesk(index, workers, pause_s=0.0, within_s=WITHIN_S).find(1, "who paid?", order=next(ORDER))
    finally:
        gate.set()
        await holding
        await workers.close()


class OneJob(Workers):
    """Has a place for one job and never again."""

    taken = False

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.taken:
            raise TooManyRequestsError("I am busy.")
        self.taken = True
        return await super().run(job, *args, **kwargs)


async def test_where_the_whole_search_finds_no_place_the_quick_answer_is_shown(index: StubCoverage) -> None:
    """Something is better than "busy"."""
    workers = OneJob(running=1, waiting=0)
    try:
        found = await InlineDesk(index, workers, pause_s=0.0, within_s=WITHIN_S).find(1, "who paid?", order=next(ORDER))
        assert found is not None
        assert (found.answer is not None, found.is_final) == (True, False)
    finally:
        await workers.close()


async def test_with_many_askers_all_quick_answers_come_before_the_first_whole_one(index: StubCoverage) -> None:
    """Whoever comes last is not kept waiting by what others get on top."""
    workers = Workers(running=1, waiting=20)

    def quick() -> Answer:
        time.sleep(0.08)
        return answered()

    index.planned |= {f"who paid {user}? (quick)": quick for user in range(5)}
    try:
        await asyncio.gather(*(InlineDesk(index, workers, pause_s=0.0).find(user, f"who paid {user}?", order=0) for user in range(5)))
    finally:
        await workers.close()
    assert all(asked.endswith("(quick)") for asked in index.asked[:5])
    assert not any(asked.endswith("(quick)") for asked in index.asked[5:])
