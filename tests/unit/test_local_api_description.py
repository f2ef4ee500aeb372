"""Our extract of the Bot API's description: it is right, and calls are checked against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.local.describe import EXTRACT, extract
from bot.local.description import bot_api
from bot.local.methods import METHODS

FULL = Path(__file__).parents[3] / "shared" / "data" / "telegram_bot_api" / "api.json"

BUTTONS: dict[str, Any] = {"inline_keyboard": [[{"text": "More", "callback_data": "a1"}]]}


def test_the_extract_is_what_the_description_says() -> None:
    """Every method, parameter, type and requirement in our table stands so in the full description."""
    if not FULL.is_file():
        pytest.skip(f"the full Bot API description is not at {FULL}; it is too big to be kept in this repository")
    assert json.loads(EXTRACT.read_text()) == extract(json.loads(FULL.read_text()))


def test_every_described_method_is_answered() -> None:
    """The in-process Bot API answers exactly the methods of the table; getUpdates waits, and is answered apart."""
    assert {*METHODS, "getUpdates"} == set(bot_api().methods)


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("getMe", {}),
        ("sendMessage", {"chat_id": 1, "text": "x"}),
        ("sendMessage", {"chat_id": "@newsroom", "text": "x", "parse_mode": "HTML", "reply_markup": BUTTONS}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 2, "allow_sending_without_reply": True}}),
        ("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": {"is_disabled": True}, "disable_notification": False}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"remove_keyboard": True}}),
        ("setMyCommands", {"commands": [{"command": "ask", "description": "d"}], "scope": {"type": "chat", "chat_id": 5}}),
        ("getUpdates", {"timeout": 10, "allowed_updates": ["message"]}),
    ],
)
def test_a_right_call_has_no_problem(method: str, parameters: dict[str, Any]) -> None:
    """What the Bot API documents is accepted, nested types included."""
    assert bot_api().problems(method, parameters) == []


@pytest.mark.parametrize(
    ("method", "parameters", "problem"),
    [
        ("sendMesage", {}, "sendMesage: not in bot/local/bot_api.json"),
        ("sendMessage", {"chat_id": 1}, "sendMessage.text: required"),
        ("sendMessage", {"chat_id": 1, "text": "x", "txt": "y"}, "sendMessage.txt: unknown"),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, "sendMessage.chat_id: Integer is expected"),
        ("sendMessage", {"chat_id": True, "text": "x"}, "sendMessage.chat_id: Integer is expected"),
        ("sendMessage", {"chat_id": 1, "text": 7}, "sendMessage.text: String is expected"),
        ("sendMessage", {"chat_id": 1, "text": "x", "disable_notification": 1}, "disable_notification: Boolean is expected"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": {}}, "sendMessage.reply_parameters.message_id: required"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": 5}, "sendMessage.reply_parameters: ReplyParameters is expected"),
        ("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": {"is_off": True}}, "link_preview_options.is_off: unknown"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
            "inline_keyboard[0]: a list is expected",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
            "[0][0].text: required",
        ),
        ("setMyCommands", {"commands": [{"command": "ask"}]}, "setMyCommands.commands[0].description: required"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat", "user_id": "x"}}, "setMyCommands.scope"),
    ],
)
def test_a_wrong_call_is_named(method: str, parameters: dict[str, Any], problem: str) -> None:
    """A wrong method, parameter, nested field or type is found and said where it stands."""
    assert problem in "; ".join(bot_api().problems(method, parameters))
