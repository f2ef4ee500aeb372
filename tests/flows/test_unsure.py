"""Updates of which nobody knows whether they arrived: nothing is sent a second time by itself, and whoever can look may have it sent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.local.faults import LostConnectionError
from bot.local.state import JSON
from bot.subscription_buttons import Act, data
from tests.flows.harness import Conversation, conversation
from tests.flows.sending import Outgoing, said
from tests.flows.stub_index import StubCoverage
from tests.flows.stub_matching import StubMatching
from tests.flows.test_subscribing import data_of, kept, send_press, tap


@pytest.fixture
async def talk(index: StubCoverage) -> AsyncIterator[Conversation]:
    async with conversation(index, matching=StubMatching()) as started:
        yield started


@pytest.fixture
async def opened(talk: Conversation, out: Outgoing) -> JSON:
    """The card of Ann's subscription, two updates of which may not have arrived; one did."""
    await talk.say("/subscribe ferries")
    [made] = kept(talk, talk.ann["id"])
    for key, is_done in (("one", True), ("two", False)):
        talk.api.fail("sendMessage", LostConnectionError("reset"), after=is_done)
        out.put(made, key, f"<b>{key}</b> ferry", "more")
        await out.goes_out(unknown=1 if is_done else 2)
    [listed] = await talk.say("/subscriptions")
    assert listed["text"].endswith("ferries · not sure that all arrived")
    await tap(talk, listed, "1")
    await tap(talk, listed, "Did it arrive? (2)")
    assert "Of 2 updates it is not known whether they arrived" in listed["text"]
    assert "· one ferry\n· two ferry\n" in listed["text"]
    return listed


async def test_who_misses_updates_has_them_sent_again(talk: Conversation, out: Outgoing, opened: JSON) -> None:
    """Both that were asked about, whole and in order, once; what becomes unknown after the question was asked is not answered by it."""
    chat = talk.api.people.private_chat(talk.ann)
    [made] = kept(talk, talk.ann["id"])
    talk.api.fail("sendMessage", LostConnectionError("reset"))
    out.put(made, "three")
    await out.goes_out(unknown=3)
    again = data_of(opened)["Not there: send again"]
    before = len(said(chat))
    await send_press(talk, opened, again)
    assert [label for label in data_of(opened) if "arrive" in label] == ["Did it arrive? (1)"]
    await out.goes_out(sent=2, unknown=1)
    assert said(chat)[before:] == ["one ferry", "more", "two ferry", "more"]
    await send_press(talk, opened, again)
    assert out.counts() == {"sent": 2, "unknown": 1}


async def test_who_finds_them_is_asked_no_more(talk: Conversation, out: Outgoing, opened: JSON) -> None:
    """Nothing is sent; buttons that are stale or forged change nothing."""
    calls = talk.methods_called().count("sendMessage")
    [made] = kept(talk, talk.ann["id"])
    await send_press(talk, opened, data(Act.THERE, made.id))
    assert out.counts() == {"unknown": 2}
    await tap(talk, opened, "Did it arrive? (2)")
    await tap(talk, opened, "All there")
    assert out.counts() == {"sent": 2}
    await send_press(talk, opened, data(Act.UNSURE, made.id))
    assert [label for label in data_of(opened) if "arrive" in label] == []
    await out.goes_out(sent=2)
    assert talk.methods_called().count("sendMessage") == calls
