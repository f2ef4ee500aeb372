"""Conversations over HTTP, by polling and by webhook: the same bot, with a real network between it and Telegram."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.local.faults import LostConnectionError
from bot.store.tables import updates
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place
from index import Answer
from tests.flows.harness import remembering, text
from tests.flows.over_http import Wire, fetched, until, wired
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage, answered

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]


@pytest.fixture(params=["polling", "webhook"])
async def wire(request: pytest.FixtureRequest, index: StubCoverage) -> AsyncIterator[Wire]:
    with remembering() as store:
        async with wired(index, store, by_webhook=request.param == "webhook") as started:
            yield started


async def test_a_private_question_is_answered(wire: Wire) -> None:
    """From the update to the message, with mark-up and link options intact on the way."""
    ann = wire.api.people.person("Ann")
    [answer] = await wire.say(ann, wire.api.people.private_chat(ann), QUESTION)
    assert QUOTE in answer["text"]
    assert answer["link_preview_options"] == {"is_disabled": True}
    assert "blockquote" in [entity["type"] for entity in answer["entities"]]


async def test_a_group_asks_by_command_and_hears_nothing_else(wire: Wire) -> None:
    """The answer quotes the question; talk that is not for the bot is passed by."""
    ann = wire.api.people.person("Ann")
    group = wire.api.people.group("Newsroom", ann, kind="group")
    [answer] = await wire.say(ann, group, f"/ask {QUESTION}")
    assert answer["reply_to_message"]["message_id"] == 1
    assert await wire.say(ann, group, "nice weather", answers=0) == []
    with wire.application.bot_data.store._engine.connect() as connection:
        assert connection.execute(select(updates.c.id)).scalars().all() == [1]  # the talk was written down nowhere


async def test_an_answer_stays_in_its_topic(wire: Wire) -> None:
    """In a forum, who asks in a topic is answered there."""
    ann = wire.api.people.person("Ann")
    forum = wire.api.people.group("Forum", ann)
    topic = wire.api.groups.opens_topic(ann, forum, "Storms")
    asked = wire.api.people.writes(ann, forum, f"/ask {QUESTION}")
    asked["message"].update(wire.api.groups.in_topic(forum, topic, {}))
    [answer] = await wire.happens(asked, forum)
    assert (answer["message_thread_id"], answer["is_topic_message"]) == (topic, True)


async def test_a_channel_is_left_alone(wire: Wire) -> None:
    """A channel's posts are nobody's question; Telegram is not even asked for them."""
    ann = wire.api.people.person("Ann")
    channel = wire.api.people.group("News", ann, kind="channel")
    wire.api.deliver(wire.api.people.writes(ann, channel, f"/ask {QUESTION}"))
    other = wire.api.people.private_chat(ann)
    if wire.webhook is None:
        assert QUOTE in text(await wire.say(ann, other, QUESTION))
    else:  # Telegram would not have called the webhook for it
        wire.api.state.pending.clear()
    assert len(channel.messages) == 1


async def test_a_group_that_moves_is_answered_where_it_went(wire: Wire, index: StubCoverage) -> None:
    """The group becomes a supergroup while its question is worked on: the answer comes there."""
    gate, entered = threading.Event(), threading.Event()

    def slow() -> Answer:
        entered.set()
        assert gate.wait(10)
        return answered()

    index.planned["slow"] = slow
    ann = wire.api.people.person("Ann")
    group = wire.api.people.group("Newsroom", ann, kind="group")
    wire.api.deliver(wire.api.people.writes(ann, group, "/ask slow"))
    assert await asyncio.to_thread(entered.wait, 10)
    supergroup, *_notes = wire.api.groups.upgrades(ann, group)
    gate.set()
    await wire.settles()
    assert QUOTE in str(supergroup.messages[supergroup.last_message_id]["text"])


async def test_who_blocks_the_bot_is_not_sent_anything_and_others_are(wire: Wire) -> None:
    """A block costs nobody else's answer."""
    ann, ben = wire.api.people.person("Ann"), wire.api.people.person("Ben")
    blocked = wire.api.people.private_chat(ann)
    blocked.blocks_bot = True
    assert await wire.say(ann, blocked, QUESTION, answers=0) == []
    assert QUOTE in text(await wire.say(ben, wire.api.people.private_chat(ben), QUESTION))


async def test_inline_queries_and_buttons_are_answered(wire: Wire) -> None:
    """What is not a message comes through, too."""
    ann = wire.api.people.person("Ann", language_code="de")
    chat = wire.api.people.private_chat(ann)
    [settings] = await wire.say(ann, chat, "/settings")
    button = settings["reply_markup"]["inline_keyboard"][0][0]
    await wire.happens(wire.api.people.presses(ann, settings, button["callback_data"]), chat, answers=0)
    assert wire.api.state.open_callbacks == set()
    query = {"id": "q1", "from": ann, "query": QUESTION, "offset": ""}
    wire.api.state.inline_queries["q1"] = None
    wire.api.deliver(wire.api.state.new_update("inline_query", query))
    await until(lambda: wire.api.state.inline_queries["q1"])


async def test_an_edited_question_has_its_answer_edited(wire: Wire, index: StubCoverage) -> None:
    """The message that was sent says the new answer, and no second one comes."""
    ann = wire.api.people.person("Ann")
    chat = wire.api.people.private_chat(ann)
    [answer] = await wire.say(ann, chat, "who owns the moon?")
    assert await wire.happens(wire.api.people.edits(chat.messages[1], QUESTION), chat, answers=0) == []
    assert QUOTE in answer["text"]
    assert index.asked == ["who owns the moon?", QUESTION]


async def test_an_update_that_comes_twice_is_answered_once(wire: Wire, index: StubCoverage) -> None:
    """Telegram repeats what it thinks was lost."""
    ann = wire.api.people.person("Ann")
    chat = wire.api.people.private_chat(ann)
    update = wire.api.people.writes(ann, chat, QUESTION)
    await wire.happens(update, chat)
    await asyncio.gather(*(wire.application.update_queue.put(each) for each in [_read(update, wire)] * 3))
    await wire.settles()
    assert index.asked == [QUESTION]
    metrics = (await fetched(f"{wire.operators}/metrics")).text
    assert 'dateline_updates_total{seen="again"} 3.0' in metrics


async def test_a_chat_is_answered_in_order_and_chats_side_by_side(wire: Wire, index: StubCoverage) -> None:
    """A quick question behind a slow one waits for it; somebody else's does not."""
    gate = threading.Event()

    def slow() -> Answer:
        assert gate.wait(10)
        return answered("slow")

    index.planned["slow"] = slow
    ann, ben = wire.api.people.person("Ann"), wire.api.people.person("Ben")
    chat, other = wire.api.people.private_chat(ann), wire.api.people.private_chat(ben)
    for words in ("slow", QUESTION, "/help"):
        wire.api.deliver(wire.api.people.writes(ann, chat, words))
    wire.api.deliver(wire.api.people.writes(ben, other, QUESTION))
    await until(lambda: len(other.messages) == 2)
    assert chat.last_message_id == 3
    gate.set()
    await wire.settles()
    kinds = ["/help" in message["text"] for message_id, message in sorted(chat.messages.items()) if message_id > 3]
    assert kinds == [False, False, True]


async def test_operators_see_health_and_figures(wire: Wire, index: StubCoverage) -> None:
    """Live and ready while it serves; questions, answers by status, latency, calls, updates on their way and the index are counted."""
    wire.application.bot_data.store.outbox.put([NewUpdate(Place(-5), "a", Body(("news",)))])
    ann = wire.api.people.person("Ann")
    chat = wire.api.people.private_chat(ann)
    await wire.say(ann, chat, QUESTION)
    await wire.say(ann, chat, "who owns the moon?")
    assert (await fetched(f"{wire.operators}/live")).text == "alive\n"
    assert (await fetched(f"{wire.operators}/ready")).text == "ready\n"
    lines = (await fetched(f"{wire.operators}/metrics")).text.splitlines()
    for line in (
        "dateline_questions_total 2.0",
        'dateline_answers_total{status="answered"} 1.0',
        'dateline_answers_total{status="not_covered"} 1.0',
        "dateline_answer_seconds_count 2.0",
        'dateline_telegram_calls_total{method="sendMessage"} 2.0',
        "dateline_queue_length 0.0",
        "dateline_articles 1234.0",
        'dateline_outbox{state="waiting"} 1.0',
        'dateline_outbox{state="sent"} 0.0',
        'dateline_index_info{encoder="stub",generation=""} 1.0',
    ):
        assert line in lines
    assert (await fetched(f"{wire.operators}/")).status_code == 404


async def test_a_lost_answer_to_a_poll_or_call_costs_nothing(wire: Wire) -> None:
    """Telegram's network breaks while updates are fetched: the question is answered all the same."""
    wire.api.fail("getUpdates", LostConnectionError("reset"))
    ann = wire.api.people.person("Ann")
    assert QUOTE in text(await wire.say(ann, wire.api.people.private_chat(ann), QUESTION))


def _read(update: object, wire: Wire) -> object:
    from telegram import Update

    assert isinstance(update, dict)
    return Update.de_json(update, wire.application.bot)
