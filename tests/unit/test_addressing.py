"""What in a group is meant for the bot, and who speaks: every way of addressing it, and everything that must pass by."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Message, User

from bot.addressing import Speaker, command_of, is_for_bot, question_for, speaker
from bot.local.people import said

BOT = User(1, "Dateline", is_bot=True, username="Dateline_Bot")
ANN = {"id": 5, "is_bot": False, "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Newsroom"}
CHANNEL = {"id": -200, "type": "channel", "title": "Harbour News"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
ROBOT = {"id": 9, "is_bot": True, "first_name": "Robot"}
ORIGIN = {"type": "channel", "chat": CHANNEL, "message_id": 1, "date": 0}
TOPIC = {"message_id": 3, "date": 0, "chat": GROUP, "from": BOT.to_dict(), "forum_topic_created": {"name": "T", "icon_color": 1}}


def message(text: str = "", **content: Any) -> Message:
    """Ann's message in the group, unless something else is said."""
    found = Message.de_json({"message_id": 7, "date": 0, "chat": GROUP, "from": ANN, **(said(text) if text else {}), **content})
    assert found is not None
    return found


def by(sender: dict[str, Any], text: str = "Seven were hurt.", **content: Any) -> dict[str, Any]:
    """A message that is replied to."""
    return {"message_id": 6, "date": 0, "chat": GROUP, "from": sender, "text": text, **content}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@Dateline_Bot how many were hurt?", "how many were hurt?"),
        ("@dateline_bot, how many were hurt?", "how many were hurt?"),
        ("@DATELINE_BOT: how many?", "how many?"),
        ("hey @dateline_bot how many?", "hey how many?"),
        ("how many were hurt, @dateline_bot", "how many were hurt,"),
        ("😀😀 @dateline_bot 👨‍👩‍👧 how many?", "😀😀 👨‍👩‍👧 how many?"),
        ("@dateline_bot @dateline_bot — who paid?", "who paid?"),
        ("@dateline_bot ask @ben", "ask @ben"),
        ("@dateline_bot", ""),
        ("@dateline_bot2 how many?", None),
        ("@other_bot how many?", None),
        ("me@dateline_bot.example how many?", None),
        ("dateline_bot how many?", None),
        ("how many were hurt?", None),
    ],
)
def test_a_mention_is_taken_out_of_the_question(text: str, question: str | None) -> None:
    """Only a mention that Telegram marked counts, in whatever case; the name goes, everything else stays."""
    assert question_for(message(text), BOT) == question


def test_the_name_without_a_mark_is_no_mention() -> None:
    """The same letters where Telegram marks nothing, as inside a code block, are no mention."""
    assert question_for(message(text="@dateline_bot how many?", entities=[{"type": "code", "offset": 0, "length": 23}]), BOT) is None


def test_a_bot_without_a_public_name_can_be_mentioned_by_its_id() -> None:
    """A mention that carries the user is compared by number."""
    entity = {"type": "text_mention", "offset": 0, "length": 8, "user": BOT.to_dict()}
    assert question_for(message(text="Dateline, how many?", entities=[entity]), User(1, "Dateline", is_bot=True)) == "how many?"
    entity["user"] = ANN
    assert question_for(message(text="Dateline, how many?", entities=[entity]), BOT) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/ask how many?", "ask"),
        ("/ASK@Dateline_Bot how many?", "ask"),
        ("/settings", "settings"),
        ("/start@dateline_bot", "start"),
        ("/frobnicate@dateline_bot", "frobnicate"),
        ("/ask@other_bot how many?", None),
        ("/ask@dateline_bot2 how many?", None),
        ("/start", None),
        ("/ban", None),
        ("well, /ask how many?", None),
        ("", None),
    ],
)
def test_commands_of_ours_are_told_from_others(text: str, name: str | None) -> None:
    """With the bot's name any command is ours; without it only those of a group's menu; with another's name none."""
    assert command_of(message(text), BOT) == name
    assert is_for_bot(message(text), BOT) == (name is not None)


def test_a_reply_to_the_bot_is_for_it() -> None:
    """Whoever answers what the bot said speaks to it, without naming it."""
    assert question_for(message("and how many died?", reply_to_message=by(BOT.to_dict())), BOT) == "and how many died?"


@pytest.mark.parametrize(
    "content",
    [
        {"reply_to_message": by(ANN)},
        {"reply_to_message": by(ROBOT)},
        {"reply_to_message": by(ANN, via_bot=BOT.to_dict())},
        {"reply_to_message": by(BOT.to_dict(), via_bot=BOT.to_dict())},
        {"reply_to_message": TOPIC, "message_thread_id": 3, "is_topic_message": True},
        {"external_reply": {"origin": ORIGIN}},
    ],
)
def test_what_only_looks_like_a_reply_to_the_bot_is_not(content: dict[str, Any]) -> None:
    """Replies to people, to other bots, to inline results, to a forum topic that the bot opened, and to other chats pass by."""
    assert question_for(message("and how many died?", **content), BOT) is None


@pytest.mark.parametrize("text", ["/ban", "/ask@other_bot how many?", "@ben look at this"])
def test_under_the_bots_message_people_speak_to_others_too(text: str) -> None:
    """A command for another bot, or a reply that begins with somebody's name, is not for this one."""
    assert question_for(message(text, reply_to_message=by(BOT.to_dict())), BOT) is None


def test_a_bare_mention_asks_what_was_replied_to() -> None:
    """Calling the bot under somebody's question asks that question, or the part that was quoted; under the bot's own message it asks nothing."""
    assert question_for(message("@dateline_bot", reply_to_message=by(ANN, "how many were hurt?")), BOT) == "how many were hurt?"
    quote = {"text": "how many", "position": 0}
    assert question_for(message("@dateline_bot", reply_to_message=by(ANN, "how many were hurt?"), quote=quote), BOT) == "how many"
    assert question_for(message("@dateline_bot", reply_to_message=by(BOT.to_dict())), BOT) == ""
    assert question_for(message("@dateline_bot", reply_to_message=TOPIC), BOT) == ""


def test_a_caption_can_mention_the_bot() -> None:
    """A picture with a question under it is asked like a text."""
    marked = [{"type": "mention", "offset": 0, "length": 13}]
    assert question_for(message(caption="@dateline_bot what happened here?", caption_entities=marked), BOT) == "what happened here?"


@pytest.mark.parametrize(
    ("content", "who"),
    [
        ({}, Speaker.PERSON),
        ({"from": ANONYMOUS, "sender_chat": GROUP}, Speaker.ANONYMOUS_ADMIN),
        ({"from": CHANNEL_BOT, "sender_chat": CHANNEL}, Speaker.CHANNEL),
        ({"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True, "forward_origin": ORIGIN}, Speaker.CHANNEL),
        ({"from": ANONYMOUS, "sender_chat": {**GROUP, "id": -300}}, Speaker.NOBODY),
        ({"from": ROBOT}, Speaker.NOBODY),
        ({"from": TELEGRAM}, Speaker.NOBODY),
    ],
)
def test_who_speaks(content: dict[str, Any], who: Speaker) -> None:
    """People, anonymous admins of this very group, and channels are told apart; of nobody else is anything taken."""
    asked = message("@dateline_bot how many?", **content)
    assert speaker(asked) is who
    assert is_for_bot(asked, BOT) == (who is not Speaker.NOBODY)


@pytest.mark.parametrize("carried", [{"forward_origin": ORIGIN}, {"via_bot": BOT.to_dict()}, {"via_bot": ROBOT}])
@pytest.mark.parametrize("text", ["/ask how many?", "@dateline_bot how many?"])
def test_what_was_carried_here_is_not_asked(text: str, carried: dict[str, Any]) -> None:
    """A forwarded mention was said elsewhere, and an inline result is no question."""
    assert not is_for_bot(message(text, **carried), BOT)


@pytest.mark.parametrize("kind", ["private", "channel", "sender"])
def test_other_kinds_of_chat_are_no_groups(kind: str) -> None:
    """What is said elsewhere is not looked at as a group's talk."""
    assert not is_for_bot(message("@dateline_bot how many?", chat={"id": 5, "type": kind}), BOT)


ENTITY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["mention", "bot_command", "text_mention", "bold"]),
        "offset": st.integers(0, 400),
        "length": st.integers(0, 400),
    }
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.lists(ENTITY, max_size=4))
def test_nothing_without_the_bots_name_is_ever_for_it(text: str, entities: list[dict[str, Any]]) -> None:
    """Any text, with marks anywhere, even beyond its end: what does not hold the bot's name is not for the bot, and nothing fails."""
    asked = message(text=text, entities=entities)
    if "@dateline_bot" not in text.lower():
        assert question_for(asked, BOT) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_a_marked_mention_anywhere_is_found_and_taken_out(before: str, after: str) -> None:
    """Whatever stands around it, emoji and broken surrogates too, the name is gone, and the words are all there in their order."""
    text = f"{before} @Dateline_Bot {after}"
    offset = len(f"{before} ".encode("utf-16-le", "surrogatepass")) // 2
    question = question_for(message(text=text, entities=[{"type": "mention", "offset": offset, "length": 13}]), BOT)
    assert question is not None
    assert [character for character in question if character.isalnum()] == [one for one in before + after if one.isalnum()]


def test_a_huge_text_is_read_whole() -> None:
    """A hundred thousand characters behind the name are the question, to the last one."""
    text = "@dateline_bot " + "x" * 100_000
    assert question_for(message(text=text, entities=[{"type": "mention", "offset": 0, "length": 13}]), BOT) == "x" * 100_000
