"""The pure parts of fetching: which addresses, in what order, how much, and what robots.txt says."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
import zlib

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import AddressRefusedError, ArticleRefusedError, SourceUnavailableError
from index.intake.fetch.addresses import MAX_CHARS, parse_address, why_not_public
from index.intake.fetch.content import content_type
from index.intake.fetch.robots import MAX_AGE_S, MAX_AGE_UNKNOWN_S, MAX_PAUSE_S, MAX_SITES, Robots
from index.intake.fetch.turns import Turns
from index.intake.fetch.unpack import unpack


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("0.0.0.0", "this machine"),
        ("10.255.255.255", "private"),
        ("100.64.0.0", "carrier-grade"),
        ("100.127.255.255", "carrier-grade"),
        ("127.255.0.1", "this machine"),
        ("168.63.129.16", "a cloud's own"),
        ("169.254.169.254", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.192", "reserved"),
        ("192.168.1.1", "private"),
        ("198.19.0.1", "benchmarks"),
        ("203.0.113.9", "documentation"),
        ("239.255.255.250", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "this machine"),
        ("::1", "this machine"),
        ("::7f00:1", "IPv4 address inside"),
        ("::ffff:10.0.0.1", "IPv4 address inside"),
        ("::ffff:8.8.8.8", "IPv4 address inside"),
        ("64:ff9b::7f00:1", "IPv4 address inside"),
        ("64:ff9b:1::7f00:1", "IPv4 address inside"),
        ("2002:7f00:1::", "IPv4 address inside"),
        ("2001:0:1::1", "IPv4 address inside"),
        ("2001:db8::1", "documentation"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("nonsense", "not an IP address"),
    ],
)
def test_special_addresses_are_refused(address: str, why: str) -> None:
    """Every range that is not the public's has its reason."""
    assert why in (why_not_public(address) or "")


@pytest.mark.parametrize("address", ["8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "169.253.0.1", "2606:4700::1"])
def test_public_addresses_are_asked(address: str) -> None:
    """The neighbours of special ranges are ordinary addresses."""
    assert why_not_public(address) is None


def test_private_hosts_are_allowed_alone() -> None:
    """The switch for tests opens loopback and private ranges, and nothing else."""
    allowed = ["127.0.0.1", "10.0.0.1", "::1", "fd00::1"]
    refused = ["169.254.169.254", "fe80::1", "100.64.0.1", "224.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "168.63.129.16"]
    assert [address for address in [*allowed, *refused] if why_not_public(address, allow_private=True) is None] == allowed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "http://"),
        ("news.example/story", "http://"),
        ("//news.example/", "http://"),
        ("ftp://news.example/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("javascript:alert(1)", "http://"),
        ("gopher://127.0.0.1:70/", "http://"),
        ("http:///story", "no host"),
        ("http://", "no host"),
        ("http://user@news.example/", "take it out"),
        ("http://news.example\\@10.0.0.1/", "take it out"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:0/", "port 0"),
        ("http://news.example:65536/", "port 65536"),
        ("http://news.example:http/", "well-formed"),
        ("http://[::1/", "well-formed"),
        ("http://news.example/\nHost: other", "well-formed"),
        ("http://news.example/" + "a" * MAX_CHARS, "characters"),
    ],
)
def test_addresses_that_are_not_fetched(text: str, why: str) -> None:
    """Each with a sentence, none of which repeats what was given."""
    with pytest.raises(AddressRefusedError, match=why) as caught:
        parse_address(text)
    assert "user" not in caught.value.message.replace("user name", "")


def test_an_address_is_put_in_form() -> None:
    """White space around it and the fragment go; host and path become ASCII."""
    assert str(parse_address("  HTTPS://Zürich.example/ä?ö#teil\n")) == "https://xn--zrich-kva.example/%C3%A4?%C3%B6"
    assert str(parse_address("../b", base=httpx2.URL("http://news.example:8080/a/c"))) == "http://news.example:8080/b"


@given(st.text(), st.sampled_from(["", "http://", "https://[", "http://a:"]))
def test_any_text_is_an_address_or_a_refusal(text: str, before: str) -> None:
    """Nothing that somebody types breaks the reader."""
    try:
        url = parse_address(before + text)
    except AddressRefusedError:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo


@given(st.binary(max_size=2000), st.integers(1, 50), st.sampled_from(["gzip", "zlib", "bare", ""]))
def test_unpacking_gives_what_was_packed(data: bytes, size: int, how: str) -> None:
    """Whatever the length of the chunks that come in, down to a byte."""
    packed = {"gzip": gzip.compress(data), "zlib": zlib.compress(data), "bare": zlib.compress(data, wbits=-15), "": data}[how]
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert unpack(chunks, {"zlib": "deflate", "bare": "deflate"}.get(how, how), max_bytes=2000) == data


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    """300 MB in 300 KB are never unpacked: memory stays within a few times the limit."""
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join([*(packer.compress(b"\0" * 10_000_000) for _ in range(30)), packer.flush()])
    tracemalloc.start()
    with pytest.raises(ArticleRefusedError, match="more than the 1,000,000 bytes"):
        unpack([bomb], "gzip", max_bytes=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert len(unpack([bomb], "gzip", max_bytes=1_000_000, cut=True)) == 1_000_000


def test_compressed_nothing_without_end_is_refused() -> None:
    """Data that unpacks to nothing is counted as it is read."""
    empty_blocks = gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 40_000
    with pytest.raises(ArticleRefusedError, match="more than"):
        unpack((empty_blocks for _ in range(3)), "gzip", max_bytes=100_000)


@pytest.mark.parametrize(
    ("header", "kind", "charset"),
    [
        (None, "", None),
        ("", "", None),
        ("text/html", "text/html", None),
        ("TEXT/HTML;charset=UTF-8", "text/html", "utf-8"),
        ('text/html; boundary=x; charset="Windows-1252"', "text/html", "windows-1252"),
        ("text/html; charset=", "text/html", None),
    ],
)
def test_type_and_charset_are_read(header: str | None, kind: str, charset: str | None) -> None:
    """In whatever case and order a server writes them."""
    assert content_type(header) == (kind, charset)


class Site:
    """A site's robots.txt, or its trouble, and how often it was asked for; with a clock that is set."""

    def __init__(self, rules: bytes | Exception) -> None:
        self.rules = rules
        self.asked: list[str] = []
        self.now = 0.0
        self.robots = Robots(self.read, "Dateline", lambda: self.now)

    def read(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.rules, Exception):
            raise self.rules
        return self.rules

    def pause_s(self, url: str = "https://news.example/story") -> float:
        return self.robots.pause_s(httpx2.URL(url))


@pytest.mark.parametrize(
    ("written", "pause_s"),
    [("5", 5.0), ("0.5", 0.5), ("86400", MAX_PAUSE_S), ("-1", 0.0), ("nan", 0.0), ("inf", 0.0), ("soon", 0.0), ("", 0.0)],
)
def test_the_pause_a_site_asks_for_is_kept_within_bounds(written: str, pause_s: float) -> None:
    """Up to half a minute; what is no number is no pause."""
    assert Site(f"User-agent: *\nCrawl-delay: {written}\n".encode()).pause_s() == pause_s


def test_rules_are_asked_for_again_when_they_are_old() -> None:
    """Once in some hours, for each site and scheme on its own."""
    site = Site(b"User-agent: *\nDisallow: /a")
    for url in ("https://news.example/b?c", "https://news.example/d", "http://news.example/", "https://news.example:8443/"):
        site.pause_s(url)
    assert site.asked == ["https://news.example/robots.txt", "http://news.example/robots.txt", "https://news.example:8443/robots.txt"]
    site.rules = b"User-agent: *\nDisallow: /"
    site.now = MAX_AGE_S - 1
    site.pause_s()
    site.now = MAX_AGE_S
    with pytest.raises(ArticleRefusedError, match="leave this address alone"):
        site.pause_s()


def test_a_site_without_rules_allows_all() -> None:
    """Missing, forbidden or no text at all: the standard says that there are none."""
    for rules in (ArticleRefusedError("there is nothing at this address (404)"), b"", b"<html>Not found</html>", b"\xff\xfe\0\x89"):
        assert Site(rules).pause_s() == 0.0


def test_a_site_in_trouble_is_asked_again_soon() -> None:
    """What it says of its trouble comes along; some minutes later its rules may be there."""
    site = Site(SourceUnavailableError("the site is in trouble (503)", status=503, retry_after_s=9.0))
    with pytest.raises(SourceUnavailableError, match="503") as caught:
        site.pause_s()
    assert (caught.value.status, caught.value.retry_after_s) == (503, 9.0)
    site.rules = b""
    site.now = MAX_AGE_UNKNOWN_S
    assert site.pause_s() == 0.0


def test_crafted_rules_cost_little() -> None:
    """Thousands of programs named together, each to get thousands of rules, would fill the memory; such a file forbids all, at once."""
    rules = b"".join(b"User-agent: a%d\n" % number for number in range(15_000)) + b"Disallow: /a\n" * 15_000
    started = time.process_time()
    with pytest.raises(ArticleRefusedError):
        Site(rules).pause_s()
    assert time.process_time() - started < 1.0


def test_the_rules_of_so_many_sites_are_remembered() -> None:
    """The ones known longest are forgotten first, so that memory is bounded."""
    site = Site(b"")
    for number in range(MAX_SITES + 1):
        site.pause_s(f"http://n{number}.example/")
    site.pause_s(f"http://n{MAX_SITES}.example/")
    assert len(site.asked) == MAX_SITES + 1
    site.pause_s("http://n0.example/")
    assert len(site.asked) == MAX_SITES + 2


def test_a_host_at_rest_is_forgotten_when_it_is_rested() -> None:
    """Turns remember nobody for ever, and hold nobody up at other hosts."""
    now = [0.0]
    turns = Turns(lambda: now[0])
    for number in range(100):
        turns.take(f"n{number}.example")
        turns.give_back(f"n{number}.example", 1.0)
        now[0] += 1.0
    turns.take("busy.example")
    assert set(turns._free_at) == {"n99.example", "busy.example"}
    turns.take("other.example")


def test_a_turn_comes_when_it_is_given_back() -> None:
    """Whoever waits for a host goes on as soon as it is free."""
    turns = Turns()
    turns.take("news.example")
    got = threading.Event()

    def wait() -> None:
        turns.take("news.example")
        got.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not got.wait(0.05)
    turns.give_back("news.example", 0.0)
    assert got.wait(2)
    thread.join()
