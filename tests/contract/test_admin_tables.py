"""What admins mark, do and are asked, posts on their way in, files, and questions counted: kept on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.store.admins import ANSWER_WITHIN, AdminGroup, Asked
from bot.store.audit import Act, Outcome
from bot.store.database import CHATS
from bot.store.intake import SourceChannel, WaitingPost
from bot.store.store import BotStore
from bot.store.usage import KEPT, Used
from index.store.database import migrate
from tests.conftest import SetClock

GROUP = -1_002_147_483_648_123
"""Beyond 32 bits, as Telegram's numbers are."""


@pytest.fixture
def bot_store(bare_engine: Engine, clock: SetClock) -> BotStore:
    migrate(bare_engine, CHATS)
    return BotStore(bare_engine, clock.now)


def test_a_group_is_marked_and_unmarked(bot_store: BotStore) -> None:
    """Only marked groups count; marking twice is marking once; unmarking says whether there was anything to unmark."""
    assert not bot_store.admin_groups.has(GROUP)
    bot_store.admin_groups.mark(AdminGroup(GROUP, "Desk", 1))
    bot_store.admin_groups.mark(AdminGroup(GROUP, "News desk", 2))
    assert bot_store.admin_groups.all() == [AdminGroup(GROUP, "News desk", 2)]
    assert bot_store.admin_groups.unmark(GROUP)
    assert not bot_store.admin_groups.unmark(GROUP)
    assert not bot_store.admin_groups.has(GROUP)


def test_the_log_has_the_newest_first_and_any_text(bot_store: BotStore, clock: SetClock) -> None:
    """Rows come back as they went in, newest first, a page at a time; NUL, half surrogates and length do no harm."""
    bot_store.audit.note(Act("remove", Outcome.DONE, 7, "Ann", GROUP, "x1", "removed"))
    clock.move(minutes=1)
    bot_store.audit.note(Act("add", Outcome.REFUSED, None, "a\0b\ud800", None, "x" * 900))
    newest, oldest = bot_store.audit.newest(5)
    assert (oldest.act, oldest.user_id, oldest.name, oldest.chat_id, oldest.argument, oldest.detail) == (
        "remove", 7, "Ann", GROUP, "x1", "removed",
    )  # fmt: skip
    assert (newest.name, len(newest.argument), newest.at) == ("a b?", 500, clock.moment)
    assert bot_store.audit.newest(5, before=newest.id) == [oldest]


def test_refused_tries_have_an_end_and_acts_have_none(bot_store: BotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often strangers try, only the newest tries are kept, and every act of an admin is."""
    monkeypatch.setattr("bot.store.audit.MAX_REFUSED", 3)
    bot_store.audit.note(Act("add", Outcome.DONE, 1))
    for number in range(8):
        bot_store.audit.note(Act(f"try{number}", Outcome.REFUSED, 2))
    assert bot_store.audit.trim() == 5
    assert bot_store.audit.trim() == 0
    assert [row.act for row in bot_store.audit.newest(20)] == ["try7", "try6", "try5", "add"]


def test_an_act_is_confirmed_once_by_its_admin_in_its_chat_in_time(bot_store: BotStore, clock: SetClock) -> None:
    """Another person, another chat, a second press and a late one get nothing; what is too old is forgotten."""
    asked = Asked(1, GROUP, "remove", "x1")
    token = bot_store.confirmations.ask(asked)
    assert bot_store.confirmations.take(token, user_id=2, chat_id=GROUP) is None
    assert bot_store.confirmations.take(token, user_id=1, chat_id=5) is None
    assert bot_store.confirmations.take("guess", user_id=1, chat_id=GROUP) is None
    assert bot_store.confirmations.take(token, user_id=1, chat_id=GROUP) == asked
    assert bot_store.confirmations.take(token, user_id=1, chat_id=GROUP) is None
    late = bot_store.confirmations.ask(asked)
    clock.moment += ANSWER_WITHIN
    assert bot_store.confirmations.take(late, user_id=1, chat_id=GROUP) is None
    assert bot_store.confirmations.expire() == 1


def test_a_channel_is_a_source_until_it_is_removed(bot_store: BotStore) -> None:
    """Adding one again renews its name and says that it was there."""
    channel = SourceChannel(GROUP, "Harbour", "harbour", 1)
    assert bot_store.channels.add(channel)
    assert not bot_store.channels.add(replace(channel, title="Harbour News", username=None))
    assert bot_store.channels.all() == [SourceChannel(GROUP, "Harbour News", None, 1)]
    assert bot_store.channels.has(GROUP)
    assert bot_store.channels.remove(GROUP)
    assert not bot_store.channels.remove(GROUP)


def test_a_post_waits_until_it_is_taken_in_and_an_edit_is_not_lost(bot_store: BotStore, clock: SetClock) -> None:
    """An edit takes the post's place; one that comes while the post is being taken in goes on waiting."""
    post = WaitingPost(GROUP, 5, "first", "https://t.me/c/1/5", "Harbour", clock.now())
    bot_store.inbox.put(post)
    bot_store.inbox.put(replace(post, text="second", modified_at=clock.now()))
    (waiting,) = bot_store.inbox.waiting(10)
    assert (waiting.text, waiting.modified_at) == ("second", clock.now())
    bot_store.inbox.put(replace(post, text="third"))
    bot_store.inbox.done([waiting])
    (again,) = bot_store.inbox.waiting(10)
    assert again.text == "third"
    bot_store.inbox.done([again])
    assert bot_store.inbox.waiting(10) == []


def test_files_are_known_as_they_were_taken_in(bot_store: BotStore) -> None:
    """A later state of a file takes the place of the earlier one."""
    bot_store.files.taken_in({"/a": "1", "/b": "1"})
    bot_store.files.taken_in({"/a": "2"})
    assert bot_store.files.stamps() == {"/a": "2", "/b": "1"}


def test_questions_are_counted_with_their_times(bot_store: BotStore, clock: SetClock) -> None:
    """Counts by what came of them, median and 95th percentile, from a moment on; after ninety days they are forgotten."""
    assert bot_store.usage.since(clock.now()).p95_ms is None
    bot_store.usage.note(Used.FAILED)
    clock.move(days=1)
    for elapsed in range(1, 101):
        bot_store.usage.note(Used.ANSWERED, elapsed)
    bot_store.usage.note(Used.HELPFUL)
    count = bot_store.usage.since(clock.now())
    assert (count.asked, count.by_kind[Used.ANSWERED], count.by_kind[Used.HELPFUL], count.by_kind[Used.FAILED]) == (100, 100, 1, 0)
    assert (count.p50_ms, count.p95_ms) == (50, 95)
    clock.moment += KEPT
    assert bot_store.usage.expire() == 1
