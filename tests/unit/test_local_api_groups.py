"""The in-process Bot API where it concerns groups, topics, inline mode and the bot's page: what it keeps and what it refuses, as Telegram does."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Update
from telegram.error import BadRequest, ChatMigrated, RetryAfter

from bot.local import inline
from bot.local.api import LocalTelegram
from bot.local.people import said
from bot.local.request import LocalRequest
from bot.local.state import JSON, Chat


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's way of saying seconds that the bot uses."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def api() -> LocalTelegram:
    return LocalTelegram()


@pytest.fixture
def ann(api: LocalTelegram) -> JSON:
    return api.people.person("Ann")


@pytest.fixture
def group(api: LocalTelegram, ann: JSON) -> Chat:
    return api.people.group("Newsroom", ann)


@pytest.fixture
def bot(api: LocalTelegram) -> Bot:
    return Bot(api.token, request=LocalRequest(api), get_updates_request=LocalRequest(api))


async def test_topics_are_known_and_general_has_no_number(bot: Bot, api: LocalTelegram, ann: JSON, group: Chat) -> None:
    """A message goes to a topic that is there and to no other; the general one takes only what is shown of the bot by its number."""
    topic = api.groups.opens_topic(ann, group, "Harbour")
    sent = await bot.send_message(group.id, "x", message_thread_id=topic)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    assert await bot.send_chat_action(group.id, "typing", message_thread_id=topic)
    assert await bot.send_chat_action(group.id, "typing", message_thread_id=1)
    for wrong in (1, 404):
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_message(group.id, "x", message_thread_id=wrong)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_chat_action(group.id, "typing", message_thread_id=404)


async def test_an_upgraded_group_names_its_supergroup(bot: Bot, api: LocalTelegram, ann: JSON) -> None:
    """Both notes can be read by the library, members stay, and sending to the old number says the new one."""
    group = api.people.group("Newsroom", ann, kind="group")
    upgraded, leaving, coming = api.groups.upgrades(ann, group)
    notes = [Update.de_json(update, bot).message for update in (leaving, coming)]
    assert [(note.chat.id, note.migrate_to_chat_id, note.migrate_from_chat_id) for note in notes if note is not None] == [
        (group.id, upgraded.id, None),
        (upgraded.id, None, group.id),
    ]
    assert (await bot.get_chat_member(upgraded.id, ann["id"])).status == "creator"
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == upgraded.id


@pytest.mark.parametrize(("status", "before"), [("member", "left"), ("administrator", "left"), ("kicked", "member"), ("left", "member")])
def test_coming_and_going_can_be_read(bot: Bot, api: LocalTelegram, ann: JSON, group: Chat, status: str, before: str) -> None:
    """The library understands each change of the bot's standing."""
    change = Update.de_json(api.groups.sets_bot(ann, group, status, before=before), bot).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == (before, status)
    assert group.blocks_bot == (status in ("left", "kicked"))


def test_names_that_people_write_under_can_be_read(bot: Bot, api: LocalTelegram, ann: JSON, group: Chat) -> None:
    """Anonymous admins, channels, and copies of a channel's posts look as the Bot API says."""
    channel = api.people.group("News", ann, kind="channel")
    updates = (
        api.groups.writes_anonymously(group, said("hi")),
        api.groups.writes_as_channel(channel, group, said("hi")),
        api.groups.copies_post(channel, group, said("hi")),
    )
    messages = [Update.de_json(update, bot).message for update in updates]
    assert [(one.sender_chat and one.sender_chat.id, one.is_automatic_forward) for one in messages if one is not None] == [
        (group.id, None),
        (channel.id, None),
        (channel.id, True),
    ]


def article(text: str = "x", result_id: str = "1", title: str = "t") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(result_id, title, InputTextMessageContent(text, "HTML"))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"results": [article("<b>x")]}, "can't parse entities"),
        ({"results": [article("x" * 4097)]}, "too_long"),
        ({"results": [article("\u200b")]}, "message_empty"),
        ({"results": [article(title=" ")]}, "title_empty"),
        ({"results": [article(), article()]}, "duplicate"),
        ({"results": [article(result_id="é" * 33)]}, "result_id_invalid"),
        ({"results": [article(result_id=str(n)) for n in range(51)]}, "too_much"),
        ({"results": [], "button": InlineQueryResultsButton("More", start_parameter="a b")}, "start_param_invalid"),
        ({"results": [], "next_offset": "x" * 65}, "next_offset_invalid"),
    ],
)
async def test_inline_answers_that_telegram_refuses_are_refused(bot: Bot, api: LocalTelegram, ann: JSON, given: Any, refused: str) -> None:
    """Each limit of answerInlineQuery holds, and the query still waits for an answer."""
    query_id = inline.asks(api.state, ann, "who?")["inline_query"]["id"]
    with pytest.raises(BadRequest) as caught:
        await bot.answer_inline_query(query_id, **given)
    assert refused in str(caught.value).lower()
    assert api.state.inline_queries[query_id] is None


async def test_an_inline_query_is_answered_once(bot: Bot, api: LocalTelegram, ann: JSON, group: Chat) -> None:
    """What was answered can be chosen and then stands in the chat; a second answer, or one to an unknown query, comes too late."""
    query_id = inline.asks(api.state, ann, "who?" * 100)["inline_query"]["id"]
    assert await bot.answer_inline_query(query_id, [article("<b>x</b>")])
    for late in (query_id, "unknown"):
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_inline_query(late, [])
    told = api.state.inline_queries[query_id]
    assert told is not None
    message = Update.de_json(inline.picks(api.state, ann, group, told["results"][0]), bot).message
    assert message is not None
    assert (message.text, message.via_bot and message.via_bot.username) == ("x", "dateline_bot")


async def test_the_bots_page_is_told_by_language(bot: Bot) -> None:
    """Name and descriptions come back for the language they were set for, and are empty for others."""
    await bot.set_my_description("long", "de")
    await bot.set_my_short_description("short", "de")
    await bot.set_my_name("Dateline", "de")
    assert (await bot.get_my_description("de")).description == "long"
    assert (await bot.get_my_short_description("de")).short_description == "short"
    assert (await bot.get_my_name("de")).name == "Dateline"
    assert (await bot.get_my_description()).description == ""


async def test_a_topic_is_closed_opened_again_and_deleted(bot: Bot, api: LocalTelegram, ann: JSON, group: Chat) -> None:
    """Nothing can be sent to it while it is closed, nor ever again when it is gone; the notes about it can be read by the library."""
    topic = api.groups.opens_topic(ann, group, "Harbour")
    closed = Update.de_json(api.groups.closes_topic(ann, group, topic), bot)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(group.id, "x", message_thread_id=topic)
    reopened = Update.de_json(api.groups.reopens_topic(ann, group, topic), bot)
    assert (await bot.send_message(group.id, "x", message_thread_id=topic)).message_thread_id == topic
    assert closed.message is not None
    assert closed.message.forum_topic_closed is not None
    assert reopened.message is not None
    assert reopened.message.forum_topic_reopened is not None
    api.groups.deletes_topic(group, topic)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=topic)


async def test_a_channel_takes_rights_and_gives_them_back(bot: Bot, api: LocalTelegram, ann: JSON) -> None:
    """The bot is told each time, and may post or may not."""
    channel = api.people.group("Harbour", ann, kind="channel")
    taken = Update.de_json(api.groups.sets_bot(ann, channel, "administrator", before="administrator", may_post=False), bot)
    assert taken.my_chat_member is not None
    assert [
        getattr(member, "can_post_messages", None)
        for member in (taken.my_chat_member.old_chat_member, taken.my_chat_member.new_chat_member)
    ] == [True, False]
    with pytest.raises(BadRequest, match="Need administrator rights"):
        await bot.send_message(channel.id, "x")
    api.groups.sets_bot(ann, channel, "administrator", before="administrator")
    assert (await bot.send_message(channel.id, "x")).text == "x"
    api.groups.deletes(channel)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(channel.id, "x")


async def test_a_chat_that_is_slowed_down_notes_who_does_not_wait(bot: Bot, api: LocalTelegram, group: Chat) -> None:
    """The first call learns of the wait; the second one should have known."""
    api.slow_down(group.id, 60)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(group.id, "x")
    assert [call.method for call in api.within_wait] == ["sendMessage"]
