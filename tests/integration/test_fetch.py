"""The client of the web against a server on loopback that does what the open web does."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import trustme

from index.errors import AddressRefusedError, ArticleRefusedError, SourceGoneError, SourceUnavailableError
from index.intake.fetch.client import MAX_REDIRECTS, USER_AGENT, WebFetcher
from index.ports.web import ContentKind, Fetched
from tests.conftest import SetClock
from tests.integration.web_server import Play, Serve, redirect, response, web_server

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PAGE = b"<!doctype html><title>Three hurt</title><p>Three people were hurt on Thursday."
NAMES = {"news.example": ["127.0.0.1"], "inside.example": ["10.1.2.3"], "metadata.example": ["169.254.169.254"]}


def resolve(host: str, port: int) -> Sequence[str]:
    """A resolver that knows a few names, and IP addresses as themselves."""
    if host in NAMES:
        return NAMES[host]
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]


Fetch = Callable[..., Fetched]


@pytest.fixture
def fetcher(clock: SetClock) -> WebFetcher:
    """A fetcher for loopback with little patience."""
    return WebFetcher(clock, allow_private_hosts=True, timeout_s=1.0, rest_s=0.0, max_bytes=100_000, resolve=resolve)


def page(fetcher: WebFetcher, url: str) -> Fetched:
    return fetcher.get(url, accept=ContentKind.PAGE)


def feed(fetcher: WebFetcher, url: str) -> Fetched:
    """A fetch that reads no robots.txt first."""
    return fetcher.get(url, accept=ContentKind.FEED)


def test_a_page_comes_with_what_its_headers_say(fetcher: WebFetcher, serve: Serve, clock: SetClock) -> None:
    """Body, type, charset, validators, the pause that is asked for and the moment are those of the response."""
    headers = ('ETag: W/"a1"', "Last-Modified: Thu, 09 Feb 2017 10:00:00 GMT", "Retry-After: 120")
    server = serve({"/a?b=c": response(PAGE, *headers, kind="Text/HTML; Charset=ISO-8859-1")})
    got = page(fetcher, f"{server.url}/a?b=c#part")
    assert got == Fetched(
        url=f"{server.url}/a?b=c",
        permanent_url=None,
        status=200,
        body=PAGE,
        content_type="text/html",
        charset="iso-8859-1",
        etag='W/"a1"',
        last_modified="Thu, 09 Feb 2017 10:00:00 GMT",
        retry_after_s=120.0,
        fetched_at=clock.moment,
    )
    assert server.asked == ["/robots.txt", "/a?b=c"]
    assert {headers["user-agent"] for headers in server.headers} == {USER_AGENT}


def test_what_the_caller_has_is_not_sent_again(fetcher: WebFetcher, serve: Serve) -> None:
    """Validators go along, and a 304 is an answer without a body; unasked for, it is a refusal."""
    server = serve({"/feed": response(status="304 Not Modified", kind=None)})
    got = fetcher.get(f"{server.url}/feed", accept=ContentKind.FEED, etag='"a1"', last_modified="Thu, 09 Feb 2017 10:00:00 GMT")
    assert (got.status, got.body) == (304, b"")
    assert server.headers[0]["if-none-match"] == '"a1"'
    assert server.headers[0]["if-modified-since"] == "Thu, 09 Feb 2017 10:00:00 GMT"
    with pytest.raises(ArticleRefusedError, match="304"):
        feed(fetcher, f"{server.url}/feed")
    # What no header can hold is not sent, and does no harm.
    server.plays["/feed"] = response(PAGE)
    assert fetcher.get(f"{server.url}/feed", accept=ContentKind.FEED, etag='"é\r\nX: y"').status == 200
    assert "if-none-match" not in server.headers[-1]


@pytest.mark.parametrize(
    ("statuses", "lasting"),
    [((301,), 1), ((308, 301), 2), ((302,), None), ((301, 302), 1), ((302, 301), None), ((301, 307, 301), 1), ((303,), None)],
)
def test_a_lasting_move_is_told_from_a_passing_one(
    fetcher: WebFetcher, serve: Serve, statuses: tuple[int, ...], lasting: int | None
) -> None:
    """The new address for good is as far as unbroken permanent redirects led."""
    plays: dict[str, Play] = {f"/{step}": redirect(f"/{step + 1}", status) for step, status in enumerate(statuses)}
    server = serve(plays | {f"/{len(statuses)}": response(PAGE)})
    got = feed(fetcher, f"{server.url}/0")
    assert got.url == f"{server.url}/{len(statuses)}"
    assert got.permanent_url == (None if lasting is None else f"{server.url}/{lasting}")


def test_redirects_end(fetcher: WebFetcher, serve: Serve) -> None:
    """Five are followed; a sixth, or a circle, is refused."""
    plays: dict[str, Play] = {f"/{step}": redirect(f"/{step + 1}") for step in range(6)}
    server = serve(plays | {"/6": response(PAGE), "/circle": redirect("/circle")})
    assert feed(fetcher, f"{server.url}/1").url == f"{server.url}/6"
    for start in ("/0", "/circle"):
        with pytest.raises(ArticleRefusedError, match="redirected more than 5 times"):
            feed(fetcher, server.url + start)
    assert server.asked.count("/circle") == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("//169.254.169.254/", "link-local"),
        ("http://metadata.example/", "link-local"),
        ("http://[::ffff:127.0.0.1]/", "IPv4 address inside"),
        ("http://[64:ff9b::a9fe:a9fe]/", "IPv4 address inside"),
        ("http://100.64.0.1/", "carrier-grade"),
        ("http://224.0.0.1/", "multicast"),
        ("ftp://127.0.0.1/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http://user:secret@127.0.0.1/", "password"),
        ("http://127.0.0.1:25/", "port 25"),
        ("http://[::1", "well-formed"),
    ],
)
def test_a_redirect_is_checked_like_an_address(fetcher: WebFetcher, serve: Serve, place: str, why: str) -> None:
    """A page that leads to a place of no concern to it gets nobody there, even where loopback is allowed; nor is a secret repeated."""
    server = serve({"/": redirect(place, 301)})
    with pytest.raises(AddressRefusedError, match=why) as caught:
        feed(fetcher, f"{server.url}/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{}/",
        "http://127.1:{}/",
        "http://2130706433:{}/",
        "http://0x7f000001:{}/",
        "http://0:{}/",
        "http://localhost:{}/",
        "http://[::1]:{}/",
        "http://[::ffff:7f00:1]:{}/",
        "http://news.example:{}/",
        "http://inside.example:{}/",
        "http://metadata.example:{}/",
    ],
)
def test_nothing_private_is_asked(clock: SetClock, serve: Serve, url: str) -> None:
    """However the address is written, and whatever name leads there, the server on loopback never hears of it."""

    def known(host: str, port: int) -> Sequence[str]:
        return NAMES[host] if host in NAMES else [str(found[4][0]) for found in socket.getaddrinfo(host, port)]

    server = serve({"/": response(PAGE)})
    with pytest.raises(AddressRefusedError, match="only public addresses are fetched"):
        feed(WebFetcher(clock, resolve=known), url.format(server.port))
    assert server.asked == []


def test_a_name_is_resolved_once_and_that_address_is_asked(clock: SetClock, serve: Serve) -> None:
    """A name that would point elsewhere the second time is asked for once; the request still says the name."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    server = serve({"/": response(PAGE)})
    fetcher = WebFetcher(clock, allow_private_hosts=True, resolve=lambda _host, _port: next(answers))
    assert feed(fetcher, f"http://rebinding.example:{server.port}/").body == PAGE
    assert server.headers[0]["host"] == f"rebinding.example:{server.port}"
    assert next(answers) == ["169.254.169.254"]


def test_another_address_of_a_host_is_tried(clock: SetClock, serve: Serve) -> None:
    """Where one address does not answer the next one may; special ones among them are passed over."""
    server = serve({"/": response(PAGE)})
    fetcher = WebFetcher(
        clock, allow_private_hosts=True, resolve=lambda _host, _port: ["169.254.169.254", "127.0.0.2", "127.0.0.1"], timeout_s=2.0
    )
    assert feed(fetcher, f"http://several.example:{server.port}/").body == PAGE


def _bomb() -> bytes:
    """50 MB of blanks in 50 KB."""
    return gzip.compress(b" " * 50_000_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(PAGE), "gzip"),
        (gzip.compress(PAGE), "x-gzip"),
        (gzip.compress(PAGE[:30]) + gzip.compress(PAGE[30:]), "gzip"),
        (gzip.compress(PAGE) + b"\0\0rubbish", "GZIP"),
        (zlib.compress(PAGE), "deflate"),
        (zlib.compress(PAGE)[2:-4], "deflate"),
        (PAGE, "identity"),
    ],
)
def test_compressed_pages_are_unpacked(fetcher: WebFetcher, serve: Serve, body: bytes, encoding: str) -> None:
    """gzip in one or several members, deflate with and without its header, and rubbish behind the end."""
    server = serve({"/": response(body, f"Content-Encoding: {encoding}")})
    assert feed(fetcher, f"{server.url}/").body == PAGE


def test_a_bomb_stops_at_the_limit(fetcher: WebFetcher, serve: Serve) -> None:
    """What unpacks to more than the limit is refused, as is what is longer to begin with; what fills it exactly is not."""
    server = serve(
        {
            "/bomb": response(_bomb(), "Content-Encoding: gzip"),
            "/long": response(b"<" * 100_001),
            "/full": response(gzip.compress(b"<" * 100_000), "Content-Encoding: gzip"),
        }
    )
    for path in ("/bomb", "/long"):
        with pytest.raises(ArticleRefusedError, match="more than the 100,000 bytes"):
            feed(fetcher, server.url + path)
    assert len(feed(fetcher, f"{server.url}/full").body) == 100_000


@pytest.mark.parametrize(
    ("raw", "error", "why"),
    [
        (response(b"\x8b\x00", "Content-Encoding: br"), ArticleRefusedError, "not asked for"),
        (response(b"not gzip at all", "Content-Encoding: gzip"), SourceUnavailableError, "damaged"),
        (response(gzip.compress(PAGE * 9)[:40], "Content-Encoding: gzip"), SourceUnavailableError, "broke off"),
        (response(PAGE).removesuffix(b"Thursday."), SourceUnavailableError, "not HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", SourceUnavailableError, "not HTTP"),
        (b"", SourceUnavailableError, "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n", SourceUnavailableError, "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Many: a\r\n" * 50_000 + b"\r\n", SourceUnavailableError, "not HTTP"),
        (response(status="302 Found"), ArticleRefusedError, "302"),
        (response(status="204 No Content"), ArticleRefusedError, "204"),
    ],
)
def test_what_is_no_proper_response_is_an_error_of_ours(
    fetcher: WebFetcher, serve: Serve, raw: bytes, error: type[Exception], why: str
) -> None:
    """Damaged, cut, foreign and monstrous responses each end in a sentence."""
    server = serve({"/": raw})
    with pytest.raises(error, match=why):
        feed(fetcher, f"{server.url}/")


def _drip(connection: socket.socket) -> None:
    """A page of endless patience: a byte every 50 ms."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"<")
        time.sleep(0.05)


def _drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        connection.sendall(b"X")
        time.sleep(0.05)


def _silent(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("play", [_drip, _drip_headers, _silent], ids=["body", "headers", "silent"])
def test_the_time_limit_is_on_all_of_it(fetcher: WebFetcher, serve: Serve, play: Play) -> None:
    """A server that gives a byte now and then ends like one that is silent, and so does one that first redirects."""
    server = serve({"/": play, "/first": redirect("/")})
    started = time.monotonic()
    with pytest.raises(SourceUnavailableError, match="within 1 seconds"):
        feed(fetcher, f"{server.url}/first")
    assert 0.9 < time.monotonic() - started < 2.0


def test_a_resolver_that_hangs_ends_in_time(clock: SetClock) -> None:
    """The system's resolver knows no limit; the fetch does."""
    release = threading.Event()

    def hang(_host: str, _port: int) -> Sequence[str]:
        release.wait(10)
        return []

    with pytest.raises(SourceUnavailableError, match=r"within 0\.2 seconds"):
        feed(WebFetcher(clock, timeout_s=0.2, resolve=hang), "http://slow.example/")
    release.set()


@pytest.mark.parametrize("host", ["nowhere.example", "x" * 64 + ".example", "a..example"])
def test_a_name_nobody_knows_is_said(fetcher: WebFetcher, host: str) -> None:
    """No address, or a name that cannot have one, may be mended some day."""
    with pytest.raises((SourceUnavailableError, AddressRefusedError), match=r"no address is known|well-formed"):
        feed(fetcher, f"http://{host}/")


def test_a_port_nobody_listens_on_is_said(fetcher: WebFetcher) -> None:
    """A refused connection is an error that a retry may mend."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(SourceUnavailableError, match="cannot be reached"):
            feed(fetcher, f"http://127.0.0.1:{free.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("status", "error", "retry_after", "seconds"),
    [
        (404, SourceGoneError, None, None),
        (410, SourceGoneError, None, None),
        (401, ArticleRefusedError, None, None),
        (403, ArticleRefusedError, None, None),
        (418, ArticleRefusedError, None, None),
        (429, SourceUnavailableError, "30", 30.0),
        (429, SourceUnavailableError, "Fri, 10 Feb 2017 12:01:00 GMT", 60.0),
        (503, SourceUnavailableError, "Thu, 09 Feb 2017 12:00:00 GMT", 0.0),
        (503, SourceUnavailableError, "soon", None),
        (503, SourceUnavailableError, "-5", None),
        (599, SourceUnavailableError, None, None),
    ],
)
def test_a_status_says_whether_to_try_again(
    fetcher: WebFetcher, serve: Serve, status: int, error: type[Exception], retry_after: str | None, seconds: float | None
) -> None:
    """Gone, forbidden and busy are different errors; the pause a site asks for comes along, in seconds or as a date."""
    server = serve({"/": response(b"", *([f"Retry-After: {retry_after}"] if retry_after else []), status=f"{status} Whatever")})
    with pytest.raises(error, match=str(status)) as caught:
        feed(fetcher, f"{server.url}/")
    assert type(caught.value) is error
    if isinstance(caught.value, SourceUnavailableError):
        assert (caught.value.status, caught.value.retry_after_s) == (status, seconds)
    if isinstance(caught.value, SourceGoneError):
        assert caught.value.status == status


@pytest.mark.parametrize(
    ("accept", "kind", "body", "why"),
    [
        (ContentKind.PAGE, "text/html", PAGE, None),
        (ContentKind.PAGE, "application/xhtml+xml", PAGE, None),
        (ContentKind.PAGE, None, PAGE, None),
        (ContentKind.PAGE, "application/octet-stream", b"\xef\xbb\xbf \n" + PAGE, None),
        (ContentKind.PAGE, None, "<html>".encode("utf-16"), None),
        (ContentKind.PAGE, None, b"%PDF-1.7", "does not say what it is"),
        (ContentKind.PAGE, None, b"", "does not say what it is"),
        (ContentKind.PAGE, "application/pdf", PAGE, "it is application/pdf, not a web page"),
        (ContentKind.PAGE, "text/plain", PAGE, "it is text/plain"),
        (ContentKind.PAGE, "application/rss+xml", b"<rss/>", "it is application/rss"),
        (ContentKind.FEED, "application/rss+xml", b"<rss/>", None),
        (ContentKind.FEED, "text/xml", b"<rss/>", None),
        (ContentKind.FEED, "text/html", b"<rss/>", None),
        (ContentKind.FEED, "text/plain", b" <rss/>", None),
        (ContentKind.FEED, "application/feed+json", b"{}", None),
        (ContentKind.FEED, None, b"{}", None),
        (ContentKind.FEED, "text/plain", b"nothing", "does not begin like a feed"),
        (ContentKind.FEED, "image/png", b"\x89PNG", "it is image/png, not a feed"),
        (ContentKind.EITHER, "text/html", PAGE, None),
        (ContentKind.EITHER, "application/atom+xml", b"<feed/>", None),
        (ContentKind.EITHER, "video/mp4", b"", "not a web page or a feed"),
    ],
)
def test_the_type_of_content_is_checked(
    fetcher: WebFetcher, serve: Serve, accept: ContentKind, kind: str | None, body: bytes, why: str | None
) -> None:
    """What cannot be what was asked for is refused by its label; what has no label must at least begin like it."""
    server = serve({"/": response(body, kind=kind)})
    if why is None:
        assert fetcher.get(f"{server.url}/", accept=accept).body == body
    else:
        with pytest.raises(ArticleRefusedError, match=why):
            fetcher.get(f"{server.url}/", accept=accept)


def test_robots_rules_are_kept(fetcher: WebFetcher, serve: Serve) -> None:
    """What the rules forbid is never asked for, by whatever way it is reached; they are read once, and a feed needs none."""
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: dateline\nDisallow: /private\nAllow: /private/open\n"
    pages = {path: response(PAGE) for path in ("/", "/private", "/private/open", "/private/feed")}
    server = serve(pages | {"/robots.txt": response(rules, kind="text/plain"), "/link": redirect("/private")})
    for allowed in ("/", "/private/open"):
        assert page(fetcher, server.url + allowed).body == PAGE
    for path in ("/private", "/link"):
        with pytest.raises(ArticleRefusedError, match=r"robots\.txt asks"):
            page(fetcher, server.url + path)
    assert feed(fetcher, f"{server.url}/private/feed").body == PAGE
    assert server.asked == ["/robots.txt", "/", "/private/open", "/link", "/private/feed"]


def test_robots_rules_that_cannot_be_had_forbid_for_now(fetcher: WebFetcher, serve: Serve) -> None:
    """A site in trouble is left alone, and not asked again for each page."""
    server = serve({"/": response(PAGE), "/robots.txt": response(status="503 Busy")})
    for _ in range(2):
        with pytest.raises(SourceUnavailableError, match=r"robots\.txt cannot be had.*503"):
            page(fetcher, f"{server.url}/")
    assert server.asked == ["/robots.txt"]


def test_long_robots_rules_count_as_far_as_they_must(fetcher: WebFetcher, serve: Serve) -> None:
    """Half a megabyte is read, and the rest is no reason to refuse."""
    rules = b"User-agent: *\nDisallow: /private\n" + b"# nothing\n" * 80_000
    server = serve({"/": response(PAGE), "/robots.txt": response(rules, kind="text/html")})
    assert page(fetcher, f"{server.url}/").body == PAGE
    with pytest.raises(ArticleRefusedError, match=r"robots\.txt"):
        page(fetcher, f"{server.url}/private")


def test_a_host_is_asked_by_one_at_a_time_with_a_rest(clock: SetClock, serve: Serve) -> None:
    """Eight threads at one host: its robots.txt is read once, no two requests overlap, and the rest between them is kept."""
    moments: list[float] = []

    def slow(connection: socket.socket) -> None:
        moments.append(time.monotonic())
        time.sleep(0.02)
        connection.sendall(response(PAGE))

    server = serve({f"/{number}": slow for number in range(8)})
    fetcher = WebFetcher(clock, allow_private_hosts=True, rest_s=0.05)
    threads = [threading.Thread(target=page, args=(fetcher, f"{server.url}/{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(server.asked) == [*(f"/{number}" for number in range(8)), "/robots.txt"]
    assert server.most_open == 1
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.06


def test_nothing_is_kept_or_sent_that_could_tell_who_asks(fetcher: WebFetcher, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cookie comes back, no proxy of the environment is used, and no credentials file is read."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server = serve(
        {"/": response(PAGE, "Set-Cookie: id=1; Path=/"), "/go": response(b"", "Set-Cookie: id=2", "Location: /", status="302 Go")}
    )
    for _ in range(2):
        assert feed(fetcher, f"{server.url}/go").body == PAGE
    sent = {name for headers in server.headers for name in headers}
    assert sent == {"host", "user-agent", "accept", "accept-encoding", "connection"}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for the tests' servers."""
    return trustme.CA()


@pytest.mark.parametrize(("name", "trusted"), [("news.example", True), ("other.example", False)])
def test_a_certificate_must_be_the_names(clock: SetClock, authority: trustme.CA, name: str, trusted: bool) -> None:
    """Over TLS to the address that was checked, the server still has to prove that it is who the address names."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    fetcher = WebFetcher(clock, allow_private_hosts=True, resolve=resolve, ssl_context=ours)
    with web_server({"/": response(PAGE)}, tls) as server:
        if trusted:
            assert feed(fetcher, f"https://news.example:{server.port}/").body == PAGE
        else:
            with pytest.raises(SourceUnavailableError, match=r"cannot prove that it is news\.example"):
                feed(fetcher, f"https://news.example:{server.port}/")


def test_a_server_nobody_vouches_for_is_not_believed(clock: SetClock, authority: trustme.CA) -> None:
    """The default trusts what the system trusts, and no more."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(tls)
    with web_server({"/": response(PAGE)}, tls) as server, pytest.raises(SourceUnavailableError, match="cannot prove"):
        feed(WebFetcher(clock, allow_private_hosts=True, resolve=resolve), f"https://news.example:{server.port}/")


def test_a_handshake_that_drips_ends_in_time(fetcher: WebFetcher) -> None:
    """The limit holds before there is any HTTP, too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        started = time.monotonic()
        with pytest.raises(SourceUnavailableError, match="within 1 seconds"):
            feed(fetcher, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        assert time.monotonic() - started < 2.0


def test_no_file_is_left_open(fetcher: WebFetcher, serve: Serve) -> None:
    """Whatever way a fetch ends, its connection is closed."""
    server = serve({"/": response(PAGE), "/bad": b"no", "/pdf": response(b"%PDF", kind="application/pdf"), "/go": redirect("/")})
    feed(fetcher, f"{server.url}/")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in ("/", "/go", "/bad", "/pdf", "/none") * 4:
        try:
            feed(fetcher, server.url + path)
        except (SourceUnavailableError, ArticleRefusedError):
            continue
    time.sleep(0.05)  # the server's ends
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
