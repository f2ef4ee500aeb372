"""One request at a time at each host, with a rest between two. In: a host. Out: the right to ask it, when its turn has come. Touches only a clock."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class Turns:
    """Whose turn it is at each host. Safe for many threads. Remembers only hosts that are busy or at rest."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """monotonic: seconds that only go forward."""
        self._now = monotonic
        self._changed = threading.Condition()
        self._free_at: dict[str, float] = {}
        """When a host may be asked next; infinity while it is being asked."""

    def take(self, host: str) -> None:
        """Wait until the host may be asked, and keep it for oneself. Must be followed by ``give_back``."""
        with self._changed:
            while (wait_s := self._free_at.get(host, 0.0) - self._now()) > 0:
                self._changed.wait(None if math.isinf(wait_s) else wait_s)
            self._free_at[host] = math.inf

    def give_back(self, host: str, rest_s: float) -> None:
        """Let others ask the host, not before ``rest_s`` seconds from now."""
        with self._changed:
            now = self._now()
            self._free_at[host] = now + rest_s
            self._free_at = {name: moment for name, moment in self._free_at.items() if moment > now}
            self._changed.notify_all()
