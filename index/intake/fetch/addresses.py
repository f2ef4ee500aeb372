"""Which addresses may be fetched. In: an address as somebody wrote it, or an IP address as a name resolved to it. Out: it, or a refusal.

Pure: no name is resolved here. The tables are IANA's special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry,
…/iana-ipv6-special-registry) rather than ``ipaddress``'s properties, which change with the version of Python. Of IPv6, only 2000::/3 is handed
out to the public; all else is refused unseen, and of it whatever carries an IPv4 address inside, which would lead past the IPv4 table.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2

from index.errors import AddressRefusedError

MAX_CHARS = 4_000
"""Of an address; browsers and servers stop at 2,000 to 8,000."""

FIRST_UNPRIVILEGED_PORT = 1024
LAST_PORT = 65_535
WEB_PORTS = (80, 443)
"""Ports below 1024 belong to services; those of all but the web are refused, so that nobody can have us talk to a mail server."""

_PRIVATE = "a private address"
_LOOPBACK = "this machine itself"
_EMBEDDED = "an IPv4 address inside an IPv6 one"
_RESERVED = "a reserved address"
_LINK_LOCAL = "a link-local address, as cloud metadata services have"
_MULTICAST = "a multicast address"

_REFUSED: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", _LOOPBACK),  # Linux takes 0.0.0.0 for the loopback address
        ("10.0.0.0/8", _PRIVATE),
        ("100.64.0.0/10", "a carrier-grade NAT address"),
        ("127.0.0.0/8", _LOOPBACK),
        ("168.63.129.16/32", "a cloud's own service"),  # Azure: public in form, but it answers from inside
        ("169.254.0.0/16", _LINK_LOCAL),
        ("172.16.0.0/12", _PRIVATE),
        ("192.0.0.0/24", _RESERVED),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", _RESERVED),
        ("192.168.0.0/16", _PRIVATE),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", _MULTICAST),
        ("240.0.0.0/4", _RESERVED),
        ("::1/128", _LOOPBACK),
        ("::/128", _LOOPBACK),
        ("::/96", _EMBEDDED),
        ("::ffff:0:0/96", _EMBEDDED),
        ("::ffff:0:0:0/96", _EMBEDDED),
        ("64:ff9b::/96", _EMBEDDED),
        ("64:ff9b:1::/48", _EMBEDDED),
        ("2001::/32", _EMBEDDED),  # Teredo
        ("2001::/23", _RESERVED),
        ("2001:db8::/32", "an address for documentation"),
        ("2002::/16", _EMBEDDED),  # 6to4
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", _PRIVATE),
        ("fe80::/10", _LINK_LOCAL),
        ("fec0::/10", _PRIVATE),
        ("ff00::/8", _MULTICAST),
    )
)
_GIVEN_OUT = IPv6Network("2000::/3")


def parse_address(text: str, *, base: httpx2.URL | None = None) -> httpx2.URL:
    """The address, with its host in ASCII and without a fragment. base: what a redirect's address is relative to.

    Raises AddressRefusedError for one that is not http or https, not well formed, holds credentials, or names a port of another service.
    """
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise AddressRefusedError(f"the address has {len(text):,} characters, more than the {MAX_CHARS:,} an address may have")
    try:
        url = httpx2.URL(text) if base is None else base.join(text)
    except httpx2.InvalidURL as error:
        raise AddressRefusedError("this is not a well-formed web address") from error
    if url.scheme not in ("http", "https"):
        raise AddressRefusedError("only addresses that begin with http:// or https:// are fetched")
    if not url.host:
        raise AddressRefusedError("there is no host in this address")
    if url.userinfo:
        raise AddressRefusedError("there is a user name or password in this address; take it out")
    if url.port is not None and url.port not in WEB_PORTS and not FIRST_UNPRIVILEGED_PORT <= url.port <= LAST_PORT:
        raise AddressRefusedError(f"port {url.port} is not the web's; 80, 443 and {FIRST_UNPRIVILEGED_PORT} to {LAST_PORT} are asked")
    return url.copy_with(fragment=None)


def why_not_public(address: str, *, allow_private: bool = False) -> str | None:
    """What kind of address this IP address is, if it is one that is not asked; None if it may be.

    allow_private: also private and loopback addresses may be asked; link-local and all others still may not.
    """
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "not an IP address"
    for network, what in _REFUSED:
        if ip.version == network.version and ip in network:
            return None if allow_private and what in (_PRIVATE, _LOOPBACK) else what
    return _RESERVED if ip.version == 6 and ip not in _GIVEN_OUT else None
