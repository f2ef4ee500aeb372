"""A process that gives way to whoever else wants the processor or the disk. In: nothing. Out: nothing; it cannot be taken back.

Where the system has no such thing, or refuses it, the process goes on as it was: it is a courtesy, not a promise.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress

NICENESS = 10
"""Of 19: a ninth of the share of a process that gives way to nobody; of what is idle, all. Lower still, and on a machine without an idle moment a
rebuild of a minute does not end within ten."""
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
"""The number of the system call; the C library has no function for it. https://man7.org/linux/man-pages/man2/ioprio_set.2.html"""
_THIS_PROCESS, _IDLE = 1, 3 << 13
"""The disk only when nobody else has wanted it for a while."""


def give_way() -> None:
    """Take what others leave of the processors and the disk; all threads that begin afterwards do, too."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    if sys.platform != "linux":
        return
    with suppress(OSError):
        # Batch: it never takes the processor from somebody in the middle of a turn. The idle class would be gentler, and never come to an end.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with suppress(OSError):
        # Caches and memory know no priority: half of the processors, one of two, are left alone altogether.
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[len(processors) // 2 :])
    number = _IOPRIO_SET.get(platform.machine())
    if number is not None:
        ctypes.CDLL(None).syscall(number, _THIS_PROCESS, 0, _IDLE)
