"""What ``import index`` costs and needs, asked of an interpreter that has imported nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.architecture.sources import ROOT

HEAVY = {
    "alembic",
    "bot",
    "config",
    "faiss",
    "huggingface_hub",
    "onnxruntime",
    "sentence_transformers",
    "sqlalchemy",
    "tantivy",
    "telegram",
    "tokenizers",
    "torch",
    "transformers",
}


def _fresh(code: str) -> str:
    """Standard output of ``code`` in an interpreter of its own, for which there is no Telegram library."""
    without = "import sys; sys.modules['telegram'] = None; sys.modules['telegram.ext'] = None\n"
    done = subprocess.run([sys.executable, "-c", without + code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_index_loads_no_model_and_no_engine() -> None:
    """``import index`` brings in the front door and nothing heavy: no torch, no FAISS, no database, no settings, no Telegram."""
    loaded = set(json.loads(_fresh("import json, index\nprint(json.dumps([name for name in sys.modules if sys.modules[name]]))")))
    assert len(loaded) > 100
    assert {"index", "index.service", "index.domain", "index.errors"} <= loaded
    assert loaded & HEAVY == set()


def test_every_public_name_is_there_without_telegram() -> None:
    """The front door gives every name it promises where python-telegram-bot is not installed."""
    names = json.loads(_fresh("import json, index\nprint(json.dumps({name: callable(getattr(index, name)) for name in index.__all__}))"))
    assert len(names) >= 30
    assert set(names.values()) == {True}


def test_the_coverage_commands_start_without_telegram() -> None:
    """``python -m index`` has all coverage commands where python-telegram-bot is not installed; ``run`` and ``chat`` are the bot's."""
    shown = _fresh("sys.argv = ['dateline', '--help']\nfrom index.cli import start\nstart()")
    commands = {line.split()[0] for line in shown.splitlines() if line.startswith("  ") and line.split()}
    assert {"ask", "ingest", "reindex", "check", "stats", "remove", "export", "backup", "restore", "prepare", "ready"} <= commands
    assert not {"run", "chat"} & commands
