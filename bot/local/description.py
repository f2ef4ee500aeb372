"""Check a call against the Bot API's description. In: a method and its parameters as JSON values. Out: what is wrong with them, one line each.

Telegram itself passes over a parameter it does not know and guesses at types; here both are wrong, because both are mistakes of ours. Pure but for
reading ``bot_api.json`` once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.local.describe import ALTERNATIVES, EXTRACT, LIST_OF

_PLAIN: dict[str, tuple[type, ...]] = {"String": (str,), "Integer": (int,), "Float": (int, float), "Boolean": (bool,), "True": (bool,)}


class Description:
    """Methods and types as ``describe`` extracted them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._methods: Mapping[str, Any] = table["methods"]
        self._types: Mapping[str, Any] = table["types"]

    @property
    def methods(self) -> tuple[str, ...]:
        """Every method it knows."""
        return tuple(self._methods)

    def problems(self, method: str, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with the call; empty when it is right."""
        if method not in self._methods:
            return [f"{method}: not in bot/local/bot_api.json; add it to bot/local/describe.py"]
        return list(self._fields(method, self._methods[method], parameters))

    def read_form(self, method: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Parameters that came as text, as over HTTP: JSON where the method wants anything but a string. Unknown ones stay text."""
        entry = self._methods.get(method, {"required": {}, "optional": {}})
        types: dict[str, str] = {**entry["required"], **entry["optional"]}
        return {name: _read(types.get(name, "String"), text) for name, text in form.items()}

    def _fields(self, where: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
        known: dict[str, str] = {**entry["required"], **entry["optional"]}
        for name in entry["required"]:
            if name not in given:
                yield f"{where}.{name}: required"
        for name, value in given.items():
            if name not in known:
                yield f"{where}.{name}: unknown"
            else:
                yield from self._value(f"{where}.{name}", known[name], value)

    def _value(self, where: str, types: str, value: object) -> list[str]:
        """Nothing when the value fits one of the types; otherwise what is wrong by the type that fits best."""
        attempts = [list(self._one(where, name, value)) for name in types.split(ALTERNATIVES)]
        return min(attempts, key=len)

    def _one(self, where: str, name: str, value: object) -> Iterator[str]:
        if name.startswith(LIST_OF):
            if not isinstance(value, list):
                yield f"{where}: a list is expected, not {value!r}"
                return
            for place, item in enumerate(value):
                yield from self._value(f"{where}[{place}]", name.removeprefix(LIST_OF), item)
        elif name in _PLAIN:
            # In Python a bool is an int; in the Bot API it is not.
            if not isinstance(value, _PLAIN[name]) or isinstance(value, bool) != (bool in _PLAIN[name]):
                yield f"{where}: {name} is expected, not {value!r}"
        elif "one_of" in self._types[name]:
            yield from self._value(where, self._types[name]["one_of"], value)
        elif isinstance(value, dict):
            yield from self._fields(where, self._types[name], value)
        else:
            yield f"{where}: {name} is expected, not {value!r}"


def _read(types: str, text: str) -> object:
    names = types.split(ALTERNATIVES)
    if names == ["String"]:
        return text
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    # `chat_id` may be "@name", and "5" is a number then.
    return text if isinstance(value, str) else value


@functools.cache
def bot_api() -> Description:
    """The description that lies beside this file."""
    return Description(json.loads(EXTRACT.read_text(encoding="utf-8")))
