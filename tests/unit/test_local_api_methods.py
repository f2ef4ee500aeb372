"""The in-process Bot API: what it keeps, what it refuses, and how it hands out updates."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.local.api import LocalTelegram
from bot.local.faults import Fault, LostConnectionError, NoAnswerInTimeError, server_error, too_many_requests
from bot.local.request import LocalRequest
from bot.local.state import JSON, Chat

NOON = datetime(2021, 5, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's way of saying seconds that the bot uses."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def api() -> LocalTelegram:
    """A Telegram at noon."""
    return LocalTelegram(clock=lambda: NOON)


@pytest.fixture
def ann(api: LocalTelegram) -> JSON:
    """A person."""
    return api.people.person("Ann")


@pytest.fixture
def chat(api: LocalTelegram, ann: JSON) -> Chat:
    """Her chat with the bot."""
    return api.people.private_chat(ann)


@pytest.fixture
def bot(api: LocalTelegram) -> Bot:
    """The library's bot, on that Telegram."""
    return Bot(api.token, request=LocalRequest(api), get_updates_request=LocalRequest(api))


async def test_a_sent_message_comes_back_whole(bot: Bot, chat: Chat, ann: JSON, api: LocalTelegram) -> None:
    """The library can read the message that is returned: id, date, chat, text, entities, buttons, and what it replies to."""
    api.people.writes(ann, chat, "hello")
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="m")]])
    message = await bot.send_message(
        chat.id, "<b>Seven</b> were hurt", parse_mode="HTML", reply_markup=buttons, reply_parameters=ReplyParameters(1)
    )
    assert message.message_id == 2
    assert message.date == NOON
    assert message.chat.first_name == "Ann"
    assert message.parse_entities() == {message.entities[0]: "Seven"}
    assert message.reply_markup == buttons
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "hello"
    assert message.from_user is not None
    assert message.from_user.username == "dateline_bot"


def data(size: int) -> InlineKeyboardMarkup:
    """A button with so many bytes of data."""
    return InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="é" * (size // 2))]])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "Message text is empty"),
        ({"text": " \n\u200b"}, "Text must be non-empty"),
        ({"text": "x" * 4097}, "Message is too long"),
        ({"text": "😀" * 2049}, "Message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't parse entities: can't find end tag"),
        ({"text": "x", "chat_id": 404}, "Chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "Chat not found"),
        ({"text": "x", "reply_markup": data(66)}, "Button_data_invalid"),
        ({"text": "x", "reply_markup": InlineKeyboardMarkup([[InlineKeyboardButton("More")]])}, "text buttons are unallowed"),
        ({"text": "x", "reply_parameters": ReplyParameters(99)}, "Message to be replied not found"),
    ],
)
async def test_what_telegram_refuses_to_send_is_refused(bot: Bot, chat: Chat, given: dict[str, Any], said: str) -> None:
    """Each limit of sendMessage holds, in Telegram's words."""
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(**{"chat_id": chat.id, **given})
    assert said.lower() in str(caught.value).lower()
    assert chat.messages == {}


@pytest.mark.parametrize(
    "given",
    [
        {"text": "x" * 4096},
        {"text": "😀" * 2048},
        {"text": "<b>" + "&amp;" * 4096 + "</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": data(64)},
    ],
)
async def test_what_just_fits_is_taken(bot: Bot, chat: Chat, given: dict[str, Any]) -> None:
    """The limits count UTF-16 units after parsing, and bytes of button data."""
    await bot.send_message(chat.id, **given)
    assert len(chat.messages) == 1


@pytest.mark.parametrize(
    ("kind", "said"), [("private", "blocked by the user"), ("group", "kicked from the group"), ("supergroup", "kicked from the supergroup")]
)
async def test_a_bot_that_is_not_wanted_is_forbidden(bot: Bot, api: LocalTelegram, ann: JSON, chat: Chat, kind: Any, said: str) -> None:
    """403 in a chat that blocked the bot or threw it out."""
    chat = chat if kind == "private" else api.people.group("Newsroom", ann, kind=kind)
    chat.blocks_bot = True
    with pytest.raises(Forbidden, match=said):
        await bot.send_message(chat.id, "x")


async def test_messages_are_edited_and_deleted(bot: Bot, chat: Chat, ann: JSON, api: LocalTelegram) -> None:
    """The bot's own message changes, an unchanged text is refused, another's cannot be edited, and what is deleted is gone."""
    sent = await bot.send_message(chat.id, "before")
    edited = await bot.edit_message_text("<b>after</b>", chat.id, sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert (edited.text, edited.edit_date) == ("after", NOON)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("<b>after</b>", chat.id, sent.message_id, parse_mode="HTML")
    api.people.writes(ann, chat, "mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("yours", chat.id, 2)
    assert await bot.delete_message(chat.id, sent.message_id)
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", chat.id, sent.message_id)
    with pytest.raises(BadRequest, match="to delete not found"):
        await bot.delete_message(chat.id, sent.message_id)
    assert (await bot.send_message(chat.id, "next")).message_id == 3


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (too_many_requests(7), RetryAfter),
        (server_error(), NetworkError),
        (LostConnectionError("reset"), NetworkError),
        (NoAnswerInTimeError(), TimedOut),
    ],
)
@pytest.mark.parametrize("after", [False, True])
async def test_planned_faults_happen_once(
    bot: Bot, api: LocalTelegram, chat: Chat, fault: Fault, seen: type[TelegramError], after: bool
) -> None:
    """A fault comes as the library would see it, before or after Telegram did what was asked, and then all is well."""
    api.fail("sendMessage", fault, after=after)
    with pytest.raises(seen) as caught:
        await bot.send_message(chat.id, "x")
    if isinstance(caught.value, RetryAfter):
        assert "7" in str(caught.value)
    assert len(chat.messages) == after
    await bot.send_message(chat.id, "y")
    assert len(chat.messages) == after + 1


async def test_a_wrong_token_is_unauthorised(api: LocalTelegram) -> None:
    """Another bot's token does not reach this one."""
    with pytest.raises(InvalidToken):
        await Bot("2:other", request=LocalRequest(api)).get_me()


async def test_a_call_that_is_not_in_the_bot_api_is_kept(bot: Bot, api: LocalTelegram, chat: Chat) -> None:
    """A violation is refused and remembered."""
    with pytest.raises(BadRequest, match=r"(?i)not in the Bot API"):
        await bot.send_message(chat.id, "x", api_kwargs={"colour": "red"})
    assert api.violations == ["sendMessage.colour: unknown"]


async def test_the_profile_is_kept(bot: Bot) -> None:
    """Commands come back as they were set, by scope and language; a wrong command is refused."""
    commands = [BotCommand("ask", "a question")]
    assert await bot.set_my_commands(commands)
    assert await bot.get_my_commands() == tuple(commands)
    assert await bot.get_my_commands(language_code="tr") == ()
    with pytest.raises(BadRequest):
        await bot.set_my_commands([BotCommand("Ask!", "a question")])
    assert await bot.set_my_name("Dateline")
    assert await bot.set_my_description("d" * 512)
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("d" * 121)


async def test_chats_and_members_are_known(bot: Bot, api: LocalTelegram, ann: JSON) -> None:
    """The library can read a chat, and a member of each standing."""
    group = api.people.group("Newsroom", ann)
    ben = api.people.person("Ben")
    assert (await bot.get_chat(group.id)).title == "Newsroom"
    assert (await bot.get_chat_member(group.id, ann["id"])).status == "creator"
    for status in ("administrator", "member", "left", "kicked"):
        group.members[ben["id"]] = status
        assert (await bot.get_chat_member(group.id, ben["id"])).status == status
    with pytest.raises(BadRequest, match="user_id"):
        await bot.get_chat_member(group.id, 5)


async def test_actions_and_presses_are_checked(bot: Bot, api: LocalTelegram, chat: Chat) -> None:
    """An unknown action and an answer to no press are refused; a press is answered once."""
    assert await bot.send_chat_action(chat.id, "typing")
    with pytest.raises(BadRequest):
        await bot.send_chat_action(chat.id, "juggling")
    api.state.open_callbacks.add("q1")
    assert await bot.answer_callback_query("q1")
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query("q1")


async def test_updates_are_handed_out_until_confirmed(bot: Bot, api: LocalTelegram, ann: JSON, chat: Chat) -> None:
    """An update comes again until a later offset confirms it; what was not asked for never comes."""
    first, second = (api.people.writes(ann, chat, words) for words in ("one", "two"))
    api.deliver(first)
    api.deliver(api.people.edits(chat.messages[1], "one!"))
    api.deliver(second)
    got = await bot.get_updates(allowed_updates=["message"])
    assert [update.message.text for update in got if update.message] == ["one!", "two"]
    assert len(await bot.get_updates(limit=1)) == 1
    assert [update.update_id for update in await bot.get_updates(offset=second["update_id"])] == [second["update_id"]]
    assert await bot.get_updates(offset=second["update_id"] + 1) == ()


async def test_a_long_poll_waits_for_an_update(bot: Bot, api: LocalTelegram, ann: JSON, chat: Chat) -> None:
    """Asking before there is anything waits, and gets it as soon as there is."""
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.01)
    api.deliver(api.people.writes(ann, chat, "one"))
    assert len(await waiting) == 1


async def test_a_webhook_excludes_polling(bot: Bot) -> None:
    """With a webhook set, asking for updates is a conflict; a webhook must be HTTPS; deleting it makes way again."""
    with pytest.raises(BadRequest, match=r"(?i)https"):
        await bot.set_webhook("http://bot.example.org/")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook("https://bot.example.org/", secret_token="no spaces")
    await bot.set_webhook("https://bot.example.org/", secret_token="s")
    assert (await bot.get_webhook_info()).url == "https://bot.example.org/"
    with pytest.raises(TelegramError, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


def test_commands_and_mentions_are_marked_as_telegram_marks_them(api: LocalTelegram, ann: JSON, chat: Chat) -> None:
    """A command at the start or after a space is an entity, in UTF-16 units; one inside a word or an address is not."""
    update = api.people.writes(ann, chat, "/ask@dateline_bot 😀 /x and @ben but not a/b")
    assert update["message"]["entities"] == [
        {"type": "bot_command", "offset": 0, "length": 17},
        {"type": "bot_command", "offset": 21, "length": 2},
        {"type": "mention", "offset": 28, "length": 4},
    ]
    assert "entities" not in api.people.writes(ann, chat, "no command")["message"]


async def test_what_a_press_says_is_kept_and_bounded(bot: Bot, api: LocalTelegram, chat: Chat, ann: JSON) -> None:
    """A press can be answered once, with at most 200 characters; what was said is there for whoever plays the person."""
    sent = await bot.send_message(chat.id, "x", reply_markup=data(8))
    for text in ("Thank you.", None):
        query = api.people.presses(ann, chat.messages[sent.message_id], "éééé")["callback_query"]["id"]
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await bot.answer_callback_query(query, "x" * 201)
        query = api.people.presses(ann, chat.messages[sent.message_id], "éééé")["callback_query"]["id"]
        assert await bot.answer_callback_query(query, text)
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(query)
    assert api.state.flashed == ["Thank you."]
