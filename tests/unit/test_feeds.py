"""Feeds of every kind to plain entries: what they say, what is refused with its reason, and nothing that breaks the reader."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ArticleRefusedError
from index.intake.feed_entries import FeedEntry, ParsedFeed
from index.intake.feeds import read_feed
from index.intake.markup import one_line, plain_text

URL = "https://courier.example/news/feed.xml"


def read(body: str | bytes, charset: str | None = None) -> ParsedFeed:
    return read_feed(body.encode() if isinstance(body, str) else body, URL, charset)


def rss(item: str, channel: str = "") -> str:
    head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return f"{head}<channel><title>The Courier</title>{channel}<item>{item}</item></channel></rss>"


def only(feed: ParsedFeed) -> FeedEntry:
    (entry,) = feed.entries
    return entry


def atom(entry: str, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>The Gazette</title><entry>{entry}</entry></feed>'


def test_rss() -> None:
    """An RSS item gives its id, address, title, text, date in UTC and author; the channel its title, language and interval."""
    feed = read(
        rss(
            "<title>Bus leaves road</title><link>https://courier.example/1</link><guid isPermaLink='false'>n1</guid>"
            "<description>Two were hurt.</description><pubDate>Thu, 09 Feb 2017 10:30:00 +0300</pubDate><dc:creator>Ann Lee</dc:creator>",
            "<language>en-gb</language><ttl>60</ttl>",
        )
    )
    assert (feed.kind, feed.title, feed.language, feed.interval_s) == ("RSS 2.0", "The Courier", "en-gb", 3600.0)
    expected = FeedEntry(
        id="n1",
        url="https://courier.example/1",
        title="Bus leaves road",
        text="Two were hurt.",
        published_at=datetime(2017, 2, 9, 7, 30, tzinfo=UTC),
        published_as="Thu, 09 Feb 2017 10:30:00 +0300",
        author="Ann Lee",
    )
    assert only(feed) == expected


def test_atom() -> None:
    """An Atom entry gives both its dates, its authors, and the address that leads to it rather than to itself or to a file."""
    feed = read(
        atom(
            "<id>tag:gazette.example,2017:1</id><title>Fire</title>"
            "<link rel='self' href='https://gazette.example/1.atom'/><link rel='enclosure' href='https://gazette.example/1.mp3'/>"
            "<link href='https://gazette.example/1'/><published>2017-02-09T07:00:00Z</published><updated>2017-02-09T08:00:00Z</updated>"
            "<author><name>Ann Lee</name></author><author><name>Bo Ek</name></author><content type='html'>&lt;p&gt;One.&lt;/p&gt;</content>"
        )
    )
    entry = only(feed)
    assert (feed.kind, entry.id, entry.url, entry.text) == ("Atom 1.0", "tag:gazette.example,2017:1", "https://gazette.example/1", "One.")
    assert entry.published_at == datetime(2017, 2, 9, 7, tzinfo=UTC)
    assert entry.modified_at == datetime(2017, 2, 9, 8, tzinfo=UTC)
    assert entry.author == "Ann Lee; Bo Ek"


def test_json_feed() -> None:
    """A JSON Feed gives the same; numbers where texts belong are read, items that are none are left out."""
    item = {
        "id": 7,
        "url": "/1",
        "title": "Fire",
        "content_html": "<p>One.</p><p>Two.</p>",
        "summary": "One.",
        "date_published": "2017-02-09T10:30:00+03:00",
        "authors": [{"name": "Ann Lee"}, "nobody"],
    }
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "The Post", "language": "en", "items": [item, "rubbish", {}]}
    feed = read(json.dumps(whole))
    assert (feed.kind, feed.title, feed.language, feed.is_finished) == ("JSON Feed 1.1", "The Post", "en", False)
    expected = FeedEntry(
        id="7",
        url="https://courier.example/1",
        title="Fire",
        text="One.\n\nTwo.",
        published_at=datetime(2017, 2, 9, 7, 30, tzinfo=UTC),
        author="Ann Lee",
    )
    assert only(feed) == expected
    assert read(json.dumps(whole | {"expired": True})).is_finished


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("Thu, 09 Feb 2017 10:30:00 EST", datetime(2017, 2, 9, 15, 30, tzinfo=UTC)),
        ("Thu, 9 Feb 17 10:30 +0300", datetime(2017, 2, 9, 7, 30, tzinfo=UTC)),
        ("2017-02-09T10:30:00+03:00", datetime(2017, 2, 9, 7, 30, tzinfo=UTC)),
        ("2017-02-09", datetime(2017, 2, 9, tzinfo=UTC)),
        ("9 février 2017 10:30", datetime(2017, 2, 9, 10, 30, tzinfo=UTC)),
        ("03/04/2017", datetime(2017, 4, 3, tzinfo=UTC)),
        ("last week", None),
        ("", None),
        ("0000-00-00", None),
    ],
)
def test_dates_as_feeds_write_them(stated: str, moment: datetime | None) -> None:
    """The formats of feeds, and words and figures in the feed's language; what is no date is none."""
    entry = only(read(rss(f"<title>a</title><pubDate>{stated}</pubDate>", "<language>fr-fr</language>")))
    assert entry.published_at == moment


def test_the_longest_text_is_taken() -> None:
    """The whole text wins over the summary, wherever a feed puts either."""
    whole = "<p>It happened at noon.</p><p>Nobody was hurt.</p>"
    text = "It happened at noon.\n\nNobody was hurt."
    assert only(read(rss(f"<description>It happened.</description><content:encoded><![CDATA[{whole}]]></content:encoded>"))).text == text
    assert only(read(rss(f"<description><![CDATA[{whole}]]></description>"))).text == text
    assert only(read(atom(f"<summary>It happened.</summary><content type='html'><![CDATA[{whole}]]></content>"))).text == text
    xhtml = f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{whole}</div></content>"
    assert only(read(atom(xhtml))).text == text


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<title>AT&amp;amp;T &amp;lt;b&amp;gt;wins&amp;lt;/b&amp;gt;</title>", "AT&T <b>wins</b>"),
        ("<title><![CDATA[A <b>bold</b> &mdash; move]]></title>", "A bold — move"),
        ("<title>Profit &lt; 5% &amp; falling</title>", "Profit < 5% & falling"),
        ("<title>\n  Two \t lines \n</title>", "Two lines"),
        ("<title>a\u202eb\u00ad\ufeffc</title>", "abc"),
    ],
)
def test_titles_are_plain_text_on_one_line(item: str, title: str) -> None:
    """Markup, entities, line breaks and marks that cannot be seen do not reach a title."""
    assert only(read(rss(item))).title == title


def test_atom_titles_mean_what_their_type_says() -> None:
    """In Atom, plain text that looks like markup is not markup."""
    assert only(read(atom("<title type='text'>The &lt;video&gt; tag</title>"))).title == "The <video> tag"
    assert only(read(atom("<title type='html'>The &lt;b&gt;tag&lt;/b&gt;</title>"))).title == "The tag"


def test_relative_addresses_are_made_whole() -> None:
    """By xml:base where the feed has one, else by where the feed was found; what is not of the web is no address."""
    assert only(read(rss("<title>a</title><link>../1?x=1&amp;y=2</link>"))).url == "https://courier.example/1?x=1&y=2"
    based = atom("<title>a</title><link href='1'/>", "xml:base='https://gazette.example/2017/'")
    assert only(read(based)).url == "https://gazette.example/2017/1"
    assert only(read(rss("<title>a</title><link>javascript:alert(1)</link>"))).url is None
    assert only(read(rss("<title>a</title><link>file:///etc/passwd</link>"))).url is None


@pytest.mark.parametrize(
    ("declared", "charset", "encoded"),
    [
        ("utf-8", None, "utf-8"),
        ("iso-8859-1", None, "utf-8"),
        ("utf-8", "iso-8859-1", "utf-8"),
        ("iso-8859-1", None, "windows-1252"),
        ("utf-8", None, "windows-1252"),
        ("utf-16", None, "utf-16"),
        ("utf-8", "windows-1252", "windows-1252"),
    ],
)
def test_encodings_that_are_declared_wrongly_are_read_rightly(declared: str, charset: str | None, encoded: str) -> None:
    """What the bytes show wins over what the site or the document says of them."""
    document = f'<?xml version="1.0" encoding="{declared}"?>' + rss("<title>Café – “brûlé”</title>")
    assert only(read(document.encode(encoded), charset)).title == "Café – “brûlé”"


def test_other_encodings_are_read_as_declared() -> None:
    """An encoding of its own, named by the document or by the site, is believed."""
    russian = rss("<title>Пожар в порту</title>")
    assert only(read(f'<?xml version="1.0" encoding="koi8-r"?>{russian}'.encode("koi8-r"))).title == "Пожар в порту"
    assert only(read(russian.encode("windows-1251"), "windows-1251")).title == "Пожар в порту"


def test_one_broken_letter_spoils_no_others() -> None:
    """A feed in UTF-8 with a wrong byte in it keeps every letter but that one."""
    body = rss("<title>Café brûlé</title><description>Garçon X.</description>").encode().replace(b"X", b"\xff")
    entry = only(read(body))
    assert entry.title == "Café brûlé"
    assert entry.text == "Garçon \ufffd."


@pytest.mark.parametrize(
    "body",
    [
        rss("<title>Fire &nbsp; at & noon</title><link>https://a.example/?a=1&b=2</link>"),
        "\n\n  " + rss("<title>Fire at noon</title>"),
        "\ufeff" + rss("<title>Fire at noon</title>"),
        rss("<title>Fire at noon</title>").removesuffix("</item></channel></rss>"),
        rss("<title>Fire at noon\x0b</title>"),
        '<!DOCTYPE rss SYSTEM "http://my.netscape.example/rss-0.91.dtd">' + rss("<title>Fire at noon</title>"),
    ],
)
def test_broken_xml_still_gives_its_entries(body: str) -> None:
    """What no strict parser takes, and a bare document type, is read all the same."""
    title = only(read(body)).title
    assert title is not None
    assert title.startswith("Fire")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (b"<!doctype html><html><body><p>Hello</p></body></html>", "it is a web page, not a feed"),
        (b"Just some words.", "neither RSS nor Atom nor JSON Feed"),
        (b"<note><to>Ann</to></note>", "neither RSS nor Atom nor JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "neither XML nor valid JSON"),
        (b'{"hello": 1}', "JSON, but not a JSON Feed"),
        (b"[1, 2]", "JSON, but not a JSON Feed"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"version": "1", "items": [\xff]}', "neither XML nor valid JSON"),
        (b'<?xml version="1.0" encoding="\xff"?><rss/>', "its encoding is not known"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    """Each kind of thing that is no feed has a sentence of its own."""
    with pytest.raises(ArticleRefusedError, match=reason):
        read(body)


ENTITY = '<!DOCTYPE rss [<!ENTITY a "Fire">]>'


@pytest.mark.parametrize(
    "body",
    [
        (ENTITY + rss("<title>&a;</title>")).encode(),
        ('<?xml version="1.0" encoding="utf-16"?>' + ENTITY + rss("<title>&a;</title>")).encode("utf-16"),
        ("<!-- <rss> -->" + ENTITY + rss("<title>&a;</title>")).encode(),
        ("<!DOCTYPE rss [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]>" + rss("<title>x</title>")).encode(),
        ("<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + rss("<title>&a;</title>")).encode(),
        ("<!DOCTYPE rss [<!ATTLIST rss a CDATA 'b'><!entity a 'Fire'>" + rss("<title>&a;</title>")).encode(),
        ('<?xml version="1.0" encoding="utf-7"?>' + ENTITY + rss("<title>&a;</title>")).replace("<!E", "+ADwAIQBF-").encode(),
    ],
)
def test_xml_with_entities_is_refused(body: bytes) -> None:
    """Declared anywhere before the first element, in any encoding, for any purpose: no entity is ever expanded."""
    with pytest.raises(ArticleRefusedError, match="entities"):
        read(body)


def test_a_bomb_of_entities_costs_nothing() -> None:
    """A document that would unfold to gigabytes is refused at its first declaration."""
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "boom">{levels}]>' + rss("<title>&a11;</title>")
    with pytest.raises(ArticleRefusedError, match="declares XML entities"):
        read(bomb)


def test_text_about_entities_is_no_declaration() -> None:
    """An article may speak of entities: what it quotes is text."""
    assert "<!ENTITY a" in only(read(rss("<description><![CDATA[Write <code>&lt;!ENTITY a 'b'></code>.]]></description>"))).text


def test_bytes_that_name_a_file_open_none(tmp_path: Path) -> None:
    """feedparser opens what a string names; what comes here is data, even when it is the name of a feed that exists."""
    file = tmp_path / "feed.xml"
    file.write_text(rss("<title>Secret</title>"), encoding="utf-8")
    for body in (str(file).encode(), file.as_uri().encode()):
        with pytest.raises(ArticleRefusedError):
            read(body)


def test_nothing_of_a_script_reaches_the_text() -> None:
    """Programs, styles, forms and pictures in an entry are not its text."""
    html = "<p>One.</p><script>steal()</script><style>p{}</style><form><input value='x'><button>Go</button></form><figure>F</figure><p>Two.</p>"
    assert only(read(rss(f"<content:encoded><![CDATA[{html}]]></content:encoded>"))).text == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>bold</b>\n word.</p>Tail<!-- c --> end<br/>line", "One bold word.\n\nTail end\nline"),
        ("<ul><li>a</li><li>b</li></ul>after", "a\nb\n\nafter"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<?xml version='1.0' encoding='latin-1'?><p>é</p>", "é"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("<!-- nothing -->", ""),
        ("", ""),
    ],
)
def test_markup_becomes_text(html: str, text: str) -> None:
    """Paragraphs are parted by a blank line, lines by a break, and words stay whole."""
    assert plain_text(html) == text


@given(st.text())
def test_any_markup_becomes_text(html: str) -> None:
    """No text at all breaks the reader of markup; what comes out is one clean text, also on one line."""
    assert "\0" not in plain_text(html)
    assert "\n" not in one_line(html)


PIECES = (
    b"<rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<feed>", b"<entry>", b"<link/>", b"<![CDATA[", b"]]>", b"<?xml",
    b" encoding='utf-16'?>", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"&#xd800;", b"<pubDate>", b"2017-02-30", b"xml:base='//['",
    b"<content type='xhtml'>", b"<ttl>9</ttl>", b"\xff\xfe", b"\x00", b"{", b'"items":', b"[", b"http://[", b"<guid>", b"word",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=25).map(b"".join),
    st.sampled_from([None, "utf-8", "nonsense", "utf-7"]),
)
def test_any_bytes_are_a_feed_or_a_refusal(body: bytes, charset: str | None) -> None:
    """Whatever is made of the parts of feeds and of rubbish, it is read, or refused with a reason; nothing else is raised."""
    try:
        feed = read(body, charset)
    except ArticleRefusedError:
        return
    assert feed.kind


def test_compressed_bytes_are_refused_as_what_they_are_not() -> None:
    """A feed that was saved compressed is not taken for one in some odd encoding."""
    with pytest.raises(ArticleRefusedError):
        read(gzip.compress(rss("<title>Fire</title>").encode()))
