"""Train the built-in reader, and write what is shipped in index/models/reader.

    python -m benchmarks.train_reader --shared ../shared --squad train-part.json

--squad: articles of SQuAD 2.0's *training* set, in its own format (what is shipped was trained on ten of them; the digest is in reader.json). The
span head learns from all but ``FOR_TREES``, the trees from those, so that they see the head as it is on what it has not seen. The confidence is
fitted on the answerable questions of --shared's squad2, a part of the *dev* set, asked of the whole index; what is printed of it is measured by
folds over its articles. Neither head nor trees see the dev set, so the squad2 suite tests them on new articles.

Takes an hour on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import string
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reader_head import Example, SpanHead, export, layers_of, train
from benchmarks.reader_trees import Sample, best_cut, confidence, fit, fit_confidence, signals, to_onnx
from index import ArticleDraft
from index.answering.asked_for import asked_for
from index.answering.candidates import candidates
from index.answering.evidence import gather
from index.answering.features import features
from index.build import DEFAULT_PARSER, DEFAULT_RERANKER, open_index
from index.models.choose import load_parser
from index.models.locate import MEMORY_FILE, fingerprint, locate
from index.models.onnx_reranker import MODEL_FILE
from index.models.reranker_states import RerankerStates, export_states
from index.models.states_reader import FACTS_FILE, FOLDER, HEAD_FILE, TREES_FILE, Parts
from index.ports import Parser, Readable
from index.service import NO_FILTERS
from index.text.sentences import split

FOR_TREES = {"Spectre_(2015_film)", "2008_Sichuan_earthquake", "Solar_energy"}
LAYERS = [f"/bert/encoder/layer.{number}/output/LayerNorm/Add_1_output_0" for number in (3, 7, 9)]
PRECISION = 0.8
MAX_CHARS = 1000
LICENCE = (
    "The weights in this folder are derived from SQuAD 2.0 (Rajpurkar, Jia and Liang, 2018), CC BY-SA 4.0, and from ms-marco-MiniLM-L-12-v2, "
    "Apache-2.0; they are shared under CC BY-SA 4.0."
)


def main() -> None:
    """Train, write, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--squad", type=Path, required=True)
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        train_all(options.shared, options.squad, Path(scratch))


def train_all(shared: Path, squad: Path, scratch: Path) -> None:
    """Head, trees and confidence, each written as soon as it is trained."""
    reranker = locate(DEFAULT_RERANKER)
    exported = export_states(reranker, LAYERS, scratch / "states.onnx")
    questions = list(_training(squad))
    states = RerankerStates(reranker, exported)
    examples = [one for asked in questions if asked["title"] not in FOR_TREES and (one := _example(states, asked)) is not None]
    head = SpanHead(layers_of(reranker / MODEL_FILE))
    train(head, examples)
    export(head, examples[0].states.astype(np.float32)[None], FOLDER / HEAD_FILE)
    grammar = load_parser(DEFAULT_PARSER, scratch)
    parts = Parts(reranker, exported, trees=False)
    held = [sample for asked in questions if asked["title"] in FOR_TREES and (sample := _held(parts, grammar, asked)) is not None]
    (FOLDER / TREES_FILE).write_bytes(to_onnx(fit(held)).SerializeToString())
    parts = Parts(reranker, exported)
    count, samples = _dev(shared, scratch, parts, grammar)
    mark = fingerprint(reranker, scratch / MEMORY_FILE)
    scored = [parts.tree_scores(one.rows).astype(np.float64) for one in samples]
    cut = report(samples, scored, count)
    facts = {
        "reranker": mark,
        "layers": LAYERS,
        "cut": round(cut, 3),
        "confidence": fit_confidence(samples, scored),
        "trained_on": {
            "head": f"SQuAD 2.0, training set: {len(examples)} answerable questions",
            "trees": f"SQuAD 2.0, training set: {len(held)} answerable questions of other articles",
            "confidence": f"SQuAD 2.0, part of the dev set: {count} answerable questions, asked of the whole index",
            "file_sha256": hashlib.sha256(squad.read_bytes()).hexdigest(),
        },
        "licence": LICENCE,
    }
    (FOLDER / FACTS_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def report(samples: Sequence[Sample], scored: Sequence[Any], asked: int) -> float:
    """Print exact match and what each cut costs, by folds over articles; return the cut for ``PRECISION``."""
    exact = [bool(one.exact[np.argmax(logits)]) for one, logits in zip(samples, scored, strict=True)]
    f1 = sum(float(one.f1[np.argmax(logits)]) for one, logits in zip(samples, scored, strict=True))
    print(f"{asked} questions: exact {sum(exact) / asked:.3f}, F1 {f1 / asked:.3f} if something is always shown")
    sure = [0.0] * len(samples)
    for group in sorted({one.group for one in samples}):
        others = [position for position, one in enumerate(samples) if one.group != group]
        weights = fit_confidence([samples[position] for position in others], [scored[position] for position in others])
        for position, one in enumerate(samples):
            if one.group == group:
                sure[position] = confidence(weights, one.kind, signals(one, scored[position])[1])
    for precision in (0.9, PRECISION, 0.7):
        cut = best_cut(sure, exact, precision)
        print(f"exact in {precision}: cut {cut:.3f}, shown {sum(one >= cut for one in sure) / asked:.3f}")
    return best_cut(sure, exact, PRECISION)


def _training(file: Path) -> Iterator[dict[str, Any]]:
    """Answerable questions with the sentence that answers and its neighbours, as retrieval would pass them on."""
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text, spans = paragraph["context"], split(paragraph["context"])
            for one in paragraph["qas"]:
                said = [(answer["answer_start"], answer["text"]) for answer in one["answers"]]
                centre = next((n for n, span in enumerate(spans) if said and span.start <= said[0][0] < span.end), None)
                if centre is None:
                    continue
                near = spans[max(0, centre - 1) : centre + 2]
                near = near if near[-1].end - near[0].start <= MAX_CHARS else [spans[centre]]
                begins = near[0].start
                yield {
                    "title": article["title"],
                    "question": one["question"],
                    "text": text[begins : near[-1].end],
                    "sentences": [(span.start - begins, span.end - begins) for span in near],
                    "answers": [(start - begins, answer) for start, answer in said],
                }


def _example(states: RerankerStates, asked: dict[str, Any]) -> Example | None:
    found = states.run(asked["question"], asked["text"])
    start, answer = asked["answers"][0]
    first = np.flatnonzero((found.offsets[:, 0] <= start) & (start < found.offsets[:, 1]))
    last = np.flatnonzero((found.offsets[:, 0] < start + len(answer)) & (start + len(answer) <= found.offsets[:, 1]))
    if not len(first) or not len(last):
        return None
    of_text = np.zeros(found.values.shape[1], np.bool_)
    of_text[found.text_pieces] = True
    return Example(found.values[0].astype(np.float16), of_text, int(found.text_pieces[first[0]]), int(found.text_pieces[last[-1]]))


def _held(parts: Parts, grammar: Parser, asked: dict[str, Any]) -> Sample | None:
    parsed = grammar.parse([asked["text"][start:end] for start, end in asked["sentences"]])
    passage = Readable(asked["text"], tuple((start, one) for (start, _), one in zip(asked["sentences"], parsed, strict=True)))
    return _sample(parts, grammar, asked["question"], asked["title"], [passage], [answer for _, answer in asked["answers"]])


def _dev(shared: Path, scratch: Path, parts: Parts, grammar: Parser) -> tuple[int, list[Sample]]:
    """The dev set's answerable questions, with what the index would read for each; those that it refuses are counted and have no sample."""
    samples, asked = [], 0
    with open_index(scratch / "data", reader=None, threads=1) as index:
        paragraphs = {one["para_id"]: one for one in _lines(shared / "data" / "squad2" / "paragraphs_dev.jsonl.gz")}
        index.ingest(ArticleDraft(text=one["context"], title=one["title"].replace("_", " "), id=name) for name, one in paragraphs.items())
        for one in _lines(shared / "data" / "squad2" / "questions_dev.jsonl.gz"):
            if not one["answers"]:
                continue
            asked += 1
            answer, found = index._ask(one["question"], NO_FILTERS, 10, None, rerank=True)
            evidence = gather(answer.citations, found.passages, found.sentences, found.texts, index._read, grammar)
            groups = {each.citation: [other for other in evidence if other.citation == each.citation] for each in evidence}
            passages = [
                Readable(group[0].passage_text, tuple((each.span.start - group[0].passage.start, each.parsed) for each in group))
                for group in groups.values()
            ]
            title = paragraphs[one["para_id"]]["title"]
            sample = _sample(parts, grammar, one["question"], title, passages, [each["text"] for each in one["answers"]])
            samples += [] if sample is None else [sample]
    return asked, samples


def _sample(parts: Parts, grammar: Parser, asked: str, title: str, passages: Sequence[Readable], answers: Sequence[str]) -> Sample | None:
    question = grammar.parse([asked])[0]
    kind = asked_for(asked, question)
    rows, places, spans, texts = [], [], [], []
    for number, passage in enumerate(passages):
        scores, whole = parts.token_scores(asked, passage.text)
        for at, sentence in passage.sentences:
            found = candidates(sentence)
            if found and len(scores.start):
                rows.append(features(question, kind, sentence, at, found, scores, whole))
                places += [number] * len(found)
                spans += [(at + one.start, at + one.end) for one in found]
                texts += [sentence.text[one.start : one.end] for one in found]
    if not texts:
        return None
    table = np.concatenate(rows)
    exact = np.asarray([any(_plain(text) == _plain(answer) for answer in answers) for text in texts])
    f1 = np.asarray([max(_f1(text, answer) for answer in answers) for text in texts], np.float32)
    return Sample(asked, title, str(kind), table, np.asarray(places), np.asarray(spans), texts, exact, f1, table[:, 7])


def _plain(text: str) -> str:
    """SQuAD's normalisation."""
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def _f1(one: str, other: str) -> float:
    first, second = Counter(_plain(one).split()), Counter(_plain(other).split())
    common = (first & second).total()
    return 2 * common / (first.total() + second.total()) if common else 0.0


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
