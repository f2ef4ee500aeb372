"""What is known of each candidate, as numbers for a model that was trained on them. Pure.

In: the question's grammar, a sentence's, its candidates, and what a span head made of each word piece. Out: a row a candidate, in the order of
`NAMES`. Trained and used with the same code: whoever changes a column trains anew (``benchmarks/train_reader.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.answering.asked_for import Kind
from index.answering.candidates import Candidate, Origin
from index.ports.grammar import Parsed

Floats = NDArray[np.float32]

_LABELS = (
    ("PERSON",),
    ("ORG",),
    ("GPE", "LOC", "FAC"),
    ("DATE",),
    ("TIME",),
    ("CARDINAL", "QUANTITY", "PERCENT", "ORDINAL"),
    ("MONEY",),
    ("NORP", "LANGUAGE"),
    ("EVENT", "WORK_OF_ART", "PRODUCT", "LAW"),
)
_FITS: dict[Kind, frozenset[str]] = {
    Kind.NUMBER: frozenset({"CARDINAL", "QUANTITY", "PERCENT", "ORDINAL"}),
    Kind.MONEY: frozenset({"MONEY", "CARDINAL"}),
    Kind.DURATION: frozenset({"DATE", "TIME", "QUANTITY", "CARDINAL"}),
    Kind.TIME: frozenset({"TIME"}),
    Kind.DATE: frozenset({"DATE", "TIME", "EVENT"}),
    Kind.PERSON: frozenset({"PERSON", "ORG", "NORP"}),
    Kind.ORGANISATION: frozenset({"ORG", "NORP", "GPE"}),
    Kind.PLACE: frozenset({"GPE", "LOC", "FAC", "ORG"}),
}
_PARTS = ("NOUN", "PROPN", "NUM", "VERB", "ADJ", "ADP", "SCONJ", "ADV", "PRON")
_RELATIONS = (
    ("nsubj", "nsubjpass"),
    ("dobj",),
    ("pobj",),
    ("attr",),
    ("appos",),
    ("ROOT",),
    ("conj",),
    ("compound",),
    ("prep",),
    ("advcl", "ccomp", "relcl"),
)
_NEAR = 4
"""Words on either side of a candidate that are looked at for words of the question."""

_ARTICLE, _POSSESSIVE = 4, 2
"""A candidate is a name, too, without its "the " or its "'s"."""

_FAR, _DEEP = 30, 12
"""Distances are counted up to here."""

_FUNCTION = frozenset(("DET", "ADP", "AUX", "PRON", "PUNCT", "SPACE", "PART", "CCONJ", "SCONJ"))

NAMES = (
    "start", "end", "both", "inside", "outside", "best", "start_rank", "whole", "answers",
    *(f"asks_{kind}" for kind in Kind),
    "sentence_said",
    "question_words",
    *(f"is_{labels[0]}" for labels in _LABELS), "no_name", "exact_name", "holds_name", "fits", "head_fits",
    *(f"head_{part}" for part in _PARTS), *(f"first_{part}" for part in _PARTS), "first_DET", "last_noun",
    *(f"relation_{relations[0]}" for relations in _RELATIONS),
    *(f"origin_{origin.name}" for origin in Origin),
    "words", "share_of_sentence", "said", "near_left", "near_right", "governor_said", "dependent_said", "distance",
    "head_is_asked", "capitals", "digits", "from_root",
)  # fmt: skip
"""The columns."""


@dataclass(frozen=True, slots=True)
class TokenScores:
    """What a span head makes of each word piece of a text, in its order: logits that the answer starts, ends, or goes on there."""

    offsets: NDArray[np.int32]
    """Shape (n, 2): where each piece stands in the text."""
    start: Floats
    """Shape (n,), log-probabilities over the text…"""
    end: Floats
    """…and these too."""
    inside: Floats
    """Shape (n,), probabilities 0..1."""


def features(
    question: Parsed, kind: Kind, sentence: Parsed, at: int, found: Sequence[Candidate], scores: TokenScores, whole: float, answers: float
) -> Floats:
    """One row for each of ``found``, the candidates of ``sentence``, which begins at offset ``at`` of the text that was scored.

    whole: the reranker's score of that text. answers: the log-odds that it answers. Shape (len(found), len(NAMES)).
    """
    if not found:
        return np.zeros((0, len(NAMES)), np.float32)
    words = _Words(
        asked=frozenset(token.lemma.casefold() for token in question.tokens if token.part not in _FUNCTION),
        lemmas=[token.lemma.casefold() for token in sentence.tokens],
    )
    told = [len(words.asked.intersection(words.lemmas)) / max(1, len(words.asked)), float(len(question.tokens))]
    asks = [float(kind is each) for each in Kind]
    rows = [asks + told + _row(words, _FITS.get(kind, frozenset()), sentence, one) for one in found]
    return np.hstack([_neural(at, found, scores, whole, answers), np.asarray(rows, np.float32)])


@dataclass(frozen=True, slots=True)
class _Words:
    asked: frozenset[str]
    """Lemmas of the question that mean something by themselves."""
    lemmas: list[str]
    """Of the sentence, by position."""


def _neural(at: int, found: Sequence[Candidate], scores: TokenScores, whole: float, answers: float) -> Floats:
    count = len(scores.start)
    first = np.searchsorted(scores.offsets[:, 1], [at + one.start for one in found], side="right").clip(0, count - 1)
    last = (np.searchsorted(scores.offsets[:, 0], [at + one.end for one in found], side="left") - 1).clip(0, count - 1)
    start, end = scores.start[first], scores.end[last]
    summed = np.concatenate([[0.0], np.cumsum(scores.inside)])
    inside = (summed[last + 1] - summed[first]) / np.maximum(1, last + 1 - first)
    padded = np.concatenate([[0.0], scores.inside, [0.0]])
    outside = np.maximum(padded[first], padded[last + 2])
    best = float(scores.start.max() + scores.end.max())
    rank = (scores.start[None, :] > start[:, None]).sum(axis=1)
    columns = [start, end, start + end, inside, outside, start + end - best, np.minimum(rank, 20)]
    columns += [np.full(len(found), whole), np.full(len(found), answers)]
    return np.stack(columns, axis=1).astype(np.float32)


def _row(words: _Words, fitting: frozenset[str], sentence: Parsed, one: Candidate) -> list[float]:
    tokens, asked, lemmas = sentence.tokens, words.asked, words.lemmas
    head, first, last = tokens[one.head], tokens[one.first], tokens[one.last]
    labels = [entity.label for entity in sentence.entities if entity.start < one.end and entity.end > one.start]
    exact = next((e.label for e in sentence.entities if abs(e.start - one.start) <= _ARTICLE and 0 <= e.end - one.end <= _POSSESSIVE), None)
    of_head = next((entity.label for entity in sentence.entities if entity.start <= head.start < entity.end), None)
    inside = range(one.first, one.last + 1)
    content = [position for position in inside if tokens[position].part not in _FUNCTION]
    mentions = [position for position, lemma in enumerate(lemmas) if lemma in asked and position not in inside]
    governor = tokens[head.head]
    steps, above = 0, one.head
    while tokens[above].head != above and steps < _DEEP:
        above, steps = tokens[above].head, steps + 1
    return [
        *(float(exact in each) if exact else float(of_head in each) * 0.5 for each in _LABELS),
        float(not labels),
        float(exact is not None),
        float(len(labels)),
        float(any(label in fitting for label in labels)) if fitting else 0.5,
        float((exact or of_head) in fitting) if fitting else 0.5,
        *(float(head.part == part) for part in _PARTS),
        *(float(first.part == part) for part in _PARTS),
        float(first.part == "DET"),
        float(last.part in ("NOUN", "PROPN")),
        *(float(head.relation in each) for each in _RELATIONS),
        *(float(bool(one.origin & origin)) for origin in Origin),
        float(one.last - one.first + 1),
        (one.last - one.first + 1) / max(1, len(tokens)),
        sum(lemmas[position] in asked for position in content) / max(1, len(content)),
        float(sum(lemma in asked for lemma in lemmas[max(0, one.first - _NEAR) : one.first])),
        float(sum(lemma in asked for lemma in lemmas[one.last + 1 : one.last + 1 + _NEAR])),
        float(governor.lemma.casefold() in asked and head.head not in inside),
        float(any(tokens[position].head in inside and lemmas[position] in asked for position in mentions)),
        float(min((min(abs(position - one.first), abs(position - one.last)) for position in mentions), default=_FAR)),
        float(lemmas[one.head] in asked),
        float(sentence.text[one.start].isupper()),
        float(any(character.isdigit() for character in sentence.text[one.start : one.end])),
        float(steps),
    ]
