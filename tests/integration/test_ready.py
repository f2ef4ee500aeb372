"""``dateline ready``, which a health check asks: quick, without a model, changing nothing, and right."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import EncoderMismatchError, EncodingError, IndexDamagedError, IndexNotBuiltError, SchemaVersionError, StorageError, open_index
from index.build import DEFAULT_ENCODER, require_ready
from index.domain.articles import ArticleDraft
from index.models.locate import locate
from tests.integration.conftest import Dateline

HEAVY = {"torch", "sentence_transformers", "transformers", "onnxruntime", "tokenizers", "faiss", "tantivy", "telegram", "alembic"}


@pytest.fixture
def data_dir(tmp_path: Path, models_dir: Path) -> Path:
    """A folder with a little coverage, closed."""
    with open_index(tmp_path / "data", models_dir=models_dir) as index:
        index.ingest([ArticleDraft("The bridge was closed on Monday.", id="a"), ArticleDraft("It will open again in May.", id="b")])
    return tmp_path / "data"


def state(*folders: Path) -> dict[str, tuple[int, int]]:
    """Every file under these folders, with its date and size. Opened here, a database in use would lose the locks of this process."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def test_ready_is_said_and_nothing_is_written(data_dir: Path, dateline: Dateline, models_dir: Path) -> None:
    """Sound coverage is ready, status 0; no file appears, goes or changes, whether the coverage is in use or not."""
    before = state(data_dir, models_dir)
    done = dateline("ready")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Ready.\n", "")
    assert state(data_dir, models_dir) == before
    with open_index(data_dir, models_dir=models_dir) as index:
        index.answer("when will the bridge open?")
        before = state(data_dir, models_dir)
        assert dateline("ready").returncode == 0
        assert state(data_dir, models_dir) == before


def test_ready_loads_no_model(data_dir: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """The command brings in no runtime of a model, no index library and no Telegram: a health check is cheap."""
    code = "import sys\nfrom index.cli import app\nsys.argv = ['dateline', 'ready']\napp(standalone_mode=False)\nprint(*sys.modules)"
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, modules = done.stdout.splitlines()
    assert said == "Ready."
    assert "index.readiness" in modules.split()
    assert HEAVY.isdisjoint(modules.split())


def test_no_coverage_is_not_ready(dateline: Dateline, tmp_path: Path) -> None:
    """Where nothing was ever opened, the status is 1 with the remedy, and no folder is made."""
    done = dateline("ready")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no coverage" in done.stderr
    assert not (tmp_path / "data").exists()


def test_empty_coverage_is_ready(tmp_path: Path, models_dir: Path) -> None:
    """A bot that was just set up, with no article yet, is healthy."""
    open_index(tmp_path / "data", models_dir=models_dir).close()
    require_ready(tmp_path / "data", models_dir=models_dir)


def test_another_encoder_is_not_ready(data_dir: Path, environment: dict[str, str], dateline: Dateline, tmp_path: Path) -> None:
    """An index that the set encoder did not build, or an encoder that is not there, is named with the remedy, status 1."""
    other = tmp_path / "other"
    shutil.copytree(locate(DEFAULT_ENCODER), other)
    (other / "note.json").write_text("{}", encoding="utf-8")
    environment["DATELINE_INDEX__ENCODER"] = str(other)
    done = dateline("ready")
    assert (done.returncode, done.stdout) == (1, "")
    assert "dateline reindex --full" in done.stderr
    with pytest.raises(EncoderMismatchError, match=DEFAULT_ENCODER):
        require_ready(data_dir, encoder=str(other))
    with pytest.raises(EncodingError, match="pip install"):
        require_ready(data_dir, encoder="package:no-such-package")


def cut_vectors(data_dir: Path) -> None:
    for file in data_dir.glob("index/g*/vectors-*.faiss"):
        file.write_bytes(file.read_bytes()[:-1])


def lose_columns(data_dir: Path) -> None:
    for file in data_dir.glob("index/g*/vectors-*.npy"):
        file.unlink()


def lose_manifest(data_dir: Path) -> None:
    for file in data_dir.glob("index/g*/manifest.json"):
        file.unlink()


def lose_index(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "index")


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (cut_vectors, IndexDamagedError),
        (lose_columns, IndexDamagedError),
        (lose_manifest, IndexDamagedError),
        (lose_index, IndexNotBuiltError),
    ],
)
def test_a_harmed_index_is_not_ready_until_its_reindex(
    data_dir: Path, models_dir: Path, harm: Callable[[Path], None], error: type[StorageError]
) -> None:
    """Vector files of another size, missing files and a missing index are found; the remedy in the message makes it ready again."""
    require_ready(data_dir, models_dir=models_dir)
    harm(data_dir)
    with pytest.raises(error, match="dateline reindex"):
        require_ready(data_dir, models_dir=models_dir)
    with open_index(data_dir, models_dir=models_dir) as index:
        index.reindex()
    require_ready(data_dir, models_dir=models_dir)


def test_a_database_of_another_version_is_not_ready(data_dir: Path, dateline: Dateline) -> None:
    """Tables of another version, none, or a file that is no database: a sentence each, status 1, no traceback."""
    database = data_dir / "dateline.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    done = dateline("ready")
    assert done.returncode == 1
    assert "is at version 0000, and this program needs version" in done.stderr
    assert "Traceback" not in done.stderr
    database.write_bytes(b"")
    with pytest.raises(SchemaVersionError, match="has no tables yet"):
        require_ready(data_dir)
    database.write_bytes(b"no database at all, however long it may be" * 100)
    with pytest.raises(StorageError, match="not a database"):
        require_ready(data_dir)
