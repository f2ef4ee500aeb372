"""What admins are told fits into Telegram's messages and holds no mark-up of anybody else's, whatever names and errors say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.access import Reason
from bot.language import language
from bot.render.admin import failed, lines, log, refused, taken_in
from bot.render.admin_feeds import ON_A_PAGE, feed_list, page_of, pages
from bot.render.html import fits
from bot.store.audit import Act, Outcome
from index import Feed, FeedState, IngestReport, Refusal

AT = datetime(2021, 5, 14, 9, 30, tzinfo=UTC)
WORDS = language(None)
HOSTILE = "<b>😀&\u202e\n" * 400


def feed(number: int) -> Feed:
    state = FeedState(next_poll_at=AT, failures=3, last_error=HOSTILE)
    return Feed(number, f"https://a.example/{number}?{HOSTILE}", HOSTILE, None, AT, False, 1, 2, state)


def test_a_log_of_hostile_rows_fits_and_skips_none() -> None:
    """A page holds as many rows as fit and says how many, so that the next one begins where it ends."""
    rows = [Act("remove", Outcome.REFUSED, 5, HOSTILE, 6, HOSTILE, HOSTILE, AT, number) for number in range(40, 0, -1)]
    text, shown = log(rows, WORDS)
    assert fits(text)
    assert 1 <= shown < len(rows)
    assert text.count("⛔") == shown
    assert "<b>😀" not in text.replace("<b>⛔", "")
    assert log([], WORDS)[1] == 0


def test_a_page_of_hostile_feeds_fits() -> None:
    """Names, addresses and errors of any length and content make a message that Telegram takes."""
    text = feed_list([feed(number) for number in range(30)], 2, WORDS)
    assert fits(text)
    assert "&lt;b&gt;" in text


@pytest.mark.parametrize(("count", "page", "first"), [(0, 0, None), (1, 5, 1), (13, 1, 7), (13, -4, 1), (13, 99, 13)])
def test_a_page_that_is_not_there_is_the_nearest(count: int, page: int, first: int | None) -> None:
    """Made-up page numbers lead to a page that exists; numbers run through the whole list."""
    numbered = page_of([feed(number) for number in range(count)], page)
    assert (numbered[0][0] if numbered else None) == first
    assert len(numbered) <= ON_A_PAGE
    assert pages(count) >= 1


def test_a_delivery_with_many_refusals_is_told_within_bounds() -> None:
    """Counts are whole, the first refusals are named, and lines never break the limit."""
    report = IngestReport(new=1, refused=tuple(Refusal(HOSTILE, HOSTILE) for _ in range(500)))
    said = taken_in(HOSTILE, report, WORDS)
    assert "1 new article, 500 refused" in said[0]
    assert all(fits(message) for message in lines(said))
    assert "nothing in it" in taken_in("a.jsonl", IngestReport(), WORDS)[0]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_a_sentence(reason: Reason) -> None:
    """Whoever is told why is told in words, and a stranger learns the number to give to whoever runs the bot."""
    said = refused(reason, 12345, WORDS)
    assert said.endswith(".")
    assert ("12345" in said) == (reason in (Reason.STRANGER, Reason.NOBODY, Reason.BOT))


def test_an_address_is_not_said_twice() -> None:
    """Where the reason names it already, it does not stand before it again."""
    assert failed("https://a.example", "it is empty") == "✗ https://a.example: it is empty"
    assert failed("https://a.example", "https://a.example cannot be read").count("a.example") == 1
