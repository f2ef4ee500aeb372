"""Imports run one way, and foreign libraries stay in their rooms: the contracts of ``pyproject.toml``, and what they cannot say."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import PROGRAM, ROOT, files, imported, module_name, pyproject, tree

LEAST_FILES = 100
"""The program had 110 files when this was written; far fewer means that a folder moved out of sight."""

HEAVY = {"torch", "sentence_transformers", "transformers", "huggingface_hub", "onnx"}
"""Seconds to import, or the network: inside functions that need them, never at the top of a module."""

SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|SELECT\s.*\(|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+\w+|DROP\s+\w+|PRAGMA\s|BEGIN\b)",
    re.DOTALL,
)
"""How a statement of SQL begins."""


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """``lint-imports`` on the program in ``folder``, by its own configuration there."""
    call = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    return subprocess.run([sys.executable, "-c", call], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_every_file_of_the_program_is_looked_at() -> None:
    """The graph that the contracts are checked on has every Python file of the three packages, and there are not suddenly fewer."""
    graph = grimp.build_graph(*PROGRAM, cache_dir=None)
    seen = {module_name(file) for file in files(*PROGRAM)}
    assert len(seen) >= LEAST_FILES
    assert graph.modules == seen
    assert graph.count_imports() >= 2 * LEAST_FILES


def test_the_contracts_are_kept() -> None:
    """``lint-imports``, which CI and ``make lint`` run, finds every contract kept."""
    done = _lint(ROOT)
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    assert len(contracts) >= 9
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(contracts)} kept, 0 broken." in done.stdout


def test_every_name_in_a_contract_exists() -> None:
    """No contract watches over, or makes an exception for, a module that is not there any more."""
    graph = grimp.build_graph(*PROGRAM, include_external_packages=True, cache_dir=None)
    looked_at = 0
    for contract in pyproject()["tool"]["importlinter"]["contracts"]:
        for option in ("source_modules", "protected_modules", "allowed_importers", "containers"):
            for name in contract.get(option, []):
                assert name in graph.modules, f"{name} in the contract {contract['name']!r}"
                looked_at += 1
    assert looked_at >= 20


PLANTED = {
    "The bot knows the index; the index does not know the bot": ("config/fields.py", "import index"),
    "Inside the index, arrows run from the front door to the domain": ("index/domain/articles.py", "import index.search.fusion"),
    "The index needs no Telegram": ("index/text/clean.py", "import telegram"),
    "The bot enters the index by its front door; its command line adds to the index's": ("bot/app.py", "import index.service"),
    "Settings are read by composition roots only": ("bot/handlers/ask.py", "import config.settings"),
    "FAISS stays in its file": ("index/search/fusion.py", "import faiss"),
    "tantivy stays in its file, its tokenizer in another": ("index/search/retrieve.py", "import tantivy"),
    "Languages are told apart in one file": ("index/answering/question.py", "import lingua"),
    "SQL is spoken in the store": ("index/service.py", "import sqlite3"),
    "Models are run in their room": ("index/cli/show.py", "import torch"),
    "The web is asked in one room": ("index/intake/web.py", "import httpcore2"),
}
"""For each contract, an arrow that breaks it."""


def test_a_wrong_arrow_breaks_its_contract(tmp_path: Path) -> None:
    """An arrow planted against each contract is found: none of them has gone blind."""
    for folder in PROGRAM:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert set(PLANTED) == {contract["name"] for contract in pyproject()["tool"]["importlinter"]["contracts"]}
    for file, line in PLANTED.values():
        with (tmp_path / file).open("a", encoding="utf-8") as out:
            out.write(f"\n{line}\n")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert f"Contracts: 0 kept, {len(PLANTED)} broken." in done.stdout, done.stdout


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not the bodies of functions, not what only a type checker reads."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from _at_import(statement.orelse)
            continue
        yield statement
        for part in ("body", "orelse", "finalbody"):
            yield from _at_import(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from _at_import(handler.body)


def test_torch_and_its_kind_are_imported_inside_functions_only() -> None:
    """Importing any module of the program brings in no torch and no hub; the functions that need them do."""
    anywhere = 0
    for file in files(*PROGRAM):
        anywhere += sum(name in HEAVY for node in ast.walk(tree(file)) for name in imported(node))
        at_import = {name for statement in _at_import(tree(file).body) for name in imported(statement)}
        assert not at_import & HEAVY, file
    assert anywhere >= 5, "no import of torch was seen at all"


def test_sql_is_written_in_the_store_only() -> None:
    """No string outside ``index/store`` is an SQL statement, and outside it only the type ``Engine`` of SQLAlchemy is named."""
    inside = 0
    for file in files(*PROGRAM):
        in_store = "store" in file.relative_to(ROOT).parts
        constants = [node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant)]
        statements = [value for value in constants if isinstance(value, str) and SQL.match(value)]
        if in_store:
            inside += len(statements)
        else:
            assert statements == [], file
            assert "sqlalchemy" not in {name for statement in _at_import(tree(file).body) for name in imported(statement)}, file
            named = [
                node for node in ast.walk(tree(file)) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            ]
            assert {alias.name for node in named for alias in node.names} <= {"Engine"}, file
    assert inside >= 8, "no SQL was seen in the store"


@pytest.mark.parametrize(
    "text", ["SELECT a FROM b", "PRAGMA journal_mode = WAL", "DELETE FROM articles", "UPDATE t SET a = 1", "BEGIN IMMEDIATE"]
)
def test_sql_is_recognised(text: str) -> None:
    """What the test above looks for is found where it is."""
    assert SQL.match(text)
