"""The reranker's layers as torch modules, their int8 weights made floats again. In: its ONNX file. Out: modules that can be trained further.

Their states agree with its own to a cosine of .9999.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 12


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


class Weights:
    """What the file holds."""

    def __init__(self, model: Path) -> None:
        loaded = onnx.load(str(model))
        self._values: Mapping[str, NDArray[Any]] = {one.name: numpy_helper.to_array(one) for one in loaded.graph.initializer}
        self._products = {node.output[0]: node.input[1] for node in loaded.graph.node if node.op_type == "MatMulInteger"}

    def layer(self, number: int) -> Layer:
        """Counted from 0."""
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
            weight = self._products[f"{path}{where}/MatMul_output_0_output_quantized"].removesuffix("_quantized")
            self._fill(part, weight, f"{name}{where.replace('/', '.')}.bias")
        for norm, where in ((layer.norm, "attention.output.LayerNorm"), (layer.last_norm, "output.LayerNorm")):
            norm.weight.data = torch.tensor(self._values[f"{name}{where}.weight"].copy())
            norm.bias.data = torch.tensor(self._values[f"{name}{where}.bias"].copy())
        return layer

    def linear(self, name: str, outputs: int) -> nn.Linear:
        """What follows the layers: ``bert.pooler.dense`` or ``classifier``."""
        linear = nn.Linear(WIDTH, outputs)
        self._fill(linear, f"{name}.weight", f"{name}.bias")
        return linear

    def _fill(self, linear: nn.Linear, weight: str, bias: str) -> None:
        steps = self._values[f"{weight}_quantized"].astype(np.float32) - self._values[f"{weight}_zero_point"].astype(np.float32)
        linear.weight.data = torch.tensor((steps * self._values[f"{weight}_scale"]).T.copy())
        linear.bias.data = torch.tensor(self._values[bias].copy())
