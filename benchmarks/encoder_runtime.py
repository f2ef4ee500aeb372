"""How to run the encoder on few processors: runtimes, batch sizes, threads, memory. Prints Markdown tables.

    python -m benchmarks.encoder_runtime --shared ../shared [--sentences 2000] [--repeats 2] [--models DIR] [--json FILE]

In: real sentences, drawn at random from RealTime QA; the encoder as `index.models` exports it. Every row encodes the same sentences, sorted by
length into batches of at most so many padded tokens; rows take turns, so that a busy minute hits all alike, and the best of the repeats counts.
docs/decisions/0004-encoder-runtime.md holds the outcome.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from benchmarks.measuring import CHILD, described, in_fresh_process, keep, load, machine, median, memory_mb, note, read_gz, table
from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.models.choose import load_encoder
from index.models.export import PROBES
from index.models.locate import locate
from index.models.onnx_encoder import FACTS_FILE, MODEL_FILE, TOKENIZER_FILE
from index.models.runtime import BATCH_TOKENS, load_tokenizer
from index.models.transformer_encoder import load_transformer
from index.search.retrieve import RERANKED
from index.text.sentences import split

SEED = 7
BUDGETS = (256, 512, 768, 1024, 2048, 4096)
MAX_ROWS = 32
"""In a batch, as in `index.models.runtime`."""
QUESTION = "how many people were hurt when the bus left the road?"
QUESTIONS = 100
MAX_PAIR_TOKENS = 384
RERANKINGS = 20
ENCODED = 500
ORIGINAL, SERVED = "sentence-transformers", "as it serves (index.models)"
MEMORY: tuple[tuple[str, bool, int, dict[str, str]], ...] = (
    ("no arena, pairs by 768 tokens", False, 768, {}),
    ("no arena, pairs by 192 tokens", False, 192, {}),
    ("with arena, pairs by 768 tokens", True, 768, {}),
    ("with arena, pairs by 192 tokens", True, 192, {}),
    ("with arena, every pair alone (as it serves)", True, 1, {}),
    ("no arena, by 192, glibc's trim threshold fixed", False, 192, {"MALLOC_TRIM_THRESHOLD_": "131072"}),
)
"""What is tried, whether ONNX Runtime keeps an arena, most padded tokens in a batch of the reranker, and the environment. glibc raises its
thresholds with each large block that is freed and soon gives none back (mallopt(3), M_MMAP_THRESHOLD); naming one of them stops that."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors, in the order given."""


@dataclass(frozen=True)
class Setting:
    """One way to run a model."""

    model: Path
    intra: int
    """Threads within a call."""
    callers: int
    """Calls at once."""
    budget: int = BATCH_TOKENS
    """Most padded tokens in a batch."""
    arena: bool = False


class Runner:
    """A model in ONNX Runtime, with what `index.models.runtime` fixes left open."""

    def __init__(self, setting: Setting, tokenizer: Path, max_tokens: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setting.intra
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = setting.arena
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(setting.model), options, providers=["CPUExecutionProvider"])
        self._inputs = [entry.name for entry in self._session.get_inputs()]
        self._tokenizer = load_tokenizer(tokenizer, max_tokens)
        self._pool = ThreadPoolExecutor(setting.callers) if setting.callers > 1 else None
        self._budget = setting.budget

    def __call__(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """The model's first output, a row for each text or pair."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
        batches = list(self._batches([len(encodings[i].ids) for i in order]))

        def run(batch: range) -> NDArray[np.float32]:
            rows = [encodings[order[i]] for i in batch]
            feed = {name: np.zeros((len(rows), len(rows[0].ids)), dtype=np.int64) for name in self._inputs}
            for place, row in enumerate(rows):
                columns = {"input_ids": row.ids, "attention_mask": row.attention_mask, "token_type_ids": row.type_ids}
                for name in self._inputs:
                    feed[name][place, : len(row.ids)] = columns[name]
            output: NDArray[np.float32] = self._session.run(None, feed)[0]
            return output

        outputs = np.concatenate(list(self._pool.map(run, batches) if self._pool else map(run, batches)))
        return outputs[np.argsort(order)]

    def _batches(self, lengths: Sequence[int]) -> Iterator[range]:
        """Of texts by falling length."""
        start = 0
        while start < len(lengths):
            stop = start + max(1, min(MAX_ROWS, self._budget // lengths[start]))
            yield range(start, min(stop, len(lengths)))
            start = stop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--models", type=Path, help="folder with exported models; made anew if not given")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    before = load()
    with tempfile.TemporaryDirectory() as scratch:
        results = measure(options, (options.models or Path(scratch)).absolute(), Path(scratch))
    results["machine"] = machine(("sentence-transformers", "torch", "onnxruntime", "tokenizers"), before)
    print(shown(results))
    keep(options.json, results)


def measure(options: argparse.Namespace, models: Path, scratch: Path) -> dict[str, Any]:
    """All figures."""
    served = load_encoder(DEFAULT_ENCODER, models, threads=2)
    exported = models / served.fingerprint
    facts = json.loads((exported / FACTS_FILE).read_text(encoding="utf-8"))
    sentences = real_sentences(options.shared / "data", options.sentences)
    others = {"fused": scratch / "fused.onnx", "int8": scratch / "int8.onnx"}
    fuse(exported / MODEL_FILE, others["fused"])
    quantise(exported / MODEL_FILE, others["int8"])

    usual = Setting(exported / MODEL_FILE, intra=1, callers=2)

    def runner(**other: Any) -> Encode:
        return Runner(replace(usual, **other), exported / TOKENIZER_FILE, facts["max_tokens"])

    rows: dict[str, Encode] = {}
    original = load_transformer(locate(DEFAULT_ENCODER))
    rows[ORIGINAL] = lambda texts: np.asarray(original.encode(list(texts), show_progress_bar=False))
    for budget in BUDGETS:
        rows[f"2 threads in 1 call, {budget}"] = runner(intra=2, callers=1, budget=budget)
        rows[f"1 thread in 2 calls, {budget}"] = runner(budget=budget)
    rows["with the memory arena"] = runner(arena=True)
    rows["fused graph"] = runner(model=others["fused"])
    rows["int8 weights"] = runner(model=others["int8"])
    rows[SERVED] = served.encode
    speeds = dict.fromkeys(rows, 0.0)
    vectors = {}
    for repeat in range(options.repeats):
        for name, encode in rows.items():
            started = time.perf_counter()
            vectors[name] = encode(sentences)
            speed = len(sentences) / (time.perf_counter() - started)
            speeds[name] = max(speeds[name], speed)
            note(f"{name}, {repeat + 1} of {options.repeats}: {speed:.0f} sentences/s")
    given = {"model": str(exported / MODEL_FILE), "tokenizer": str(exported / TOKENIZER_FILE), "max_tokens": facts["max_tokens"]}
    given |= {"sentences": sentences[:ENCODED]}
    return {
        "sentences": len(sentences),
        "mean_chars": sum(map(len, sentences)) / len(sentences),
        "repeats": options.repeats,
        "sentences_per_s": speeds,
        "least_cosine": {name: float(cosines(encode(PROBES), rows[ORIGINAL](PROBES)).min()) for name, encode in rows.items()},
        "mean_cosine": {name: float(cosines(made, vectors[ORIGINAL]).mean()) for name, made in vectors.items()},
        "question_ms": {name: question_ms(rows[name]) for name in (ORIGINAL, SERVED)},
        "memory_mb": {
            name: in_fresh_process("benchmarks.encoder_runtime", given | {"arena": arena, "budget": budget}, environment)
            for name, arena, budget, environment in MEMORY
        },
    }


def real_sentences(data: Path, count: int) -> list[str]:
    """That many different ones, drawn from all articles."""
    articles = random.Random(SEED).sample(list(read_gz(data / "realtimeqa" / "docs_dev.jsonl.gz")), 200)
    found = dict.fromkeys(one["text"][span.start : span.end] for one in articles for span in split(one["text"]))
    return random.Random(SEED).sample(sorted(found), min(count, len(found)))


def fuse(model: Path, out: Path) -> None:
    """The graph with attention, layer norm and GELU as single operators: what ONNX Runtime's own tool for BERT makes of it."""
    from onnxruntime.transformers.optimizer import optimize_model

    optimize_model(str(model), model_type="bert", num_heads=12, hidden_size=384).save_model_to_file(str(out))
    note("fused the graph")


def quantise(model: Path, out: Path) -> None:
    """Weights in eight bits, a scale for each channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(model), str(out), per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gather"])
    note("quantised the weights")


def question_ms(encode: Encode) -> float:
    """Median of many."""

    def once() -> float:
        started = time.perf_counter()
        encode([QUESTION])
        return 1000 * (time.perf_counter() - started)

    return median([once() for _ in range(QUESTIONS)])


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Row by row."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    result: NDArray[np.float32] = np.sum(one * other, axis=1) / lengths
    return result


def shown(results: dict[str, Any]) -> str:
    """Three tables, and what one needs to know to read them."""
    speeds, asked = results["sentences_per_s"], results["question_ms"]
    ways = ("2 threads in 1 call", "1 thread in 2 calls")
    budgets = table(
        ["sentences/s by most padded tokens in a batch", *map(str, BUDGETS)],
        ([way, *(f"{speeds[f'{way}, {budget}']:.0f}" for budget in BUDGETS)] for way in ways),
    )
    in_grid = {f"{way}, {budget}" for way in ways for budget in BUDGETS}
    runtimes = table(
        [
            f"1 thread in 2 calls, {BATCH_TOKENS} tokens, but for the first",
            "sentences/s",
            "cosine, least of probes",
            "mean",
            "question, ms",
        ],
        (
            [
                name,
                f"{speeds[name]:.0f}",
                f"{results['least_cosine'][name]:.7f}",
                f"{results['mean_cosine'][name]:.4f}",
                f"{asked[name]:.1f}" if name in asked else "",
            ]
            for name in speeds
            if name not in in_grid
        ),
    )
    moments = {
        "loaded": "loaded",
        "reranked": f"after {RERANKINGS} times {RERANKED} pairs",
        "encoded": f"and {ENCODED} sentences",
        "peak": "peak",
        "cpu_s": "CPU s",
    }
    memory = table(
        ["MB resident, encoder and reranker", *moments.values()],
        (
            [name, *(f"{at[moment]:.1f}" if moment == "cpu_s" else f"{at[moment]:.0f}" for moment in moments)]
            for name, at in results["memory_mb"].items()
        ),
    )
    facts = (
        f"{results['sentences']:,} sentences of {results['mean_chars']:.0f} characters on average, the best of {results['repeats']}; cosines "
        f"to the original, over {len(PROBES)} probes and over all sentences. {described(results['machine'])}"
    )
    return f"{budgets}\n\n{runtimes}\n\n{memory}\n\n{facts}"


# In a process of its own


def memory(given: dict[str, Any]) -> dict[str, float]:
    """MB resident: both models loaded, questions asked, sentences taken in; and the CPU seconds of the latter two."""
    encoder = Setting(Path(given["model"]), intra=1, callers=2, arena=given["arena"])
    encode = Runner(encoder, Path(given["tokenizer"]), given["max_tokens"])
    folder = locate(DEFAULT_RERANKER)
    reranker = replace(encoder, model=folder / "model.onnx", budget=given["budget"])
    rerank = Runner(reranker, folder / "tokenizer.json", MAX_PAIR_TOKENS)
    chance = random.Random(SEED)
    after = {"loaded": memory_mb()["resident"]}
    started = time.process_time()
    for _ in range(RERANKINGS):
        encode([QUESTION])
        rerank([(QUESTION, sentence) for sentence in chance.sample(given["sentences"], RERANKED)])
    after["reranked"] = memory_mb()["resident"]
    encode(given["sentences"])
    used = memory_mb()
    return after | {"encoded": used["resident"], "peak": used["peak"], "cpu_s": time.process_time() - started}


if __name__ == "__main__":
    if sys.argv[1:] == [CHILD]:
        json.dump(memory(json.load(sys.stdin)), sys.stdout)
    else:
        main()
