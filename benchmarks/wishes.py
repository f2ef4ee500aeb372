"""From which scores on is an article what somebody wished to hear of? Fits ``bot/updates/thresholds.json`` for the models that are set.

    python -m benchmarks.wishes --shared ../shared [--models FOLDER] [--part 0.25] [--save]

*Topics.* ``time_collection``: its queries are topics, its articles are judged by people against each. ``event_updates``: the names of its events are
topics, the first annotator's updates are of their own event and of no other. The least score is the one with the best F0.5, the mean of both sets: a
post that nobody wanted is worse than one that is missing. The least cosine keeps 95 of 100 articles that are wanted and confirmed.

*Questions.* ``squad2``: a sentence with the answer in its paragraph, beside paragraphs of other questions. A question that is asked again in vain
costs a tenth of a second, one that is not is an alert lost: both thresholds keep 97 of 100 sentences that answer.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import note, read_gz
from bot.updates import thresholds
from bot.updates.choosing import Page
from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.domain.articles import Article
from index.models.choose import load_encoder, load_reranker
from index.ports.models import Encoder, Reranker
from index.text.sentences import split

SEED = 7
LOOKED_AT = 0.15
"""Pairs below this cosine are taken for unwanted without being read by the reranker."""
KEPT_TOPICS, KEPT_QUESTIONS = 0.95, 0.97
UPDATES, QUESTIONS, OTHERS = 250, 300, 8
"""Sampled: updates; questions; and other paragraphs a question."""
EVENTS = {
    "bp_oil_spill": "BP oil spill",
    "financial_crisis": "the financial crisis",
    "gaza_conflict": "the conflict in Gaza",
    "iraq_war": "the war in Iraq",
    "libyan_war": "the war in Libya",
    "mj_death": "the death of Michael Jackson",
    "nsa_leak": "the NSA leak",
    "swine_flu": "swine flu",
    "yemen_crisis": "the crisis in Yemen",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A wish and an article, or paragraph."""

    cosine: float
    score: float
    is_wanted: bool


def main() -> None:
    """Fit, print what it comes to, and save it if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--part", type=float, default=1.0, help="of the samples, where time is short")
    parser.add_argument("--save", action="store_true", help="write the numbers down")
    options = parser.parse_args()
    encoder, reranker = load_encoder(DEFAULT_ENCODER, options.models, 2), load_reranker(DEFAULT_RERANKER, options.models, 2)
    data = options.shared / "data"
    topics = {
        name: list(pairs(encoder, reranker, *read))
        for name, read in (("time_collection", _time(data, options.part)), ("event_updates", _events(data, options.part)))
    }
    questions = list(_questions(encoder, reranker, data, options.part))
    fitted = fit(topics, questions)
    print(json.dumps(fitted, indent=2))
    if options.save:
        sizes = {**{name: len(some) for name, some in topics.items()}, "squad2": len(questions)}
        _save(fitted, sizes, encoder, reranker)


def fit(topics: Mapping[str, Sequence[Pair]], questions: Sequence[Pair]) -> dict[str, Any]:
    """The thresholds, and how good they are."""

    def best(value: Callable[[Pair], float]) -> float:
        candidates = sorted({round(value(one), 2) for some in topics.values() for one in some if one.is_wanted})
        return max(
            candidates,
            key=lambda least: statistics.fmean([_f_half(*_quality(some, lambda one: value(one) >= least)) for some in topics.values()]),
        )

    score, alone = best(lambda one: one.score), best(lambda one: one.cosine)
    confirmed = [one.cosine for some in topics.values() for one in some if one.is_wanted and one.score >= score]
    cosine = _keeping(confirmed, KEPT_TOPICS)
    answering, in_vain = ([one for one in questions if one.is_wanted is wanted] for wanted in (True, False))
    asked_score = _keeping([one.score for one in answering], KEPT_QUESTIONS)
    asked_cosine = _keeping([one.cosine for one in answering], KEPT_QUESTIONS)
    passed = sum(one.cosine >= asked_cosine and one.score >= asked_score for one in in_vain)
    quality: dict[str, Any] = {"questions asked in vain": round(passed / len(in_vain), 4)}
    for name, some in topics.items():
        precision, recall = _quality(some, lambda one: one.cosine >= cosine and one.score >= score)
        quality[name] = {"precision": round(precision, 3), "recall": round(recall, 3)}
    return {
        "encoder": {"topic": {"cosine": cosine, "cosine_alone": alone}, "question": {"cosine": asked_cosine, "cosine_alone": asked_cosine}},
        "reranker": {"topic": {"score": score}, "question": {"score": asked_score}},
        "quality": quality,
    }


def pairs(encoder: Encoder, reranker: Reranker, pages: Sequence[Page], wishes: Mapping[str, set[str]]) -> Iterator[Pair]:
    """Each wish with each page. wishes: the ids of the articles that each wants."""
    vectors = [encoder.encode([page.text(place, place) for place in range(len(page.sentences))]) for page in pages]
    note(f"{sum(map(len, vectors))} sentences of {len(pages)} articles are encoded")
    for wish, wanted in wishes.items():
        asked = encoder.encode_question(wish)[0]
        nearest = [(page, int(np.argmax(some @ asked)), float(np.max(some @ asked))) for page, some in zip(pages, vectors, strict=True)]
        read = [one for one in nearest if one[2] >= LOOKED_AT]
        scores = reranker.score(wish, [page.in_context(place) for page, place, _ in read])
        by_id = {page.article.id: score for (page, _, _), score in zip(read, scores, strict=True)}
        for page, _, cosine in nearest:
            yield Pair(cosine, by_id.get(page.article.id, -99.0), page.article.id in wanted)
    note(f"{len(wishes)} wishes are read")


def _questions(encoder: Encoder, reranker: Reranker, data: Path, part: float) -> Iterator[Pair]:
    chance = random.Random(SEED)
    rows = [one for one in read_gz(data / "squad2" / "questions_dev.jsonl.gz") if one["answerable"]]
    some = chance.sample(rows, int(QUESTIONS * part))
    asked = {one["para_id"] for one in some}
    pages = {
        one["para_id"]: _page(one["para_id"], one["context"])
        for one in read_gz(data / "squad2" / "paragraphs_dev.jsonl.gz")
        if one["para_id"] in asked
    }
    vectors = {name: encoder.encode([page.text(i, i) for i in range(len(page.sentences))]) for name, page in pages.items()}
    for row in some:
        question, name = row["question"], row["para_id"]
        begin = row["answers"][0]["start"]
        place = next(i for i, span in enumerate(pages[name].sentences) if begin < span.end)
        vector = encoder.encode_question(question)[0]
        for other in [name, *chance.sample(sorted(asked - {name}), OTHERS)]:
            cosines = vectors[other] @ vector
            best = place if other == name else int(np.argmax(cosines))
            (score,) = reranker.score(question, [pages[other].in_context(best)])
            yield Pair(float(cosines[best]), score, other == name)


def _time(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    """A part of the queries, with the articles that they want and a part of the others."""
    chance = random.Random(SEED)
    lines = (data / "time_collection" / "queries_dev.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line) for line in chance.sample(lines, int(len(lines) * part))]
    wanted = {one["question"].capitalize().strip(" ."): {str(name) for name in one["relevant"]} for one in queries}
    judged = set[str]().union(*wanted.values())
    rows = [one for one in read_gz(data / "time_collection" / "docs.jsonl.gz") if str(one["doc_id"]) in judged or chance.random() < part]
    return [_page(str(one["doc_id"]), one["text"].capitalize()) for one in rows], wanted


def _events(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    rows = [one for one in read_gz(data / "event_updates" / "dev.jsonl.gz") if one["annotator"] == 1 and one["update"].strip()]
    some = random.Random(SEED).sample(rows, int(UPDATES * part))
    pages = [_page(f"{one['event']}/{one['seq']}", one["update"].replace("\\n", "\n")) for one in some]
    return pages, {words: {page.article.id for page in pages if page.article.id.startswith(f"{event}/")} for event, words in EVENTS.items()}


def _page(name: str, text: str) -> Page:
    article = Article(0, name, 1, text, None, None, None, None, "en")
    sentences = tuple(split(text, "en"))
    return Page(article, sentences, (True,) * len(sentences), datetime.now(UTC))


def _quality(some: Sequence[Pair], is_taken: Callable[[Pair], bool]) -> tuple[float, float]:
    right = sum(one.is_wanted and is_taken(one) for one in some)
    return right / max(1, sum(map(is_taken, some))), right / max(1, sum(one.is_wanted for one in some))


def _f_half(precision: float, recall: float) -> float:
    return 1.25 * precision * recall / (0.25 * precision + recall) if precision and recall else 0.0


def _keeping(values: Sequence[float], share: float) -> float:
    return round(float(np.quantile(values, 1 - share)), 3)


def _save(fitted: Mapping[str, Any], sizes: Mapping[str, int], encoder: Encoder, reranker: Reranker) -> None:
    file = Path(thresholds.__file__).with_name("thresholds.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    provenance = {"made_by": "benchmarks/wishes.py", "pairs of development sets": dict(sizes), "quality": fitted["quality"]}
    kept["encoders"][encoder.fingerprint] = {"name": encoder.name, **fitted["encoder"], **provenance}
    kept["rerankers"][reranker.fingerprint] = {"name": reranker.name, **fitted["reranker"], **provenance}
    file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
