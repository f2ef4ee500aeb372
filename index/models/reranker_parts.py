"""The reranker's own file cut in two, for texts that go through it alone: after its first layers it is known of most that they do not answer.

In: the reranker's folder, and a tensor's name in its graph. Out: two files that serve in its place: the layers up to that tensor, whose states the
reader goes on from too, and the rest, which gives the score. Attention is one operator. What they compute is the same; being quantised, scores differ
in their second decimal. They are written once, when models are prepared, because that needs onnx, which is slow to import.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.errors import EncodingError

if TYPE_CHECKING:
    from onnx import ModelProto

MODEL_FILE = "model.onnx"
"""The reranker's file in its folder."""

HEADS = 12
"""Of MiniLM's attention: 384 dimensions, 32 each."""

_MIXED = re.compile(r"/bert/encoder/layer\.\d+/attention/self/Reshape_3_output_0")
"""What the attention of a layer ends in, by the name that torch's export gives it."""


class RerankerParts(NamedTuple):
    """The two files."""

    first: Path
    rest: Path


def output_of(layers: int) -> str:
    """The tensor that so many layers give."""
    return f"/bert/encoder/layer.{layers - 1}/output/LayerNorm/Add_1_output_0"


def export_parts(folder: Path, layer: str, exported: Path) -> RerankerParts:
    """The reranker's file cut at the tensor ``layer``, written to files whose names begin as ``exported`` unless they are there.

    Neither takes an attention mask, since nothing is padded. Raises EncodingError if it is no graph of this kind, the tensor is not in it, or the
    files cannot be written.
    """
    parts = RerankerParts(*(exported.with_name(f"{exported.name}-{part}.onnx") for part in RerankerParts._fields))
    if all(part.is_file() for part in parts):
        return parts
    import onnx  # slow to import, and needed once

    try:
        model = onnx.load(str(folder / MODEL_FILE))
        _attend_in_one(model)
        first, rest = _part(model, None, layer), _part(model, layer, model.graph.output[0].name)
    except Exception as error:  # onnx raises classes of its own making
        raise EncodingError(
            f"The reader needs the states of the reranker in {folder}, and cannot have them: {error}",
            remedy="Install the model again, or set DATELINE_INDEX__READER to another reader or to nothing.",
        ) from error
    try:
        exported.parent.mkdir(parents=True, exist_ok=True)
        for file, part in zip(parts, (first, rest), strict=True):
            aside = file.with_suffix(f".{os.getpid()}")
            aside.write_bytes(part.SerializeToString())
            aside.replace(file)
    except OSError as error:
        raise EncodingError(
            f"The reader's model cannot be written to {exported.parent}: {error.strerror or error}.",
            remedy="Make the folder writable, or run `dateline prepare` once as somebody who may write there.",
        ) from error
    return parts


def _attend_in_one(model: ModelProto) -> None:
    """ONNX Runtime's MultiHeadAttention in the place of the twenty nodes of each layer, and without the mask that they share. Raises ValueError."""
    from onnx import helper

    graph = model.graph
    ends = {node.output[0]: number for number, node in enumerate(graph.node) if node.output and _MIXED.fullmatch(node.output[0])}
    if not ends:
        raise ValueError("its attention is not named as torch names it")
    for name, number in ends.items():
        parts = [f"{name.removesuffix('/Reshape_3_output_0')}/{part}/Add_output_0" for part in ("query", "key", "value")]
        graph.node[number].CopyFrom(helper.make_node("MultiHeadAttention", parts, [name], domain="com.microsoft", num_heads=HEADS))
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _part(model: ModelProto, begins: str | None, ends: str) -> ModelProto:
    """The model from one tensor to another; from None, from its inputs on. Raises ValueError if one is not in it."""
    from onnx import ModelProto, TensorProto, helper

    part = ModelProto()
    part.CopyFrom(model)
    graph = part.graph
    made = {name for node in graph.node for name in node.output}
    if missing := {begins or ends, ends} - made:
        raise ValueError(f"no tensor is named {missing.pop()}")
    needed, nodes = {ends}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output).difference([begins]):
            needed.update(node.input)
            nodes.append(node)
    known = {one.name: one for one in (*graph.input, *graph.output)}
    inputs, output = (
        [known.get(name) or helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "pieces", None]) for name in names]
        for names in ([begins] if begins else [one.name for one in graph.input if one.name in needed], [ends])
    )
    weights = [one for one in graph.initializer if one.name in needed]
    for field, left in (("node", nodes[::-1]), ("initializer", weights), ("input", inputs), ("output", output)):
        graph.ClearField(field)
        getattr(graph, field).extend(left)
    return part
