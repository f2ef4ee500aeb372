"""When the answer to a followed question is another one. In: what stood, and an answer. Out: what stands now, and the change to tell, if any. Pure.

What is *told* and what *stands* are kept apart, so that a digest tells the difference between the two, however often it went back and forth.

- Wording never counts: figures are compared by their number, names by their words (``same``). A value keeps the quote it was first told with.
- A value changes backing when people who were named stand behind it no more, and others do.
- Old news is no news: a value first said before the newest of what stands does not replace it.
- A value that is missing from an answer still stands as long as its article says it: a search finds now this, now that. It goes when a newer one
  takes its place, or when nobody says it any more, and then that is told. What another outlet said within ``BESIDE`` stands beside the new one.
- Flapping is damped: a value that stood before is believed again only if an article says it that is newer than what took its place, and
  then only once two independent reports say so, or all the coverage does when it has been doubted for ``DOUBTED``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.updates.report import Change, Quoted, Value
from index import Answer, Citation, ShortAnswer, Status

DOUBTED = timedelta(hours=6)
"""How long one report alone must have brought a former value back: longer than outlets take to copy or correct a slip."""
BESIDE = timedelta(hours=12)
"""Reports this close are of one state of affairs."""
MOST_PAST = 20
"""Former values that are remembered."""
ABOUT = 0.05
"""Two figures of which one is rounded ("about 300") are the same if they differ by no more than this share."""
A_SENTENCE = 8
"""Of two texts with more words, each is a clause or a quote: that another one was picked is a matter of wording."""

_WORD = re.compile(r"[^\W_]+")
_ROUNDED = re.compile(r"\b(?:about|around|some|nearly|almost|roughly|approximately|estimated|close to|as many as)\b|~", re.IGNORECASE)
_SMALL = frozenset(["the", "a", "an", "of", "in", "on", "at", "to", "and", "for", "by", "mr", "mrs", "ms", "dr", "president", "minister"])


@dataclass(frozen=True, slots=True)
class Held:
    """A value, and where it is said."""

    value: Value
    article_id: str
    start: int
    end: int
    revision: int
    newest: datetime | None
    """When the newest report of it was published; None if none is dated."""
    reports: int = 1
    """Independent reports of it."""


@dataclass(frozen=True, slots=True)
class Former:
    """A value that stood."""

    value: Value
    replaced_by: datetime | None
    """The newest report of what took its place."""
    back_since: datetime | None = None
    """When it was found to be the answer again, and not believed yet."""

    def lasts(self, now: datetime) -> bool:
        """Whether it was doubted long enough to ask all the coverage."""
        return self.back_since is not None and now - self.back_since >= DOUBTED


@dataclass(frozen=True, slots=True)
class Followed:
    """What is kept of a followed question."""

    told: tuple[Value, ...]
    stands: tuple[Held, ...]
    former: tuple[Former, ...] = ()
    changes: int = 0
    """How many were told."""

    @property
    def newest(self) -> datetime | None:
        """When the newest report of what stands was published."""
        return max((one.newest for one in self.stands if one.newest is not None), default=None)


def values_of(answer: Answer, *, figures_only: bool) -> tuple[Held, ...]:
    """What an answer comes to: its sides where they contradict each other in earnest, else the best supported one. Empty if it is not covered.

    Whoever speaks in a report is on one side: what else they say are parts of a whole, "62 dead, three of them in San Luis". figures_only: of a
    question that only a quantity answers, nothing else counts. Of any other, a first quote without a short answer does.
    """
    cited = {one.number: one for one in answer.citations}
    if not answer.short:
        return () if figures_only else tuple(_quoted_alone(one) for one in answer.citations[:1])
    by_speaker: dict[tuple[object, str | None], Held] = {}
    for one in answer.short if answer.status is Status.CONFLICT else answer.short[:1]:
        first = cited[one.citations[0]]
        if one.value is not None or not figures_only:
            speaker = (first.report or first.article_id, one.attribution)
            by_speaker.setdefault(speaker, _held(one, [cited[number] for number in one.citations]))
    return tuple(by_speaker.values())


def begun(found: Sequence[Held]) -> Followed:
    """A question of which nothing is kept yet: what is answered now is no news to whoever asks."""
    return Followed(tuple(one.value for one in found), tuple(found))


def follow(kept: Followed, found: Sequence[Held], gone: Collection[Held], now: datetime) -> Followed:
    """What stands after another answer: of all the coverage, if a doubt lasts. gone: those of ``kept.stands`` that their articles say no more."""
    standing = [one for one in kept.stands if one not in gone]
    renewed = [_renewed(one, found) for one in standing]
    fresh, former = _believed(kept, found, standing, now)
    if not fresh:
        return replace(kept, stands=tuple(renewed), former=former)
    newest = max((one.newest for one in fresh if one.newest is not None), default=None)
    asserted = [one for one in renewed if any(same(one.value, other.value) for other in found) or _is_beside(one, fresh)]
    replaced = [Former(one.value, newest) for one in renewed if one not in asserted]
    stands = _in_order_of(found, [*fresh, *asserted])
    back = [one for one in former if not any(same(one.value, other.value) for other in stands)]
    return replace(kept, stands=tuple(stands), former=(*back, *replaced)[-MOST_PAST:])


def change(kept: Followed, question: str) -> Change | None:
    """What there is to tell; None if what stands is what was told."""
    now = tuple(one.value for one in kept.stands)
    told = kept.told
    if len(now) == len(told) and all(any(same(one, other) and not _other_backing(one, other) for other in told) for one in now):
        return None
    return Change(question, told, now)


def told(kept: Followed) -> Followed:
    """The same, when what stands was told."""
    return replace(kept, told=tuple(one.value for one in kept.stands), changes=kept.changes + 1)


def same(one: Value, other: Value) -> bool:
    """Whether they say the same, however they are worded."""
    if one.value is not None and other.value is not None:
        if one.value == other.value:
            return True
        rounded = any(_ROUNDED.search(each.text) for each in (one, other))
        return rounded and abs(one.value - other.value) <= ABOUT * max(abs(one.value), abs(other.value))
    if min(len(one.text.split()), len(other.text.split())) > A_SENTENCE:
        return True
    first, second = _words(one.text), _words(other.text)
    figures = [{word for word in words if word[0].isdigit()} for words in (first, second)]
    if all(figures) and not (figures[0] <= figures[1] or figures[1] <= figures[0]):
        return False
    return bool(first & second) or one.text.casefold() == other.text.casefold()


def _believed(kept: Followed, found: Sequence[Held], standing: Sequence[Held], now: datetime) -> tuple[list[Held], tuple[Former, ...]]:
    """What of an answer is new and counts, and what is remembered of former values."""
    newest = max((one.newest for one in standing if one.newest is not None), default=None)
    fresh, former = [], list(kept.former)
    for one in found:
        if any(same(one.value, other.value) for other in standing) or _is_older(one.newest, newest):
            continue
        place = next((i for i, past in enumerate(former) if same(past.value, one.value)), None)
        if place is None or not standing:
            fresh.append(one)
            continue
        past = former[place]
        if _is_older(one.newest, past.replaced_by) or one.newest == past.replaced_by:
            continue
        if one.reports > 1 or past.lasts(now):
            fresh.append(one)
        elif past.back_since is None:
            former[place] = replace(past, back_since=now)
    # A doubt that lasted is decided by now, either way: the next report of it is doubted anew.
    return fresh, tuple(replace(one, back_since=None) if one.lasts(now) else one for one in former)


def _is_beside(one: Held, fresh: Sequence[Held]) -> bool:
    """Whether another outlet said it at about the time of what is new: then the two disagree, and neither takes the other's place."""
    return all(
        other.newest is not None
        and one.newest is not None
        and other.newest - one.newest < BESIDE
        and other.value.quote.source != one.value.quote.source
        for other in fresh
    )


def _is_older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _renewed(one: Held, found: Sequence[Held]) -> Held:
    """With a newer date where it was said again, and with other people behind it where those changed; its quote stays the same otherwise."""
    again = next((other for other in found if same(one.value, other.value)), None)
    if again is None:
        return one
    if _other_backing(again.value, one.value) and not _is_older(again.newest, one.newest):
        return again
    return replace(one, newest=max((each for each in (one.newest, again.newest) if each is not None), default=None))


def _other_backing(one: Value, other: Value) -> bool:
    """Whether people are named behind each, and nobody behind both."""
    first, second = _named(one), _named(other)
    return bool(first and second) and not any(_words(name) & _words(another) for name in first for another in second)


def _named(value: Value) -> tuple[str, ...]:
    """Who says it, unless that is only the outlet."""
    return () if value.quote.source in value.who else value.who


def _in_order_of(found: Sequence[Held], stands: Sequence[Held]) -> list[Held]:
    def place(one: Held) -> int:
        return next((i for i, other in enumerate(found) if same(one.value, other.value)), len(found))

    return sorted(stands, key=place)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _SMALL


def _held(short: ShortAnswer, cited: Sequence[Citation]) -> Held:
    first = cited[0]
    who = (short.attribution,) if short.attribution else _outlets(cited)
    value = Value(short.text, short.value, who, _quoted(first))
    return Held(value, first.article_id, first.start, first.end, first.revision, short.newest or first.published_at, short.reports)


def _quoted_alone(first: Citation) -> Held:
    value = Value(first.quote, None, _outlets([first]), _quoted(first))
    return Held(value, first.article_id, first.start, first.end, first.revision, first.published_at)


def _outlets(cited: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.source for one in cited if one.source))


def _quoted(citation: Citation) -> Quoted:
    return Quoted(citation.quote, citation.source, citation.published_at, citation.link)
