"""The local chat: lines in, what the bot answers printed."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from functools import partial

import pytest
from rich.console import Console

from bot.app import talk
from bot.local.chat import PROMPT, piped_lines, typed_lines
from bot.local.state import JSON
from bot.local.terminal import show
from index import Answer
from tests.flows.harness import remembering
from tests.flows.stub_index import QUESTION, QUOTE, URL, StubCoverage, answered, passage


async def printed(index: StubCoverage, lines: Iterable[str]) -> str:
    """What a pipe reads from a chat with these lines."""
    out = io.StringIO()
    with remembering() as store:
        await talk(index, store, lines, partial(show, console=Console(file=out)))
    return out.getvalue()


async def test_lines_are_answered_in_order(index: StubCoverage) -> None:
    """Each line gets its answer before the next is read; empty lines are passed over."""
    said = await printed(index, [f"{QUESTION}\n", "\n", "   \n", "who owns the moon?\n"])
    assert index.asked == [QUESTION, "who owns the moon?"]
    assert said.index(QUOTE) < said.index("The coverage I have does not say.")


async def test_an_answer_reads_well_as_plain_text(index: StubCoverage) -> None:
    """Off a terminal there are no escape codes and no wrapping; the quote stands behind a bar, the address behind its text."""
    assert await printed(index, [QUESTION]) == (
        f"1. Harbour News ({URL}#:~:text=Seven%20passengers) · 14 May 2021\n│ {QUOTE}\n\nAs of 14 May 2021.\n\n"
    )


async def test_commands_work_as_in_telegram(index: StubCoverage) -> None:
    """/start, /help and /ask are commands here too, and an unknown one is called unknown."""
    said = await printed(index, ["/start", "/help", f"/ask {QUESTION}", "/nothing"])
    assert "Loaded: 1,234 articles" in said
    assert "/ask — a question about the coverage" in said
    assert QUOTE in said
    assert "I do not know that command." in said
    assert index.asked == [QUESTION]


@pytest.mark.parametrize("word", ["exit", "quit", " EXIT "])
async def test_a_goodbye_ends_it(index: StubCoverage, word: str) -> None:
    """ "exit" and "quit" end the chat; what follows is not read."""
    assert await printed(index, [word, QUESTION]) == ""
    assert index.asked == []


def crash() -> Answer:
    """A mistake in the index."""
    raise ZeroDivisionError


async def test_a_crash_does_not_end_the_chat(index: StubCoverage) -> None:
    """A mistake of ours is told with a reference, and the next line is answered."""
    index.planned["boom"] = crash
    said = await printed(index, ["boom", QUESTION])
    assert "Reference: " in said
    assert QUOTE in said


async def test_a_terminal_gets_bold_and_wrapped_quotes(index: StubCoverage) -> None:
    """On a terminal the number is bold and a long quote stays behind its bar on every line."""
    long = " ".join(["Seven passengers were hurt when the ferry ran aground."] * 4)
    index.planned[QUESTION] = lambda: answered(QUESTION, passage(long, article=long))
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=60, color_system="standard")
    with remembering() as store:
        await talk(index, store, [QUESTION], partial(show, console=terminal))
    said = out.getvalue()
    assert "\x1b[1m1.\x1b[0m" in said
    barred = [line for line in said.splitlines() if "│ " in line]
    assert len(barred) >= 4
    assert all(len(line.replace("\x1b[2m", "").replace("\x1b[0m", "")) <= 60 for line in barred)


def test_an_article_cannot_steer_the_terminal() -> None:
    """Control characters in a text are shown as a sign, not obeyed."""
    out = io.StringIO()
    show({"text": "a\x1b[2Jb\x9b31mc\x07d"}, Console(file=out))
    assert out.getvalue() == "a\ufffd[2Jb\ufffd31mc\ufffdd\n\n"


def test_quotes_and_links_are_found_behind_wide_characters() -> None:
    """Offsets count UTF-16 units; an emoji before them moves nothing."""
    out = io.StringIO()
    message: JSON = {
        "text": "🌊🌊 ferry\nquoted 🌊\nafter",
        "entities": [
            {"type": "text_link", "offset": 5, "length": 5, "url": "https://example.org/"},
            {"type": "expandable_blockquote", "offset": 11, "length": 9},
        ],
    }
    show(message, Console(file=out))
    assert out.getvalue() == "🌊🌊 ferry (https://example.org/)\n│ quoted 🌊\nafter\n\n"


def test_a_pipe_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe's lines come in order, the last one without a line break too; bytes that are no UTF-8 do not end the chat."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("wer war es?\nça va?\n".encode() + b"caf\xe9")))
    assert list(piped_lines()) == ["wer war es?\n", "ça va?\n", "caf\ufffd"]


def test_a_person_is_prompted_until_ctrl_d(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is asked for with the prompt; the end of input ends it on a fresh line."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("first\nsecond\n"))
    assert list(typed_lines()) == ["first", "second"]
    assert capsys.readouterr().out == f"{PROMPT * 3}\n"
