"""Which addresses lead to one article, and which must not be taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.intake.addresses import canonical

PLAIN = "https://news.example/2017/bus"


@pytest.mark.parametrize(
    "address",
    [
        "http://news.example/2017/bus",
        "HTTPS://WWW.News.Example:443/2017/bus/",
        "https://news.example/2017/./x/../bus#comments",
        "https://news.example/2017/bus?utm_source=feed&utm_medium=rss&fbclid=Iw1&gclid=2&mc_cid=3&CMP=share",
        "https://m.news.example/2017/bus?at_medium=RSS",
        "https://amp.news.example/2017/bus",
        "https://news.example/2017/bus/amp/",
        "https://news.example/2017/bus.amp?outputType=amp",
        "https://news.example/2017/bus?amp=1",
        "https://news.example/2017/%62us;jsessionid=A1B2",
        "https://reader:secret@news.example/2017/bus",
        "https://news-example.cdn.ampproject.org/v/s/news.example/2017/bus/amp?amp_js_v=0.1",
        "https://www.google.com/amp/s/news.example/2017/bus",
        "  https://news.example/2017/bus\n",
    ],
)
def test_one_article_has_one_form(address: str) -> None:
    """However it was linked to, the article is found: scheme, case, port, dots, tracking, AMP, mobile hosts, sessions, passwords."""
    assert canonical(address) == PLAIN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/story?id=1", "https://news.example/story?id=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a", "https://sport.news.example/a"),
        ("https://news.example/a", "https://news.example:8080/a"),
        ("https://news.example/a?x=1&x=2", "https://news.example/a?x=2&x=1"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/champ", "https://news.example/ch"),
        ("https://m.com.au/a", "https://mobile.com.au/a"),
        ("https://news.example/app#!/story/1", "https://news.example/app#!/story/2"),
        ("https://news.example/a?amp=0", "https://news.example/a"),
        ("https://t.me/somechannel/12", "https://t.me/somechannel/13"),
    ],
)
def test_two_articles_have_two_forms(one: str, other: str) -> None:
    """What may choose an article is kept: identifiers, case, subdomains, ports, the order of equal names, routes behind the fragment."""
    assert canonical(one) != canonical(other)


def test_the_order_of_parameters_tells_nothing_apart() -> None:
    """A shared link with its parameters the other way round is the same article."""
    assert canonical("https://news.example/a?id=7&page=2") == canonical("https://news.example/a?page=2&id=7")


def test_names_in_other_scripts_are_written_in_one_way() -> None:
    """A host and a path in letters, and the same encoded, are one."""
    assert canonical("https://мир.example/новости") == canonical("https://xn--h1ahn.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8")


@pytest.mark.parametrize(
    ("declared", "believed"),
    [
        ("https://news.example/bus?utm_source=x", "https://news.example/bus"),
        ("https://www.news.example/bus", "https://news.example/bus"),
        ("https://wire.example/bus", PLAIN),
        ("https://news.example/", PLAIN),
        ("/bus", PLAIN),
        ("  ", PLAIN),
    ],
)
def test_a_page_is_believed_about_its_own_site_only(declared: str, believed: str) -> None:
    """A declared address counts within the site; another site's, the front page and what is no address do not."""
    assert canonical("https://www.news.example/2017/bus?gclid=1", declared) == believed


@pytest.mark.parametrize(
    "address",
    ["", "tg://resolve", "file:///tmp/a.txt", "https://[::1", "https://news.example:port/", f"https://{'a' * 300}.example/", "no address"],
)
def test_what_is_no_web_address_stays_as_it_is(address: str) -> None:
    """Identifiers of other kinds, and malformed addresses, are compared as they stand and stop nothing."""
    assert canonical(address) == address


PIECES = [
    "https://",
    "http:",
    "//",
    "/",
    "www.",
    "m.",
    "amp.",
    "a.example",
    "com.au",
    "/amp",
    ".amp",
    ".html",
    "?",
    "&",
    "amp=1",
    "utm_id=2",
    "x=1",
    "#!",
    ";",
]


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join),
    st.sampled_from(["https://", "https://a.example/", ""]),
)
def test_any_text_has_a_form_that_is_its_own_form(rest: str, start: str) -> None:
    """No input raises, and a canonical form is the canonical form of itself."""
    form = canonical(start + rest)
    assert canonical(form) == form
