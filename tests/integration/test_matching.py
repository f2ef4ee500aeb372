"""What the reranker is given to read of new articles, and what becomes of it: the real index and database, and an encoder of hashed words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.matching import Matching
from bot.updates.subscription import Place, Schedule, Subscription, Wanted, Wish
from bot.updates.telling import SLICE, SLICE_TAKES, Telling, next_slice
from bot.updates.thresholds import Thresholds
from bot.updates.wishes import WishBook
from index import ArticleDraft, NewsIndex, StoppedError
from tests.conftest import SetClock
from tests.integration.test_news_index import open_hashed

SOLDIERS = "soldiers killed in al-Bab"
KILLED = "Three soldiers were killed in al-Bab."


class Newsroom:
    """A coverage and its subscribers, with a reranker that confirms everything and keeps what it read."""

    def __init__(self, folder: Path, index: NewsIndex, store: BotStore, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.index = index
        self.store = store
        self.clock = clock
        self.read: list[tuple[str, str]] = []
        monkeypatch.setattr(index, "relevance", self.relevance)
        monkeypatch.setattr("bot.updates.matching.thresholds", lambda *_: Thresholds(0.2, 0.5, 0.85, 0.0, 0.9))
        self.book = WishBook(store.subscriptions, index)

    def relevance(self, wish: str, texts: Sequence[str]) -> list[float]:
        """In place of the index's."""
        self.read += [(wish, text) for text in texts]
        return [1.0] * len(texts)

    def subscribe(self, *wishes: Wish) -> None:
        """Each from a chat of its own."""
        for number, wish in enumerate(wishes, start=1):
            self.store.subscriptions.add(Place(number), 42, wish, Schedule())

    def wanted(self, *texts: str) -> list[Wish]:
        """What wishes new articles are wanted by."""
        after = self.index.news(None).upto
        self.index.ingest([ArticleDraft(text, id=f"{after}-{number}") for number, text in enumerate(texts)])
        return [hit.wish for hit in Matching(self.index).hits(self.index.news(after).items, self.book.read())]


@pytest.fixture
def newsroom(tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """An empty one."""
    with open_hashed(tmp_path, clock=clock) as index:
        store = BotStore(open_database(tmp_path), clock.now)
        yield Newsroom(tmp_path, index, store, clock, monkeypatch)
        store.close()


def test_what_is_near_and_has_the_words_around_it_is_read(newsroom: Newsroom) -> None:
    """The words may stand in the sentence beside it; without them it has to come nearer than this does."""
    grain = Wish(Wanted.TOPIC, "grain prices fell")
    newsroom.subscribe(grain)
    assert newsroom.wanted("Prices fell by a tenth on Monday. It is the grain of this summer that did it.") == [grain]
    newsroom.read.clear()
    assert newsroom.wanted("Prices fell by a tenth on Monday. It is the weather of this summer that did it.") == []
    assert newsroom.read == []


def test_the_same_words_and_the_same_text_are_read_once(newsroom: Newsroom) -> None:
    """Whoever asks, and whatever else they ask for; each is told by what it asked for."""
    plain, question = Wish(Wanted.TOPIC, SOLDIERS), Wish(Wanted.QUESTION, SOLDIERS)
    narrow, never = Wish(Wanted.TOPIC, SOLDIERS, must=("three",)), Wish(Wanted.TOPIC, SOLDIERS, must_not=("three",))
    newsroom.subscribe(plain, question, narrow, never)
    assert sorted(newsroom.wanted(KILLED), key=str) == sorted([plain, question, narrow], key=str)
    assert newsroom.read == [(SOLDIERS, KILLED)]


def test_reading_ends_when_the_bot_stops_and_what_was_not_decided_is_told_later(newsroom: Newsroom) -> None:
    """Nothing of the slice is told by halves, and a later process tells of all of it once."""
    newsroom.subscribe(Wish(Wanted.TOPIC, SOLDIERS), Wish(Wanted.TOPIC, "three soldiers killed"))

    def stops_after(readings: int) -> Telling:
        return Telling(
            newsroom.index,
            newsroom.store.subscriptions,
            Matching(newsroom.index),
            newsroom.clock.now,
            lambda: len(newsroom.read) >= readings,
        )

    stops_after(1).run()  # from here on
    newsroom.clock.move(minutes=1)
    newsroom.index.ingest([ArticleDraft(KILLED, id="a")])
    stops_after(1).run()
    assert len(newsroom.read) == 1
    assert newsroom.store.outbox.claim("test", 9) == []
    stops_after(99).run()
    assert len(newsroom.store.outbox.claim("test", 9)) == 2


def test_matching_says_that_it_was_stopped(newsroom: Newsroom) -> None:
    """It is no wish that made trouble."""
    newsroom.subscribe(Wish(Wanted.TOPIC, SOLDIERS))
    after = newsroom.index.news(None).upto
    newsroom.index.ingest([ArticleDraft(KILLED)])
    with pytest.raises(StoppedError):
        Matching(newsroom.index).hits(newsroom.index.news(after).items, newsroom.book.read(), lambda: True)


def test_what_is_subscribed_to_is_read_when_it_changed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not each time; a change by another process is seen as well."""
    reads: list[int] = []
    active = newsroom.store.subscriptions.active

    def counted() -> list[Subscription]:
        reads.append(1)
        return active()

    monkeypatch.setattr(newsroom.store.subscriptions, "active", counted)
    newsroom.subscribe(Wish(Wanted.TOPIC, SOLDIERS))
    first = newsroom.book.read()
    assert newsroom.book.read() is first
    assert len(reads) == 1
    elsewhere = BotStore(open_database(newsroom.folder), newsroom.clock.now)
    elsewhere.subscriptions.add(Place(7), 42, Wish(Wanted.EVERYTHING), Schedule())
    elsewhere.close()
    assert list(newsroom.book.read().plain) == [Wish(Wanted.EVERYTHING)]
    assert len(reads) == 2


@pytest.mark.parametrize(("now", "took", "then"), [(20, 1.0, 20), (20, 30.0, 10), (1, 900.0, 1), (4, 12.0, 4), (4, 9.0, 8), (15, 1.0, 20)])
def test_a_slice_takes_about_so_long(now: int, took: float, then: int) -> None:
    """However many wishes there are: a kill costs no more than that again."""
    assert (SLICE, SLICE_TAKES.total_seconds()) == (20, 20.0)
    assert next_slice(now, took) == then
