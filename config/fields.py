"""The kinds of value a setting can have. In: the text of a variable. Out: the value, or a ValueError that never repeats the text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PositiveInt, SecretStr
from pydantic_settings import NoDecode


def _json_list(value: object) -> object:
    """Read here, not by pydantic-settings, whose own error names the section only."""
    if not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        raise ValueError("this is not JSON; write a list such as [1, 2]") from None
    if not isinstance(read, list):
        raise ValueError("this is not a JSON list; write it in square brackets")
    return tuple(read)


def _token(value: SecretStr) -> SecretStr:
    if re.search(r"[\s/]", value.get_secret_value()):
        raise ValueError("a token has no spaces and no slashes; copy it from @BotFather again")
    return value


def _header(value: SecretStr) -> SecretStr:
    # https://core.telegram.org/bots/api#setwebhook, secret_token
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("Telegram takes 1 to 256 letters, digits, _ and - here")
    return value


def _database(value: SecretStr) -> SecretStr:
    if not re.match(r"(sqlite|postgresql)(\+\w+)?:", value.get_secret_value()):
        raise ValueError("this is neither sqlite: nor postgresql:")
    return value


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError("this is not a web address; it starts with https:// or http://")
    return value


def _address(value: str) -> str:
    split_address(value)
    return value


def split_address(value: str) -> tuple[str, int]:
    """``0.0.0.0:8443`` or ``[::]:8443`` to host and port. Raises ValueError when it is neither or the port is not within 1..65535."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[^\s:]+):(\d{1,5})", value)
    if found is None or not 1 <= int(found[2]) <= 65_535:
        raise ValueError("this is not host:port; write it like 0.0.0.0:8443")
    return found[1].strip("[]"), int(found[2])


BotToken = Annotated[SecretStr, AfterValidator(_token)]
HeaderSecret = Annotated[SecretStr, AfterValidator(_header)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Address = Annotated[str, AfterValidator(_address)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_database)]
UserIds = Annotated[tuple[PositiveInt, ...], NoDecode, BeforeValidator(_json_list)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_json_list)]
Feeds = Annotated[tuple[WebAddress, ...], NoDecode, BeforeValidator(_json_list)]
