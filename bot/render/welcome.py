"""What the bot says of itself. In: what is loaded, and the command table. Out: one HTML message each. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands import Command
from bot.language import Language
from bot.render.coverage import coverage_line, no_coverage
from bot.render.html import Html, bold, escape
from index import Stats


def welcome(stats: Stats, words: Language, *, offers: bool = False) -> Html:
    """Three lines: what this is, what coverage is loaded, how to ask. offers: buttons with questions stand below."""
    what = words.gettext("I answer questions about news coverage, and show the sentence that says so.")
    how = words.gettext("Just write your question. /help shows what else you can type.")
    if offers:
        how = words.gettext("Write your question, or tap one of these. /help shows what else you can type.")
    loaded = escape(coverage_line(stats, words)) if stats.articles else no_coverage(words)
    return Html("\n\n".join((escape(what), loaded, escape(how))))


def help_text(commands: Iterable[Command], words: Language) -> Html:
    """The command table, a line each."""
    lines = [f"/{command.name} — {words.gettext(command.help)}" for command in commands]
    how = words.gettext("Write a question, and I look for the sentence that answers it. Ask on as you would in a conversation.")
    narrow = words.gettext("You can say whose reports, and of which days: “according to EuroNews”, “since Monday”.")
    return escape("\n".join([how, narrow, "", *lines]))


def privacy_text(words: Language, *, days: int, hours: int) -> Html:
    """What is stored, for how long, and how it is deleted. days: of answers. hours: of the numbers of messages."""
    kept = (
        words.gettext("What was chosen in this chat: language, and how much is shown."),
        words.ngettext(
            "Your questions and my answers, for {n} day: buttons, edits and follow-up questions need them.",
            "Your questions and my answers, for {n} days: buttons, edits and follow-up questions need them.",
            days,
        ).format(n=days),
        words.gettext("A message to me until it is handled; then its number and a digest of it, for {hours} hours.").format(hours=hours),
        words.gettext("Subscriptions: what for, where, when, and who made them, with what was sent, until they are deleted."),
        words.gettext("An answer you call wrong, with its question, for the people who run this bot."),
    )
    lines = [f"• {line}" for line in kept]
    never = words.gettext("I keep no names and no other messages, and give nothing to anybody else.")
    forget = words.gettext("/forget deletes all of it.")
    return Html(f"{bold(escape(words.gettext('What I keep')))}\n{escape(chr(10).join([*lines, '', never, forget]))}")
