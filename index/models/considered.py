"""What the built-in reader may choose from: the candidates of those sentences in which the answer may stand. In: a question and passages. Out: what
is known of each candidate. Serving and training look at the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.answering.asked_for import Kind, asked_for
from index.answering.candidates import candidates
from index.answering.features import features
from index.answering.weighing import promising
from index.models.span_head import SpanHead
from index.ports.grammar import Parse, Parsed
from index.ports.models import Readable
from index.search.passages import headed


@dataclass(frozen=True, slots=True)
class Considered:
    """n candidates, passage by passage."""

    rows: NDArray[np.float32]
    """Shape (n, len(`index.answering.features.NAMES`))."""
    passage: NDArray[np.intp]
    """Shape (n,): which it is of."""
    spans: NDArray[np.intp]
    """Shape (n, 2): offsets into its text."""
    texts: Sequence[str]
    read: NDArray[np.float64]
    """Shape (n, 2): the reranker's score of its passage, and the log-odds that this answers."""


def considered(head: SpanHead, question: Parsed, passages: Sequence[Readable], parse: Parse) -> Considered | None:
    """None if there is no candidate. Raises EncodingError."""
    kind = asked_for(question.text, question)
    rows, places, spans, texts = [], [], [], []
    heads = head.read(question.text, [(one.headline, one.text) for one in passages])
    scores = [one.of_text(len(headed(passage.headline, ""))) for passage, one in zip(passages, heads, strict=True)]
    read = [(one.score, one.answers) for one in heads]
    if kind is Kind.NUMBER:  # every sentence with a number is parsed for the figures anyway, and one that is none is no answer here
        chosen = [(number, one) for number, passage in enumerate(passages) for one in passage.sentences]
    else:
        chosen = promising(passages, scores, read)
    parsed = parse([passages[number].text[one.start : one.end] for number, one in chosen])
    for (number, one), sentence in zip(chosen, parsed, strict=True):
        found = candidates(sentence)
        rows.append(features(question, kind, sentence, one.start, found, scores[number], *read[number]))
        places += [number] * len(found)
        spans += [(one.start + each.start, one.start + each.end) for each in found]
        texts += [sentence.text[each.start : each.end] for each in found]
    if not texts:
        return None
    passage = np.asarray(places)
    return Considered(np.concatenate(rows), passage, np.asarray(spans), texts, np.asarray(read, np.float64)[passage])
