"""A process that gives way to whoever else wants the processor or the disk. In: nothing. Out: nothing; it cannot be taken back.

Where the system has no such thing, or refuses it, the process goes on as it was: it is a courtesy, not a promise.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress

NICENESS = 15
"""Of 19: a thirtieth of the share of a process that gives way to nobody; of what is idle, all. Where nothing is idle it still comes to an end."""
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
"""The number of the system call; the C library has no function for it. https://man7.org/linux/man-pages/man2/ioprio_set.2.html"""
_THIS_PROCESS, _IDLE = 1, 3 << 13
"""The disk only when nobody else has wanted it for a while."""


def give_way() -> None:
    """Take what others leave of the processors and the disk; all threads that begin afterwards do, too."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    if sys.platform != "linux":
        return
    with suppress(OSError):
        # Batch: it never takes the processor from somebody in the middle of a turn. Idle would be gentler still, and on a machine that has no idle
        # moment a rebuild of a minute had not ended after seven.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with suppress(OSError):
        # Caches and memory know no priority: half of the processors, one of two, are left alone altogether.
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[len(processors) // 2 :])
    number = _IOPRIO_SET.get(platform.machine())
    if number is not None:
        ctypes.CDLL(None).syscall(number, _THIS_PROCESS, 0, _IDLE)
