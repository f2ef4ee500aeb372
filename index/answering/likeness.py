"""Talk in people's own words, by what it looks like to the encoder. In: an utterance's vector. Out: a remark, or nothing. Pure.

Set phrases (``talk.py``) know what many people say; this knows what is like it: "you are dumber than a rock". A logistic model over the encoder's
vectors, data by fingerprint in ``likeness.json`` beside this file, fitted by ``benchmarks/talk_likeness.py`` on examples of talk and on questions
(docs/decisions/0007-talk.md). An encoder without an entry knows set phrases only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain.answers import Remark

MAX_WORDS = 14
"""Whoever writes more asks something, or is known by set phrases."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The model of one encoder."""

    kinds: tuple[Remark | None, ...]
    """None stands for what is to be searched for."""
    weights: NDArray[np.float32]
    """Shape (kinds, dimension)."""
    intercepts: NDArray[np.float32]
    cut: float
    """How likely it has to be talk, 0..1."""

    def remark(self, vector: NDArray[np.float32]) -> Remark | None:
        """What kind of talk it is, if it is talk."""
        logits = self.weights @ vector.reshape(-1) + self.intercepts
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        if 1.0 - shares[self.kinds.index(None)] < self.cut:
            return None
        return max(((float(share), kind) for share, kind in zip(shares, self.kinds, strict=True) if kind is not None))[1]


def likeness_of(entry: Mapping[str, Any]) -> Likeness:
    """The model that is written so."""
    kinds = tuple(Remark(one) if one in set(Remark) else None for one in entry["kinds"])
    return Likeness(kinds, np.asarray(entry["weights"], np.float32), np.asarray(entry["intercepts"], np.float32), float(entry["cut"]))


@cache
def likeness(fingerprint: str) -> Likeness | None:
    """The stored model of an encoder; None if it has none."""
    entries: dict[str, Any] = json.loads(resources.files("index.answering").joinpath("likeness.json").read_text("utf-8"))
    return likeness_of(entries[fingerprint]) if fingerprint in entries else None
