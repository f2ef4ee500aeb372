"""Which articles are wanted, and by whom. In: articles that changed, what is subscribed to. Out: ``Hit``, and reports as they are shown.

One matrix product compares an article's sentences with every topic and question; of those that come near, the few that have words of the wish around
them, or come very near, are read by the reranker, in context and under the headline. Blocking; safe for several threads.
"""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.store.subscriptions import Match
from bot.updates.choosing import Choice, Page, chosen, opening, share_said
from bot.updates.followed import values_of
from bot.updates.newspaper import Newspaper
from bot.updates.report import Report, Value
from bot.updates.reports import quoted_span, report_of
from bot.updates.subscription import Subscription, Wanted, Wish
from bot.updates.thresholds import thresholds
from bot.updates.timeline import timeline
from bot.updates.wishes import Wishes
from index import Article, ArticleNotFoundError, Filters, NewsItem, StoppedError, StorageError, Vectors

_log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
LOOKED_THROUGH = 300
"""The newest articles, or the nearest sentences, that a preview is made from: as much as is read in a second."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_REFERENCE_BYTES = 4
_KNOWN_TEXTS = 50_000
"""Wishes, and what is around sentences, of which the words are kept: more than ten thousand wishes and a slice of articles."""


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
        self._terms = lru_cache(_KNOWN_TEXTS)(index.terms)
        models = index.fingerprints
        self._least = {kind: thresholds(kind, models["reranker"], models["encoder"]) for kind in (Wanted.TOPIC, Wanted.QUESTION)}

    # What is new

    def hits(self, items: Iterable[NewsItem], wishes: Wishes, stopping: Callable[[], bool] = lambda: False) -> list[Hit]:
        """Who wants what of these. An article or wish that makes trouble is logged and passed over: it must not be the end of all others.

        stopping: asked before each reading. Raises StoppedError if it says so.
        """
        plain: list[Hit] = []
        near: list[Hit] = []
        floors = np.array([self._least[wish.wanted].cosine for wish, _ in wishes.meant], dtype=np.float32)
        for item in items:
            try:
                page = Page(item.article, item.sentences, item.added, item.at)
                if item.is_new:
                    plain += _wanted_as_such(page, wishes)
                near += self._near(page, item.vectors, wishes, floors)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001 - one article must not keep the others from being told
                _pass_over("article", item.article.id)
        return [*plain, *self._confirmed(near, stopping)]

    def _near(self, page: Page, vectors: Vectors, wishes: Wishes, floors: NDArray[np.float32]) -> Iterator[Hit]:
        if not wishes.meant or not any(page.added):
            return
        cosines = wishes.vectors @ vectors.T
        best = np.where(np.array(page.added), cosines, np.float32(-1)).max(axis=1)
        for place in np.flatnonzero(best >= floors):
            wish, subscriptions = wishes.meant[place]
            if (hit := self._hit(wish, subscriptions, page, cosines[place])) is not None:
                yield hit

    def _hit(self, wish: Wish, subscriptions: tuple[Subscription, ...], page: Page, cosines: NDArray[np.float32]) -> Hit | None:
        """What of a page is worth reading for a wish, if anything is."""
        least = self._least[wish.wanted]
        choice = chosen(wish, page, cosines, least.cosine)
        if choice is None:
            return None
        share = share_said(self._terms(wish.words), self._terms(page.in_context(choice.best)))
        return Hit(wish, subscriptions, page, choice) if choice.score + least.words * share >= least.promise else None

    def _confirmed(self, near: Sequence[Hit], stopping: Callable[[], bool]) -> Iterator[Hit]:
        by_words: defaultdict[str, list[Hit]] = defaultdict(list)
        for hit in near:
            by_words[hit.wish.words].append(hit)
        for words, some in by_words.items():
            if stopping():
                raise StoppedError("The bot is stopping.")
            try:
                yield from self._read(words, some)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001 - nor one wish
                _pass_over("subscription", str([one.id for one in some[0].subscriptions[:5]]))

    def _read(self, words: str, some: Sequence[Hit]) -> list[Hit]:
        """Those that are wanted. some: of wishes in these words, whatever else they ask for: what is the same is read once."""
        texts = [hit.page.in_context(hit.choice.best) for hit in some]
        different = list(dict.fromkeys(texts))
        scores = self._index.relevance(words, different)
        if scores is None:
            return [hit for hit in some if hit.choice.score >= self._least[hit.wish.wanted].cosine_alone]
        score_of = dict(zip(different, scores, strict=True))
        return [hit for hit, text in zip(some, texts, strict=True) if score_of[text] >= self._least[hit.wish.wanted].score]

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
        found = [(self._page(one), cosines[name]) for name, one in articles.items()]
        near = [hit for page, known in found if (hit := self._hit(wish, (), page, _known(page, known))) is not None]
        return self._read(wish.words, near) if near else []

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


def _known(page: Page, cosines: Mapping[int, float]) -> NDArray[np.float32]:
    """Of each sentence. cosines: of those that were found, by where they start."""
    return np.array([cosines.get(span.start, -1.0) for span in page.sentences], dtype=np.float32)


def _published(article: Article) -> float:
    return article.published_at.timestamp() if article.published_at is not None else 0.0


def _pass_over(what: str, which: str) -> None:
    """To be called while an exception is handled."""
    _log.exception("the %s %s is passed over", what, which, extra={"reference": secrets.token_hex(_REFERENCE_BYTES)})
