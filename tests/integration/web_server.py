"""A web server on loopback that plays what the open web does: raw bytes, dripped, cut short or encrypted, as a test scripts them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Play = bytes | Callable[[socket.socket], None]
"""What a path answers: these bytes, or whatever the function does with the connection."""


def response(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str | None = "text/html; charset=utf-8") -> bytes:
    """An HTTP response with a length. kind: the Content-Type header; None for none."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(place: str, status: int = 302) -> bytes:
    """A response that leads elsewhere."""
    return response(b"", f"Location: {place}", status=f"{status} Moved")


@dataclass
class WebServer:
    """What it is to play, and what it was asked."""

    port: int
    plays: dict[str, Play]
    asked: list[str] = field(default_factory=list)
    """Paths, in order."""
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of each request, names in lower case."""
    open_now: int = 0
    most_open: int = 0
    """Requests answered at the same time."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, connection: socket.socket) -> None:
        """One request."""
        head = b""
        while b"\r\n\r\n" not in head and (data := connection.recv(65_536)):
            head += data
        if not head:
            return
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        path = first.split(" ")[1]
        with self.lock:
            self.asked.append(path)
            self.headers.append({name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)})
            self.open_now += 1
            self.most_open = max(self.most_open, self.open_now)
        try:
            play = self.plays.get(path, response(status="404 Not Found"))
            if callable(play):
                play(connection)
            else:
                connection.sendall(play)
        finally:
            with self.lock:
                self.open_now -= 1


@contextmanager
def web_server(plays: Mapping[str, Play], tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A server for the length of a ``with``; a path without a play is 404."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = WebServer(listener.getsockname()[1], dict(plays))
        threads: list[threading.Thread] = []

        def talk(connection: socket.socket) -> None:
            # The other side hangs up whenever it has seen enough: that is what most tests are about.
            with suppress(OSError), connection:
                secured = tls.wrap_socket(connection, server_side=True) if tls else connection
                with secured:
                    server.answer(secured)

        def listen() -> None:
            with suppress(OSError):  # the listener was closed
                while True:
                    connection, _ = listener.accept()
                    connection.settimeout(5)
                    threads.append(threading.Thread(target=talk, args=(connection,)))
                    threads[-1].start()

        main = threading.Thread(target=listen)
        main.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            main.join()
            for thread in threads:
                thread.join()


Serve = Callable[[Mapping[str, Play]], WebServer]
"""Starts a server that plays these paths; it ends with the test (the fixture ``serve``)."""
