"""What the reranker's lower layers make of questions and passages, for the training of the layers above them.

In: `Posed`. Out: `Example`, some hundreds at a time, so that memory does not grow with the data. Runs in onnxruntime on one thread, as the bot does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Encoding

from benchmarks.reader_windows import Posed
from index.models.runtime import load_tokenizer, open_session

MAX_TOKENS = 384
AT_ONCE = 8
"""Texts of like lengths in a batch."""


@dataclass(frozen=True)
class Example:
    """A question with a passage that answers it, or not."""

    states: NDArray[np.float16]
    """Shape (pieces, 384)."""
    of_text: NDArray[np.bool_]
    """Which pieces are the passage's, its headline's not among them."""
    first: int
    """The answer's first piece; -1 if the passage does not answer."""
    last: int


class LowerLayers:
    """The reranker's file up to one layer."""

    def __init__(self, folder: Path, layer: str, scratch: Path) -> None:
        """folder: the reranker's. layer: the tensor's name. scratch: where the cut file is kept meanwhile."""
        model = onnx.load(str(folder / "model.onnx"))
        model.graph.output.append(onnx.helper.make_tensor_value_info(layer, onnx.TensorProto.FLOAT, ["batch", "pieces", None]))
        whole, cut = scratch / "whole.onnx", scratch / "lower.onnx"
        onnx.save(model, str(whole))
        onnx.utils.extract_model(str(whole), str(cut), [one.name for one in model.graph.input], [layer], check_model=False)
        self._session = open_session(cut)
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokenizer = load_tokenizer(folder / "tokenizer.json", MAX_TOKENS)

    def examples(self, posed: Sequence[Posed]) -> list[Example]:
        """Of those whose answer, if they have one, begins and ends within the model's length; shorter ones first."""
        encodings = self._tokenizer.encode_batch([(one.question, one.read) for one in posed])
        placed = [(encoding, *_places(one, encoding)) for one, encoding in zip(posed, encodings, strict=True)]
        kept = sorted((one for one in placed if one[1].any() and one[2] is not None), key=lambda one: len(one[0].ids))
        return [one for begin in range(0, len(kept), AT_ONCE) for one in self._run(kept[begin : begin + AT_ONCE])]

    def _run(self, batch: Sequence[tuple[Encoding, NDArray[np.bool_], tuple[int, int] | None]]) -> Iterator[Example]:
        width = max(len(encoding.ids) for encoding, _, _ in batch)
        feed = {name: np.zeros((len(batch), width), np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, (encoding, _, _) in enumerate(batch):
            length = len(encoding.ids)
            feed["input_ids"][row, :length], feed["attention_mask"][row, :length] = encoding.ids, 1
            feed["token_type_ids"][row, :length] = encoding.type_ids
        states = self._session.run(None, {name: feed[name] for name in feed if name in self._inputs})[0]
        for (encoding, of_text, answer), one in zip(batch, states, strict=True):
            if answer is not None:
                yield Example(one[: len(encoding.ids)].astype(np.float16), of_text, *answer)


def _places(posed: Posed, encoding: Encoding) -> tuple[NDArray[np.bool_], tuple[int, int] | None]:
    """Which pieces are the passage's, and the first and last of its answer: -1 if it has none, None if they were cut off."""
    begins = len(posed.read) - len(posed.text)
    offsets = np.asarray(encoding.offsets, np.int32)
    of_text = (np.asarray(encoding.type_ids) == 1) & (np.asarray(encoding.special_tokens_mask) == 0) & (offsets[:, 0] >= begins)
    if not posed.answers:
        return of_text, (-1, -1)
    start, answer = posed.answers[0]
    start += begins
    first = np.flatnonzero(of_text & (offsets[:, 0] <= start) & (start < offsets[:, 1]))
    last = np.flatnonzero(of_text & (offsets[:, 0] < start + len(answer)) & (start + len(answer) <= offsets[:, 1]))
    return of_text, (int(first[0]), int(last[-1])) if len(first) and len(last) else None
