"""Inline mode, both sides of it: people who type the bot's name and a question in any chat, and the method that answers them.

https://core.telegram.org/bots/api#inline-mode. In and out as in ``bot.local.people`` and ``bot.local.methods``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.local.entities import formatted, utf16_length
from bot.local.faults import bad_request
from bot.local.html_mode import EntityError
from bot.local.state import JSON, Chat, State

MAX_QUERY = 256
"""Characters that Telegram sends on. https://core.telegram.org/bots/api#inlinequery"""
MAX_RESULTS = 50
MAX_RESULT_ID = 64
"""Bytes. https://core.telegram.org/bots/api#inlinequeryresultarticle"""
MAX_MESSAGE = 4096
MAX_OFFSET = 64
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def asks(state: State, user: JSON, query: str, *, chat_type: str = "supergroup") -> JSON:
    """Somebody has typed this behind the bot's name, so far."""
    query_id = f"inline-{len(state.inline_queries) + 1}"
    state.inline_queries[query_id] = None
    return state.new_update(
        "inline_query", {"id": query_id, "from": user, "query": query[:MAX_QUERY], "offset": "", "chat_type": chat_type}
    )


def picks(state: State, user: JSON, chat: Chat, result: JSON) -> JSON:
    """Somebody taps on a result, and so sends it. Returns the update that a bot in that chat gets."""
    content = result["input_message_content"]
    text, entities = formatted(content["message_text"], content.get("parse_mode"))
    return state.new_update("message", state.new_message(chat, user, {"text": text, "entities": entities, "via_bot": state.bot}))


def answer_inline_query(state: State, given: Mapping[str, Any]) -> bool:
    """https://core.telegram.org/bots/api#answerinlinequery"""
    query_id = str(given["inline_query_id"])
    if state.inline_queries.get(query_id, given) is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results: list[JSON] = given["results"]
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result["id"]) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if not all(1 <= len(one.encode()) <= MAX_RESULT_ID for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    for result in results:
        _check(result)
    if len(str(given.get("next_offset", "")).encode()) > MAX_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = given.get("button")
    if button is not None and not (button["text"] and _START_PARAMETER.fullmatch(str(button.get("start_parameter", "")))):
        raise bad_request("START_PARAM_INVALID")
    state.inline_queries[query_id] = dict(given)
    return True


def _check(result: JSON) -> None:
    """An article, which is the only kind this bot gives."""
    if result["type"] != "article" or not result["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    try:
        shown, _ = formatted(content["message_text"], content.get("parse_mode"))
    except EntityError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    if not shown:
        raise bad_request("MESSAGE_EMPTY")
    if utf16_length(shown) > MAX_MESSAGE:
        raise bad_request("MESSAGE_TOO_LONG")
