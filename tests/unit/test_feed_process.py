"""Feeds are read in a process that cannot hold up this one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from index.errors import ArticleRefusedError
from index.intake.feed_process import FeedReader
from index.ports.web import Fetched


@pytest.fixture(scope="module")
def reader() -> Iterator[FeedReader]:
    """A reader with a limit that a busy machine keeps too, and its process."""
    with FeedReader(limit_s=30.0) as opened:
        yield opened


def fetched(body: bytes, url: str = "https://courier.example/feed", charset: str | None = None) -> Fetched:
    return Fetched(url, None, 200, body, "application/rss+xml", charset, None, None, None, datetime(2017, 2, 10, tzinfo=UTC))


FEED = "<rss version='2.0'><channel><title>The Courier</title><item><title>Café</title><link>/1</link></item></channel></rss>"


def test_a_feed_is_read_by_the_other_process(reader: FeedReader) -> None:
    """What comes back is what the reader of feeds makes of the bytes, the address and the charset."""
    for charset in ("utf-8", "windows-1252"):
        feed = reader.read(fetched(FEED.encode(charset), charset=charset))
        assert (feed.title, feed.entries[0].title, feed.entries[0].url) == ("The Courier", "Café", "https://courier.example/1")


def test_a_refusal_comes_back_with_its_reason(reader: FeedReader) -> None:
    """What is no feed is refused here as it was refused there, and the next feed is read."""
    with pytest.raises(ArticleRefusedError, match="it is a web page, not a feed"):
        reader.read(fetched(b"<html><body>Hello</body></html>"))
    assert reader.read(fetched(FEED.encode())).title == "The Courier"


def test_a_feed_made_to_take_for_ever_is_given_up() -> None:
    """The reader is ended when its time is up, this process goes on meanwhile, and the next feed is read by another."""
    reader = FeedReader(limit_s=5.0)
    hostile = b"<rss><channel><item><author>" + b"a" * 1_000_000 + b"</author></item></channel></rss>"
    ticks = 0
    done = threading.Event()

    def ask() -> None:
        with pytest.raises(ArticleRefusedError, match="takes more than 5 seconds"):
            reader.read(fetched(hostile))
        done.set()

    with reader:
        asking = threading.Thread(target=ask)
        started = time.monotonic()
        asking.start()
        while asking.is_alive():
            time.sleep(0.01)
            ticks += 1
        assert done.is_set()
        assert time.monotonic() - started < 30
        assert ticks > 20, "this process was held up"
        reader._limit_s = 30.0  # as above: the other process starts anew, which may take a busy machine longer than five
        assert reader.read(fetched(FEED.encode())).title == "The Courier"


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_reader_that_died_is_replaced(reader: FeedReader, is_gone: bool) -> None:
    """If the other process ends by itself, that feed is refused and the next one is read; also where nobody is left to hand the feed to."""
    reader.read(fetched(FEED.encode()))
    assert reader._process is not None
    reader._process.kill()
    if is_gone:
        reader._process.wait()
    with pytest.raises(ArticleRefusedError, match="breaks the reader"):
        reader.read(fetched(FEED.encode()))
    assert reader.read(fetched(FEED.encode())).title == "The Courier"
