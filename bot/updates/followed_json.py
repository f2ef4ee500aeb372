"""What is kept of a followed question, as JSON. In: ``Followed``, or a text that was made from one. Out: the other. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.updates.followed import Followed, Former, Held
from bot.updates.report import Quoted, Value


def to_json(kept: Followed) -> str:
    """As a text in which equal ones are equal."""
    return json.dumps(asdict(kept), default=datetime.isoformat, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Followed:
    """What it was made from."""
    kept: dict[str, Any] = json.loads(text)
    return Followed(
        told=tuple(_value(one) for one in kept["told"]),
        stands=tuple(_held(one) for one in kept["stands"]),
        former=tuple(Former(_value(one["value"]), _moment(one["replaced_by"]), _moment(one["back_since"])) for one in kept["former"]),
        changes=kept["changes"],
    )


def _held(one: dict[str, Any]) -> Held:
    return Held(**one | {"value": _value(one["value"]), "newest": _moment(one["newest"])})


def _value(one: dict[str, Any]) -> Value:
    quote = one["quote"]
    return Value(**one | {"who": tuple(one["who"]), "quote": Quoted(**quote | {"published_at": _moment(quote["published_at"])})})


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
