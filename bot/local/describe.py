"""Renew ``bot_api.json``, our extract of the Bot API's machine-readable description: ``python -m bot.local.describe PATH/api.json``.

In: the full description (methods and types with their fields). Out: the methods named here, and every type their parameters are made of, with
names, types and what is required, and nothing else. Run by hand when the bot begins to use another method or a newer Bot API.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXTRACT = Path(__file__).with_name("bot_api.json")

METHODS = (
    "getMe",
    "logOut",
    "close",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "editMessageText",
    "deleteMessage",
    "sendChatAction",
    "answerCallbackQuery",
    "answerInlineQuery",
    "getFile",
    "getChat",
    "getChatMember",
    "setMyCommands",
    "getMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
)
"""What the bot and python-telegram-bot's Application call, and what ``bot.local.methods`` answers."""

ALTERNATIVES = " | "
LIST_OF = "Array of "


def extract(full: dict[str, Any]) -> dict[str, Any]:
    """The part of the description that our methods need."""
    methods = {name: _entry(full["methods"][name]) for name in METHODS}
    types: dict[str, Any] = {}
    wanted = [name for method in methods.values() for name in _type_names(method)]
    while wanted:
        name = wanted.pop()
        if name in full["types"] and name not in types:
            types[name] = _entry(full["types"][name])
            wanted += _type_names(types[name])
    return {
        "source": f"{full['version']}, {full['release_date']}; extracted by bot/local/describe.py",
        "methods": methods,
        "types": dict(sorted(types.items())),
    }


def _entry(described: dict[str, Any]) -> dict[str, Any]:
    if "subtypes" in described:
        return {"one_of": ALTERNATIVES.join(described["subtypes"])}
    entry: dict[str, Any] = {"required": {}, "optional": {}}
    for field in described.get("fields", []):
        entry["required" if field["required"] else "optional"][field["name"]] = ALTERNATIVES.join(field["types"])
    return entry


def _type_names(entry: dict[str, Any]) -> Iterator[str]:
    texts = [entry["one_of"]] if "one_of" in entry else [*entry["required"].values(), *entry["optional"].values()]
    for text in texts:
        for name in text.split(ALTERNATIVES):
            yield name.replace(LIST_OF, "")


def main(path: Path) -> None:
    """Write the extract of the description at ``path``."""
    found = extract(json.loads(path.read_text(encoding="utf-8")))
    EXTRACT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
