"""What people and the log are told when something fails, and what else goes on meanwhile."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import threading

import pytest
from telegram import Update
from telegram.error import BadRequest, Forbidden, TelegramError

import bot.handlers.ask
from bot.app import build_application
from bot.local.api import LocalTelegram
from bot.local.faults import bad_request, server_error
from bot.local.request import LocalRequest
from bot.render.html import Html
from bot.workers import Workers
from config.logs import CHATTY, set_up_logging
from index import Answer, EncoderMismatchError, IndexNotBuiltError, WriterBusyError
from tests.flows.harness import TOKEN, Conversation, conversation, remembering, text
from tests.flows.stub_index import QUESTION, QUOTE, StubCoverage, answered


class Gate:
    """Holds an answer back until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def answer(self) -> Answer:
        """The ferry's answer, once the gate is open."""
        self.entered.set()
        assert self.opened.wait(10)
        return answered()


def fails(error: Exception) -> Answer:
    """An index that raises."""
    raise error


async def test_a_crash_gives_the_chat_a_reference_and_the_log_the_rest(
    talk: Conversation, index: StubCoverage, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is told as a reference only; the log has the same reference with the traceback."""
    index.planned["boom"] = lambda: fails(ZeroDivisionError("a detail nobody outside should read"))
    talk.expected = ZeroDivisionError
    said = text(await talk.say("boom"))
    found = re.fullmatch(r"Something went wrong on our side\. Reference: ([0-9a-f]{8})", said)
    assert found
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert vars(record)["reference"] == found[1]
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_an_operators_error_is_told_without_the_remedy_and_logged_with_it(
    talk: Conversation, index: StubCoverage, caplog: pytest.LogCaptureFixture
) -> None:
    """The chat reads what is wrong; what to type about it is in the log, where the operator reads."""
    index.planned["?"] = lambda: fails(
        EncoderMismatchError("The index was built with another encoder.", remedy="Type: dateline reindex --full")
    )
    assert text(await talk.say("?")) == "The index was built with another encoder."
    assert "dateline reindex --full" in caplog.text


async def test_a_replica_without_an_index_is_said_to_be_empty(
    talk: Conversation, index: StubCoverage, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks learns that nothing is loaded yet, whoever runs the bot what to type."""
    index.planned["?"] = lambda: fails(IndexNotBuiltError("There is no index of them here.", remedy="Run `dateline reindex`."))
    assert text(await talk.say("?")) == "No coverage is loaded yet, so I have nothing to answer from."
    assert "dateline reindex" in caplog.text


async def test_a_passing_trouble_asks_for_another_try(talk: Conversation, index: StubCoverage) -> None:
    """What a retry may heal says so."""
    index.planned["?"] = lambda: fails(WriterBusyError("Another process is writing."))
    assert text(await talk.say("?")) == "Another process is writing. Please try again in a moment."


async def test_a_chat_that_blocked_the_bot_is_only_logged(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is told, nothing is retried, and it is no error."""
    chat = talk.api.people.private_chat(talk.ann)
    chat.blocks_bot = True
    talk.expected = Forbidden
    assert await talk.say(QUESTION) == []
    assert talk.methods_called() == ["sendChatAction", "sendMessage"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_trouble_showing_typing_costs_no_answer(talk: Conversation) -> None:
    """If the typing sign fails, the answer comes all the same."""
    talk.api.fail("sendChatAction", server_error())
    assert QUOTE in text(await talk.say(QUESTION))


async def test_trouble_telling_of_trouble_ends_there(talk: Conversation, index: StubCoverage, caplog: pytest.LogCaptureFixture) -> None:
    """If the apology cannot be sent either, that is logged and the bot goes on."""
    talk.expected = ZeroDivisionError
    index.planned["boom"] = lambda: fails(ZeroDivisionError())
    talk.api.fail("sendMessage", bad_request("something new"))
    assert await talk.say("boom") == []
    assert "could not say that something failed" in caplog.text
    assert QUOTE in text(await talk.say(QUESTION))


async def test_html_that_telegram_refuses_is_sent_as_plain_text(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of the renderer costs the mark-up, not the answer, and is logged."""
    broken = Html('<b>Seven</b> were hurt &amp; <i>one <a href="https://example.org/x">was</a> not')
    monkeypatch.setattr(bot.handlers.ask, "render_answer", lambda *_, **__: [broken, Html("and a second one")])
    group = talk.api.people.group("Newsroom", talk.ann)
    first, second = await talk.say(f"/ask {QUESTION}", chat=group)
    assert first["text"] == "Seven were hurt & one was (https://example.org/x) not"
    assert "entities" not in first
    assert "reply_to_message" in first
    assert second["text"] == "and a second one"
    assert "reply_to_message" not in second
    assert "rendered HTML was refused" in caplog.text


async def test_a_message_that_is_too_long_is_sent_in_pieces(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A renderer that does not keep the limit costs the mark-up, not the answer, and is logged."""
    monkeypatch.setattr(bot.handlers.ask, "render_answer", lambda *_, **__: [Html("<b>word</b> " * 1000)])
    messages = await talk.say(QUESTION)
    assert " ".join(message["text"] for message in messages).split() == ["word"] * 1000
    assert "rendered HTML was refused" in caplog.text


async def test_another_refusal_is_not_taken_for_a_parse_error(talk: Conversation) -> None:
    """What Telegram refuses for a reason unknown here is sent once and logged."""
    talk.api.fail("sendMessage", bad_request("something new"))
    talk.expected = BadRequest
    assert await talk.say(QUESTION) == []
    assert talk.methods_called().count("sendMessage") == 1


async def test_start_is_answered_while_a_question_is_worked_on(talk: Conversation, index: StubCoverage) -> None:
    """A slow answer blocks neither the event loop nor anybody else."""
    gate = Gate()
    index.planned["slow"] = gate.answer
    slow = asyncio.create_task(talk.say("slow"))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    assert "Loaded: 1,234 articles" in text(await talk.say("/start", user=talk.ben))
    assert QUOTE in text(await talk.say(QUESTION, user=talk.ben))
    assert not slow.done()
    gate.opened.set()
    assert QUOTE in text(await slow)


async def test_updates_from_the_queue_are_worked_on_side_by_side(talk: Conversation, index: StubCoverage) -> None:
    """The Application itself takes the next update while an answer is being worked on."""
    gate = Gate()
    index.planned["slow"] = gate.answer
    ann, ben = talk.api.people.private_chat(talk.ann), talk.api.people.private_chat(talk.ben)
    for user, chat, words in ((talk.ann, ann, "slow"), (talk.ben, ben, QUESTION)):
        await talk.application.update_queue.put(Update.de_json(talk.api.people.writes(user, chat, words), talk.application.bot))
    async with asyncio.timeout(10):
        while len(ben.messages) < 2:  # noqa: ASYNC110 - a chat has nothing to wait on
            await asyncio.sleep(0.01)
    assert len(ann.messages) == 1
    gate.opened.set()


async def test_a_full_queue_says_so_at_once(index: StubCoverage) -> None:
    """With every place taken a question is declined immediately and without "typing…", /start is answered all the same, and there is room again."""
    gate = Gate()
    index.planned["slow"] = gate.answer
    async with conversation(index, running=1, waiting=1) as talk:
        asked = [asyncio.create_task(talk.say("slow", user=user)) for user in (talk.ann, talk.ben)]
        async with asyncio.timeout(10):
            while talk.application.bot_data.workers.taken < 2:  # noqa: ASYNC110 - a pool has nothing to wait on
                await asyncio.sleep(0.01)
        carl = talk.api.people.person("Carl")
        assert text(await talk.say(QUESTION, user=carl)) == "I am answering as many questions as I can. Please try again in a moment."
        private = talk.api.people.private_chat(carl)
        assert not [call for call in talk.api.calls if call.method == "sendChatAction" and call.parameters["chat_id"] == private.id]
        assert "Loaded: 1,234 articles" in text(await talk.say("/start", user=carl))
        gate.opened.set()
        for answer in asked:
            assert QUOTE in text(await answer)
        assert QUOTE in text(await talk.say(QUESTION, user=carl))


async def test_stopping_waits_for_the_answer_in_work(index: StubCoverage) -> None:
    """Whoever asked before the stop is answered."""
    gate = Gate()
    index.planned["slow"] = gate.answer
    async with conversation(index) as talk:
        chat = talk.api.people.private_chat(talk.ann)
        await talk.application.update_queue.put(Update.de_json(talk.api.people.writes(talk.ann, chat, "slow"), talk.application.bot))
        assert await asyncio.to_thread(gate.entered.wait, 10)
        asyncio.get_running_loop().call_later(0.05, gate.opened.set)
    assert len(chat.messages) == 2


async def test_the_token_never_reaches_the_log(index: StubCoverage) -> None:
    """A rejected token, which the library repeats in its message, and a crash with the address in it leave no token in the log."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in CHATTY}
    root.handlers = []
    set_up_logging("DEBUG", stream=stream)
    try:
        index.planned["boom"] = lambda: fails(ZeroDivisionError(f"https://api.example.org/bot{TOKEN}/sendMessage"))
        async with conversation(index, token=TOKEN) as talk:
            talk.expected = (ZeroDivisionError, TelegramError)
            await talk.say("boom")
            talk.api.token = "1:another"
            assert await talk.say(QUESTION) == []
            talk.api.token = TOKEN
    finally:
        root.handlers, root.level = handlers, level
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
    written = stream.getvalue()
    assert TOKEN not in written
    assert "[hidden]" in written
    assert all(json.loads(line) for line in written.splitlines())


async def test_a_call_outside_the_bot_api_fails_the_test(index: StubCoverage) -> None:
    """The harness notices a call that Telegram does not know, even when the bot swallowed the refusal."""

    async def call_it() -> None:
        async with conversation(index) as talk:
            chat = talk.api.people.private_chat(talk.ann)
            with pytest.raises(BadRequest):
                await talk.application.bot.send_message(chat.id, "x", api_kwargs={"no_such_parameter": 1})

    with pytest.raises(AssertionError, match="no_such_parameter"):
        await call_it()


async def test_the_harness_raises_what_the_error_handler_caught(talk: Conversation, index: StubCoverage) -> None:
    """A crash fails the test that did not expect it."""
    index.planned["boom"] = lambda: fails(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await talk.say("boom")


async def test_workers_close_after_what_is_running() -> None:
    """Closing waits for the job at work and takes no more."""
    gate, workers = Gate(), Workers(running=1, waiting=0)
    job = asyncio.create_task(workers.run(gate.answer))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    closing = asyncio.create_task(workers.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    gate.opened.set()
    await closing
    assert (await job).citations
    with pytest.raises(RuntimeError):
        await workers.run(answered)


async def test_a_given_up_job_keeps_its_place_until_it_ends() -> None:
    """Cancelling whoever waits does not let more jobs run than there are threads."""
    gate, workers = Gate(), Workers(running=1, waiting=0)
    job = asyncio.create_task(workers.run(gate.answer))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    with pytest.raises(Exception, match="as many questions as I can"):
        await workers.run(answered)
    gate.opened.set()
    await workers.close()


async def test_the_application_is_built_without_reaching_out(index: StubCoverage) -> None:
    """Building opens no connection and calls nothing."""
    api = LocalTelegram(token=TOKEN)
    with remembering() as store:
        workers = Workers(running=1, waiting=0)
        build_application(index, workers, store, token=TOKEN, base_url="", base_file_url="", request=lambda: LocalRequest(api))
    assert api.calls == []
