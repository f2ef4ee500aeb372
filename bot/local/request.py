"""The seam between python-telegram-bot and the in-process Bot API. In: the library's calls. Out: bytes of JSON. It opens no socket."""

from __future__ import annotations

import json
from urllib.parse import unquote

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.local.api import LocalTelegram
from bot.local.faults import LostConnectionError, NoAnswerInTimeError, NoConnectionError


class LocalRequest(BaseRequest):
    """Give it to ``ApplicationBuilder.request`` and ``.get_updates_request``."""

    def __init__(self, api: LocalTelegram) -> None:
        self._api = api

    @property
    def read_timeout(self) -> float | None:
        """None: nothing is read from a socket."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - the Bot API takes GET and POST alike
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """One call; errors of the connection become the library's own, as its HTTP client's do."""
        # The library quotes the address of a file, and with it the colon in the token.
        _, token, name = unquote(url).partition(f"{self._api.token}/")
        if not token:
            return 401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
        if "/" in name:
            return self._api.download(name)
        try:
            status, body = await self._api.call(name, request_data.parameters if request_data else {})
        except NoConnectionError as error:
            raise NetworkError(f"httpx.ConnectError: {error}") from httpx.ConnectError(str(error))
        except LostConnectionError as error:
            raise NetworkError(f"httpx.ReadError: {error}") from httpx.ReadError(str(error))
        except NoAnswerInTimeError as error:
            raise TimedOut from httpx.ReadTimeout(str(error))
        return status, json.dumps(body).encode()
