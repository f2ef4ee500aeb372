"""What the two ONNX models share: a session, padded batches sized by tokens, and a pool that runs them.

Measured on 2 cores (docs/decisions/0004-encoder-runtime.md): one session that uses one thread itself, called from two threads with small
batches of like lengths, encodes faster than one call on two threads, and leaves the second core to whoever asks meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

# Its builds report their use to their makers, under a number they keep in ~/.cache/Microsoft, unless told not to before they are loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.errors import EncodingError
from index.ports.models import Progress

Made = TypeVar("Made")

BATCH_TOKENS = 768
"""Padded tokens in a batch: between 256 and 1,024 all are alike, above that the caches spill (-20% at 4,096)."""

_MAX_ROWS = 32

_SLOW_FUSION = "SkipLayerNormFusion"
"""ONNX Runtime's operator for a sum and its normalisation takes seven times as long as its two operators do (1.32, CPU): a tenth of the reranker."""

_UNKNOWN = "[UNK]"
"""What WordPiece makes of a word whose letters it does not know."""

_REMEDY = "If it is an export, delete its folder and run `dateline prepare`; else install the model again."


class OnnxModel:
    """A session with its tokenizer. Safe for several threads."""

    def __init__(self, model: Path, tokenizer: Tokenizer, threads: int, batch_tokens: int = BATCH_TOKENS) -> None:
        """threads: how many batches run at once. batch_tokens: padded tokens in each. Raises EncodingError if the file cannot be loaded."""
        self._session = open_session(model)
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._first_output = self._session.get_outputs()[0].name
        self._tokenizer = tokenizer
        self._batch_tokens = batch_tokens
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="onnx") if threads > 1 else None

    def run(
        self, texts: Sequence[str] | Sequence[tuple[str, str]], progress: Progress | None = None
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
        """The model's first output for every text or pair of texts, in batches: (positions in ``texts``, output rows of that batch)."""
        encodings = self._tokenizer.encode_batch(list(texts))
        batches = list(_batches([len(encoding.ids) for encoding in encodings], self._batch_tokens))
        one: Callable[[NDArray[np.intp]], NDArray[np.float32]] = lambda batch: self._batch([encodings[i] for i in batch])  # noqa: E731
        outputs = self._pool.map(one, batches) if self._pool and len(batches) > 1 else map(one, batches)
        for batch, output in zip(batches, outputs, strict=True):
            if progress:
                progress(len(batch))
            yield batch, output

    def run_one(self, text: str | tuple[str, str]) -> tuple[Encoding, list[NDArray[np.float32]]]:
        """All of the model's outputs for one text or pair of texts, each with a first dimension of 1, and how it was cut into pieces."""
        encoding = self._tokenizer.encode(*text) if isinstance(text, tuple) else self._tokenizer.encode(text)
        return encoding, self._outputs([encoding], None)

    def is_word(self, word: str) -> bool:
        """Whether the tokenizer knows this word as one piece."""
        pieces = self._tokenizer.encode(word, add_special_tokens=False).tokens
        return len(pieces) == 1 and pieces[0] != _UNKNOWN

    def _batch(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        return self._outputs(encodings, [self._first_output])[0]

    def _outputs(self, encodings: Sequence[Encoding], names: list[str] | None) -> list[NDArray[np.float32]]:
        """Those of these names, or all."""
        width = max(len(encoding.ids) for encoding in encodings)
        if len(encodings) > 1 and "attention_mask" not in self._inputs:
            raise ValueError("this model reads one text at a time: it has no mask for what is padded")
        feed = {name: np.zeros((len(encodings), width), dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            feed["input_ids"][row, :length] = encoding.ids
            feed["attention_mask"][row, :length] = 1
            feed["token_type_ids"][row, :length] = encoding.type_ids
        try:
            outputs = self._session.run(names, {name: feed[name] for name in feed if name in self._inputs})
        except Exception as error:
            raise EncodingError(f"The model failed on a batch of {len(encodings)} texts: {error}") from error
        return [np.asarray(output, dtype=np.float32) for output in outputs]


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """A session that uses the thread it is called from, and no other. Raises EncodingError if the file cannot be loaded."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Its own arena (the default) keeps the largest batch's memory; without it glibc keeps more, of the many sizes that single texts have.
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW_FUSION])
    except Exception as error:
        raise EncodingError(f"The model file {model} cannot be loaded: {error}", remedy=_REMEDY) from error


def load_tokenizer(file: Path, max_tokens: int) -> Tokenizer:
    """The tokenizer in ``tokenizer.json``, cutting at ``max_tokens`` (of a pair, the second text) and padding nothing. Raises EncodingError."""
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise EncodingError(f"The tokenizer {file} cannot be loaded: {error}", remedy=_REMEDY) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens, strategy="longest_first")
    return tokenizer


def side_by_side(pool: ThreadPoolExecutor, work: Callable[[str], Made], texts: Sequence[str]) -> list[Made]:
    """What the work makes of each text, in their order. The longest is begun with, so that no thread waits for it at the end."""
    longest_first = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    made = dict(zip(longest_first, pool.map(lambda at: work(texts[at]), longest_first), strict=True))
    return [made[at] for at in range(len(texts))]


def _batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[NDArray[np.intp]]:
    """Positions grouped by falling length, so that little is padded and the longest batch, which needs the most memory, comes first."""
    order = np.argsort(np.negative(lengths), kind="stable")
    start = 0
    while start < len(order):
        rows = max(1, min(_MAX_ROWS, batch_tokens // max(1, lengths[order[start]])))
        yield order[start : start + rows]
        start += rows
