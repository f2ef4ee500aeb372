"""The buttons under messages, and what they carry. In: a stored answer's id. Out: keyboards, and callback data read back. Pure.

Callback data is at most 64 bytes and comes back from anybody's client, so it holds nothing but an id and a number, and is believed in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.language import Language
from index import Answer

MAX_BUTTON_CHARS = 80
"""Of a question on a button: two or three lines on a narrow phone. Telegram cuts what is longer."""

_DATA = re.compile(r"(?P<what>[a-z]+):(?P<id>[A-Za-z0-9_-]{1,16})(?::(?P<number>\d{1,4}))?")


class What(StrEnum):
    """What a button does; its callback data begins with it."""

    CONTEXT = "context"
    """Shows a quote in its paragraph; the number says which, from 1."""
    MORE = "more"
    """Shows a page of the passages that were found; the number says which, from 0."""
    WRONG = "wrong"
    """Says that the answer is wrong."""
    ASK = "ask"
    """Asks a stored question."""
    FOLLOW = "follow"
    """Subscribes the chat to the question."""
    FORGET = "forget"
    """Deletes what is kept; the id says ``yes`` or ``no``."""


def data(what: What, answer_id: str, number: int | None = None) -> str:
    """Callback data."""
    return f"{what}:{answer_id}" if number is None else f"{what}:{answer_id}:{number}"


def read(callback_data: str | None) -> tuple[str, int]:
    """The id and the number in callback data, 0 for no number. Whatever is malformed is an id that nothing has."""
    found = _DATA.fullmatch(callback_data or "")
    return (found["id"], int(found["number"] or 0)) if found else ("", 0)


def pattern(what: What) -> str:
    """For the handler table."""
    return f"^{what}:"


def under_answer(answer: Answer, words: Language, *, has_more: bool, may_follow: bool = False) -> InlineKeyboardMarkup | None:
    """What can be done with an answer; None where there is nothing, as under a greeting. may_follow: whether questions can be subscribed to."""
    if answer.remark is not None or not answer.passages:
        return None
    first = [button(words.gettext("Context"), data(What.CONTEXT, answer.id, 1))] if answer.citations else []
    if has_more:
        first.append(button(words.gettext("More passages"), data(What.MORE, answer.id, 0)))
    second = [button(words.gettext("Follow this question"), data(What.FOLLOW, answer.id))] if may_follow else []
    second.append(button(words.gettext("Wrong?"), data(What.WRONG, answer.id)))
    return InlineKeyboardMarkup([row for row in (first, second) if row])


def under_pages(what: What, answer_id: str, *, at: int, first: int, last: int) -> InlineKeyboardMarkup | None:
    """Backward and forward through pages ``first`` to ``last``; None if there is only one."""
    row = [button("‹", data(what, answer_id, at - 1))] if at > first else []
    row += [button("›", data(what, answer_id, at + 1))] if at < last else []
    return InlineKeyboardMarkup([row]) if row else None


def to_ask(questions: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """Questions to tap, by stored answer's id and text, one a row; None if there are none."""
    rows = [[button(question[:MAX_BUTTON_CHARS], data(What.ASK, answer_id))] for answer_id, question in questions]
    return InlineKeyboardMarkup(rows) if rows else None


def to_forget(words: Language) -> InlineKeyboardMarkup:
    """Yes or no."""
    yes, no = words.gettext("Yes, forget it"), words.gettext("No, keep it")
    return InlineKeyboardMarkup([[button(yes, data(What.FORGET, "yes")), button(no, data(What.FORGET, "no"))]])


def button(text: str, carries: str) -> InlineKeyboardButton:
    """One button. carries: at most 64 bytes."""
    return InlineKeyboardButton(text, callback_data=carries)
