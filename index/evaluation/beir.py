"""A folder in BEIR's layout to a Suite: ``corpus.jsonl``, ``queries.jsonl``, ``qrels/*.tsv``.

The layout is that of BEIR (Thakur et al., NeurIPS 2021): documents ``{"_id", "title", "text"}``, queries ``{"_id", "text"}``, judgements in lines of
query id, document id and grade with tabs between them, under a header. A grade of 0 or less says that the document does not answer. The corpus is
read twice, once to be checked and once to be taken in, and is never held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from index.domain.articles import ArticleDraft
from index.errors import SuiteError
from index.evaluation.lines import BOM, Id, opened, read_rows
from index.evaluation.suite import Layout, Question, Suite

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
DEFAULT_SPLIT = "test"
"""Read alone where a folder has it, as by BEIR itself; its neighbours are there to train on."""


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    id: Id = Field(alias="_id")
    title: str | None = None
    text: str = ""


class _Query(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    id: Id = Field(alias="_id")
    text: str


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The documents as articles, read anew each time they are gone through. One that has but a title says what the title says."""

    file: Path

    def __iter__(self) -> Iterator[ArticleDraft]:
        for number, document in read_rows(self.file, TypeAdapter(_Document)):
            title = (document.title or "").strip() or None
            text = document.text if document.text.strip() else title or ""
            yield ArticleDraft(text, title=title, id=document.id, origin=f"{self.file}:{number}")


def is_beir(folder: Path) -> bool:
    """Whether the folder looks like one."""
    return (folder / CORPUS).is_file()


def read_beir(folder: Path, split: str | None = None) -> Suite:
    """The test set in ``folder``. split: the name of a file in ``qrels/``; ``test`` if None and there is one, else all of them.

    A query without a document that answers it is skipped, not unanswerable: BEIR does not say that nothing does. Raises SuiteError.
    """
    corpus = _Corpus(folder / CORPUS)
    documents: set[str] = set()
    for draft in corpus:
        _first_time(str(draft.id), documents, draft.origin)
    queries: dict[str, str] = {}
    ids: set[str] = set()
    for number, query in read_rows(folder / QUERIES, TypeAdapter(_Query)):
        _first_time(query.id, ids, f"{folder / QUERIES}:{number}")
        queries[query.id] = query.text
    relevant: dict[str, dict[str, int]] = {}
    for file in _qrels(folder, split):
        for place, query_id, document_id, grade in _judgements(file):
            for known, given, where in ((queries, query_id, QUERIES), (documents, document_id, CORPUS)):
                if given not in known:
                    raise SuiteError(f"{place}: there is no {given!r} in {where}.", remedy="The files have to belong together.")
            if grade > 0:
                relevant.setdefault(query_id, {})[document_id] = grade
    if not relevant:
        raise SuiteError(
            f"No judgement in {folder / QRELS} names a document that answers a query.", remedy="Nothing can be evaluated by it."
        )
    questions = tuple(Question(id_, text, relevant[id_]) for id_, text in queries.items() if id_ in relevant)
    return Suite(Layout.BEIR, corpus, len(documents), questions, skipped=len(queries) - len(questions))


def _first_time(id_: str, seen: set[str], place: str) -> None:
    if id_ in seen:
        raise SuiteError(f"{place}: the id {id_!r} was given before.", remedy="Each needs one of its own.")
    seen.add(id_)


def _qrels(folder: Path, split: str | None) -> list[Path]:
    files = sorted((folder / QRELS).glob("*.tsv"))
    if not files:
        raise SuiteError(f"There is no {folder / QRELS}/*.tsv that says which documents answer which query.")
    wanted = [file for file in files if file.stem == (split or DEFAULT_SPLIT)]
    if split is not None and not wanted:
        raise SuiteError(f"There is no split {split!r} in {folder / QRELS}.", remedy=f"It has: {', '.join(file.stem for file in files)}.")
    return wanted or files


def _judgements(file: Path) -> Iterator[tuple[str, str, str, int]]:
    """File and line, query id, document id, grade."""
    with opened(file) as stream:
        for number, line in enumerate(stream, start=1):
            place = f"{file}:{number}"
            try:
                cells = line.removeprefix(BOM).decode().rstrip("\r\n").split("\t")
            except UnicodeDecodeError as error:
                raise SuiteError(f"{place}: byte {error.start + 1} of the line is not UTF-8.") from error
            if cells == [""]:
                continue
            if len(cells) != 3:
                raise SuiteError(f"{place}: the line has {len(cells)} fields, not query id, document id and grade with tabs between them.")
            try:
                grade = int(cells[2])
            except ValueError as error:
                if number == 1:
                    continue  # the header
                raise SuiteError(f"{place}: the grade {cells[2]!r} is no whole number.") from error
            yield place, cells[0], cells[1], grade
