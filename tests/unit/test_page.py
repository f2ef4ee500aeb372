"""Web pages to article drafts: what they say of themselves, their text, and why some are refused."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura import load_html

from index.domain.articles import ArticleDraft
from index.errors import ArticleRefusedError
from index.intake.page import read_page
from index.intake.page.decoding import decode_page
from index.intake.page.facts import Facts, read_facts
from index.intake.page.limits import MAX_CHARS

NOW = datetime(2017, 3, 1, tzinfo=UTC)
URL = "https://www.courier.example/2017/02/09/bridge"

SENTENCES = (
    "The bridge over the river was closed on Thursday morning after inspectors found cracks in two of its piers.",
    "Some 12,000 cars use it on an ordinary day, the city's engineer, Ann Marlow, told the council in the evening.",
    "She said that repairs would take until June at the earliest and cost about four million.",
    "The ferry is to run every ten minutes until then, free of charge for residents of both banks.",
    "Shopkeepers on the eastern side said they feared for their trade and asked for help.",
    "The council will vote on a fund for them next week, after a hearing on Monday.",
)
STORY = "".join(f"<p>{first} {second}</p>" for first, second in zip(SENTENCES[::2], SENTENCES[1::2], strict=True)) * 1
LONG_STORY = STORY + "".join(
    f"<p>On day {day} of the closure the queue at the ferry was {day} kilometres long by eight in the morning, as drivers told this newspaper.</p>"
    for day in range(2, 14)
)


def html(body: str = STORY, head: str = "", title: str = "Bridge closed", lang: str = "en") -> str:
    """A page as outlets build them: menus around an article."""
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a> <a href='/weather'>Weather</a></nav>"
        f"<article><h1>{title}</h1>{body}</article><footer>Courier Media, all rights reserved</footer></body></html>"
    )


def ld(**fields: Any) -> str:
    """JSON-LD about the article."""
    return f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', '@type': 'NewsArticle'} | fields)}</script>"


def read(text: str, url: str | None = URL) -> ArticleDraft:
    return read_page(text.encode(), now=NOW, url=url)


def facts(text: str, url: str | None = URL) -> Facts:
    return read_facts(load_html(text), url)


def refusal(text: str, url: str | None = URL) -> str:
    with pytest.raises(ArticleRefusedError) as caught:
        read(text, url)
    return caught.value.message


def test_a_page_gives_all_that_an_article_has() -> None:
    """Text without menus and headline, and every fact that the page states, with where its date was read."""
    head = (
        ld(
            headline="Bridge closed",
            datePublished="2017-02-09T10:00:00+02:00",
            dateModified="2017-02-10T09:30:00Z",
            author=[{"@type": "Person", "name": "Ann  Reed"}, {"name": "By Bo Lund"}],
            publisher={"name": "Courier Media"},
        )
        + "<link rel='canonical' href='/2017/02/09/bridge-closed'><meta property='og:site_name' content='The Courier'>"
    )
    draft = read(html(head=head, lang="en-GB"))
    assert draft == ArticleDraft(
        text="\n".join(f"{first} {second}" for first, second in zip(SENTENCES[::2], SENTENCES[1::2], strict=True)),
        url=URL,
        title="Bridge closed",
        source="The Courier",
        published_at=datetime(2017, 2, 9, 8, tzinfo=UTC),
        language="en-GB",
        modified_at=datetime(2017, 2, 10, 9, 30, tzinfo=UTC),
        published_from="JSON-LD",
        author="Ann Reed; Bo Lund",
        canonical_url="https://www.courier.example/2017/02/09/bridge-closed",
    )


def test_a_bare_page_gives_what_can_be_known() -> None:
    """The outlet is the host, the date the address's, and nothing is made up."""
    draft = read(html())
    assert (draft.source, draft.author, draft.canonical_url, draft.modified_at) == ("courier.example", None, None, None)
    assert (draft.published_at, draft.published_from) == (datetime(2017, 2, 9, tzinfo=UTC), "address; day only")


def test_a_saved_page_is_taken_at_its_word() -> None:
    """Without an address of its own, the page's is used; a fetched page keeps the one it was found at."""
    head = "<link rel='canonical' href='https://courier.example/bridge'>"
    assert read(html(head=head), url=None).url == "https://courier.example/bridge"
    assert read(html(head=head)).url == URL
    assert read(html(), url=None).url is None


@pytest.mark.parametrize(
    ("canonical", "believed"),
    [
        ("https://courier.example/bridge", True),
        ("http://www.courier.example/bridge", True),
        ("https://m.courier.example/bridge", True),
        ("https://other.example/bridge", False),
        ("https://notcourier.example/bridge", False),
        ("javascript:alert(1)", False),
        ("http://[broken/", False),
        ("", False),
    ],
)
def test_a_page_cannot_pass_itself_off_as_anothers(canonical: str, believed: bool) -> None:
    """An address of its own is believed within the site it was found on, and nowhere else."""
    found = read(html(head=f"<link rel='canonical' href='{canonical}'>")).canonical_url
    assert found == (canonical if believed else None)


def test_dates_that_cannot_be_are_said() -> None:
    """A date in the future or before the web is passed over for the next, and the report will say so."""
    head = ld(datePublished="0001-01-01T00:00:00Z", dateModified="2031-01-01T00:00:00Z")
    draft = read(html(head=head + "<meta property='article:published_time' content='2017-02-08T10:00:00Z'>"))
    assert (draft.published_at, draft.published_from) == (datetime(2017, 2, 8, 10, tzinfo=UTC), "meta")
    assert draft.modified_at is None
    assert [notice.partition(" (")[0] for notice in draft.notices] == [
        "the publication date '0001-01-01T00:00:00Z'",
        "the modification date '2031-01-01T00:00:00Z'",
    ]


def test_a_change_before_the_publication_is_not_believed() -> None:
    """The page contradicts itself; the publication stands."""
    draft = read(html(head=ld(datePublished="2017-02-09T10:00:00Z", dateModified="2017-02-09T09:00:00Z")))
    assert (draft.published_at, draft.modified_at) == (datetime(2017, 2, 9, 10, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("lang", "printed", "published"),
    [
        ("en-US", "Posted 03/04/2016", datetime(2016, 3, 4, tzinfo=UTC)),
        ("en-GB", "Posted 03/04/2016", datetime(2016, 4, 3, tzinfo=UTC)),
        ("en", "Posted 03/04/2016", None),
        ("en", "Posted 4 March 2016", datetime(2016, 3, 4, tzinfo=UTC)),
        ("en-US", "Posted 25/04/2016", datetime(2016, 4, 25, tzinfo=UTC)),
        ("en", "Posted on 1 March 2016", datetime(2016, 3, 1, tzinfo=UTC)),
        ("en", "Posted on 2016-03-01", datetime(2016, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_printed_date_is_read_as_the_pages_region_does(lang: str, printed: str, published: datetime | None) -> None:
    """Where only the text has a date, which figure is the month is not guessed."""
    draft = read(html(f"<p class='date'>{printed}</p>{LONG_STORY}", lang=lang), url="https://courier.example/bridge")
    assert draft.published_at == published
    assert draft.published_from == (None if published is None else "text; day only")
    assert bool(draft.notices) == (published is None)


def test_a_day_is_not_made_up() -> None:
    """A month without a day dates nothing, nor does a day that was stated and cannot be."""
    for body in ("<p class='date'>March 2016</p>", "<p class='date'>2016-03</p>", "<time datetime='2017-03-20'>20 March 2017</time>"):
        draft = read(html(body + LONG_STORY), url="https://courier.example/bridge")
        assert (draft.published_at, draft.published_from) == (None, None)


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        (ld(headline="Bridge closed"), "Bridge closed", "Bridge closed"),
        (ld(headline="Bridge is ‘closed’ for now"), "Bridge is 'closed' for now", "Bridge is 'closed' for now"),
        ("<meta property='og:title' content='Bridge closed | The Courier'>", "Bridge closed", "Bridge closed"),
        ("<meta property='og:title' content='Closed: the bridge'>", "", "Closed: the bridge"),
        (
            "<meta property='og:title' content='Closed: the bridge - The Courier'><meta property='og:site_name' content='Courier'>",
            "",
            "Closed: the bridge",
        ),
        (
            "<meta property='og:title' content='Closed - the bridge'><meta property='og:site_name' content='Courier'>",
            "",
            "Closed - the bridge",
        ),
        (ld(headline="Caf&eacute; &amp; bridge"), "", "Café & bridge"),
    ],
)
def test_the_title_is_the_headline_that_readers_see(head: str, title: str, expected: str) -> None:
    """As it is printed where the page's head confirms it, else as the head has it, without the outlet's name."""
    assert facts(html(head=head, title=title)).title == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ann Reed", "Ann Reed"),
        (["Ann Reed", {"name": "Bo Lund"}, {"name": ["Cy Park"]}], "Ann Reed; Bo Lund; Cy Park"),
        ({"name": "  "}, None),
        (["https://courier.example/ann"], None),
        ({"name": {"first": "Ann"}}, None),
        (7, None),
        ([], None),
        (None, None),
    ],
)
def test_authors_come_in_many_forms(author: Any, expected: str | None) -> None:
    """A name, an object, a list of either; addresses and nonsense are no names."""
    assert facts(html(head=ld(author=author))).author == expected


@pytest.mark.parametrize(
    "script",
    [
        "{broken",
        "[" * 100_000,
        "[]",
        "null",
        '"text"',
        '{"@graph": [[[{"@type": ["x", 7, null]}]]]}',
        '{"@type": {"a": 1}, "headline": 7, "author": [[]], "publisher": [], "datePublished": {"a": 1}, "inLanguage": ["en"]}',
        '{"@type": "NewsArticle", "headline": [1], "datePublished": ["2017"], "mainEntityOfPage": [1], "url": 5, "publisher": [[1]]}',
    ],
)
def test_broken_data_in_a_page_costs_nothing_but_itself(script: str) -> None:
    """Whatever stands in a page's JSON-LD, the article is read."""
    draft = read(html(head=f"<script type='application/ld+json'>{script}</script>"))
    assert draft.title == "Bridge closed"


def test_the_articles_own_object_is_found_among_others() -> None:
    """In a graph with the site, its breadcrumbs and other articles, the dated article nearest to the top is the page's."""
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "Courier", "datePublished": "2001-01-01"},
            {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Other", "datePublished": "2016-01-01"}]},
            {"@type": ["Article", "NewsArticle"], "headline": "Bridge closed", "datePublished": "2017-02-09T10:00:00Z"},
        ]
    }
    draft = read(html(head=f"<script type='application/ld+json'>{json.dumps(graph)}</script>"))
    assert draft.published_at == datetime(2017, 2, 9, 10, tzinfo=UTC)


def test_every_word_of_a_sentence_is_kept() -> None:
    """The words of links stay in their sentences, though trafilatura's strict reading drops them from this one."""
    linked = (
        "<p>The engineer said that <span class='link'><a href='/a'>the city will fine the builder</a></span> for the cracks in its two piers. "
        "The mayor decided to move the ferry's landing stage to the old port.</p>"
    )
    text = read(html(LONG_STORY + linked + STORY)).text
    assert "The engineer said that the city will fine the builder for the cracks" in text


def test_the_headline_is_not_the_first_sentence() -> None:
    """It is the title; a first sentence that merely begins like it stays."""
    text = read(html(f"<p>Bridge closed</p><p>Bridge closed in the early hours of Thursday, when nobody was on it.</p>{STORY}")).text
    assert text.startswith("Bridge closed in the early hours")
    assert "Weather" not in text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Überfall in Köln".encode(), "iso-8859-1", "Überfall in Köln"),
        ("Überfall in Köln".encode("latin-1"), None, "Überfall in Köln"),
        ("„Köln“".encode("cp1252"), "iso-8859-1", "„Köln“"),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("<meta charset=windows-1251>Привет".encode("cp1251"), None, "<meta charset=windows-1251>Привет"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Привет'.encode("koi8-r"),
            "nonsense",
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Привет',
        ),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("中国".encode("gb18030"), "gb2312", "中国"),
        ("\ufeffKöln".encode("utf-16"), None, "\ufeffKöln"),
        ("Köln".encode("utf-8-sig"), "windows-1252", "Köln"),
        (b"K\xc3\xb6ln \xff", "utf-8", "Köln \ufffd"),
        (b"K\xf6ln", "unicode_escape", "Köln"),
        (b"K\xf6ln", "base64", "Köln"),
        (b"K\xf6ln", "utf-7", "Köln"),
        (b"<meta charset=utf-16>K\xf6ln", None, "<meta charset=utf-16>K\ufffdln"),
        (b"", None, ""),
    ],
)
def test_the_encoding_is_the_one_that_fits(data: bytes, charset: str | None, text: str) -> None:
    """Valid UTF-8 is UTF-8 whatever the label; else the header's, the page's, or the web's default; never a codec that is none of the web's."""
    assert decode_page(data, charset) == text


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gb2312", "iso-2022-jp", "rot13", "idna", "\0"]))
def test_any_bytes_are_decoded(data: bytes, charset: str | None) -> None:
    """No bytes and no label break the reader."""
    assert isinstance(decode_page(data, charset), str)


COOKIES = (
    "<p>We and our partners use cookies to store and access personal data on your device.</p>"
    "<p>With your consent we may process your personal data for advertising and research.</p><p>You can change your privacy settings.</p>"
)
UPDATES = "".join(
    f"<p>{hour}:30 am</p><p>The queue is {hour} kilometres long now, and the ferry is full, police say.</p>" for hour in range(5, 11)
)
LINKS = "".join(
    f"<p><a href='/{number}'>{what} and what it means for the city and its people</a></p>"
    for number, what in enumerate(
        ("Bridge closed", "Ferry full", "Council votes", "Schools open", "Rain expected", "Team wins", "Road works")
    )
)


@pytest.mark.parametrize(
    ("page", "url", "reason"),
    [
        ("", URL, "no article text"),
        ("   ", URL, "no article text"),
        ("just text", URL, "no article text"),
        ("<html><body></body></html>", URL, "no article text"),
        (html("<p>Sorry! The page could not be found. Try the search, or go back to the start page.</p>", title="Oops"), URL, "nothing at"),
        (
            html("<p>Diese Seite wurde leider nicht gefunden. Suchen Sie doch etwas anderes auf unseren Seiten.</p>", title="404"),
            URL,
            "nothing at",
        ),
        (
            html("<p>Please enable JavaScript and cookies to continue reading. Ray ID: 7f.</p>", title="Just a moment..."),
            URL,
            "a browser or a person",
        ),
        (
            html("<p>We have detected unusual traffic from your network. Please show that you are not a robot.</p>"),
            URL,
            "a browser or a person",
        ),
        (html(COOKIES, title="Before you continue"), URL, "cookies or consent"),
        (html(LONG_STORY, head=ld(**{"@type": "LiveBlogPosting"})), URL, "live blog"),
        (html(UPDATES, title="Bridge closed: live updates"), URL, "live blog"),
        (html(UPDATES), "https://courier.example/live/bridge", "live blog"),
        (html(f"<p>{SENTENCES[0]} Photo: Ann Reed.</p>"), "https://courier.example/gallery/bridge", "gallery"),
        (html(f"<p>{SENTENCES[0]}</p>", head="<meta property='og:type' content='video.other'>"), URL, "gallery"),
        (html(STORY + "<p>To continue reading, subscribe to the Courier for only one pound a week.</p>"), URL, "for subscribers"),
        (
            html(f"<p>{SENTENCES[0]} {SENTENCES[1]}</p><p>{SENTENCES[2]} But then...</p>", head=ld(isAccessibleForFree=False)),
            URL,
            "for subscribers",
        ),
        (html(f"<p>{SENTENCES[0]} {SENTENCES[1]} {SENTENCES[2]}</p>", head=ld(isAccessibleForFree="False")), URL, "for subscribers"),
        (html(LINKS), "https://courier.example/news", "a list of articles"),
        (html(STORY), "https://courier.example/", "a list of articles"),
        (html(STORY, head=ld(**{"@type": "CollectionPage"})), "https://courier.example/bridges", "a list of articles"),
        (html(f"<p>{SENTENCES[0]} {SENTENCES[1]}</p>"), URL, "fewer than 3 sentences"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(page: str, url: str, reason: str) -> None:
    """Error pages, walls, live blogs, galleries, stubs, lists and scraps each have a sentence of their own."""
    assert reason in refusal(page, url)


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (html(STORY), URL),
        (html(f"<p>{' '.join(SENTENCES[:3])}</p>"), URL),
        (html(LONG_STORY, title="404 days without a bridge"), URL),
        (html(LONG_STORY + COOKIES, title="New law on cookies"), URL),
        (html(f"<p>Courts fined two firms over cookies on Thursday.</p>{STORY}", title="Firms fined over consent"), URL),
        (html(LONG_STORY, title="Live music returns"), "https://courier.example/live/music-returns"),
        (html(LONG_STORY), "https://courier.example/photos/how-we-covered-the-bridge"),
        (html(LONG_STORY, head=ld(isAccessibleForFree=False)), URL),
        (html(LONG_STORY + "<p>“We will be back,” she said. “One day...”</p>"), URL),
        (html(STORY + "<p>And the river flows on...</p>"), URL),
        (html(f"<p>Readers who subscribe to the ferry's news were told first.</p>{LONG_STORY}"), URL),
        (html(LONG_STORY + LINKS[:300]), URL),
        (html(STORY, head=ld(datePublished="2017-02-09")), "https://bridge.example/"),
        (
            html(
                "<p>橋は木曜日の朝に閉鎖された。点検で二本の橋脚にひびが見つかった。修理は六月までかかると市の技師は述べた。</p>" * 2,
                lang="ja",
            ),
            URL,
        ),
        (html("<p>यह पुल गुरुवार को बंद कर दिया गया। मरम्मत जून तक चलेगी। नौका हर दस मिनट में चलेगी।</p>" * 2, lang="hi"), URL),
    ],
)
def test_an_article_is_not_taken_for_a_wall(page: str, url: str) -> None:
    """Articles that speak of cookies, subscriptions or live music, that end in three dots, or are written without full stops of ours, go in."""
    assert len(read(page, url).text) > 50


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 2_000_000,
        "<b>" * 90_000 + STORY,
        "<html><body " + " ".join(f"a{number}='x'" for number in range(200_000)) + ">" + STORY,
        "<html><body " + " ".join(f"a{number}" for number in range(400_000)) + ">" + STORY,
        "<p>" + "word " * (MAX_CHARS // 5),
        "<" * 4_000_000,
        "&" * 4_000_000,
        "<script type='application/ld+json'>" + '{"a":' * 300_000 + "</script>" + STORY,
    ],
    ids=["too deep", "deep", "attributes", "bare attributes", "long", "angles", "ampersands", "json"],
)
def test_no_page_takes_long(page: str) -> None:
    """What is built to cost time is refused or read, within seconds."""
    started = time.process_time()
    with suppress(ArticleRefusedError):
        read(page)
    assert time.process_time() - started < 5.0


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=500) | st.text(alphabet="<>/pahb =\"'&;!-x \n", max_size=300).map(str.encode))
def test_any_bytes_are_a_draft_or_a_refusal(data: bytes) -> None:
    """Nothing that calls itself a page breaks the reader."""
    with suppress(ArticleRefusedError):
        assert read_page(b"<html><body><p>" + data, now=NOW, url=URL).text
