"""The reranker's own file once more, for texts that go through it alone: attention in one operator, and one layer's states as a second output.

In: the reranker's folder, and a tensor's name in its graph. Out: a file that serves in the first one's place. What it computes is the same; being
quantised, its scores differ in their second decimal. It is written once, when models are prepared, because that needs onnx, which is slow to import.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import EncodingError
from index.models.onnx_reranker import MODEL_FILE

if TYPE_CHECKING:
    from onnx import GraphProto

HEADS = 12
"""Of MiniLM's attention: 384 dimensions, 32 each."""

_MIXED = re.compile(r"/bert/encoder/layer\.\d+/attention/self/Reshape_3_output_0")
"""What the attention of a layer ends in, by the name that torch's export gives it."""


def export_states(folder: Path, layer: str, exported: Path) -> Path:
    """The reranker's file with the tensor ``layer`` as a further output, written to ``exported`` unless it is there; that path.

    It takes no attention mask, since nothing is padded. Raises EncodingError if it is no graph of this kind, there is no such tensor, or the file
    cannot be written.
    """
    if exported.is_file():
        return exported
    import onnx  # slow to import, and needed once

    try:
        model = onnx.load(str(folder / MODEL_FILE))
        if not any(layer in node.output for node in model.graph.node):
            raise ValueError(f"no tensor is named {layer}")
        model.graph.output.append(onnx.helper.make_tensor_value_info(layer, onnx.TensorProto.FLOAT, ["batch", "pieces", None]))
        _attend_in_one(model.graph)
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
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


def _attend_in_one(graph: GraphProto) -> None:
    """ONNX Runtime's MultiHeadAttention in the place of the twenty nodes of each layer, and of the mask they share. Raises ValueError."""
    from onnx import helper

    ends = {node.output[0]: number for number, node in enumerate(graph.node) if node.output and _MIXED.fullmatch(node.output[0])}
    if not ends:
        raise ValueError("its attention is not named as torch names it")
    for name, number in ends.items():
        parts = [f"{name.removesuffix('/Reshape_3_output_0')}/{part}/Add_output_0" for part in ("query", "key", "value")]
        node = helper.make_node("MultiHeadAttention", parts, [name], domain="com.microsoft", num_heads=HEADS)
        graph.node[number].CopyFrom(node)
    needed, nodes = {one.name for one in graph.output}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            nodes.append(node)
    inputs, weights = ([one for one in some if one.name in needed] for some in (graph.input, graph.initializer))
    for field, left in (("node", reversed(nodes)), ("input", inputs), ("initializer", weights)):
        graph.ClearField(field)
        getattr(graph, field).extend(left)
