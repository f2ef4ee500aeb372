"""A right that one at a time may have. Adapter: ``index.store.locks``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Lock(Protocol):
    """A right that one at a time may have, whoever and wherever it is."""

    def __call__(self, purpose: str, *, wait_s: float, on_wait: Callable[[str], None] | None = None) -> AbstractContextManager[None]:
        """Have it for the length of a ``with``. Raises WriterBusyError after ``wait_s``, naming the holder."""
