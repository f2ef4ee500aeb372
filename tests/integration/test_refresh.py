"""Feeds that are followed over a week of everything that feeds do, and through kills: the end state is exactly right."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from index.domain.articles import Article, ArticleDraft
from index.domain.feeds import Feed, FeedReport, Polled
from index.domain.ingest import Refusal
from index.errors import WriterBusyError
from index.intake.feed_entries import ParsedFeed
from index.intake.feed_process import FeedReader
from index.intake.feeds import read_feed
from index.intake.fetch.client import WebFetcher
from index.intake.reading import MAX_ATTEMPTS, MAX_PAGES
from index.intake.refresh import Following
from index.intake.web import read_address
from index.ports.web import Fetched
from index.service import NewsIndex
from index.store.articles import SqlArticleStore
from index.store.feeds import SqlFeedStore
from index.store.locks import WriterLock
from tests.conftest import SetClock
from tests.dying import die_before, processes
from tests.integration.news_world import Answer, Story, World, atom, bomb, page, redirect, resolve, rss, served
from tests.integration.test_news_index import open_hashed

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

INTERVAL = timedelta(hours=2)
TURN = timedelta(hours=3)
"""How far the clock goes on between two refreshes: more than an interval at its longest."""
TIMEOUT_S = 2.0
"""How long a feed that drips is waited for."""
WEEK = 56
"""Turns in it."""


@pytest.fixture(scope="module")
def reader() -> Iterator[FeedReader]:
    """One process that reads the feeds of all these tests; the program starts one for each refresh."""
    with FeedReader() as opened:
        yield opened


@pytest.fixture
def world() -> Iterator[World]:
    """The web."""
    with served() as playing:
        yield playing


@dataclass
class Desk:
    """How the tests open the coverage: always in the same folder, with one clock."""

    folder: Path
    clock: SetClock
    reader: FeedReader
    timeout_s: float = 20.0

    def open(self) -> NewsIndex:
        """As the program would, with the tests' clock, names and little patience."""
        return open_hashed(self.folder, clock=self.clock, follow=self.follow)

    def follow(self, engine: Engine, folder: Path, clock: SetClock) -> Following:
        """The feeds, bound to loopback."""

        def fetcher() -> WebFetcher:
            return WebFetcher(clock, allow_private_hosts=True, timeout_s=self.timeout_s, rest_s=0.0, resolve=resolve)

        return Following(
            SqlFeedStore(engine, clock),
            WriterLock(folder, engine, "refresh").hold,
            fetcher,
            clock,
            interval=INTERVAL,
            rng=random.Random(7),
            open_reader=lambda: nullcontext(self.reader),
        )


@pytest.fixture
def desk(tmp_path: Path, clock: SetClock, reader: FeedReader) -> Desk:
    """An empty folder, and the clock at noon on a Friday."""
    return Desk(tmp_path, clock, reader)


TOPICS = ["harbour", "bridge", "market", "station", "school", "hospital", "museum", "airport", "stadium", "library", "theatre", "mill"]


def story(world: World, place: str, name: str, published: datetime, version: int = 1, sentences: int = 12) -> Story:
    """A story of its own words; another version of it has another second sentence."""
    told = [
        f"The {topic} of {name} was closed for {number + 3} hours, and {name} people {number} waited outside until it opened again."
        for number, topic in enumerate(TOPICS[:sentences])
    ]
    told[1] = f"In version {version} of this report the council of {name} speaks of {version * 7} complaints about that morning."
    updated = published + timedelta(hours=version) if version > 1 else None
    return Story(world.url(place), f"Closure in {name}", tuple(told), published, updated)


def told(article: Article, *versions: Story) -> list[bool]:
    """For each version, whether the article is that version: has all of its sentences."""
    return [all(sentence in article.text for sentence in version.sentences) for version in versions]


class Week:
    """What each host does at each turn, and what must have come of it in the end."""

    def __init__(self, world: World, begin: datetime) -> None:
        self.world = world
        self.begin = begin
        self.turn = 0
        self.expected: dict[str, Story] = {}
        """By address: the newest version there was a chance to see."""
        self.revisions: Counter[str] = Counter()
        self.outlets: dict[str, str] = {}
        w = world.answers
        w["courier.example/feed"] = self.courier
        w["gazette.example/atom"] = lambda: atom("The Gazette", self.gazette())
        w["post.example/old"] = lambda: redirect("/new", 301) if self.turn >= 12 else self.post()
        w["post.example/new"] = self.post
        w["herald.example/rss"] = lambda: redirect(world.url("gazette.example/atom"), 308) if self.turn >= 5 else self.herald()
        w["drip.example/feed"] = lambda: replace(self.single("drip", "Drip"), drips=self.turn == 0)
        w["bomb.example/feed"] = bomb()
        w["metadata.example/feed"] = redirect("http://169.254.169.254/latest/meta-data/", 302)
        w["gone.example/feed"] = lambda: Answer(status=410) if self.turn >= 25 else self.single("gone", "Gone Times")
        w["entity.example/feed"] = Answer(
            b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel><item><title>&a;</title></item></channel></rss>"
        )
        w["broken.example/feed"] = lambda: self.broken(self.single("broken", "Broken & Sons"))
        w["json.example/feed.json"] = self.json
        w["paused.example/feed"] = self.paused
        w["removed.example/feed"] = lambda: self.single("removed", "Removed", late=self.turn >= 10)

    FOLLOWED = (
        "courier.example/feed", "gazette.example/atom", "post.example/old", "herald.example/rss", "drip.example/feed", "bomb.example/feed",
        "metadata.example/feed", "gone.example/feed", "entity.example/feed", "broken.example/feed", "json.example/feed.json",
        "paused.example/feed", "removed.example/feed",
    )  # fmt: skip

    def at(self, turn: int) -> datetime:
        """When a turn was."""
        return self.begin + TURN * turn

    def known(self, told: Story, outlet: str) -> Story:
        """Note that this version is to be in the coverage."""
        if self.expected.get(told.url) != told:
            self.expected[told.url] = told
            self.revisions[told.url] += 1
            self.outlets[told.url] = outlet
        return told

    def courier(self) -> Answer:
        """Summaries with pages behind, an item a day and the last four in the feed; trouble on the fourth day."""
        if 30 <= self.turn < 32:
            return Answer(status=500)
        if self.turn == 36:
            return Answer(status=503, headers=(("Retry-After", str(10 * 3600)),))
        items = []
        for day in range(self.turn // 8 + 1):
            item = story(
                self.world, f"courier.example/{day}", f"Courierville{day}", self.at(day * 8), 2 if day == 2 and self.turn >= 20 else 1
            )
            # One page is out of reach when it is new, though the feed does not change; one is deleted after it has left the feed.
            if day == 3 and self.turn < 27:
                self.world.answers[f"courier.example/{day}"] = Answer(status=503)
            elif day == 0 and self.turn >= 40:
                self.world.answers[f"courier.example/{day}"] = Answer(status=404)
            else:
                self.world.answers[f"courier.example/{day}"] = page(self.known(item, "The Courier"), "The Courier")
            items.append(item)
        if self.turn >= 20:
            # The feed says that the report was changed; it cannot show the change itself.
            items[2] = replace(items[2], sentences=(f"Changed: {items[2].sentences[0]}", *items[2].sentences[1:]))
        ghost = story(self.world, "courier.example/ghost", "Ghost", self.at(8))
        return rss("Courier news", [*items[-4:][::-1], *([ghost] if self.turn >= 8 else [])], full=False, has_etag=True)

    def gazette(self) -> list[Story]:
        """Whole texts, never a 304; an edit at turn 15."""
        wanted = [(0, 1), (10, 2 if self.turn >= 15 else 1), (20, 1)]
        return [
            self.known(story(self.world, f"gazette.example/{turn}", f"Gazetteham{turn}", self.at(turn), version), "The Gazette")
            for turn, version in wanted
            if self.turn >= turn
        ]

    def post(self) -> Answer:
        """Moves for good at turn 12 and goes on there."""
        turns = [turn for turn in (0, 11, 14, 40) if self.turn >= turn]
        stories = [self.known(story(self.world, f"post.example/a/{turn}", f"Postbury{turn}", self.at(turn)), "Post") for turn in turns]
        return rss("Post", stories, full=True, has_etag=True)

    def herald(self) -> Answer:
        """Has one story, then is given up in favour of the Gazette."""
        return rss("Herald", [self.known(story(self.world, "herald.example/1", "Heraldton", self.at(0)), "Herald")], full=True)

    def single(self, host: str, outlet: str, late: bool = False) -> Answer:
        """One story, and never another; late: one more, that nobody is to see."""
        one = story(self.world, f"{host}.example/1", f"{host.title()}ford", self.at(0))
        if self.turn > 0 or host != "drip":
            self.known(one, outlet)
        more = [story(self.world, f"{host}.example/2", "Nowhere", self.at(10))] if late else []
        return rss(outlet.replace("&", "&amp;"), [one, *more], full=True)

    def broken(self, whole: Answer) -> Answer:
        """The same with an unknown entity, a bare ampersand, and no end."""
        return replace(whole, body=whole.body.replace(b"&amp; Sons", b"& Sons &nbsp;").removesuffix(b"</channel></rss>"))

    def json(self) -> Answer:
        """A JSON Feed that ends with turn 30."""
        stories = [story(self.world, f"json.example/{turn}", f"Jasonville{turn}", self.at(turn)) for turn in (0, 30) if self.turn >= turn]
        items = [
            {"id": one.url, "url": one.url, "title": one.title, "content_text": one.text, "date_published": one.published.isoformat()}
            for one in stories
        ]
        for one in stories:
            self.known(one, "Jason")
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Jason", "items": items, "expired": self.turn >= 30}
        return Answer(json.dumps(feed).encode(), "application/feed+json")

    def paused(self) -> Answer:
        """A story at turn 0; another that is taken back before the feed is resumed; another after."""
        turns = [turn for turn in (0, 12, 22) if self.turn >= turn and not (turn == 12 and self.turn >= 18)]
        stories = [story(self.world, f"paused.example/{turn}", f"Pauseley{turn}", self.at(turn)) for turn in turns]
        for one in stories:
            self.known(one, "Paused")
        return rss("Paused", stories, full=True)


def play(week: Week, desk: Desk, refresh: Callable[[NewsIndex], object]) -> None:
    """The whole week, with what an admin does in it; opened anew every day."""
    week.world.answers["nobody.example/feed"] = Answer(status=404)
    index = desk.open()
    index.follow(week.world.url(place) for place in Week.FOLLOWED)
    for turn in range(WEEK):
        week.turn = turn
        if turn % 8 == 0:
            index.close()
            index = desk.open()
        if turn == 10:
            index.pause_feed(week.world.url("paused.example/feed"))
            index.remove_feed(week.world.url("removed.example/feed"))
        if turn == 20:
            index.resume_feed(week.world.url("paused.example/feed"))
        refresh(index)
        desk.clock.move(seconds=TURN.total_seconds())
    index.close()


def verify(week: Week, index: NewsIndex) -> None:
    """The coverage is exactly what the week should have left."""
    articles = {article.url: article for article in index.articles()}
    assert articles.keys() == week.expected.keys()
    for url, version in week.expected.items():
        article = articles[url]
        assert told(article, version) == [True], url
        assert (article.title, article.source, article.published_at) == (version.title, week.outlets[url], version.published), url
        assert article.revision == week.revisions[url], url
    assert index.check().findings == ()


def test_a_week_of_feeds_ends_exactly_right(desk: Desk, world: World, clock: SetClock) -> None:
    """New items, edits, deletions, 304s, 500s, a changed address, a drip, a bomb and a way inside: every article and every state is as it must be."""
    week = Week(world, clock.now())
    reports: list[FeedReport] = []
    asked_by_turn: list[Counter[str]] = []

    def refresh(index: NewsIndex) -> None:
        before = Counter(world.asked)
        index.refresh(reports.append)
        asked_by_turn.append(world.asked - before)

    desk.timeout_s = TIMEOUT_S
    play(week, desk, refresh)
    with desk.open() as index:
        verify(week, index)
        feeds = {feed.url.removeprefix("http://").replace(f":{world.port}", ""): feed for feed in index.feeds()}
        courier_id = next(article.id for article in index.articles() if article.url == world.url("courier.example/2"))
        found = index.answer("complaints version 2 Courierville2").passages[0]
        assert found.article_id == courier_id

    # Every feed that is left, and how it stands.
    well = {
        "courier.example/feed",
        "gazette.example/atom",
        "post.example/new",
        "drip.example/feed",
        "broken.example/feed",
        "paused.example/feed",
    }
    gone = {"gone.example/feed", "json.example/feed.json"}
    failing = {"bomb.example/feed", "metadata.example/feed", "entity.example/feed"}
    assert feeds.keys() == well | gone | failing, "the herald has become the gazette, and one was removed"
    for place in well:
        assert (feeds[place].state.failures, feeds[place].state.last_error, feeds[place].state.gone) == (0, None, False), place
        assert feeds[place].state.last_success_at == week.at(WEEK - 1), place
    for place in gone:
        assert feeds[place].state.gone, place
    reasons = {place: feeds[place].state.last_error or "" for place in failing | gone}
    assert "10,000,000 bytes" in reasons["bomb.example/feed"]
    assert "link-local" in reasons["metadata.example/feed"]
    assert "entities" in reasons["entity.example/feed"]
    assert "(410)" in reasons["gone.example/feed"]
    assert "finished" in reasons["json.example/feed.json"]
    new = {place: feed.total_new for place, feed in feeds.items() if feed.total_new}
    assert new == {
        "courier.example/feed": 7,
        "gazette.example/atom": 3 + 1,  # the herald's one is counted on
        "post.example/new": 4,
        "drip.example/feed": 1,
        "broken.example/feed": 1,
        "paused.example/feed": 2,
        "gone.example/feed": 1,
        "json.example/feed.json": 2,
    }

    # What it cost the sites: no page twice without a cause, no feed sooner than it may be.
    asked = {place: count for place, count in world.asked.items() if place.startswith("courier.example/") and "robots" not in place}
    assert asked == {
        "courier.example/feed": WEEK - 1 - 3,  # left alone once after two failures, and as long as it asked to be
        **{f"courier.example/{day}": 1 for day in (0, 1, 4, 5, 6)},
        "courier.example/2": 2,  # its edit
        "courier.example/3": 4,  # out of reach at turns 24 to 26
        "courier.example/ghost": 1,
    }
    assert [asked_by_turn[turn]["courier.example/feed"] for turn in range(36, 41)] == [1, 0, 0, 0, 1], "Retry-After was ten hours"
    assert world.not_modified["courier.example/feed"] >= 30
    assert not any(asked["gone.example/feed"] for asked in asked_by_turn[26:])
    assert not any(asked["json.example/feed.json"] for asked in asked_by_turn[31:])
    assert not any(asked["post.example/old"] or asked["herald.example/rss"] for asked in asked_by_turn[13:])
    assert not any(asked["paused.example/feed"] for asked in asked_by_turn[10:20])
    assert not any(asked["removed.example/feed"] for asked in asked_by_turn[10:])
    for place in failing:
        assert 8 <= world.asked[place] <= 14, f"{place} was asked {world.asked[place]} times: less and less often, and never given up"
    assert len([report for report in reports if report.outcome is Polled.FAILED and "drip" in report.url]) == 1


# What else a refresh promises


class ReaderInThisProcess(FeedReader):
    """Reads feeds without a process of its own, and breaks on one that says so."""

    def read(self, fetched: Fetched) -> ParsedFeed:
        """The feed."""
        if b"break the program" in fetched.body:
            raise RuntimeError("a fault of ours")
        return read_feed(fetched.body, fetched.url, fetched.charset)


@pytest.fixture
def index(desk: Desk) -> Iterator[NewsIndex]:
    """Empty coverage."""
    desk.reader = ReaderInThisProcess()
    with desk.open() as opened:
        yield opened


def stories(world: World, host: str, count: int, clock: SetClock) -> list[Story]:
    return [story(world, f"{host}.example/{i}", f"{host.title()}by{i}", clock.now() - timedelta(minutes=i)) for i in range(count)]


def serve(world: World, host: str, told: list[Story], *, full: bool = True) -> str:
    """Put a feed and its pages up; the address of the feed."""
    world.answers[f"{host}.example/feed"] = rss(host.title(), told, full=full)
    for one in told:
        world.answers[one.url.removeprefix("http://").replace(f":{world.port}", "")] = page(one, host.title())
    return world.url(f"{host}.example/feed")


def follow(index: NewsIndex, *urls: str) -> None:
    assert index.follow(urls) == len(urls)


def only(index: NewsIndex) -> Feed:
    (feed,) = index.feeds()
    return feed


def refreshed(index: NewsIndex) -> FeedReport:
    """One feed, read now whether it is due or not."""
    (report,) = index.refresh(only_due=False).feeds
    return report


def test_what_is_known_costs_no_page(index: NewsIndex, world: World, clock: SetClock) -> None:
    """Read again unchanged, and again with one item more, a feed has nothing fetched and nothing written but what is new."""
    told = stories(world, "courier", 3, clock)
    follow(index, serve(world, "courier", told[1:], full=False))
    assert refreshed(index).articles.new == 2
    again = refreshed(index)
    assert (again.outcome, again.articles.new, again.articles.unchanged) == (Polled.NOT_MODIFIED, 0, 0)
    serve(world, "courier", told, full=False)
    report = refreshed(index)
    assert (report.outcome, report.articles.new, report.articles.unchanged) == (Polled.READ, 1, 0)
    assert [world.asked[f"courier.example/{i}"] for i in range(3)] == [1, 1, 1]
    assert (only(index).last_new, only(index).total_new) == (1, 3)


def test_a_page_out_of_reach_is_tried_again_but_not_for_ever(index: NewsIndex, world: World, clock: SetClock) -> None:
    """It is asked at each reading, although the feed does not change, until it is refused; then neither page nor feed is read again."""
    told = stories(world, "courier", 1, clock)
    follow(index, serve(world, "courier", told, full=False))
    world.answers["courier.example/0"] = Answer(status=503)
    for _ in range(MAX_ATTEMPTS - 1):
        report = refreshed(index)
        assert (report.outcome, report.waiting, report.articles.refused) == (Polled.READ, 1, ())
    report = refreshed(index)
    assert report.waiting == 0
    assert [refusal.origin for refusal in report.articles.refused] == [told[0].url]
    assert f"asked {MAX_ATTEMPTS} times" in report.articles.refused[0].reason
    assert refreshed(index).outcome is Polled.NOT_MODIFIED
    assert world.asked["courier.example/0"] == MAX_ATTEMPTS


def test_a_site_in_trouble_is_not_asked_for_all_its_pages(index: NewsIndex, world: World, clock: SetClock) -> None:
    """Two pages in a row out of reach, or one with the request to come back later, and the rest waits without being asked."""
    told = stories(world, "courier", 10, clock)
    follow(index, serve(world, "courier", told, full=False))
    for i in range(10):
        world.answers[f"courier.example/{i}"] = Answer(status=503)
    assert refreshed(index).waiting == 10
    assert sum(world.asked[f"courier.example/{i}"] for i in range(10)) == 2
    for i in range(10):
        world.answers[f"courier.example/{i}"] = Answer(status=429, headers=(("Retry-After", "60"),))
    assert refreshed(index).waiting == 10
    assert sum(world.asked[f"courier.example/{i}"] for i in range(10)) == 3
    serve(world, "courier", told, full=False)
    assert refreshed(index).articles.new == 10


def test_a_long_feed_is_taken_in_by_and_by(index: NewsIndex, world: World, clock: SetClock) -> None:
    """Not more pages are fetched at one reading than are good for a site; the newest come first, the rest at the next, nothing is lost."""
    told = [replace(one, sentences=one.sentences[:6]) for one in stories(world, "courier", MAX_PAGES + 5, clock)]
    follow(index, serve(world, "courier", told, full=False))
    report = refreshed(index)
    assert (report.articles.new, report.waiting) == (MAX_PAGES, 5)
    assert {article.url for article in index.articles()} == {one.url for one in told[:MAX_PAGES]}
    report = refreshed(index)
    assert (report.articles.new, report.waiting) == (5, 0)
    assert sum(world.asked[f"courier.example/{i}"] for i in range(len(told))) == len(told)


def test_a_fault_of_ours_with_one_feed_leaves_the_others_alone(index: NewsIndex, world: World, clock: SetClock) -> None:
    """The other feeds are read; the one fails with a reference into the log, and is tried again later."""
    faulty = world.url("faulty.example/feed")
    world.answers["faulty.example/feed"] = Answer(b"<rss>break the program</rss>", "application/rss+xml")
    follow(
        index,
        faulty,
        serve(world, "courier", stories(world, "courier", 2, clock)),
        serve(world, "gazette", stories(world, "gazette", 1, clock)),
    )
    report = index.refresh()
    assert report.new == 3
    (failed,) = [feed for feed in report.feeds if feed.outcome is Polled.FAILED]
    assert (failed.url, (failed.note or "").partition(";")[0]) == (faulty, "something went wrong on our side")


def test_only_what_is_due_is_read(index: NewsIndex, world: World, clock: SetClock) -> None:
    """A second refresh at once asks nobody; one after the interval asks all but those that are paused."""
    urls = [serve(world, host, stories(world, host, 1, clock)) for host in ("courier", "gazette")]
    follow(index, *urls)
    assert len(index.refresh().feeds) == 2
    assert index.refresh().feeds == ()
    clock.move(seconds=INTERVAL.total_seconds() * 1.2)
    index.pause_feed(urls[0])
    assert [feed.url for feed in index.refresh().feeds] == [urls[1]]


@pytest.mark.parametrize(
    ("header", "ttl", "asked_s"),
    [
        ("max-age=14400", "", 14_400),
        ("public, s-maxage=1, max-age=14400", "<ttl>300</ttl>", 18_000),
        ("", "<ttl>300</ttl>", 18_000),
        ("no-cache, max-age=0", "", None),
        ("nonsense", "<ttl>often</ttl>", None),
    ],
)
def test_a_feed_may_ask_to_be_left_alone_for_longer(
    index: NewsIndex, world: World, clock: SetClock, header: str, ttl: str, asked_s: float | None
) -> None:
    """The longer of what its site and what it says itself counts, if that is longer than what is set."""
    url = serve(world, "courier", stories(world, "courier", 1, clock))
    feed = world.answers["courier.example/feed"]
    assert isinstance(feed, Answer)
    body = feed.body.replace(b"<item>", ttl.encode() + b"<item>")
    world.answers["courier.example/feed"] = replace(feed, body=body, headers=(("Cache-Control", header),) if header else ())
    follow(index, url)
    index.refresh()
    state = only(index).state
    assert state.asked_interval_s == asked_s
    wait_s = max(INTERVAL.total_seconds(), asked_s or 0)
    assert wait_s <= (state.next_poll_at - clock.now()).total_seconds() <= wait_s * 1.1 + 1


def test_one_refresh_at_a_time(index: NewsIndex, desk: Desk, world: World, clock: SetClock) -> None:
    """While one refresh goes on, another is refused at once, by anybody; articles can be added meanwhile."""
    told = stories(world, "courier", 1, clock)
    url = serve(world, "courier", told)
    whole = rss("Courier", told, full=True)
    begun, go_on = threading.Event(), threading.Event()

    def held() -> Answer:
        begun.set()
        go_on.wait(10)
        return whole

    world.answers["courier.example/feed"] = held
    follow(index, url)
    first = threading.Thread(target=index.refresh)
    first.start()
    try:
        assert begun.wait(10)
        with desk.open() as other:
            with pytest.raises(WriterBusyError, match="a refresh of the feeds"):
                other.refresh()
            assert other.ingest([ArticleDraft("Something else happened.", id="other")]).new == 1
    finally:
        go_on.set()
        first.join()
    assert {article.url for article in index.articles()} == {told[0].url, None}


def test_one_request_at_a_time_for_each_host(index: NewsIndex, world: World, clock: SetClock) -> None:
    """Feeds of one host are read one after the other, those of several hosts side by side."""
    lock, open_now, most, all_now, most_of_all = threading.Lock(), Counter[str](), Counter[str](), 0, 0
    several = threading.Event()

    def watched(host: str, answer: Answer) -> Callable[[], Answer]:
        def play() -> Answer:
            nonlocal all_now, most_of_all
            with lock:
                open_now[host] += 1
                all_now += 1
                most[host] = max(most[host], open_now[host])
                most_of_all = max(most_of_all, all_now)
                if all_now > 1:
                    several.set()
            several.wait(1)  # until somebody else is being answered as well
            with lock:
                open_now[host] -= 1
                all_now -= 1
            return answer

        return play

    urls = []
    for host in ("courier", "gazette", "herald"):
        for i in range(3):
            world.answers[f"{host}.example/feed{i}"] = watched(host, rss(host, stories(world, host, 1, clock), full=True))
            urls.append(world.url(f"{host}.example/feed{i}"))
    follow(index, *urls)
    assert len(index.refresh().feeds) == 9
    assert dict(most) == {"courier": 1, "gazette": 1, "herald": 1}
    assert most_of_all > 1


def test_a_refresh_can_be_stopped(index: NewsIndex, world: World, clock: SetClock) -> None:
    """What was done by then is kept, and the next refresh goes on with the rest."""
    urls = [serve(world, host, stories(world, host, 1, clock)) for host in ("a", "b", "c", "d", "e", "f", "g", "h")]
    follow(index, *urls)
    done: list[FeedReport] = []
    first = index.refresh(done.append, stopped=lambda: len(done) >= 2)
    assert 2 <= len(first.feeds) < 8
    second = index.refresh()
    assert {feed.url for feed in (*first.feeds, *second.feeds)} == set(urls)
    assert len(list(index.articles())) == 8


def test_a_feed_removed_while_it_is_read_stays_removed(index: NewsIndex, world: World, clock: SetClock) -> None:
    """Its articles are kept, it does not come back, and the report says so."""
    told = stories(world, "courier", 1, clock)
    url = serve(world, "courier", told)

    def removing() -> Answer:
        index.remove_feed(url)
        return rss("Courier", told, full=True)

    world.answers["courier.example/feed"] = removing
    follow(index, url)
    (report,) = index.refresh().feeds
    assert (report.outcome, report.articles.new, index.feeds()) == (Polled.REMOVED, 1, [])


def test_an_article_that_was_removed_does_not_come_back(index: NewsIndex, world: World, clock: SetClock) -> None:
    """What somebody deleted stays deleted while its entry does not change."""
    told = stories(world, "courier", 2, clock)
    follow(index, serve(world, "courier", told[1:]))
    refreshed(index)
    index.remove(next(index.articles()).id)
    serve(world, "courier", told)
    refreshed(index)
    assert [article.url for article in index.articles()] == [told[0].url]


def test_an_address_given_once_may_be_a_feed(index: NewsIndex, desk: Desk, world: World, clock: SetClock) -> None:
    """Its entries go in as articles, what cannot be had is refused by its own address, and nothing is followed."""
    told = stories(world, "courier", 4, clock)
    url = serve(world, "courier", told, full=False)
    world.answers["courier.example/2"] = Answer(status=404)
    fetcher = WebFetcher(clock, allow_private_hosts=True, rest_s=0.0, resolve=resolve)
    items = list(read_address(url, fetcher))
    report = index.ingest(items)
    assert (report.new, [refusal.origin for refusal in report.refused]) == (3, [told[2].url])
    assert index.feeds() == []
    assert all(item.published_from == "feed" for item in items if isinstance(item, ArticleDraft))
    world.answers["empty.example/feed"] = rss("Empty", [], full=True)
    (refusal,) = read_address(world.url("empty.example/feed"), fetcher)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "this is a feed with nothing in it"


# Kills


def _refresh_until(step: int, folder: Path, port: int) -> None:
    """Refresh in a process that dies, without any clean-up, right before its ``step``-th write of articles or of what came of a feed."""
    die_before(step, ((SqlArticleStore, "write"), (SqlFeedStore, "record")))
    with Desk(folder, SetClock(), ReaderInThisProcess()).open() as index:
        index.follow(f"http://{host}.example:{port}/feed" for host in ("courier", "gazette"))
        index.refresh()


def test_a_kill_between_any_two_writes_changes_nothing_twice(tmp_path: Path, world: World, clock: SetClock) -> None:
    """Whenever a refresh dies, the next one ends as one that nobody disturbed: each article once, in one revision, each feed up to date."""
    courier, gazette = stories(world, "courier", 3, clock), stories(world, "gazette", 2, clock)
    serve(world, "courier", courier)
    serve(world, "gazette", gazette, full=False)
    server = processes()
    step = 0
    while True:
        step += 1
        desk = Desk(tmp_path / str(step), SetClock(), ReaderInThisProcess())
        process = server.Process(target=_refresh_until, args=(step, desk.folder, world.port))
        process.start()
        process.join(60)
        assert process.exitcode in (0, 9)
        with desk.open() as index:
            before = {article.url for article in index.articles()}
            report = index.refresh()
            assert {article.url for article in index.articles()} == {one.url for one in (*courier, *gazette)}
            assert {article.revision for article in index.articles()} == {1}
            assert report.new == 5 - len(before)
            assert report.changed == 0
            assert all(feed.state.last_success_at == desk.clock.now() for feed in index.feeds())
            assert {feed.outcome for feed in index.refresh(only_due=False).feeds} == {Polled.NOT_MODIFIED}
            assert index.check().findings == ()
        if process.exitcode == 0:
            break
        assert len(report.feeds) == 2 - (step - 1) // 2, "a feed whose reading was recorded is not read again"
    assert step == 5, "two writes for each of two feeds, and a round that nobody disturbs"
