"""/subscribe and /subscriptions: what people type and tap, in private, in groups and topics, and for channels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.handlers.subscribe import MAX_IN_A_CHAT, MAX_OF_A_PERSON
from bot.local.methods import MAX_CALLBACK_DATA
from bot.local.people import said
from bot.local.state import JSON, Chat
from bot.subscription_buttons import outlet_key
from bot.updates.subscription import NOBODY, Cadence, Place, Schedule, State, Subscription, Wanted, Wish
from tests.flows.harness import Conversation, conversation, text
from tests.flows.stub_index import LOADED, PUBLISHED, StubCoverage
from tests.flows.stub_matching import FERRY, StubMatching


@pytest.fixture
def matching() -> StubMatching:
    return StubMatching()


@pytest.fixture
async def talk(index: StubCoverage, matching: StubMatching) -> AsyncIterator[Conversation]:
    index.loaded = replace(LOADED, by_source=(("Harbour News", 9), ("x" * 300, 2), (" ", 1)))
    async with conversation(index, matching=matching) as started:
        yield started


@pytest.fixture
def channel(talk: Conversation) -> Chat:
    """Ann's channel, in which the bot may post; Ben reads it."""
    made = talk.api.people.group("Harbour", talk.ann, talk.ben, kind="channel", username="harbour")
    made.members[talk.api.state.bot["id"]] = "administrator"
    return made


def kept(talk: Conversation, chat_id: int) -> list[Subscription]:
    return talk.application.bot_data.store.subscriptions.of_chat(chat_id)


def data_of(message: JSON) -> dict[str, str]:
    """Label to data, of all buttons under the message."""
    return {button["text"]: button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row}


async def tap(talk: Conversation, message: JSON, label: str, *, user: JSON | None = None) -> str:
    """Press the button of that label; what was said for a moment."""
    [carried] = [data for each, data in data_of(message).items() if each.removeprefix("✓ ") == label]
    return await send_press(talk, message, carried, user=user)


async def send_press(talk: Conversation, message: JSON, data: str, *, user: JSON | None = None) -> str:
    chat = talk.api.state.chats[message["chat"]["id"]]
    talk.api.state.flashed.clear()
    await talk.happens(talk.api.people.presses(user or talk.ann, message, data), chat)
    assert len(data.encode()) <= MAX_CALLBACK_DATA
    return "".join(talk.api.state.flashed)


async def test_the_command_alone_explains_itself_and_a_tap_subscribes(talk: Conversation) -> None:
    """With examples to copy and buttons for everything and the largest outlets, whatever they are called."""
    [message] = await talk.say("/subscribe")
    assert "/subscribe al-Bab casualties" in message["text"]
    assert [label[:12] for label in data_of(message)] == ["Everything", "Harbour News", "x" * 12]
    await tap(talk, message, "Harbour News")
    [made] = kept(talk, talk.ann["id"])
    assert (made.wish, made.owner_id, made.place) == (Wish(Wanted.SOURCE, "Harbour News"), talk.ann["id"], Place(talk.ann["id"]))
    await tap(talk, message, "Everything")
    assert kept(talk, talk.ann["id"])[1].wish == Wish(Wanted.EVERYTHING)


async def test_a_topic_is_typed_with_its_words_and_times(talk: Conversation) -> None:
    """And shown as it was understood."""
    said_back = text(await talk.say("/subscribe al-Bab casualties +soldiers -football, daily at 07:30 Europe/Istanbul"))
    assert said_back == ("Subscribed.\nTopic: al-Bab casualties · with soldiers · without football\nWhen: daily at 07:30 · Europe/Istanbul")
    [made] = kept(talk, talk.ann["id"])
    assert made.wish == Wish(Wanted.TOPIC, "al-Bab casualties", ("soldiers",), ("football",))
    assert made.schedule == Schedule(Cadence.DAILY, time(7, 30), zone="Europe/Istanbul")


async def test_the_same_wish_again_is_the_same_subscription(talk: Conversation) -> None:
    """Without times it keeps those it has; with times it takes them. The next one is offered the same time zone."""
    await talk.say("/subscribe ferries, daily at 7 Europe/Istanbul")
    await talk.say("/subscribe ferries")
    assert [one.schedule.cadence for one in kept(talk, talk.ann["id"])] == [Cadence.DAILY]
    await talk.say("/subscribe ferries hourly")
    assert [one.schedule.cadence for one in kept(talk, talk.ann["id"])] == [Cadence.HOURLY]
    await talk.say("/subscribe harbours")
    assert kept(talk, talk.ann["id"])[1].schedule == Schedule(zone="Europe/Istanbul")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("ferries, daily at 7 Europe/Istambul", "I do not know the time zone Europe/Istambul. Did you mean Europe/Istanbul?"),
        ("ferries, daily at 7 qqqqzzzz", "I do not know the time zone qqqqzzzz. Write it like this: Europe/Istanbul"),
        ("ferries, daily at 27", "Those times do not exist. Write them like this: daily at 07:30, quiet 22-7, at most 4 a day"),
        ("x" * 201, "That is too long for a subscription. A few words are best."),
    ],
)
async def test_what_cannot_be_is_said(talk: Conversation, typed: str, answer: str) -> None:
    """With what to write instead; nothing is kept."""
    assert text(await talk.say(f"/subscribe {typed}")) == answer
    assert kept(talk, talk.ann["id"]) == []


@pytest.mark.parametrize(("label", "cadence"), [("Yes, all of it", Cadence.AT_ONCE), ("Yes, once a day", Cadence.DAILY), ("No", None)])
async def test_a_topic_that_finds_a_great_deal_asks_first(
    talk: Conversation, matching: StubMatching, label: str, cadence: Cadence | None
) -> None:
    """Nothing is kept until somebody says yes; a second press finds nothing to answer."""
    matching.reports_a_week = 340
    [message] = await talk.say("/subscribe people")
    assert "there were 340 reports for it" in message["text"]
    assert kept(talk, talk.ann["id"]) == []
    carried = data_of(message)[label]
    await tap(talk, message, label)
    assert [one.schedule.cadence for one in kept(talk, talk.ann["id"])] == ([cadence] if cadence else [])
    assert message["text"].startswith("Subscribed." if cadence else "Nothing was changed.")
    assert "expired" in await send_press(talk, message, carried)


async def test_a_chat_and_a_person_have_their_limits(talk: Conversation, channel: Chat) -> None:
    """Said politely, with the way out."""
    store = talk.application.bot_data.store.subscriptions
    for number in range(MAX_IN_A_CHAT):
        store.add(Place(talk.ann["id"]), talk.ann["id"], Wish(Wanted.TOPIC, f"topic {number}"), Schedule())
    assert "Please delete one first: /subscriptions" in text(await talk.say("/subscribe ferries"))
    assert "Subscribed." in text(await talk.say("/subscribe topic 3"))  # there already
    for number in range(MAX_OF_A_PERSON - MAX_IN_A_CHAT):
        store.add(Place(-5), talk.ann["id"], Wish(Wanted.TOPIC, f"topic {number}"), Schedule())
    assert "You have 40 subscriptions" in text(await talk.say("/subscribe @harbour ferries"))
    [message] = await talk.say("/subscriptions")
    assert message["text"].count("\n") == MAX_OF_A_PERSON
    assert kept(talk, channel.id) == []


async def test_a_subscription_is_paused_changed_previewed_and_deleted(talk: Conversation, matching: StubMatching) -> None:
    """Every button of its card, in one message; deleting is asked about once."""
    [message] = await talk.say("/subscribe ferries")
    await tap(talk, message, "Pause")
    assert kept(talk, talk.ann["id"])[0].state is State.PAUSED
    assert message["text"].endswith("Paused.")
    await tap(talk, message, "Resume")
    assert kept(talk, talk.ann["id"])[0].state is State.ACTIVE
    await tap(talk, message, "Preview")
    assert "Since 7 May 2021 1 report would have been sent:" in message["text"]
    assert FERRY.quotes[0].text in message["text"]
    assert matching.asked == [(Wish(Wanted.TOPIC, "ferries"), PUBLISHED - timedelta(days=7))]
    matching.found = []
    await tap(talk, message, "‹")
    await tap(talk, message, "Preview")
    assert "nothing would have been sent" in message["text"]
    await tap(talk, message, "‹")
    await tap(talk, message, "Words…")
    assert f"/subscriptions {kept(talk, talk.ann['id'])[0].id} +soldiers -football" in message["text"]
    await tap(talk, message, "‹")
    await tap(talk, message, "Delete…")
    await tap(talk, message, "No, keep it")
    assert len(kept(talk, talk.ann["id"])) == 1
    await tap(talk, message, "Delete…")
    stale = data_of(message)["No, keep it"]
    await tap(talk, message, "Yes, delete it")
    assert kept(talk, talk.ann["id"]) == []
    assert message["text"].startswith("There are no subscriptions here.")
    assert await send_press(talk, message, stale) == "That subscription is gone."


async def test_times_are_tapped(talk: Conversation) -> None:
    """Cadence, time, day, zone, quiet hours and number, each kept and shown at once."""
    [message] = await talk.say("/subscribe ferries")
    await tap(talk, message, "Times…")
    for label in ("4 a day", "quiet 22:00–07:00", "weekly", "09:00", "Wed", "Time zone: UTC", "Istanbul"):
        await tap(talk, message, label)
    assert kept(talk, talk.ann["id"])[0].schedule == Schedule(Cadence.WEEKLY, time(9), 2, "Europe/Istanbul", time(22), time(7), 4)
    assert "When: weekly, Wednesday at 09:00 · quiet 22:00–07:00 · Europe/Istanbul" in message["text"]
    await tap(talk, message, "at once")
    await tap(talk, message, "never quiet")
    await tap(talk, message, "no limit")
    assert kept(talk, talk.ann["id"])[0].schedule == Schedule(Cadence.AT_ONCE, time(9), 2, "Europe/Istanbul")


async def test_words_and_times_are_typed_by_number(talk: Conversation) -> None:
    """What no button has; and what is neither is not guessed at."""
    await talk.say("/subscribe ferries -football")
    [made] = kept(talk, talk.ann["id"])
    said_back = text(await talk.say(f"/subscriptions {made.id} +hurt, quiet 23-6"))
    assert "Topic: ferries · with hurt" in said_back
    assert "football" not in said_back
    assert kept(talk, talk.ann["id"])[0].schedule == Schedule(quiet_from=time(23), quiet_to=time(6))
    await talk.say(f"/subscriptions {made.id} +")
    assert kept(talk, talk.ann["id"])[0].wish == Wish(Wanted.TOPIC, "ferries")
    for wrong in (f"{made.id} something else", "what", "1 2 3"):
        assert "I" in text(await talk.say(f"/subscriptions {wrong}"))
    assert kept(talk, talk.ann["id"])[0].wish == Wish(Wanted.TOPIC, "ferries")


async def test_the_preview_of_a_question_is_how_its_answer_changed(talk: Conversation) -> None:
    """Because that is what is sent of it."""
    [message] = await talk.say("/subscribe how many passengers were hurt?")
    await tap(talk, message, "Preview")
    assert "reported, and unchanged since · 14 May 2021" in message["text"]


async def test_a_channel_is_subscribed_from_private(talk: Conversation, channel: Chat) -> None:
    """By its name or number; it is listed with the person's own, and nothing is said in the channel."""
    [message] = await talk.say("/subscribe @harbour ferries hourly")
    assert message["text"] == "Subscribed.\nTopic: ferries\nWhen: hourly\nWhere: Harbour"
    [made] = kept(talk, channel.id)
    assert (made.owner_id, made.place) == (talk.ann["id"], Place(channel.id))
    assert "Where: Harbour" in text(await talk.say(f"/subscribe {channel.id} bridges"))
    assert "1. Topic: ferries · Harbour\n2. Topic: bridges · Harbour" in text(await talk.say("/subscriptions"))
    assert channel.messages == {}


async def test_a_channels_name_alone_explains_and_its_buttons_are_the_channels(talk: Conversation, channel: Chat) -> None:
    """The examples name the channel, too."""
    [message] = await talk.say("/subscribe @harbour")
    assert "/subscribe @harbour al-Bab casualties" in message["text"]
    await tap(talk, message, "Everything")
    assert [one.wish.wanted for one in kept(talk, channel.id)] == [Wanted.EVERYTHING]


async def test_a_groups_admin_subscribes_one_topic_of_a_forum(talk: Conversation) -> None:
    """The place is the topic; the group's list has it, and Ann's own list too."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    topic = talk.api.groups.opens_topic(talk.ann, group, "Ferries")
    update = talk.api.people.sends(talk.ann, group, talk.api.groups.in_topic(group, topic, said("/subscribe ferries")))
    [message] = await talk.happens(update, group)
    assert message["message_thread_id"] == topic
    [made] = kept(talk, group.id)
    assert (made.place, made.owner_id) == (Place(group.id, topic), talk.ann["id"])
    assert "Topic: ferries" in text(await talk.say("/subscriptions", chat=group))
    assert "Topic: ferries · Newsroom" in text(await talk.say("/subscriptions"))


async def test_an_anonymous_admin_subscribes_the_group_and_is_nobody(talk: Conversation) -> None:
    """Trusted in that group; no person is told anything in private; a press says who they are."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    [message] = await talk.happens(talk.api.groups.writes_anonymously(group, said("/subscribe ferries")), group)
    assert [one.owner_id for one in kept(talk, group.id)] == [NOBODY]
    await tap(talk, message, "Pause")
    assert kept(talk, group.id)[0].state is State.PAUSED


async def test_a_group_that_moves_takes_its_subscriptions_along(talk: Conversation) -> None:
    """The supergroup has another number, and the same subscriptions."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben, kind="group")
    await talk.say("/subscribe ferries", chat=group)
    supergroup, note, _ = talk.api.groups.upgrades(talk.ann, group)
    await talk.happens(note, supergroup)
    assert (len(kept(talk, supergroup.id)), kept(talk, group.id)) == (1, [])


async def test_a_link_opens_a_subscription(talk: Conversation) -> None:
    """To whose it is, and to nobody else."""
    await talk.say("/subscribe ferries")
    [made] = kept(talk, talk.ann["id"])
    assert "Topic: ferries" in text(await talk.say(f"/start s_{made.id}"))
    for link, user in ((f"s_{made.id}", talk.ben), ("s_999", talk.ann), ("s_x", talk.ann), (f"s_{'9' * 40}", talk.ann)):
        assert text(await talk.say(f"/start {link}", user=user)) == "I know no subscription of yours with that number."


async def test_forgetting_deletes_subscriptions(talk: Conversation, channel: Chat) -> None:
    """In private those of the person, in channels too; in a group the group's."""
    group = talk.api.people.group("Newsroom", talk.ben, talk.ann)
    await talk.say("/subscribe ferries")
    await talk.say("/subscribe @harbour ferries")
    await talk.say("/subscribe ferries", user=talk.ben, chat=group)
    assert "Subscriptions" in text(await talk.say("/privacy"))
    [message] = await talk.say("/forget", user=talk.ben, chat=group)
    await tap(talk, message, "Yes, forget it", user=talk.ben)
    assert (len(kept(talk, channel.id)), kept(talk, group.id)) == (1, [])
    [message] = await talk.say("/forget")
    await tap(talk, message, "Yes, forget it")
    assert kept(talk, talk.ann["id"]) == kept(talk, channel.id) == []


async def test_without_matching_there_is_no_preview(index: StubCoverage) -> None:
    """A bot that cannot look says so."""
    async with conversation(index) as talk:
        [message] = await talk.say("/subscribe ferries")
        await talk.happens(talk.api.people.presses(talk.ann, message, data_of(message)["Preview"]), talk.api.people.private_chat(talk.ann))
        assert talk.api.people.private_chat(talk.ann).messages[message["message_id"] + 1]["text"] == "Nothing can be subscribed to here."


async def test_an_outlet_that_is_gone_is_not_subscribed_to(talk: Conversation) -> None:
    """Nor is what no button carries."""
    [message] = await talk.say("/subscribe")
    for data in (f"new:{talk.ann['id']}:{outlet_key('Gone')}", "new:x:all", "new:", "sure:yes:nothing", "sure:", "sub:open", "sub:fly:1"):
        assert "expired" in await send_press(talk, message, data)
    assert kept(talk, talk.ann["id"]) == []
