"""Questions that are followed from their answers, /timeline, and what the bot says to whoever adds it to a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.handlers.subscribe import MAX_IN_A_CHAT
from bot.local.faults import forbidden
from bot.local.state import JSON, Chat
from bot.updates.subscription import NOBODY, Place, Schedule, Wanted, Wish
from tests.flows.harness import Conversation, conversation, text
from tests.flows.stub_index import QUESTION, StubCoverage
from tests.flows.stub_matching import StubMatching
from tests.flows.test_subscribing import data_of, kept, tap

FOLLOW = "Follow this question"


@pytest.fixture
async def talk(index: StubCoverage) -> AsyncIterator[Conversation]:
    async with conversation(index, matching=StubMatching()) as started:
        yield started


async def test_one_press_follows_the_question_and_a_second_says_so(talk: Conversation) -> None:
    """The subscription is shown below, with its buttons; after a pause the press follows it again."""
    [answer] = await talk.say(QUESTION)
    assert await tap(talk, answer, FOLLOW) == "Followed: I write here when the answer changes."
    [made] = kept(talk, talk.ann["id"])
    assert (made.wish, made.owner_id) == (Wish(Wanted.QUESTION, QUESTION), talk.ann["id"])
    shown = talk.api.people.private_chat(talk.ann).messages[answer["message_id"] + 1]
    assert shown["text"] == f"Subscribed.\nQuestion: {QUESTION}\nWhen: at once"
    assert await tap(talk, answer, FOLLOW) == "This question is followed here already."
    await tap(talk, shown, "Pause")
    assert "Followed" in await tap(talk, answer, FOLLOW)
    assert len(kept(talk, talk.ann["id"])) == 1


async def test_what_is_not_covered_can_be_followed(talk: Conversation) -> None:
    """Whoever asked hears when there is an answer."""
    [answer] = await talk.say("who won the regatta?")
    await tap(talk, answer, FOLLOW)
    assert [one.wish.words for one in kept(talk, talk.ann["id"])] == ["who won the regatta?"]


async def test_in_a_group_its_admins_alone_follow(talk: Conversation) -> None:
    """The others are told; a chat that has too many is told, too."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    [answer] = await talk.say(f"/ask {QUESTION}", user=talk.ben, chat=group)
    assert await tap(talk, answer, FOLLOW, user=talk.ben) == "Only the admins of this group can subscribe it."
    assert kept(talk, group.id) == []
    store = talk.application.bot_data.store.subscriptions
    for number in range(MAX_IN_A_CHAT):
        store.add(Place(group.id), NOBODY, Wish(Wanted.TOPIC, f"topic {number}"), Schedule())
    await tap(talk, answer, FOLLOW)
    assert "Please delete one first" in group.messages[group.last_message_id]["text"]
    store.remove(kept(talk, group.id)[0].id)
    await tap(talk, answer, FOLLOW)
    assert kept(talk, group.id)[-1].wish == Wish(Wanted.QUESTION, QUESTION)


async def test_without_matching_there_is_no_button(index: StubCoverage) -> None:
    """Nobody is offered what cannot be had; /timeline says so."""
    async with conversation(index) as talk:
        [answer] = await talk.say(QUESTION)
        assert FOLLOW not in data_of(answer)
        assert text(await talk.say(f"/timeline {QUESTION}")) == "Nothing can be subscribed to here."


async def test_a_timeline_is_shown(talk: Conversation) -> None:
    """What was said when, with its quote; without a question the command says how it is meant, and what is not covered is said."""
    assert text(await talk.say(f"/timeline {QUESTION}")).startswith(
        f"{QUESTION}\n\nreported, and unchanged since · 14 May 2021\nSeven (the harbour office, 14 May 2021)"
    )
    assert text(await talk.say("/timeline")) == ("There is no question in that. Write it after the command: /timeline how many were hurt?")
    assert text(await talk.say("/timeline how many trains?")).endswith("The coverage I have does not say.")


def channel_of(talk: Conversation, username: str | None = "harbour") -> Chat:
    return talk.api.people.group("Harbour", talk.ann, kind="channel", username=username)


async def told(talk: Conversation, update: JSON) -> list[str]:
    """What Ann was told in private."""
    return [message["text"] for message in await talk.happens(update, talk.api.people.private_chat(talk.ann))]


async def test_who_adds_the_bot_to_a_channel_is_told_what_to_do(talk: Conversation) -> None:
    """In private, once, and what they are told to type works; nothing is said in the channel."""
    channel = channel_of(talk)
    [message] = await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator"))
    assert message.startswith("I am in the channel Harbour now.")
    assert "may not post" not in message
    assert await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator", before="administrator")) == []
    assert await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "left", before="administrator")) == []
    assert channel.messages == {}
    talk.api.groups.sets_bot(talk.ann, channel, "administrator")
    typed = next(line for line in message.split("\n") if line.startswith("/subscribe"))
    assert "Where: Harbour" in text(await talk.say(typed))
    assert await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator")) == []


async def test_a_private_channel_is_called_by_its_number(talk: Conversation) -> None:
    """It has no name."""
    channel = channel_of(talk, username=None)
    [message] = await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator"))
    assert f"/subscribe {channel.id} al-Bab casualties" in message


async def test_without_the_right_to_post_that_is_said_first(talk: Conversation) -> None:
    """And once it is given, what to do is told again."""
    channel = channel_of(talk)
    [message] = await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator", may_post=False))
    assert "give me the right to post messages first" in message
    [message] = await told(talk, talk.api.groups.sets_bot(talk.ann, channel, "administrator", before="administrator"))
    assert "give me" not in message


async def test_who_never_wrote_to_the_bot_cannot_be_told(talk: Conversation) -> None:
    """Telegram refuses, and that is no trouble."""
    talk.api.fail("sendMessage", forbidden("bot can't initiate conversation with a user"))
    assert await told(talk, talk.api.groups.sets_bot(talk.ann, channel_of(talk), "administrator")) == []
