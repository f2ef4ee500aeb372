"""Connections that go to the address that was checked, and end in time. In: a host, a limit. Out: what httpcore needs to talk to it.

httpcore asks a backend for its connections (https://www.encode.io/httpcore/network-backends/); this one resolves the name itself, once, checks
what it resolved to, and connects to that very address, so that a name cannot point elsewhere a moment later. TLS still verifies the name. Every
wait, from the resolver to the last byte, is cut to what is left of one time limit, so that a server that drips ends like one that is silent.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from index.errors import AddressRefusedError
from index.intake.fetch.addresses import why_not_public

Resolve = Callable[[str, int], Sequence[str]]
"""A host name, or an IP address as text, and a port to IP addresses, best first. Raises OSError where there is none. May be slow."""

MAX_TRIED = 4
"""Of a host's addresses; the rest would not be reached within the time limit anyhow."""


class Deadline:
    """A moment by which everything has to be done."""

    def __init__(self, within_s: float) -> None:
        self._end = time.monotonic() + within_s

    def left_s(self, at_most: float | None = None) -> float:
        """Seconds that are left, above 0, and no more than ``at_most``. Raises httpcore2.ReadTimeout when there are none."""
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise httpcore2.ReadTimeout
        return left_s if at_most is None else min(left_s, at_most)


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """As the operating system resolves names. Implements ``Resolve``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to public addresses only, within the time limit. For one request."""

    def __init__(self, resolve: Resolve, deadline: Deadline, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._deadline = deadline
        self._allow_private = allow_private
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """To the first address that answers. Raises AddressRefusedError if none is public, httpcore2.ConnectError if none answers."""
        addresses = self._checked(host, port)
        for remaining, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share_s = self._deadline.left_s(timeout) / remaining
            try:
                stream = self._backend.connect_tcp(address, port, share_s, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if remaining == 1:
                    raise
                continue
            self._refuse_ourselves(stream)
            return _TimedStream(stream, self._deadline)
        raise httpcore2.ConnectError("no address to connect to")

    def _checked(self, host: str, port: int) -> list[str]:
        found = _in_time(self._resolve, host, port, self._deadline)
        refused = [(address, why_not_public(address, allow_private=self._allow_private)) for address in found]
        allowed = [address for address, why in refused if why is None]
        if refused and not allowed:
            address, why = refused[0]
            raise AddressRefusedError(f"{host} is at {address}, {why}; only public addresses are fetched")
        return allowed[:MAX_TRIED]

    def _refuse_ourselves(self, stream: httpcore2.NetworkStream) -> None:
        """This machine may have a public address of its own, with services behind it that trust whoever comes from here."""
        ours, theirs = stream.get_extra_info("client_addr"), stream.get_extra_info("server_addr")
        if ours[0] == theirs[0] and not self._allow_private:
            stream.close()
            raise AddressRefusedError("this address leads back to this machine itself; only public addresses are fetched")


class _TimedStream(httpcore2.NetworkStream):
    """A connection none of whose waits outlasts the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        return self._stream.read(max_bytes, self._deadline.left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of these bytes."""
        self._stream.write(buffer, self._deadline.left_s(timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted, to a server that proved to be ``server_hostname``."""
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left_s(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection itself knows."""
        return self._stream.get_extra_info(info)


def _in_time(resolve: Resolve, host: str, port: int, deadline: Deadline) -> Sequence[str]:
    """What the resolver says, if it says so in time: the system's own cannot be given a limit, so it is left behind in a thread."""
    answer: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve(host, port))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label longer than a name may have
            answer.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answer.get(timeout=deadline.left_s())
    except queue.Empty as error:
        raise httpcore2.ConnectTimeout from error
    if isinstance(found, (OSError, UnicodeError)):
        raise NameNotFoundError(str(found)) from found
    return found


class NameNotFoundError(httpcore2.ConnectError):
    """No address is known for the host."""
