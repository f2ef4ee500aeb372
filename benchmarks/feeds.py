"""What is found in a folder or archive of feeds: a row for each kind and reason, and with --all a row for each file.

    .venv/bin/python -m benchmarks.feeds ../shared/data/feeds/*.tar.gz

Where a file lies beside one of the same name that ends in .json, as gofeed's test files do, the number of its entries is compared with that file's.
An exception, which must never be, ends it with status 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ArticleRefusedError
from index.intake.feeds import read_feed

BASE = "https://feeds.example/folder/"


@dataclass(frozen=True)
class Row:
    """What was found in one file."""

    file: str
    kind: str
    entries: int = 0
    dated: int = 0
    addressed: int = 0
    with_text: int = 0
    refused: str | None = None
    expected: int | None = None
    """Entries with a title, text or address, by the file beside it."""


def main() -> None:
    """Read everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="archives (.tar.gz), folders or files")
    parser.add_argument("--all", action="store_true", help="a row for each file")
    given = parser.parse_args()
    files = dict(pair for path in given.paths for pair in _files(path))
    started = time.perf_counter()
    rows, failures = [], 0
    for name, body in sorted(files.items()):
        try:
            rows.append(_row(name, body, files))
        except Exception:  # noqa: BLE001 it is what this is looking for
            failures += 1
            traceback.print_exc()
    elapsed_s = time.perf_counter() - started
    _print(rows, each=given.all)
    entries = sum(row.entries for row in rows)
    compared = [row for row in rows if row.expected is not None]
    agreed = sum(row.entries == row.expected for row in compared)
    print(f"\n{len(files)} files: {entries} entries, {sum(row.refused is not None for row in rows)} files refused, {failures} exceptions")
    print(f"{elapsed_s:.1f} s; as many entries as expected in {agreed} of {len(compared)} files that say how many")
    sys.exit(1 if failures else 0)


def _row(name: str, body: bytes, files: dict[str, bytes]) -> Row:
    expected = _expected(files.get(name.removesuffix(".xml") + ".json")) if name.endswith(".xml") else None
    try:
        feed = read_feed(body, BASE + name)
    except ArticleRefusedError as error:
        return Row(name, "-", refused=error.message, expected=expected)
    entries = feed.entries
    return Row(
        name,
        feed.kind,
        len(entries),
        sum(entry.published_at is not None for entry in entries),
        sum(entry.url is not None for entry in entries),
        sum(bool(entry.text) for entry in entries),
        expected=expected,
    )


def _expected(data: bytes | None) -> int | None:
    try:
        told = json.loads(data) if data else None
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    parts = ("title", "link", "links", "description", "content", "summary")
    return sum(any(item.get(part) for part in parts) for item in told.get("items") or told.get("entries") or [])


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        yield from ((str(file.relative_to(path)), file.read_bytes()) for file in path.rglob("*") if file.is_file())
    elif path.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(path) as archive:
            for member in archive:
                if (stream := archive.extractfile(member)) is not None:
                    yield f"{path.name.partition('.')[0]}/{member.name}", stream.read()
    else:
        yield path.name, path.read_bytes()


def _print(rows: list[Row], *, each: bool) -> None:
    if each:
        print("| file | kind | entries | dated | refused |\n|---|---|---:|---:|---|")
        for row in rows:
            print(f"| {row.file} | {row.kind} | {row.entries} | {row.dated} | {row.refused or ''} |")
        print()
    print("| kind | files | of them empty | entries | dated | with an address | with a text |\n|---|---:|---:|---:|---:|---:|---:|")
    for kind, files in Counter(row.kind for row in rows if row.refused is None).most_common():
        of_kind = [row for row in rows if row.kind == kind]
        empty = sum(row.entries == 0 for row in of_kind)
        sums = (sum(getattr(row, name) for row in of_kind) for name in ("entries", "dated", "addressed", "with_text"))
        print(f"| {kind} | {files} | {empty} | {' | '.join(map(str, sums))} |")
    print("\n| refused | files |\n|---|---:|")
    for reason, files in Counter(row.refused for row in rows if row.refused is not None).most_common():
        print(f"| {reason} | {files} |")


if __name__ == "__main__":
    main()
