"""Many at once: what stays quick, who is told to wait, and in which language."""

from __future__ import annotations

import asyncio
import threading
import time

from index import Answer
from tests.flows.harness import Conversation, conversation, text
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage, answered

POLITE = "That was a lot of questions in one minute."


async def test_start_is_answered_at_once_while_fifty_questions_are_in_work(index: StubCoverage) -> None:
    """Two are worked on and 48 wait: /start takes less than a tenth of a second, and in the end all fifty are answered."""
    gate = threading.Event()

    def slow() -> Answer:
        assert gate.wait(30)
        return answered("slow")

    index.planned["slow"] = slow
    async with conversation(index, running=2, waiting=64) as talk:
        people = [talk.api.people.person(f"Person {number}") for number in range(50)]
        asked = [asyncio.create_task(talk.say("slow", user=person)) for person in people]
        async with asyncio.timeout(20):
            while talk.application.bot_data.workers.taken < 50:  # noqa: ASYNC110 - a pool has nothing to wait on
                await asyncio.sleep(0.01)
        times = []
        for _ in range(5):  # the quickest of some: the machine may be busy with other things just then
            started = time.monotonic()
            assert "Loaded: 1,234 articles" in text(await talk.say("/start", user=talk.api.people.person("New")))
            times.append(time.monotonic() - started)
        gate.set()
        for answer in asked:
            assert QUOTE in text(await answer)
    assert min(times) < 0.1, times


async def test_who_asks_too_often_is_told_once_and_others_are_answered(talk: Conversation, index: StubCoverage) -> None:
    """The twenty-first question within a minute is declined politely, the next ones in silence; commands work, and so does everybody else."""
    talk.application.bot_data.allowance._per_person = 2
    assert [QUOTE in text(await talk.say(QUESTION)) for _ in range(2)] == [True, True]
    assert text(await talk.say(QUESTION)).startswith(POLITE)
    assert await talk.say(f"/ask {QUESTION}") == []
    assert len(index.asked) == 2
    assert "/ask" in text(await talk.say("/help"))
    assert QUOTE in text(await talk.say(QUESTION, user=talk.ben))


async def test_a_group_is_not_flooded_by_many_who_ask(talk: Conversation, index: StubCoverage) -> None:
    """All of a group share a limit, whoever asks."""
    talk.application.bot_data.allowance._per_group = 1
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    assert QUOTE in text(await talk.say(f"/ask {QUESTION}", chat=group))
    assert text(await talk.say(f"/ask {QUESTION}", chat=group, user=talk.ben)).startswith(POLITE)
    assert QUOTE in text(await talk.say(QUESTION, user=talk.ben))
    assert len(index.asked) == 2
