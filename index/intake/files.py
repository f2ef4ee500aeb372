"""Files and folders to article drafts: .jsonl, .txt, .md and .html.

In: paths as a person names them, or a stream of JSON Lines. Out: drafts, and a Refusal with file, line and reason for whatever is none.
Text in JSON Lines is kept unchanged, so that the caller's offsets stay right; text from elsewhere is cleaned once. Reads at most
``MAX_BYTES`` of anything into memory. Nothing that is read is ever run, rendered or followed.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from index.domain.articles import ArticleDraft
from index.domain.ingest import Refusal
from index.errors import ArticleRefusedError
from index.intake.jsonl import parse_line
from index.intake.page import read_page
from index.text.clean import clean, decode
from index.text.markdown import read_markdown

MAX_BYTES = 10_000_000
"""The most an article may weigh, as a line or as a file; a novel has one million."""

SUFFIXES = (".jsonl", ".txt", ".md", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class Defaults:
    """Facts for articles whose files do not state them."""

    source: str | None = None
    published_at: datetime | None = None
    language: str | None = None


NO_DEFAULTS = Defaults()


def read_paths(
    paths: Iterable[Path], defaults: Defaults = NO_DEFAULTS, on_bytes: Callable[[int], None] | None = None
) -> Iterator[ArticleDraft | Refusal]:
    """Everything in these files and, by name, in these folders and theirs. ``on_bytes`` is told how much more was read."""
    for path in paths:
        if not path.exists():
            yield Refusal(str(path), "there is no such file or folder")
        elif path.is_dir():
            files = _in_folder(path)
            if not files:
                yield Refusal(str(path), f"no {', '.join(SUFFIXES)} file in this folder")
            for file in files:
                yield from _read_file(file, defaults, on_bytes)
        else:
            yield from _read_file(path, defaults, on_bytes)


def read_lines(
    stream: BinaryIO, name: str, defaults: Defaults = NO_DEFAULTS, on_bytes: Callable[[int], None] | None = None
) -> Iterator[ArticleDraft | Refusal]:
    """One article a line. Blank lines are passed over; a bad line is refused and the rest goes on."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        origin = f"{name}:{number}"
        size = len(line)
        if on_bytes:
            on_bytes(size)
        if size > MAX_BYTES:
            while line and not line.endswith(b"\n"):  # the rest of the monster, unread
                line = stream.readline(MAX_BYTES)
                size += len(line)
                if on_bytes:
                    on_bytes(len(line))
            yield Refusal(origin, f"the line has {size:,} bytes, more than the {MAX_BYTES:,} an article may have")
            continue
        if not line.strip():
            continue
        try:
            yield with_defaults(replace(parse_line(line), origin=origin), defaults)
        except ArticleRefusedError as error:
            yield Refusal(origin, error.message)


def read_document(name: str, data: bytes, defaults: Defaults = NO_DEFAULTS) -> Iterator[ArticleDraft | Refusal]:
    """The articles of a file that somebody sent. name: as they call it; only its ending counts, and reports show it.

    Nothing ties the document to an earlier one of that name: two people may both send an ``article.txt``.
    """
    suffix = Path(name).suffix.lower()
    try:
        if suffix == ".jsonl":
            yield from read_lines(io.BytesIO(data), name, defaults)
            return
        if suffix not in SUFFIXES:
            raise ArticleRefusedError(f"files of this kind are not read; {', '.join(SUFFIXES)} are")
        if len(data) > MAX_BYTES:
            raise ArticleRefusedError(f"the file has {len(data):,} bytes, more than the {MAX_BYTES:,} an article may have")
        yield with_defaults(replace(_parse(data, suffix), origin=name), defaults)
    except ArticleRefusedError as error:
        yield Refusal(name, error.message)


def readable_files(folder: Path) -> list[Path]:
    """The files in this folder and those below it that can be read as articles, by name; hidden ones are left out."""
    return _in_folder(folder)


def total_bytes(paths: Iterable[Path]) -> int:
    """How much there is to read, for a progress bar."""
    files = (file for path in paths for file in (_in_folder(path) if path.is_dir() else [path]))
    return sum(file.stat().st_size for file in files if file.is_file())


def _in_folder(folder: Path) -> list[Path]:
    """Readable kinds of file, in order; hidden ones, and links out of the folder that would lead in circles, are left out."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in sorted(names) if not name.startswith(".") and name.lower().endswith(SUFFIXES)]
    return found


def _read_file(file: Path, defaults: Defaults, on_bytes: Callable[[int], None] | None) -> Iterator[ArticleDraft | Refusal]:
    suffix = file.suffix.lower()
    try:
        if suffix == ".jsonl":
            with file.open("rb") as stream:
                first = True
                for item in read_lines(stream, str(file), defaults, on_bytes):
                    first = False
                    yield item
            if first:
                yield Refusal(str(file), "the file is empty")
            return
        if suffix not in SUFFIXES:
            raise ArticleRefusedError(f"files of this kind are not read; {', '.join(SUFFIXES)} are")
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise ArticleRefusedError(f"the file has {size:,} bytes, more than the {MAX_BYTES:,} an article may have")
        draft = _parse(file.read_bytes(), suffix)
        if on_bytes:
            on_bytes(size)
        yield with_defaults(replace(draft, id=_file_id(file) if draft.url is None else None, origin=str(file)), defaults)
    except ArticleRefusedError as error:
        yield Refusal(str(file), error.message)
    except OSError as error:
        yield Refusal(str(file), f"it cannot be read: {error.strerror}")


def _parse(data: bytes, suffix: str) -> ArticleDraft:
    if not data.strip():
        raise ArticleRefusedError("the file is empty")
    if suffix in (".html", ".htm"):
        return read_page(data, now=datetime.now(UTC))
    text = clean(decode(data))
    return read_markdown(text) if suffix == ".md" else ArticleDraft(text)


def with_defaults(draft: ArticleDraft, defaults: Defaults) -> ArticleDraft:
    """The draft, with the defaults for what it does not state."""
    return replace(
        draft,
        source=draft.source or defaults.source,
        published_at=draft.published_at or defaults.published_at,
        language=draft.language or defaults.language,
    )


def _file_id(file: Path) -> str:
    """The same file is the same article, whatever it says by now: its name for people, and a digest of its path."""
    slug = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40] or "file"
    return f"{slug}-{hashlib.blake2b(str(file.resolve()).encode(errors='surrogateescape'), digest_size=4).hexdigest()}"
