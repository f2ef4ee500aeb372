"""What every handler is given beside the update: a handler writes ``context.index``, not ``bot_data["index"]``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from telegram.ext import Application, CallbackContext, ExtBot

from bot.administration import Administration
from bot.allowance import Allowance
from bot.chat_settings import ChatSettings
from bot.inline_desk import InlineDesk
from bot.language import Language, language
from bot.overview import Overview
from bot.store.store import BotStore
from bot.telegram.pace import Priority
from bot.updates.report import Report, Value
from bot.updates.subscription import Wish
from bot.workers import Workers
from index import Answer, Article, Citation, Context, Passage, Stats


class Coverage(Protocol):
    """The part of ``index.NewsIndex`` that the chat needs. Safe for several threads."""

    def answer(self, question: str, *, rerank: bool = True) -> Answer:
        """What the coverage says. rerank: off, quicker and less sure.

        Raises QuestionError for a question that cannot be searched for, other NewsErrors for trouble of ours.
        """

    def stats(self) -> Stats:
        """Counts and dates of what is loaded."""

    def version(self) -> str:
        """Which coverage answers come from now: equal as long as nothing came in, changed or went. Cheap."""

    def openers(self, count: int = 3, *, stopped: Callable[[], bool] = lambda: False) -> list[Answer]:
        """Answers to questions that are answered well. Heavy; ``stopped`` is asked before each question whether to come to an early end."""

    def article(self, article_id: str) -> Article:
        """Raises ArticleNotFoundError."""

    def latest(self, limit: int = 10, topic: str | None = None) -> list[Article]:
        """The newest articles, on a topic if one is given. Raises QuestionError for a topic without words."""

    def context(self, quoted: Citation | Passage) -> Context:
        """What was quoted, in its paragraph. Raises ArticleNotFoundError."""


class Matching(Protocol):
    """What the coverage has for a wish. Safe for several threads; heavy, so that it is called through ``workers``."""

    def preview(self, wish: Wish, since: datetime, *, limit: int = 20) -> list[Report]:
        """What would have been sent since then, newest first."""

    def a_week(self, wish: Wish) -> int:
        """How many reports there were for it in the coverage's last seven days."""

    def timeline(self, question: str) -> Sequence[tuple[datetime | None, tuple[Value, ...]]]:
        """How the answer changed: as first reported, each change, now; oldest first."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with, put together once in ``bot.app``."""

    index: Coverage
    workers: Workers
    store: BotStore
    inline: InlineDesk
    allowance: Allowance
    overview: Overview
    administration: Administration | None = None
    """What admins work with; None where there are none."""
    matching: Matching | None = None
    """What subscriptions find; None where nothing can be subscribed to."""


Nothing = dict[Any, Any]
"""What python-telegram-bot keeps per user and chat; we keep nothing there."""


class NewsContext(CallbackContext[ExtBot[Priority], Nothing, Nothing, Services]):
    """The context of every handler. One is made for each update, and all that handle it share it."""

    settings: ChatSettings = ChatSettings()
    """What was chosen in the chat; ``bot.handlers.prepare`` sets it before anything else."""
    words: Language = language(None)
    """How to speak to whoever wrote; likewise."""
    is_prepared: bool = False
    """Whether both are known. Where they could not be learnt nothing more is done, because a group may have chosen to be left alone."""

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

    @property
    def inline(self) -> InlineDesk:
        """Answers for inline mode."""
        return self.bot_data.inline

    @property
    def matching(self) -> Matching | None:
        """What subscriptions find; None where nothing can be subscribed to."""
        return self.bot_data.matching

    @property
    def overview(self) -> Overview:
        """What is loaded, at hand at once."""
        return self.bot_data.overview

    @property
    def allowance(self) -> Allowance:
        """Who has asked too often. ``bot.handlers.prepare.may_ask`` consults it."""
        return self.bot_data.allowance


NewsApplication = Application[ExtBot[Priority], NewsContext, Nothing, Nothing, Services, None]
