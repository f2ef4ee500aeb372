"""Reading feeds in a process of their own, which is ended if it takes too long. In: what was fetched. Out: a ParsedFeed, or a refusal.

feedparser searches some parts of a feed in time that grows with the square of their length, most of it inside the regular expressions of Python,
which let no other thread run meanwhile: 80 KB made for the purpose hold up a whole program for 17 seconds, 10 MB for days. See
``docs/decisions/0009-feeds-apart.md``. The other process gets bytes and gives back JSON; it opens no file and no connection of its own accord.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from pydantic import BaseModel, TypeAdapter

from index.errors import ArticleRefusedError
from index.intake.feed_entries import ParsedFeed
from index.ports.web import Fetched

LIMIT_S = 30.0
"""Reading the largest honest feed that is fetched, of 10 MB, takes 10 seconds on an old machine."""
LIMIT_BYTES = 2_000_000_000
"""Of address space, where the system can limit it. The same feed takes 0.4 GB."""

_ROOT = Path(__file__).resolve().parents[2]
_LENGTH = struct.Struct(">Q")


class _Request(BaseModel):
    url: str
    charset: str | None


class _Reply(BaseModel):
    """Either of the two."""

    feed: ParsedFeed | None = None
    refused: str | None = None


_REPLY = TypeAdapter(_Reply)


class FeedReader:
    """Reads feeds, one at a time, each within ``limit_s``. Safe for several threads. The process starts with the first; use it in a ``with``."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def read(self, fetched: Fetched) -> ParsedFeed:
        """The feed that was fetched. Raises ArticleRefusedError, saying why it is none, or that it takes too long."""
        request = _Request(url=fetched.url, charset=fetched.charset).model_dump_json().encode()
        with self._turn:
            process = self._process = self._process or _start()
            assert process.stdin is not None
            assert process.stdout is not None
            # Whatever the other end is doing when the time is up, its end makes the calls below return.
            timer = threading.Timer(self._limit_s, process.kill)
            started = time.monotonic()
            timer.start()
            try:
                _send(process.stdin, request, fetched.body)
                answer = _receive(process.stdout)
            except OSError:
                answer = None
            finally:
                timer.cancel()
            if answer is None:
                self._end()
                late = time.monotonic() - started >= self._limit_s
                what = (
                    f"takes more than {self._limit_s:g} seconds" if late else "takes more memory than there is for it, or breaks the reader"
                )
                raise ArticleRefusedError(f"reading it as a feed {what}")
        reply = _REPLY.validate_json(answer)
        if reply.feed is None:
            raise ArticleRefusedError(reply.refused or "it is not a feed")
        return reply.feed

    def close(self) -> None:
        """End the process. Safe to call twice; a later ``read`` starts another."""
        with self._turn:
            self._end()

    def __enter__(self) -> FeedReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what of a request was not sent yet finds nobody any more
                    pipe.close()
        process.wait()


def _start() -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
    environment = os.environ | {"PYTHONPATH": path}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603 nothing of it is from outside


def serve() -> None:
    """The other process: answers requests on standard input until it ends."""
    from index.intake.feeds import read_feed

    _limit_memory()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while (asked := _receive(requests)) is not None:
        body = _receive(requests)
        if body is None:
            return
        request = _Request.model_validate_json(asked)
        try:
            reply = _Reply(feed=read_feed(body, request.url, request.charset))
        except ArticleRefusedError as error:
            reply = _Reply(refused=error.message)
        _send(replies, _REPLY.dump_json(reply))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = LIMIT_BYTES if hard == resource.RLIM_INFINITY else min(LIMIT_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _send(stream: IO[bytes], *parts: bytes) -> None:
    for part in parts:
        stream.write(_LENGTH.pack(len(part)))
        stream.write(part)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    """One part; None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    part = stream.read(size)
    return part if len(part) == size else None
