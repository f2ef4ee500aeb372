"""Where a test set lies, and in which layout. In: a path. Out: a Suite."""

from __future__ import annotations

from pathlib import Path

from index.errors import SuiteError
from index.evaluation.beir import is_beir, read_beir
from index.evaluation.squad import read_squad, squad_files
from index.evaluation.suite import Suite

_LAYOUTS = (
    "It takes a folder with corpus.jsonl, queries.jsonl and qrels/*.tsv (BEIR), or SQuAD JSON, as a file or as a folder of .json files."
)


def read_suite(path: Path, split: str | None = None) -> Suite:
    """The test set at ``path``. split: see ``read_beir``; SQuAD JSON has none. Raises SuiteError."""
    if not path.exists():
        raise SuiteError(f"There is no file or folder {path}.", remedy=_LAYOUTS)
    if path.is_dir() and is_beir(path):
        return read_beir(path, split)
    files = squad_files(path)
    if not files or any(file.suffix.lower() != ".json" for file in files):
        raise SuiteError(f"{path} is no test set.", remedy=_LAYOUTS)
    if split is not None:
        raise SuiteError(f"{path} is SQuAD JSON, which has no splits.", remedy="Name the file instead.")
    return read_squad(files)
