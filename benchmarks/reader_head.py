"""The first half of the reader's training: the reranker's upper layers, trained further to read for the answer itself.

In: questions with passages. Out: a module, and its int8 ONNX file. It says where an answer starts and ends, and whether there is one at all; that
begins as the reranker's own judgement, whose last layers it goes on from. Runs in torch, in bfloat16 where that pays, on one thread of the CPU.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.reader_layers import LAYERS, WIDTH, Weights
from benchmarks.reader_states import Example, LowerLayers
from benchmarks.reader_windows import Posed

FROM = 8
"""The first layer that is trained, counted from 0: those below stay the reranker's, so that one pass gives both."""

BATCH, CHUNK = 16, 512
LAYERS_RATE, HEAD_RATE, WARM_UP, LEAST = 1e-4, 3e-4, 0.04, 0.02


class ReadingHead(nn.Module):
    """Four layers on the states of the one below."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.layers = nn.ModuleList(weights.layer(number) for number in range(FROM, LAYERS))
        self.pooler, self.classifier = weights.linear("bert.pooler.dense", WIDTH), weights.linear("classifier", 1)
        self.spans, self.dropout = nn.Linear(WIDTH, 3), nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Logits that the answer starts, ends and goes on at each piece, shape (batch, pieces, 3), and that there is one, shape (batch,)."""
        for layer in self.layers:
            states = layer(states, torch.zeros(1) if mask is None else mask)
        spans: Tensor = self.spans(self.dropout(states))
        answers: Tensor = self.classifier(self.dropout(torch.tanh(self.pooler(states[:, 0]))))
        return spans, answers.squeeze(-1)


def train(head: ReadingHead, posed: Sequence[Posed], lower: LowerLayers) -> int:
    """AdamW with a warm-up and a linear decay, once through ``posed``; returns how many examples that were."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    others = [value for name, value in head.named_parameters() if not name.startswith("layers.")]
    groups: list[dict[str, Any]] = [{"params": head.layers.parameters(), "lr": LAYERS_RATE}, {"params": others, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = max(1, len(posed) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: min(1.0, at / (WARM_UP * steps)) * max(LEAST, 1 - at / steps))
    head.train()
    seen, losses, started = 0, 0.0, time.monotonic()
    for step, batch in enumerate(_batches(posed, lower), 1):
        loss = _loss(head, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch publishes no type for it
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        seen, losses = seen + len(batch), losses + loss.item()
        if step % 100 == 0:
            print(f"step {step} of {steps}: loss {losses / 100:.3f}, {time.monotonic() - started:.0f} s", flush=True)
            losses = 0.0
    head.eval()
    return seen


def export(head: ReadingHead, sample: NDArray[np.float32], file: Path) -> None:
    """Write the head as int8 ONNX for one text at a time. sample: states of one, shape (1, pieces, 384)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    aside = file.with_suffix(".float.onnx")
    torch.onnx.export(
        head.eval(),
        (torch.tensor(sample),),
        str(aside),
        input_names=["states"],
        output_names=["logits", "answers"],
        dynamic_axes={"states": {1: "pieces"}, "logits": {1: "pieces"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(aside), str(file), per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])
    aside.unlink()


def _batches(posed: Sequence[Posed], lower: LowerLayers) -> Iterator[list[Example]]:
    """Of like lengths, a chunk of the data after the other; the next chunk is computed in another thread meanwhile."""
    order = random.Random(1)
    chunks = [posed[begin : begin + CHUNK] for begin in range(0, len(posed), CHUNK)]
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(lower.examples, chunks[0])
        for following in [*chunks[1:], []]:
            examples, coming = coming.result(), beside.submit(lower.examples, following)
            batches = [examples[at : at + BATCH] for at in range(0, len(examples), BATCH)]
            order.shuffle(batches)
            yield from batches


def _loss(head: ReadingHead, batch: Sequence[Example]) -> Tensor:
    """Where it starts and ends, of those that have an answer; what is inside of it, and whether there is one, of all."""
    longest = max(len(one.states) for one in batch)
    states = torch.zeros(len(batch), longest, WIDTH)
    padded, outside = torch.ones(len(batch), longest, dtype=torch.bool), torch.ones(len(batch), longest, dtype=torch.bool)
    within = torch.zeros(len(batch), longest)
    for row, one in enumerate(batch):
        states[row, : len(one.states)] = torch.tensor(one.states.astype(np.float32))
        padded[row, : len(one.states)] = False
        outside[row, : len(one.of_text)] = torch.tensor(~one.of_text)
        if one.first >= 0:
            within[row, one.first : one.last + 1] = 1.0
    with torch.autocast("cpu", torch.bfloat16):
        spans, answers = head(states, padded[:, None, None, :] * -1e9)
    spans, answers = spans.float(), answers.float()
    first, last = torch.tensor([one.first for one in batch]), torch.tensor([one.last for one in batch])
    said = first >= 0
    inside = functional.binary_cross_entropy_with_logits(spans[..., 2][~outside], within[~outside])
    loss = inside + functional.binary_cross_entropy_with_logits(answers, said.float())
    if said.any():
        start, end = (spans[..., column].masked_fill(outside, -1e4)[said] for column in (0, 1))
        loss = loss + functional.cross_entropy(start, first[said]) + functional.cross_entropy(end, last[said])
    return loss
