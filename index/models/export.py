"""Write an encoder's weights to ONNX once, and keep the export only if it gives the original's vectors.

In: a loaded TransformerEncoder. Out: a folder that ``OnnxEncoder`` opens, or the measured reason why there is none. The folder is built aside and
renamed, so that a kill leaves nothing half-made.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.models.onnx_encoder import FACTS_FILE, MODEL_FILE, TOKENIZER_FILE, OnnxEncoder
from index.models.transformer_encoder import TransformerEncoder

if TYPE_CHECKING:
    from torch import Tensor

MIN_COSINE = 0.9999
"""Least cosine between original and export, over every probe; below it the original serves."""

_OPSET = 17
_PROBES = (
    "Two people were hurt when a bus left the road near the harbour.",
    "ANKARA, Feb. 9 — The minister said talks would resume on Monday.",
    "Yes.",
    "\u201cWe will rebuild,\u201d she told reporters.",
    "Inflation rose to 4.5 percent, from 4.1 percent a month earlier.",
    "По словам мэра, мост откроют весной.",
    "قال المتحدث إن المحادثات ستستأنف غدا.",
    "Die Polizei sprach von rund 2.000 Teilnehmern.",
    "¿Quién ganó las elecciones?",
    "The court, which sits in The Hague, has no police force of its own and relies on member states to carry out its warrants, many of which "
    "have stood unserved for a decade or more while those named in them travelled abroad.",
)
PROBES = tuple(" ".join(_PROBES[(i + j) % 10] for j in range(1 + i // 10)) for i in range(50))
"""50 texts of one to five sentences, in several scripts, made of ten."""


def export_encoder(encoder: TransformerEncoder, folder: Path) -> float | None:
    """Export ``encoder`` into ``folder``.

    Returns the least cosine over ``PROBES``, or None if torch cannot trace the model. Where the export is not faithful (None, or below
    ``MIN_COSINE``) the folder holds the verdict alone, so that it is not tried again at every start.
    """
    for left in folder.parent.glob(f"{folder.name}.*.partial"):  # by exports that were killed: whoever exports holds the lock alone
        shutil.rmtree(left, ignore_errors=True)
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    aside.mkdir(parents=True)
    tokenizer = encoder.model.tokenizer.backend_tokenizer
    tokenizer.save(str(aside / TOKENIZER_FILE))
    facts: dict[str, Any] = {
        "source": encoder.name,
        "fingerprint": encoder.fingerprint,
        "dimension": encoder.dimension,
        "max_tokens": encoder.model.get_max_seq_length() or 512,
        "question_prefix": encoder.question_prefix,
        "text_prefix": encoder.text_prefix,
        "opset": _OPSET,
    }
    (aside / FACTS_FILE).write_text(json.dumps(facts), encoding="utf-8")
    cosine = None
    if _trace(encoder, aside / MODEL_FILE):
        exported = OnnxEncoder(aside, fingerprint=encoder.fingerprint, name=encoder.name, threads=1)
        cosine = float(np.min(np.sum(exported.encode(PROBES) * encoder.encode(PROBES), axis=1)))
    facts |= {"cosine": cosine, "faithful": cosine is not None and cosine >= MIN_COSINE}
    if not facts["faithful"]:
        (aside / MODEL_FILE).unlink(missing_ok=True)
    (aside / FACTS_FILE).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    return cosine


def is_exported(folder: Path) -> bool | None:
    """True if a faithful export lies there, False if one was tried and was not faithful, None if none was tried."""
    try:
        faithful = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))["faithful"]
    except (OSError, ValueError, KeyError):
        return None
    return bool(faithful) and (folder / MODEL_FILE).is_file()


def _trace(encoder: TransformerEncoder, file: Path) -> bool:
    """Run every module of the model (transformer, pooling, dense…) in a row, normalise, and write the graph. False if torch cannot."""
    import torch

    model = encoder.model.eval()
    sample = dict(model.tokenizer(["two of them", "one"], padding=True, return_tensors="pt"))
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in sample]

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, *inputs: Tensor) -> Tensor:
            features: dict[str, Any] = dict(zip(names, inputs, strict=True))
            for module in self.inner:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], p=2, dim=1)

    axes = {name: {0: "batch", 1: "tokens"} for name in names} | {"embedding": {0: "batch"}}
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns of its own age; the cosine check is what decides
            torch.onnx.export(
                Whole(),
                tuple(sample[name] for name in names),
                str(file),
                input_names=names,
                output_names=["embedding"],
                dynamic_axes=axes,
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError):
        return False
    return True
