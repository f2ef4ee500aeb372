"""Lists of feeds, from other programs and for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.domain.feeds import Feed, FeedState
from index.errors import ArticleRefusedError
from index.intake.opml import Outline, read_opml, write_opml

NOW = datetime(2017, 2, 10, 12, 0, tzinfo=UTC)


def test_feeds_in_folders_are_found_once_each() -> None:
    """A list as other programs write it: nested folders, either name of the title, odd cases of letters, a feed twice."""
    opml = b"""<?xml version="1.0" encoding="UTF-8"?>
    <opml version="1.0"><head><title>Mine</title></head><body>
      <outline text="News"><outline text="Courier &amp; Co" type="rss" xmlUrl="https://courier.example/feed" htmlUrl="https://courier.example"/>
        <outline text="Deeper"><outline title="Gazette" text="g" xmlURL=" https://gazette.example/atom "/></outline></outline>
      <outline text="again" xmlUrl="https://courier.example/feed"/><outline text="no feed"/><outline xmlUrl=""/>
      <OUTLINE xmlUrl="https://untitled.example/feed"/>
    </body></opml>"""
    assert read_opml(opml) == [
        Outline("https://courier.example/feed", "Courier & Co"),
        Outline("https://gazette.example/atom", "Gazette"),
        Outline("https://untitled.example/feed", None),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not well-formed XML"),
        (b"courier.example", "not well-formed XML"),
        (b"<opml><body><outline xmlUrl='a' text='b & c'/></body></opml>", "line 1, column"),
        (b"<rss><channel/></rss>", "not a list of feeds"),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body><outline text='&a;' xmlUrl='c'/></body></opml>", "declares XML entities"),
        (b"<opml>" + b"<outline xmlUrl='https://a.example/'/>" * 300_000 + b"</opml>", "more than the 10,000,000"),
        (b"<opml>" + b"".join(b"<outline xmlUrl='%d'/>" % i for i in range(10_001)) + b"</opml>", "10,001 feeds"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    """Nothing is taken of a list that is broken, hostile, too long or none, and the reason is said."""
    with pytest.raises(ArticleRefusedError, match=reason):
        read_opml(data)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(st.tuples(names, names | st.none()), unique_by=lambda one: one[0]))
def test_what_is_written_is_read_again(given_feeds: list[tuple[str, str | None]]) -> None:
    """Every address and title comes back, whatever letters and signs they are made of."""
    feeds = [Feed(i, url, title, None, NOW, False, 0, 0, FeedState(NOW)) for i, (url, title) in enumerate(given_feeds)]
    read = read_opml(write_opml(feeds, NOW))
    assert [one.url for one in read] == [url for url, _ in given_feeds]
    assert all(title is None or one.title is not None for one, (_, title) in zip(read, given_feeds, strict=True))


@given(st.binary())
def test_any_bytes_are_a_list_or_a_refusal(data: bytes) -> None:
    """No bytes break the reader of lists."""
    with pytest.raises(ArticleRefusedError):
        read_opml(data)
