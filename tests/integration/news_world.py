"""The web as a test plays it: many hosts on one http.server on loopback, each path answering as it is told at that moment."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DRIP_S = 0.05
"""Between two bytes of an answer that drips."""


@dataclass(frozen=True)
class Answer:
    """What an address answers."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    has_etag: bool = False
    """Whether it names a version of the body, and says 304 to whoever has it."""
    drips: bool = False


NOTHING = Answer(status=404)


@dataclass
class World:
    """All hosts together."""

    port: int = 0
    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    """By host and path: ``courier.example/feed``."""
    asked: Counter[str] = field(default_factory=Counter)
    not_modified: Counter[str] = field(default_factory=Counter)
    """How many of them were answered by a 304."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, place: str) -> str:
        """The address of a host and path."""
        host, _, path = place.partition("/")
        return f"http://{host}:{self.port}/{path}"

    def answer(self, place: str, known: str | None) -> Answer:
        """What is there now. known: the version that the asker has."""
        answer = self.answers.get(place, NOTHING)
        answer = answer() if callable(answer) else answer
        etag = f'"{hashlib.sha1(answer.body).hexdigest()}"'
        with self.lock:
            self.asked[place] += 1
            if answer.has_etag and known == etag:
                self.not_modified[place] += 1
                return Answer(status=304, headers=(("ETag", etag),))
        return Answer(
            answer.body,
            answer.kind,
            answer.status,
            (*answer.headers, ("ETag", etag)) if answer.has_etag else answer.headers,
            drips=answer.drips,
        )


def resolve(host: str, port: int) -> Sequence[str]:
    """Every name is on loopback; an IP address is itself."""
    if host.endswith(".example"):
        return ["127.0.0.1"]
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]


@contextmanager
def served() -> Iterator[World]:
    """A world for the length of a ``with``; what has no answer is 404."""
    world = World()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = self.headers["Host"].partition(":")[0] + self.path
            answer = world.answer(place, self.headers["If-None-Match"])
            # The asker may hang up before the end; with some answers that is the point.
            with suppress(OSError):
                self.send_response(answer.status)
                for name, value in (("Content-Type", answer.kind), ("Content-Length", str(len(answer.body))), *answer.headers):
                    self.send_header(name, value)
                self.end_headers()
                for piece in [bytes([byte]) for byte in answer.body] if answer.drips else [answer.body]:
                    self.wfile.write(piece)
                    if answer.drips:
                        time.sleep(DRIP_S)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        world.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Story:
    """An article in one of its versions."""

    url: str
    title: str
    sentences: tuple[str, ...]
    published: datetime
    updated: datetime | None = None

    @property
    def text(self) -> str:
        """Its sentences in paragraphs of two."""
        pairs = (self.sentences[i : i + 2] for i in range(0, len(self.sentences), 2))
        return "\n\n".join(" ".join(pair) for pair in pairs)

    def html(self) -> str:
        """Its text as markup."""
        return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text.split("\n\n"))


def page(story: Story, outlet: str) -> Answer:
    """The story on a page of its own, between what pages have besides."""
    head = f"<title>{escape(story.title)} - {outlet}</title><meta property='og:site_name' content='{outlet}'>"
    body = f"<nav><a href='/'>Home</a><a href='/about'>About us</a></nav><article><h1>{escape(story.title)}</h1>{story.html()}</article>"
    return Answer(
        f"<!doctype html><html lang='en'><head>{head}</head><body>{body}<footer>All rights reserved</footer></body></html>".encode()
    )


def rss(title: str, stories: Sequence[Story], *, full: bool, has_etag: bool = False) -> Answer:
    """The stories as RSS, whole or in summary."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{one.url}</link><guid isPermaLink='false'>{escape(one.title)}</guid>"
        f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{escape(one.html() if full else one.sentences[0])}</description></item>"
        for one in stories
    )
    body = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"
    return Answer(body.encode(), "application/rss+xml", has_etag=has_etag)


def atom(title: str, stories: Sequence[Story]) -> Answer:
    """The stories as Atom, whole."""
    entries = "".join(
        f"<entry><id>tag:{escape(one.title)}</id><title>{escape(one.title)}</title><link href='{one.url}'/>"
        f"<published>{one.published:%Y-%m-%dT%H:%M:%SZ}</published><updated>{one.updated or one.published:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<content type='html'>{escape(one.html())}</content></entry>"
        for one in stories
    )
    return Answer(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>{entries}</feed>".encode(), "application/atom+xml")


def bomb() -> Answer:
    """A feed that unpacks to far more than is taken."""
    return Answer(gzip.compress(b"<rss>" + bytes(30_000_000)), "application/rss+xml", headers=(("Content-Encoding", "gzip"),))


def redirect(place: str, status: int) -> Answer:
    """It is elsewhere."""
    return Answer(status=status, headers=(("Location", place),))
