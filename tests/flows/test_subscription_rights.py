"""Who may subscribe which chat: nobody but those who run it, at the moment of each change, whatever a button or a name says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.local.faults import bad_request
from bot.local.people import said
from bot.local.state import JSON, Chat
from bot.subscription_buttons import Act, data
from bot.updates.subscription import Subscription
from tests.flows.harness import Conversation, conversation, text
from tests.flows.stub_index import StubCoverage
from tests.flows.stub_matching import StubMatching
from tests.flows.test_subscribing import data_of, kept, send_press, tap

ADMINS_ONLY = "Only the admins of that chat can do that, as far as Telegram tells me."
MAY_NOT_POST = "I may not post there: give me the right to post messages first."
CHANGES = [
    data(Act.PAUSE, 1),
    data(Act.RESUME, 1),
    data(Act.TIMES, 1, "hourly"),
    data(Act.DELETED, 1),
    data(Act.OPEN, 1),
    data(Act.PREVIEW, 1),
    data(Act.UNSURE, 1),
    data(Act.AGAIN, 1, "99"),
    data(Act.THERE, 1, "99"),
]


@pytest.fixture
async def talk(index: StubCoverage) -> AsyncIterator[Conversation]:
    async with conversation(index, matching=StubMatching()) as started:
        yield started


@pytest.fixture
def channel(talk: Conversation) -> Chat:
    """Ann's channel, in which the bot may post; Ben reads it."""
    made = talk.api.people.group("Harbour", talk.ann, talk.ben, kind="channel", username="harbour")
    made.members[talk.api.state.bot["id"]] = "administrator"
    return made


@pytest.fixture
def group(talk: Conversation) -> Chat:
    """Ann owns it, Ben is in it."""
    return talk.api.people.group("Newsroom", talk.ann, talk.ben)


async def in_vain(talk: Conversation, message: JSON, chat_id: int, user: JSON, before: list[Subscription]) -> set[str]:
    """Every change pressed; what was said. Nothing is changed."""
    told = {await send_press(talk, message, each, user=user) for each in CHANGES}
    assert kept(talk, chat_id) == before
    return told


async def test_a_stranger_subscribes_no_channel(talk: Conversation, channel: Chat) -> None:
    """A reader of it is told why; a name that is none, of a person, or of a chat without the bot, likewise."""
    assert text(await talk.say("/subscribe @harbour ferries", user=talk.ben)) == ADMINS_ONLY
    for name in ("@nobody", "-1001999999999"):
        assert text(await talk.say(f"/subscribe {name} ferries")).startswith("I cannot see the chat")
    assert kept(talk, channel.id) == []


async def test_a_channel_where_the_bot_may_not_post_is_not_subscribed(talk: Conversation, channel: Chat) -> None:
    """Its admin is told what to give it; a subscription that was there can be paused, but not resumed or rescheduled."""
    [message] = await talk.say("/subscribe @harbour ferries")
    channel.bot_may_post = False
    assert text(await talk.say("/subscribe @harbour bridges")) == MAY_NOT_POST
    [made] = kept(talk, channel.id)
    for act, value in ((Act.RESUME, None), (Act.TIMES, "hourly")):
        assert await send_press(talk, message, data(act, made.id, value)) == MAY_NOT_POST
    assert kept(talk, channel.id) == [made]
    assert await send_press(talk, message, data(Act.DELETED, made.id)) == ""
    assert kept(talk, channel.id) == []


async def test_who_is_no_admin_any_more_changes_nothing(talk: Conversation, channel: Chat) -> None:
    """Though they made it, and their buttons and its number are still there; nor do they make another."""
    channel.members[talk.ben["id"]] = "administrator"
    [message] = await talk.say("/subscribe @harbour ferries", user=talk.ben)
    channel.members[talk.ben["id"]] = "member"
    before = kept(talk, channel.id)
    assert await in_vain(talk, message, channel.id, talk.ben, before) == {ADMINS_ONLY}
    no = "I know no subscription of yours with that number."
    assert text(await talk.say(f"/subscriptions {before[0].id} hourly", user=talk.ben)) == no
    assert text(await talk.say(f"/start s_{before[0].id}", user=talk.ben)) == no
    assert await send_press(talk, message, f"new:{channel.id}:all", user=talk.ben) == ADMINS_ONLY
    assert kept(talk, channel.id) == before


async def test_when_telegram_does_not_say_nobody_may(talk: Conversation, channel: Chat) -> None:
    """A check that fails refuses, of the person and of the bot."""
    [message] = await talk.say("/subscribe @harbour ferries")
    before = kept(talk, channel.id)
    talk.api.fail("getChatMember", bad_request("member list is inaccessible"))
    assert await send_press(talk, message, data(Act.PAUSE, before[0].id)) == ADMINS_ONLY
    talk.api.fail("getChat", bad_request("chat not found"))
    assert await send_press(talk, message, data(Act.TIMES, before[0].id, "hourly")) == MAY_NOT_POST
    talk.api.fail("getChatMember", bad_request("member list is inaccessible"))
    assert text(await talk.say("/subscribe @harbour bridges")) == ADMINS_ONLY
    assert kept(talk, channel.id) == before


async def test_a_confirmation_counts_from_those_who_may(talk: Conversation, group: Chat) -> None:
    """A member's yes is no yes, and leaves the question to the admins."""
    matching = talk.application.bot_data.matching
    assert isinstance(matching, StubMatching)
    matching.reports_a_week = 500
    [message] = await talk.say("/subscribe people", chat=group)
    assert await tap(talk, message, "Yes, all of it", user=talk.ben) == ADMINS_ONLY
    assert kept(talk, group.id) == []
    await tap(talk, message, "Yes, all of it")
    assert len(kept(talk, group.id)) == 1


async def test_who_lost_the_channel_before_saying_yes_is_refused(talk: Conversation, channel: Chat) -> None:
    """Rights are asked when it is done, not when it was asked for."""
    matching = talk.application.bot_data.matching
    assert isinstance(matching, StubMatching)
    matching.reports_a_week = 500
    [message] = await talk.say("/subscribe @harbour people")
    channel.members[talk.ann["id"]] = "member"
    assert await tap(talk, message, "Yes, all of it") == ADMINS_ONLY
    assert kept(talk, channel.id) == []


async def test_a_member_of_a_group_is_refused(talk: Conversation, group: Chat) -> None:
    """By command, by number and by button."""
    [message] = await talk.say("/subscribe ferries", chat=group)
    before = kept(talk, group.id)
    no = "Only the admins of this group can subscribe it."
    for typed in ("/subscribe bridges", "/subscriptions", f"/subscriptions {before[0].id} hourly"):
        assert text(await talk.say(typed, user=talk.ben, chat=group)) == no
    assert await in_vain(talk, message, group.id, talk.ben, before) == {ADMINS_ONLY}
    assert await send_press(talk, message, f"new:{group.id}:all", user=talk.ben) == ADMINS_ONLY
    assert kept(talk, group.id) == before


async def test_an_anonymous_admin_is_trusted_in_their_group_alone(talk: Conversation, group: Chat, channel: Chat) -> None:
    """Neither with a channel nor with another group's subscriptions."""
    [message] = await talk.happens(talk.api.groups.writes_anonymously(group, said("/subscribe @harbour ferries")), group)
    assert message["text"] == "For another chat, write that to me in private."
    await talk.say("/subscribe @harbour ferries")
    [made] = kept(talk, channel.id)
    [message] = await talk.happens(talk.api.groups.writes_anonymously(group, said(f"/subscriptions {made.id} hourly")), group)
    assert message["text"] == "I know no subscription of yours with that number."
    assert (kept(talk, group.id), kept(talk, channel.id)) == ([], [made])


async def test_who_writes_as_a_channel_is_nobodys_admin(talk: Conversation, group: Chat, channel: Chat) -> None:
    """And what is posted in a channel is no command, whoever posts it."""
    [message] = await talk.happens(talk.api.groups.writes_as_channel(channel, group, said("/subscribe ferries")), group)
    assert message["text"] == "Only the admins of this group can subscribe it."
    assert await talk.happens(talk.api.people.posts(channel, said("/subscribe ferries")), channel) == []
    assert kept(talk, group.id) == kept(talk, channel.id) == []


async def test_a_forged_press_reaches_no_other_chats_subscription(talk: Conversation, group: Chat) -> None:
    """Ben runs a group of his own; from there he presses what Ann's subscriptions would carry, and what would make one."""
    await talk.say("/subscribe ferries")
    await talk.say("/subscribe ferries", chat=group)
    his = talk.api.people.group("Ben's", talk.ben)
    [message] = await talk.say("/subscriptions", user=talk.ben, chat=his)
    for one in (*kept(talk, talk.ann["id"]), *kept(talk, group.id)):
        for act in Act:
            assert await send_press(talk, message, data(act, one.id), user=talk.ben) == "That belongs to another chat."
    for chat_id in (talk.ann["id"], group.id):
        assert await send_press(talk, message, f"new:{chat_id}:all", user=talk.ben) == "That belongs to another chat."
        assert len(kept(talk, chat_id)) == 1
    # In his private chat he is asked about as the admin that he is not.
    [message] = await talk.say("/subscriptions", user=talk.ben)
    [made] = kept(talk, group.id)
    assert await send_press(talk, message, data(Act.DELETED, made.id), user=talk.ben) == ADMINS_ONLY
    [hers] = kept(talk, talk.ann["id"])
    assert await send_press(talk, message, data(Act.DELETED, hers.id), user=talk.ben) == ADMINS_ONLY
    assert kept(talk, talk.ann["id"]) == [hers]


async def test_what_was_passed_on_subscribes_no_channel(talk: Conversation, channel: Chat) -> None:
    """Somebody could have an admin forward it without reading."""
    command = talk.api.people.writes(talk.ben, talk.api.people.private_chat(talk.ben), "/subscribe @harbour ferries")["message"]
    chat = talk.api.people.private_chat(talk.ann)
    [message] = await talk.happens(talk.api.people.forwards(talk.ann, chat, command), chat)
    assert message["text"] == "That was written elsewhere. Please type it yourself."
    assert kept(talk, channel.id) == []


async def test_buttons_carry_what_can_be_read_back(talk: Conversation) -> None:
    """Of every screen of a subscription: nothing is longer than Telegram takes, and nothing expires as it is shown."""
    [message] = await talk.say("/subscribe ferries")
    seen: set[str] = set()
    todo = [*data_of(message).values()]
    while todo:
        if (pressed := todo.pop()) in seen or pressed.startswith("sub:deleted"):
            continue
        seen.add(pressed)
        assert await send_press(talk, message, pressed) == ""
        todo += data_of(message).values()
    assert len(seen) > 40


async def test_why_a_chat_is_cut_off_stands_on_the_card(talk: Conversation, channel: Chat) -> None:
    """In words; resumed by hand it is served again."""
    [message] = await talk.say("/subscribe @harbour ferries")
    await talk.happens(talk.api.groups.sets_bot(talk.ann, channel, "administrator", may_post=False), channel)
    [made] = kept(talk, channel.id)
    await send_press(talk, message, data(Act.OPEN, made.id))
    assert message["text"].endswith("I may not post in Harbour any more.")
    assert "cut off" in text(await talk.say("/subscriptions"))
    channel.bot_may_post = True
    await tap(talk, message, "Resume")
    assert message["text"].endswith("When: at once\nWhere: Harbour")
