"""Followed questions asked again. In: hits, what was kept of each. Out: what is kept now, and the changes to tell. Blocking: it asks the coverage.

A question is asked again when new sentences may bear on it, when an article it rests on changed or went, or when a doubt has lasted long enough.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from bot.updates.followed import Followed, Held, begun, change, follow, told, values_of
from bot.updates.followed_json import from_json, to_json
from bot.updates.newspaper import Newspaper
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.report import Change
from bot.updates.schedule import when
from bot.updates.subscription import Cadence, Subscription
from index import Filters, QuoteState, StoppedError, StorageError

_log = logging.getLogger(__name__)

MOST_BEGUN = 50
"""Questions asked for the first time in one run, a tenth of a second each: what changed meanwhile is not to wait for thousands of them."""
SURE = 0.5
"""The least confidence of an answer that is news: who did not ask is written to only if it is more likely right than not."""
_REFERENCE_BYTES = 4


@dataclass(slots=True)
class Answers:
    """What follows from changes for those who follow questions."""

    seen: dict[int, str] = field(default_factory=dict)
    """What was kept of the questions in hand."""
    answered: dict[int, str] = field(default_factory=dict)
    """What is to be kept now, of those where it is something else."""
    updates: list[NewUpdate] = field(default_factory=list)


@dataclass(slots=True)
class Questions:
    """Followed questions. For one thread at a time."""

    index: Newspaper
    stopping: Callable[[], bool]
    _read: dict[int, tuple[str, Followed]] = field(default_factory=dict)

    def know(self, kept: Mapping[int, str]) -> dict[int, Followed]:
        """What is kept, read; what was read before and is the same is not read again."""
        self._read = {
            number: known if (known := self._read.get(number)) is not None and known[0] == text else (text, from_json(text))
            for number, text in kept.items()
        }
        return {number: followed for number, (_, followed) in self._read.items()}

    def begin(self, followers: Iterable[Subscription]) -> dict[int, str]:
        """What is to be kept of some of those of which nothing is: their answers now, which are told to nobody."""
        answers: dict[str, str] = {}
        made = {}
        for one in followers:
            question = one.wish.words
            if question not in answers:
                if len(answers) == MOST_BEGUN or self.stopping():
                    break
                found = self._values(question)
                if found is None:
                    continue
                answers[question] = to_json(begun(found))
            made[one.id] = answers[question]
        return made

    def again(
        self,
        followers: Iterable[Subscription],
        kept: Mapping[int, Followed],
        bearing: Mapping[int, Collection[str]],
        shaken: Collection[int],
        now: datetime,
    ) -> dict[int, Followed]:
        """What stands now of the questions that are to be asked again; each is asked once, whoever follows it.

        bearing: the articles with news for a question, which are asked alone: what is new in them must not have to be what most others say.
        shaken: those of which something that stood may stand no more, which the whole coverage is asked.
        """
        answers: dict[tuple[str, frozenset[str]], Sequence[Held] | None] = {}
        stands = cache(self._stands)  # thousands may follow one question
        standing = {}
        for one in followers:
            if one.id not in kept or (one.id not in bearing and one.id not in shaken):
                continue
            asked = (one.wish.words, frozenset[str]() if one.id in shaken else frozenset(bearing[one.id]))
            if asked not in answers:
                if self.stopping():
                    raise StoppedError("The bot is stopping.")
                answers[asked] = self._values(*asked)
            found = answers[asked]
            if found is not None:
                gone = [held for held in kept[one.id].stands if not stands(held)]
                standing[one.id] = follow(kept[one.id], found, gone, now)
        return standing

    def _values(self, question: str, articles: Collection[str] = ()) -> tuple[Held, ...] | None:
        """What these articles say, or all. None for a question that makes trouble: it is logged and passed over."""
        try:
            answer = self.index.answer(question, Filters(articles=tuple(sorted(articles))))
            if articles and answer.confidence < SURE:
                return ()
            return values_of(answer, figures_only=self.index.asks_for_figure(question))
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - one question must not keep the others from being answered
            _log.exception("a followed question is passed over", extra={"reference": secrets.token_hex(_REFERENCE_BYTES)})
            return None

    def _stands(self, one: Held) -> bool:
        state = self.index.quote_state(one.article_id, one.start, one.end, one.value.quote.text).state
        return state in (QuoteState.CURRENT, QuoteState.MOVED)


def shaken(kept: Mapping[int, Followed], changed: Collection[str], gone: Collection[str], now: datetime) -> set[int]:
    """Which rest on articles that changed or went, or have a doubt that has lasted."""
    no_more = set(changed) | set(gone)
    return {
        number
        for number, one in kept.items()
        if any(held.article_id in no_more for held in one.stands) or any(former.lasts(now) for former in one.former)
    }


def tell_changes(
    followers: Iterable[Subscription],
    kept: Mapping[int, Followed],
    texts: Mapping[int, str],
    standing: Mapping[int, Followed],
    render: Callable[[Change, Subscription], tuple[str, ...]],
    sent_today: Callable[[Subscription], int],
    now: datetime,
) -> Answers:
    """What is to be kept and sent. What has to wait for a digest, or for the end of the quiet hours, is kept and stays untold.

    texts: what ``kept`` was read from.
    """
    made = Answers()
    for one in followers:
        before = kept.get(one.id)
        if before is None:
            continue
        after = standing.get(one.id, before)
        news = change(after, one.wish.words)
        if news is not None and one.schedule.cadence is Cadence.AT_ONCE and not when(one.schedule, now, sent_today(one)).in_digest:
            after = told(after)
            key = f"q{one.id}.{after.changes}"
            made.updates.append(NewUpdate(one.place, key, Body(render(news, one)), one.id))
        if after != before:
            made.seen[one.id] = texts[one.id]
            made.answered[one.id] = to_json(after)
    return made
