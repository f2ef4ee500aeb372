"""Inline mode: the bot's name and a question in any chat, and cited answers to choose from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from telegram import Update

from bot.chat_settings import ChatSettings
from bot.local import inline
from bot.local.state import JSON
from index import Answer, QuestionError, Remark, StorageError
from tests.flows.harness import Conversation
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage, not_covered


async def ask(talk: Conversation, words: str, user: JSON | None = None, **more: Any) -> JSON | None:
    """Type it behind the bot's name; what Telegram was told to show, or None if nothing was said."""
    update = inline.asks(talk.api.state, user or talk.ann, words)
    update["inline_query"].update(more)
    await talk.application.process_update(Update.de_json(update, talk.application.bot))
    talk.raise_caught()
    return talk.api.state.inline_queries[update["inline_query"]["id"]]


async def test_a_question_in_any_chat_is_answered_with_what_can_be_sent(talk: Conversation) -> None:
    """The result holds the quote with its source; sent, it stands in the chat as a message of whoever chose it, and the bot lets it be."""
    told = await ask(talk, QUESTION)
    assert told is not None
    [result] = told["results"]
    assert result["title"] == QUOTE
    assert result["url"].startswith("https://harbour.example.org/ferry")
    assert told["is_personal"] is True
    assert told["cache_time"] > 0
    group = talk.api.people.group("Newsroom", talk.ann, talk.ben)
    assert await talk.happens(inline.picks(talk.api.state, talk.ann, group, result), group) == []
    assert QUOTE in group.messages[1]["text"]


@pytest.mark.parametrize("words", ["", "  ", "hm"])
async def test_an_empty_query_shows_a_hint_that_leads_to_private(talk: Conversation, index: StubCoverage, words: str) -> None:
    """Before there is a question nothing is searched for."""
    told = await ask(talk, words)
    assert told is not None
    assert (told["results"], told["button"]["text"]) == ([], "Type a question about the news")
    assert told["button"]["start_parameter"] == "inline"
    assert index.asked == []


async def test_no_second_page_is_invented(talk: Conversation, index: StubCoverage) -> None:
    """Five results are all there are; a client that asks on gets none."""
    told = await ask(talk, QUESTION, offset="5")
    assert told is not None
    assert told["results"] == []
    assert index.asked == []


async def test_what_was_typed_on_is_not_answered(talk: Conversation, index: StubCoverage) -> None:
    """Of three queries while somebody types the last one is searched for and answered, in whatever order they are handled."""
    updates = [inline.asks(talk.api.state, talk.ann, words) for words in ("how many", "how many passengers", QUESTION)]
    for update in reversed(updates):
        await talk.application.process_update(Update.de_json(update, talk.application.bot))
    talk.raise_caught()
    told = [talk.api.state.inline_queries[update["inline_query"]["id"]] for update in updates]
    assert told[:2] == [None, None]
    assert told[2] is not None
    assert set(index.asked) == {QUESTION, f"{QUESTION} (quick)"}


async def test_talk_and_silence_are_told_on_the_button(talk: Conversation, index: StubCoverage) -> None:
    """A greeting and an empty coverage give no result, and say what to do."""
    index.planned["hello"] = lambda: replace(not_covered("hello"), remark=Remark.GREETING)
    index.planned["hm, hm"] = lambda: not_covered("hm, hm")
    for words, button in (("hello", "Type a question about the news"), ("hm, hm", "Nothing found. Ask me in private")):
        told = await ask(talk, words)
        assert told is not None
        assert (told["results"], told["button"]["text"]) == ([], button)


async def test_trouble_is_told_on_the_button_too(talk: Conversation, index: StubCoverage) -> None:
    """A question without words, and a coverage that fails, each end in a button and never in silence; only the first may be kept by Telegram."""

    def refuse() -> Answer:
        raise QuestionError("There are no words in the question.")

    def fail() -> Answer:
        raise StorageError("The database failed.")

    index.planned["?!?!"] = index.planned["?!?! (quick)"] = refuse
    index.planned["fail"] = index.planned["fail (quick)"] = fail
    told, failed = await ask(talk, "?!?!"), await ask(talk, "fail")
    assert told is not None
    assert told["button"]["text"] == "Ask in words"
    assert failed is not None
    assert failed["button"]["text"] == "Something went wrong. Please ask me in private"
    assert failed["cache_time"] == 0


async def test_an_answer_that_comes_too_late_for_telegram_is_no_trouble(talk: Conversation) -> None:
    """Telegram has forgotten the query; nobody is left to tell."""
    update = inline.asks(talk.api.state, talk.ann, QUESTION)
    del talk.api.state.inline_queries[update["inline_query"]["id"]]
    await talk.application.process_update(Update.de_json(update, talk.application.bot))
    talk.raise_caught()
    assert talk.methods_called() == ["answerInlineQuery"]


async def test_the_buttons_speak_the_askers_language(talk: Conversation) -> None:
    """Dates and words are in the language that somebody chose in private, or has in Telegram; so results are kept for each person alone."""
    talk.application.bot_data.store.chats.choose(talk.ben["id"], ChatSettings("es"))
    for user, day in ((talk.api.people.person("Jörg", language_code="de"), "14. Mai 2021"), (talk.ben, "14 may 2021")):
        told = await ask(talk, QUESTION, user)
        assert told is not None
        assert day in told["results"][0]["description"]
