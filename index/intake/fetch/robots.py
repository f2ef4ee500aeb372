"""What sites ask of programs in their robots.txt (RFC 9309), read by protego. In: an address. Out: the pause the site asks for, or a refusal.

A site's rules are remembered for some hours, and for some minutes that they could not be had. Where there are none, all is allowed; where a site
in trouble cannot say, nothing is, for now. Fetches through the function it is given; reads nothing else.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
from protego import Protego

from index.errors import ArticleRefusedError, SourceUnavailableError

MAX_BYTES = 512_000
"""RFC 9309, section 2.5: at least 500 KiB are to be read."""
MAX_AGE_S = 6 * 3600.0
"""RFC 9309, section 2.4: not older than a day."""
MAX_AGE_UNKNOWN_S = 300.0
MAX_PAUSE_S = 30.0
"""The longest Crawl-delay that is kept; some sites write hours to keep programs out without saying so."""
MAX_SITES = 1_000
MAX_CHECKS = 2_000_000
"""Named programs times rules: what the parser may have to hold. Real files stay below 100,000; a crafted one of 500 KB has 400 million."""


@dataclass(slots=True)
class _Site:
    """What is known of one site; ``lock`` is held while it is being asked."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = -math.inf
    rules: Protego | None = None
    """None: there are none."""
    trouble: SourceUnavailableError | None = None


class Robots:
    """The rules of every site that was asked of late. Safe for many threads; a site is asked by one of them."""

    def __init__(self, read: Callable[[str], bytes], agent: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """read: the robots.txt at an address; raises SourceError. agent: the name that rules may be written for, such as ``Dateline``."""
        self._read = read
        self._agent = agent
        self._now = monotonic
        self._lock = threading.Lock()
        self._sites: dict[str, _Site] = {}

    def pause_s(self, url: httpx2.URL) -> float:
        """The seconds between two requests that the site asks for, 0 to ``MAX_PAUSE_S``.

        Raises ArticleRefusedError where its rules forbid this address, SourceUnavailableError where they cannot be had just now.
        """
        site = self._known(url)
        if site.trouble is not None:
            raise SourceUnavailableError(
                f"the site's robots.txt cannot be had: {site.trouble.message}",
                status=site.trouble.status,
                retry_after_s=site.trouble.retry_after_s,
            )
        if site.rules is None:
            return 0.0
        if not site.rules.can_fetch(str(url), self._agent):
            raise ArticleRefusedError("the site's robots.txt asks programs to leave this address alone")
        pause_s = site.rules.crawl_delay(self._agent)
        return min(max(pause_s, 0.0), MAX_PAUSE_S) if pause_s is not None and math.isfinite(pause_s) else 0.0

    def _known(self, url: httpx2.URL) -> _Site:
        place = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        with self._lock:
            site = self._sites.setdefault(place, _Site())
            while len(self._sites) > MAX_SITES:
                del self._sites[next(iter(self._sites))]  # the one known longest
        with site.lock:
            if site.until <= self._now():
                self._ask(site, place)
        return site

    def _ask(self, site: _Site, place: str) -> None:
        site.rules = site.trouble = None
        age_s = MAX_AGE_S
        try:
            data = self._read(place)
        except SourceUnavailableError as error:
            site.trouble, age_s = error, MAX_AGE_UNKNOWN_S
        except ArticleRefusedError:
            site.rules = None  # RFC 9309, section 2.3.1.3: a site that answers, and has no robots.txt to give, has no rules
        else:
            site.rules = _parse(data)
        site.until = self._now() + age_s


def _parse(data: bytes) -> Protego:
    text = data.decode("utf-8-sig", errors="replace")
    lines = text.lower().splitlines()
    agents = sum("agent" in line for line in lines)
    if agents * (len(lines) - agents) > MAX_CHECKS:
        return Protego.parse("User-agent: *\nDisallow: /")  # nobody writes this by hand; whoever generates it wants no programs
    return Protego.parse(text)
