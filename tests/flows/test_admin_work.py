"""Admins at work in the chat: what they add, take out, pause and look at, and what is said when it does not go well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.administration import Newsroom
from bot.local.state import JSON
from bot.store.audit import Outcome
from bot.store.intake import SourceChannel
from bot.store.usage import Used
from bot.updates.incoming import take_in_posts
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place
from index import NewsIndex, ReindexReport
from tests.flows.harness import text
from tests.flows.newsroom import FEEDS, Desk, newsroom

OPML = b"<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/rss'/><outline text='B' xmlUrl='https://times.example/feed'/></body></opml>"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with newsroom(tmp_path) as opened:
        yield opened


def articles(desk: Desk) -> dict[str, str]:
    """Texts by id."""
    return {article.id: article.text for article in desk.index.articles()}


async def sent_file(desk: Desk, name: str, data: bytes) -> str:
    """The admin sends a file; the answer."""
    return text(await desk.talk.happens(desk.talk.api.people.sends_file(desk.admin, desk.home, name, data), desk.home))


async def test_a_file_is_taken_in(desk: Desk) -> None:
    """Its article is in the coverage, the report says so, the same file again changes nothing, and the log has both."""
    assert "report.txt: 1 new article." in await sent_file(desk, "report.txt", b"Eleven people were rescued at sea.")
    assert "Eleven people were rescued at sea." in articles(desk).values()
    assert "1 known already" in await sent_file(desk, "again.txt", b"Eleven people were rescued at sea.")
    rows = desk.store.audit.newest(2)
    assert [(row.act, row.outcome, row.user_id) for row in rows] == [("upload", Outcome.DONE, desk.admin["id"])] * 2


async def test_lines_that_are_no_articles_are_named(desk: Desk) -> None:
    """Good lines of a file go in, and each bad one is said with its reason."""
    said = await sent_file(desk, "many.jsonl", b'{"text": "One was hurt."}\nrubbish\n{"title": "no text"}\n')
    assert "1 new article, 2 refused" in said
    assert "many.jsonl:2" in said


@pytest.mark.parametrize("name", ["virus.exe", "noending", "../../../etc/passwd", "a.txt\u202egnp.exe"])
async def test_a_file_of_another_kind_is_not_fetched(desk: Desk, name: str) -> None:
    """It is refused by its name's ending before a byte of it is asked for, and what is read is named."""
    assert ".jsonl" in await sent_file(desk, name, b"x")
    assert "getFile" not in desk.talk.methods_called()


async def test_a_file_telegram_would_not_give_is_refused(desk: Desk) -> None:
    """Above twenty megabytes there is a sentence with the remedy, and nothing is asked for."""
    update = desk.talk.api.people.sends_file(desk.admin, desk.home, "big.jsonl", b"x")
    update["message"]["document"]["file_size"] = 20 * 1024 * 1024 + 1
    assert "dateline ingest FILE" in text(await desk.talk.happens(update, desk.home))
    assert "getFile" not in desk.talk.methods_called()


async def test_a_list_of_feeds_is_followed(desk: Desk) -> None:
    """An OPML file adds the feeds that are new; one that is no list says why."""
    assert "1 new of 2 feeds" in await sent_file(desk, "feeds.opml", OPML)
    assert [feed.url for feed in desk.index.feeds()] == [*FEEDS, "https://a.example/rss"]
    assert "OPML" in await sent_file(desk, "other.xml", b"<rss/>")


async def test_a_forwarded_post_is_the_channels_own(desk: Desk) -> None:
    """Text, outlet, time and link are the channel's; the same post from the channel itself is the same article."""
    people = desk.talk.api.people
    post = people.posts(desk.channel, {"text": "Storm warning\n\nEleven boats stayed in port."})["channel_post"]
    said = text(await desk.talk.happens(people.forwards(desk.admin, desk.home, post), desk.home))
    (article,) = [one for one in desk.index.articles() if one.source == "Harbour"]
    assert (article.url, article.title) == (f"https://t.me/harbour/{post['message_id']}", "Storm warning")
    assert f"/remove {article.id}" in said
    desk.store.channels.add(SourceChannel(desk.channel.id, "Harbour", "harbour", 1))
    await desk.talk.happens(people.edits_post(post, "Storm warning\n\nTwelve boats stayed in port."), desk.channel)
    take_in_posts(desk.index, desk.store)
    assert [(one.id, one.revision) for one in desk.index.articles() if one.source == "Harbour"] == [(article.id, 2)]


async def test_an_answer_to_a_message_adds_it(desk: Desk) -> None:
    """In the admins' group, where the bot does not hear everything, /add in answer to a post takes that post in."""
    people = desk.talk.api.people
    post = people.writes(desk.talk.ben, desk.group, "Eleven boats stayed in port.")["message"]
    update = people.writes(desk.admin, desk.group, "/add", reply_to=post)
    assert "1 new article" in text(await desk.talk.happens(update, desk.group))
    assert "Eleven boats stayed in port." in articles(desk).values()


async def test_addresses_that_cannot_be_fetched_are_said_one_by_one(desk: Desk) -> None:
    """Each has its reason, none breaks the others, and the log says that nothing came of it."""
    said = text(await desk.says("/add http://user:word@a.example/ ftp://files.example/x"))
    assert said.count("✗") == 2
    assert desk.store.audit.newest(1)[0].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "typed",
    [
        "/add",
        "/remove",
        "/remove a b",
        "/feeds explode",
        "/feeds remove",
        "/feeds pause a b",
        "/reindex now",
        "/pause",
        "/source off",
        "/admingroup maybe",
    ],
)
async def test_a_command_typed_wrongly_is_explained(desk: Desk, typed: str) -> None:
    """A sentence and a remedy come back, nothing changes, and the log has it as failed."""
    before = desk.state()
    said = text(await desk.says(typed))
    assert said.count(".") >= 1 or "?" in said
    assert desk.state() == before
    assert desk.store.audit.newest(1)[0].outcome is Outcome.FAILED


async def test_an_article_is_removed_after_one_question(desk: Desk) -> None:
    """The question names it; no leaves it; yes deletes it, by id or by address; an unknown one is said to be so."""
    (asked,) = await desk.says("/remove ferry")
    await desk.press(asked, (0, 1))
    assert "ferry" in articles(desk)
    (asked,) = await desk.says("/remove https://HARBOUR.example/1")
    await desk.press(asked)
    assert set(articles(desk)) == {"bus"}
    assert "Removed" in desk.home.messages[asked["message_id"]]["text"]
    (asked,) = await desk.says("/remove ferry")
    await desk.press(asked)
    assert "no article" in desk.answers_to_presses()[-1]


async def test_feeds_are_listed_paused_and_removed_by_button(desk: Desk) -> None:
    """The list shows each feed with its state; its buttons pause, resume and, after a question, remove it; the list is renewed in place."""
    (listed,) = await desk.says("/feeds")
    assert "https://harbour.example/feed" in listed["text"]
    assert await desk.press(listed) == []
    assert [feed.paused for feed in desk.index.feeds()] == [True, False]
    shown = desk.home.messages[listed["message_id"]]
    assert "⏸ paused" in shown["text"]
    await desk.press(shown)
    assert [feed.paused for feed in desk.index.feeds()] == [False, False]
    (asked,) = await desk.press(desk.home.messages[listed["message_id"]], (1, 1))
    await desk.press(asked)
    assert [feed.url for feed in desk.index.feeds()] == FEEDS[:1]


async def test_a_long_list_of_feeds_has_pages(desk: Desk) -> None:
    """Every feed is on exactly one page, and the buttons lead from one to the next and back."""
    desk.index.follow([f"https://f{number}.example/feed" for number in range(11)])
    (listed,) = await desk.says("/feeds")
    seen = []
    for _ in range(3):
        shown = desk.home.messages[listed["message_id"]]
        seen += [line for line in shown["text"].splitlines() if line.startswith("https://")]
        *_, turns = shown["reply_markup"]["inline_keyboard"]
        if turns[-1]["text"] == "›":
            await desk.press(shown, data=turns[-1]["callback_data"])
    assert sorted(seen) == sorted(feed.url for feed in desk.index.feeds())


async def test_feeds_are_changed_by_argument(desk: Desk) -> None:
    """Pause, resume and remove take an address; an unknown one is said to be so."""
    assert "is paused" in text(await desk.says(f"/feeds pause {FEEDS[0]}"))
    assert "is read again" in text(await desk.says(f"/feeds resume {FEEDS[0]}"))
    assert "No feed is followed" in text(await desk.says("/feeds pause https://nobody.example/"))
    (asked,) = await desk.says(f"/feeds remove {FEEDS[0]}")
    await desk.press(asked)
    assert [feed.url for feed in desk.index.feeds()] == FEEDS[1:]


@pytest.mark.parametrize("typed", ["/pause Harbour News", "/sources pause harbour news", "/sources@dateline_bot  pause  Harbour News"])
async def test_an_outlet_is_paused_and_resumed(desk: Desk, typed: str) -> None:
    """Its articles are not found while it is paused, /status says so, and they are found again afterwards."""
    assert "Harbour News is paused" in text(await desk.says(typed))
    assert "Harbour News" in text(await desk.says("/status"))
    assert [passage.source for passage in desk.index.answer("passengers hurt near Port Arlen").passages] == ["The Times"]
    assert "searched again" in text(await desk.says("/resume Harbour News"))
    assert "Harbour News" in [passage.source for passage in desk.index.answer("passengers hurt near Port Arlen").passages]


async def test_a_channel_becomes_a_source(desk: Desk) -> None:
    """Where the bot is an administrator, posts and captions come in with their links, edits become revisions, and the rest is left alone."""
    people, post = desk.talk.api.people, "Eleven boats stayed in port."
    assert "no posts" in text(await desk.says("/source @harbour"))
    desk.channel.members[desk.talk.api.state.bot["id"]] = "administrator"
    assert "taken in from now on" in text(await desk.says("/source @harbour"))
    other = people.group("Gossip", desk.talk.ben, kind="channel")
    first = people.posts(desk.channel, {"text": post})
    captioned = {
        "caption": "The port at dawn.",
        "photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}],
        "media_group_id": "1",
    }
    for update in (
        first,
        people.posts(desk.channel, captioned),
        people.posts(desk.channel, {name: value for name, value in captioned.items() if name != "caption"}),
        people.posts(desk.channel, {"new_chat_title": "Harbour!"}),
        people.posts(other, {"text": "Nobody's business."}),
    ):
        await desk.talk.happens(update, desk.channel)
    take_in_posts(desk.index, desk.store)
    found = {article.url: article.text for article in desk.index.articles() if article.source == "Harbour"}
    assert found == {"https://t.me/harbour/1": post, "https://t.me/harbour/2": "The port at dawn."}
    await desk.talk.happens(people.edits_post(first["channel_post"], "Twelve boats stayed in port."), desk.channel)
    take_in_posts(desk.index, desk.store)
    (article,) = [one for one in desk.index.articles() if one.url == "https://t.me/harbour/1"]
    assert (article.text, article.revision) == ("Twelve boats stayed in port.", 2)
    (asked,) = await desk.says("/source off @harbour")
    await desk.press(asked)
    assert desk.store.channels.all() == []
    assert "No channel" in text(await desk.says("/source"))


async def test_a_private_channel_is_cited_by_its_number(desk: Desk) -> None:
    """A post of a channel without a public name has the address that opens it for members."""
    people = desk.talk.api.people
    hidden = people.group("Hidden", desk.admin, kind="channel")
    hidden.members[desk.talk.api.state.bot["id"]] = "administrator"
    await desk.says(f"/source {hidden.id}")
    await desk.talk.happens(people.posts(hidden, {"text": "Eleven boats stayed in port."}), hidden)
    (post,) = desk.store.inbox.waiting(5)
    assert post.url == f"https://t.me/c/{str(hidden.id).removeprefix('-100')}/1"


class Slow:
    """A coverage whose rebuild goes on until it is let go, or is told to stop."""

    def __init__(self, index: NewsIndex) -> None:
        self._index = index
        self.go_on = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    def reindex(self, *, full: bool, progress: Callable[[int], None], stopped: Callable[[], bool], wait_s: float) -> ReindexReport:
        progress(1)

        def is_over() -> bool:
            while not self.go_on.is_set() and not stopped():
                pass
            return stopped()

        return self._index.reindex(full=full, progress=progress, stopped=is_over, wait_s=wait_s)


@pytest.fixture
async def slow_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    def slowed(index: NewsIndex) -> Newsroom:
        return Slow(index)  # type: ignore[return-value]  # the rest of it is the index's own

    async with newsroom(tmp_path, wrap=slowed) as opened:
        yield opened


async def ended(desk: Desk) -> None:
    """Until no rebuild goes on, and all is said about it."""
    await desk.administration.rebuilding.finished()


async def test_a_rebuild_is_watched_and_stopped(slow_desk: Desk) -> None:
    """Progress stands in one message; another cannot begin; the button stops it; the old index serves, before and after."""
    desk = slow_desk
    before = desk.index.stats().generation
    (shown,) = await desk.says("/reindex full")
    await asyncio.sleep(0.2)
    assert "25 %" in desk.home.messages[shown["message_id"]]["text"]
    assert desk.index.answer("passengers hurt near Port Arlen").passages
    assert "being rebuilt already" in text(await desk.says("/reindex"))
    assert "being rebuilt: 25 %" in text(await desk.says("/status"))
    await desk.press(shown)
    await ended(desk)
    last: JSON = desk.home.messages[shown["message_id"]]
    assert "was stopped" in last["text"]
    assert "reply_markup" not in last
    assert desk.index.stats().generation == before
    rows = {(row.act, row.outcome) for row in desk.store.audit.newest(5)}
    assert {("reindex", Outcome.FAILED), ("button", Outcome.DONE)} <= rows
    assert "No rebuild" in [await desk.press(shown, data="adm:stop"), desk.answers_to_presses()[-1]][1]


async def test_a_rebuild_ends_with_its_report(desk: Desk) -> None:
    """The message says what was done; nothing known is encoded again; the log has the beginning and the end."""
    before = desk.index.stats().generation
    (shown,) = await desk.says("/reindex full")
    await ended(desk)
    said = desk.home.messages[shown["message_id"]]["text"]
    assert "2 sentences, 0 of them encoded" in said
    assert desk.index.stats().generation != before
    assert [row.argument for row in desk.store.audit.newest(2)] in (["has ended", "full"], ["full", "has ended"])


async def test_the_program_ends_a_rebuild_when_it_stops(slow_desk: Desk) -> None:
    """Whoever stops the program does not wait for the index; what was there serves on."""
    before = slow_desk.index.stats().generation
    await slow_desk.says("/reindex full")
    slow_desk.administration.background.halt()
    await ended(slow_desk)
    assert slow_desk.index.stats().generation == before


async def test_what_was_asked_is_counted(desk: Desk) -> None:
    """/stats tells how many questions were asked, answered and not, and how long they took."""
    await desk.talk.say("passengers hurt near Port Arlen")
    await desk.talk.say("what about the zeppelin")
    await desk.talk.say("hello")
    desk.store.usage.note(Used.HELPFUL)
    said = text(await desk.says("/stats"))
    assert "Last 24 hours: 3 asked" in said
    assert "1 no questions" in said
    assert "1 helpful" in said


async def test_the_log_shows_who_did_what(desk: Desk) -> None:
    """Newest first, with names, outcomes and arguments as they were typed, harmless; older rows are a press away."""
    for number in range(15):
        await desk.says(f"/pause <b>nobody{number}</b>")
    (shown,) = await desk.says("/log")
    assert "<b>nobody14</b>" in shown["text"]
    assert "nobody0<" not in shown["text"]
    await desk.press(shown)
    assert "nobody0<" in desk.home.messages[shown["message_id"]]["text"]


async def test_admins_and_their_groups_are_listed_and_a_group_is_given_up(desk: Desk) -> None:
    """/admins names numbers and groups; after /admingroup off the group is a group like any other."""
    said = text(await desk.says("/admins", desk.group))
    assert str(desk.admin["id"]) in said
    assert "News desk" in said
    await desk.says("/admingroup off", desk.group)
    assert "in private only" in text(await desk.says("/status", desk.group))


async def test_status_tells_how_things_are(desk: Desk) -> None:
    """Counts, freshness, generation, memory, feeds, jobs and the last errors, without secrets."""
    import logging

    logging.getLogger().addHandler(desk.administration.errors)
    try:
        logging.getLogger("bot.test").error("the disk is full\nsecond line")
    finally:
        logging.getLogger().removeHandler(desk.administration.errors)
    desk.store.outbox.put([NewUpdate(Place(-5), "a", Body(("news",)))])
    said = text(await desk.says("/status"))
    for part in (
        "2 articles, 2 sentences, 2 sources",
        "g000001",
        "Memory",
        "Feeds: 2",
        "Job feeds",
        "subscribers: 1 waiting, 0 sent",
        "the disk is full",
    ):
        assert part in said, part
    assert "second line" not in said


async def test_help_shows_admins_their_commands(desk: Desk) -> None:
    """An admin in private sees what admins can type; nobody else does, and nobody in a group."""
    assert "/reindex" in text(await desk.says("/help"))
    assert "/reindex" not in text(await desk.says("/help", desk.group))
    assert "/reindex" not in text(await desk.talk.say("/help"))


async def test_what_people_called_wrong_can_be_read(desk: Desk) -> None:
    """/feedback shows the question, what it was answered, and the quote."""
    assert text(await desk.says("/feedback")) == "Nobody has called an answer wrong."
    [answer] = await desk.talk.say("how many passengers were hurt near Port Arlen?", user=desk.talk.ben)
    rows = answer["reply_markup"]["inline_keyboard"]
    [wrong] = [button["callback_data"] for row in rows for button in row if button["text"] == "Wrong?"]
    await desk.press(answer, user=desk.talk.ben, data=wrong)
    said = text(await desk.says("/feedback"))
    assert said.startswith("how many passengers were hurt near Port Arlen?\n")
    assert "Seven passengers" in said
