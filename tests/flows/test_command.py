"""The ``dateline`` command as a process: what it says before there is anything to serve."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOKEN = "123456789:AAE-this_is_not_a_real_token_0123456"
ROOT = Path(__file__).parents[2]


def dateline(*arguments: str, path: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these settings and no others; ``path`` comes first where modules are looked for."""
    clean = {name: value for name, value in os.environ.items() if not name.upper().startswith("DATELINE_")}
    environment = {**clean, **settings, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, cwd=path, capture_output=True, text=True, timeout=60, check=False)


def test_run_and_chat_stand_beside_the_coverage_commands() -> None:
    """One command has them all."""
    listed = dateline("--help").stdout
    assert all(f"  {name} " in listed for name in ("ask", "ingest", "reindex", "check", "stats", "run", "chat"))


def test_a_wrong_setting_stops_the_start(tmp_path: Path) -> None:
    """The variable is named on standard error with the remedy: no traceback, no secret, status 2, and nothing made."""
    done = dateline("run", path=tmp_path, DATELINE_TELEGRAM__TOKEN=f"{TOKEN} and more", DATELINE_TELEGRAM__MOD="webhook")
    assert done.returncode == 2
    assert "DATELINE_TELEGRAM__MOD (in the environment) is not a setting. Did you mean DATELINE_TELEGRAM__MODE?" in done.stderr
    assert "Traceback" not in done.stderr
    assert TOKEN not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_without_telegrams_library_it_says_what_to_install(tmp_path: Path) -> None:
    """``run`` and ``chat`` name the extra that is missing."""
    (tmp_path / "telegram").mkdir()
    (tmp_path / "telegram" / "__init__.py").write_text("raise ImportError('not installed')\n")
    for command in ("run", "chat"):
        done = dateline(command, path=tmp_path)
        assert done.returncode == 2
        assert "dateline[telegram]" in done.stderr


def test_the_command_line_loads_neither_telegram_nor_a_model() -> None:
    """Every command starts quickly; what is heavy is imported by the command that needs it."""
    seen = "import sys, bot.__main__; print(sorted({'telegram', 'torch', 'faiss', 'onnxruntime'} & set(sys.modules)), len(sys.modules))"
    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded, _, count = done.stdout.strip().rpartition(" ")
    assert loaded == "[]"
    assert int(count) > 100
