"""The jobs of the timetable: feeds that are due, posts that wait, files that changed, and what is forgotten. In: the coverage and the store.

Blocking. Each takes what is there, stores it through the coverage, and only then notes that it is done: a kill in between costs the same work
again and loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.store.intake import WaitingPost
from bot.store.store import BotStore
from bot.updates.background import Background
from bot.updates.folders import FolderWatch
from bot.updates.jobs import Job
from index import (
    ArticleDraft,
    ArticleRefusedError,
    IngestReport,
    Polled,
    RefreshReport,
    Refusal,
    WriterBusyError,
    read_paths,
    read_post,
)

_log = logging.getLogger(__name__)

FEEDS, POSTS, FOLDERS, TIDYING, SUBSCRIPTIONS = "feeds", "posts", "folders", "tidying", "subscriptions"
"""The names of the jobs."""
FEEDS_EVERY = timedelta(seconds=30)
"""How often it is asked which feeds are due; each has a time of its own."""
POSTS_EVERY = timedelta(seconds=20)
"""A post that comes wakes the job; this is for those that were left when the coverage could not be written."""
TIDYING_EVERY = timedelta(hours=1)
OUTBOX_KEPT = timedelta(days=90)
"""Of what was done with: as long as a follow-up may reply to a post, or a correction edit it."""
POSTS_AT_ONCE = 200
WAIT_S = 60.0
"""For another writer; after that the job has its turn again later."""


class Intake(Protocol):
    """The part of ``index.NewsIndex`` that the jobs need."""

    def ingest(self, items: Iterable[ArticleDraft | Refusal], *, purpose: str = ..., wait_s: float = ...) -> IngestReport:
        """Take in articles."""

    def refresh(self, *, stopped: Callable[[], bool] = ..., wait_s: float = ...) -> RefreshReport:
        """Read the feeds that are due."""


def refresh_feeds(index: Intake, background: Background) -> None:
    """Read the feeds that are due, unless somebody else is just doing that."""
    try:
        report = index.refresh(stopped=lambda: background.stopping, wait_s=WAIT_S)
    except WriterBusyError as error:
        _log.info("the feeds wait: %s", error.message)
        return
    for feed in report.feeds:
        if feed.outcome in (Polled.FAILED, Polled.GONE):
            _log.warning("feed %s: %s", feed.url, feed.note)
    if report.feeds:
        _log.info("read %d feeds: %d new articles, %d changed", len(report.feeds), report.new, report.changed)


def take_in_posts(index: Intake, store: BotStore) -> None:
    """Take in the posts that wait, until none does."""
    while posts := store.inbox.waiting(POSTS_AT_ONCE):
        report = index.ingest([draft_of(post) for post in posts], purpose="posts", wait_s=WAIT_S)
        store.inbox.done(posts)
        for refusal in report.refused:
            _log.warning("post %s: %s", refusal.origin, refusal.reason)


def draft_of(post: WaitingPost) -> ArticleDraft | Refusal:
    """The article that a post makes: the same one for the same post, however it was edited or passed on."""
    try:
        return read_post(
            post.text,
            id=post_id(post.chat_id, post.message_id),
            url=post.url,
            source=post.source,
            published_at=post.published_at,
            modified_at=post.modified_at,
        )
    except ArticleRefusedError as error:
        return Refusal(post.url, error.message)


def post_id(chat_id: int, message_id: int) -> str:
    """The article's id."""
    return f"telegram-{chat_id}-{message_id}"


def take_in_files(index: Intake, watch: FolderWatch, background: Background) -> None:
    """Take in the files that changed and are quiet, one after the other."""
    for path, stamp in watch.ready():
        if background.stopping:
            return
        report = index.ingest(read_paths([Path(path)]), purpose="the folders that are watched", wait_s=WAIT_S)
        watch.taken_in(path, stamp)
        for refusal in report.refused:
            _log.warning("file %s: %s", refusal.origin, refusal.reason)
        _log.info("file %s: %d new, %d changed, %d refused", path, report.new, report.changed, len(report.refused))


def tidy_up(store: BotStore) -> None:
    """Forget what has had its time."""
    store.confirmations.expire()
    store.audit.trim()
    store.usage.expire()
    store.outbox.orphaned()
    store.outbox.forget(datetime.now(UTC) - OUTBOX_KEPT)


def timetable(index: Intake, store: BotStore, background: Background, folders: Sequence[Path]) -> list[Job]:
    """The jobs. folders: to be watched."""
    jobs = [
        Job(FEEDS, FEEDS_EVERY.total_seconds(), lambda: refresh_feeds(index, background), then=SUBSCRIPTIONS),
        Job(POSTS, POSTS_EVERY.total_seconds(), lambda: take_in_posts(index, store), then=SUBSCRIPTIONS),
        Job(TIDYING, TIDYING_EVERY.total_seconds(), lambda: tidy_up(store)),
    ]
    if folders:
        watch = FolderWatch(folders, store.files)

        def look() -> None:
            # Waits for news of the folders itself, so its next turn comes at once.
            watch.wait(lambda: background.stopping)
            take_in_files(index, watch, background)

        jobs.append(Job(FOLDERS, 0.1, look, then=SUBSCRIPTIONS))
    return jobs
