"""Are the files of a tantivy index what tantivy wrote?

In: the folder. Out: nothing, or IndexDamagedError. Reads only what the last commit names, so another process may be writing. Called by
`index.search.lexical` at open: tantivy itself checks lengths and headers there, and meets a flipped bit later as a panic or a wrong answer.
A million sentences are 45 MB and take 0.06 s.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from index.errors import IndexDamagedError

META = "meta.json"
"""tantivy's list of what is committed; replaced whole at every commit."""

REMEDY = "Run `dateline reindex --full`; the database still holds everything."

_MAGIC = 1337
_TAIL_BYTES = 8
"""A file ends with its footer as JSON, the footer's length and a magic number, four bytes each, little-endian (tantivy, directory/footer.rs)."""

_CHUNK_BYTES = 1 << 20


def verify(folder: Path) -> None:
    """Compare every committed file with the CRC-32 in its footer. Raises IndexDamagedError that names the first file that differs."""
    for file in _committed_files(folder):
        try:
            sound = _is_sound(file)
        except FileNotFoundError:
            continue  # merged away by a writer since the list was read; if it really is missing, tantivy says so
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(f"{file} cannot be read: {error}.", remedy=REMEDY) from error
        if not sound:
            raise IndexDamagedError(f"{file} is not what was written: its checksum differs.", remedy=REMEDY)


def _committed_files(folder: Path) -> list[Path]:
    try:
        segments = json.loads((folder / META).read_bytes())["segments"]
        files = []
        for segment in segments:
            stem, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
            current = f"{stem}.{deletes['opstamp']}.del" if deletes else None
            files += [file for file in folder.glob(f"{stem}.*") if file.suffix != ".del" or file.name == current]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{folder / META} cannot be read: {error}.", remedy=REMEDY) from error
    return sorted(files)


def _is_sound(file: Path) -> bool:
    """Raises OSError, or a child of ValueError, KeyError or TypeError where there is no footer."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read()
        length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
        left = size - _TAIL_BYTES - length
        if magic != _MAGIC or left < 0:
            return False
        stream.seek(left)
        written: int = json.loads(stream.read(length))["crc"]
        stream.seek(0)
        crc = 0
        while left:
            chunk = stream.read(min(left, _CHUNK_BYTES))
            if not chunk:
                return False
            crc = zlib.crc32(chunk, crc)
            left -= len(chunk)
    return crc == written
