"""Who says so, measured on PolNeAR's articles. Run by hand; prints a Markdown table.

    python -m benchmarks.attribution ../shared/data/polnear/dev.jsonl.gz [--misses N]

In: articles with attributions, each lists of character spans: source, cue, content. Two measures:

- **extraction**: every statement found with a source against every labelled attribution with a source, one to one. They match if the head word of
  the source found lies in the labelled source, and the words of the contents have an F1 of .5 or more. "loose" asks for one common word only.
- **per word**: for each word of the text, who says it. Right if the innermost statement found over it has its source's head in the source of an
  attribution labelled over it ("or who reports them": or that of the next one around it). Precision over
  the words somebody is found for, recall over the labelled ones with a source.

Labels hold attitudes and plans too ("Trump avoids condemning…", "support for"), which are no statements; "said" restricts recall to attributions
whose cue has a form of say, tell, add, report, state, announce or according. Pronouns are matched as they stand, not by whom they mean.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from benchmarks.measuring import note, read_gz
from index.answering.attribution import beside_at, innermost
from index.answering.statement import Statement
from index.build import DEFAULT_PARSER
from index.domain.articles import Span
from index.models.choose import load_parser
from index.ports.grammar import Parsed, Parser
from index.text.sentences import split

ENOUGH = 0.5
NEIGHBOURS = 4
"""Sentences looked at on either side."""
_WORD = re.compile(r"\w+")
_SAID = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|tell(?:s|ing)?|told|add(?:s|ed|ing)?|report(?:s|ed|ing)?|stat(?:es?|ed|ing)|announc\w+|according)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Labelled:
    """An attribution, as character offsets of its words."""

    source: frozenset[int]
    content: frozenset[int]
    said: bool


@dataclass(frozen=True)
class Found:
    """A statement found: the offset of its source's head, and of the words of its content."""

    head: int
    content: frozenset[int]


@dataclass(frozen=True)
class Document:
    """A text, cut and parsed."""

    text: str
    sentences: list[Span]
    parsed: list[Parsed]
    labelled: list[Labelled]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--misses", type=int, default=0, help="print so many false and missed statements of the first articles")
    given = arguments.parse_args()
    parser = load_parser(DEFAULT_PARSER, Path(gettempdir()))
    started = time.perf_counter()
    documents = list(_documents(given.file, parser))
    note(
        f"{len(documents)} articles, {sum(len(one.sentences) for one in documents):,} sentences parsed in {time.perf_counter() - started:.0f} s"
    )
    started = time.perf_counter()
    found = [list(_found(one)) for one in documents]
    words = [_by_word(one) for one in documents]
    note(f"read in {time.perf_counter() - started:.1f} s")
    print("| measure | labelled | found | precision | recall | F1 |\n|---|---|---|---|---|---|")
    for name, said, least in (("extraction", False, ENOUGH), ("extraction, loose", False, 0.0), ("extraction of said", True, ENOUGH)):
        right = recalled = labelled = 0
        for document, ours in zip(documents, found, strict=True):
            pairs = _pairs(document.labelled, ours, least)
            right += len(pairs)
            wanted = [number for number, one in enumerate(document.labelled) if one.said or not said]
            labelled += len(wanted)
            recalled += len({label for label, _ in pairs} & set(wanted))
        _row(name, labelled, sum(map(len, found)), None if said else right, recalled)
    for name, place in (("per word", 0), ("per word, or who reports them", 1)):
        right = sum(one[place] for one in words)
        _row(name, sum(one[3] for one in words), sum(one[2] for one in words), right, right)
    for document, ours in zip(documents, found, strict=True):
        if given.misses <= 0:
            break
        given.misses -= _show_misses(document, ours, given.misses)


def _row(name: str, labelled: int, found: int, right: int | None, recalled: int) -> None:
    recall = recalled / labelled
    if right is None:
        print(f"| {name} | {labelled:,} | | | {recall:.3f} | |")
        return
    precision = right / found
    print(f"| {name} | {labelled:,} | {found:,} | {precision:.3f} | {recall:.3f} | {2 * precision * recall / (precision + recall):.3f} |")


def _documents(file: Path, parser: Parser) -> Iterator[Document]:
    for record in read_gz(file):
        text = record["text"]
        sentences = split(text, "en")
        labelled = [
            Labelled(
                _words(text, one["source"]), _words(text, one["content"]), any(_SAID.search(text[start:end]) for start, end in one["cue"])
            )
            for one in record["attributions"]
            if one["source"] and one["content"]
        ]
        yield Document(text, sentences, parser.parse([text[one.start : one.end] for one in sentences]), labelled)


def _words(text: str, spans: list[list[int]]) -> frozenset[int]:
    return frozenset(start + word.start() for start, end in spans for word in _WORD.finditer(text[start:end]))


def _around(document: Document, number: int) -> tuple[list[Parsed], list[Parsed]]:
    return document.parsed[max(0, number - NEIGHBOURS) : number], document.parsed[number + 1 : number + 1 + NEIGHBOURS]


def _found(document: Document) -> Iterator[Found]:
    """Every statement with a source, with the quoted sentences beside it that go on from it."""
    heads: dict[tuple[int, int], set[int]] = {}
    for number, (sentence, parsed) in enumerate(zip(document.sentences, document.parsed, strict=True)):
        before, after = _around(document, number)
        for one in innermost(parsed, before):
            if one.head is not None:
                offsets = [[sentence.start + span.start, sentence.start + span.end] for span in one.content]
                heads.setdefault((sentence.start + parsed.tokens[one.head].start, sentence.start + one.cue.start), set()).update(
                    _words(document.text, offsets)
                )
        for word in _WORD.finditer(parsed.text):
            for said, away in _says(parsed, Span(word.start(), word.end()), before, after):
                if away and said.head is not None:
                    other, token = document.sentences[number + away], document.parsed[number + away].tokens[said.head]
                    heads.setdefault((other.start + token.start, other.start + said.cue.start), set()).add(sentence.start + word.start())
    yield from (Found(head, frozenset(content)) for (head, _), content in heads.items() if content)


def _says(parsed: Parsed, span: Span, before: list[Parsed], after: list[Parsed]) -> list[tuple[Statement, int]]:
    """The statements over a word that name somebody, the innermost first, each with how many sentences away it stands."""
    within = [(one, 0) for one in innermost(parsed, before) if one.covers(span) and one.head is not None]
    beside = None if within else beside_at(parsed, span, before, after)
    return within if beside is None else [beside]


def _by_word(document: Document) -> tuple[int, int, int, int]:
    """Words whose source is right; those where one of the two innermost is; words that have one; words labelled with one."""
    sources: dict[int, set[int]] = {}
    for one in document.labelled:
        for offset in one.content:
            sources.setdefault(offset, set()).update(one.source)
    right = nearly = found = 0
    for number, (sentence, parsed) in enumerate(zip(document.sentences, document.parsed, strict=True)):
        before, after = _around(document, number)
        for word in _WORD.finditer(parsed.text):
            heads = [
                document.sentences[number + away].start + document.parsed[number + away].tokens[said.head].start
                for said, away in _says(parsed, Span(word.start(), word.end()), before, after)
                if said.head is not None
            ]
            labels = sources.get(sentence.start + word.start(), set())
            found += bool(heads)
            right += bool(labels.intersection(heads[:1]))
            nearly += bool(labels.intersection(heads[:2]))
    return right, nearly, found, len(sources)


def _pairs(labelled: list[Labelled], found: list[Found], least: float) -> list[tuple[int, int]]:
    """One to one, the best overlap first."""
    scored = sorted(
        (
            (_f1(one.content, two.content), label, number)
            for label, one in enumerate(labelled)
            for number, two in enumerate(found)
            if two.head in one.source
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for score, label, number in scored:
        if score > 0 and score >= least and label not in pairs and number not in pairs.values():
            pairs[label] = number
    return list(pairs.items())


def _f1(one: frozenset[int], two: frozenset[int]) -> float:
    return 2 * len(one & two) / (len(one) + len(two)) if one or two else 0.0


def _show_misses(document: Document, found: list[Found], most: int) -> int:
    pairs = _pairs(document.labelled, found, ENOUGH)
    shown = 0
    matched, used = {one for one, _ in pairs}, {one for _, one in pairs}
    rest = [("MISSED", min(one.source), one.content) for number, one in enumerate(document.labelled) if number not in matched]
    rest += [("FALSE", one.head, one.content) for number, one in enumerate(found) if number not in used]
    for kind, head, content in sorted(rest, key=lambda one: min(one[2], default=0)):
        if shown < most and content:
            sentence = next(one for one in document.sentences if one.end > min(content))
            print(f"\n{kind} [{document.text[head : head + 30]}] -> {document.text[min(content) : max(content) + 8]!r}", file=sys.stderr)
            print(f"    {document.text[sentence.start : sentence.end]!r}", file=sys.stderr)
            shown += 1
    return shown


if __name__ == "__main__":
    main()
