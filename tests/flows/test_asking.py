"""A question in, an answer with its quote out: in words, by command, in private and in groups."""

from __future__ import annotations

import pytest

from bot.commands import Audience, for_audience
from index import QuestionError, ShortAnswer
from tests.flows.harness import Conversation, text
from tests.flows.stub_index import LOADED, NO_STATS, QUESTION, QUOTE, URL, StubCoverage, answered, not_covered


async def test_a_question_in_words_is_answered_with_the_quote(talk: Conversation) -> None:
    """Free text in a private chat is a question; the answer holds the sentence, its outlet and its date, and shows no link preview."""
    messages = await talk.say(QUESTION)
    assert QUOTE in text(messages)
    assert "Harbour News · 14 May 2021" in text(messages)
    quotes = [entity for entity in messages[0]["entities"] if entity["type"] == "blockquote"]
    assert [text(messages)[quote["offset"] :][: quote["length"]] for quote in quotes] == [QUOTE]
    links = [entity["url"] for entity in messages[0]["entities"] if entity["type"] == "text_link"]
    assert links == [f"{URL}#:~:text=Seven%20passengers"]
    assert messages[0]["link_preview_options"] == {"is_disabled": True}
    assert "reply_to_message" not in messages[0]


async def test_typing_shows_before_the_answer(talk: Conversation) -> None:
    """Whoever asks sees at once that the bot is at work."""
    await talk.say(QUESTION)
    assert talk.methods_called() == ["sendChatAction", "sendMessage"]


async def test_short_answers_come_first_in_bold(talk: Conversation, index: StubCoverage) -> None:
    """A figure is shown before the quotes, with who says so and which quote."""
    index.planned[QUESTION] = lambda: answered(short=(ShortAnswer("seven passengers", (1,), 7, "passengers", "the harbour office"),))
    messages = await talk.say(QUESTION)
    assert text(messages).startswith("seven passengers — the harbour office [1]\n")
    assert messages[0]["entities"][0] == {"type": "bold", "offset": 0, "length": 16}


@pytest.mark.parametrize("typed", [f"/ask {QUESTION}", f"/ask@dateline_bot {QUESTION}", f"/ask\n{QUESTION}", f"/ask   {QUESTION}  "])
async def test_the_command_asks_what_follows_it(talk: Conversation, index: StubCoverage, typed: str) -> None:
    """/ask, with or without the bot's name, asks the rest of the message."""
    assert QUOTE in text(await talk.say(typed))
    assert [asked.strip() for asked in index.asked] == [QUESTION]


@pytest.mark.parametrize("typed", ["/ask", "/ask ", "/ask@dateline_bot"])
async def test_the_command_alone_shows_how_it_is_meant(talk: Conversation, index: StubCoverage, typed: str) -> None:
    """/ask without a question is answered with an example, and nothing is searched."""
    assert "/ask how many were hurt?" in text(await talk.say(typed))
    assert index.asked == []


async def test_not_covered_is_said_in_one_line(talk: Conversation) -> None:
    """What the coverage does not say is said first, and the nearest passage is folded below it."""
    messages = await talk.say("who owns the moon?")
    assert text(messages).startswith("The coverage I have does not say.\n\nThe nearest I have:\n")
    assert "expandable_blockquote" in [entity["type"] for entity in messages[0]["entities"]]
    assert "As of" not in text(messages)


async def test_nothing_near_at_all_is_one_line(talk: Conversation, index: StubCoverage) -> None:
    """With no passage to show there is only the line, and what could be asked about; there is nothing to press."""
    index.planned["hm?"] = lambda: not_covered("hm?")
    messages = await talk.say("hm?")
    assert text(messages) == "The coverage I have does not say.\n\nMy coverage: 1,234 articles from 3 sources."
    assert "reply_markup" not in messages[0]


async def test_an_empty_index_is_called_empty(talk: Conversation, index: StubCoverage) -> None:
    """Before anything is loaded the bot says that, rather than that the coverage is silent."""
    index.loaded = NO_STATS
    index.planned[QUESTION] = lambda: not_covered(QUESTION)
    assert text(await talk.say(QUESTION)) == "No coverage is loaded yet, so I have nothing to answer from."


async def test_what_cannot_be_searched_for_is_explained(talk: Conversation, index: StubCoverage) -> None:
    """The index's own sentence about a bad question reaches whoever asked it, remedy included."""

    def refuse() -> None:
        raise QuestionError("That question is too long.", remedy="Ask in at most 1,000 characters.")

    index.planned["x" * 2000] = refuse  # type: ignore[assignment]  # it raises
    assert text(await talk.say("x" * 2000)) == "That question is too long. Ask in at most 1,000 characters."


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_in_a_group_the_command_is_answered_as_a_reply(talk: Conversation, kind: str) -> None:
    """A group sees which question is answered; free text there is none of the bot's business."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben, kind=kind)  # type: ignore[arg-type]  # one of the literals
    messages = await talk.say(f"/ask {QUESTION}", chat=group, user=talk.ben)
    assert QUOTE in text(messages)
    assert messages[0]["reply_to_message"]["from"] == talk.ben
    assert await talk.say(QUESTION, chat=group, user=talk.ben) == []
    assert await talk.say("/ask@other_bot what now?", chat=group, user=talk.ben) == []
    assert await talk.say("/unheard_of", chat=group, user=talk.ben) == []


async def test_bots_and_channel_posts_are_not_answered(talk: Conversation, index: StubCoverage) -> None:
    """Another bot's message, a channel post, and the edit of what was never answered are left alone."""
    robot = talk.api.people.person("Robot", is_bot=True)
    chat = talk.api.people.private_chat(talk.ann)
    channel = talk.api.people.group("News", talk.ann, kind="channel")
    group = talk.api.people.group("Newsroom", talk.ann, robot)
    assert await talk.say(f"/ask {QUESTION}", user=robot, chat=group) == []
    unanswered = talk.api.people.writes(talk.ann, chat, "sent while the bot was away")["message"]
    assert await talk.happens(talk.api.people.edits(unanswered, QUESTION), chat) == []
    assert await talk.say(f"/ask {QUESTION}", chat=channel) == []
    assert index.asked == []


async def test_help_lists_every_command(talk: Conversation) -> None:
    """/help comes from the command table."""
    said = text(await talk.say("/help"))
    assert [line.split(" ")[0] for line in said.splitlines() if line.startswith("/")] == [
        f"/{command.name}" for command in for_audience(Audience.EVERYONE)
    ]
    assert "/feedback" not in said


async def test_start_says_what_is_loaded(talk: Conversation) -> None:
    """/start says what this is, and counts articles and sources with the newest date."""
    said = text(await talk.say("/start"))
    assert "I answer questions about news coverage" in said
    assert "Loaded: 1,234 articles from 3 sources, newest 14 May 2021." in said
    assert LOADED.articles == 1234


async def test_start_with_nothing_loaded(talk: Conversation, index: StubCoverage) -> None:
    """/start on an empty index says that there is no coverage."""
    index.loaded = NO_STATS
    assert "No coverage is loaded yet" in text(await talk.say("/start"))


async def test_an_unknown_command_is_answered_politely(talk: Conversation, index: StubCoverage) -> None:
    """A command nobody knows is not searched for as a question."""
    assert text(await talk.say("/frobnicate now")) == "I do not know that command. /help shows the ones I know."
    assert index.asked == []


PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]}
STICKER = {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}


@pytest.mark.parametrize("content", [{"sticker": STICKER}, PHOTO, {**PHOTO, "caption": "who is this?"}])
async def test_what_is_not_text_is_declined_politely(talk: Conversation, content: dict[str, object]) -> None:
    """A sticker or picture gets one sentence that says what the bot reads."""
    chat = talk.api.people.private_chat(talk.ann)
    said = text(await talk.happens(talk.api.people.sends(talk.ann, chat, dict(content)), chat))
    assert said == "I can only read text. Please write your question in words."


async def test_notes_that_telegram_writes_are_left_alone(talk: Conversation) -> None:
    """Pinning a message in the chat is not a question."""
    chat = talk.api.people.private_chat(talk.ann)
    await talk.say(QUESTION)
    update = talk.api.people.sends(talk.ann, chat, {"pinned_message": chat.messages[2]})
    assert await talk.happens(update, chat) == []
