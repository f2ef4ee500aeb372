"""/settings: what a chat chooses, and that in a group its admins alone do."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest

from bot.chat_settings import Asking, ChatSettings, Length
from bot.local.faults import bad_request
from bot.local.people import said
from bot.local.state import JSON, Chat
from bot.render.settings import CHOSEN
from tests.flows.harness import Conversation, text


@pytest.fixture
def group(talk: Conversation) -> Chat:
    """A supergroup that Ann owns and Ben is in."""
    return talk.api.people.group("Newsroom", talk.ann, talk.ben)


def buttons(message: JSON) -> dict[str, str]:
    """Label to data, of all buttons under the message."""
    return {button["text"]: button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row}


def chosen(message: JSON) -> list[str]:
    """What is ticked."""
    return [label.removeprefix(CHOSEN) for label in buttons(message) if label.startswith(CHOSEN)]


def kept(talk: Conversation, chat: Chat) -> ChatSettings:
    """What the database says."""
    return talk.application.bot_data.store.chats.settings(chat.id)


async def press(talk: Conversation, user: JSON, message: JSON, data: str) -> str:
    """Press a button; what the bot told whoever pressed it."""
    chat = talk.api.state.chats[message["chat"]["id"]]
    assert await talk.happens(talk.api.people.presses(user, message, data), chat) == []
    told = talk.api.calls[[call.method for call in talk.api.calls].index("answerCallbackQuery")].parameters["text"]
    talk.api.calls.clear()
    return str(told)


async def test_a_person_chooses_language_and_length(talk: Conversation) -> None:
    """Each press is kept, shown at once in the same message, and the language is the one that was chosen."""
    [message] = await talk.say("/settings")
    assert "Settings" in message["text"]
    assert chosen(message) == ["as whoever writes has it in Telegram", "full"]
    chat = talk.api.people.private_chat(talk.ann)
    await press(talk, talk.ann, message, buttons(message)["short"])
    assert chosen(message) == ["as whoever writes has it in Telegram", "short"]
    await press(talk, talk.ann, message, buttons(message)["Deutsch"])
    assert kept(talk, chat) == ChatSettings("de", Length.SHORT)
    assert chosen(message)[0] == "Deutsch"
    assert "asking" not in str(message["reply_markup"])
    await press(talk, talk.ann, message, "settings:language:")
    assert kept(talk, chat).language is None


async def test_a_choice_pressed_twice_is_no_error(talk: Conversation) -> None:
    """Telegram refuses to edit a message into itself; nobody hears of it."""
    [message] = await talk.say("/settings")
    assert await press(talk, talk.ann, message, "settings:length:full") == "Saved."


async def test_another_refusal_to_edit_is_not_hidden(talk: Conversation) -> None:
    """What was not expected reaches the error handler; the choice is kept."""
    [message] = await talk.say("/settings")
    talk.expected = BadRequest
    talk.api.fail("editMessageText", bad_request("message to edit not found"))
    await press(talk, talk.ann, message, "settings:length:short")
    assert kept(talk, talk.api.people.private_chat(talk.ann)).length is Length.SHORT


async def test_a_groups_admin_chooses_who_may_ask(talk: Conversation, group: Chat) -> None:
    """The owner sees one row more than in private, and what is chosen holds for the group."""
    [message] = await talk.say("/settings", chat=group)
    assert "Settings of this group" in message["text"]
    assert await press(talk, talk.ann, message, buttons(message)["admins only"]) == "Saved."
    assert kept(talk, group).asking is Asking.ADMINS
    assert "Everybody else gets no reply." in message["text"]


async def test_a_member_sees_no_settings_and_presses_in_vain(talk: Conversation, group: Chat) -> None:
    """Ben is refused in words, and his presses of Ann's buttons change nothing."""
    assert text(await talk.say("/settings", user=talk.ben, chat=group)) == "Only the admins of this group can change its settings."
    [message] = await talk.say("/settings", chat=group)
    assert await press(talk, talk.ben, message, "settings:asking:admins") == "Only the admins of this group can change its settings."
    assert kept(talk, group) == ChatSettings()


async def test_whoever_is_no_admin_any_more_presses_in_vain(talk: Conversation, group: Chat) -> None:
    """The press is checked when it is made, not when the buttons were shown."""
    group.members[talk.ben["id"]] = "administrator"
    [message] = await talk.say("/settings", user=talk.ben, chat=group)
    group.members[talk.ben["id"]] = "member"
    assert "Only the admins" in await press(talk, talk.ben, message, "settings:length:short")
    assert kept(talk, group) == ChatSettings()


async def test_when_telegram_does_not_say_nobody_is_admin(talk: Conversation, group: Chat) -> None:
    """A check that fails refuses."""
    [message] = await talk.say("/settings", chat=group)
    talk.api.fail("getChatMember", bad_request("member list is inaccessible"))
    assert "Only the admins" in await press(talk, talk.ann, message, "settings:length:short")


async def test_an_anonymous_admin_sees_the_settings_and_a_channel_does_not(talk: Conversation, group: Chat) -> None:
    """Only admins can write in the group's name; anybody can write in a channel's, even in that of the linked one."""
    channel = talk.api.people.group("Harbour News", talk.ann, kind="channel")
    [message] = await talk.happens(talk.api.groups.writes_anonymously(group, said("/settings")), group)
    assert chosen(message) == ["as whoever writes has it in Telegram", "full", "everyone"]
    for update in (
        talk.api.groups.writes_as_channel(channel, group, said("/settings")),
        talk.api.groups.copies_post(channel, group, said("/settings")),
    ):
        assert "Only the admins" in text(await talk.happens(update, group))


async def test_settings_are_answered_where_others_get_silence(talk: Conversation, group: Chat) -> None:
    """In a group of admins only, its admins can still get back, and others are told why they cannot."""
    talk.application.bot_data.store.chats.choose(group.id, ChatSettings(asking=Asking.ADMINS))
    assert "Only the admins" in text(await talk.say("/settings", user=talk.ben, chat=group))
    assert "Settings of this group" in text(await talk.say("/settings", chat=group))


@pytest.mark.parametrize(
    "data",
    ["settings:", "settings:language:xx", "settings:length:", "settings:asking:admins", "settings:colour:red", "settings:language:de:x"],
)
async def test_data_that_no_button_carries_changes_nothing(talk: Conversation, data: str) -> None:
    """Somebody with a client of their own sends what they like; in private there is no choosing who may ask."""
    [message] = await talk.say("/settings")
    assert await press(talk, talk.ann, message, data) == "This button has expired. Please type /settings again."
    assert kept(talk, talk.api.people.private_chat(talk.ann)) == ChatSettings()


async def test_a_press_without_its_message_changes_nothing(talk: Conversation) -> None:
    """Telegram may leave the message out; then nobody knows which chat is meant."""
    [message] = await talk.say("/settings")
    update = talk.api.people.presses(talk.ann, message, "settings:length:short")
    del update["callback_query"]["message"]
    update["callback_query"]["inline_message_id"] = "1"
    assert await talk.happens(update, talk.api.people.private_chat(talk.ann)) == []
    assert kept(talk, talk.api.people.private_chat(talk.ann)) == ChatSettings()


async def test_an_old_message_that_telegram_no_longer_shows_still_works(talk: Conversation) -> None:
    """Of a very old message only the chat and the number are told; that is enough."""
    [message] = await talk.say("/settings")
    chat = talk.api.people.private_chat(talk.ann)
    update = talk.api.people.presses(
        talk.ann, {"chat": message["chat"], "message_id": message["message_id"], "date": 0}, "settings:length:short"
    )
    assert await talk.happens(update, chat) == []
    assert kept(talk, chat).length is Length.SHORT
