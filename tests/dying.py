"""Processes that die at a chosen moment, as a power cut would have it: without any clean-up."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable
from multiprocessing.context import ForkServerContext
from typing import Any

_IMPORTED_ONCE = ("tests.integration.test_news_index", "tests.integration.test_refresh", "tests.integration.test_telling_killed")
"""Whatever uses ``processes``: one server serves all, and imports what it is told before it starts; the rest each process imports anew."""


def processes() -> ForkServerContext:
    """Processes that begin where everything is imported, with no threads yet and nothing of the test's in them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED_ONCE))
    return context


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
