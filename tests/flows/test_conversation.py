"""The conversation in a private chat: buttons, follow-ups, edits, what is offered, what is forgotten."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text as sql

import bot.telegram.patience
from bot.local.faults import bad_request
from bot.local.state import JSON, Chat
from bot.overview import make_offers
from bot.stored_answer import Place
from index import Answer, Remark, ShortAnswer
from tests.flows.harness import Conversation, conversation, text
from tests.flows.stub_index import NO_STATS, QUESTION, QUOTE, TEXT, StubCoverage, answered, not_covered, passage

LEANS = "and how many were rescued?"
MEANT = "how many passengers were rescued?"
FIRST_ID = 1001
"""Ann's."""


def labels(message: JSON) -> list[str]:
    """What stands on the buttons under a message."""
    return [button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


async def press(talk: Conversation, message: JSON, label: str, *, user: JSON | None = None) -> list[JSON]:
    """Somebody (Ann) taps a button; what the bot sent meanwhile."""
    [data] = [button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row if button["text"] == label]
    return await tap(talk, message, data, user=user)


async def tap(talk: Conversation, message: JSON, data: str, *, user: JSON | None = None) -> list[JSON]:
    """Somebody (Ann) sends callback data, whether a button carries it or not."""
    chat = talk.api.state.chats[message["chat"]["id"]]
    return await talk.happens(talk.api.people.presses(user or talk.ann, message, data), chat)


async def edit(talk: Conversation, chat: Chat, message_id: int, new_text: str) -> list[JSON]:
    """A question is edited; what the bot sent anew."""
    return await talk.happens(talk.api.people.edits(chat.messages[message_id], new_text), chat)


# Buttons


async def test_context_shows_the_quote_in_its_paragraph(talk: Conversation) -> None:
    """Under the answer, in a message of its own, the quote bold in what stands around it; the press is acknowledged."""
    [answer] = await talk.say(QUESTION)
    assert labels(answer) == ["Context", "Wrong?"]
    [shown] = await press(talk, answer, "Context")
    assert TEXT in shown["text"]
    bold = [entity for entity in shown["entities"] if entity["type"] == "bold"]
    assert QUOTE in [shown["text"][one["offset"] :][: one["length"]] for one in bold]
    assert talk.api.state.open_callbacks == set()


async def test_context_leafs_through_the_quotes_in_place(talk: Conversation, index: StubCoverage) -> None:
    """The second quote's paragraph takes the first one's place; no message is added."""
    index.planned[QUESTION] = lambda: answered(QUESTION, passage(), passage("The cause is not known.", rank=2))
    [answer] = await talk.say(QUESTION)
    [shown] = await press(talk, answer, "Context")
    assert labels(shown) == ["›"]
    assert await press(talk, shown, "›") == []
    assert shown["text"].startswith("2. Harbour News")
    assert labels(shown) == ["‹"]


async def test_a_changed_article_is_said_to_have_changed(talk: Conversation, index: StubCoverage) -> None:
    """Where the article no longer says it, that is said, with what it said; where it is gone, that."""
    [answer] = await talk.say(QUESTION)
    index.articles["ferry"] = replace(index.articles["ferry"], text="Nobody was hurt.")
    [shown] = await press(talk, answer, "Context")
    assert "no longer says this word for word" in shown["text"]
    assert QUOTE in shown["text"]
    index.articles.clear()
    assert await press(talk, answer, "Context") == []
    assert talk.api.state.flashed == ["The article is not in the coverage any more."]


async def test_more_passages_come_in_pages(talk: Conversation, index: StubCoverage) -> None:
    """Two at a time, best first, leafed through in place."""
    more = [passage(part, article=TEXT * 3, rank=rank) for rank, part in enumerate(TEXT.split(". "), start=2)]
    index.planned["who?"] = lambda: replace(not_covered("who?"), passages=(passage(), *more))
    [answer] = await talk.say("who?")
    assert labels(answer) == ["More passages", "Wrong?"]
    [shown] = await press(talk, answer, "More passages")
    assert shown["text"].startswith("More passages, page 1 of 2")
    assert await press(talk, shown, "›") == []
    assert shown["text"].startswith("More passages, page 2 of 2")
    assert labels(shown) == ["‹"]


async def test_a_wrong_answer_is_kept_for_the_admins(talk: Conversation) -> None:
    """Question, answer and version are kept once a person; whoever pressed is thanked."""
    [answer] = await talk.say(QUESTION)
    assert await press(talk, answer, "Wrong?") == []
    await press(talk, answer, "Wrong?")
    assert [flashed.split(".")[0] for flashed in talk.api.state.flashed] == ["Thank you", "You said so already"]
    [said] = await asyncio.to_thread(talk.application.bot_data.store.feedback.newest, 5)
    assert (said.question, said.version) == (QUESTION, "stub.1")
    assert said.answer is not None
    assert said.answer.citations[0].quote == QUOTE


@pytest.mark.parametrize(
    "data", ["context:nothing:1", "more:nothing:0", "wrong:nothing", "ask:nothing", "context:", "context:x:1:2", "wrong:🚢"]
)
async def test_an_answer_that_is_gone_expires_politely(talk: Conversation, data: str) -> None:
    """Old or invented data opens nothing, and says so."""
    [answer] = await talk.say(QUESTION)
    assert await tap(talk, answer, data) == []
    assert talk.api.state.flashed == ["This answer is too old; I do not keep it any more. Please ask again."]


async def test_another_chats_answer_cannot_be_opened(talk: Conversation) -> None:
    """Whoever learns the id of an answer elsewhere learns nothing with it."""
    [hers] = await talk.say(QUESTION)
    [his] = await talk.say(QUESTION, user=talk.ben)
    data = hers["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert await tap(talk, his, data, user=talk.ben) == []
    assert talk.api.state.flashed == ["This answer is too old; I do not keep it any more. Please ask again."]


# Follow-ups


async def test_a_question_leans_on_the_one_before(talk: Conversation, index: StubCoverage) -> None:
    """ "and how many …" is searched for with what was asked before, and shown as it was understood."""
    await talk.say(QUESTION)
    index.planned[MEANT] = lambda: answered(MEANT)
    assert text(await talk.say(LEANS)).startswith(f"Understood as: {MEANT}\n\n1.")
    assert index.asked == [QUESTION, MEANT]


async def test_a_question_that_stands_is_searched_as_typed(talk: Conversation, index: StubCoverage) -> None:
    """Nothing is added, and nothing is said to have been."""
    await talk.say(QUESTION)
    assert "Understood" not in text(await talk.say("who owns the moon?"))
    assert index.asked == [QUESTION, "who owns the moon?"]


async def test_conversations_do_not_mix(talk: Conversation, index: StubCoverage) -> None:
    """What Ann asked is not what Ben's question leans on."""
    await talk.say(QUESTION)
    await talk.say(LEANS, user=talk.ben)
    assert index.asked == [QUESTION, LEANS]


async def test_a_reply_to_an_answer_leans_on_that_answer(talk: Conversation, index: StubCoverage) -> None:
    """Not on what was asked since."""
    chat = talk.api.people.private_chat(talk.ann)
    [first] = await talk.say(QUESTION)
    await talk.say("what caused the crash in Ankara?")
    await talk.happens(talk.api.people.writes(talk.ann, chat, "how many were rescued?", reply_to=first), chat)
    assert index.asked[-1] == MEANT


async def test_talk_is_no_question_to_lean_on(talk: Conversation, index: StubCoverage) -> None:
    """Thanks in between change nothing."""
    index.planned["thanks"] = lambda: replace(not_covered("thanks"), remark=Remark.THANKS)
    await talk.say(QUESTION)
    assert text(await talk.say("thanks")) == "You are welcome."
    await talk.say(LEANS)
    assert index.asked[-1] == MEANT


async def test_who_says_that_is_answered_from_the_answer(talk: Conversation, index: StubCoverage) -> None:
    """Nothing is searched, and nothing of it is an exchange; without an answer before it, it is a question like any other."""
    await talk.say("who says that?")
    assert index.asked == ["who says that?"]
    index.planned[QUESTION] = lambda: answered(short=(ShortAnswer("Seven", (1,), attribution="the harbour office"),))
    await talk.say(QUESTION)
    for typed in ("who says that?", "are you sure?", "wer sagt das?"):
        assert text(await talk.say(typed)).startswith("It is said by:\nSeven — the harbour office [1]\n\n1. Harbour News")
    assert index.asked == ["who says that?", QUESTION]


async def test_more_is_told_from_the_answer(talk: Conversation, index: StubCoverage) -> None:
    """As the button does it: what stands beyond the quotes, or that there is nothing more."""
    await talk.say(QUESTION)
    assert text(await talk.say("tell me more")) == "There is nothing more."
    index.planned["which ferry?"] = lambda: replace(answered(), passages=(passage(), passage("The cause is not known.", rank=2)))
    await talk.say("which ferry?")
    assert text(await talk.say("what else?")).startswith("More passages, page 1 of 1\n\nHarbour News")
    assert index.asked == [QUESTION, "which ferry?"]


@pytest.mark.parametrize("typed", ["tell me more", "who says that?", "are you sure?", "why?", "расскажи подробнее"])
async def test_after_a_refusal_there_is_nothing_to_tell_more_of(typed: str, talk: Conversation, index: StubCoverage) -> None:
    """It says what was not covered and shows the nearest again; nothing is searched, nor told of the answer before that."""
    await talk.say(QUESTION)
    index.planned["who owns the moon?"] = lambda: replace(not_covered("who owns the moon?", passage()), missing="moon")
    await talk.say("who owns the moon?")
    said = text(await talk.say(typed))
    assert said.startswith("I found no answer to “who owns the moon?”")
    assert "nothing on “moon”" in said
    assert QUOTE in said
    assert index.asked == [QUESTION, "who owns the moon?"]


async def test_why_after_an_answer_asks_the_coverage(talk: Conversation, index: StubCoverage) -> None:
    """It leans on the question before it, like "when?"."""
    index.planned["did the ferry sink?"] = answered
    await talk.say("did the ferry sink?")
    await talk.say("why?")
    assert index.asked == ["did the ferry sink?", "why did the ferry sink?"]


# Edits


async def test_an_edited_question_is_answered_in_the_same_message(talk: Conversation, index: StubCoverage) -> None:
    """The answer changes in place; buttons and follow-ups are those of the new one."""
    chat = talk.api.people.private_chat(talk.ann)
    [answer] = await talk.say("who owns the moon?")
    assert await edit(talk, chat, 1, QUESTION) == []
    assert QUOTE in answer["text"]
    assert labels(answer) == ["Context", "Wrong?"]
    await talk.say(LEANS)
    assert index.asked == ["who owns the moon?", QUESTION, MEANT]
    assert len(chat.messages) == 4


async def test_an_edit_that_changes_no_word_asks_nothing(talk: Conversation, index: StubCoverage) -> None:
    """Telegram reports an edit when it adds a link's preview, too."""
    chat = talk.api.people.private_chat(talk.ann)
    await talk.say(QUESTION)
    assert await edit(talk, chat, 1, QUESTION) == []
    assert index.asked == [QUESTION]


async def test_an_edited_command_is_asked_again_in_a_group(talk: Conversation, index: StubCoverage) -> None:
    """The words behind /ask count."""
    group = talk.api.people.group("Newsroom", talk.ann)
    [answer] = await talk.say("/ask who owns the moon?", chat=group)
    assert await edit(talk, group, 1, f"/ask {QUESTION}") == []
    assert QUOTE in answer["text"]


async def test_an_answer_that_was_deleted_is_sent_anew(talk: Conversation) -> None:
    """What cannot be edited any more is said again."""
    chat = talk.api.people.private_chat(talk.ann)
    await talk.say("who owns the moon?")
    del chat.messages[2]
    assert QUOTE in text(await edit(talk, chat, 1, QUESTION))


async def test_a_second_message_comes_and_goes_with_an_edit(talk: Conversation, index: StubCoverage) -> None:
    """An answer of two messages becomes one of one message, and the other way round."""
    chat = talk.api.people.private_chat(talk.ann)
    long = "word " * 199 + "end."
    short = tuple(ShortAnswer("word " * 24, (1,), attribution="word " * 12) for _ in range(3))

    def much() -> Answer:
        evidence = [replace(passage(long, article=long), source="name " * 30) for _ in range(4)]
        return replace(answered("much?", *evidence, short=short), summary="word " * 140)

    index.planned["much?"] = much
    assert len(await talk.say("much?")) == 2
    assert await edit(talk, chat, 1, QUESTION) == []
    assert list(chat.messages) == [1, 2]
    assert QUOTE in chat.messages[2]["text"]
    assert len(await edit(talk, chat, 1, "much?")) == 1
    assert labels(chat.messages[2]) == []


# Waiting


async def test_a_slow_answer_is_announced_and_then_takes_its_place(
    talk: Conversation, index: StubCoverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the patience is over a short message shows, which becomes the answer."""
    monkeypatch.setattr(bot.telegram.patience, "PATIENCE_S", 0.05)
    chat = talk.api.people.private_chat(talk.ann)
    seen: list[str] = []

    def slow() -> Answer:
        deadline = time.monotonic() + 10
        while len(chat.messages) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        seen.extend(message["text"] for message in chat.messages.values())
        return answered()

    index.planned[QUESTION] = slow
    [answer] = await talk.say(QUESTION)
    assert seen == [QUESTION, "One moment, I am still looking…"]
    assert QUOTE in answer["text"]
    assert labels(answer) == ["Context", "Wrong?"]


async def test_a_slow_failure_takes_the_announcement_back(talk: Conversation, index: StubCoverage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is said, and nothing goes on promising an answer."""
    monkeypatch.setattr(bot.telegram.patience, "PATIENCE_S", 0.05)
    chat = talk.api.people.private_chat(talk.ann)

    def slow() -> Answer:
        deadline = time.monotonic() + 10
        while len(chat.messages) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        raise ZeroDivisionError

    index.planned[QUESTION] = slow
    talk.expected = ZeroDivisionError
    [said] = await talk.say(QUESTION)
    assert "Reference: " in said["text"]


# What is offered


async def test_start_offers_questions_once_they_are_made(talk: Conversation, index: StubCoverage) -> None:
    """Without waiting for them; a tapped one is answered, with the question above, and can be leant on."""
    index.offered = [answered(QUESTION)]
    [first] = await talk.say("/start")
    assert labels(first) == []
    await make_offers(talk.application.bot_data.overview)
    [second] = await talk.say("/start")
    assert labels(second) == [QUESTION]
    assert "tap one of these" in second["text"]
    [answer] = await press(talk, second, QUESTION)
    assert answer["text"].startswith(f"{QUESTION}\n\n1. Harbour News")
    await talk.say(LEANS)
    assert index.asked == [QUESTION, MEANT]


async def test_offers_are_made_anew_when_the_coverage_changes(index: StubCoverage) -> None:
    """/start sets it going, and offers the old ones meanwhile; nothing changed, nothing is made."""
    made = 0
    real = index.openers

    def openers(*args: Any, **kwargs: Any) -> list[Answer]:
        nonlocal made
        made += 1
        return real(*args, **kwargs)

    index.openers = openers  # type: ignore[method-assign]  # to count
    async with conversation(index) as talk:
        index.offered = [answered("old?")]
        await make_offers(talk.application.bot_data.overview)
        await talk.say("/start")
        index.changes += 1
        index.offered = [answered("new?")]
        [message] = await talk.say("/start")
        assert labels(message) == ["old?"]
        await until(lambda: made == 2 and talk.application.bot_data.overview.offers()[0][1] == "new?")
        [message] = await talk.say("/start")
        assert labels(message) == ["new?"]
    assert made == 2


async def until(happened: Any) -> None:
    """Wait until the function returns something true."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - there is nothing to wait on
            await asyncio.sleep(0.01)


async def test_links_open_an_article_and_a_question(talk: Conversation, index: StubCoverage) -> None:
    """``?start=a_…`` shows the article, ``?start=q_…`` asks the question again; what is gone or strange is said or passed over."""
    said = text(await talk.say("/start a_ferry"))
    assert said.startswith("Ferry aground\nHarbour News · 14 May 2021\n")
    assert "The article is not in the coverage any more" in text(await talk.say("/start a_gone"))
    await talk.say(QUESTION)
    [stored] = await asyncio.to_thread(talk.application.bot_data.store.answers.conversation, talk_place(talk))
    assert QUOTE in text(await talk.say(f"/start q_{stored.id}", user=talk.ben))
    assert index.asked == [QUESTION, QUESTION]
    assert "too old" in text(await talk.say("/start q_nothing"))
    for strange in ("/start a_", "/start hello", "/start x_1"):
        assert "Loaded: 1,234 articles" in text(await talk.say(strange))


def talk_place(talk: Conversation) -> Place:
    """Ann's chat."""
    return Place(talk.ann["id"])


async def test_start_is_quick_while_questions_wait(index: StubCoverage) -> None:
    """Fifty questions at work and in line, and /start is answered within 100 ms."""
    gate = threading.Event()

    def held() -> Answer:
        assert gate.wait(20)
        return answered()

    index.planned[QUESTION] = held
    async with conversation(index, running=2, waiting=60) as talk:
        people = [talk.api.people.person(f"P{number}") for number in range(50)]
        chats = [talk.api.people.private_chat(person) for person in people]
        await talk.say("/start")  # connections are open
        asking = [
            asyncio.create_task(talk.happens(talk.api.people.writes(person, chat, QUESTION), chat))
            for person, chat in zip(people, chats, strict=True)
        ]
        await until(lambda: len(index.asked) == 2 and talk.methods_called().count("sendChatAction") == 50)
        took = [await timed(talk.say("/start")) for _ in range(5)]
        gate.set()
        await asyncio.gather(*asking)
    # Once of five: the machine that runs the tests has other things to do.
    assert min(took) < 0.1


async def timed(said: Awaitable[Any]) -> float:
    """How many seconds it takes."""
    started = time.perf_counter()
    await said
    return time.perf_counter() - started


# Looking round


async def test_sources_and_latest(talk: Conversation, index: StubCoverage) -> None:
    """Whose articles there are, and the newest ones, on a topic if one is named."""
    index.loaded = replace(index.loaded, by_source=(("Harbour <News>", 1200), ("Courier", 1)))
    assert text(await talk.say("/sources")).endswith("Harbour <News> — 1,200 articles\nCourier — 1 article")
    assert text(await talk.say("/latest")) == "The latest I have:\n\nFerry aground\nHarbour News · 14 May 2021"
    assert text(await talk.say("What’s new?")) == text(await talk.say("news")) == text(await talk.say("/latest"))
    assert text(await talk.say("/latest ferry")).startswith("The latest on “ferry”:\n\nFerry aground")
    assert text(await talk.say("/latest football")) == "I have nothing on “football”."
    assert text(await talk.say("any news about ferry")) == text(await talk.say("/latest ferry"))
    asked = len(index.asked)
    await talk.say("any news about football?")
    assert index.asked[asked:] == ["any news about football?"]
    index.articles["ferry"] = replace(index.articles["ferry"], url=None)
    [message] = await talk.say("/latest")
    assert "https://t.me/dateline_bot?start=a_ferry" in [entity.get("url") for entity in message["entities"]]


async def test_an_empty_coverage_is_called_empty_everywhere(talk: Conversation, index: StubCoverage) -> None:
    """/start, /sources and /latest say that nothing is loaded."""
    index.loaded = NO_STATS
    index.articles.clear()
    for command in ("/start", "/sources", "/latest"):
        assert "No coverage is loaded yet" in text(await talk.say(command))


# What is kept


async def test_privacy_says_what_is_kept(talk: Conversation) -> None:
    """What, for how long, and how it is deleted."""
    said = text(await talk.say("/privacy"))
    assert "for 7 days" in said
    assert "/forget" in said


async def test_forget_asks_once_and_deletes(talk: Conversation, index: StubCoverage) -> None:
    """Yes deletes settings, conversation and feedback; no deletes nothing."""
    [answer] = await talk.say(QUESTION)
    await press(talk, answer, "Wrong?")
    [question] = await talk.say("/forget")
    assert await press(talk, question, "No, keep it") == []
    assert question["text"] == "Nothing was deleted."
    await talk.say(LEANS)
    assert index.asked[-1] == MEANT
    [question] = await talk.say("/forget")
    await press(talk, question, "Yes, forget it")
    assert question["text"] == "Done. I keep nothing of this chat any more."
    assert labels(question) == []
    await talk.say(LEANS)
    assert index.asked[-1] == LEANS
    assert await asyncio.to_thread(talk.application.bot_data.store.feedback.newest, 5) == []


async def test_a_group_is_forgotten_by_its_admins_only(talk: Conversation) -> None:
    """A member can neither ask for it nor confirm what an admin asked."""
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    assert "Only admins" in text(await talk.say("/forget", chat=group, user=talk.ben))
    [question] = await talk.say("/forget", chat=group)
    await press(talk, question, "Yes, forget it", user=talk.ben)
    assert labels(question) == ["Yes, forget it", "No, keep it"]
    assert "Only admins" in talk.api.state.flashed[0]
    await press(talk, question, "Yes, forget it")
    assert question["text"].startswith("Done.")


# Trouble


async def test_an_answer_that_cannot_be_kept_is_given_without_buttons(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    """A database that fails costs the buttons, not the answer."""
    with talk.application.bot_data.store.answers._engine.begin() as connection:
        connection.execute(sql("DROP TABLE answer_messages"))
        connection.execute(sql("CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    [answer] = await talk.say(QUESTION)
    assert QUOTE in answer["text"]
    assert labels(answer) == []
    assert "could not be kept" in caplog.text


async def test_a_press_that_telegram_forgot_is_carried_out(talk: Conversation) -> None:
    """Telegram forgets a press within minutes; what it asked for is shown all the same."""
    [answer] = await talk.say(QUESTION)
    talk.api.fail("answerCallbackQuery", bad_request("query is too old and response timeout expired or query ID is invalid"))
    [shown] = await press(talk, answer, "Context")
    assert TEXT in shown["text"]
