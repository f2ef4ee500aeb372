"""Answers, conversations and what people say of them, kept on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, update

from bot.store.answers import EXCHANGES, answer_from_json, answer_to_json
from bot.store.database import CHATS
from bot.store.store import BotStore
from bot.store.tables import answers
from bot.stored_answer import Place, StoredAnswer
from index import Remark, ShortAnswer, Span
from index.store.database import migrate
from tests.conftest import SetClock
from tests.flows.stub_index import QUESTION, answered, not_covered, passage

NEWSROOM = Place(-1_002_147_483_648_123, 7)


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def stored(message_id: int | None, question: str = QUESTION, place: Place = NEWSROOM) -> StoredAnswer:
    """An answer to a question that stood in this message."""
    return StoredAnswer(place, question, f"{question} in the ferry", answered(question), "g1.7", message_id)


def test_an_answer_comes_back_whole(bot_store: BotStore) -> None:
    """Every part of it, in any script, and another is none."""
    short = (ShortAnswer("seven", (1,), 7.0, None, "«порт» 🚢", (Span(48, 53),), 0.9, 2),)
    one = replace(stored(5, "сколько 🚢?"), answer=replace(answered("сколько 🚢?", passage()), short=short))
    bot_store.answers.keep(one)
    assert bot_store.answers.get(one.id) == one
    assert bot_store.answers.get("nothing") is None


def test_what_no_database_can_hold_is_left_out(bot_store: BotStore) -> None:
    """NUL and half a surrogate pair in what was typed do not keep the answer from being kept."""
    one = replace(stored(5), question="how\x00 many\ud83d?")
    bot_store.answers.keep(one)
    kept = bot_store.answers.get(one.id)
    assert kept is not None
    assert kept.question == "how  many??"
    hostile = replace(stored(6), answer=replace(answered("a\x00b"), question="a\x00\ud83d"))
    bot_store.answers.keep(hostile)
    assert bot_store.answers.get(hostile.id) is not None


def test_an_answer_is_found_by_its_messages(bot_store: BotStore) -> None:
    """By the question's message, and by each message that shows it; the last that was said to show it holds."""
    one, chat = stored(5), NEWSROOM.chat_id
    bot_store.answers.keep(one)
    bot_store.answers.shown_in(one.id, chat, [6, 7])
    assert bot_store.answers.of_question(chat, 5) == (one, [6, 7])
    assert bot_store.answers.of_message(chat, 7) == one
    bot_store.answers.shown_in(one.id, chat, [6])
    assert bot_store.answers.of_question(chat, 5) == (one, [6])
    assert bot_store.answers.of_message(chat, 7) is None
    assert bot_store.answers.of_message(1, 6) is None
    assert bot_store.answers.of_question(chat, 4) is None
    again = stored(5)
    bot_store.answers.keep(again)
    bot_store.answers.shown_in(again.id, chat, [6])
    assert bot_store.answers.of_message(chat, 6) == again
    bot_store.answers.shown_in("nothing", chat, [6])
    assert bot_store.answers.of_message(chat, 6) == again


def test_a_conversation_is_short_and_forgotten_after_an_hour(bot_store: BotStore, clock: SetClock) -> None:
    """The last few exchanges of this chat and topic, oldest first, without talk, up to the message that asks."""
    bot_store.answers.keep(stored(1, "old?"))
    clock.move(minutes=40)
    for message_id in range(2, 5 + EXCHANGES):
        bot_store.answers.keep(stored(message_id, f"{message_id}?"))
    talk = replace(not_covered("hi"), remark=Remark.GREETING)
    bot_store.answers.keep(StoredAnswer(NEWSROOM, "hi", "hi", talk, "g1.7", 50))
    bot_store.answers.keep(stored(9, "elsewhere?", Place(NEWSROOM.chat_id, 8)))
    last = 4 + EXCHANGES
    assert [one.question for one in bot_store.answers.conversation(NEWSROOM)] == [f"{n}?" for n in range(last - EXCHANGES + 1, last + 1)]
    assert [one.question for one in bot_store.answers.conversation(NEWSROOM, before=3)] == ["old?", "2?"]
    clock.move(minutes=30)
    assert [one.question for one in bot_store.answers.conversation(NEWSROOM, before=3)] == ["2?"]
    clock.move(minutes=31)
    assert bot_store.answers.conversation(NEWSROOM) == []


def test_a_tapped_question_is_part_of_the_conversation(bot_store: BotStore) -> None:
    """Nobody's message asked it, and what follows may lean on it all the same."""
    bot_store.answers.keep(stored(None, "offered?"))
    assert [one.question for one in bot_store.answers.conversation(NEWSROOM, before=3)] == ["offered?"]


def test_answers_are_kept_for_a_week(bot_store: BotStore, clock: SetClock) -> None:
    """After that they are not found, and the next one that is kept clears them away; what was said of them stays."""
    one = stored(5)
    bot_store.answers.keep(one)
    bot_store.answers.shown_in(one.id, NEWSROOM.chat_id, [6])
    bot_store.feedback.give(one, 42)
    clock.move(days=7, minutes=1)
    assert bot_store.answers.get(one.id) is None
    bot_store.answers.keep(stored(8))
    assert bot_store.answers.of_question(NEWSROOM.chat_id, 5) is None
    assert bot_store.answers.of_message(NEWSROOM.chat_id, 6) is None
    assert len(bot_store.feedback.newest(5)) == 1


def test_what_another_version_stored_is_as_good_as_gone(bot_store: BotStore, bare_engine: Engine) -> None:
    """An answer in a form that is not ours breaks nothing."""
    one = stored(5)
    bot_store.answers.keep(one)
    bot_store.feedback.give(one, 42)
    with bare_engine.begin() as connection:
        connection.execute(update(answers).values(answer='{"another": "form"}'))
    assert bot_store.answers.get(one.id) is None
    assert bot_store.answers.of_question(NEWSROOM.chat_id, 5) is None
    assert bot_store.answers.conversation(NEWSROOM) == []
    assert answer_from_json(answer_to_json(one.answer)) == one.answer


def test_feedback_is_given_once_and_read_newest_first(bot_store: BotStore, clock: SetClock) -> None:
    """Each person may call an answer wrong once; question, answer and version are kept with it."""
    first, second = stored(5, "first?"), stored(6, "second?")
    assert bot_store.feedback.give(first, 42)
    assert not bot_store.feedback.give(first, 42)
    clock.move(minutes=1)
    assert bot_store.feedback.give(first, 43)
    assert bot_store.feedback.give(second, 42)
    said = bot_store.feedback.newest(2)
    assert [one.question for one in said] == ["second?", "first?"]
    assert (said[0].understood, said[0].answer, said[0].version, said[0].given_at) == (
        second.understood,
        second.answer,
        "g1.7",
        clock.moment,
    )


def test_forgetting_leaves_other_chats_alone(bot_store: BotStore) -> None:
    """A chat's answers go with its messages; what a person said goes wherever they said it."""
    here, there = stored(5), stored(5, place=Place(99))
    for one in (here, there):
        bot_store.answers.keep(one)
        bot_store.answers.shown_in(one.id, one.place.chat_id, [6])
    bot_store.feedback.give(here, 1)
    bot_store.feedback.give(there, 42)
    bot_store.feedback.give(there, 43)
    bot_store.answers.forget(NEWSROOM.chat_id)
    bot_store.feedback.forget(NEWSROOM.chat_id, 42)
    assert bot_store.answers.get(here.id) is None
    assert bot_store.answers.of_message(99, 6) == there
    assert len(bot_store.feedback.newest(5)) == 1
