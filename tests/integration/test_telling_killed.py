"""The job that tells subscribers, killed with SIGKILL while it tells: whatever moment it is, each place is told of each report once in the end."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import func, select

from bot.store.database import open_database, reading
from bot.store.store import BotStore
from bot.store.tables import matches, outbox
from bot.updates import telling
from bot.updates.matching import Matching
from bot.updates.subscription import Cadence, Place, Schedule, Wanted, Wish
from bot.updates.telling import Telling
from index import ArticleDraft
from tests.conftest import SetClock
from tests.dying import processes
from tests.integration.test_news_index import open_hashed
from tests.integration.test_telling import DAY, QUESTION

KILLS = 6
ROUNDS = 6
"""After so many the kills came too late to hit anything."""
ARTICLES, CHATS = 40, 50
SLICE = 4
"""Changes told of in one transaction: fewer than in earnest, so that a kill finds some of them told."""

Rows = list[tuple[object, ...]]


def test_the_telling_survives_kills(tmp_path: Path) -> None:
    """What the outbox and the matches hold in the end is what they hold when nobody kills anything: the same rows, each once."""
    fresh = tmp_path / "fresh"
    prepare(fresh)
    clean, clean_s = tell(copied(fresh, tmp_path / "clean"), None)
    assert clean is False
    wanted = found(tmp_path / "clean")
    assert Counter(row[0] for row in wanted)["outbox"] == CHATS * ARTICLES + CHATS * ARTICLES // 2 + 1
    assert max(Counter(wanted).values()) == 1

    chance = random.Random(11)
    kills = in_the_middle = 0
    for number in range(ROUNDS):
        folder = copied(fresh, tmp_path / f"round{number}")
        told = 0
        while kills < KILLS:
            left = 1 - told / len(wanted)
            was_killed, _ = tell(folder, chance.uniform(0.05, 0.9) * left * clean_s)
            if not was_killed:
                break
            kills += 1
            before, told = told, len(found(folder))
            assert told >= before, "what was told is not told any more"
            in_the_middle += 0 < told < len(wanted)
        tell(folder, None)
        assert found(folder) == wanted
        if kills == KILLS:
            break
    assert kills == KILLS
    assert in_the_middle > KILLS / 4, f"{in_the_middle} kills hit the middle of the work"


def prepare(folder: Path) -> None:
    """A coverage of which nothing has been told yet, and its subscribers: half of them to one of two outlets, one to a question, one to a digest."""
    clock = SetClock()
    with open_hashed(folder, clock=clock) as index, closing(BotStore(open_database(folder), clock.now)) as store:
        Telling(index, store.subscriptions, Matching(index), clock.now).run()
        for number in range(1, CHATS + 1):
            store.subscriptions.add(Place(-number), 42, Wish(Wanted.EVERYTHING), Schedule())
            store.subscriptions.add(Place(-1000 - number, 7), 42, Wish(Wanted.SOURCE, "EuroNews"), Schedule())
        store.subscriptions.add(Place(-5000), 42, Wish(Wanted.QUESTION, QUESTION), Schedule())
        store.subscriptions.add(Place(-6000), 42, Wish(Wanted.EVERYTHING), Schedule(Cadence.DAILY))
        Telling(index, store.subscriptions, Matching(index), clock.now).run()
        index.ingest([article(number) for number in range(ARTICLES)])


def article(number: int) -> ArticleDraft:
    """Each of something else; one of what the question asks."""
    text = "Five soldiers were killed in al-Bab so far." if number == 7 else " ".join(f"w{20 * number + word}" for word in range(20))
    return ArticleDraft(
        f"{text}.", f"https://x.example/{number}", f"Report {number}", ("EuroNews", "Courier")[number % 2], DAY, id=f"a{number}"
    )


def copied(fresh: Path, to: Path) -> Path:
    """A folder like it, of its own."""
    shutil.copytree(fresh, to)
    return to


def tell(folder: Path, kill_after_s: float | None) -> tuple[bool, float]:
    """The job in a process of its own, killed so many seconds after it began to tell. Whether it was, and for how long it told."""
    server = processes()
    here, there = server.Pipe()
    process = server.Process(target=work, args=(folder, there))
    process.start()
    there.close()
    here.recv()
    begun = time.monotonic()
    process.join(kill_after_s)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0, time.monotonic() - begun


def work(folder: Path, begun: Connection) -> None:
    """What the process does."""
    telling.SLICE = SLICE
    clock = SetClock()
    with open_hashed(folder, clock=clock) as index, closing(BotStore(open_database(folder), clock.now)) as store:
        job = Telling(index, store.subscriptions, Matching(index), clock.now)
        begun.send("now")
        job.run()


def found(folder: Path) -> Rows:
    """What is to be told, what was found and where it was told, and up to where; in order."""
    engine = open_database(folder)
    told_in = select(outbox.c.update_key).where(outbox.c.id == matches.c.outbox_id).scalar_subquery()
    with reading(engine, "reading what was told") as connection:
        rows: Rows = [("outbox", *row) for row in connection.execute(select(outbox.c.chat_id, outbox.c.thread_id, outbox.c.update_key))]
        rows += [("match", *row) for row in connection.execute(select(matches.c.subscription_id, matches.c.report, told_in))]
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == sum(row[0] == "outbox" for row in rows)
    engine.dispose()
    return sorted(rows, key=repr)
