"""What the bot says of itself. In: what is loaded, and the command table. Out: one HTML message each. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands import Command
from bot.render.answer import NO_COVERAGE
from bot.render.evidence import day
from bot.render.html import Html, escape
from index import Stats

WHAT_IT_IS = "I answer questions about news coverage, and show the sentence that says so."
HOW_TO_ASK = "Just write your question. /help shows what else you can type."


def welcome(stats: Stats) -> Html:
    """Three lines: what this is, what coverage is loaded, how to ask."""
    loaded = escape(coverage_line(stats)) if stats.articles else NO_COVERAGE
    return Html("\n\n".join((escape(WHAT_IT_IS), loaded, escape(HOW_TO_ASK))))


def coverage_line(stats: Stats) -> str:
    """ "Loaded: 12,340 articles from 3 sources, newest 9 Feb 2017." """
    articles = _count(stats.articles, "article")
    sources = f" from {_count(stats.sources, 'source')}" if stats.sources else ""
    newest = f", newest {day(stats.newest_published)}" if stats.newest_published else ""
    return f"Loaded: {articles}{sources}{newest}."


def help_text(commands: Iterable[Command]) -> Html:
    """The command table, a line each."""
    lines = [f"/{command.name} — {command.help}" for command in commands]
    return escape("\n".join(["Write a question, and I look for the sentence that answers it.", "", *lines]))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
