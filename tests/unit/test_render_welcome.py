"""What the bot says of itself, and the command table it says it from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands import COMMANDS, Audience, Command, for_audience
from bot.language import language
from bot.render.coverage import coverage_line
from bot.render.welcome import help_text, privacy_text, welcome
from index import Stats

EN = language("en")
STATS = Stats(
    articles=1,
    revisions=1,
    sentences=3,
    sources=1,
    oldest_published=None,
    newest_published=datetime(2021, 5, 14, tzinfo=UTC),
    last_change=None,
    database="sqlite",
    database_bytes=1,
    index_bytes=1,
    generation="g1",
    vector_kind="flat",
    vector_recall_at_10=1.0,
    encoder="e",
    reranker=None,
    by_source=(),
)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "Loaded: 1 article from 1 source, newest 14 May 2021."),
        ({"articles": 12340, "sources": 2}, "Loaded: 12,340 articles from 2 sources, newest 14 May 2021."),
        ({"sources": 0, "newest_published": None}, "Loaded: 1 article."),
    ],
)
def test_the_coverage_is_counted_in_words(changes: dict[str, object], line: str) -> None:
    """One is singular, thousands are grouped, and what is not known is left out."""
    assert coverage_line(replace(STATS, **changes), EN) == line  # type: ignore[arg-type]  # each case names real fields


def test_an_empty_coverage_is_called_empty() -> None:
    """Nothing loaded is not "0 articles"."""
    assert "No coverage is loaded yet" in welcome(replace(STATS, articles=0), EN)


def test_help_has_a_line_for_each_command_and_is_escaped() -> None:
    """A command's help is text, not mark-up."""
    assert "/x — a &lt;word&gt;" in help_text([Command("x", "a <word>")], EN)


def test_admins_see_more_than_everyone() -> None:
    """A command for admins is in the admins' list only."""
    table = (Command("ask", "for all"), Command("reindex", "for some", Audience.ADMINS))
    assert [command.name for command in for_audience(Audience.EVERYONE, table)] == ["ask"]
    assert [command.name for command in for_audience(Audience.ADMINS, table)] == ["ask", "reindex"]


def test_telegram_takes_the_command_table() -> None:
    """Names and descriptions are within the Bot API's limits, and no name stands twice."""
    assert len(COMMANDS) >= 10
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(command.help) <= 256


def test_privacy_says_how_long() -> None:
    """The days are the store's own, one is singular, and the way to delete is named."""
    assert "for 7 days" in privacy_text(EN, days=7, hours=25)
    assert "for 1 day:" in privacy_text(EN, days=1, hours=25)
    assert "/forget" in privacy_text(EN, days=1, hours=25)
