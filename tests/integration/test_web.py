"""Addresses to articles: pages on a server on loopback, fetched, told from feeds, and read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.domain.articles import ArticleDraft
from index.domain.ingest import Refusal
from index.errors import ArticleRefusedError
from index.intake.fetch.client import WebFetcher
from index.intake.files import Defaults
from index.intake.web import is_feed, read_address, read_fetched_page
from index.ports.web import ContentKind, Fetched
from tests.conftest import SetClock
from tests.integration.web_server import Play, Serve, redirect, response

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

STORY = (
    "The bridge over the river was closed on Thursday after inspectors found cracks in two of its piers. "
    "Some 12,000 cars use it on an ordinary day, the city's engineer, Ann Marlow, told the council. "
    "Repairs at the café's side would take until June at the earliest and cost about four million, she said."
)
PAGE = (
    "<!doctype html><html lang='en'><head><title>Bridge closed</title></head>"
    f"<body><article><h1>Bridge closed</h1><p>{STORY}</p></article></body></html>"
)


@pytest.fixture
def fetcher(clock: SetClock) -> WebFetcher:
    """A fetcher for loopback."""
    return WebFetcher(clock, allow_private_hosts=True, timeout_s=2.0, rest_s=0.0)


def test_an_address_gives_the_article_on_its_page(fetcher: WebFetcher, serve: Serve, clock: SetClock) -> None:
    """It stands at the address that redirects led to; defaults fill what the page does not state; the report names what was typed."""
    server = serve({"/b": redirect("/2017/02/09/bridge"), "/2017/02/09/bridge": response(PAGE.encode())})
    (draft,) = read_address(f"{server.url}/b", fetcher, Defaults(source="Unused", language="unused"))
    assert draft == ArticleDraft(
        text=STORY,
        url=f"{server.url}/2017/02/09/bridge",
        title="Bridge closed",
        source="127.0.0.1",
        published_at=datetime(2017, 2, 9, tzinfo=UTC),
        language="en",
        origin=f"{server.url}/b",
        published_from="address; day only",
    )


def test_a_date_after_the_fetch_is_not_believed(fetcher: WebFetcher, serve: Serve) -> None:
    """What counts as the future is said by the clock of the fetch; the notice goes with the draft."""
    page = PAGE.replace("</head>", "<meta property='article:published_time' content='2017-02-12T00:00:00Z'></head>")
    server = serve({"/bridge": response(page.encode())})
    (draft,) = read_address(f"{server.url}/bridge", fetcher)
    assert isinstance(draft, ArticleDraft)
    assert draft.published_at is None
    assert draft.notices == ("the publication date '2017-02-12T00:00:00Z' (meta) is not believed: it is in the future",)


@pytest.mark.parametrize(
    ("encoding", "label"), [("utf-8", "iso-8859-1"), ("cp1252", None), ("cp1252", "iso-8859-1"), ("utf-16", None), ("utf-8", "nonsense")]
)
def test_letters_come_out_right(fetcher: WebFetcher, serve: Serve, encoding: str, label: str | None) -> None:
    """Whatever the server says of the encoding, and where it says nothing."""
    server = serve({"/": response(PAGE.encode(encoding), kind=f"text/html; charset={label}" if label else "text/html")})
    fetched = fetcher.get(f"{server.url}/", accept=ContentKind.PAGE)
    with pytest.raises(ArticleRefusedError, match="a list of articles"):  # it is a front page; its letters are looked at elsewhere
        read_fetched_page(fetched)
    server.plays["/bridge"] = server.plays["/"]
    (draft,) = read_address(f"{server.url}/bridge", fetcher)
    assert isinstance(draft, ArticleDraft)
    assert draft.text == STORY


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (response(b"<html><body><p>Too short.</p></body></html>"), "fewer than 3 sentences"),
        (response(status="404 Not Found"), "there is nothing at this address (404)"),
        (response(status="503 Busy"), "the site is in trouble (503)"),
        (response(b"%PDF-1.7", kind="application/pdf"), "it is application/pdf, not a web page or a feed"),
        (redirect("http://169.254.169.254/latest/meta-data"), "169.254.169.254 is at 169.254.169.254, a link-local address"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(fetcher: WebFetcher, serve: Serve, play: Play, reason: str) -> None:
    """One refusal, under the address that was typed."""
    server = serve({"/bridge": play})
    (refusal,) = read_address(f"{server.url}/bridge", fetcher)
    assert isinstance(refusal, Refusal)
    assert refusal.origin == f"{server.url}/bridge"
    assert reason in refusal.reason


@pytest.mark.parametrize("address", ["ftp://courier.example/", "http://", "http://user:secret@courier.example/", "http://10.0.0.1:25/"])
def test_an_address_of_no_use_is_refused(fetcher: WebFetcher, address: str) -> None:
    """Without a connection, and as a refusal like any other."""
    (refusal,) = read_address(address, fetcher)
    assert isinstance(refusal, Refusal)
    assert "secret" not in refusal.reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'><channel>", True),
        (b"\xef\xbb\xbf \n<feed xmlns='http://www.w3.org/2005/Atom'>", True),
        (b"<!-- made by hand --><rdf:RDF xmlns:rdf='x'>", True),
        ("<?xml version='1.0' encoding='utf-16'?><rss version='2.0'>".encode("utf-16"), True),
        (b' {"version": "https://jsonfeed.org/version/1.1"}', True),
        (b"<!doctype html><html><body>An article about <rss> and <feed> elements", False),
        (b"<html><head><title>{}</title>", False),
        (b"<p>Three were hurt.", False),
        (b"", False),
    ],
)
def test_a_feed_is_told_from_a_page_by_its_content(clock: SetClock, body: bytes, expected: bool) -> None:
    """The first element decides, whatever the address or the label."""
    fetched = Fetched("http://courier.example/", None, 200, body, "text/html", None, None, None, None, clock.now())
    assert is_feed(fetched) is expected
