"""The bot in groups: silent until spoken to, answering where it was asked, greeting once, and moving along when a group becomes a supergroup."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import BadRequest

from bot.chat_settings import Asking, ChatSettings
from bot.local.groups import CHANNEL_BOT
from bot.local.people import said
from bot.local.state import Chat
from bot.store.tables import metadata
from tests.flows.harness import Conversation, text
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage


@pytest.fixture
def group(talk: Conversation) -> Chat:
    """A supergroup that Ann owns and Ben is in. Telegram shows the bot every message of it, as with privacy mode off."""
    return talk.api.people.group("Newsroom", talk.ann, talk.ben)


def only_admins(talk: Conversation, chat: Chat) -> None:
    """The group has chosen that its admins alone may ask."""
    talk.application.bot_data.store.chats.choose(chat.id, ChatSettings(asking=Asking.ADMINS))


@pytest.mark.parametrize("words", [f"@dateline_bot {QUESTION}", f"/ask {QUESTION}", f"/ask@dateline_bot {QUESTION}"])
async def test_whoever_speaks_to_the_bot_is_answered(talk: Conversation, group: Chat, index: StubCoverage, words: str) -> None:
    """By mention or command: the question goes to the index without the bot's name, and the answer quotes the message that asked."""
    messages = await talk.say(words, user=talk.ben, chat=group)
    assert QUOTE in text(messages)
    assert messages[0]["reply_to_message"]["text"] == words
    assert index.asked == [QUESTION]


async def test_a_reply_to_the_bot_is_answered(talk: Conversation, group: Chat, index: StubCoverage) -> None:
    """Who answers the bot's message asks on."""
    [answer] = await talk.say(f"/ask {QUESTION}", chat=group)
    update = talk.api.people.writes(talk.ben, group, QUESTION, reply_to=answer)
    assert QUOTE in text(await talk.happens(update, group))
    assert index.asked == [QUESTION, QUESTION]


@pytest.mark.parametrize(
    "words", ["hello all", QUESTION, "/ask@other_bot now?", "/ban @ben", "/start", "@other_bot hi", "mail me@dateline_bot.org"]
)
async def test_talk_that_is_not_for_the_bot_passes_by(talk: Conversation, group: Chat, index: StubCoverage, words: str) -> None:
    """Nothing is said, nothing asked, and Telegram is not called."""
    assert await talk.say(words, user=talk.ben, chat=group) == []
    assert index.asked == []
    assert talk.methods_called() == []


async def test_what_goes_wrong_is_not_said_into_talk_that_passes_by(talk: Conversation, group: Chat) -> None:
    """With its tables gone the bot tells whoever asked it, and keeps silent where nobody spoke to it."""
    metadata.drop_all(talk.application.bot_data.store._engine)
    assert await talk.say("hello all", chat=group) == []
    assert "database failed" in text(await talk.say(f"/ask {QUESTION}", chat=group))


async def test_a_mention_without_a_question_says_how_to_ask(talk: Conversation, group: Chat) -> None:
    """The bare name is met with one sentence."""
    assert text(await talk.say("@dateline_bot", chat=group)).startswith("There is no question in that.")


async def test_a_mention_under_a_question_answers_that_question(talk: Conversation, group: Chat) -> None:
    """The bot can be called to what somebody else asked."""
    await talk.say(QUESTION, user=talk.ben, chat=group)
    update = talk.api.people.writes(talk.ann, group, "@dateline_bot", reply_to=group.messages[1])
    assert QUOTE in text(await talk.happens(update, group))


async def test_answers_stay_in_their_topic(talk: Conversation, group: Chat) -> None:
    """In a forum the answer stands in the topic of its question; in the general one it names no topic, because Telegram takes none there."""
    topic = talk.api.groups.opens_topic(talk.ann, group, "Harbour")
    update = talk.api.people.sends(talk.ben, group, talk.api.groups.in_topic(group, topic, said(f"@dateline_bot {QUESTION}")))
    [answer] = await talk.happens(update, group)
    assert (answer["message_thread_id"], answer["reply_to_message"]["from"]) == (topic, talk.ben)
    [answer] = await talk.say(f"/ask {QUESTION}", chat=group)
    assert "message_thread_id" not in answer


async def test_in_a_topic_the_bot_opened_talk_passes_by(talk: Conversation, group: Chat) -> None:
    """There every message looks like a reply to the bot's own note, and is none."""
    topic = talk.api.groups.opens_topic(talk.api.state.bot, group, "Harbour")
    update = talk.api.people.sends(talk.ben, group, talk.api.groups.in_topic(group, topic, said(QUESTION)))
    assert await talk.happens(update, group) == []


async def test_a_chain_of_replies_is_no_topic(talk: Conversation, group: Chat) -> None:
    """Outside of forums a thread's number is that of its first message; an answer sent to it as to a topic would be refused."""
    update = talk.api.people.sends(talk.ben, group, {"message_thread_id": 1, **said(f"/ask {QUESTION}")})
    assert QUOTE in text(await talk.happens(update, group))


async def test_an_anonymous_admin_and_a_channel_may_ask(talk: Conversation, group: Chat) -> None:
    """Their messages come from users that are bots, and are people's all the same; so do posts copied from the linked channel."""
    channel = talk.api.people.group("Harbour News", talk.ann, kind="channel")
    words, groups = said(f"/ask@dateline_bot {QUESTION}"), talk.api.groups
    updates = (
        groups.writes_anonymously(group, words),
        groups.writes_as_channel(channel, group, words),
        groups.copies_post(channel, group, words),
    )
    for update in updates:
        assert QUOTE in text(await talk.happens(update, group))


async def test_other_bots_are_never_answered(talk: Conversation, group: Chat, index: StubCoverage) -> None:
    """Not by command, not by mention, not by reply; nor is a message that was made with inline mode."""
    robot = talk.api.people.person("Robot", is_bot=True)
    [answer] = await talk.say(f"/ask {QUESTION}", chat=group)
    for words in (f"/ask {QUESTION}", f"@dateline_bot {QUESTION}"):
        assert await talk.say(words, user=robot, chat=group) == []
    assert await talk.happens(talk.api.people.writes(robot, group, QUESTION, reply_to=answer), group) == []
    made = talk.api.people.sends(talk.ben, group, {**said(f"/ask {QUESTION}"), "via_bot": talk.api.state.bot})
    assert await talk.happens(made, group) == []
    assert len(index.asked) == 1


async def test_where_admins_alone_may_ask_others_get_silence(talk: Conversation, group: Chat, index: StubCoverage) -> None:
    """Ann, who owns the group, and its anonymous admins are answered; Ben, and whoever writes as a channel, are not."""
    only_admins(talk, group)
    channel = talk.api.people.group("Harbour News", talk.ben, kind="channel")
    words = f"/ask {QUESTION}"
    assert await talk.say(words, user=talk.ben, chat=group) == []
    assert await talk.say(f"@dateline_bot {QUESTION}", user=talk.ben, chat=group) == []
    assert await talk.happens(talk.api.groups.writes_as_channel(channel, group, said(words)), group) == []
    assert await talk.happens(talk.api.groups.copies_post(channel, group, said(words)), group) == []
    assert index.asked == []
    assert QUOTE in text(await talk.say(words, chat=group))
    assert QUOTE in text(await talk.happens(talk.api.groups.writes_anonymously(group, said(words)), group))
    group.members[talk.ben["id"]] = "administrator"
    assert QUOTE in text(await talk.say(words, user=talk.ben, chat=group))


async def test_an_anonymous_admin_of_another_group_is_nobody_here(talk: Conversation, group: Chat) -> None:
    """A sender that is a group, and not this one, is trusted with nothing and not answered."""
    other = talk.api.people.group("Elsewhere", talk.ben)
    content: dict[str, Any] = {"sender_chat": other.shown(), **said(f"/ask {QUESTION}")}
    assert await talk.happens(talk.api.people.sends(CHANNEL_BOT, group, content), group) == []


async def test_when_telegram_does_not_say_who_is_admin_nobody_is(talk: Conversation, group: Chat) -> None:
    """The check fails closed: silence rather than an answer that the group did not want."""
    only_admins(talk, group)
    talk.ann["id"] += 500  # whom Telegram does not know
    assert await talk.say(f"/ask {QUESTION}", chat=group) == []


async def test_a_group_is_greeted_once(talk: Conversation, group: Chat) -> None:
    """However often the bot is thrown out and taken in again, it introduces itself one time; to be removed or promoted it says nothing."""
    sets_bot = talk.api.groups.sets_bot
    greeting = text(await talk.happens(sets_bot(talk.ann, group, "member"), group))
    assert "/ask" in greeting
    assert "@dateline_bot" in greeting
    assert await talk.happens(sets_bot(talk.ann, group, "administrator", before="member"), group) == []
    assert await talk.happens(sets_bot(talk.ann, group, "kicked", before="administrator"), group) == []
    assert await talk.happens(sets_bot(talk.ann, group, "member", before="kicked"), group) == []


@pytest.mark.parametrize("kind", ["channel", "private"])
async def test_elsewhere_nobody_is_greeted(talk: Conversation, kind: str) -> None:
    """A channel's readers, and somebody who blocks and unblocks the bot, hear nothing."""
    people = talk.api.people
    chat = people.group("News", talk.ann, kind="channel") if kind == "channel" else people.private_chat(talk.ann)
    assert await talk.happens(talk.api.groups.sets_bot(talk.ann, chat, "administrator" if kind == "channel" else "member"), chat) == []


@pytest.mark.parametrize("first", ["leaving", "coming"])
async def test_a_group_that_becomes_a_supergroup_keeps_what_it_chose(talk: Conversation, first: str) -> None:
    """Whichever of Telegram's two notes comes first, settings move, the bot does not greet again, and the second note changes nothing."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben, kind="group")
    await talk.happens(talk.api.groups.sets_bot(talk.ann, group, "member"), group)
    only_admins(talk, group)
    upgraded, leaving, coming = talk.api.groups.upgrades(talk.ann, group)
    for update in (leaving, coming) if first == "leaving" else (coming, leaving):
        assert await talk.happens(update, upgraded) == []
    chats = talk.application.bot_data.store.chats
    assert chats.settings(upgraded.id) == ChatSettings(asking=Asking.ADMINS)
    assert chats.settings(group.id) == ChatSettings()
    assert await talk.happens(talk.api.groups.sets_bot(talk.ann, upgraded, "member"), upgraded) == []
    assert QUOTE in text(await talk.say(f"/ask {QUESTION}", chat=upgraded))


async def test_a_group_where_the_bot_may_not_write_is_no_trouble(talk: Conversation, group: Chat) -> None:
    """The greeting that cannot be sent is logged, and the bot goes on."""
    talk.expected = BadRequest
    update = talk.api.groups.sets_bot(talk.ann, group, "member")
    del talk.api.state.chats[group.id]
    assert await talk.happens(update, group) == []
