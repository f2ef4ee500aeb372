"""What can go wrong between the bot and Telegram. Raised by ``bot.local.methods`` where Telegram would refuse; tests inject it anywhere else."""

from __future__ import annotations


class RefusalError(Exception):
    """Telegram answered, and said no."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters
        """``retry_after`` in seconds, ``migrate_to_chat_id``; see https://core.telegram.org/bots/api#responseparameters"""


class NoConnectionError(Exception):
    """Nobody took the call: it was never sent."""


class LostConnectionError(Exception):
    """The connection broke before the answer came; what was asked may have been done."""


class NoAnswerInTimeError(Exception):
    """The answer did not come in time; what was asked may have been done."""


Fault = RefusalError | NoConnectionError | LostConnectionError | NoAnswerInTimeError


def bad_request(reason: str) -> RefusalError:
    """400: the call is wrong."""
    return RefusalError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> RefusalError:
    """403: the bot may not."""
    return RefusalError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after_s: int) -> RefusalError:
    """429: wait so many seconds before the next call."""
    return RefusalError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)


def server_error() -> RefusalError:
    """500: Telegram's own fault."""
    return RefusalError(500, "Internal Server Error")
