"""The timetable, folders that are watched and posts that wait, over real stores."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import TooManyRequestsError
from bot.store.database import open_database
from bot.store.intake import WaitingPost
from bot.store.store import BotStore
from bot.updates.background import Background
from bot.updates.folders import FolderWatch
from bot.updates.incoming import draft_of, take_in_files, take_in_posts, timetable
from bot.updates.jobs import Job, Timetable
from index import ArticleDraft, NewsIndex, Refusal, WriterBusyError
from tests.conftest import SetClock
from tests.integration.test_news_index import open_hashed

AT = datetime(2021, 5, 14, 9, 30, tzinfo=UTC)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[NewsIndex]:
    with open_hashed(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def store(index: NewsIndex, tmp_path: Path, clock: SetClock) -> Iterator[BotStore]:
    with closing(BotStore(open_database(tmp_path / "data"), clock.now)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "incoming"
    made.mkdir()
    return made


def texts(index: NewsIndex) -> list[str]:
    return [article.text for article in index.articles()]


def watched(folder: Path, store: BotStore) -> FolderWatch:
    return FolderWatch([folder], store.files)


def look(watch: FolderWatch, index: NewsIndex, times: int = 2) -> None:
    """So many looks, without the waiting between them."""
    for _ in range(times):
        take_in_files(index, watch, Background())


def test_a_file_is_taken_in_once_it_is_quiet(folder: Path, index: NewsIndex, store: BotStore) -> None:
    """At the first look it may still be written; when it looks the same at the next, it goes in; and then it is left alone."""
    watch = watched(folder, store)
    file = folder / "report.txt"
    file.write_text("Seven were hurt.")
    look(watch, index, 1)
    assert texts(index) == []
    file.write_text("Seven were hurt. Two died.")
    look(watch, index, 1)
    assert texts(index) == []
    look(watch, index, 1)
    assert texts(index) == ["Seven were hurt. Two died."]
    assert watch.ready() == []


def test_a_restart_finds_what_changed_meanwhile_and_reads_nothing_else(folder: Path, index: NewsIndex, store: BotStore) -> None:
    """Known files are not read again, changed ones become revisions, and one that went away takes nothing with it."""
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Report {name} came in.")
    look(watched(folder, store), index)
    (folder / "b.txt").write_text("Report b came in, and was corrected.")
    (folder / "c.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "sub" / "d.md").write_text("# Fire\n\nReport d came in.")
    (folder / ".hidden.txt").write_text("Nobody's.")
    (folder / "e.exe").write_text("Nobody's.")
    watch = watched(folder, store)
    watch.ready()
    assert sorted(Path(path).name for path, _ in watch.ready()) == ["b.txt", "d.md"]
    look(watch, index)
    assert sorted((article.revision, article.text.splitlines()[0]) for article in index.articles()) == [
        (1, "Report a came in."),
        (1, "Report c came in."),
        (1, "Report d came in."),
        (2, "Report b came in, and was corrected."),
    ]


def test_a_file_that_is_refused_is_not_tried_again(folder: Path, index: NewsIndex, store: BotStore) -> None:
    """It is told once; only another state of it is read again."""
    watch = watched(folder, store)
    (folder / "empty.txt").write_text("")
    look(watch, index, 3)
    assert watch.ready() == []
    (folder / "empty.txt").write_text("Seven were hurt.")
    look(watch, index)
    assert texts(index) == ["Seven were hurt."]


def test_what_happens_in_a_folder_wakes_its_watcher(folder: Path, store: BotStore) -> None:
    """The first wait is none; later ones end with news, long before the time to look again; a folder that is not there is waited for."""
    watch = FolderWatch([folder, folder / "not-there"], store.files)
    started = time.monotonic()
    watch.wait(lambda: False)
    assert time.monotonic() - started < 0.4
    assert watch.ready() == []
    stop_at = time.monotonic() + 20
    written = False

    def stopped() -> bool:
        nonlocal written
        if not written:
            written = True
        else:
            (folder / "a.txt").write_text("Seven were hurt.")
        return time.monotonic() > stop_at

    watch.wait(stopped)
    assert time.monotonic() < stop_at
    watch.ready()
    assert [Path(path).name for path, _ in watch.ready()] == ["a.txt"]


def post(text: str, number: int = 1) -> WaitingPost:
    return WaitingPost(-1001234567890, number, text, f"https://t.me/harbour/{number}", "Harbour", AT)


def test_posts_wait_until_they_can_be_taken_in(index: NewsIndex, store: BotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody else writes they stay where they are; then all go in, one without words is dropped, and none is left."""
    monkeypatch.setattr("bot.updates.incoming.WAIT_S", 0.0)
    store.inbox.put(post("Seven were hurt."))
    store.inbox.put(post("🔥🔥", 2))
    store.inbox.put(post("Nine were hurt.", 3))
    with index._store.writer("somebody else", wait_s=0), pytest.raises(WriterBusyError):
        take_in_posts(index, store)
    assert len(store.inbox.waiting(10)) == 3
    take_in_posts(index, store)
    assert store.inbox.waiting(10) == []
    assert texts(index) == ["Seven were hurt.", "Nine were hurt."]
    take_in_posts(index, store)


def test_a_post_is_the_same_article_whatever_it_says(index: NewsIndex) -> None:
    """Its id hangs on channel and number alone; one without words is refused, with its address."""
    first, second = draft_of(post("Seven were hurt.")), draft_of(post("Eight were hurt."))
    assert isinstance(first, ArticleDraft)
    assert isinstance(second, ArticleDraft)
    assert first.id == second.id == "telegram--1001234567890-1"
    assert draft_of(post("—")) == Refusal("https://t.me/harbour/1", "there are no words in it")
    assert texts(index) == []


def test_the_timetable_has_every_job(index: NewsIndex, store: BotStore, folder: Path) -> None:
    """Feeds, posts and tidying always; folders where some are watched; each can be done with nothing to do."""
    background = Background()
    jobs = timetable(index, store, background, [folder])
    assert [job.name for job in jobs] == ["feeds", "posts", "tidying", "folders"]
    assert [job.name for job in timetable(index, store, background, [])] == ["feeds", "posts", "tidying"]
    for job in jobs:
        job.do()


async def running(jobs: list[Job], until: Callable[[], bool]) -> Timetable:
    """The timetable, run until something is so, and stopped."""
    background = Background()
    table = Timetable(jobs, background, lambda: AT)
    table.start()
    async with asyncio.timeout(20):
        while not until():  # noqa: ASYNC110 - what it waits for happens in threads
            await asyncio.sleep(0.01)
    background.halt()
    await table.stop()
    await background.close()
    return table


async def test_a_job_that_fails_is_done_again(caplog: pytest.LogCaptureFixture) -> None:
    """Its failure is logged and kept until it goes well, and keeps no other job from its turn."""
    done: dict[str, int] = {"bad": 0, "good": 0}

    def do(name: str) -> None:
        done[name] += 1
        if name == "bad":
            raise RuntimeError("no disk")

    table = await running([Job("bad", 0.01, lambda: do("bad")), Job("good", 0.01, lambda: do("good"))], lambda: min(done.values()) >= 3)
    assert table.states["bad"].last_error == "no disk"
    assert table.states["good"].last_error is None
    assert table.states["good"].runs >= 3
    assert "the job bad failed" in caplog.text


async def test_one_run_at_a_time_and_woken_when_asked() -> None:
    """A job that is woken while it is at work is done once more, never twice at once."""
    at_work: list[int] = []
    most: list[int] = []

    def do() -> None:
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.05)
        at_work.pop()

    background = Background()
    table = Timetable([Job("slow", 3600.0, do)], background, lambda: AT)
    table.start()
    for _ in range(6):
        await asyncio.sleep(0.02)
        table.wake("slow")
        table.wake("nobody")
    await asyncio.sleep(0.1)
    background.halt()
    await table.stop()
    await background.close()
    assert set(most) == {1}
    assert 2 <= len(most) <= 5


async def test_the_background_takes_no_more_when_it_ends() -> None:
    """What goes on is told, and waited for; after that there is a sentence instead of a wait."""
    background = Background()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> bool:
        loop.call_soon_threadsafe(begun.set)
        while not background.stopping:
            time.sleep(0.01)
        return True

    going_on = asyncio.create_task(background.run(work))
    await begun.wait()
    await background.close()
    assert await going_on
    with pytest.raises(TooManyRequestsError):
        await background.run(int)
