"""Saving and loading the vector index: what was written comes back, and what is damaged is refused and never served."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import IndexDamagedError, StorageError
from index.search.vectors_faiss import FaissVectorIndex, SavedVectors
from index.search.vectors_plan import Tuning
from tests.contract.vector_oracle import DIMENSION, IVF, KINDS, QUESTIONS, clustered, coverage, each, rows_for

SMALL = 500


@KINDS
def test_loaded_equals_saved(tuning: Tuning, tmp_path: Path) -> None:
    """An index that was changed, saved and loaded answers as before, and can be changed on."""
    made = coverage(tuning, SMALL)
    made.index.remove(made.rows.sentence_ids[:50])
    made.index.add(rows_for(np.arange(9_000, 9_010, dtype=np.int64)), clustered(10, seed=3))
    saved = made.index.save(tmp_path, "v1")
    loaded = FaissVectorIndex.load(tmp_path, saved, tuning=tuning)
    for question in each(QUESTIONS):
        assert loaded.search(question, 10) == made.index.search(question, 10)
    for name in ("kind", "nprobe", "recall_at_10", "dimension", "needs_rebuild", "size_bytes"):
        assert getattr(loaded, name) == getattr(made.index, name)
    made.oracle.remove(made.rows.sentence_ids[:50])
    made.oracle.add(rows_for(np.arange(9_000, 9_010, dtype=np.int64)), clustered(10, seed=3))
    assert loaded.remove(made.rows.sentence_ids[:60]) == made.oracle.remove(made.rows.sentence_ids[:60])
    loaded.add(made.rows[:5], made.vectors[:5])
    made.oracle.add(made.rows[:5], made.vectors[:5])
    made.oracle.assert_neighbours(loaded, QUESTIONS[:1], 20)


@KINDS
def test_what_was_saved_is_described(tuning: Tuning, tmp_path: Path) -> None:
    """The description has the figures for the manifest, fits the files, and survives JSON."""
    made = coverage(tuning, SMALL)
    saved = made.index.save(tmp_path, "v1")
    assert (saved.kind, saved.dimension, saved.count, saved.trained_on) == (made.index.kind, DIMENSION, SMALL, SMALL)
    assert (saved.nprobe, saved.recall_at_10) == (made.index.nprobe, made.index.recall_at_10)
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {
        saved.vectors_file: saved.vectors_bytes,
        saved.columns_file: saved.columns_bytes,
    }
    assert SavedVectors.from_json(json.loads(json.dumps(dataclasses.asdict(saved)))) == saved
    FaissVectorIndex.verify(tmp_path, saved)


def test_an_empty_index_is_saved_too(tmp_path: Path) -> None:
    """Before the first article there is an index all the same."""
    saved = FaissVectorIndex.build(DIMENSION, 0, lambda: iter(())).save(tmp_path, "v1")
    loaded = FaissVectorIndex.load(tmp_path, saved)
    loaded.add(rows_for(np.array([4])), QUESTIONS[:1])
    assert [hit.sentence_id for hit in loaded.search(QUESTIONS[:1], 3)] == [4]


def test_opening_writes_nothing(tmp_path: Path) -> None:
    """Loading, verifying and searching leave every file as it was, and bring no new one."""
    saved = coverage(IVF, SMALL).index.save(tmp_path, "v1")
    before = {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.iterdir()]}
    FaissVectorIndex.verify(tmp_path, saved)
    loaded = FaissVectorIndex.load(tmp_path, saved)
    loaded.search(QUESTIONS[:1], 5)
    loaded.remove(loaded.ids())
    assert {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.iterdir()]} == before


def truncate(path: Path) -> None:
    """As after a crash without a sync."""
    path.write_bytes(path.read_bytes()[:-7])


def garble(path: Path) -> None:
    """The same size, other bytes."""
    path.write_bytes(np.random.default_rng(1).bytes(path.stat().st_size))


@pytest.mark.parametrize("damage", [Path.unlink, truncate, garble])
@pytest.mark.parametrize("part", ["vectors_file", "columns_file"])
@KINDS
def test_damaged_files_are_refused(tuning: Tuning, part: str, damage: Callable[[Path], None], tmp_path: Path) -> None:
    """A file that is missing, cut short or garbage is named, with the command that repairs it; nothing is served from it."""
    saved = coverage(tuning, SMALL).index.save(tmp_path, "v1")
    name = getattr(saved, part)
    damage(tmp_path / name)
    for look in (FaissVectorIndex.load, FaissVectorIndex.verify):
        with pytest.raises(IndexDamagedError, match="dateline reindex") as caught:
            look(tmp_path, saved)
        assert str(tmp_path) in caught.value.message


@pytest.mark.parametrize("part", ["vectors_file", "columns_file"])
def test_verify_finds_one_flipped_bit(part: str, tmp_path: Path) -> None:
    """Damage that loading cannot see is found by reading the digest."""
    saved = coverage(IVF, SMALL).index.save(tmp_path, "v1")
    path = tmp_path / getattr(saved, part)
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match="SHA-256"):
        FaissVectorIndex.verify(tmp_path, saved)


@pytest.mark.parametrize("change", [{"count": SMALL - 1}, {"dimension": 16}, {"kind": "flat"}, {"codec": "fp16"}, {"kind": "hnsw"}])
def test_a_manifest_that_disagrees_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    """Files of another index than the manifest speaks of are not opened."""
    saved = coverage(IVF, SMALL).index.save(tmp_path, "v1")
    assert saved.codec == "sq8"
    with pytest.raises(IndexDamagedError):
        FaissVectorIndex.load(tmp_path, dataclasses.replace(saved, **change))


def test_columns_of_another_index_are_refused(tmp_path: Path) -> None:
    """Vectors beside rows that are not theirs would filter wrongly."""
    saved, other = coverage(IVF, SMALL).index.save(tmp_path, "v1"), coverage(IVF, SMALL + 1).index.save(tmp_path, "v2")
    mixed = dataclasses.replace(saved, columns_file=other.columns_file, columns_bytes=other.columns_bytes)
    with pytest.raises(IndexDamagedError, match=r"500.*501|501.*500"):
        FaissVectorIndex.load(tmp_path, mixed)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"count": "500"}, id="text for a number"),
        pytest.param({"nprobe": True}, id="truth for a number"),
        pytest.param({"colour": "red"}, id="unknown field"),
        pytest.param({"vectors_file": "../elsewhere"}, id="outside the folder"),
    ],
)
def test_a_manifest_entry_that_is_none_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    """What was edited by hand or cut short is refused before any file is opened."""
    entry = dataclasses.asdict(coverage(IVF, SMALL).index.save(tmp_path, "v1"))
    with pytest.raises(IndexDamagedError, match="manifest"):
        SavedVectors.from_json(entry | change)
    with pytest.raises(IndexDamagedError, match="manifest"):
        SavedVectors.from_json([entry])


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    """When writing fails the error is ours, no half file remains, what was there stays, and the index goes on."""
    index = coverage(IVF, SMALL).index
    with pytest.raises(StorageError, match="could not be written"):
        index.save(tmp_path / "missing", "v1")
    (tmp_path / "v1.npy").mkdir()
    with pytest.raises(StorageError, match="could not be written"):
        index.save(tmp_path, "v1")
    assert not list(tmp_path.glob("*.partial"))
    assert len(index.search(QUESTIONS[:1], 5)) == 5


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    """An error that comes up inside FAISS's writer arrives as ours."""
    (tmp_path / "v1.faiss.partial").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left"):
        coverage(IVF, SMALL).index.save(tmp_path, "v1")
    assert list(tmp_path.iterdir()) == []


def test_files_are_verified_without_faiss() -> None:
    """A check of the files does not load the library."""
    code = "import sys, index.search.vectors_files; sys.exit('faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
