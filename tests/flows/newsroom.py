"""A bot with admins over a real coverage: real stores, a deterministic encoder, the in-process Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.administration import Administration, Newsroom
from bot.app import build_application
from bot.local.api import LocalTelegram
from bot.local.request import LocalRequest
from bot.local.state import JSON, Chat
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.background import Background
from bot.updates.incoming import timetable
from bot.updates.jobs import Timetable
from bot.updates.rebuilding import Rebuilding
from bot.workers import Workers
from index import ArticleDraft, NewsIndex
from tests.flows.harness import TOKEN, Conversation
from tests.integration.test_news_index import open_hashed

ARTICLES = [
    ArticleDraft("Seven passengers were hurt near Port Arlen.", id="ferry", source="Harbour News", url="https://harbour.example/1"),
    ArticleDraft("Nine people were hurt in Lowtown.", id="bus", source="The Times", url="https://times.example/1"),
]
FEEDS = ["https://harbour.example/feed", "https://times.example/feed"]


@dataclass
class Desk:
    """The bot, and everything a test looks at."""

    talk: Conversation
    index: NewsIndex
    store: BotStore
    administration: Administration
    admin: JSON
    """Who is in the list."""
    ex_admin: JSON
    """Who was, and marked the admins' group."""
    group: Chat
    """Marked as the admins' group."""
    elsewhere: Chat
    """A group that is not."""
    channel: Chat
    started: list[str] = field(default_factory=list)

    @property
    def home(self) -> Chat:
        """The admin's private chat."""
        return self.talk.api.people.private_chat(self.admin)

    async def says(self, text: str, chat: Chat | None = None) -> list[JSON]:
        """The admin writes; what the bot sent meanwhile."""
        return await self.talk.say(text, user=self.admin, chat=chat or self.home)

    async def press(
        self, message: JSON, place: tuple[int, int] = (0, 0), *, user: JSON | None = None, data: str | None = None
    ) -> list[JSON]:
        """Somebody (the admin) presses a button of a message; new messages."""
        chat = self.talk.api.state.chats[message["chat"]["id"]]
        if data is None:
            data = message["reply_markup"]["inline_keyboard"][place[0]][place[1]]["callback_data"]
        return await self.talk.happens(self.talk.api.people.presses(user or self.admin, message, data), chat)

    def answers_to_presses(self) -> list[str]:
        """What was said in the boxes over the chat."""
        return [str(call.parameters.get("text", "")) for call in self.talk.api.calls if call.method == "answerCallbackQuery"]

    def state(self) -> tuple[object, ...]:
        """All that an admin's command can change."""
        return (
            self.index.stats(),
            [(article.id, article.revision) for article in self.index.articles()],
            [(feed.url, feed.paused) for feed in self.index.feeds()],
            self.store.admin_groups.all(),
            self.store.channels.all(),
            self.store.inbox.waiting(10),
            self.administration.rebuilding.current,
        )


@asynccontextmanager
async def newsroom(folder: Path, *, wrap: Callable[[NewsIndex], Newsroom] = lambda index: index) -> AsyncIterator[Desk]:
    """A started bot with two articles, two feeds, an admins' group and a channel. The timetable does not run. wrap: put before the index."""
    api = LocalTelegram(token=TOKEN)
    workers = Workers(running=2, waiting=4)
    admin, ex_admin = api.people.person("Ada"), api.people.person("Ed")
    (folder / "dateline.db").write_bytes(_fresh_database())
    with open_hashed(folder) as index, closing(BotStore(open_database(folder), _now)) as store:
        index.ingest(ARTICLES)
        index.follow(FEEDS)
        background = Background()
        room = wrap(index)
        administration = Administration(
            frozenset((admin["id"],)),
            room,
            background,
            Timetable(timetable(index, store, background, ()), background, _now),
            Rebuilding(room, background, tell_every_s=0.05),
            _now,
        )
        application = build_application(
            index,
            workers,
            store,
            token=TOKEN,
            base_url="",
            base_file_url="",
            request=lambda: LocalRequest(api),
            administration=administration,
            is_paced=False,
        )
        async with application:
            await application.start()
            people = api.people
            group, elsewhere = people.group("News desk", ex_admin, admin), people.group("Friends", ex_admin, admin)
            channel = people.group("Harbour", ex_admin, kind="channel", username="harbour")
            desk = Desk(Conversation(application, api), index, store, administration, admin, ex_admin, group, elsewhere, channel)
            await desk.says("/admingroup", group)
            try:
                yield desk
            finally:
                background.halt()
                await administration.rebuilding.finished()
                await background.close()
                await application.stop()
                await workers.close()
    assert api.violations == [], api.violations


@cache
def _fresh_database() -> bytes:
    """With the coverage's tables and the bot's; made once, as in ``harness``."""
    with TemporaryDirectory() as folder:
        with open_hashed(Path(folder)):
            open_database(Path(folder)).dispose()
        return (Path(folder) / "dateline.db").read_bytes()


def _now() -> datetime:
    return datetime.now(UTC)
