"""Folders that are watched. In: folders. Out: files that are new or have changed, once nothing has been written to them for a moment. Blocking.

What was taken in is remembered by size and time of change, so a restart finds what changed meanwhile. A file that goes away changes nothing: its
articles were published, and stay.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from bot.store.intake import WatchedFiles
from index import readable_files

_log = logging.getLogger(__name__)

QUIET_MS = 2_000
"""A file is taken in when it looks the same at two looks this far apart: until then somebody may still be writing it."""
STEP_MS = 500
"""How soon it can be told to stop."""
LOOK_AGAIN_MS = 60_000
"""Where the system tells nothing of changes, as on many network drives, or a folder is not there yet: they are looked at this often all the same."""


class FolderWatch:
    """Folders, and what is known of the files in them. Belongs to one thread at a time."""

    def __init__(self, folders: Sequence[Path], known: WatchedFiles) -> None:
        self._folders = folders
        self._known = known
        self._has_looked = False
        self._seen: dict[str, str] = {}
        """By path: as it was at the last look, for files that are to be taken in."""
        self._there: list[Path] = []
        """Folders that exist, as of the last step of waiting."""
        self._news: Iterator[object] = iter(())

    def wait(self, stopped: Callable[[], bool]) -> None:
        """Until something changes in the folders, or it is time to look again all the same."""
        longest_ms = 0 if not self._has_looked else QUIET_MS if self._seen else LOOK_AGAIN_MS
        for _ in range(longest_ms // STEP_MS):
            if stopped() or (self._has_changed() and not self._seen):
                return

    def ready(self) -> list[tuple[str, str]]:
        """Files to be taken in now, with their stamps: those that look as they did at the last look."""
        known, before = self._known.stamps(), self._seen
        self._has_looked = True
        self._seen = {path: stamp for path, stamp in self._look() if known.get(path) != stamp}
        return [(path, stamp) for path, stamp in self._seen.items() if before.get(path) == stamp]

    def taken_in(self, path: str, stamp: str) -> None:
        """It stands in the coverage as it was then."""
        self._known.taken_in({path: stamp})
        self._seen.pop(path, None)

    def _look(self) -> Iterator[tuple[str, str]]:
        for folder in self._folders:
            for file in readable_files(folder):
                try:
                    status = file.stat()
                except OSError:
                    continue  # it went away between the two calls
                yield str(file), f"{status.st_size} {status.st_mtime_ns}"

    def _has_changed(self) -> bool:
        """Whether something happened in the folders; takes ``STEP_MS`` if nothing does."""
        there = [folder for folder in self._folders if folder.is_dir()]
        if there != self._there:
            for folder in set(self._folders) - set(there):
                _log.warning("the folder %s is not there; it is looked for again", folder)
            self._there = there
            # Asked anew only when the folders are others: what happens between two questions is told at the second.
            self._news = watch(*there, rust_timeout=STEP_MS, yield_on_timeout=True, raise_interrupt=False, debounce=50, step=50)
        if not there:
            time.sleep(STEP_MS / 1000)
            return False
        return bool(next(self._news))
