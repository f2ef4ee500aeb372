"""What subscribers are told when the coverage changes: the real index, database, matching and rendering, and an encoder of hashed words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.store.subscriptions as subscriptions_module
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.digests import send_digests
from bot.updates.followed import change
from bot.updates.followed_json import from_json
from bot.updates.matching import Matching
from bot.updates.outgoing import Sending, Update
from bot.updates.subscription import Cadence, Place, Schedule, Subscription, Wanted, Wish
from bot.updates.telling import Telling
from index import Answer, ArticleDraft, NewsIndex
from tests.conftest import SetClock
from tests.integration.test_news_index import open_hashed

HERE, THERE = Place(-1001), Place(-1002, 7)
DAY = datetime(2017, 2, 9, tzinfo=UTC)
QUESTION = "How many soldiers were killed in al-Bab?"
AT_ONCE = Schedule()
WIRE = (
    "A ferry with two hundred people aboard ran aground off Skagen on Friday morning in thick fog. "
    "Seven passengers were hurt, one of them badly, the coast guard said in a statement. "
    "Captain Lund told investigators that the radar of the Nordlys had failed an hour before."
)


class World:
    """A coverage, its subscribers, and the job that tells them."""

    def __init__(self, index: NewsIndex, store: BotStore, clock: SetClock) -> None:
        self.index = index
        self.store = store
        self.clock = clock
        self.matching = Matching(index)
        self.telling = self.replica()
        self.telling.run()

    def replica(self) -> Telling:
        """Another process that does the same job."""
        return Telling(self.index, self.store.subscriptions, self.matching, self.clock.now)

    def subscribe(self, wanted: Wanted, words: str = "", place: Place = HERE, schedule: Schedule = AT_ONCE, **more: Any) -> Subscription:
        """A subscription that the job has seen."""
        made = self.store.subscriptions.add(place, 42, Wish(wanted, words, **more), schedule)
        self.telling.run()
        return made

    def publish(self, *drafts: ArticleDraft) -> list[Update]:
        """Take in articles, tell of them, and send all that is to be sent."""
        self.index.ingest(drafts)
        return self.tell()

    def tell(self) -> list[Update]:
        """Run the job, and send all that is to be sent."""
        self.telling.run()
        sent: list[Update] = []
        while claimed := self.store.outbox.claim("test", 99):
            for one in claimed:
                self.store.outbox.sent(one.id, one.id)
            sent += claimed
        return sent


@pytest.fixture
def world(tmp_path: Path, clock: SetClock) -> Iterator[World]:
    """An empty coverage."""
    with open_hashed(tmp_path, clock=clock) as index:
        store = BotStore(open_database(tmp_path), clock.now)
        yield World(index, store, clock)
        store.close()


def report(text: str, name: str = "a", outlet: str = "EuroNews", day: float = 0, title: str = "Al-Bab") -> ArticleDraft:
    """An article of some day."""
    return ArticleDraft(text, f"https://x.example/{name}", title, outlet, DAY + timedelta(days=day), id=name)


def told(update: Update) -> str:
    """All that an update says."""
    return "\n".join(update.body.texts)


def test_a_subscription_begins_now(world: World) -> None:
    """Neither what was there before the bot began to tell is told, nor what was there before the subscription."""
    world.index.ingest([report("Three soldiers were killed in al-Bab.")])
    world.clock.move(minutes=5)
    world.store.subscriptions.add(HERE, 42, Wish(Wanted.EVERYTHING), AT_ONCE)
    assert world.tell() == []
    assert len(world.publish(report("Grain prices rose in Chicago.", "b"))) == 1


def test_each_gets_what_it_wants(world: World) -> None:
    """Everything, one outlet, or what is about a topic with its words."""
    world.subscribe(Wanted.EVERYTHING, place=Place(1))
    world.subscribe(Wanted.SOURCE, "euronews", Place(2))
    world.subscribe(Wanted.TOPIC, "soldiers killed in al-Bab", Place(3))
    world.subscribe(Wanted.TOPIC, "soldiers killed in al-Bab", Place(4), must=("Mosul",))
    world.subscribe(Wanted.TOPIC, "soldiers killed in al-Bab", Place(5), must_not=("soldiers",))
    sent = world.publish(
        report("Three soldiers were killed in al-Bab.", "a", "Courier"), report("Grain prices rose in Chicago.", "b", title="Grain")
    )
    assert sorted((one.place.chat_id, one.key) for one in sent) == [(1, "r1"), (1, "r2"), (2, "r2"), (3, "r1")]
    assert "Three soldiers were killed in al-Bab." in told(next(one for one in sent if one.place.chat_id == 3))


def test_a_place_is_told_once(world: World) -> None:
    """Whichever of its subscriptions wants it; nothing of it waits for a digest afterwards."""
    first = world.subscribe(Wanted.EVERYTHING)
    second = world.subscribe(Wanted.SOURCE, "EuroNews")
    assert [one.key for one in world.publish(report("Three soldiers were killed."))] == ["r1"]
    assert world.store.subscriptions.waiting(first.id) == world.store.subscriptions.waiting(second.id) == []


def test_copies_of_a_report_are_one_post(world: World) -> None:
    """With the others named; a copy that comes later is not told again."""
    world.subscribe(Wanted.EVERYTHING)
    wire = [report(WIRE, name, name.title(), title="Ferry aground") for name in ("herald", "courier")]
    (sent,) = world.publish(*wire)
    assert "Courier" in told(sent)
    assert world.publish(report(WIRE, "gazette", "Gazette", 1, "Ferry aground")) == []


def test_a_story_goes_on_under_its_first_post(world: World) -> None:
    """The next report of one event replies to the first; another place begins with its own."""
    # What is rare, and so tells of one event, is known by what else is reported.
    world.index.ingest([report(" ".join(f"w{10 * i + j}" for j in range(60)), f"other{i}", day=-20, title=f"Other {i}") for i in range(40)])
    world.telling.run()
    world.subscribe(Wanted.EVERYTHING)
    world.publish(report(WIRE, "first", "Herald", title="Ferry Nordlys aground off Skagen"))
    later = (
        "The ferry Nordlys, aground off Skagen in thick fog, was freed at high tide; Captain Lund and seven hurt passengers went ashore."
    )
    world.subscribe(Wanted.SOURCE, "Courier", THERE)
    here, there = sorted(
        world.publish(report(later, "later", "Courier", 0.5, "Ferry Nordlys freed off Skagen")), key=lambda one: -one.place.chat_id
    )
    assert (here.place, here.body.replies_to) == (HERE, "r41")
    assert (there.place, there.body.replies_to) == (THERE, None)


def test_only_a_change_of_what_was_quoted_is_a_correction(world: World) -> None:
    """The post is edited then, each time; other changes, and that the article went, are not told."""
    world.subscribe(Wanted.TOPIC, "soldiers killed in al-Bab")
    begin, rest = "Three soldiers were killed in al-Bab.", "Grain prices rose in Chicago."
    assert [one.key for one in world.publish(report(f"{begin} {rest}"))] == ["r1"]
    assert world.publish(report(f"{begin} Rain fell in Chicago.")) == []
    (corrected,) = world.publish(report(f"Four soldiers were killed in al-Bab. {rest}"))
    assert (corrected.key, corrected.body.edits, corrected.earlier_message_id) == ("r1.3", "r1", 1)
    assert "Four soldiers" in told(corrected)
    assert world.publish(report("Four soldiers were killed in al-Bab. Rain fell.")) == []
    (retracted,) = world.publish(report("Nobody died, the army says now. Rain fell."))
    assert "Nobody died" in told(retracted)
    world.index.remove("a")
    assert world.tell() == []


def test_a_changed_answer_is_told_and_another_wording_is_not(world: World) -> None:
    """ "was 3, now 5", with both quotes; the first answer too; an older report that comes late does not change it back."""
    world.subscribe(Wanted.QUESTION, QUESTION)
    (first,) = world.publish(report("Turkey's government said three soldiers were killed in al-Bab.", outlet="Courier"))
    assert first.key.endswith(".1")
    assert world.publish(report("In al-Bab 3 soldiers were killed.", "b", "Herald", 0.1)) == []
    (second,) = world.publish(report("Five soldiers were killed in al-Bab so far.", "c", day=1))
    assert "was" in told(second)
    assert "three soldiers were killed" in told(second)
    assert "Five soldiers were killed" in told(second)
    assert world.publish(report("Four soldiers were killed in al-Bab.", "d", "Gazette", 0.5)) == []


def test_a_withdrawn_figure_is_told(world: World) -> None:
    """When the article that had it goes, the answer is what else is said, or nothing."""
    world.subscribe(Wanted.QUESTION, QUESTION)
    world.publish(report("Five soldiers were killed in al-Bab so far.", "c"))
    world.index.remove("c")
    (sent,) = world.tell()
    assert "says so no more" in told(sent)


def test_what_is_answered_when_the_question_is_followed_is_no_news(world: World) -> None:
    """It is kept to compare with, for each follower of the question."""
    world.index.ingest([report("Five soldiers were killed in al-Bab so far.")])
    made = world.subscribe(Wanted.QUESTION, QUESTION)
    assert world.tell() == []
    kept = from_json(world.store.subscriptions.answered(made.id) or "")
    assert [one.value for one in kept.told] == [5]


def test_what_is_for_a_digest_waits(world: World) -> None:
    """So does what comes in quiet hours, and what is too much for a day; the change of an answer waits as the difference."""
    daily = world.subscribe(Wanted.SOURCE, "EuroNews", Place(1), Schedule(Cadence.DAILY))
    quiet = world.subscribe(Wanted.SOURCE, "EuroNews", Place(2), Schedule(quiet_from=time(11), quiet_to=time(13)))
    one_a_day = world.subscribe(Wanted.SOURCE, "EuroNews", Place(3), Schedule(at_most=1))
    followed = world.subscribe(Wanted.QUESTION, QUESTION, Place(4), Schedule(Cadence.DAILY))
    texts = ("Three soldiers were killed in al-Bab.", "Grain prices rose in Chicago.")
    sent = world.publish(report(texts[0], "a"), report(texts[1], "b", title="Grain"))
    assert [one.place.chat_id for one in sent] == [3]
    waiting = [len(world.store.subscriptions.waiting(one.id)) for one in (daily, quiet, one_a_day)]
    assert waiting == [2, 2, 1]
    assert {
        one.quotes[0].text for one in world.matching.reports([one.match for one in world.store.subscriptions.waiting(daily.id)])
    } == set(texts)
    news = change(from_json(world.store.subscriptions.answered(followed.id) or ""), QUESTION)
    assert news is not None
    assert [one.value for one in news.now] == [3]


def test_a_digest_tells_of_a_changed_answer_once(world: World) -> None:
    """With what it was and what it is; the next one has nothing."""
    world.subscribe(Wanted.QUESTION, QUESTION, schedule=Schedule(Cadence.DAILY))
    world.publish(report("Three soldiers were killed in al-Bab."))
    for digests in (1, 0):
        world.clock.move(days=1)
        assert send_digests(world.store.subscriptions, world.matching, world.clock.now()) == digests
        assert len(world.tell()) == digests


def test_the_change_of_an_answer_is_told_when_the_quiet_hours_are_over(world: World) -> None:
    """Although nothing new comes in then."""
    world.subscribe(Wanted.QUESTION, QUESTION, schedule=Schedule(quiet_from=time(11), quiet_to=time(13)))
    assert world.publish(report("Three soldiers were killed in al-Bab.")) == []
    world.clock.move(hours=2)
    assert len(world.tell()) == 1


@pytest.mark.parametrize("write", ["advance", "note_answers", "keep", "correct", "put", "link"])
def test_a_crash_between_the_writes_loses_and_doubles_nothing(world: World, write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of them is the last: none is kept, and the next run does all of it, once."""
    world.subscribe(Wanted.EVERYTHING)
    followed = world.subscribe(Wanted.QUESTION, QUESTION, THERE)
    before = (world.store.subscriptions.told_of(), world.store.subscriptions.answered(followed.id))
    world.index.ingest([report("Three soldiers were killed in al-Bab.")])

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        original = getattr(subscriptions_module, write)
        patch.setattr(subscriptions_module, write, _after(original, crash))
        with pytest.raises(KeyboardInterrupt):
            world.telling.run()
    assert (world.store.subscriptions.told_of(), world.store.subscriptions.answered(followed.id)) == before
    assert world.store.outbox.counts() == {}
    assert sorted(one.key for one in world.tell()) == [f"q{followed.id}.1", "r1"]
    assert world.tell() == []


def test_of_two_replicas_one_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other finds that it was done while it was at it, and keeps nothing."""
    made = world.subscribe(Wanted.EVERYTHING)
    other, hits = world.replica(), world.matching.hits
    world.index.ingest([report("Three soldiers were killed in al-Bab.")])

    def overtaken(*arguments: Any) -> Any:
        found = hits(*arguments)
        monkeypatch.undo()
        other.run()
        return found

    monkeypatch.setattr(world.matching, "hits", overtaken)
    world.telling.run()
    assert world.store.outbox.counts() == {Sending.WAITING: 1}
    assert world.store.subscriptions.waiting(made.id) == []


def test_an_article_that_makes_trouble_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with a reference and passed over."""
    world.subscribe(Wanted.EVERYTHING)
    monkeypatch.setattr("bot.updates.matching.opening", _failing_for("a", lambda _wish, page: page.article.id))
    assert [one.key for one in world.publish(report("Three soldiers.", "a"), report("Grain prices rose.", "b"))] == ["r2"]
    assert "article a is passed over" in caplog.text


def test_a_question_that_makes_trouble_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it hold up itself: it is asked again when something else bears on it."""
    world.subscribe(Wanted.QUESTION, QUESTION)
    world.subscribe(Wanted.EVERYTHING, place=THERE)
    answer = world.index.answer

    def fails(question: str, *_: Any, **__: Any) -> Answer:
        raise ValueError(question)

    monkeypatch.setattr(world.index, "answer", fails)
    assert [one.key for one in world.publish(report("Three soldiers were killed in al-Bab."))] == ["r1"]
    assert "a followed question is passed over" in caplog.text
    monkeypatch.setattr(world.index, "answer", answer)
    sent = world.publish(report("Five soldiers were killed in al-Bab.", "b", day=1))
    assert len([one for one in sent if one.place == HERE]) == 1


def test_a_timeline_says_what_was_said_when(world: World) -> None:
    """First reported, each change, now; other wordings are no changes."""
    for place, text in enumerate(("Three soldiers", "3 soldiers", "Five soldiers", "Seven soldiers")):
        world.index.ingest([report(f"{text} were killed in al-Bab.", f"a{place}", day=place)])
    told_of = [(at, [one.value for one in values]) for at, values in world.matching.timeline(QUESTION)]
    assert told_of == [(DAY, [3]), (DAY + timedelta(days=2), [5]), (DAY + timedelta(days=3), [7])]
    assert world.matching.timeline("What is the price of tea in Canton?") == []


def test_a_preview_shows_what_would_have_been_sent(world: World) -> None:
    """Newest first, each report once, of the days that were asked for."""
    world.index.ingest(
        [
            report("Three soldiers were killed in al-Bab.", "a"),
            report("Five soldiers were killed in al-Bab.", "b", day=1),
            report("Grain rose.", "c", day=9),
        ]
    )
    topic = Wish(Wanted.TOPIC, "soldiers were killed in al-Bab")
    assert [one.article_id for one in world.matching.preview(topic, DAY)] == ["b", "a"]
    assert [one.article_id for one in world.matching.preview(Wish(Wanted.EVERYTHING), DAY + timedelta(days=1), limit=1)] == ["c"]
    assert world.matching.a_week(Wish(Wanted.SOURCE, "euronews")) == 1


def _after(original: Callable[..., Any], crash: Callable[..., None]) -> Callable[..., Any]:
    def done(*arguments: Any, **named: Any) -> Any:
        made = original(*arguments, **named)
        crash()
        return made

    return done


def _failing_for(name: str, of: Callable[..., str]) -> Callable[..., Any]:
    from bot.updates.choosing import opening

    def called(*arguments: Any) -> Any:
        if of(*arguments) == name:
            raise ValueError(name)
        return opening(*arguments)

    return called
