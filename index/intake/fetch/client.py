"""The one client of the web. In: an address. Out: what is there, within every limit, or why not. Implements ``index.ports.web.Fetcher``."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NoReturn

import httpcore2
import httpx2

from index.errors import ArticleRefusedError, SourceGoneError, SourceUnavailableError
from index.intake.fetch.addresses import parse_address
from index.intake.fetch.connect import CheckedBackend, Deadline, NameNotFoundError, Resolve, resolve_by_system
from index.intake.fetch.content import ACCEPT, content_type, max_age_s, require_content, require_type
from index.intake.fetch.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from index.intake.fetch.robots import Robots
from index.intake.fetch.turns import Turns
from index.intake.fetch.unpack import OFFERED, unpack
from index.ports.clock import Clock
from index.ports.web import ContentKind, Fetched

AGENT = "Dateline"
"""The name that a robots.txt may have rules for."""
USER_AGENT = f"{AGENT}/0.1 (an index of news coverage; keeps to robots.txt)"
MAX_REDIRECTS = 5
MAX_BYTES = 10_000_000
"""Decompressed."""
TIMEOUT_S = 20.0
"""For all of it: names, connections, redirects, the last byte. Waiting one's turn does not count; a site's robots.txt has a limit of its own."""
REST_S = 1.0
"""Between two fetches from one host."""

_MOVED_FOR_GOOD = (301, 308)
_MOVED = (301, 302, 303, 307, 308)
_GONE = {404: "there is nothing at this address", 410: "there is nothing at this address any more"}
_FORBIDDEN = {
    401: "the site wants a login",
    402: "the site wants a payment",
    403: "the site does not give it to programs",
    451: "the site must not give it, for legal reasons",
}
_LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Not here, but there."""

    location: str
    for_good: bool


class WebFetcher:
    """Fetches pages and feeds, politely and safely. Safe for many threads: each host is asked by one of them at a time.

    http and https; the host is resolved once for each request and that very address is asked, if it is public; redirects are followed up to
    ``MAX_REDIRECTS``, each checked alike. No cookies, no credentials, no proxy from the environment.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        allow_private_hosts: bool = False,
        timeout_s: float = TIMEOUT_S,
        max_bytes: int = MAX_BYTES,
        rest_s: float = REST_S,
        resolve: Resolve = resolve_by_system,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """allow_private_hosts: also private and loopback addresses, for tests; link-local and all other special ones stay refused.

        ssl_context: which certificates are trusted; the system's if None.
        """
        self._clock = clock
        self._allow_private = allow_private_hosts
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._rest_s = rest_s
        self._resolve = resolve
        self._ssl_context = ssl_context or httpcore2.default_ssl_context()
        self._turns = Turns()
        self._robots = Robots(lambda url: self.get(url, accept=ContentKind.ROBOTS).body, AGENT)

    def get(self, url: str, *, accept: ContentKind, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What is at the address; see ``index.ports.web.Fetcher``."""
        here = parse_address(url)
        settled: httpx2.URL | None = None
        """Where permanent redirects led, while all were permanent."""
        all_for_good = True
        left_s = self._timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            rest_s = self._rest(here, accept)
            self._turns.take(here.host)
            started = time.monotonic()
            given = None
            try:
                given = self._ask(here, accept, etag, last_modified, settled, left_s)
            finally:
                # A redirect goes on at once: it is all one fetch. So is the robots.txt that is read before a page.
                self._turns.give_back(here.host, 0.0 if isinstance(given, _Redirect) or accept is ContentKind.ROBOTS else rest_s)
            if isinstance(given, Fetched):
                return given
            left_s -= time.monotonic() - started
            here = parse_address(given.location, base=here)
            all_for_good = all_for_good and given.for_good
            settled = here if all_for_good else settled
        raise ArticleRefusedError(f"it was redirected more than {MAX_REDIRECTS} times")

    def _rest(self, url: httpx2.URL, accept: ContentKind) -> float:
        """Seconds that its host is left alone afterwards. Raises where robots rules forbid the address."""
        ruled = accept in (ContentKind.PAGE, ContentKind.EITHER)
        return max(self._rest_s, self._robots.pause_s(url)) if ruled else self._rest_s

    def _ask(
        self, url: httpx2.URL, accept: ContentKind, etag: str | None, last_modified: str | None, settled: httpx2.URL | None, left_s: float
    ) -> Fetched | _Redirect:
        """One request and its response, with every foreign error translated."""
        headers = [("User-Agent", USER_AGENT), ("Accept", ACCEPT[accept]), ("Accept-Encoding", OFFERED), ("Connection", "close")]
        # Some sites send validators that no header can hold; these are not sent back.
        validators = [("If-None-Match", etag), ("If-Modified-Since", last_modified)]
        headers += [(name, value) for name, value in validators if value and value.isascii() and value.isprintable()]
        place = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            backend = CheckedBackend(self._resolve, Deadline(left_s), allow_private=self._allow_private)
            with (
                httpcore2.HTTPConnection(place.origin, ssl_context=self._ssl_context, network_backend=backend) as connection,
                connection.stream("GET", place, headers=headers) as response,
            ):
                return self._read(response, url, accept, settled, conditional=bool(etag or last_modified))
        except httpcore2.TimeoutException as error:
            raise SourceUnavailableError(f"the site did not give it within {self._timeout_s:g} seconds") from error
        except NameNotFoundError as error:
            raise SourceUnavailableError(f"no address is known for the host {url.host}") from error
        except httpcore2.NetworkError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise SourceUnavailableError(f"the site cannot prove that it is {url.host}: {error.__cause__.verify_message}") from error
            raise SourceUnavailableError("the site cannot be reached, or broke off") from error
        except httpcore2.ProtocolError as error:
            raise SourceUnavailableError("what the site answered is not HTTP") from error

    def _read(
        self, response: httpcore2.Response, url: httpx2.URL, accept: ContentKind, settled: httpx2.URL | None, *, conditional: bool
    ) -> Fetched | _Redirect:
        """What a response gives. Raises SourceError for all that is neither content nor a redirect."""
        headers = httpx2.Headers(response.headers)
        retry_after_s = self._seconds(headers.get("retry-after"))
        status = response.status
        if status in _MOVED and "location" in headers:
            return _Redirect(headers["location"], status in _MOVED_FOR_GOOD)
        not_modified = status == 304 and conditional
        if status != 200 and not not_modified:
            _refuse(status, retry_after_s)
        kind, charset = content_type(headers.get("content-type"))
        body = b""
        if not not_modified:
            require_type(accept, kind)
            cut = accept is ContentKind.ROBOTS
            max_bytes = MAX_ROBOTS_BYTES if cut else self._max_bytes
            body = unpack(response.iter_stream(), headers.get("content-encoding", ""), max_bytes=max_bytes, cut=cut)
            require_content(accept, kind, body)
        return Fetched(
            url=str(url),
            permanent_url=str(settled) if settled is not None else None,
            status=status,
            body=body,
            content_type=kind,
            charset=charset,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            retry_after_s=retry_after_s,
            fetched_at=self._clock.now(),
            max_age_s=max_age_s(headers.get("cache-control")),
        )

    def _seconds(self, retry_after: str | None) -> float | None:
        """RFC 9110, section 10.2.3: whole seconds, or a date. None for anything else."""
        if retry_after is None:
            return None
        if retry_after.strip().isdecimal():
            return float(retry_after[:20])
        try:
            return max(0.0, (parsedate_to_datetime(retry_after) - self._clock.now()).total_seconds())
        except (ValueError, TypeError):  # TypeError: a date without a zone
            return None


def _refuse(status: int, retry_after_s: float | None) -> NoReturn:
    """Say what a status other than 200 means."""
    if status in _GONE:
        raise SourceGoneError(f"{_GONE[status]} ({status})", status=status)
    if status in _LATER or status >= 500:
        why = "the site asks to come back later" if status in _LATER else "the site is in trouble"
        raise SourceUnavailableError(f"{why} ({status})", status=status, retry_after_s=retry_after_s)
    raise ArticleRefusedError(f"{_FORBIDDEN.get(status, 'the site answered with something else than content')} ({status})")
