"""What the reranker makes of each word piece before it gives its score: its own file once more, with one layer's states as a second output.

In: the reranker's folder, and a tensor's name in its graph. Out: a file that serves in the first one's place: the same scores, and states for whoever
asks for them. It is written once, when models are prepared, because that needs onnx, which is slow to import.
"""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import EncodingError
from index.models.onnx_reranker import MODEL_FILE


def export_states(folder: Path, layer: str, exported: Path) -> Path:
    """The reranker's file with the tensor ``layer`` as a further output, written to ``exported`` unless it is there; that path.

    Raises EncodingError if there is no such tensor, or the file cannot be written.
    """
    if exported.is_file():
        return exported
    import onnx  # slow to import, and needed once

    try:
        model = onnx.load(str(folder / MODEL_FILE))
        if not any(layer in node.output for node in model.graph.node):
            raise ValueError(f"no tensor is named {layer}")
        model.graph.output.append(onnx.helper.make_tensor_value_info(layer, onnx.TensorProto.FLOAT, ["batch", "pieces", None]))
    except Exception as error:  # onnx raises classes of its own making
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
