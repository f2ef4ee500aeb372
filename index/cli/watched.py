"""A rebuild for another program: progress and outcome as JSON Lines on standard output, until the end or until standard input is closed.

    {"done": 4000}                                           so many more sentences were looked at
    {"generation": …, "sentences": …, "encoded": …, "elapsed_s": …}      it ended well
    {"stopped": …}  {"error": …, "remedy": …, "kind": …}     it did not

It gives way to whoever else wants the processor, and ends with the program that started it, whose end closes the pipe.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from index.cli.giving_way import give_way
from index.errors import NewsError, StoppedError
from index.service import NewsIndex


def reindex_watched(open_index: Callable[[], NewsIndex], *, full: bool, wait_s: float) -> None:
    """Do it, and say how it goes. Raises nothing of ours: that is said too. wait_s: for another writer."""
    give_way()
    closed = threading.Event()

    def wait_for_end() -> None:
        # Not through sys.stdin: a reader that waits there when the process ends holds a lock that the end needs.
        while os.read(sys.stdin.fileno(), 1):
            continue
        closed.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    try:
        with open_index() as index:
            report = index.reindex(full=full, progress=lambda more: _say(done=more), stopped=closed.is_set, wait_s=wait_s)
        _say(**asdict(report))
    except StoppedError as error:
        _say(stopped=error.message)
    except NewsError as error:
        _say(error=error.message, remedy=error.remedy, kind=type(error).__name__)


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
