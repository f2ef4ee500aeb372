"""Chats that are lost and come back: what is subscribed to there waits, its owner is told once, and nothing is lost or sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import sending
from bot.chat_settings import ChatSettings
from bot.local.faults import bad_request, server_error
from bot.local.state import JSON, Chat
from bot.store import looks
from bot.telegram.outcomes import Outcome
from bot.updates import delivery, reach, returning
from bot.updates.subscription import Place, State
from tests.flows.harness import Conversation
from tests.flows.sending import SENDER, Outgoing, said, until


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "POLL_S", 0.05)


@pytest.fixture
def private(talk: Conversation) -> Chat:
    """Ann's own chat with the bot."""
    return talk.api.people.private_chat(talk.ann)


Loses = Callable[[Conversation, Chat], JSON]
LOSES: dict[str, tuple[Loses, str]] = {
    "rights": (
        lambda talk, chat: talk.api.groups.sets_bot(talk.ann, chat, "administrator", before="administrator", may_post=False),
        "I may not post in Harbour any more.",
    ),
    "kicked": (
        lambda talk, chat: talk.api.groups.sets_bot(talk.ann, chat, "kicked", before="administrator"),
        "I was removed from Harbour.",
    ),
}


@pytest.mark.parametrize("told_first", [True, False], ids=["told", "found out"])
@pytest.mark.parametrize("how", LOSES)
async def test_a_channel_is_lost_and_comes_back(
    out: Outgoing, channel: Chat, private: Chat, talk: Conversation, how: str, told_first: bool
) -> None:
    """Whether Telegram tells of it or a post fails: the owner hears why, once, and what waited is sent when the bot may post again, in order."""
    loses, reason = LOSES[how]
    if not told_first and how == "kicked":
        reason = f"I was removed from {channel.id}."  # whoever was thrown out cannot ask for the name
    subscription = out.subscribe(channel, talk.ann)
    out.put(subscription, "a")
    await out.goes_out(sent=1)
    change = loses(talk, channel)
    if told_first:
        await talk.happens(change, channel)
    out.put(subscription, "b")
    out.put(subscription, "c")
    await out.goes_out(sent=2, waiting=2)
    if not told_first:
        await talk.happens(change, channel)
        await out.goes_out(sent=2, waiting=2)
    assert said(private) == [f"{reason}\n\nYour subscription there waits, and goes on by itself when I can post again: “ferries”"]
    assert out.store.subscriptions.active() == []
    await talk.happens(talk.api.groups.sets_bot(talk.ann, channel, "administrator", before="administrator"), channel)
    await out.goes_out(sent=4)
    assert said(channel) == ["a", "b", "c"]
    assert len(said(private)) == 1


async def test_a_chat_that_is_gone_keeps_up_nobody_else(out: Outgoing, channel: Chat, private: Chat, talk: Conversation) -> None:
    """Two subscriptions of one owner there are told of in one message, in the owner's language where it has one."""
    out.store.chats.choose(private.id, ChatSettings("en"))
    gone = [out.subscribe(channel, talk.ann, words) for words in ("ferries", "<b>harbours</b>")]
    mine = out.subscribe(private, talk.ann)
    talk.api.groups.deletes(channel)
    for one in (*gone, mine):
        out.put(one, f"of {one.id}", "news")
    await out.goes_out(sent=2, waiting=2)
    first, told = said(private)
    assert first == "news"
    assert told.endswith("Your 2 subscriptions there wait, and go on by themselves when I can post again: “ferries”, “<b>harbours</b>”")


async def test_who_blocks_the_bot_hears_nothing_until_they_are_back(out: Outgoing, private: Chat, talk: Conversation) -> None:
    """Words to an owner who blocked the bot are dropped: nobody is left to tell."""
    subscription = out.subscribe(private, talk.ann)
    private.blocks_bot = True
    out.put(subscription, "a")
    out.put(Place(private.id), "a word to the owner of a channel")
    await out.goes_out(waiting=1, dropped=1)
    assert said(private) == []
    await talk.happens(talk.api.groups.sets_bot(talk.ann, private, "member", before="kicked"), private)
    await out.goes_out(sent=1, dropped=1)
    assert said(private) == ["a"]


async def test_a_topic_that_is_deleted_or_closed_is_lost_alone(out: Outgoing, private: Chat, talk: Conversation) -> None:
    """The other topic of the forum goes on; the closed one does when it is open again, whatever is heard of the chat before."""
    forum = talk.api.people.group("Forum", talk.ann)
    closed, deleted, kept = [talk.api.groups.opens_topic(talk.ann, forum, name) for name in ("closed", "deleted", "kept")]
    subscriptions = {topic: out.subscribe(forum, talk.ann, str(topic), topic) for topic in (closed, deleted, kept)}
    talk.api.groups.closes_topic(talk.ann, forum, closed)
    talk.api.groups.deletes_topic(forum, deleted)
    for topic in (closed, deleted, kept):
        out.put(subscriptions[topic], "news")
    await out.goes_out(sent=3, waiting=2)
    assert posts(forum) == [(kept, "news")]
    assert [one.startswith("The topic in Forum in which I posted was closed or deleted.") for one in said(private)] == [True, True]
    await talk.happens(talk.api.groups.sets_bot(talk.ann, forum, "administrator", before="member"), forum)
    await talk.happens(talk.api.groups.reopens_topic(talk.ann, forum, closed), forum)
    await out.goes_out(sent=4, waiting=1)
    assert posts(forum) == [(kept, "news"), (closed, "news")]
    assert [out.store.subscriptions.of_chat(forum.id)[place].state for place in range(3)] == [State.ACTIVE, State.CUT_OFF, State.ACTIVE]
    assert len(said(private)) == 2


async def test_a_group_that_became_a_supergroup_gets_its_updates_there(out: Outgoing, talk: Conversation) -> None:
    """The first post finds out, everything moves along, and each update arrives once, in order, in the new chat."""
    group = talk.api.people.group("Newsroom", talk.ann, kind="group")
    subscription = out.subscribe(group, talk.ann)
    out.put(subscription, "a")
    await out.goes_out(sent=1)
    supergroup, *_ = talk.api.groups.upgrades(talk.ann, group)
    out.put(subscription, "a*", "corrected", edits="a")
    out.put(subscription, "b")
    await out.goes_out(sent=3)
    assert (said(group), said(supergroup)) == (["a"], ["corrected", "b"])
    assert [one.place.chat_id for one in out.store.subscriptions.active()] == [supergroup.id]


async def test_a_chat_that_asks_to_be_left_alone_is_and_others_go_on(
    out: Outgoing, channel: Chat, private: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent there within the wait, by this process or the one after it, and then all of it."""
    monkeypatch.setattr("bot.telegram.limiter.PATIENCE_S", {0: 60.0, 1: 0.5})
    talk.api.slow_down(channel.id, 5)
    out.put(Place(channel.id), "a")
    out.put(Place(channel.id), "b")
    out.put(Place(private.id), "c")
    await out.goes_out(sent=1, waiting=2)
    assert said(private) == ["c"]
    async with out.sent():
        await asyncio.sleep(0.5)
    assert talk.api.within_wait == []
    await out.goes_out(sent=3)
    assert said(channel) == ["a", "b"]
    assert talk.api.within_wait == []


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked again at once, and for ever."""
    monkeypatch.setattr(returning, "EVERY_S", 0.02)
    monkeypatch.setattr(looks, "FIRST_S", 0)


@pytest.mark.usefixtures("looking")
async def test_rights_that_all_members_lost_are_looked_after(out: Outgoing, private: Chat, talk: Conversation) -> None:
    """Telegram tells nobody of them. A post that fails finds out; when they are back what waited goes out, in order, and the owner is told of either,
    once."""
    group = talk.api.people.group("Newsroom", talk.ann)
    group.members[talk.api.state.bot["id"]] = "member"
    subscription = out.subscribe(group, talk.ann)
    talk.api.groups.permits(group, False)
    for key in "ab":
        out.put(subscription, key)
    async with sending(talk.application, out.store, SENDER):
        await until(lambda: questions(talk) > 2)
        assert out.counts() == {"waiting": 2, "sent": 1}
        talk.api.groups.permits(group, True)
        await out.becomes(sent=4)
        looked = questions(talk)
        await asyncio.sleep(0.2)
        assert questions(talk) == looked
    assert said(group) == ["a", "b"]
    assert [one.partition("\n")[0] for one in said(private)] == [
        "I may not post in Newsroom any more.",
        "I can post in Newsroom again. Your subscription there goes on: “ferries”",
    ]


@pytest.mark.usefixtures("looking")
async def test_what_may_be_written_to_and_takes_nothing_stays_lost(out: Outgoing, channel: Chat, private: Chat, talk: Conversation) -> None:
    """Whatever Telegram says of the rights: the first update that waits is the proof, and its owner hears nothing of attempts that fail."""
    channel.members[talk.api.state.bot["id"]] = "administrator"
    refuses(talk, channel, times=3)
    out.put(out.subscribe(channel, talk.ann), "a")
    async with sending(talk.application, out.store, SENDER):
        await out.becomes(sent=3)
    assert said(channel) == ["a"]
    assert [one.partition("\n")[0] for one in said(private)] == [
        "I may not post in Harbour any more.",
        "I can post in Harbour again. Your subscription there goes on: “ferries”",
    ]


@pytest.mark.usefixtures("looking")
async def test_a_chat_where_nothing_waits_comes_back_too(out: Outgoing, channel: Chat, private: Chat, talk: Conversation) -> None:
    """The bot was thrown out and heard of it, and was let in again while it was down."""
    out.subscribe(channel, talk.ann)
    await talk.happens(talk.api.groups.sets_bot(talk.ann, channel, "kicked", before="administrator"), channel)
    async with sending(talk.application, out.store, SENDER):
        await until(lambda: questions(talk) > 1)
        talk.api.groups.sets_bot(talk.ann, channel, "administrator", before="kicked")  # and nobody tells the bot
        await out.becomes(sent=2)
    assert said(private)[1] == "I can post in Harbour again. Your subscription there goes on: “ferries”"
    assert len(out.store.subscriptions.active()) == 1


@pytest.mark.usefixtures("looking")
async def test_a_topic_that_is_open_again_unheard_of_takes_its_posts(out: Outgoing, private: Chat, talk: Conversation) -> None:
    """Nothing can be asked of a topic: its own first update is tried. One that was deleted stays lost."""
    forum = talk.api.people.group("Forum", talk.ann)
    closed, deleted = [talk.api.groups.opens_topic(talk.ann, forum, name) for name in ("closed", "deleted")]
    for topic in (closed, deleted):
        out.put(out.subscribe(forum, talk.ann, str(topic), topic), "news")
    talk.api.groups.closes_topic(talk.ann, forum, closed)
    talk.api.groups.deletes_topic(forum, deleted)
    async with sending(talk.application, out.store, SENDER):
        await until(lambda: talk.methods_called().count("sendMessage") > 8)  # two, two words to the owner, and again and again
        assert len(said(private)) == 2
        forum.closed_topics.discard(closed)
        await out.becomes(sent=4, waiting=1)
    assert posts(forum) == [(closed, "news")]
    assert said(private)[2] == f"I can post in Forum again. Your subscription there goes on: “{closed}”"


@pytest.mark.usefixtures("looking")
async def test_a_look_that_telegram_does_not_answer_is_none(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its turn again; a group that became another one meanwhile is looked at there."""
    monkeypatch.setattr("bot.telegram.limiter.PATIENCE_S", {0: 60.0, 1: 0.1})
    group = talk.api.people.group("Newsroom", talk.ann, kind="group")
    for chat in (channel, group):
        chat.members[talk.api.state.bot["id"]] = "administrator"
        out.subscribe(chat, talk.ann)
        reach.lost(out.store, chat.id, Outcome.NO_RIGHTS, datetime.now(UTC))
    supergroup, *_ = talk.api.groups.upgrades(talk.ann, group)
    talk.api.fail("getChat", server_error(), times=3)
    async with sending(talk.application, out.store, SENDER):
        await until(lambda: len(out.store.subscriptions.active()) == 2)
    assert {one.place.chat_id for one in out.store.subscriptions.active()} == {channel.id, supergroup.id}


@pytest.mark.usefixtures("looking", "private")
async def test_a_stop_in_the_midst_of_a_look_leaves_nothing_behind(
    out: Outgoing, channel: Chat, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was being tried is given up like any other update; nobody knows whether it arrived."""
    monkeypatch.setattr(delivery, "STOP_S", 0.1)
    channel.members[talk.api.state.bot["id"]] = "administrator"
    refuses(talk, channel, times=1)
    out.put(out.subscribe(channel, talk.ann), "a")
    await out.goes_out(waiting=1, sent=1)
    talk.api.latency_s = 0.5
    async with asyncio.timeout(10), sending(talk.application, out.store, SENDER):
        await until(lambda: said(channel) == ["a"])
    assert out.counts() == {"unknown": 1, "sent": 1}


def refuses(talk: Conversation, chat: Chat, *, times: int) -> None:
    """Let the next posts there be refused, whatever Telegram says of the rights."""
    original, left = talk.api.call, [times]

    async def refusing(method: str, parameters: Mapping[str, Any]) -> tuple[int, JSON]:
        if method == "sendMessage" and parameters["chat_id"] == chat.id and left[0]:
            left[0] -= 1
            talk.api.fail(method, bad_request("not enough rights to send text messages to the chat"))
        return await original(method, parameters)

    talk.api.call = refusing  # type: ignore[method-assign]  # the real one, or a refusal


def questions(talk: Conversation) -> int:
    """How often Telegram was asked about a chat."""
    return talk.methods_called().count("getChat")


def posts(forum: Chat) -> list[tuple[int, str]]:
    """The bot's words in a forum, with their topics."""
    return [(message["message_thread_id"], message["text"]) for message in forum.messages.values() if message.get("text") == "news"]
