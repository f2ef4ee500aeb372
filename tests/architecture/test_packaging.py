"""What an installed Dateline has: a file that is data and is not packaged would be missed only where nobody tests, in an image or a wheel."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from tests.architecture.sources import ROOT

NOT_READ = {".py", ".pyc", ".md"}
"""Endings of what is packaged anyway, and of what is for people alone."""


def test_every_data_file_is_packaged() -> None:
    """Each file in a package folder that the program may read is named by a pattern of ``package-data``."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = tools["package-data"]["*"]
    packages = [name.rstrip("*") for name in tools["packages"]["find"]["include"]]
    files = [file for name in packages for file in Path(ROOT / name).rglob("*") if file.is_file() and file.suffix not in NOT_READ]
    assert any(file.suffix == ".onnx" for file in files)
    assert [str(file) for file in files if not any(fnmatch(file.name, pattern) for pattern in patterns)] == []
