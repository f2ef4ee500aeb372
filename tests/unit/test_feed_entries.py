"""Who an entry is, whether it changed, and whether it is the whole article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.intake.feed_entries import (
    FULL_TEXT_CHARS,
    MAX_ENTRIES,
    FeedEntry,
    ParsedFeed,
    draft_of,
    entry_digest,
    has_full_text,
    identified,
    without_signature,
)

NOW = datetime(2017, 2, 10, 12, 0, tzinfo=UTC)
WHOLE = "The bus left the road at noon. " * 40
FEED = ParsedFeed("RSS 2.0", title="The Courier", language="en")
URL = "https://courier.example/feed"


def test_the_whole_text_is_told_from_a_summary() -> None:
    """A long text is the article's unless it ends as something that goes on elsewhere; a short one is a summary."""
    assert len(WHOLE) > FULL_TEXT_CHARS
    assert has_full_text(FeedEntry(text=WHOLE))
    assert not has_full_text(FeedEntry(text=WHOLE[: FULL_TEXT_CHARS - 1]))


@pytest.mark.parametrize(
    "end", ["…", " [...]", " […]", " Read more", "\n\nContinue reading →", " Read the full story here", " Show more »"]
)
def test_a_text_that_breaks_off_is_not_whole(end: str) -> None:
    """However a feed says that the rest is elsewhere, the page is asked."""
    assert not has_full_text(FeedEntry(text=WHOLE + end))


def test_the_line_under_every_entry_is_left_out() -> None:
    """What a publishing program adds below each entry is not the article's text."""
    assert without_signature("One.\n\nThe post Bus leaves road appeared first on The Courier.") == "One."
    assert without_signature("The post office closed.") == "The post office closed."


def test_an_entry_is_its_id_else_its_address_else_its_title() -> None:
    """The same entry is known again although everything else about it changed."""
    old = [FeedEntry("1", "https://a.example/1", "A", "x"), FeedEntry(None, "https://a.example/2", "B"), FeedEntry(None, None, "C", "x")]
    new = [
        FeedEntry("1", "https://a.example/moved", "D", "y"),
        FeedEntry(None, "https://a.example/2", "E"),
        FeedEntry(None, None, "C", "y"),
    ]
    assert identified(old).keys() == identified(new).keys()
    assert len(identified(old)) == 3


def test_one_id_for_several_addresses_makes_several_entries() -> None:
    """A feed that gives every item the same id loses none; the very same item twice is one, as its newer version has it."""
    same_id = [FeedEntry("1", f"https://a.example/{i}", published_at=NOW) for i in range(3)]
    assert len(identified(same_id)) == 3
    twice = [
        FeedEntry("1", "https://a.example/1", "old", published_at=NOW),
        FeedEntry("1", "https://a.example/1", "new", modified_at=NOW + timedelta(1)),
    ]
    assert [entry.title for entry in identified(twice).values()] == ["new"]


def test_the_newest_of_too_many_entries_are_taken() -> None:
    """However a long feed is sorted, what is left out is the oldest; undated entries come after the dated ones."""
    entries = [FeedEntry(str(i), published_at=NOW - timedelta(minutes=i)) for i in range(MAX_ENTRIES + 50)]
    undated = FeedEntry("undated")
    taken = list(identified([undated, *reversed(entries)]).values())
    assert taken == entries[:MAX_ENTRIES]
    assert list(identified([undated, entries[0]]).values()) == [entries[0], undated]


texts = st.none() | st.text(max_size=5)
entries = st.builds(FeedEntry, texts, texts, texts, st.text(max_size=5), st.none() | st.datetimes(timezones=st.just(UTC)))


@given(st.lists(entries, max_size=8))
def test_any_entries_have_identities_of_16_bytes(given_entries: list[FeedEntry]) -> None:
    """Whatever an entry lacks or holds, half a letter included, it has an identity and a digest that a database can keep."""
    found = identified(given_entries)
    assert all(len(identity) == 16 for identity in found)
    assert all(len(entry_digest(entry)) == 16 for entry in found.values())
    assert len(found) <= len(given_entries)
    assert bool(found) == bool(given_entries)


@pytest.mark.parametrize("change", ["title", "url", "text", "published_at", "modified_at"])
def test_an_edit_changes_the_digest(change: str) -> None:
    """A change to anything that an article is made of is seen; nothing else is."""
    entry = FeedEntry("1", "https://a.example/1", "A", "x", NOW)
    edited = FeedEntry(
        **{**{name: getattr(entry, name) for name in entry.__slots__}, change: NOW - timedelta(1) if "_at" in change else "other"}
    )
    assert entry_digest(edited) != entry_digest(entry)
    assert entry_digest(FeedEntry("2", "https://a.example/1", "A", "x", NOW, author="B")) == entry_digest(entry)


def test_a_draft_says_where_its_facts_come_from() -> None:
    """Text and facts are the entry's; outlet and language are the feed's where the entry has none; a given outlet wins."""
    entry = FeedEntry("1", "https://courier.example/1", "A", "x", NOW, NOW + timedelta(hours=1), "Ann Lee")
    draft = draft_of(entry, FEED, URL, source=None, now=NOW)
    assert (draft.source, draft.language, draft.published_from, draft.author, draft.id) == ("The Courier", "en", "feed", "Ann Lee", None)
    assert (draft.published_at, draft.modified_at) == (NOW, NOW + timedelta(hours=1))
    assert draft_of(entry, FEED, URL, source="Courier", now=NOW).source == "Courier"
    collected = FeedEntry("1", "https://a.example/1", "A", "x", source="The Gazette", language="tr")
    assert (draft_of(collected, FEED, URL, source=None, now=NOW).source, draft_of(collected, FEED, URL, source=None, now=NOW).language) == (
        "The Gazette",
        "tr",
    )


@pytest.mark.parametrize("moment", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1991, 1, 1, tzinfo=UTC), NOW + timedelta(days=2)])
def test_dates_that_cannot_be_are_not_believed(moment: datetime) -> None:
    """A date before there was a web, or in the future, is left out rather than stored, and a notice says so."""
    draft = draft_of(FeedEntry("1", published_at=moment, modified_at=moment), FEED, URL, source=None, now=NOW)
    assert (draft.published_at, draft.published_from, draft.modified_at) == (None, None, None)
    published, modified = draft.notices
    assert published.startswith(f"the publication date '{moment:%Y-%m-%d}")
    assert "is not believed" in modified


@pytest.mark.parametrize(
    ("written", "url", "language", "moment", "where"),
    [
        ("02/09/2017", "https://a.example/1", "en-us", datetime(2017, 2, 9, tzinfo=UTC), "feed; day only"),
        ("09/02/2017", "https://a.example/1", "fr", datetime(2017, 2, 9, tzinfo=UTC), "feed; day only"),
        ("02/09/2017", "https://a.example/2017/02/09/1", "en", datetime(2017, 2, 9, tzinfo=UTC), "feed; day only"),
        ("02/09/2017", "https://a.example/1", "en", None, None),
        ("Thu, 09 Feb 2017 10:30:00 +0300", "https://a.example/1", "en", datetime(2017, 2, 9, 7, 30, tzinfo=UTC), "feed"),
        ("Fri, 09 Feb 2035 10:30:00 GMT", "https://a.example/2017/02/09/1", "en", datetime(2017, 2, 9, tzinfo=UTC), "address; day only"),
    ],
)
def test_a_date_is_read_as_its_feed_writes_dates(written: str, url: str, language: str, moment: datetime | None, where: str | None) -> None:
    """Day and month are told apart by the feed's language or the entry's address, or the date is left out; what cannot be is not believed."""
    taken = datetime(2017, 9, 2, tzinfo=UTC)
    entry = FeedEntry("1", url, published_at=taken, published_as=written, language=language)
    draft = draft_of(entry, FEED, URL, source=None, now=NOW)
    assert (draft.published_at, draft.published_from) == (moment, where)
    assert bool(draft.notices) == (moment is None or "2035" in written)


def test_an_entry_without_an_address_keeps_its_article_when_its_feed_moves() -> None:
    """Its article's id is the same from another place on the same host, another one on another host, and never that of another entry."""
    one, other = FeedEntry("1", None, "A", "x"), FeedEntry("2", None, "A", "x")

    def article_id(entry: FeedEntry, url: str) -> str | None:
        return draft_of(entry, FEED, url, source=None, now=NOW).id

    assert article_id(one, URL) == article_id(one, "http://courier.example/new/feed.xml")
    assert article_id(one, URL) != article_id(one, "https://gazette.example/feed")
    assert article_id(one, URL) != article_id(other, URL)
