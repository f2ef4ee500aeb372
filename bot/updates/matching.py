"""Which articles are wanted, and by whom. In: articles that changed, what is subscribed to. Out: ``Hit``, and reports as they are shown.

One matrix product compares an article's sentences with every topic and question; the few that come near are read by the reranker, in context and
under the headline. Blocking; safe for several threads.
"""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.store.subscriptions import Match
from bot.updates.choosing import Choice, Page, chosen, opening
from bot.updates.followed import values_of
from bot.updates.newspaper import Newspaper
from bot.updates.report import Report, Value
from bot.updates.reports import quoted_span, report_of
from bot.updates.subscription import Subscription, Wanted, Wish
from bot.updates.thresholds import Thresholds, thresholds
from bot.updates.timeline import timeline
from bot.updates.wishes import Wishes
from index import Article, ArticleNotFoundError, Filters, NewsItem, StorageError, Vectors

_log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
LOOKED_THROUGH = 300
"""The newest articles, or the nearest sentences, that a preview is made from: as much as is read in a second."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_REFERENCE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that is wanted."""

    wish: Wish
    subscriptions: tuple[Subscription, ...]
    """Whoever has this wish."""
    page: Page
    choice: Choice


class Matching:
    """See the module. One per process."""

    def __init__(self, index: Newspaper) -> None:
        self._index = index
        models = index.fingerprints
        self._least = {kind: thresholds(kind, models["reranker"], models["encoder"]) for kind in (Wanted.TOPIC, Wanted.QUESTION)}

    # What is new

    def hits(self, items: Iterable[NewsItem], wishes: Wishes) -> list[Hit]:
        """Who wants what of these. An article or wish that makes trouble is logged and passed over: it must not be the end of all others."""
        plain: list[Hit] = []
        near: list[Hit] = []
        floors = np.array([self._least[wish.wanted].cosine for wish, _ in wishes.meant], dtype=np.float32)
        for item in items:
            try:
                page = Page(item.article, item.sentences, item.added, item.at)
                if item.is_new:
                    plain += _wanted_as_such(page, wishes)
                near += _near(page, item.vectors, wishes, floors)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001 - one article must not keep the others from being told
                _pass_over("article", item.article.id)
        return [*plain, *self._confirmed(near)]

    def _confirmed(self, near: Sequence[Hit]) -> Iterator[Hit]:
        by_wish: defaultdict[Wish, list[Hit]] = defaultdict(list)
        for hit in near:
            by_wish[hit.wish].append(hit)
        for wish, some in by_wish.items():
            try:
                yield from self._read(wish, some)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001 - nor one wish
                _pass_over("subscription", str([one.id for one in some[0].subscriptions[:5]]))

    def _read(self, wish: Wish, some: Sequence[Hit]) -> list[Hit]:
        least = self._least[wish.wanted]
        scores = self._index.relevance(wish.words, [hit.page.in_context(hit.choice.best) for hit in some])
        if scores is None:
            return [hit for hit in some if hit.choice.score >= least.cosine_alone]
        return [hit for hit, score in zip(some, scores, strict=True) if score >= least.score]

    # What it looks like

    def reports(self, found: Sequence[Match]) -> list[Report]:
        """What was kept of matches, as it stands now. What is withdrawn, or was changed and says that no more, is left out."""
        standing = [(one, article) for one in found if (article := self._article(one.article_id)) is not None]
        carriers = self.carriers(article for _, article in standing)
        made = []
        for one, article in standing:
            quote = self._index.said(one.article_id, one.start, one.end, revision=one.revision)
            span = self._index.quote_state(one.article_id, one.start, one.end, quote).span if quote else None
            if span is not None:
                made.append(report_of(article, [span], carriers.get(article.report, ()), one.report))
        return made

    def report(self, hit: Hit, carriers: Mapping[int, Sequence[Article]], key: str | None = None) -> Report:
        """A hit, as it is shown. carriers: from ``carriers``."""
        article = hit.page.article
        return report_of(article, [quoted_span(hit.page, hit.choice)], carriers.get(article.report, ()), key)

    def carriers(self, articles: Iterable[Article]) -> Mapping[int, Sequence[Article]]:
        """Who carries the reports of these, where several do."""
        return self._index.copies({one.report for one in articles})

    def preview(self, wish: Wish, since: datetime, *, limit: int = 20) -> list[Report]:
        """What it would have sent of what was published since then, newest first; of a question, what answers it now."""
        hits = self._past(wish, since)[:limit]
        carriers = self.carriers(hit.page.article for hit in hits)
        return [self.report(hit, carriers) for hit in hits]

    def a_week(self, wish: Wish) -> int:
        """How many reports it would have matched in the coverage's last seven days; of many, at least so many."""
        newest = next((one.published_at for one in self._index.latest(1)), None)
        return 0 if newest is None else len(self._past(wish, newest - WEEK))

    # Questions

    def values(self, question: str) -> tuple[Value, ...]:
        """What the question is answered now; empty if that is not covered."""
        return tuple(one.value for one in values_of(self._index.answer(question), figures_only=self._index.asks_for_figure(question)))

    def timeline(self, question: str) -> list[tuple[datetime | None, tuple[Value, ...]]]:
        """What it was answered first, each change, and now; oldest first."""
        return timeline(self._index, question)

    def _past(self, wish: Wish, since: datetime) -> list[Hit]:
        """One for each report, newest first."""
        by_report: dict[int, Hit] = {}
        for hit in self._past_hits(wish, since):
            by_report.setdefault(hit.page.article.report, hit)
        return sorted(by_report.values(), key=lambda hit: _published(hit.page.article), reverse=True)

    def _past_hits(self, wish: Wish, since: datetime) -> list[Hit]:
        if wish.wanted in (Wanted.EVERYTHING, Wanted.SOURCE):
            recent = (one for one in self._index.latest(LOOKED_THROUGH) if one.published_at is not None and one.published_at >= since)
            pages = map(self._page, recent)
            return [Hit(wish, (), page, choice) for page in pages if (choice := opening(wish, page)) is not None]
        articles: dict[str, Article] = {}
        cosines: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for one in self._index.near(wish.words, LOOKED_THROUGH, Filters(since=since)):
            articles[one.article.id] = one.article
            cosines[one.article.id][one.span.start] = one.cosine
        least = self._least[wish.wanted]
        near = [hit for name, one in articles.items() if (hit := _hit(wish, self._page(one), cosines[name], least)) is not None]
        return self._read(wish, near) if near else []

    def _page(self, article: Article) -> Page:
        sentences = tuple(self._index.sentences(article))
        return Page(article, sentences, (True,) * len(sentences), article.published_at or _LONG_AGO)

    def _article(self, article_id: str) -> Article | None:
        try:
            return self._index.article(article_id)
        except ArticleNotFoundError:
            return None


def _wanted_as_such(page: Page, wishes: Wishes) -> Iterator[Hit]:
    for wish, subscriptions in wishes.plain.items():
        if (choice := opening(wish, page)) is not None:
            yield Hit(wish, subscriptions, page, choice)


def _near(page: Page, vectors: Vectors, wishes: Wishes, floors: NDArray[np.float32]) -> Iterator[Hit]:
    if not wishes.meant or not any(page.added):
        return
    cosines = wishes.vectors @ vectors.T
    best = np.where(np.array(page.added), cosines, np.float32(-1)).max(axis=1)
    for place in np.flatnonzero(best >= floors):
        wish, subscriptions = wishes.meant[place]
        if (choice := chosen(wish, page, cosines[place], float(floors[place]))) is not None:
            yield Hit(wish, subscriptions, page, choice)


def _hit(wish: Wish, page: Page, cosines: Mapping[int, float], least: Thresholds) -> Hit | None:
    """cosines: of those sentences that were found, by where they start."""
    known = np.array([cosines.get(span.start, -1.0) for span in page.sentences], dtype=np.float32)
    choice = chosen(wish, page, known, least.cosine)
    return None if choice is None else Hit(wish, (), page, choice)


def _published(article: Article) -> float:
    return article.published_at.timestamp() if article.published_at is not None else 0.0


def _pass_over(what: str, which: str) -> None:
    """To be called while an exception is handled."""
    _log.exception("the %s %s is passed over", what, which, extra={"reference": secrets.token_hex(_REFERENCE_BYTES)})
