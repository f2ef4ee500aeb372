"""What every handler is given beside the update: a handler writes ``context.index``, not ``bot_data["index"]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from telegram.ext import Application, CallbackContext, ExtBot

from bot.chat_settings import ChatSettings
from bot.language import Language, language
from bot.store.store import BotStore
from bot.workers import Workers
from index import Answer, Stats


class Coverage(Protocol):
    """The part of ``index.NewsIndex`` that the chat needs. Safe for several threads."""

    def answer(self, question: str) -> Answer:
        """What the coverage says. Raises QuestionError for a question that cannot be searched for, other NewsErrors for trouble of ours."""

    def stats(self) -> Stats:
        """Counts and dates of what is loaded."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with, put together once in ``bot.app``."""

    index: Coverage
    workers: Workers
    store: BotStore


Nothing = dict[Any, Any]
"""What python-telegram-bot keeps per user and chat; we keep nothing there."""


class NewsContext(CallbackContext[ExtBot[None], Nothing, Nothing, Services]):
    """The context of every handler. One is made for each update, and all that handle it share it."""

    settings: ChatSettings = ChatSettings()
    """What was chosen in the chat; ``bot.handlers.prepare`` sets it before anything else."""
    words: Language = language(None)
    """How to speak to whoever wrote; likewise."""

    @property
    def index(self) -> Coverage:
        """The coverage. Its ``answer`` is heavy: call it through ``workers``."""
        return self.bot_data.index

    @property
    def workers(self) -> Workers:
        """Where heavy work goes."""
        return self.bot_data.workers

    @property
    def store(self) -> BotStore:
        """What the bot remembers. It blocks: call it in a thread."""
        return self.bot_data.store


NewsApplication = Application[ExtBot[None], NewsContext, Nothing, Nothing, Services, None]
