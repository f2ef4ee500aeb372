"""A lock that many may share and one may have alone.

In: nothing. Out: `SharedLock`, used by the vector index, whose library is not safe for readers beside a writer. It must never be held
while waiting for anything but the work it guards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock


class SharedLock:
    """Many readers or one writer, and neither is starved.

    Everybody passes one turnstile. A writer stands in it until the readers inside have left, so those who come later wait behind the writer
    (A. B. Downey, The Little Book of Semaphores, 4.2.3). Not reentrant: a thread that holds it and asks again may wait for itself.
    """

    def __init__(self) -> None:
        self._turnstile = Lock()
        self._changed = Condition()
        self._readers = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Inside, nobody is alone; others may share."""
        with self._turnstile, self._changed:
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, there is nobody else."""
        with self._turnstile:
            with self._changed:
                self._changed.wait_for(lambda: self._readers == 0)
            yield
