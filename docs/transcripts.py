"""The transcripts in docs/transcripts.md, made by talking to the bot. ``python -m docs.transcripts`` writes them anew.

In: what people say, below. Out: Markdown, with what the bot answered over the in-process Bot API: the real Application, the default models, and the
sample coverage, taken in as the README says. Ids, and how long anything took, are not in it, so that the same program writes the same file.
"""

from __future__ import annotations

import asyncio
import io
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from telegram import Update

from bot.app import build_application, delivery
from bot.context import NewsApplication
from bot.local.api import LOCAL_TOKEN, LocalTelegram
from bot.local.request import LocalRequest
from bot.local.state import JSON, Chat
from bot.local.terminal import show
from bot.overview import offering
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.matching import Matching
from bot.updates.outgoing import Sending
from bot.updates.telling import Telling
from bot.workers import Workers
from index import ArticleDraft, NewsIndex, open_index

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "transcripts.md"
WIDTH = 76

PRIVATE = (
    "/start",
    "how many soldiers died?",
    "who says that?",
    "and how many were wounded?",
    "what time was the strike?",
    "who appologized?",
    "how many Russian soldiers died?",
    "who won the World Cup?",
    "thanks!",
    "/privacy",
)
GROUP = (
    ("Ann", "Has anybody seen what happened near al-Bab?"),
    ("Ann", "/ask what is the ISIS capital?"),
    ("Ben", "@{bot} who is the Turkish prime minister?"),
    ("Ben", "I thought so."),
    ("Ann", "/settings"),
)
CHANNEL = (
    "/subscribe @{channel} al-Bab casualties",
    "/subscribe @{channel} how many Turkish soldiers were killed in the air strike?",
)
LATER = ArticleDraft(
    "The number of Turkish soldiers killed near al-Bab has risen. Four Turkish soldiers died in Thursday's air strike, the Turkish general staff "
    "said on Saturday, after one of the wounded died in hospital. Ten others are still being treated.",
    title="Fourth soldier dies after strike near al-Bab",
    source="Example Wire",
    url="https://wire.example/al-bab",
    published_at=datetime(2017, 2, 11, 9, 30, tzinfo=UTC),
    id="later",
)
"""Made up for the transcript."""


class Scene:
    """A bot, its Telegram, and the Markdown of what was said so far."""

    def __init__(self, application: NewsApplication, api: LocalTelegram, index: NewsIndex, store: BotStore, matching: Matching) -> None:
        self.application = application
        self.api = api
        self.lines: list[str] = []
        self._index = index
        self._store = store
        self._telling = Telling(index, store.subscriptions, matching, lambda: datetime.now(UTC))

    async def happens(self, update: JSON, chat: Chat) -> None:
        """Something that is not said; what the bot says in the chat because of it is written down."""
        before = chat.last_message_id
        await self.application.process_update(Update.de_json(update, self.application.bot))
        self._write(chat, before)

    async def subscribers_are_told(self, chat: Chat) -> None:
        """What the jobs beside the bot do; what is posted in the chat is written down."""
        before = chat.last_message_id
        await asyncio.to_thread(self._telling.run)
        async with delivery(self.application, self._store, "transcripts").at_work():
            while self._store.outbox.counts().keys() & {Sending.WAITING, Sending.SENDING}:  # noqa: ASYNC110 - nothing says when all is sent
                await asyncio.sleep(0.1)
        self._write(chat, before)

    async def comes_in(self, draft: ArticleDraft) -> None:
        """An article."""
        await asyncio.to_thread(self._index.ingest, [draft])
        self.lines += [
            "*An article comes in, made up for this transcript:*",
            "",
            *(f"> {line}" for line in textwrap.wrap(draft.text, WIDTH)),
            "",
        ]

    def _write(self, chat: Chat, before: int) -> None:
        for number, message in sorted(chat.messages.items()):
            if number > before:
                self.lines += ["```", *_shown(message), "```", ""]

    async def says(self, user: JSON, chat: Chat, text: str) -> None:
        """Somebody writes; what the bot answers is written down below it."""
        before = chat.last_message_id
        update = self.api.people.writes(user, chat, text)
        await self.application.process_update(Update.de_json(update, self.application.bot))
        self.lines += [f"**{user['first_name']}:** {text}", ""]
        answers = [message for number, message in sorted(chat.messages.items()) if number > before + 1]
        for answer in answers:
            self.lines += ["```", *_shown(answer), "```", ""]
        if not answers:
            self.lines += ["*(the bot keeps silent)*", ""]


def _shown(message: JSON) -> list[str]:
    """As a terminal shows it, wrapped; buttons in brackets."""
    out = io.StringIO()
    show(message, Console(file=out, width=WIDTH))
    lines = []
    for line in out.getvalue().rstrip().split("\n"):
        bar = "│ " if line.startswith("│ ") else ""
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=bar) or [""]
    return lines


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """The bot with the sample coverage."""
    text = (ROOT / "data" / "sample" / "article.txt").read_text(encoding="utf-8")
    draft = ArticleDraft(text, source="Sample coverage", published_at=datetime(2017, 2, 10, tzinfo=UTC), id="sample")
    api, workers = LocalTelegram(token=LOCAL_TOKEN), Workers(running=1, waiting=0)
    with open_index(folder) as index, closing(BotStore(open_database(folder), lambda: datetime.now(UTC))) as store:
        index.ingest([draft])
        matching = Matching(index)
        application = build_application(
            index,
            workers,
            store,
            token=LOCAL_TOKEN,
            base_url="",
            base_file_url="",
            request=lambda: LocalRequest(api),
            is_paced=False,
            matching=matching,
        )
        async with offering(application.bot_data.overview), application:
            await application.start()
            await asyncio.to_thread(application.bot_data.overview.make_offers)
            while not application.bot_data.overview.offers():  # noqa: ASYNC110 - they may be under way in the background
                await asyncio.sleep(0.1)
            yield Scene(application, api, index, store, matching)
            await application.stop()
    await workers.close()


async def transcripts() -> str:
    """The whole file."""
    with TemporaryDirectory() as folder:
        async with scene(Path(folder)) as played:
            people = played.api.people
            ann, ben = people.person("Ann"), people.person("Ben")
            played.lines += [
                "# Transcripts",
                "",
                "Made by `python -m docs.transcripts`, with the sample coverage and default settings.",
                "",
            ]
            played.lines += ["## A private chat", ""]
            for said in PRIVATE:
                await played.says(ann, people.private_chat(ann), said)
            played.lines += ["## A group", ""]
            group = people.group("Newsroom", ann, ben)
            for name, said in GROUP:
                user = ann if name == "Ann" else ben
                await played.says(user, group, said.format(bot=played.application.bot.username))
            await _play_channel(played, ann)
            return "\n".join(played.lines).rstrip() + "\n"


async def _play_channel(played: Scene, ann: JSON) -> None:
    people, home = played.api.people, played.api.people.private_chat(ann)
    channel = people.group("Newsroom live", ann, kind="channel", username="newsroom_live")
    played.lines += [
        "## A channel",
        "",
        "*Ann makes the bot an administrator of the channel @newsroom_live; it writes to her in private:*",
        "",
    ]
    await played.happens(played.api.groups.sets_bot(ann, channel, "administrator"), home)
    for said in CHANNEL:
        await played.says(ann, home, said.format(channel=channel.name["username"]))
    await played.subscribers_are_told(channel)
    await played.comes_in(LATER)
    played.lines += ["*In the channel:*", ""]
    await played.subscribers_are_told(channel)
    await played.says(ann, home, "/timeline how many Turkish soldiers were killed in the air strike?")


def main() -> None:
    """Write the file."""
    FILE.write_text(asyncio.run(transcripts()), encoding="utf-8")


if __name__ == "__main__":
    main()
