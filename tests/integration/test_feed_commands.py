"""``dateline feeds``, ``dateline refresh`` and ``dateline ingest ADDRESS``, as somebody types them; the encoder alone is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import index.cli.feeds
import index.cli.ingest
from index.cli import app
from index.cli.app import Exit
from index.service import NewsIndex
from tests.conftest import SetClock
from tests.integration.news_world import Answer, World, rss, served
from tests.integration.test_refresh import Desk, ReaderInThisProcess, serve, stories

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

Type = Callable[..., Any]
"""Gives the output and the status."""


@pytest.fixture
def world() -> Iterator[World]:
    """The web."""
    with served() as playing:
        yield playing


@pytest.fixture
def desk(tmp_path: Path, clock: SetClock) -> Desk:
    """An empty folder."""
    return Desk(tmp_path / "data", clock, ReaderInThisProcess())


@pytest.fixture
def dateline(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command."""

    def open_hashed(*_: object, **__: object) -> NewsIndex:
        return desk.open()

    for command in (index.cli.feeds, index.cli.ingest):
        monkeypatch.setattr(command, "open_from_settings", open_hashed)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_INGEST__ALLOW_PRIVATE_HOSTS", "true")

    def run(*arguments: str, stdin: bytes = b"") -> Any:
        return CliRunner().invoke(app, list(arguments), input=stdin, catch_exceptions=False)

    return run


def test_feeds_are_added_read_and_listed(dateline: Type, world: World, clock: SetClock) -> None:
    """The way of a feed through the commands: added by its site, read, listed with its yield, and not read again before its time."""
    serve(world, "courier", stories(world, "courier", 3, clock))
    world.answers["courier.example/"] = Answer(b"<html><head><link rel=alternate type=application/rss+xml href=/feed></head></html>")
    assert "No feed is followed" in dateline("feeds").output
    added = dateline("feeds", "add", world.url("courier.example/"))
    assert (added.exit_code, added.output) == (Exit.DONE, f"Following Courier {world.url('courier.example/feed')}\n")
    assert dateline("feeds", "add", world.url("courier.example/feed")).output.startswith("Followed already: Courier")
    done = dateline("refresh")
    assert done.exit_code == Exit.DONE
    assert done.output.startswith("1 feed read: 3 new articles, 0 changed, in ")
    assert dateline("refresh").output.startswith("0 feeds read")
    assert dateline("refresh", "--all").output.startswith("1 feed read: 0 new articles")
    url = world.url("courier.example/feed")
    assert dateline("feeds").output == f"Courier: ok; read 2017-02-10 12:00 UTC, 3 new then, 3 in all\n    {url}\n"


def test_trouble_is_said_and_told_by_the_status(dateline: Type, world: World, clock: SetClock) -> None:
    """Whatever cannot be added or read is said with its reason, the rest is done, and the status is 1."""
    good = serve(world, "courier", stories(world, "courier", 1, clock))
    bad = world.url("bad.example/feed")
    added = dateline("feeds", "add", bad, good)
    assert added.exit_code == Exit.PARTLY
    assert f"{bad} cannot be read: there is nothing at this address (404)" in added.output
    assert f"Following Courier {good}" in added.output
    world.answers["courier.example/feed"] = Answer(status=503)
    done = dateline("refresh")
    assert done.exit_code == Exit.PARTLY
    assert f"{good}: the site is in trouble (503)" in done.output
    assert dateline("feeds").output == f"Courier: failed once: the site is in trouble (503); read never, 0 new then, 0 in all\n    {good}\n"
    gone = dateline("feeds", "remove", bad, good)
    assert gone.exit_code == Exit.PARTLY
    assert f"No feed is followed at {bad}." in gone.output
    assert f"Removed {good}." in gone.output


def test_pausing_and_lists(dateline: Type, world: World, clock: SetClock, tmp_path: Path) -> None:
    """A paused feed is left out of a refresh and listed as paused; a list is exported and imported, from a file and from a pipe."""
    url = serve(world, "courier", stories(world, "courier", 1, clock))
    dateline("feeds", "add", url)
    assert dateline("feeds", "pause", url).output == f"Paused {url}.\n"
    assert dateline("refresh").output.startswith("0 feeds read")
    assert "paused" in dateline("feeds").output
    opml = dateline("feeds", "export").stdout_bytes
    assert url.encode() in opml
    dateline("feeds", "remove", url)
    (tmp_path / "feeds.opml").write_bytes(opml)
    assert dateline("feeds", "import", "feeds.opml").output == "1 new of 1 feeds in the list.\n"
    assert dateline("feeds", "import", "-", stdin=opml).output == "0 new of 1 feeds in the list.\n"
    assert dateline("feeds", "resume", url).output == f"Resumed {url}.\n"
    assert dateline("refresh").output.startswith("1 feed read: 1 new articles")
    assert dateline("feeds", "import", "missing.opml").exit_code == Exit.USAGE


def test_the_feeds_of_the_settings_are_followed(
    dateline: Type, desk: Desk, world: World, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What DATELINE_INGEST__FEEDS names is read by the first refresh, beside what was added, and not added twice."""
    url = serve(world, "courier", stories(world, "courier", 1, clock))
    monkeypatch.setenv("DATELINE_INGEST__FEEDS", f'["{url}"]')
    assert dateline("refresh").output.startswith("1 feed read: 1 new articles")
    assert url in dateline("feeds").output.replace("\n", "")
    with desk.open() as opened:
        assert [feed.url for feed in opened.feeds()] == [url]


def test_an_address_given_to_ingest_may_be_a_feed_or_a_page(dateline: Type, world: World, clock: SetClock) -> None:
    """A feed's entries go in once, a page as one article, and what is nothing is refused with its address; the feed is not followed."""
    base = f"http://127.0.0.1:{world.port}"
    told = stories(world, "courier", 2, clock)
    world.answers["127.0.0.1/feed"] = rss("Courier", told, full=True)
    serve(world, "gazette", [one := stories(world, "gazette", 1, clock)[0]])
    world.answers["127.0.0.1/page"] = world.answers["gazette.example/0"]
    done = dateline("ingest", f"{base}/feed", f"{base}/page", f"{base}/nothing")
    assert done.exit_code == Exit.PARTLY
    assert f"refused {base}/nothing: there is nothing at this address (404)" in done.output
    assert "3 new, 0 changed, 0 unchanged, 0 duplicate, 1 refused" in done.output
    assert one.title
    assert "No feed is followed" in dateline("feeds").output


def test_control_characters_in_a_title_do_not_reach_the_terminal(dateline: Type, world: World, clock: SetClock) -> None:
    """A hostile title cannot move the cursor, and its brackets are not taken for styles."""
    told = stories(world, "courier", 1, clock)
    world.answers["courier.example/feed"] = rss("[bold]&#x9b;31m&#27;[31mRed", told, full=True)
    for output in (dateline("feeds", "add", world.url("courier.example/feed")).output, dateline("feeds").output):
        assert "\x1b" not in output
        assert "\x9b" not in output
        assert "[bold]" in output
