"""The first half of the reader's training: two of the reranker's own layers, trained further to say where an answer starts and ends.

In: the states of one layer for each example, and the word pieces of its answer. Out: a module, and its int8 ONNX file. Runs in torch, on the CPU.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER = 384, 12, 1536
LAYERS = (10, 11)
"""Counted from 0: the reranker's last two. They are fed the states of the one below."""

EPOCHS, BATCH, LAYERS_RATE, HEAD_RATE = 3, 16, 1e-4, 5e-4


@dataclass(frozen=True)
class Example:
    """A question with a text that answers it."""

    states: NDArray[np.float16]
    """Shape (pieces, 3 * 384): of layers 3, 7 and 9, counted from 0."""
    of_text: NDArray[np.bool_]
    """Which pieces are the text's."""
    first: int
    last: int


class Layer(nn.Module):
    """A transformer layer as BERT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.dense = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm, self.last_norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """New states of the same shape. mask: shape (batch, 1, 1, pieces), 0 or a large negative number."""
        rows = states.shape[0]

        def split(part: Tensor) -> Tensor:
            return part.reshape(rows, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        weights = split(self.query(states)) @ split(self.key(states)).transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        mixed = (torch.softmax(weights + mask, -1) @ split(self.value(states))).transpose(1, 2).reshape(rows, -1, WIDTH)
        states = self.norm(states + self.dropout(self.dense(mixed)))
        after: Tensor = self.last_norm(states + self.dropout(self.down(functional.gelu(self.up(states)))))
        return after


class SpanHead(nn.Module):
    """Three logits for each word piece: the answer starts, ends, goes on there."""

    def __init__(self, layers: Sequence[Layer], hidden: int = 256) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.first, self.second, self.dropout = nn.Linear(3 * WIDTH, hidden), nn.Linear(hidden, 3), nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor | None = None) -> Tensor:
        """Shape (batch, pieces, 3)."""
        lower, top = states[..., : 2 * WIDTH], states[..., 2 * WIDTH :]
        for layer in self.layers:
            top = layer(top, torch.zeros(1) if mask is None else mask)
        both = self.dropout(torch.cat([lower, top], -1))
        logits: Tensor = self.second(self.dropout(functional.gelu(self.first(both))))
        return logits


def layers_of(reranker: Path) -> list[Layer]:
    """The reranker's layers ``LAYERS``, their int8 weights made floats again: their states agree with its own to a cosine of .9999."""
    model = onnx.load(str(reranker))
    values = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    products = {node.output[0]: node for node in model.graph.node if node.op_type == "MatMulInteger"}
    layers = []
    for number in LAYERS:
        layer = Layer()
        path, name = f"/bert/encoder/layer.{number}/", f"bert.encoder.layer.{number}."
        for part, where in (
            (layer.query, "attention/self/query"),
            (layer.key, "attention/self/key"),
            (layer.value, "attention/self/value"),
            (layer.dense, "attention/output/dense"),
            (layer.up, "intermediate/dense"),
            (layer.down, "output/dense"),
        ):
            weight = products[f"{path}{where}/MatMul_output_0_output_quantized"].input[1].removesuffix("_quantized")
            steps = values[f"{weight}_quantized"].astype(np.float32) - values[f"{weight}_zero_point"].astype(np.float32)
            part.weight.data = torch.tensor((steps * values[f"{weight}_scale"]).T.copy())
            part.bias.data = torch.tensor(values[f"{name}{where.replace('/', '.')}.bias"].copy())
        for norm, where in ((layer.norm, "attention.output.LayerNorm"), (layer.last_norm, "output.LayerNorm")):
            norm.weight.data = torch.tensor(values[f"{name}{where}.weight"].copy())
            norm.bias.data = torch.tensor(values[f"{name}{where}.bias"].copy())
        layers.append(layer)
    return layers


def train(head: SpanHead, examples: Sequence[Example]) -> None:
    """Adam with a warm-up and a linear decay; batches of like lengths."""
    others = [value for name, value in head.named_parameters() if not name.startswith("layers.")]
    groups: list[dict[str, Any]] = [{"params": head.layers.parameters(), "lr": LAYERS_RATE}, {"params": others, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(examples) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, step / (0.1 * steps)) * max(0.02, 1 - step / steps))
    order = random.Random(1)
    head.train()
    for epoch in range(EPOCHS):
        total = 0.0
        batches = _batches(examples, order)
        for batch in batches:
            loss = _loss(head, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch publishes no type for it
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / len(batches):.3f}", flush=True)
    head.eval()


def export(head: SpanHead, sample: NDArray[np.float32], file: Path) -> None:
    """Write the head as int8 ONNX for one text at a time. sample: states of one, shape (1, pieces, 3 * 384)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    aside = file.with_suffix(".float.onnx")
    axes = {"states": {1: "pieces"}, "logits": {1: "pieces"}}
    torch.onnx.export(
        head.eval(),
        (torch.tensor(sample),),
        str(aside),
        input_names=["states"],
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(aside), str(file), per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])
    aside.unlink()


def _batches(examples: Sequence[Example], order: random.Random) -> list[list[Example]]:
    shuffled = order.sample(list(examples), len(examples))
    chunks = [sorted(shuffled[at : at + 8 * BATCH], key=lambda one: len(one.states)) for at in range(0, len(shuffled), 8 * BATCH)]
    batches = [chunk[at : at + BATCH] for chunk in chunks for at in range(0, len(chunk), BATCH)]
    order.shuffle(batches)
    return batches


def _loss(head: SpanHead, batch: Sequence[Example]) -> Tensor:
    longest = max(len(one.states) for one in batch)
    states = torch.zeros(len(batch), longest, 3 * WIDTH)
    padded, outside = torch.ones(len(batch), longest, dtype=torch.bool), torch.ones(len(batch), longest, dtype=torch.bool)
    within = torch.zeros(len(batch), longest)
    for row, one in enumerate(batch):
        states[row, : len(one.states)] = torch.tensor(one.states.astype(np.float32))
        padded[row, : len(one.states)] = False
        outside[row, : len(one.of_text)] = torch.tensor(~one.of_text)
        within[row, one.first : one.last + 1] = 1.0
    logits = head(states, padded[:, None, None, :] * -1e9)
    first, last = torch.tensor([one.first for one in batch]), torch.tensor([one.last for one in batch])
    start, end = (logits[..., column].masked_fill(outside, -1e4) for column in (0, 1))
    inside = functional.binary_cross_entropy_with_logits(logits[..., 2][~outside], within[~outside])
    return functional.cross_entropy(start, first) + functional.cross_entropy(end, last) + inside
