"""How the coverage and the program are, and what was asked. In: measurements, and the language. Out: lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.language import Language
from bot.render.admin import short
from bot.store.usage import Count, Used
from bot.updates.jobs import JobState
from bot.updates.outgoing import Sending
from index import Feed, Stats

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Status:
    """What ``/status`` shows."""

    stats: Stats
    feeds: Sequence[Feed]
    jobs: Mapping[str, JobState]
    rebuilt_share: float | None
    """How far a rebuild is, 0..1; None if none goes on."""
    posts_waiting: int
    memory_bytes: int
    errors: Sequence[tuple[datetime, str]]
    outbox: Mapping[Sending, int] = field(default_factory=dict)
    """How many updates are in each state."""


def status(found: Status, words: Language) -> list[str]:
    """A line for each thing there is to know, most important first."""
    stats = found.stats
    said = [
        words.gettext("{articles} articles, {sentences} sentences, {sources} sources").format(
            articles=words.number(stats.articles), sentences=words.number(stats.sentences), sources=words.number(stats.sources)
        ),
        words.gettext("Newest article {newest}; last change {changed}").format(
            newest=words.day(stats.newest_published), changed=_minute(stats.last_change, words)
        ),
        words.gettext("Index {generation}, {size} MB; database {database} MB").format(
            generation=stats.generation or "–",
            size=words.number(round(stats.index_bytes / _MEGABYTE, 1)),
            database=words.number(round((stats.database_bytes or 0) / _MEGABYTE, 1)),
        ),
        words.gettext("Memory {size} MB").format(size=words.number(round(found.memory_bytes / _MEGABYTE))),
    ]
    if stats.paused:
        said.append(words.gettext("Paused sources, not searched: {names}").format(names=", ".join(map(short, stats.paused))))
    if found.rebuilt_share is not None:
        said.append(words.gettext("The index is being rebuilt: {percent} %").format(percent=words.number(int(found.rebuilt_share * 100))))
    troubled = sum(feed.state.last_error is not None and not feed.paused for feed in found.feeds)
    paused = sum(feed.paused for feed in found.feeds)
    said.append(
        words.gettext("Feeds: {count}, of them {troubled} in trouble and {paused} paused").format(
            count=words.number(len(found.feeds)), troubled=words.number(troubled), paused=words.number(paused)
        )
    )
    if found.posts_waiting:
        said.append(words.gettext("Posts that wait: {count}").format(count=words.number(found.posts_waiting)))
    if found.outbox:
        said.append(
            words.gettext(
                "Updates to subscribers: {waiting} waiting, {sent} sent, {unknown} of which that is not known, {dropped} not sent"
            ).format(
                waiting=words.number(found.outbox.get(Sending.WAITING, 0) + found.outbox.get(Sending.SENDING, 0)),
                sent=words.number(found.outbox.get(Sending.SENT, 0)),
                unknown=words.number(found.outbox.get(Sending.UNKNOWN, 0)),
                dropped=words.number(found.outbox.get(Sending.DROPPED, 0)),
            )
        )
    for name, job in found.jobs.items():
        state = words.gettext("at work") if job.at_work else short(job.last_error) if job.last_error else words.gettext("ok")
        said.append(
            words.gettext("Job {name}: {state}, last done {when}").format(name=name, state=state, when=_minute(job.last_end, words))
        )
    if found.errors:
        said.append(words.gettext("Last errors:"))
        said += [f"{words.minute(at)} {short(line)}" for at, line in reversed(found.errors)]
    return said


def usage(periods: Sequence[tuple[str, Count]], words: Language) -> list[str]:
    """What was asked in each period. periods: what each is called, with its counts."""
    said = []
    for name, count in periods:
        kinds = count.by_kind
        answered = kinds[Used.ANSWERED] + kinds[Used.CONFLICT]
        said.append(
            words.gettext(
                "{period}: {asked} asked, {answered} answered ({conflict} with reports that differ), {refused} not covered, {other} no questions, "
                "{failed} failed"
            ).format(
                period=name,
                asked=words.number(count.asked),
                answered=words.number(answered),
                conflict=words.number(kinds[Used.CONFLICT]),
                refused=words.number(kinds[Used.NOT_COVERED]),
                other=words.number(kinds[Used.REMARK]),
                failed=words.number(kinds[Used.FAILED]),
            )
        )
        if count.p50_ms is not None and count.p95_ms is not None:
            said.append(
                words.gettext("Half within {p50} ms, 95 of 100 within {p95} ms").format(
                    p50=words.number(count.p50_ms), p95=words.number(count.p95_ms)
                )
            )
        if kinds[Used.HELPFUL] or kinds[Used.UNHELPFUL]:
            said.append(
                words.gettext("Readers found {helpful} helpful and {unhelpful} not").format(
                    helpful=words.number(kinds[Used.HELPFUL]), unhelpful=words.number(kinds[Used.UNHELPFUL])
                )
            )
    return said


def _minute(moment: datetime | None, words: Language) -> str:
    return f"{words.minute(moment)} UTC" if moment else words.gettext("never")
