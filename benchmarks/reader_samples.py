"""Questions with the candidates of what is read for each, as the second half of the reader's training wants them.

In: held-out questions with their passages, or the development suites asked of a whole index. Out: `Sample`, one a question.
"""

from __future__ import annotations

import runpy
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.calibrate import Question, questions
from benchmarks.quality import SUITES
from benchmarks.reader_trees import Sample
from benchmarks.reader_windows import Posed
from index import NewsIndex, open_index
from index.answering.asked_for import asked_for
from index.answering.short import readables
from index.intake.files import read_paths
from index.models.considered import considered
from index.models.states_reader import Parts
from index.ports.grammar import Parser
from index.ports.models import Readable

Right = Callable[[str, Sequence[str]], bool]
"""Whether a text is what was wanted."""


def held_out(parts: Parts, grammar: Parser, asked: Sequence[Sequence[Posed]]) -> Iterator[Sample]:
    """Of each question with a passage that answers it and others that do not."""
    for posed in asked:
        passages = [Readable(one.text, tuple(one.sentences), one.headline) for one in posed]
        wanted = [answer for one in posed for _, answer in one.answers]
        sample = sample_of(parts, grammar, posed[0].question, posed[0].title, "", passages, wanted, exactly)
        if sample is not None:
            yield sample


def asked_of_suites(shared: Path, scratch: Path, parts: Parts, grammar: Parser) -> tuple[dict[str, int], list[Sample]]:
    """The suites' answerable questions, with what the index would read for each; those that it refuses have no sample. Also how many there were."""
    counts: dict[str, int] = {}
    samples = []
    holds: Right = runpy.run_path(str(shared / "eval" / "score.py"))["holds"]
    for suite in SUITES:
        place = scratch / suite
        subprocess.run([sys.executable, str(shared / "eval" / "suites.py"), suite, str(place)], check=True, stdout=sys.stderr)
        right = exactly if suite == "squad2" else holds
        with open_index(place / "data", models_dir=scratch / "models", threads=1) as index:
            index.ingest(read_paths([place / "articles.jsonl"]))
            answerable = [one for one in questions(suite, shared, place) if one.answerable]
            counts[suite] = len(answerable)
            found = (_asked(index, one, suite, parts, grammar, right) for one in answerable)
            samples += [one for one in found if one is not None]
    return counts, samples


def _asked(index: NewsIndex, one: Question, suite: str, parts: Parts, grammar: Parser, right: Right) -> Sample | None:
    evidence = index.asking.evidence(*index.asking.ask(one.text))
    return sample_of(parts, grammar, one.text, one.group, suite, readables(evidence), one.wanted, right)


def sample_of(
    parts: Parts,
    grammar: Parser,
    asked: str,
    group: str,
    suite: str,
    passages: Sequence[Readable],
    answers: Sequence[str],
    right: Right,
) -> Sample | None:
    """Every candidate that is considered; None if there is none."""
    question = grammar.parse([asked])[0]
    found = considered(parts.head, question, passages, grammar.parse)
    if found is None:
        return None
    return Sample(
        question=asked,
        group=group,
        suite=suite,
        kind=str(asked_for(asked, question)),
        rows=found.rows,
        passage=found.passage,
        spans=found.spans,
        texts=found.texts,
        exact=np.asarray([exactly(text, answers) for text in found.texts]),
        right=np.asarray([right(text, answers) for text in found.texts]),
        f1=np.asarray([max(_f1(text, answer) for answer in answers) for text in found.texts], np.float32),
        read=found.read.astype(np.float32),
    )


def exactly(text: str, answers: Sequence[str]) -> bool:
    """By SQuAD's normalisation."""
    return any(_plain(text) == _plain(answer) for answer in answers)


_PUNCTUATION = str.maketrans("", "", string.punctuation)


def _plain(text: str) -> str:
    return " ".join(word for word in text.lower().translate(_PUNCTUATION).split() if word not in ("a", "an", "the"))


def _f1(one: str, other: str) -> float:
    first, second = Counter(_plain(one).split()), Counter(_plain(other).split())
    common = (first & second).total()
    return 2 * common / (first.total() + second.total()) if common else 0.0
