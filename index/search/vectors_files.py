"""The files of a vector index: written aside, synced, renamed; and whether they are still what was written.

In: a folder, a name, and something that writes. Out: `SavedVectors`, which the caller keeps in its manifest. Reading never writes. No FAISS
here, so that a check of the files loads no index.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.errors import IndexDamagedError, StorageError
from index.search.vectors_plan import Built, Codec, Kind

REMEDY = "Run `dateline reindex`: it rebuilds the index from the database."


@dataclass(frozen=True, slots=True)
class SavedVectors:
    """What was saved. ``dataclasses.asdict`` gives plain JSON; ``from_json`` takes it back."""

    kind: str
    codec: str
    dimension: int
    count: int
    trained_on: int
    nprobe: int
    recall_at_10: float
    vectors_file: str
    """A name within the folder."""
    vectors_bytes: int
    vectors_sha256: str
    columns_file: str
    columns_bytes: int
    columns_sha256: str

    @classmethod
    def from_json(cls, value: object) -> SavedVectors:
        """Raises IndexDamagedError when it is not what ``asdict`` gave."""
        fields = {field.name: field.type for field in dataclasses.fields(cls)}
        if not isinstance(value, dict) or set(value) != set(fields):
            raise IndexDamagedError(f"The manifest's entry for vectors does not have the fields {', '.join(fields)}.", remedy=REMEDY)
        types: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int)}
        for name, kind in fields.items():
            if not isinstance(value[name], types[str(kind)]) or isinstance(value[name], bool):
                raise IndexDamagedError(f"The manifest's {name} for vectors is {value[name]!r}.", remedy=REMEDY)
        saved = cls(**value)
        if any(Path(name).name != name for name in (saved.vectors_file, saved.columns_file)):
            raise IndexDamagedError("The manifest names vector files outside its folder.", remedy=REMEDY)
        return saved

    @property
    def built(self) -> Built:
        """Raises IndexDamagedError for a kind or codec that does not exist."""
        try:
            return Built(Kind(self.kind), Codec(self.codec), self.trained_on, self.nprobe, self.recall_at_10)
        except ValueError as error:
            raise IndexDamagedError(f"The manifest speaks of a vector index that does not exist: {error}.", remedy=REMEDY) from error

    def parts(self) -> tuple[tuple[str, int, str], ...]:
        """Name, size in bytes and SHA-256 of each file."""
        return (
            (self.vectors_file, self.vectors_bytes, self.vectors_sha256),
            (self.columns_file, self.columns_bytes, self.columns_sha256),
        )


class HashingFile:
    """Passes bytes on and keeps count of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Takes any buffer of bytes; returns how many there were."""
        self._sha256.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of all that was written."""
        return self._sha256.hexdigest()


def write_file(path: Path, fill: Callable[[HashingFile], None]) -> tuple[int, str]:
    """Let ``fill`` write a file that appears whole or not at all. Returns size and SHA-256. Raises StorageError when the disk refuses."""
    aside = path.with_name(f"{path.name}.partial")
    try:
        with aside.open("wb") as file:
            out = HashingFile(file)
            fill(out)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {error.strerror or error}.", remedy="Make room or give access, and try again."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return out.size, out.digest


def sync_folder(folder: Path) -> None:
    """Make renames in it outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_sizes(folder: Path, saved: SavedVectors) -> None:
    """Raises IndexDamagedError when a file is missing or of another size."""
    for name, size, _ in saved.parts():
        path = folder / name
        try:
            found = path.stat().st_size
        except FileNotFoundError as error:
            raise IndexDamagedError(f"{path} is missing.", remedy=REMEDY) from error
        except OSError as error:
            raise StorageError(f"{path} could not be read: {error.strerror or error}.") from error
        if found != size:
            raise IndexDamagedError(f"{path} has {found} bytes and should have {size}.", remedy=REMEDY)


def verify_files(folder: Path, saved: SavedVectors) -> None:
    """Read every byte, some 0.3 s for a million sentences. Raises IndexDamagedError when a file is missing or is not what was written."""
    check_sizes(folder, saved)
    for name, _, digest in saved.parts():
        path = folder / name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise StorageError(f"{path} could not be read: {error.strerror or error}.") from error
        if found != digest:
            raise IndexDamagedError(f"{path} is not what was written: its SHA-256 differs from the manifest's.", remedy=REMEDY)
