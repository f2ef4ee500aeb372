"""Processes that die at a chosen moment, as a power cut would have it: without any clean-up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any


def die_before(step: int, writes: Iterable[tuple[Any, str]]) -> None:
    """Have this process end right before its ``step``-th call of any of these functions, given as owner and name."""
    count = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)
            return original(*arguments, **named)

        return write

    for owner, name in writes:
        setattr(owner, name, counted(getattr(owner, name)))
