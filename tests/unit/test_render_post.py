"""What subscribers are sent: what stands where, and that any report, answer or digest can be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import CODES, language
from bot.render.digest import MAX_BLOCKS, digest
from bot.render.html import shown
from bot.render.post import changed, corrected, post
from bot.render.timeline import MAX_ENTRIES, render_timeline
from bot.updates.report import Change, Quoted, Report, Value
from tests.unit.test_render_answer import ADDRESS, AWKWARD, MOMENT, NAME
from tests.unit.test_render_pages import can_be_sent

EN = language("en")
NINTH, TENTH = datetime(2017, 2, 9, 8, 40, tzinfo=UTC), datetime(2017, 2, 10, tzinfo=UTC)
QUOTE = Quoted("Three soldiers died.", "EuroNews", NINTH, "https://news.example/1#:~:text=Three")
REPORT = Report("r1", "a1", "Strike near al-Bab", "EuroNews", NINTH, "https://news.example/1", (QUOTE,), ("The Courier",), 3)
THREE = Value("3", 3.0, ("Turkey's government",), QUOTE)
FIVE = Value("five", 5.0, (), Quoted("Five soldiers died.", "The Courier", TENTH, None))


def test_a_post_is_headline_outlet_time_sentence_and_link() -> None:
    """And who else carries the same report."""
    assert post(REPORT, EN) == (
        '<b><a href="https://news.example/1">Strike near al-Bab</a></b>\n'
        '<a href="https://news.example/1#:~:text=Three">EuroNews</a> · 9 Feb 2017, 08:40 UTC\n'
        "<blockquote>Three soldiers died.</blockquote>\n"
        "<i>also in 1 outlet: The Courier</i>",
    )
    day_only = replace(REPORT, title=None, published_at=TENTH, quotes=(), also_in=(), url=None)
    assert post(day_only, EN) == ("EuroNews · 10 Feb 2017",)


def test_a_correction_says_that_it_is_one() -> None:
    """Above the report as it stands now."""
    [message] = corrected(REPORT, EN)
    assert message == f"<i>Corrected by its outlet; it says now:</i>\n\n{post(REPORT, EN)[0]}"


def test_a_changed_answer_shows_what_it_was_and_is_with_both_quotes() -> None:
    """Who says so, or else the outlet; the new quote open, the old one folded."""
    [message] = changed(Change("how many soldiers died?", (THREE,), (FIVE,)), EN)
    assert message == (
        "<b>how many soldiers died?</b>\n"
        "was <b>3</b> (Turkey's government, 9 Feb 2017)\n"
        "now <b>five</b> (The Courier, 10 Feb 2017)\n\n"
        "The Courier · 10 Feb 2017\n<blockquote>Five soldiers died.</blockquote>\n\n"
        '<a href="https://news.example/1#:~:text=Three">EuroNews</a> · 9 Feb 2017\n'
        "<blockquote expandable>Three soldiers died.</blockquote>"
    )


def test_what_is_said_still_is_told_apart_and_not_quoted() -> None:
    """Only what is new or gone has its quote, and a quote that says both stands once."""
    four = Value("four", 4.0, (), QUOTE)
    [message] = changed(Change("how many?", (THREE, FIVE), (FIVE, four)), EN)
    assert shown(message).split("\n")[:4] == [
        "how many?",
        "was 3 (Turkey's government, 9 Feb 2017)",
        "now four (EuroNews, 9 Feb 2017)",
        "still five (The Courier, 10 Feb 2017)",
    ]
    assert message.count("<blockquote") == 1
    [message] = changed(Change("how many?", (THREE, FIVE), (FIVE,)), EN)
    assert "now" not in message


def test_a_first_answer_and_a_withdrawn_one_are_told_as_such() -> None:
    """There was none before; there is none any more."""
    [first] = changed(Change("how many?", (), (FIVE,)), EN)
    assert "answered now: <b>five</b> (The Courier, 10 Feb 2017)" in first
    assert "was" not in first
    [withdrawn] = changed(Change("how many?", (THREE,), ()), EN)
    assert "now: the coverage says so no more" in withdrawn


def test_a_digest_shows_each_story_once() -> None:
    """Its first report's sentence, and who else reports on it; changed answers stand first."""
    other = replace(REPORT, key="r2", source="The Courier")
    alone = replace(REPORT, key="r3", title="Another story", also_in=())
    [message] = digest([[REPORT, other], [alone]], [Change("how many?", (THREE,), (FIVE,))], EN)
    assert message.startswith("<b>Digest: 3 reports, 1 changed answer</b>\n\n<b>how many?</b>\nwas <b>3</b>")
    assert message.count("Strike near al-Bab") == 1
    assert "<i>and 1 more report: The Courier</i>" in message
    assert message.index("Strike near al-Bab") < message.index("Another story")
    assert "and 3 more" not in message


def test_what_has_no_room_in_a_digest_is_counted() -> None:
    """By reports, not by stories."""
    stories = [[replace(REPORT, key=f"{story}-{n}") for n in range(2)] for story in range(MAX_BLOCKS + 6)]
    [message] = digest(stories, [], EN)
    assert message.startswith(f"<b>Digest: {2 * len(stories)} reports</b>")
    assert message.count("<blockquote") <= MAX_BLOCKS
    left = 2 * (len(stories) - message.count("<blockquote"))
    assert message.endswith(f"<i>and {left} more</i>")


def test_a_timeline_goes_from_the_first_report_to_now() -> None:
    """Each change with its day, a figure that was taken back too."""
    [message] = render_timeline("how many?", [(NINTH, (THREE,)), (TENTH, ()), (None, (FIVE,))], EN)
    assert shown(message) == (
        "how many?\n\n"
        "first reported · 9 Feb 2017\n3 (Turkey's government, 9 Feb 2017)\nEuroNews · 9 Feb 2017\nThree soldiers died.\n\n"
        "then · 10 Feb 2017\nsaid no more\n\n"
        "now · no date\nfive (The Courier, 10 Feb 2017)\nThe Courier · 10 Feb 2017\nFive soldiers died."
    )
    [alone] = render_timeline("how many?", [(NINTH, (THREE,))], EN)
    assert "reported, and unchanged since" in alone
    assert render_timeline("how many?", [], EN) == ["<b>how many?</b>\nThe coverage I have does not say."]


def test_of_a_long_timeline_the_middle_is_left_out() -> None:
    """And that is said."""
    texts = "\n".join(render_timeline("how many?", [(NINTH, (THREE,)), (TENTH, (FIVE,))] * ((MAX_ENTRIES + 4) // 2), EN))
    assert texts.count("<blockquote") == MAX_ENTRIES
    assert "4 changes are left out here" in texts


QUOTED = st.builds(Quoted, AWKWARD, NAME, MOMENT, ADDRESS)
REPORTS = st.builds(
    Report,
    st.text(),
    st.text(),
    NAME,
    NAME,
    MOMENT,
    ADDRESS,
    st.lists(QUOTED, max_size=3).map(tuple),
    st.lists(AWKWARD, max_size=5).map(tuple),
)
VALUES = st.lists(st.builds(Value, AWKWARD, st.none(), st.lists(AWKWARD, max_size=3).map(tuple), QUOTED), max_size=5).map(tuple)
CHANGES = st.builds(Change, AWKWARD, VALUES, VALUES)


@settings(deadline=None, max_examples=60)
@given(REPORTS, CHANGES, st.sampled_from(CODES))
def test_any_report_and_any_change_can_be_sent(report: Report, change: Change, code: str) -> None:
    """Whatever stands in an article, its title, its outlet and its address: at most two messages that Telegram takes."""
    for texts in (post(report, language(code)), corrected(report, language(code)), changed(change, language(code))):
        can_be_sent(texts)
        assert 1 <= len(texts) <= 2


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(REPORTS, min_size=1, max_size=3), max_size=16), st.lists(CHANGES, max_size=3), st.sampled_from(CODES))
def test_any_digest_is_one_message(stories: list[list[Report]], changes: list[Change], code: str) -> None:
    """However much there is to tell."""
    can_be_sent(digest(stories, changes, language(code)))


@settings(deadline=None, max_examples=30)
@given(AWKWARD, st.lists(st.tuples(MOMENT, VALUES), max_size=14), st.sampled_from(CODES))
def test_any_timeline_can_be_sent(question: str, entries: list[tuple[datetime | None, tuple[Value, ...]]], code: str) -> None:
    """At most three messages."""
    texts = render_timeline(question, entries, language(code))
    can_be_sent(texts)
    assert 1 <= len(texts) <= 4


@pytest.mark.parametrize("code", CODES)
def test_days_and_times_are_written_in_each_language(code: str) -> None:
    """Weekdays and times of day, for schedules."""
    words = language(code)
    names = {words.weekday(number) for number in range(7)} | {words.weekday(number, short=True) for number in range(7)}
    assert len(names) >= 7
    assert words.clock(NINTH.time())
