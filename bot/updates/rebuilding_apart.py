"""A full rebuild in a process of its own. In: nothing but the settings, which the other process reads for itself. Out: what it did.

In a thread of this process it would hold Python's interpreter lock again and again, and every question would wait for it; a thread of low priority
makes that worse, because it holds the lock while others have the processor. The other process shares nothing but the files, has a low priority, and
ends when this one does. `benchmarks/reindex_load.py` measures both ways.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from bot.updates.rebuilding import Rebuildable
from index import EncodingError, ReindexReport, StoppedError, StorageError

COMMAND = (sys.executable, "-m", "index", "reindex", "--full", "--watched")
_LOOK_S = 0.2


class RebuildingApart:
    """Rebuilds: full ones elsewhere, the others, which take a moment, here. Implements ``bot.updates.rebuilding.Rebuildable``."""

    def __init__(self, here: Rebuildable) -> None:
        self._here = here

    def reindex(
        self,
        *,
        full: bool = False,
        progress: Callable[[int], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
        wait_s: float = 30.0,
    ) -> ReindexReport:
        """As ``index.NewsIndex.reindex``. Raises StoppedError, StorageError, EncodingError."""
        if not full:
            return self._here.reindex(full=False, progress=progress, stopped=stopped, wait_s=wait_s)
        command = [*COMMAND, f"--wait={wait_s:g}"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 nothing of it is from outside
            assert process.stdin is not None
            assert process.stdout is not None
            ended = threading.Event()
            # Closing its standard input is how it is told to stop.
            watcher = threading.Thread(target=_stop_when, args=(stopped, ended, process.stdin), name="rebuild-watch")
            watcher.start()
            try:
                said = _read(process.stdout, progress or (lambda _: None))
            finally:
                ended.set()
                watcher.join()
        return _report(said)


def _stop_when(stopped: Callable[[], bool], ended: threading.Event, its_input: IO[bytes]) -> None:
    while not ended.is_set() and not stopped():
        time.sleep(_LOOK_S)
    its_input.close()


def _read(output: IO[bytes], progress: Callable[[int], None]) -> dict[str, Any]:
    """The last thing it says; progress is passed on."""
    said: dict[str, Any] = {}
    for line in output:
        if not line.startswith(b"{"):
            continue  # what some library prints is none of it
        said = json.loads(line)
        if "done" in said:
            progress(int(said["done"]))
    return said


def _report(said: dict[str, Any]) -> ReindexReport:
    if "generation" in said:
        return ReindexReport(**said)
    if "stopped" in said:
        raise StoppedError(str(said["stopped"]))
    if said.get("kind") == EncodingError.__name__:
        raise EncodingError(str(said["error"]), remedy=said["remedy"])
    if "error" in said:
        raise StorageError(str(said["error"]), remedy=said["remedy"])
    raise StorageError("The process that rebuilt the index broke off.", remedy="The log of the program says why; then try again.")
