"""From a site's address to its feed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.domain.feeds import AddedFeed
from index.errors import ArticleRefusedError, FeedNotFoundError, SourceUnavailableError
from index.intake.discovery import USUAL_PLACES, NamedFeed, named_feeds, typed_address
from index.service import NewsIndex
from tests.conftest import SetClock
from tests.integration.news_world import Answer, World, rss, served
from tests.integration.test_refresh import Desk, ReaderInThisProcess, story


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://courier.example/feed", "https://courier.example/feed"),
        ("  https://Courier.EXAMPLE/Feed?a=B#top ", "https://courier.example/Feed?a=B"),
        ("https://courier.example", "https://courier.example/"),
        ("courier.example", "https://courier.example/"),
        ("courier.example/news?x=1", "https://courier.example/news?x=1"),
        ("courier.example:8080/feed", "https://courier.example:8080/feed"),
        ("feed://courier.example/feed", "https://courier.example/feed"),
        ("feed:https://courier.example/feed", "https://courier.example/feed"),
        ("FEED:http://courier.example/feed", "http://courier.example/feed"),
        ("http://[::1", "http://[::1"),
        ("ftp://courier.example/", "ftp://courier.example/"),
        ("not an address", "not an address"),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    """Blanks, a missing scheme, odd cases and the scheme of old feed readers are put right; what is no address is left for the refusal."""
    assert typed_address(typed).removesuffix("/") == meant.removesuffix("/")


PAGE = """<!doctype html><html><head><base href="/news/">
<link rel="stylesheet" type="text/css" href="style.css">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/json" href="/wp-json/posts/1">
<link rel="alternate" type="application/rss+xml" title="Courier &raquo; Comments Feed" href="comments/feed">
<link rel="ALTERNATE home" type="application/RSS+xml; charset=utf-8" title=" Courier
 news " href="feed">
<link rel="alternate" type="application/atom+xml" href="https://cdn.example/atom.xml">
<link rel="alternate" type="application/rss+xml" href="feed">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml" href="http://[">
<link rel="alternate" type="application/rss+xml">
</head><body><a rel="feed" href="more">All</a></body></html>"""


def test_the_feeds_that_a_page_names() -> None:
    """Each once, made whole by the page's base, those that are plainly feeds of news first; nothing else that a page names."""
    assert named_feeds(PAGE.encode(), "https://courier.example/") == [
        NamedFeed("https://courier.example/news/feed", "Courier news"),
        NamedFeed("https://cdn.example/atom.xml", None),
        NamedFeed("https://courier.example/news/comments/feed", "Courier » Comments Feed"),
        NamedFeed("https://courier.example/wp-json/posts/1", None),
        NamedFeed("https://courier.example/news/more", None),
    ]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"\0\0", b"<", b"<html>" * 10_000, b"plain words"])
def test_a_page_that_names_none(body: bytes) -> None:
    """A page without feeds, or that is hardly one, names none; also in a charset that nobody knows."""
    assert named_feeds(body, "https://courier.example/") == []
    assert named_feeds(body, "https://courier.example/", "klingon") == []


@pytest.fixture
def world() -> Iterator[World]:
    """The web."""
    with served() as playing:
        yield playing


@pytest.fixture
def index(tmp_path: Path, clock: SetClock) -> Iterator[NewsIndex]:
    """Empty coverage."""
    with Desk(tmp_path, clock, ReaderInThisProcess()).open() as opened:
        yield opened


def a_feed(world: World, clock: SetClock, title: str = "Courier") -> Answer:
    return rss(title, [story(world, "courier.example/1", "Town", clock.now())], full=True)


@pytest.mark.network
@pytest.mark.enable_socket
def test_the_address_of_a_feed_is_the_feed(index: NewsIndex, world: World, clock: SetClock) -> None:
    """It is looked at once, followed under its title, and due at once; added again, nobody is asked."""
    world.answers["courier.example/feed"] = a_feed(world, clock)
    url = world.url("courier.example/feed")
    added = index.add_feed(f" {url} ", source="The Courier")
    assert (added.feed.url, added.feed.title, added.feed.source, added.is_new, added.others) == (url, "Courier", "The Courier", True, ())
    assert index.add_feed(url) == AddedFeed(added.feed, is_new=False)
    assert dict(world.asked) == {"courier.example/feed": 1}
    index.refresh()
    assert [article.source for article in index.articles()] == ["The Courier"]


@pytest.mark.network
@pytest.mark.enable_socket
def test_the_address_of_a_site_leads_to_its_feed(index: NewsIndex, world: World, clock: SetClock) -> None:
    """The likeliest of the feeds that its page names is followed, if it is one; the others are told."""
    world.answers["courier.example/"] = Answer(PAGE.replace("https://cdn.example/", world.url("cdn.example/")).encode())
    world.answers["courier.example/news/feed"] = Answer(b"<html><body>Nothing here</body></html>")
    world.answers["cdn.example/atom.xml"] = a_feed(world, clock, "Courier by CDN")
    added = index.add_feed(world.url("courier.example/"))
    assert (added.feed.url, added.feed.title) == (world.url("cdn.example/atom.xml"), "Courier by CDN")
    assert world.url("courier.example/news/feed") in added.others
    assert world.asked["courier.example/news/comments/feed"] == 0, "what is not needed is not asked for"


@pytest.mark.network
@pytest.mark.enable_socket
def test_where_a_page_names_none_the_usual_places_are_tried(index: NewsIndex, world: World, clock: SetClock) -> None:
    """One after the other, up to the first that is a feed, under the site's robots rules; a feed that has moved is followed where it is."""
    world.answers["courier.example/"] = Answer(b"<html><body>Welcome</body></html>")
    world.answers["courier.example/robots.txt"] = Answer(b"User-agent: *\nDisallow: /rss\n", "text/plain")
    world.answers["courier.example/feed.xml"] = Answer(status=301, headers=(("Location", "/moved.xml"),))
    world.answers["courier.example/moved.xml"] = a_feed(world, clock)
    assert index.add_feed(world.url("courier.example/")).feed.url == world.url("courier.example/moved.xml")
    guessed = [place.partition("/")[2] for place in world.asked if place.partition("/")[2] in USUAL_PLACES]
    assert guessed == ["feed", "feed.xml"], "robots.txt forbids what begins with /rss"


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_site_without_a_feed_is_refused_with_a_remedy(index: NewsIndex, world: World) -> None:
    """Few places are tried, nothing is followed, and the person is told what to give instead."""
    world.answers["courier.example/"] = Answer(b"<html><body>Welcome</body></html>")
    with pytest.raises(ArticleRefusedError, match=r"none in the usual places\. Give the address of the feed itself") as caught:
        index.add_feed(world.url("courier.example/"))
    assert caught.value.remedy
    assert world.asked.total() <= 1 + len(USUAL_PLACES) + 1
    assert index.feeds() == []


@pytest.mark.network
@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (Answer(status=404), ArticleRefusedError, r"nothing at this address \(404\)"),
        (Answer(status=503), SourceUnavailableError, r"in trouble \(503\)"),
        (Answer(b"%PDF-1.4", "application/pdf"), ArticleRefusedError, "it is application/pdf, not a feed"),
        (Answer(b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "application/rss+xml"), ArticleRefusedError, "declares XML entities"),
        (Answer(status=302, headers=(("Location", "http://169.254.169.254/"),)), ArticleRefusedError, "link-local"),
    ],
)
def test_an_address_that_gives_nothing_is_refused_with_the_reason(
    index: NewsIndex, world: World, answer: Answer, error: type[Exception], reason: str
) -> None:
    """Whether a retry can help is told by the error; nothing is followed."""
    world.answers["courier.example/feed"] = answer
    with pytest.raises(error, match=reason):
        index.add_feed(world.url("courier.example/feed"))
    assert index.feeds() == []


def test_only_what_is_followed_can_be_changed(index: NewsIndex) -> None:
    """An address that is not followed is refused by name, whatever is asked of it."""
    for verb in (index.remove_feed, index.pause_feed, index.resume_feed):
        with pytest.raises(FeedNotFoundError, match=r"No feed is followed at courier\.example\. `dateline feeds` lists them"):
            verb("courier.example")


def test_lists_of_feeds_go_in_and_out(index: NewsIndex) -> None:
    """What is exported is imported again as the same feeds; those that are there already are counted and left alone."""
    index.follow(["https://courier.example/feed", "https://gazette.example/atom"])
    opml = index.export_feeds()
    assert index.import_feeds(opml) == (0, 2)
    index.remove_feed("courier.example/feed")
    assert index.import_feeds(opml) == (1, 2)
    assert {feed.url for feed in index.feeds()} == {"https://courier.example/feed", "https://gazette.example/atom"}
