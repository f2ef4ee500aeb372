"""From which numbers on is an article what somebody wished to hear of? Fits ``bot/updates/thresholds.json`` for the models that are set.

    python -m benchmarks.wishes --shared ../shared [--models FOLDER] [--part 0.25] [--pairs FILE] [--save]

Three numbers lie between a wish and an article: the cosine of the nearest sentence, the share of the wish's words that stand around that sentence or
in the headline, and the reranker's score, which costs a thousand times as much as the other two. The reranker reads what has promise: cosine and so
much times the share. How much the words count is tried out: as much as lets through the fewest that are not wanted.

*Topics.* ``time_collection``: its queries are topics, its articles are judged by people against each. ``event_updates``: the names of its events are
topics, the first annotator's updates are of their own event and of no other. The least score is the one with the best F0.5, the mean of both sets: a
post that nobody wanted is worse than one that is missing. The least promise keeps 97 of 100 articles that are wanted and confirmed.

*Questions.* ``squad2``, ``wikiqa``, ``clapnq``, ``trecqa``: a paragraph with the answer, beside paragraphs of other questions. A question that is
asked again in vain costs a tenth of a second, one that is not is an alert lost: the least score keeps 98 of 100 paragraphs that answer, the least
promise 995 of 1000 of these.

Printed for each set: what is read and what comes of it with the thresholds that were kept so far, with these, and, to see how they do on what they
were not made from, by fits on four fifths of the wishes for the other fifth, with the cosine alone and with the words. ``--pairs`` keeps what was
read, which takes minutes, for another fit.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import note, read_gz
from bot.updates import thresholds
from bot.updates.choosing import Page, share_said
from bot.updates.thresholds import Thresholds
from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.domain.articles import Article, Span
from index.models.choose import load_encoder, load_reranker
from index.ports.models import Encoder, Reranker
from index.search.analysis import question_terms
from index.text.sentences import split

SEED = 7
FOLDS = 5
LOOKED_AT = 0.24
"""Pairs below this cosine are taken for unwanted without being read by the reranker."""
KEPT_TOPICS, KEPT_QUESTIONS = 0.97, 0.995
"""Of what is wanted and confirmed, by the least promise."""
KEPT_ANSWERS = 0.98
"""Of what answers a question, by the least score."""
KEPT_NEAR = 0.995
"""Of what is wanted and confirmed, by the least cosine: it only saves the trouble of counting words."""
WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))
"""Of the words, that are tried."""
UPDATES, QUESTIONS, OTHERS = 250, 200, 8
"""Sampled: updates; questions of squad2; and other paragraphs a question."""
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

    wish: str
    cosine: float
    share: float
    """Of the wish's words, around the nearest sentence."""
    score: float
    is_wanted: bool


Sets = Mapping[str, Sequence[Pair]]


def main() -> None:
    """Fit, print what it comes to, and save it if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--part", type=float, default=1.0, help="of the samples, where time is short")
    parser.add_argument("--pairs", type=Path, help="what was read: taken from there if it is there, else kept there")
    parser.add_argument("--save", action="store_true", help="write the numbers down")
    options = parser.parse_args()
    encoder, reranker = load_encoder(DEFAULT_ENCODER, options.models, 2), load_reranker(DEFAULT_RERANKER, options.models, 2)
    topics, questions = _read(encoder, reranker, options.shared / "data", options.part, options.pairs)
    before = {kind: thresholds.thresholds(kind, reranker.fingerprint, encoder.fingerprint) for kind in ("topic", "question")}
    quality: dict[str, Any] = {}
    fitted = {"topic": fit_topics(topics, WEIGHTS), "question": fit_questions(questions, WEIGHTS)}
    for kind, sets, fitted_on in (("topic", topics, fit_topics), ("question", questions, fit_questions)):
        rules: dict[str, Callable[[Sets], Thresholds]] = {
            "as it was": lambda _, kept=before[kind]: kept,  # type: ignore[misc] # mypy does not see defaults of lambdas
            "fitted on all": lambda _, kept=fitted[kind]: kept,  # type: ignore[misc]
            "cosine alone": lambda some, fit=fitted_on: fit(some, (0.0,)),  # type: ignore[misc]
            "cosine and words": lambda some, fit=fitted_on: fit(some, WEIGHTS),  # type: ignore[misc]
        }
        for rule, made in rules.items():
            for name, values in by_folds(sets, made).items():
                print(f"{name:16} {rule:17}", ", ".join(f"{what} {value:.4f}" for what, value in values.items()))
                quality[name] = {what: round(value, 4) for what, value in values.items()}  # the last rule's stays
    print(json.dumps({kind: asdict(one) for kind, one in fitted.items()}, indent=2))
    if options.save:
        sizes = {name: len(some) for name, some in (*topics.items(), *questions.items())}
        _save(fitted, sizes, quality, encoder, reranker)


def fit_topics(sets: Sets, weights: Sequence[float]) -> Thresholds:
    """The thresholds of topics. weights: of the words, that are to be tried."""

    def best(value: Callable[[Pair], float]) -> float:
        candidates = np.array(sorted({round(value(one), 2) for some in sets.values() for one in some if one.is_wanted}))
        return float(candidates[np.argmax(np.mean([_f_halves(some, value, candidates) for some in sets.values()], axis=0))])

    score, alone = best(lambda one: one.score), best(lambda one: one.cosine)
    cosine, words, promise = _promising(sets, score, weights, KEPT_TOPICS)
    return Thresholds(cosine, words, promise, score, max(alone, cosine))


def fit_questions(sets: Sets, weights: Sequence[float]) -> Thresholds:
    """The thresholds of questions; without a reranker what has promise is asked."""
    score = _keeping([one.score for some in sets.values() for one in some if one.is_wanted], KEPT_ANSWERS)
    cosine, words, promise = _promising(sets, score, weights, KEPT_QUESTIONS)
    return Thresholds(cosine, words, promise, score, cosine)


def _promising(sets: Sets, score: float, weights: Sequence[float], kept: float) -> tuple[float, float, float]:
    """The least cosine, what the words count, and the least promise."""
    confirmed = [one for some in sets.values() for one in some if one.is_wanted and one.score >= score]
    tried = []
    for words in weights:
        promise = _keeping([one.cosine + words * one.share for one in confirmed], kept)
        read = [_share(some, lambda one, w=words, p=promise: one.cosine + w * one.share >= p) for some in sets.values()]  # type: ignore[misc]
        tried.append((statistics.fmean(read), words, promise))
    _, words, promise = min(tried)
    return _keeping([one.cosine for one in confirmed], KEPT_NEAR) if words else promise, words, promise


def by_folds(sets: Sets, made: Callable[[Sets], Thresholds]) -> dict[str, dict[str, float]]:
    """How good thresholds are on wishes that they were not made from. made: thresholds from the other wishes' pairs."""
    held: defaultdict[str, list[tuple[Pair, bool, bool]]] = defaultdict(list)
    for fold in range(FOLDS):
        inside = {name: set(list(dict.fromkeys(one.wish for one in some))[fold::FOLDS]) for name, some in sets.items()}
        least = made({name: [one for one in some if one.wish not in inside[name]] for name, some in sets.items()})
        for name, some in sets.items():
            held[name] += [
                (one, is_read(one, least), is_read(one, least) and one.score >= least.score) for one in some if one.wish in inside[name]
            ]
    result = {}
    for name, judged in held.items():
        wanted, others = ([row for row in judged if row[0].is_wanted is is_wanted] for is_wanted in (True, False))
        taken = sum(row[2] for row in wanted)
        result[name] = {
            "wanted and read": sum(row[1] for row in wanted) / len(wanted),
            "not wanted and read": sum(row[1] for row in others) / len(others),
            "precision": taken / max(1, sum(row[2] for row in judged)),
            "recall": taken / len(wanted),
        }
    return result


def is_read(pair: Pair, least: Thresholds) -> bool:
    """By the reranker."""
    return pair.cosine >= least.cosine and pair.cosine + least.words * pair.share >= least.promise


def pairs(
    encoder: Encoder, reranker: Reranker, pages: Sequence[Page], wishes: Mapping[str, set[str]], others: int | None = None
) -> Iterator[Pair]:
    """Each wish with each page. wishes: the ids of the articles that each wants. others: only with so many that it does not want."""
    chance = random.Random(SEED)
    vectors = [encoder.encode([page.text(place, place) for place in range(len(page.sentences))]) for page in pages]
    note(f"{sum(map(len, vectors))} sentences of {len(pages)} articles are encoded")
    for wish, wanted in wishes.items():
        asked, asked_terms = encoder.encode_question(wish)[0], question_terms(wish)
        beside = [page.article.id for page in pages if page.article.id not in wanted]
        some = wanted | set(beside if others is None else chance.sample(beside, others))
        nearest = [(page, found @ asked) for page, found in zip(pages, vectors, strict=True) if page.article.id in some]
        texts = [page.in_context(int(np.argmax(cosines))) for page, cosines in nearest]
        read = [text for text, (_, cosines) in zip(texts, nearest, strict=True) if cosines.max() >= LOOKED_AT]
        scores = dict(zip(read, reranker.score(wish, read), strict=True))
        for text, (page, cosines) in zip(texts, nearest, strict=True):
            share = share_said(asked_terms, set(question_terms(text)))
            yield Pair(wish, float(cosines.max()), share, scores.get(text, -99.0), page.article.id in wanted)
    note(f"{len(wishes)} wishes are read")


def _read(encoder: Encoder, reranker: Reranker, data: Path, part: float, file: Path | None) -> tuple[Sets, Sets]:
    """Pairs of topics, and of questions, by the set they are from."""
    known: dict[str, list[Pair]] = {}
    if file is not None and file.is_file():
        known = {name: [Pair(**one) for one in some] for name, some in json.loads(file.read_text(encoding="utf-8")).items()}
    for name, read, others in (*((*one, OTHERS) for one in ANSWERED.items()), *((*one, None) for one in TOPICS.items())):
        if name in known:
            continue
        known[name] = list(pairs(encoder, reranker, *read(data, part), others))
        if file is not None:
            file.write_text(json.dumps({name: [asdict(one) for one in some] for name, some in known.items()}), encoding="utf-8")
    return {name: known[name] for name in TOPICS}, {name: known[name] for name in ANSWERED}


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


def _squad(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    rows = [one for one in read_gz(data / "squad2" / "questions_dev.jsonl.gz") if one["answerable"]]
    some = random.Random(SEED).sample(rows, int(QUESTIONS * part))
    asked = {one["para_id"] for one in some}
    paragraphs = [one for one in read_gz(data / "squad2" / "paragraphs_dev.jsonl.gz") if one["para_id"] in asked]
    return [_page(one["para_id"], one["context"]) for one in paragraphs], {one["question"]: {one["para_id"]} for one in some}


def _wikiqa(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    rows = _some([one for one in read_gz(data / "wikiqa" / "dev.jsonl.gz") if one["answerable"]], part)
    pages = [_page_of(one["qid"], one["title"], [each["text"] for each in one["sentences"]]) for one in rows]
    return pages, {one["question"]: {one["qid"]} for one in rows}


def _clapnq(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    rows = _some([one for one in read_gz(data / "clapnq" / "dev.jsonl.gz") if one["answerable"]], part)
    read = [(one["id"], one["input"], one["passages"][0]) for one in rows]
    pages = [_page_of(name, passage["title"], [each for each in passage["sentences"] if each.strip()]) for name, _, passage in read]
    return pages, {question: {name} for name, question, _ in read}


def _trecqa(data: Path, part: float) -> tuple[list[Page], dict[str, set[str]]]:
    """Each sentence is an article, of newswire; a question may have several that answer it."""
    rows = _some([one for one in read_gz(data / "trecqa" / "dev.jsonl.gz") if any(each["label"] for each in one["sentences"])], part)
    said = {f"{number}/{place}": each for number, one in enumerate(rows) for place, each in enumerate(one["sentences"])}
    wanted = {
        one["question"]: {f"{number}/{place}" for place, each in enumerate(one["sentences"]) if each["label"]}
        for number, one in enumerate(rows)
    }
    return [_page_of(name, None, [each["text"]]) for name, each in said.items()], wanted


TOPICS = {"time_collection": _time, "event_updates": _events}
ANSWERED = {"squad2": _squad, "wikiqa": _wikiqa, "clapnq": _clapnq, "trecqa": _trecqa}


def _some(rows: list[Any], part: float) -> list[Any]:
    return random.Random(SEED).sample(rows, int(len(rows) * part))


def _page(name: str, text: str) -> Page:
    return _made(name, None, text, tuple(split(text, "en")))


def _page_of(name: str, title: str | None, sentences: Sequence[str]) -> Page:
    """Of sentences that are cut already."""
    spans: list[Span] = []
    for one in sentences:
        begin = spans[-1].end + 1 if spans else 0
        spans.append(Span(begin, begin + len(one)))
    return _made(name, title, " ".join(sentences), tuple(spans))


def _made(name: str, title: str | None, text: str, sentences: tuple[Span, ...]) -> Page:
    article = Article(0, name, 1, text, None, title, None, None, "en")
    return Page(article, sentences, (True,) * len(sentences), datetime.now(UTC))


def _share(some: Sequence[Pair], is_taken: Callable[[Pair], bool]) -> float:
    """Of those that are not wanted."""
    others = [is_taken(one) for one in some if not one.is_wanted]
    return sum(others) / max(1, len(others))


def _f_halves(some: Sequence[Pair], value: Callable[[Pair], float], candidates: NDArray[np.float64]) -> NDArray[np.float64]:
    """F0.5 where what has at least such a value is taken; one for each candidate."""
    right, taken = (
        (np.array([value(one) for one in some if one.is_wanted or not wanted_alone])[:, None] >= candidates).sum(axis=0)
        for wanted_alone in (True, False)
    )
    return np.asarray(1.25 * right / np.maximum(1, 0.25 * sum(one.is_wanted for one in some) + taken))


def _keeping(values: Sequence[float], share: float) -> float:
    return round(float(np.quantile(values, 1 - share)), 3)


def _save(
    fitted: Mapping[str, Thresholds], sizes: Mapping[str, int], quality: Mapping[str, Any], encoder: Encoder, reranker: Reranker
) -> None:
    file = Path(thresholds.__file__).with_name("thresholds.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    provenance = {"made_by": "benchmarks/wishes.py", "pairs of development sets": dict(sizes), "quality by folds": quality}
    of_encoder = {
        kind: {"cosine": one.cosine, "words": one.words, "promise": one.promise, "cosine_alone": one.cosine_alone}
        for kind, one in fitted.items()
    }
    kept["encoders"][encoder.fingerprint] = {"name": encoder.name, **of_encoder, **provenance}
    of_reranker = {kind: {"score": one.score} for kind, one in fitted.items()}
    kept["rerankers"][reranker.fingerprint] = {"name": reranker.name, **of_reranker, **provenance}
    file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
