"""Compare sentence splitters by boundary F1 and speed. Run by hand; prints a Markdown table.

    python -m benchmarks.sentence_splitting ../shared/data/sentence_splitting

In: a folder of .jsonl.gz files whose lines hold a text with its sentences, as ``spans`` ([[start, end]]) or as ``sentences``. A boundary is
the offset just behind a sentence's last character; a record whose sentences do not spell its text is left out and counted. Libraries get
each paragraph by itself (they would be wrapped so; some would otherwise run over blank lines), ``index.text.sentences.split`` the whole text.
A library that is not installed is named and passed over: ``pip install nupunkt sentencex syntok pysbd``.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from index.text.sentences import split

Split = Callable[[str, str], list[int]]
"""Text and language to the offsets where sentences end."""

REPEATS = 5
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True)
class Document:
    """A text and where its sentences end."""

    text: str
    language: str
    ends: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """A splitter, and the Python that makes it ready: its import and a first sentence."""

    name: str
    package: str
    ready: str
    split: Split
    before: str = ""
    """What a program has imported anyway."""


def _nupunkt(text: str, language: str) -> list[int]:
    del language  # it knows English only
    return [end for _, end in importlib.import_module("nupunkt").sentence_spans(text)]


def _sentencex(text: str, language: str) -> list[int]:
    return [sentence["end_index"] for sentence in importlib.import_module("sentencex").get_sentence_boundaries(language, text)]


def _syntok(text: str, language: str) -> list[int]:
    del language
    paragraphs = importlib.import_module("syntok.segmenter").analyze(text)
    last_tokens = [list(sentence)[-1] for paragraph in paragraphs for sentence in paragraph]
    return [token.offset + len(token.value) for token in last_tokens]


def _pysbd(text: str, language: str) -> list[int]:
    segmenter = importlib.import_module("pysbd").Segmenter(language=language, clean=False, char_span=True)
    return [sentence.end for sentence in segmenter.segment(text)]


def _ours(text: str, language: str) -> list[int]:
    return [span.end for span in split(text, language)]


def _by_paragraph(splitter: Split) -> Split:
    def whole(text: str, language: str) -> list[int]:
        ends = []
        start = 0
        for stop, following in [*((match.start(), match.end()) for match in _BLANK_LINE.finditer(text)), (len(text), len(text))]:
            if text[start:stop].strip():
                ends += [start + end for end in splitter(text[start:stop], language)]
            start = following
        return ends

    return whole


CANDIDATES = (
    Candidate("nupunkt", "nupunkt", "import nupunkt; nupunkt.sentence_spans('So.')", _by_paragraph(_nupunkt)),
    Candidate("sentencex", "sentencex", "import sentencex; sentencex.segment('en', 'So.')", _by_paragraph(_sentencex)),
    Candidate("syntok", "syntok", "import syntok.segmenter as s; list(s.analyze('So.'))", _by_paragraph(_syntok)),
    Candidate("pysbd", "pysbd", "import pysbd; pysbd.Segmenter(language='en').segment('So.')", _by_paragraph(_pysbd)),
    Candidate("**ours**", "sentencex", "from index.text.sentences import split; split('So.')", _ours, before="import index"),
)


def read(file: Path) -> tuple[list[Document], int]:
    """The file's documents, and how many records were left out."""
    documents = []
    left_out = 0
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = record["text"]
            ends = [end for _, end in record["spans"]] if "spans" in record else _align(text, record["sentences"])
            if ends is None:
                left_out += 1
            else:
                documents.append(Document(text, str(record.get("corpus") or record["lang"])[:2], frozenset(ends)))
    return documents, left_out


def _align(text: str, sentences: list[str]) -> list[int] | None:
    """Where the sentences end in the text, white space aside; None if they do not spell it."""
    visible = [offset for offset, character in enumerate(text) if not character.isspace()]
    lengths = ["".join(sentence.split()) for sentence in sentences]
    if "".join(lengths) != "".join(text.split()):
        return None
    ends = []
    count = 0
    for sentence in lengths:
        count += len(sentence)
        ends.append(visible[count - 1] + 1)
    return ends


def f1(splitter: Split, documents: list[Document]) -> float:
    """Micro-averaged over all boundaries, those at the texts' ends included."""
    right = proposed = true = 0
    for document in documents:
        ends = {len(document.text[:end].rstrip()) for end in splitter(document.text, document.language)}
        right += len(ends & document.ends)
        proposed += len(ends)
        true += len(document.ends)
    return 2 * right / (proposed + true)


def chars_per_s(splitter: Split, documents: list[Document]) -> float:
    """Median of several runs over everything."""

    def run() -> float:
        started = time.perf_counter()
        for document in documents:
            splitter(document.text, document.language)
        return time.perf_counter() - started

    return sum(len(document.text) for document in documents) / statistics.median(run() for _ in range(REPEATS))


def ready_ms(candidate: Candidate) -> float:
    """From a fresh interpreter to the first sentence, the interpreter's own start left out; median of several."""
    program = f"import time; {candidate.before}\nt = time.perf_counter(); {candidate.ready}; print((time.perf_counter() - t) * 1000)"
    return statistics.median(
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout) for _ in range(REPEATS)
    )


def rows(folder: Path) -> Iterator[str]:
    corpora = {file.name.removesuffix(".jsonl.gz"): read(file) for file in sorted(folder.glob("*.jsonl.gz"))}
    everything = [document for documents, _ in corpora.values() for document in documents]
    yield "| splitter | " + " | ".join(f"F1 {name}" for name in corpora) + " | mean | million chars/s | ready, ms |"
    yield "|---|" + "---:|" * (len(corpora) + 3)
    for candidate in CANDIDATES:
        if importlib.util.find_spec(candidate.package) is None:
            yield f"| {candidate.name} | not installed |" + " |" * (len(corpora) + 2)
            continue
        scores = [f1(candidate.split, documents) for documents, _ in corpora.values()]
        cells = [*(f"{score:.4f}" for score in (*scores, statistics.mean(scores)))]
        cells += [f"{chars_per_s(candidate.split, everything) / 1e6:.2f}", f"{ready_ms(candidate):.0f}"]
        label = candidate.name if candidate.split is _ours else f"{candidate.name} {version(candidate.package)}"
        yield f"| {label} | " + " | ".join(cells) + " |"
    yield ""
    yield "; ".join(
        f"{name}: {len(documents)} texts, {sum(len(document.ends) for document in documents):,} boundaries, {left_out} records left out"
        for name, (documents, left_out) in corpora.items()
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {Path(sys.argv[0]).name} FOLDER")
    for row in rows(Path(sys.argv[1])):
        print(row, flush=True)
