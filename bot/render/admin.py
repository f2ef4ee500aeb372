"""What admins are told of what they did. In: what came of it, and the language. Out: HTML pieces within Telegram's limits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.access import Reason
from bot.language import Language
from bot.render.html import Html, bold, escape, messages
from bot.render.text import tidy
from bot.store.admins import AdminGroup
from bot.store.audit import Act, Outcome
from bot.store.intake import SourceChannel
from index import AddedFeed, IngestReport, ReindexReport

MAX_REFUSALS = 10
"""Shown of one delivery."""
_MAX_UNITS = 200
"""Of a name, an address or a reason."""


def short(text: str | None, max_units: int = _MAX_UNITS) -> str:
    """Text from outside for a line of ours; a dash where nothing visible is left."""
    return tidy(text, max_units) or "–"


def lines(texts: Iterable[str]) -> list[Html]:
    """Lines as messages: plain text, escaped, as few as the limits allow."""
    return [Html(part.replace("\n\n", "\n")) for part in messages(escape(line) for line in texts)]


def refused(reason: Reason, user_id: int | None, words: Language) -> str:
    """Why somebody is not obeyed, and what they can do."""
    if reason is Reason.ELSEWHERE:
        return words.gettext("I take that from admins in private only, or in a group marked with /admingroup.")
    if reason is Reason.PASSED_ON:
        return words.gettext("I do not follow a command that was forwarded. Please type it yourself.")
    if reason is Reason.ANONYMOUS:
        return words.gettext(
            "I cannot tell who an anonymous administrator is. Please speak under your own name, or write to me in private."
        )
    return words.gettext("Only this bot's admins may do that. Whoever runs it can add you; your number is {number}.").format(number=user_id)


def taken_in(what: str, report: IngestReport, words: Language) -> list[str]:
    """A line on what came of a delivery, and one for each refusal and notice, up to some."""
    parts = [
        (report.new, words.ngettext("{n} new article", "{n} new articles", report.new)),
        (report.changed, words.ngettext("{n} changed", "{n} changed", report.changed)),
        (
            report.unchanged + report.duplicate,
            words.ngettext("{n} known already", "{n} known already", report.unchanged + report.duplicate),
        ),
        (len(report.refused), words.ngettext("{n} refused", "{n} refused", len(report.refused))),
    ]
    counts = ", ".join(text.format(n=words.number(number)) for number, text in parts if number)
    said = [f"{short(what)}: {counts or words.gettext('nothing in it')}."]
    said += [f"✗ {short(one.origin)}: {short(one.reason)}" for one in report.refused[:MAX_REFUSALS]]
    said += [f"! {short(one.origin)}: {short(one.what)}" for one in report.notices[:MAX_REFUSALS]]
    return said


def followed(added: AddedFeed, words: Language) -> list[str]:
    """What came of adding a feed."""
    name = short(added.feed.source or added.feed.title or added.feed.url)
    if not added.is_new:
        return [words.gettext("{name} is followed already: {address}").format(name=name, address=short(added.feed.url))]
    said = [
        words.gettext("Following {name}: {address} Its articles come in within a minute or so.").format(
            name=name, address=short(added.feed.url)
        )
    ]
    if added.others:
        said.append(words.gettext("The site also has: {addresses}").format(addresses=", ".join(map(short, added.others[:5]))))
    return said


def failed(what: str, reason: str) -> str:
    """One of several things that did not go well."""
    return f"✗ {short(what)}: {reason}" if what not in reason else f"✗ {reason}"


def rebuilding(share: float, words: Language) -> str:
    """How far a rebuild is. share: 0..1."""
    if share >= 1:
        return words.gettext("Rebuilding the index: writing it out. Questions are answered from the old one meanwhile.")
    return words.gettext("Rebuilding the index: {percent} %. Questions are answered from the old one meanwhile.").format(
        percent=words.number(int(share * 100))
    )


def rebuilt(report: ReindexReport, words: Language) -> str:
    """What a rebuild did."""
    return words.gettext(
        "The index is up to date: {sentences} sentences, {encoded} of them encoded now, in {seconds} s. Generation {name}."
    ).format(
        sentences=words.number(report.sentences),
        encoded=words.number(report.encoded),
        seconds=words.number(round(report.elapsed_s, 1)),
        name=report.generation,
    )


def not_rebuilt(reason: str, *, is_cancelled: bool, words: Language) -> str:
    """Why a rebuild came to nothing."""
    if is_cancelled:
        return words.gettext("The rebuild was stopped. The index that served before serves on.")
    return words.gettext("The rebuild failed: {reason} The index that served before serves on.").format(reason=reason)


def who(admins: Sequence[int], groups: Sequence[AdminGroup], words: Language) -> list[str]:
    """Who the admins are, and where they are obeyed."""
    said = [words.gettext("Admins, by number: {numbers}").format(numbers=", ".join(map(str, admins)))]
    if groups:
        said.append(words.gettext("They are obeyed in private, and in these groups:"))
        said += [f"• {short(group.title)} ({group.chat_id})" for group in groups]
    else:
        said.append(words.gettext("They are obeyed in private only; /admingroup, typed in a group, adds that group."))
    return said


def channels(found: Sequence[SourceChannel], words: Language) -> list[str]:
    """The channels that are sources."""
    if not found:
        return [
            words.gettext(
                "No channel is a source yet. Make me an administrator of the channel, so that I get its posts, and type /source @CHANNEL; "
                "for a private one, its number."
            )
        ]
    said = [words.gettext("Posts of these channels are taken in:")]
    return said + [f"• {short(one.title)} ({f'@{one.username}' if one.username else one.chat_id})" for one in found]


_SIGNS = {Outcome.DONE: "✓", Outcome.ASKED: "?", Outcome.FAILED: "✗", Outcome.REFUSED: "⛔"}


def log(rows: Sequence[Act], words: Language) -> tuple[Html, int]:
    """The audit log as one message, two lines for each act; and how many of the rows are in it: as many as fit, at least one."""
    if not rows:
        return escape(words.gettext("Nothing stands in the log yet.")), 0
    blocks: list[Html] = []
    for row in rows:
        at = words.minute(row.at) if row.at else ""
        person = f"{short(row.name)} ({row.user_id})" if row.user_id is not None else short(row.name)
        head = f"{_SIGNS[row.outcome]} {at} · {person} · {row.chat_id if row.chat_id != row.user_id else words.gettext('in private')}"
        body = " ".join(filter(None, (f"/{row.act}", tidy(row.argument, 100))))
        detail = tidy(row.detail, 150)
        block = Html("\n".join([bold(escape(head)), escape(body if detail is None else f"{body} — {detail}")]))
        if len(messages([*blocks, block])) > 1:
            break
        blocks.append(block)
    return messages(blocks)[0], len(blocks)
