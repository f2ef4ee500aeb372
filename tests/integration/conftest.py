"""The default models, exported once for the session, the command line as a process of its own, and web servers on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.web_server import Serve, web_server

Dateline = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the default encoder is exported to, by the first test that needs it."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def environment(tmp_path: Path, models_dir: Path) -> dict[str, str]:
    """The environment of a person with no settings but a folder of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    return kept | {"DATELINE_STORAGE__DATA_DIR": str(tmp_path / "data"), "DATELINE_INDEX__MODELS_DIR": str(models_dir)}


@pytest.fixture
def dateline(environment: dict[str, str], tmp_path: Path) -> Dateline:
    """``dateline`` with some arguments, run to its end in an empty folder."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "index", *arguments]
        where = {"cwd": tmp_path, "env": environment | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}}
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300, check=False, **where)  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that plays these paths; it ends with the test."""
    with ExitStack() as opened:
        yield lambda plays: opened.enter_context(web_server(plays))
