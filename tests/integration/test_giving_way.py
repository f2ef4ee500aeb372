"""A process that gives way: what the system knows of it afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from index.cli.giving_way import NICENESS

_SAY = """
import os
from index.cli.giving_way import give_way
give_way()
print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0) == os.SCHED_BATCH, len(os.sched_getaffinity(0)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have only a part of it")
def test_it_takes_what_others_leave() -> None:
    """Low priority, the class of batch work, and no more than half of the processors (one where there is but one)."""
    said = subprocess.run([sys.executable, "-c", _SAY], capture_output=True, text=True, check=True).stdout.split()
    processors = len(os.sched_getaffinity(0))
    assert said == [str(max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))), "True", str(processors - processors // 2)]
