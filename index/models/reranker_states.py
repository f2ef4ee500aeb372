"""What the reranker makes of each word piece before it gives its score. In: a question and a text. Out: the hidden states of a few of its layers.

The reranker's own file is opened a second time with those layers as further outputs, so that the first, whose scores the calibration belongs to,
stays as it is. One text at a time: the weights are quantised, and what else is in a batch would change the last digits.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from index.errors import EncodingError
from index.models.onnx_reranker import MODEL_FILE
from index.models.runtime import load_tokenizer

MAX_TOKENS = 384
"""Question and text together, as the reranker is used."""


@dataclass(frozen=True, slots=True)
class States:
    """The text's n word pieces, the question's left out."""

    offsets: NDArray[np.int32]
    """Shape (n, 2): where each stands in the text."""
    text_pieces: NDArray[np.intp]
    """Shape (n,): which rows of ``values`` are theirs."""
    values: NDArray[np.float32]
    """Shape (1, pieces of the whole input, 384 for each layer)."""
    score: float
    """The reranker's score of the pair."""


def session_of(model: bytes) -> Any:
    """A session of an ONNX model that uses the thread it is called from, and no other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def export_states(folder: Path, layers: Sequence[str], exported: Path) -> Path:
    """The reranker's file once more, with layers of it as further outputs, written to ``exported`` unless it is there; that path.

    folder: the reranker's. layers: names of tensors in its graph. Raises EncodingError if there are none such, or it cannot be written.
    """
    if exported.is_file():
        return exported
    import onnx  # slow to import, and needed once

    try:
        model = onnx.load(str(folder / MODEL_FILE))
        for name in layers:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", "pieces", None]))
        session_of(model.SerializeToString())
    except Exception as error:  # onnx and onnxruntime raise classes of their own making
        raise EncodingError(
            f"The reader needs the states of the reranker in {folder}, and cannot have them: {error}",
            remedy="Install the model again, or set DATELINE_INDEX__READER to another reader or to nothing.",
        ) from error
    try:
        exported.parent.mkdir(parents=True, exist_ok=True)
        aside = exported.with_suffix(f".{os.getpid()}")
        aside.write_bytes(model.SerializeToString())
        aside.replace(exported)
    except OSError as error:
        raise EncodingError(
            f"The reader's model cannot be written to {exported}: {error.strerror or error}.",
            remedy="Make the folder writable, or run `dateline prepare` once as somebody who may write there.",
        ) from error
    return exported


class RerankerStates:
    """A session with the layers' outputs. Safe for several threads."""

    def __init__(self, folder: Path, exported: Path) -> None:
        """folder: the reranker's. exported: as ``export_states`` leaves it. Raises EncodingError."""
        try:
            self._session = session_of(exported.read_bytes())
        except Exception as error:  # onnxruntime raises classes of its own making
            raise EncodingError(f"The file {exported} cannot be loaded: {error}", remedy="Delete it and run `dateline prepare`.") from error
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._tokenizer = load_tokenizer(folder / "tokenizer.json", MAX_TOKENS)

    def run(self, question: str, text: str) -> States:
        """The states of one text. Raises EncodingError."""
        encoding = self._tokenizer.encode(question, text)
        length = len(encoding.ids)
        feed = {
            "input_ids": np.asarray([encoding.ids], np.int64),
            "attention_mask": np.ones((1, length), np.int64),
            "token_type_ids": np.asarray([encoding.type_ids], np.int64),
        }
        try:
            score, *layers = self._session.run(None, {name: feed[name] for name in feed if name in self._inputs})
        except Exception as error:  # onnxruntime raises classes of its own making
            raise EncodingError(f"The reader failed on a text of {len(text)} characters: {error}") from error
        pieces = np.flatnonzero((np.asarray(encoding.type_ids) == 1) & (np.asarray(encoding.special_tokens_mask) == 0))
        offsets = np.asarray(encoding.offsets, np.int32)[pieces]
        return States(offsets, pieces, np.concatenate(layers, axis=2), float(score.reshape(-1)[0]))
