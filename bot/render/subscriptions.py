"""Subscriptions as their people see them. In: subscriptions, and the names of chats. Out: HTML texts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.language import Language
from bot.render.cut_off import why
from bot.render.digest import gathered
from bot.render.evidence import MAX_NAME_UNITS
from bot.render.html import Html, bold, code, escape, italic
from bot.render.plain import plain
from bot.render.schedule_choices import cadence_name
from bot.render.text import tidy
from bot.updates.report import Report
from bot.updates.subscription import Cadence, Schedule, State, Subscription, Wanted, Wish

MAX_WORDS_UNITS = 220
MAX_LISTED_UNITS = 60
"""Forty lines of a list with all around them fit one message."""
MAX_UNSURE = 10
"""The latest, of those that are shown by how they begin."""


def wish_line(wish: Wish, words: Language, max_units: int = MAX_WORDS_UNITS) -> str:
    """ "Topic: al-Bab casualties · with soldiers · without football"."""
    said = tidy(wish.words, max_units) or "…"
    what = {
        Wanted.EVERYTHING: words.gettext("Everything"),
        Wanted.SOURCE: words.gettext("All of {outlet}").format(outlet=said),
        Wanted.TOPIC: words.gettext("Topic: {topic}").format(topic=said),
        Wanted.QUESTION: words.gettext("Question: {question}").format(question=said),
    }[wish.wanted]
    parts = [what]
    if must := tidy(", ".join(wish.must), max_units):
        parts.append(words.gettext("with {words}").format(words=must))
    if must_not := tidy(", ".join(wish.must_not), max_units):
        parts.append(words.gettext("without {words}").format(words=must_not))
    return " · ".join(parts)


def schedule_line(schedule: Schedule, words: Language) -> str:
    """ "daily at 07:30 · Europe/Istanbul"; what the cadence leaves open is not mentioned."""
    parts = [cadence_name(schedule.cadence, words)]
    names_times = False
    if schedule.cadence in (Cadence.DAILY, Cadence.WEEKLY):
        at = words.clock(schedule.at)
        names_times = True
        if schedule.cadence is Cadence.DAILY:
            parts = [words.gettext("daily at {time}").format(time=at)]
        else:
            parts = [words.gettext("weekly, {day} at {time}").format(day=words.weekday(schedule.weekday), time=at)]
    if schedule.cadence is Cadence.AT_ONCE and schedule.at_most is not None:
        parts.append(words.gettext("at most {n} a day").format(n=words.number(schedule.at_most)))
    if schedule.quiet_from is not None and schedule.quiet_to is not None:
        names_times = True
        parts.append(
            words.gettext("quiet {begin}–{end}").format(begin=words.clock(schedule.quiet_from), end=words.clock(schedule.quiet_to))
        )
    return " · ".join([*parts, *([schedule.zone] if names_times else [])])


def card(subscription: Subscription, words: Language, *, title: str | None, is_new: bool = False) -> Html:
    """One subscription. title: of the chat it is sent to, where that is another one than it is shown in."""
    lines = [bold(escape(words.gettext("Subscribed.")))] if is_new else []
    lines.append(bold(escape(wish_line(subscription.wish, words))))
    lines.append(escape(words.gettext("When: {times}").format(times=schedule_line(subscription.schedule, words))))
    if title is not None:
        lines.append(escape(words.gettext("Where: {chat}").format(chat=tidy(title, MAX_NAME_UNITS) or "…")))
    if (state := _state(subscription, title, words)) is not None:
        lines.append(italic(escape(state)))
    return Html("\n".join(lines))


def listed(
    subscriptions: Sequence[Subscription], titles: Sequence[str | None], words: Language, *, unsure: Collection[int] = frozenset()
) -> Html:
    """A line each, numbered as their buttons are. titles: as for ``card``. unsure: those of which an update may not have arrived."""
    if not subscriptions:
        how = words.gettext("Write what interests you after the command: /subscribe al-Bab casualties")
        return Html(f"{escape(words.gettext('There are no subscriptions here.'))}\n{escape(how)}")
    lines = [bold(escape(words.gettext("Subscriptions")))]
    for number, (one, title) in enumerate(zip(subscriptions, titles, strict=True), start=1):
        parts = [wish_line(one.wish, words, MAX_LISTED_UNITS)]
        if title is not None:
            parts.append(tidy(title, MAX_LISTED_UNITS) or "…")
        if one.state is not State.ACTIVE:
            parts.append(words.gettext("paused") if one.state is State.PAUSED else words.gettext("cut off"))
        if one.id in unsure:
            parts.append(words.gettext("not sure that all arrived"))
        lines.append(escape(f"{words.number(number)}. {' · '.join(parts)}"))
    return Html("\n".join(lines))


def explanation(words: Language, *, title: str | None, prefix: str = "") -> Html:
    """What can be subscribed to, and how, with examples that a tap copies. prefix: what names the chat, for the examples."""
    head = words.gettext("Tell me what interests you, and I write when there is news of it.")
    if title is not None:
        head = words.gettext("Tell me what interests you, and I write to {chat} when there is news of it.").format(
            chat=tidy(title, MAX_NAME_UNITS) or "…"
        )
    how = words.gettext("Tap a button, or write it after the command, like one of these:")
    examples = (
        "al-Bab casualties",
        "how many soldiers died?",
        "al-Bab +soldiers -football",
        "al-Bab, daily at 07:30 Europe/Istanbul",
        "al-Bab, quiet 22-7, at most 4 a day",
    )
    lines = [code(escape(f"/subscribe {prefix}{example}")) for example in examples]
    return Html("\n".join([bold(escape(head)), escape(how), "", *lines]))


def too_much(wish: Wish, a_week: int, words: Language) -> Html:
    """That a wish finds a great deal, before it is kept."""
    much = words.ngettext(
        "That is a lot: there was {n} report for it in the last seven days of the coverage.",
        "That is a lot: there were {n} reports for it in the last seven days of the coverage.",
        a_week,
    ).format(n=words.number(a_week))
    how = words.gettext("Words narrow it: +soldiers must stand in it, -football must not. Or take it as one digest a day.")
    return Html(f"{bold(escape(wish_line(wish, words)))}\n{escape(much)}\n{escape(how)}")


def how_to_word(subscription: Subscription, words: Language) -> Html:
    """How the words that must or must not be there are changed, and the times that no button has; a tap copies each."""
    how = words.gettext("Write which words must stand in it, and which must not; or times of your own:")
    examples = ("+soldiers -football", "daily at 07:30 Europe/Istanbul", "quiet 23-6, at most 5 a day")
    lines = [code(escape(f"/subscriptions {subscription.id} {example}")) for example in examples]
    clear = words.gettext("A single + takes all such words away.")
    return Html("\n".join([bold(escape(wish_line(subscription.wish, words))), escape(how), "", *lines, "", escape(clear)]))


def preview(subscription: Subscription, found: Sequence[Report], since: datetime, words: Language) -> Html:
    """What would have been sent, in one message."""
    head = bold(escape(wish_line(subscription.wish, words)))
    if not found:
        return Html(f"{head}\n{escape(words.gettext('Since {day} nothing would have been sent.').format(day=words.day(since)))}")
    would = words.ngettext("Since {day} {n} report would have been sent:", "Since {day} {n} reports would have been sent:", len(found))
    lines = Html(f"{head}\n{escape(would.format(day=words.day(since), n=words.number(len(found))))}")
    return gathered(lines, [[one] for one in found], [], words)


def whether_to_delete(subscription: Subscription, words: Language) -> Html:
    """Asked once."""
    return Html(f"{bold(escape(wish_line(subscription.wish, words)))}\n{escape(words.gettext('Delete this subscription?'))}")


def whether_arrived(subscription: Subscription, texts: Sequence[Html], words: Language) -> Html:
    """The updates of which nobody knows, with how they begin. texts: the first message of each."""
    count = words.ngettext(
        "Of {n} update it is not known whether it arrived: the connection broke, or I was stopped, while it was on its way.",
        "Of {n} updates it is not known whether they arrived: the connection broke, or I was stopped, while they were on their way.",
        len(texts),
    ).format(n=words.number(len(texts)))
    lines = [f"· {tidy(plain(one), MAX_LISTED_UNITS) or '…'}" for one in texts[-MAX_UNSURE:]]
    how = words.gettext("I send nothing a second time by myself. If you do not find it there, have it sent again.")
    return Html("\n".join([bold(escape(wish_line(subscription.wish, words))), escape(count), *map(escape, lines), escape(how)]))


def added_to_channel(title: str | None, name: str, words: Language, *, may_post: bool) -> Html:
    """What whoever added the bot to a channel has to do. name: ``@name`` or number."""
    head = words.gettext("I am in the channel {chat} now.").format(chat=tidy(title, MAX_NAME_UNITS) or name)
    lines = [escape(head)]
    if not may_post:
        lines.append(escape(words.gettext("But I may not post there: give me the right to post messages first.")))
    lines.append(escape(words.gettext("To have me post news there, write to me here:")))
    lines.append(code(escape(f"/subscribe {name} al-Bab casualties")))
    lines.append(escape(words.gettext("With the name of the channel alone I show what else there is:")))
    lines.append(code(escape(f"/subscribe {name}")))
    return Html("\n".join(lines))


def _state(subscription: Subscription, title: str | None, words: Language) -> str | None:
    if subscription.state is State.PAUSED:
        return words.gettext("Paused.")
    if subscription.state is State.CUT_OFF:
        return why(subscription.reason or "", title or words.gettext("this chat"), words)
    return None
