"""Updates go out: each once, in order, as far as the chat allows; and what came of each stands in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.local.faults import LostConnectionError, NoConnectionError, RefusalError, bad_request, server_error, too_many_requests
from bot.local.state import Chat
from bot.updates import delivery, verdicts
from bot.updates.outgoing import Update
from bot.updates.posting import Bot, Posted, post
from bot.updates.subscription import Place
from index import StorageError
from tests.flows.harness import Conversation
from tests.flows.sending import SENDER, Outgoing, said, until


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are short, as far as the database's whole seconds let them be."""
    monkeypatch.setattr(delivery, "POLL_S", 0.05)
    monkeypatch.setattr(delivery, "AFTER_TROUBLE_S", 0.05)
    monkeypatch.setattr(verdicts, "UNREACHABLE_S", 0.05)
    monkeypatch.setattr(verdicts, "UNAUTHORISED_S", 0.05)
    monkeypatch.setattr(verdicts, "FIRST_PAUSE_S", 0.1)


async def test_an_update_goes_out_whole_and_later_ones_reply_to_it_or_edit_it(out: Outgoing, channel: Chat) -> None:
    """The texts in their order, with their mark-up; a follow-up quotes the first message, a correction takes its place."""
    place = Place(channel.id)
    out.put(place, "a", "<b>one</b>", "two")
    out.put(place, "a+", "more", replies_to="a")
    out.put(place, "a*", "<b>one</b>, corrected", edits="a")
    await out.goes_out(sent=3)
    assert said(channel) == ["one, corrected", "two", "more"]
    assert channel.messages[3]["reply_to_message"]["message_id"] == 1
    assert channel.messages[1]["entities"][0]["type"] == "bold"


async def test_what_cannot_be_edited_any_more_is_replied_to(out: Outgoing, channel: Chat, talk: Conversation) -> None:
    """Telegram lets a message be edited for a while only; the correction must not be lost with it."""
    place = Place(channel.id)
    out.put(place, "a")
    await out.goes_out(sent=1)
    talk.api.fail("editMessageText", bad_request("message can't be edited"))
    out.put(place, "a*", "corrected", edits="a")
    await out.goes_out(sent=2)
    assert said(channel) == ["a", "corrected"]
    assert channel.messages[2]["reply_to_message"]["message_id"] == 1


async def test_a_correction_of_what_was_never_sent_stands_alone(out: Outgoing, channel: Chat) -> None:
    """Where there is nothing to edit or to reply to, the words are sent all the same."""
    out.put(Place(channel.id), "a*", "corrected", edits="a")
    await out.goes_out(sent=1)
    assert said(channel) == ["corrected"]


async def test_mark_up_that_is_refused_goes_out_as_plain_words(out: Outgoing, channel: Chat) -> None:
    """A mistake of the renderer's costs the mark-up, not the news."""
    out.put(Place(channel.id), "a", "<b>ferry")
    await out.goes_out(sent=1)
    assert said(channel) == ["ferry"]


@pytest.mark.parametrize("fault", [too_many_requests(1), server_error()], ids=["429", "500"])
async def test_of_two_texts_the_first_is_not_sent_again_when_the_second_is_refused(
    out: Outgoing, channel: Chat, talk: Conversation, fault: RefusalError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update goes on where it was: each text is in the chat once, and the first message's number is kept."""
    monkeypatch.setattr("bot.telegram.limiter.PATIENCE_S", {0: 60.0, 1: 0.2})
    called = fails_at(talk, 2, fault)
    out.put(Place(channel.id), "a", "one", "two", "three")
    out.put(Place(channel.id), "a+", "more", replies_to="a")
    await out.goes_out(sent=2)
    assert said(channel) == ["one", "two", "three", "more"]
    assert channel.messages[4]["reply_to_message"]["message_id"] == 1
    assert called == ["one", "two", "two", "three", "more"]


async def test_a_text_of_which_nobody_knows_is_not_sent_again_and_the_next_ones_are(
    out: Outgoing, channel: Chat, talk: Conversation
) -> None:
    """It may stand there, so the rest belongs below it; the update counts as unknown, and so it stays."""
    called = fails_at(talk, 2, LostConnectionError("reset"))
    out.put(Place(channel.id), "a", "one", "two", "three")
    await out.goes_out(unknown=1)
    await out.goes_out(unknown=1)
    assert called == ["one", "two", "three"]
    assert said(channel) == ["one", "three"]


async def test_an_edit_of_which_nobody_knows_is_made_again(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes nothing the second time."""
    monkeypatch.setattr("bot.telegram.limiter.PATIENCE_S", {0: 60.0, 1: 0.1})
    out.put(Place(channel.id), "a")
    await out.goes_out(sent=1)
    talk.api.fail("editMessageText", LostConnectionError("reset"), after=True)
    out.put(Place(channel.id), "a*", "corrected", edits="a")
    await out.goes_out(sent=2)
    assert said(channel) == ["corrected"]


async def test_what_telegram_refuses_for_good_is_dropped_and_holds_up_nothing(out: Outgoing, channel: Chat, talk: Conversation) -> None:
    """The next one in the chat goes out."""
    talk.api.fail("sendMessage", bad_request("something unheard of"))
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    await out.goes_out(dropped=1, sent=1)
    assert said(channel) == ["b"]


async def test_while_telegram_cannot_be_reached_everything_waits_and_nothing_is_lost(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection, or a token that is not known: the updates stay as they are, first in line."""
    monkeypatch.setattr("bot.telegram.limiter.PATIENCE_S", {0: 60.0, 1: 0.2})
    talk.api.fail("sendMessage", NoConnectionError("down"), times=3)
    talk.api.fail("sendMessage", RefusalError(401, "Unauthorized"), times=2)
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    await out.goes_out(sent=2)
    assert said(channel) == ["a", "b"]


async def test_what_comes_in_goes_out_at_once(out: Outgoing, channel: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delivery is woken by the outbox, and need not look."""
    monkeypatch.setattr(delivery, "POLL_S", 600)
    async with out.sent():
        await asyncio.sleep(0.2)
        await asyncio.to_thread(out.put, Place(channel.id), "a")
        await out.becomes(sent=1)


async def test_a_stop_ends_what_is_on_its_way_and_leaves_the_rest_for_the_next_start(
    out: Outgoing, channel: Chat, talk: Conversation
) -> None:
    """Between two texts of one update, too; the next start goes on there."""
    talk.api.latency_s = 0.3
    out.put(Place(channel.id), "a", "one", "two")
    out.put(Place(channel.id), "b")
    async with out.sent():
        await until(lambda: said(channel) == ["one"])
    assert said(channel) == ["one"]
    assert out.counts() == {"waiting": 2}
    await out.goes_out(sent=2)
    assert said(channel) == ["one", "two", "b"]


async def test_a_stop_does_not_wait_for_a_call_that_takes_a_minute(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up: nobody knows what became of it, and that is written down at once."""
    monkeypatch.setattr(delivery, "STOP_S", 0.2)
    talk.api.latency_s = 60
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    async with asyncio.timeout(10), out.sent():
        await until(lambda: said(channel) == ["a"])
    assert out.counts() == {"unknown": 1, "waiting": 1}


async def test_calls_that_take_a_minute_hold_up_no_other_chat(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once they are known to be slow, as many others go as ever; only so many slow ones are taken on."""
    for name, value in (("AT_ONCE", 2), ("MOST_AT_ONCE", 5), ("SLOW_S", 0.1), ("FULL_S", 0.05), ("STOP_S", 0.1)):
        monkeypatch.setattr(delivery, name, value)
    slow = [talk.api.people.group(f"Slow {number}", talk.ann, kind="channel") for number in range(6)]
    asked = hangs(talk, {chat.id for chat in slow[:4]})
    for chat in (*slow[:4], channel):
        out.put(Place(chat.id), "news")
    async with out.sent():
        await until(lambda: said(channel) == ["news"])
        hangs(talk, {chat.id for chat in slow[4:]})
        for chat in slow[4:]:
            out.put(Place(chat.id), "news")
        await until(lambda: out.counts().get("sending") == 5)
        await asyncio.sleep(0.3)
        assert out.counts() == {"sent": 1, "sending": 5, "waiting": 1}
    assert asked == [chat.id for chat in slow[:4]]


async def test_what_was_sent_while_the_database_failed_is_noted_as_soon_as_it_can_be(
    out: Outgoing, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent a second time meanwhile, in no chat's order."""
    fails(monkeypatch, out.store.outbox, "sent", times=3)
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    await out.goes_out(sent=2)
    assert said(channel) == ["a", "b"]


async def test_what_was_sent_and_never_noted_is_unknown_to_the_next_start(
    out: Outgoing, channel: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database failed until the stop: the message is in the chat, the outbox only knows that it was in hand."""
    with monkeypatch.context() as failing:
        fails(failing, out.store.outbox, "sent", times=10_000)
        out.put(Place(channel.id), "a")
        async with out.sent():
            await until(lambda: said(channel) == ["a"])
            await asyncio.sleep(0.1)
        assert out.is_in_hand()
    await out.goes_out(unknown=1)
    assert said(channel) == ["a"]


async def test_the_outbox_may_be_out_of_reach_for_a_while(out: Outgoing, channel: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delivery tries again, at its start as later."""
    fails(monkeypatch, out.store.outbox, "orphaned", times=2)
    fails(monkeypatch, out.store.outbox, "claim", times=2)
    out.put(Place(channel.id), "a")
    await out.goes_out(sent=1)


async def test_a_mistake_of_ours_ends_one_update_and_not_the_delivery(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is raised that is no failure of Telegram's: that update may have arrived, and the next one goes out."""

    async def broken(bot: Bot, update: Update, stopped: Callable[[], bool]) -> Posted:
        if update.key == "a":
            raise KeyError("a mistake")
        return await post(bot, update, stopped)

    monkeypatch.setattr(delivery, "post", broken)
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    await out.goes_out(unknown=1, sent=1)
    assert said(channel) == ["b"]


async def test_what_an_earlier_process_had_in_hand_is_not_sent(out: Outgoing, channel: Chat) -> None:
    """It was killed: nobody knows."""
    out.put(Place(channel.id), "a")
    assert len(out.store.outbox.claim(SENDER, 5)) == 1
    out.put(Place(channel.id), "b")
    await out.goes_out(unknown=1, sent=1)
    assert said(channel) == ["b"]


def hangs(talk: Conversation, chats: set[int]) -> list[int]:
    """Let messages to these chats have no answer. Returns to which they were, as they are sent."""
    called: list[int] = []
    original = talk.api.call

    async def slow(method: str, parameters: Any) -> Any:
        if method == "sendMessage" and parameters["chat_id"] in chats:
            called.append(parameters["chat_id"])
            await asyncio.sleep(60)
        return await original(method, parameters)

    talk.api.call = slow  # type: ignore[method-assign]  # the real one, later
    return called


def fails_at(talk: Conversation, turn: int, fault: Exception) -> list[str]:
    """Let the ``turn``-th message fail. Returns the words of all, as they are sent."""
    called: list[str] = []
    original = talk.api.call

    async def noted(method: str, parameters: Any) -> Any:
        if method == "sendMessage":
            called.append(parameters["text"])
            if len(called) == turn:
                talk.api.fail("sendMessage", fault)  # type: ignore[arg-type]  # one of the faults
        return await original(method, parameters)

    talk.api.call = noted  # type: ignore[method-assign]  # the real one, with a note
    return called


def fails(patch: pytest.MonkeyPatch, store: object, method: str, *, times: int) -> None:
    """Let the next calls of a method of the store fail as a database does."""
    original, left = getattr(store, method), [times]

    def failing(*given: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise StorageError("The database is not there.")
        return original(*given, **named)

    patch.setattr(store, method, failing)
