"""The canonical form of an address: what stays the same however an article was linked to. Pure.

In: an address as somebody gave it, and the one the page says is its own. Out: a form to compare, never to open: https, no ``www.``, no tracking.
Addresses that may lead to two articles are never given one form; where that is in doubt, an article may be stored twice, and its text
then shows that it is a copy. ``url-normalize`` does what the standard says is equivalent (RFC 3986, 6.2.2 and 6.2.3, and IDNA); what web sites add
on top is done here. docs/decisions/0010-copies-and-stories.md says why that library.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from url_normalize import url_normalize

_MAX_CHARS = 8_000
"""What servers take as an address at all; whatever is longer is compared as it stands."""

_TRACKING = re.compile(
    r"""(?: utm_.* | at_(?:medium|campaign|custom\d|link.*|format|ptr_.*|bbc_.*) | ns_(?:campaign|mchannel|source|linkname|fee) | pk_.* | mtm_.*
    | hsa_.* | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | msclkid | yclid | ysclid | twclid | ttclid | igshid | igsh | li_fat_id | epik
    | srsltid | fb_action_ids | fb_action_types | fb_source | fb_ref | __twitter_impression | ref_src | ref_url
    | mc_cid | mc_eid | mkt_tok | oly_enc_id | oly_anon_id | vero_id | _hsenc | _hsmi | hsctatracking | ml_subscriber | ml_subscriber_hash
    | _ga | _gl | s_cid | cmpid | cmp | ncid | ocid | icid | smid | sr_share | xtor | wt_mc | wt_zmc | ftag | taid | trk | trkinfo
    | soc_src | soc_trk | guccounter | guce_referrer | guce_referrer_sig | phpsessid )$""",
    re.VERBOSE | re.IGNORECASE,
)
"""Parameters that say where the reader came from, by the names their makers document. None of them ever chooses an article."""

_AMP_QUERY = {"amp": {"", "1", "true"}, "outputtype": {"amp"}, "amp_js_v": None, "amp_gsa": None, "usqp": None}
"""Parameters, with the values they have to have, that ask for the accelerated form of the same article."""
_AMP_PATH = re.compile(r"(?P<page>.*[^/])(?:/amp|\.amp)(?P<suffix>(?:\.html?)?)")
_AMP_CACHE = re.compile(r"/(?:amp|[a-z])/s/(?P<rest>[^/.]+\.[^/]+(?:/.*)?)")
"""``/c/s/HOST/PATH`` on ampproject.org, ``/amp/s/HOST/PATH`` on google.com: another site's article, served from there."""
_SESSION_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_VARIANTS = ("www.", "m.", "mobile.", "amp.")
"""Hosts under which a site shows the same articles to other screens."""


def canonical(url: str, declared: str | None = None) -> str:
    """The canonical form of ``url``, or of the address its page ``declared`` as its own, if that is believable.

    A declared address is believed when it is of the same site and not merely its front page: what names another site as its origin is a copy,
    which has an article of its own. What is no web address, or a malformed one, is returned as it stands, without white space around it.
    """
    found = _form(url.strip())
    if declared is None or not declared.strip():
        return found
    claimed = _form(declared.strip())
    return claimed if _believable(urlsplit(found), urlsplit(claimed)) else found


def _form(url: str) -> str:
    if len(url) > _MAX_CHARS or not url.lower().startswith(("http://", "https://")):
        return url
    try:
        normal = urlsplit(url_normalize(_unwrapped(url)) or url)
        host = normal.hostname or ""
        port = f":{normal.port}" if normal.port is not None else ""
    except ValueError:  # a host that no name can have, a port that is no number
        return url
    if not host:
        return url
    shown = f"[{host}]" if ":" in host else _plain_host(host)
    path = _plain_path(normal.path)
    fragment = (
        normal.fragment if normal.fragment.startswith("!") else ""
    )  # "#!" is how pages without addresses of their own were told apart
    return urlunsplit(("https", shown + port, path, _plain_query(normal.query), fragment))


def _unwrapped(url: str) -> str:
    """The address within an address of one of the two AMP caches."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == "cdn.ampproject.org" or host.endswith(".cdn.ampproject.org") or re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        inner = _AMP_CACHE.fullmatch(parts.path)
        if inner is not None:
            return f"https://{inner['rest']}" + (f"?{parts.query}" if parts.query else "")
    return url


def _plain_host(host: str) -> str:
    labels = host.split(".")
    while len(labels) > 2 and labels[1] == "m":  # en.m.wikipedia.org
        labels.pop(1)
    host = ".".join(labels)
    for variant in _VARIANTS:
        rest = host.removeprefix(variant)
        if rest != host and "." in rest and (variant == "www." or not _may_be_suffix(rest)):
            return _plain_host(rest)
    return host


def _may_be_suffix(host: str) -> bool:
    """Whether anybody can register names under it, as under co.uk and com.au: then ``m.com.au`` is somebody's own name."""
    labels = host.split(".")
    return len(labels) < 2 or (len(labels) == 2 and len(labels[1]) == 2 and len(labels[0]) <= 3)


def _plain_path(path: str) -> str:
    path = _SESSION_PATH.sub("", path).rstrip("/")
    while amp := _AMP_PATH.fullmatch(path):
        path = amp["page"] + amp["suffix"]
    return path or "/"


def _plain_query(query: str) -> str:
    """Without tracking, by name: no site tells articles apart by the order of parameters with different names. Those of one name keep theirs."""
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        key = unquote(name).lower()
        if not pair or _TRACKING.match(key):
            continue
        wanted = _AMP_QUERY.get(key, set())
        if wanted is None or value.lower() in wanted:
            continue
        kept.append((name, pair))
    return "&".join(pair for _, pair in sorted(kept, key=lambda one: one[0]))


def _believable(found: SplitResult, claimed: SplitResult) -> bool:
    if claimed.scheme != "https" or found.scheme != "https":
        return False
    one, other = found.netloc, claimed.netloc
    same_site = one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    front_page = claimed.path == "/" and not claimed.query and (found.path != "/" or bool(found.query))
    return same_site and not front_page
