"""People talking to the real Application over the in-process Bot API.

What the error handler caught is raised again at the end of the step that caused it, unless the test expects it: otherwise failures would vanish into
a polite sentence.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from telegram import Update

from bot.app import build_application
from bot.context import Coverage, Matching, NewsApplication, NewsContext
from bot.local.api import LocalTelegram
from bot.local.request import LocalRequest
from bot.local.state import JSON, Chat
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.workers import Workers
from index import NewsError

TOKEN = "123456789:AAE-this_is_not_a_real_token_0123456"


class Conversation:
    """One bot, its Telegram, and two people: Ann and Ben."""

    def __init__(self, application: NewsApplication, api: LocalTelegram) -> None:
        self.application = application
        self.api = api
        self.ann = api.people.person("Ann")
        self.ben = api.people.person("Ben")
        self._caught: list[Exception] = []
        self.expected: type[Exception] | tuple[type[Exception], ...] = ()
        """What the error handler may catch beside our own errors."""
        application.add_error_handler(self._catch)

    async def say(self, text: str, *, user: JSON | None = None, chat: Chat | None = None) -> list[JSON]:
        """Somebody (Ann) writes somewhere (to the bot); what the bot sent there by the time it was done."""
        user = user or self.ann
        chat = chat or self.api.people.private_chat(user)
        return await self.happens(self.api.people.writes(user, chat, text), chat)

    async def happens(self, update: JSON, chat: Chat) -> list[JSON]:
        """An update is processed; what the bot sent into the chat meanwhile."""
        before = chat.last_message_id
        await self.application.process_update(Update.de_json(update, self.application.bot))
        self.raise_caught()
        return [message for message_id, message in chat.messages.items() if message_id > before]

    def raise_caught(self) -> None:
        """Raise what the error handler caught and no test expected."""
        caught, self._caught = self._caught, []
        for error in caught:
            if not isinstance(error, (NewsError, self.expected)):
                raise error

    def methods_called(self) -> list[str]:
        """What the bot called since it started, without what the library calls for itself."""
        return [call.method for call in self.api.calls if call.method != "getMe"]

    async def _catch(self, _update: object, context: NewsContext) -> None:
        assert context.error is not None
        self._caught.append(context.error)


@asynccontextmanager
async def conversation(
    index: Coverage, *, running: int = 2, waiting: int = 4, token: str = TOKEN, matching: Matching | None = None
) -> AsyncIterator[Conversation]:
    """A started bot. At the end every call it made must have fitted the Bot API's description."""
    api = LocalTelegram(token=token)
    workers = Workers(running=running, waiting=waiting)
    with remembering() as store:
        application = build_application(
            index,
            workers,
            store,
            token=token,
            base_url="",
            base_file_url="",
            request=lambda: LocalRequest(api),
            is_paced=False,
            matching=matching,
        )
        async with application:
            await application.start()
            talk = Conversation(application, api)
            try:
                yield talk
            finally:
                await application.stop()
                await workers.close()
    assert api.violations == [], api.violations
    talk.raise_caught()


@contextmanager
def remembering() -> Iterator[BotStore]:
    """A bot's memory that lasts as long as the test, in a real database."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "dateline.db").write_bytes(_fresh_database())
        with closing(BotStore(open_database(Path(folder)), lambda: datetime.now(UTC))) as store:
            yield store


@cache
def _fresh_database() -> bytes:
    """Made once: running the migrations for every test would take longer than the tests."""
    with TemporaryDirectory() as folder:
        open_database(Path(folder)).dispose()
        return (Path(folder) / "dateline.db").read_bytes()


def text(messages: list[JSON]) -> str:
    """The words of the only message."""
    assert len(messages) == 1, messages
    return str(messages[0]["text"])
