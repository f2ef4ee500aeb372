"""What the benchmarks share: data in, a fresh process for each measurement, facts about the machine, tables out.

Standard library alone, so that a process whose memory is measured holds nothing of the benchmark's. Progress goes to standard error, results to
standard output.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHILD = "--child"
"""The only argument of a benchmark's module when it is to do one measurement, told on standard input, and print it."""
_STARTED = time.monotonic()


def read_gz(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl.gz file, in order."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def note(what: str) -> None:
    """Progress, for whoever watches; with the seconds since the start."""
    print(f"{time.monotonic() - _STARTED:7.0f} s  {what}", file=sys.stderr, flush=True)


def in_fresh_process(module: str, given: dict[str, Any], environment: Mapping[str, str] | None = None) -> Any:
    """Run ``python -m module --child`` with ``given`` as JSON on its standard input; the JSON on its standard output. Its standard error is ours."""
    command = [sys.executable, "-m", module, CHILD]
    variables = os.environ | dict(environment or {})
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=variables)
    return json.loads(done.stdout)


def memory_mb() -> dict[str, float]:
    """This process's memory in MB of 10^6 bytes, as Linux counts it: resident now, its part that is no file's, and the most there ever was."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    named = {"resident": "VmRSS", "anonymous": "RssAnon", "peak": "VmHWM"}
    return {name: int(lines[key].split()[0]) * 1024 / 1e6 for name, key in named.items()}


def median(values: Sequence[float]) -> float:
    """The middle one; of two in the middle, their mean."""
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """With linear interpolation, as numpy does by default."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def load() -> float:
    """How many processes wanted a processor in the last minute: above the number of processors, somebody waited."""
    return os.getloadavg()[0]


def machine(packages: Iterable[str], load_before: float) -> dict[str, Any]:
    """What the figures depend on and nobody can see in them."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line),
        "unnamed processor",
    )
    return {
        "processors": len(os.sched_getaffinity(0)),
        "model": model,
        "python": sys.version.split()[0],
        "packages": {package: version(package) for package in packages},
        "load_before": round(load_before, 1),
        "load_after": round(load(), 1),
    }


def described(machine: dict[str, Any]) -> str:
    """`machine` in a line."""
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    line = (
        f"{machine['processors']} processors ({machine['model']}), load average {machine['load_before']} before and "
        f"{machine['load_after']} after; Python {machine['python']}, {packages}."
    )
    # A benchmark keeps about as many processes busy as there are processors; what comes on top waits, and is waited for.
    shared = max(machine["load_before"], machine["load_after"] - machine["processors"]) > 1
    return f"{line} **Others used the machine meanwhile.**" if shared else line


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown; the first column to the left, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def keep(file: Path | None, results: dict[str, Any]) -> None:
    """Write the results as JSON, if a file was named."""
    if file is not None:
        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
