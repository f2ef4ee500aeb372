"""The job that tells subscribers: what changed in the coverage becomes posts, edits and changed answers in the outbox. Blocking; one run at a time.

What follows from a slice of changes is kept with the note of how far they were told, in one transaction: a kill costs the same work again, and of two
replicas one keeps it. An existing coverage is told from now on, and so is a new subscription.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.language import language
from bot.render.post import changed, corrected, post
from bot.store.subscriptions import Subscriptions
from bot.updates.announcing import Before, Posts, posts
from bot.updates.asking import Answers, Questions, shaken, tell_changes
from bot.updates.background import Background
from bot.updates.choosing import Page
from bot.updates.correcting import Corrections, corrections
from bot.updates.followed import Followed
from bot.updates.incoming import SUBSCRIPTIONS
from bot.updates.jobs import Job
from bot.updates.matching import Hit, Matching
from bot.updates.newspaper import Newspaper
from bot.updates.report import Change
from bot.updates.reports import report_key
from bot.updates.schedule import day_began
from bot.updates.subscription import Subscription, Wanted
from bot.updates.wishes import WishBook, Wishes
from index import News, StoppedError

_log = logging.getLogger(__name__)

SLICE = 20
"""Changes told of at a time, at most…"""
SLICE_TAKES = timedelta(seconds=20)
"""…and so few that it takes about so long, however many wishes there are: what a run has in hand, and what a kill may cost again."""
EVERY = timedelta(seconds=30)
"""What takes in articles here wakes the job; this is for what other processes take in, and for doubts and quiet hours that are over."""


@dataclass(slots=True)
class _Served:
    """Subscriptions as of one moment."""

    wishes: Wishes
    by_id: dict[int, Subscription]

    @property
    def followers(self) -> list[Subscription]:
        """Those of questions."""
        return [one for one in self.by_id.values() if one.wish.wanted is Wanted.QUESTION]


class Telling:
    """See the module."""

    def __init__(
        self,
        index: Newspaper,
        subscriptions: Subscriptions,
        matching: Matching,
        now: Callable[[], datetime],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """stopping: asked now and then whether to come to an early end."""
        self._index = index
        self._store = subscriptions
        self._matching = matching
        self._now = now
        self._stopping = stopping
        self._book = WishBook(subscriptions, index)
        self._questions = Questions(index, stopping)
        self._slice = SLICE

    def run(self) -> None:
        """Tell of all that changed, slice by slice."""
        while not self._stopping():
            after = self._store.told_of()
            if after is None:
                self._store.tell(self._index.news(None).upto, after=None)
                continue
            began = time.monotonic()
            try:
                news, served = self._news(after), self._served()
                if not self._tell(after, news, served) or news.upto == after:
                    return
            except StoppedError:
                return
            self._slice = next_slice(self._slice, time.monotonic() - began)

    def _served(self) -> _Served:
        wishes = self._book.read()
        groups = [*wishes.plain.values(), *(some for _, some in wishes.meant)]
        return _Served(wishes, {one.id: one for some in groups for one in some})

    def _news(self, after: int) -> News:
        """The next slice. A coverage that was put back to an earlier state is told from there on."""
        begin = self._index.news(None)
        return begin if begin.upto < after else self._index.news(after, self._slice)

    def _tell(self, after: int, news: News, served: _Served) -> bool:
        """False if another replica has told of it."""
        hits = self._matching.hits(news.items, served.wishes, self._stopping)
        wanted = [hit for hit in hits if hit.wish.wanted is not Wanted.QUESTION]
        bearing: defaultdict[int, set[str]] = defaultdict(set)
        for hit in hits:
            for to in hit.subscriptions if hit.wish.wanted is Wanted.QUESTION else ():
                bearing[to.id].add(hit.page.article.id)
        new, changes = self._posts(news, wanted, served)
        answers = self._answers(news, bearing, served)
        if news.upto == after and not answers.answered:
            return True
        told = self._store.tell(
            news.upto,
            after=after,
            found=new.found,
            corrected=changes.matches,
            updates=[*changes.updates, *new.updates, *answers.updates],
            answered=answers.answered,
            seen=answers.seen,
        )
        if told and (new.found or changes.updates or answers.updates):
            _log.info("told of %d articles: %d matches, %d answers", len(news.items), len(new.found), len(answers.updates))
        return told

    def _posts(self, news: News, wanted: list[Hit], served: _Served) -> tuple[Posts, Corrections]:
        if not news.items or not served.by_id:
            return Posts(), Corrections()
        kept = self._store.kept(
            {report_key(one.article) for one in news.items},
            {one.article.id for one in news.items},
        )
        before: dict[tuple[int, str], tuple[str, bool]] = {}
        for one in kept:
            for name in (one.match.report, one.match.article_id):
                before[one.match.subscription_id, name] = (one.match.report, one.is_told)
        stories = {one.article.story for one in news.items if one.article.story is not None}
        carriers = self._matching.carriers(hit.page.article for hit in wanted)
        pages = [Page(one.article, one.sentences, one.added, one.at) for one in news.items if not one.is_new]

        rendered: dict[object, tuple[str, ...]] = {}  # ten thousand may be sent the same

        def shown(hit: Hit, to: Subscription, key: str) -> tuple[str, ...]:
            same = (hit.page.article.key, hit.choice, key, to.language)
            if same not in rendered:
                rendered[same] = post(self._matching.report(hit, carriers, key), language(to.language))
            return rendered[same]

        def shown_again(hit: Hit, to: Subscription, key: str) -> tuple[str, ...]:
            return corrected(self._matching.report(hit, carriers, key), language(to.language))

        known = Before(before, self._store.first_posts(stories), self._sent_today)
        new = posts(wanted, known, shown, self._now())
        return new, corrections(pages, kept, wanted, served.by_id, self._index, shown_again)

    def _answers(self, news: News, bearing: Mapping[int, set[str]], served: _Served) -> Answers:
        followers = served.followers
        if not followers:
            return Answers()
        now = self._now()
        texts = self._store.all_answered()
        kept = self._questions.know(texts)
        standing = self._questions.again(followers, kept, bearing, shaken(kept, *self._gone(news, kept), now), now)

        def shown(change: Change, to: Subscription) -> tuple[str, ...]:
            return changed(change, language(to.language))

        made = tell_changes(followers, kept, texts, standing, shown, self._sent_today, now)
        made.answered |= self._questions.begin(one for one in followers if one.id not in kept)
        return made

    def _gone(self, news: News, kept: Mapping[int, Followed]) -> tuple[set[str], set[str]]:
        """The articles that changed, and those that answers rest on and that went."""
        changed_ones = {one.article.id for one in news.items if not one.is_new}
        if not news.removed:
            return changed_ones, set()
        rested_on = {held.article_id for one in kept.values() for held in one.stands}
        return changed_ones, rested_on - self._index.kinship(rested_on).keys()

    def _sent_today(self, one: Subscription) -> int:
        if one.schedule.at_most is None:
            return 0  # nobody counts
        return self._store.told_since(one.id, day_began(one.schedule, self._now()))


def next_slice(now: int, took_s: float) -> int:
    """How many changes to take next, after so many took so long: fewer where that was too long, more again where it was not half of what may be."""
    if took_s > SLICE_TAKES.total_seconds():
        return max(1, now // 2)
    return min(SLICE, 2 * now) if 2 * took_s < SLICE_TAKES.total_seconds() else now


def telling_job(
    index: Newspaper, subscriptions: Subscriptions, matching: Matching, background: Background, now: Callable[[], datetime]
) -> Job:
    """The job, for the timetable."""
    telling = Telling(index, subscriptions, matching, now, lambda: background.stopping)
    return Job(SUBSCRIPTIONS, EVERY.total_seconds(), telling.run)
