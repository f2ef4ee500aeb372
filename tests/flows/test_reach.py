"""Chats that are lost and come back: what is subscribed to there waits, its owner is told once, and nothing is lost or sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.chat_settings import ChatSettings
from bot.local.state import JSON, Chat
from bot.updates import delivery
from bot.updates.subscription import Place, State
from tests.flows.harness import Conversation
from tests.flows.sending import Outgoing, said


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
    out: Outgoing, channel: Chat, private: Chat, talk: Conversation
) -> None:
    """Nothing is sent there within the wait, by this process or the one after it, and then all of it."""
    talk.api.slow_down(channel.id, 8)
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


def posts(forum: Chat) -> list[tuple[int, str]]:
    """The bot's words in a forum, with their topics."""
    return [(message["message_thread_id"], message["text"]) for message in forum.messages.values() if message.get("text") == "news"]
