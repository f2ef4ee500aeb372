"""The second half of the reader's training: boosted trees over candidates, and how their scores become a confidence.

In: rows of `index.answering.features` by question, and which candidates are exact. Out: the trees as an ONNX file, the confidence's weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import onnx
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from index.answering.features import NAMES
from index.answering.weighing import Weighed

PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 24,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "seed": 7,
    "verbose": -1,
}
ROUNDS = 350
PENALTY = 0.3
"""Inverse strength of the L2 penalty on the standardised signals of the confidence."""


@dataclass(frozen=True)
class Sample:
    """A question's candidates, over all passages that were read."""

    question: str
    group: str
    """Title or question: never on both sides of a fold."""
    suite: str
    """Which suite asks it; empty for one of the training."""
    kind: str
    rows: NDArray[np.float32]
    passage: NDArray[np.intp]
    spans: NDArray[np.intp]
    """Shape (n, 2), offsets into the passage."""
    texts: Sequence[str]
    exact: NDArray[np.bool_]
    """By SQuAD's normalisation."""
    right: NDArray[np.bool_]
    """As the suite scores it: the same, or on realtimeqa that it holds the answer."""
    f1: NDArray[np.float32]
    read: NDArray[np.float32]
    """Shape (n, 2), by candidate: the reranker's score of its passage, and the log-odds that it answers."""


def fit(samples: Sequence[Sample]) -> lightgbm.Booster:
    """Trees that tell exact candidates from others."""
    rows = np.concatenate([one.rows for one in samples])
    exact = np.concatenate([one.exact for one in samples])
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(rows, exact.astype(np.float32)), num_boost_round=ROUNDS)


def to_onnx(trees: lightgbm.Booster) -> onnx.ModelProto:
    """The same trees as one TreeEnsembleRegressor: features to a log-odds."""
    node: dict[str, list[Any]] = {
        name: [] for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    }
    leaf: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}

    def walk(tree: int, part: dict[str, Any], counter: list[int]) -> int:
        number = counter[0]
        counter[0] += 1
        where = len(node["treeids"])
        node["treeids"].append(tree)
        node["nodeids"].append(number)
        if "leaf_value" in part:
            for name, value in (("featureids", 0), ("values", 0.0), ("modes", "LEAF"), ("truenodeids", 0), ("falsenodeids", 0)):
                node[name].append(value)
            for name, value in (("treeids", tree), ("nodeids", number), ("ids", 0), ("weights", float(part["leaf_value"]))):
                leaf[name].append(value)
            return number
        # Rounded down: a float32 feature compares with the float32 threshold as it did with the double one.
        threshold = np.float32(part["threshold"])
        if float(threshold) > part["threshold"]:
            threshold = np.nextafter(threshold, np.float32(-np.inf))
        for name, value in (("featureids", part["split_feature"]), ("values", float(threshold)), ("modes", "BRANCH_LEQ")):
            node[name].append(value)
        node["truenodeids"].append(0)
        node["falsenodeids"].append(0)
        node["truenodeids"][where] = walk(tree, part["left_child"], counter)
        node["falsenodeids"][where] = walk(tree, part["right_child"], counter)
        return number

    told = trees.dump_model()
    for tree in told["tree_info"]:
        walk(tree["tree_index"], tree["tree_structure"], [0])
    attributes: dict[str, Any] = {f"nodes_{name}": values for name, values in node.items()}
    attributes |= {f"target_{name}": values for name, values in leaf.items()}
    ensemble = onnx.helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["score"],
        domain="ai.onnx.ml",
        n_targets=1,
        **attributes,
    )
    graph = onnx.helper.make_graph(
        [ensemble],
        "trees",
        [onnx.helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["n", told["max_feature_idx"] + 1])],
        [onnx.helper.make_tensor_value_info("score", onnx.TensorProto.FLOAT, ["n", 1])],
    )
    imports = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("ai.onnx.ml", 3)]
    return onnx.helper.make_model(graph, opset_imports=imports, ir_version=9)


def weighed(sample: Sample, logits: NDArray[np.float64]) -> Weighed:
    """As the reader weighs them."""
    head = sample.rows[:, NAMES.index("both")].astype(np.float64)
    return Weighed(logits, head, sample.passage, sample.spans, sample.texts, sample.read.astype(np.float64))


def chosen(sample: Sample, logits: NDArray[np.float64]) -> tuple[int, list[float]]:
    """The best candidate, and what its confidence is made of."""
    all_of_them = weighed(sample, logits)
    best = int(np.argmax(all_of_them.totals))
    return best, all_of_them.signals(best)


def fit_confidence(samples: Sequence[Sample], scored: Sequence[NDArray[np.float64]]) -> dict[str, Any]:
    """Weights of a logistic model of what `chosen` gives; suites weigh the same."""
    best = [chosen(one, logits) for one, logits in zip(samples, scored, strict=True)]
    rows = np.asarray([row for _, row in best])
    right = np.asarray([bool(one.right[which]) for one, (which, _) in zip(samples, best, strict=True)])
    scale = rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=PENALTY, max_iter=2000).fit(rows / scale, right, sample_weight=shares(samples))
    weights = model.coef_[0] / scale
    return {"weights": [round(float(value), 4) for value in weights], "intercept": round(float(model.intercept_[0]), 4)}


def shares(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """What each counts, so that suites count the same; 1 in the mean."""
    counts = Counter(one.suite for one in samples)
    return np.asarray([len(samples) / len(counts) / counts[one.suite] for one in samples])


def confidence(fitted: dict[str, Any], row: Sequence[float]) -> float:
    """As `index.models.states_reader` computes it."""
    z = fitted["intercept"] + sum(weight * signal for weight, signal in zip(fitted["weights"], row, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def best_cut(confidences: Sequence[float], right: Sequence[bool], precision: float) -> float:
    """The lowest cut from which on at least this share is right; 1 if there is none."""
    order = np.argsort(confidences)[::-1]
    running = np.cumsum(np.asarray(right, float)[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(running >= precision)
    return float(np.asarray(confidences)[order[good[-1]]]) if len(good) else 1.0
