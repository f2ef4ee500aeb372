"""The small files beside an index: what it is, and as of when. Written aside, synced and renamed; read with their faults named."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexDamagedError, StorageError

FORMAT = 1
"""Raised when files written before can no longer be read; ``dateline reindex --full`` then makes them anew from the database."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation's vector files are."""

    format: int
    encoder_fingerprint: str
    encoder_name: str
    dimension: int
    metric: str
    normalised: bool
    count: int
    sequence: int
    made_at: str
    vectors: dict[str, Any]


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder``. Raises IndexDamagedError if there is none, or one of another format."""
    try:
        manifest = Manifest(**read_json(folder / "manifest.json"))
    except TypeError as error:
        raise IndexDamagedError(f"The manifest in {folder} is not one.", remedy="Run `dateline reindex --full`.") from error
    if manifest.format != FORMAT:
        raise IndexDamagedError(
            f"The index in {folder} has format {manifest.format}, not {FORMAT}.", remedy="Run `dateline reindex --full`."
        )
    return manifest


def read_json(file: Path) -> dict[str, Any]:
    """The object in ``file``. Raises IndexDamagedError."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{file} cannot be read: {error}", remedy="Run `dateline reindex --full`.") from error
    if not isinstance(content, dict):
        raise IndexDamagedError(f"{file} does not hold an object.", remedy="Run `dateline reindex --full`.")
    return content


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """``content`` as the whole of ``file``. Raises StorageError."""
    write_text(file, json.dumps(content, indent=1))


def write_text(file: Path, content: str) -> None:
    """Written aside, synced, renamed: a reader sees the old file or the new one."""
    aside = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        with aside.open("w", encoding="utf-8") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error}") from error
